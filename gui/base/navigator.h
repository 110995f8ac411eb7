// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace darsena::gui {

class DockerfileDesk;

/// The pages of the rail, in its order. Settings is the last and stands below.
enum class PageId { Build, Images, Containers, Volumes, Networks, Compose, Learn, Settings };

/// A stable name of a page for settings and tests: "build", "images", …
QString pageKey(PageId id);

/// How one feature asks for another without knowing it; implemented by the main window, given to pages by the
/// composition root. Calls come on the GUI thread and return at once. What is asked for may have gone by the time a
/// page looks: that page says so.
class Navigator {
public:
    virtual ~Navigator() = default;

    virtual void goTo(PageId page) = 0;
    /// Shows an image with its layers; @p nameOrId as the engine takes it.
    virtual void openImage(const QString& nameOrId) = 0;
    /// Shows a container's details (logs first); @p nameOrId as the engine takes it.
    virtual void openContainer(const QString& nameOrId) = 0;
    /// Opens a Dockerfile, or the one in a folder, in the Build page; @p line from 1, 0 = where it was left.
    virtual void openDockerfile(const QString& path, int line = 0) = 0;
    /// Opens the form that runs a container from this image.
    virtual void runImage(const QString& nameOrId) = 0;
    /// A sentence for the status bar, gone after some seconds.
    virtual void notify(const QString& sentence) = 0;
    /// The Dockerfile that is open in the Build page; nullptr where there is no such page.
    virtual DockerfileDesk* dockerfileDesk() { return nullptr; }
    /// Shows an image's layers at the one that a line of the open Dockerfile made, where one is; lines from 1.
    virtual void openLayerOfLine(const QString& nameOrId, int line) 
    {
        Q_UNUSED(line);
        openImage(nameOrId);
    }
};

} // namespace darsena::gui
