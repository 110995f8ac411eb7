// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/graph/stage_item.h"

#include "gui/graph/graph_layout.h"
#include "gui/theme/theme.h"

#include <QCoreApplication>
#include <QPainter>

namespace darsena::gui {
namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(darsena::gui::StageItem)
};

constexpr qreal Margin = 3; ///< room for the selection frame
constexpr qreal Side = 14; ///< inner left and right of a card
constexpr qreal MarkBox = 18;

} // namespace

StageItem::StageItem(const Theme& theme, GraphNode node, int index, QSizeF size)
    : m_theme(theme)
    , m_node(std::move(node))
    , m_index(index)
    , m_size(size)
{
    setAcceptHoverEvents(m_node.kind == GraphNode::Kind::Stage);
    setCacheMode(QGraphicsItem::NoCache);
    setZValue(1);
}

QRectF StageItem::boundingRect() const
{
    return QRectF(QPointF(), m_size).adjusted(-Margin, -Margin, Margin, Margin);
}

void StageItem::setStates(const RowStates& states)
{
    RowStates mine;
    for (const GraphRow& row : m_node.rows) {
        const auto found = states.constFind(row.line);
        if (found != states.constEnd())
            mine.insert(row.line, *found);
    }
    if (mine == m_states)
        return;
    m_states = std::move(mine);
    update();
}

void StageItem::setSelectedRow(std::optional<int> row)
{
    if (row == m_selectedRow)
        return;
    m_selectedRow = row;
    setZValue(row ? 2 : 1);
    update();
}

void StageItem::setHoveredRow(int row)
{
    if (row == m_hoveredRow)
        return;
    m_hoveredRow = row;
    update();
}

int StageItem::rowAt(QPointF place) const
{
    if (place.x() < 0 || place.x() > m_size.width() || place.y() < card::Header)
        return -1;
    const int row = int((place.y() - card::Header) / card::Row);
    return row < int(m_node.rows.size()) ? row : -1;
}

void StageItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    painter->setRenderHint(QPainter::Antialiasing);
    if (!m_node.needed)
        painter->setOpacity(0.5);
    if (m_node.kind == GraphNode::Kind::Image)
        paintPill(*painter);
    else
        paintCard(*painter);
}

void StageItem::paintPill(QPainter& painter) const
{
    const Tokens& tokens = m_theme.tokens();
    const QRectF box = QRectF(QPointF(), m_size).adjusted(0.5, 0.5, -0.5, -0.5);
    QPen pen(tokens.lineStrong, 1, Qt::CustomDashLine);
    pen.setDashPattern({ 3, 3 });
    painter.setPen(pen);
    painter.setBrush(tokens.dark ? mixed(tokens.page, tokens.surface, 0.5) : tokens.surface);
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2);
    const QFont font = m_theme.monospace(12);
    painter.setFont(font);
    painter.setPen(tokens.muted);
    const QString title
        = QFontMetricsF(font).elidedText(m_node.title, Qt::ElideMiddle, box.width() - card::PillPadding / 2);
    painter.drawText(box, Qt::AlignCenter, title);
}

Mark StageItem::cardMark() const
{
    bool all = !m_node.rows.empty();
    for (const GraphRow& row : m_node.rows) {
        const Mark mark = m_states.value(row.line).mark;
        if (mark == Mark::Running || mark == Mark::Failed)
            return mark;
        all = all && (mark == Mark::Done || mark == Mark::Cached);
    }
    return all ? Mark::Done : Mark::Unknown;
}

QString StageItem::headerNote() const
{
    if (!m_node.needed)
        return Texts::tr("not needed");
    const Mark mark = cardMark();
    if (mark == Mark::Running || mark == Mark::Failed)
        return markName(mark);
    return m_node.target ? Texts::tr("target", "the stage that is built") : QString();
}

