// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QWidget>

class QAction;

namespace darsena::gui {

/// A view of one image's inside that another feature puts into its page without knowing what it is: the composition root
/// makes the layer viewer and gives it to the Images page.
class ImageViewer : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// @p reference is how the image is named ("hello:latest"), @p id its id. Showing the same id again does nothing.
    virtual void showImage(const QString& reference, const QString& id) = 0;
    virtual void clear() = 0;

    /// For the page's commands().
    virtual QList<QAction*> commands() const { return {}; }

    /// Images that no engine has: of an archive (a file or a folder), of a registry.
    virtual bool canOpenArchives() const { return false; }
    virtual bool canOpenRegistries() const { return false; }
    virtual void openArchive(const QString& path) { Q_UNUSED(path); }
    virtual void openFromRegistry(const QString& reference) { Q_UNUSED(reference); }

Q_SIGNALS:
    /// The viewer opened an image by itself (what was dropped on it); @p name is for people.
    void opened(const QString& name);
};

} // namespace darsena::gui
