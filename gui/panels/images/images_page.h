// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/image_viewer.h"
#include "gui/base/page.h"
#include "gui/client/engine_client.h"

#include <memory>

namespace darsena::gui {

/// The engine's images: a table that follows the engine, and below it the image chosen: its layers, its configuration,
/// its history.
class ImagesPage : public Page {
    Q_OBJECT
public:
    /// @p layers becomes the page's own. The engine client must outlive the page.
    ImagesPage(const PageContext& context, EngineClient& client, ImageViewer* layers, QWidget* parent = nullptr);
    ~ImagesPage() override;

    /// Chooses an image, now or as soon as the engine lists it.
    void openImage(const QString& nameOrId);
    /// Asks for an archive and loads it.
    void loadArchive();
    /// Looks into an archive (a file or a folder) without loading it.
    void openArchive(const QString& path);
    /// Loads this archive.
    void loadArchive(const QString& path);

    QString title() const override;
    QStringList breadcrumb() const override;
    QList<QAction*> commands() const override;
    void activated() override;

private:
    class Parts;
    std::unique_ptr<Parts> m;
};

} // namespace darsena::gui