void StageItem::paintCard(QPainter& painter) const
{
    const Tokens& tokens = m_theme.tokens();
    const QRectF box = QRectF(QPointF(), m_size).adjusted(0.5, 0.5, -0.5, -0.5);
    const Mark state = cardMark();
    const bool running = state == Mark::Running;
    const QColor body = tokens.surface;

    QPainterPath shape;
    shape.addRoundedRect(box, metric::Radius, metric::Radius);
    painter.fillPath(shape, body);
    painter.save();
    painter.setClipPath(shape);
    painter.fillRect(QRectF(0, 0, m_size.width(), card::Header), tokens.raised);
    for (int row = 0; row < int(m_node.rows.size()); ++row)
        paintRow(painter, row);
    painter.restore();
    painter.setPen(QPen(tokens.line, 1));
    painter.drawLine(QPointF(box.left(), card::Header), QPointF(box.right(), card::Header));

    const QFont strong = m_theme.font(type::Base, QFont::DemiBold);
    const QFont small = m_theme.font(type::Small);
    const QString note = headerNote();
    const qreal noteWidth = note.isEmpty() ? 0 : QFontMetricsF(small).horizontalAdvance(note) + space::S;
    const QRectF header(Side, 0, m_size.width() - 2 * Side, card::Header);
    painter.setFont(strong);
    painter.setPen(m_node.named ? tokens.text : tokens.muted);
    const QString title = m_node.named ? m_node.title : Texts::tr("stage %1", "its number").arg(m_node.title);
    painter.drawText(header, Qt::AlignVCenter | Qt::AlignLeft,
        QFontMetricsF(strong).elidedText(title, Qt::ElideRight, header.width() - noteWidth));
    painter.setFont(small);
    painter.setPen(state == Mark::Running || state == Mark::Failed ? markTextColour(state, tokens) : tokens.muted);
    painter.drawText(header, Qt::AlignVCenter | Qt::AlignRight, note);

    const bool selected = m_selectedRow.has_value();
    const QColor frame = state == Mark::Failed ? tokens.failed : selected || running ? tokens.accent : tokens.line;
    painter.setPen(QPen(frame, selected || running || state == Mark::Failed ? 1.6 : 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(box, metric::Radius, metric::Radius);
}

void StageItem::paintRow(QPainter& painter, int row) const
{
    const Tokens& tokens = m_theme.tokens();
    const GraphRow& content = m_node.rows[std::size_t(row)];
    const RowState state = m_states.value(content.line);
    const QRectF box(0, card::Header + card::Row * row + 2, m_size.width(), card::Row);
    if (m_selectedRow == row)
        painter.fillRect(box, tokens.accentSoft);
    else if (state.mark == Mark::Running)
        painter.fillRect(box, mixed(tokens.surface, tokens.accent, tokens.dark ? 0.14 : 0.10));
    else if (state.mark == Mark::Failed)
        painter.fillRect(box, tokens.failedSoft);
    else if (m_hoveredRow == row)
        painter.fillRect(box, tokens.raised);

    paintMark(painter, QRectF(Side - 4, box.top(), MarkBox, box.height()), state.mark, tokens, 9);

    const QFont small = m_theme.font(type::Small);
    const QFontMetricsF smallMetrics(small);
    QString note = state.note;
    if (note.isEmpty() && state.mark == Mark::Skipped)
        note = markName(Mark::Skipped);
    const qreal noteWidth = note.isEmpty() ? 0 : smallMetrics.horizontalAdvance(note);
    painter.setFont(small);
    painter.setPen(state.mark == Mark::Running || state.mark == Mark::Failed ? markTextColour(state.mark, tokens)
                                                                            : tokens.muted);
    painter.drawText(QRectF(0, box.top(), m_size.width() - Side, box.height()), Qt::AlignVCenter | Qt::AlignRight, note);

    const QFont code = m_theme.monospace(12);
    const QFontMetricsF codeMetrics(code);
    const qreal left = Side + MarkBox;
    const qreal right = m_size.width() - Side - (noteWidth > 0 ? noteWidth + space::S : 0);
    painter.setFont(code);
    painter.setPen(tokens.text);
    const QString whole = content.text.isEmpty() ? content.keyword : content.keyword + QLatin1Char(' ') + content.text;
    painter.drawText(QRectF(left, box.top(), right - left, box.height()), Qt::AlignVCenter | Qt::AlignLeft,
        codeMetrics.elidedText(whole, Qt::ElideRight, right - left));
}

} // namespace darsena::gui
