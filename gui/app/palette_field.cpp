// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/palette_field.h"

#include "gui/theme/theme.h"

#include <QKeySequence>
#include <QPainter>

namespace darsena::gui {

PaletteField::PaletteField(const Theme& theme, QWidget* parent)
    : QAbstractButton(parent)
    , m_theme(theme)
{
    setObjectName(QStringLiteral("palette.field"));
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::TabFocus);
    setFixedHeight(metric::Control);
    setMaximumWidth(420);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize PaletteField::sizeHint() const
{
    return QSize(420, metric::Control);
}

void PaletteField::paintEvent(QPaintEvent*)
{
    const Tokens& tokens = m_theme.tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(hasFocus() ? tokens.accent : underMouse() ? tokens.lineStrong : tokens.line);
    painter.setBrush(tokens.page);
    painter.drawRoundedRect(box, metric::Radius, metric::Radius);

    const QString keys = QKeySequence(Qt::CTRL | Qt::Key_K).toString(QKeySequence::NativeText);
    const QFont small = m_theme.font(type::Small);
    const int keysWidth = QFontMetrics(small).horizontalAdvance(keys) + 12;
    const QRectF key(box.right() - keysWidth - 8, box.center().y() - 9, keysWidth, 18);
    m_theme.icon(QStringLiteral("search"), Theme::Ink::Muted)
        .paint(&painter, QRect(10, height() / 2 - 8, metric::Icon, metric::Icon));
    painter.setPen(tokens.muted);
    const QRect textBox(34, 0, int(key.left()) - 34 - space::S, height());
    painter.drawText(textBox, Qt::AlignVCenter | Qt::AlignLeft,
        fontMetrics().elidedText(text(), Qt::ElideRight, textBox.width()));
    painter.setFont(small);
    painter.setPen(tokens.lineStrong);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(key, 4, 4);
    painter.setPen(tokens.muted);
    painter.drawText(key, Qt::AlignCenter, keys);
}

} // namespace darsena::gui
