// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/image_viewer.h"
#include "gui/base/page.h"
#include "gui/layers/image_origin.h"

#include <memory>

namespace darsena::gui {

/// The layer viewer: left the layers, in the middle the files (of one layer, as of it, or compared with another layer or
/// image), right the file chosen, what the image wastes and what else tabs hold. Layers can be looked at while others are
/// still read; whatever takes long happens in worker threads.
class LayersView : public ImageViewer {
    Q_OBJECT
public:
    LayersView(const PageContext& context, std::unique_ptr<LoaderFactory> loaders, QWidget* parent = nullptr);
    ~LayersView() override;

    void showImage(const QString& reference, const QString& id) override;
    void clear() override;
    QList<QAction*> commands() const override;
    bool canOpenArchives() const override;
    bool canOpenRegistries() const override;
    void openArchive(const QString& path) override;
    void openFromRegistry(const QString& reference) override;

    /// Chooses the layer that a line of the open Dockerfile made, once image and lines are known.
    void showLayerOfLine(int line);

    /// Any origin; the same place again does nothing.
    void open(const ImageOrigin& origin);

private:
    class Parts;
    std::unique_ptr<Parts> m;
};

} // namespace darsena::gui
