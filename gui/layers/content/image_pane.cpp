// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/image_pane.h"

#include <QPainter>

namespace darsena::gui {

ImagePane::ImagePane(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setFocusPolicy(Qt::StrongFocus);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ImagePane::setImage(const QImage& image)
{
    m_image = image;
    m_fitted = {};
    update();
}

void ImagePane::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_fitted = {};
}

void ImagePane::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Tokens& t = m_theme.tokens();
    painter.fillRect(rect(), t.surface);
    const QRect room = rect().adjusted(space::M, space::M, -space::M, -space::M);
    if (m_image.isNull() || room.isEmpty())
        return;
    if (m_fitted.isNull()) {
        QSize size = m_image.size();
        if (size.width() > room.width() || size.height() > room.height())
            size.scale(room.size(), Qt::KeepAspectRatio);
        // At most 4096 px a side come in, so that this takes some milliseconds.
        m_fitted = QPixmap::fromImage(m_image.scaled(size * devicePixelRatioF(), Qt::IgnoreAspectRatio,
            size == m_image.size() ? Qt::FastTransformation : Qt::SmoothTransformation));
        m_fitted.setDevicePixelRatio(devicePixelRatioF());
    }
    QRect box(QPoint(), (QSizeF(m_fitted.size()) / devicePixelRatioF()).toSize());
    box.moveCenter(room.center());
    if (m_image.hasAlphaChannel()) {
        constexpr int cell = 8;
        painter.save();
        painter.setClipRect(box);
        for (int y = box.top(); y <= box.bottom(); y += cell) {
            for (int x = box.left(); x <= box.right(); x += cell)
                painter.fillRect(x, y, cell, cell, ((x - box.left()) / cell + (y - box.top()) / cell) % 2 ? t.raised : t.line);
        }
        painter.restore();
    }
    painter.drawPixmap(box.topLeft(), m_fitted);
    painter.setPen(t.line);
    painter.drawRect(box.adjusted(-1, -1, 0, 0));
    if (hasFocus()) {
        painter.setPen(t.accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

} // namespace darsena::gui
