// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"
#include "gui/client/engine_client.h"

#include <memory>

namespace darsena::gui {

/// The engine's containers: a table that follows the engine, and below it the container chosen: its log, what the engine
/// says of it. Also the form that runs one.
class ContainersPage : public Page {
    Q_OBJECT
public:
    /// The engine client must outlive the page.
    ContainersPage(const PageContext& context, EngineClient& client, QWidget* parent = nullptr);
    ~ContainersPage() override;

    /// Chooses a container, now or as soon as the engine lists it.
    void openContainer(const QString& nameOrId);
    /// Opens the form that runs a container from this image; an empty name leaves the image to the person.
    void runImage(const QString& nameOrId);
    /// Containers that run now: for the status strip. See countsChanged().
    int runningCount() const;

    QString title() const override;
    QStringList breadcrumb() const override;
    QList<QAction*> commands() const override;
    void activated() override;

Q_SIGNALS:
    void countsChanged();

private:
    class Parts;
    std::unique_ptr<Parts> m;
};

} // namespace darsena::gui
