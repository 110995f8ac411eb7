// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/graph/edge_item.h"

#include "gui/theme/theme.h"

#include <QPainter>

namespace darsena::gui {
namespace {

constexpr qreal ArrowLength = 9;
constexpr qreal ArrowHalf = 4.5;
constexpr qreal LabelWidth = 150;

} // namespace

EdgeItem::EdgeItem(const Theme& theme, GraphEdge edge, EdgeRoute route)
    : m_theme(theme)
    , m_edge(std::move(edge))
    , m_route(std::move(route))
{
    setZValue(0);
    m_label = QFontMetricsF(theme.monospace(type::Small)).elidedText(m_edge.label, Qt::ElideMiddle, LabelWidth);
}

void EdgeItem::setEmphasised(bool emphasised)
{
    if (emphasised == m_emphasised)
        return;
    m_emphasised = emphasised;
    setZValue(emphasised ? 0.5 : 0);
    update();
}

QRectF EdgeItem::labelBox() const
{
    if (m_label.isEmpty())
        return {};
    const QFontMetricsF metrics(m_theme.monospace(type::Small));
    QRectF box(0, 0, metrics.horizontalAdvance(m_label) + 10, metrics.height() + 4);
    box.moveCenter(m_route.label);
    return box;
}

QRectF EdgeItem::boundingRect() const
{
    return m_route.path.boundingRect().adjusted(-8, -8, 8, 8) | labelBox();
}

void EdgeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const Tokens& tokens = m_theme.tokens();
    painter->setRenderHint(QPainter::Antialiasing);
    QColor colour = m_edge.kind == dockerfile::EdgeKind::From ? tokens.cached : tokens.accent;
    if (!m_edge.needed)
        colour = tokens.lineStrong;
    QPen pen(colour, m_emphasised ? 2.4 : 1.5, Qt::SolidLine, Qt::FlatCap);
    if (!m_edge.needed)
        pen.setDashPattern({ 3, 3 });
    else if (m_edge.kind == dockerfile::EdgeKind::Mount)
        pen.setDashPattern({ 1.2, 2.4 });
    painter->setPen(pen);
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(m_route.path);

    const QPointF back = m_route.tip - m_route.direction * ArrowLength;
    const QPointF side(-m_route.direction.y() * ArrowHalf, m_route.direction.x() * ArrowHalf);
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour);
    painter->drawPolygon(QPolygonF({ m_route.tip, back + side, back - side }));

    if (!m_label.isEmpty()) {
        const QRectF box = labelBox();
        painter->setBrush(tokens.page);
        painter->drawRoundedRect(box, 4, 4);
        painter->setFont(m_theme.monospace(type::Small));
        painter->setPen(m_edge.needed ? tokens.muted : tokens.faint);
        painter->drawText(box, Qt::AlignCenter, m_label);
    }
}

} // namespace darsena::gui
