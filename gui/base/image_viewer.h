// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

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
};

} // namespace darsena::gui
