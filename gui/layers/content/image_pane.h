// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/theme/theme.h"

#include <QImage>
#include <QWidget>

namespace darsena::gui {

/// A picture, made smaller where it does not fit and never larger, over a chequered ground where it is transparent.
class ImagePane : public QWidget {
    Q_OBJECT
public:
    explicit ImagePane(const Theme& theme, QWidget* parent = nullptr);
    void setImage(const QImage& image);
    QSize minimumSizeHint() const override { return QSize(80, 60); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    const Theme& m_theme;
    QImage m_image;
    QPixmap m_fitted; ///< null: to be made
};

} // namespace darsena::gui
