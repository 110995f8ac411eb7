// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/hex_view.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>
#include <limits>

namespace darsena::gui {

namespace {

constexpr int HexLeft = space::M;
constexpr int OffsetDigits = 8;
constexpr qsizetype MostCopied = qsizetype(16) * 1024 * 1024;

bool isPrintable(char byte)
{
    return byte >= 0x20 && byte < 0x7F;
}

QString hexOf(char byte)
{
    static const char digits[] = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(byte);
    return QString(QLatin1Char(digits[value >> 4])) + QLatin1Char(digits[value & 15]);
}

} // namespace

HexView::HexView(const Theme& theme, QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_theme(theme)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setCursor(Qt::IBeamCursor);
    setAccessibleName(tr("Bytes"));
    connect(&theme, &Theme::changed, this, &HexView::updateMeasures);
    updateMeasures();
}

void HexView::updateMeasures()
{
    const QFontMetricsF metrics(m_theme.monospace(type::Base - 1));
    m_rowHeight = static_cast<int>(std::ceil(metrics.height())) + 3;
    m_charWidth = metrics.horizontalAdvance(u'0');
    updateBars();
    viewport()->update();
}

void HexView::setBytes(const QByteArray& bytes)
{
    m_bytes = bytes;
    m_anchor = m_cursor = 0;
    updateBars();
    verticalScrollBar()->setValue(0);
    viewport()->update();
}

void HexView::setOther(const QByteArray& other, bool compared)
{
    m_other = other;
    m_compared = compared;
    viewport()->update();
}

bool HexView::differs(qsizetype offset) const
{
    return m_compared && (offset >= m_other.size() || m_other.at(offset) != m_bytes.at(offset));
}

int HexView::rowsInSight() const
{
    return std::max(1, viewport()->height() / m_rowHeight);
}

int HexView::charactersWide(int perRow)
{
    return OffsetDigits + 2 + 3 * perRow + 2 + perRow;
}

void HexView::updateBars()
{
    // Half as many in a row where that spares scrolling to the side.
    const qsizetype top = static_cast<qsizetype>(verticalScrollBar()->value()) * m_perRow;
    m_perRow = viewport()->width() >= charactersWide(BytesPerRow) * m_charWidth + 2 * HexLeft ? BytesPerRow : BytesPerRow / 2;
    const auto last = std::min<qsizetype>(std::max<qsizetype>(0, rows() - rowsInSight()), std::numeric_limits<int>::max());
    verticalScrollBar()->setPageStep(rowsInSight());
    verticalScrollBar()->setSingleStep(3);
    verticalScrollBar()->setRange(0, static_cast<int>(last));
    verticalScrollBar()->setValue(static_cast<int>(std::min(top / m_perRow, last)));
    const int wide = static_cast<int>(charactersWide(m_perRow) * m_charWidth) + 2 * HexLeft;
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(static_cast<int>(m_charWidth * 3));
    horizontalScrollBar()->setRange(0, std::max(0, wide - viewport()->width()));
}

void HexView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateBars();
}

void HexView::scrollContentsBy(int, int)
{
    viewport()->update();
}

qreal HexView::hexX(int column) const
{
    // Half way a wider gap, to count by.
    return HexLeft - horizontalScrollBar()->value() + (OffsetDigits + 2 + 3 * column + (column >= m_perRow / 2 ? 1 : 0)) * m_charWidth;
}

qreal HexView::characterX(int column) const
{
    return hexX(m_perRow) + (1 + column) * m_charWidth;
}

void HexView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), m_theme.tokens().surface);
    painter.setFont(m_theme.monospace(type::Base - 1));
    const qsizetype top = verticalScrollBar()->value();
    for (int i = 0; i * m_rowHeight < viewport()->height() && top + i < rows(); ++i)
        paintRow(painter, top + i, i * m_rowHeight);
}

void HexView::paintRow(QPainter& painter, qsizetype row, int y) const
{
    const Tokens& t = m_theme.tokens();
    const qsizetype begin = row * m_perRow;
    const qsizetype end = std::min(begin + m_perRow, m_bytes.size());
    const auto [from, to] = std::minmax(m_anchor, m_cursor);
    const QFontMetricsF metrics(painter.font());
    const qreal baseline = y + (m_rowHeight - metrics.height()) / 2 + metrics.ascent();
    painter.setPen(t.muted);
    painter.drawText(QPointF(HexLeft - horizontalScrollBar()->value(), baseline), QStringLiteral("%1").arg(begin, OffsetDigits, 16, QLatin1Char('0')));
    for (qsizetype at = begin; at < end; ++at) {
        const int column = static_cast<int>(at - begin);
        const char byte = m_bytes.at(at);
        const QRectF hexBox(hexX(column) - m_charWidth / 2, y, 3 * m_charWidth, m_rowHeight);
        const QRectF charBox(characterX(column), y, m_charWidth, m_rowHeight);
        const bool other = differs(at);
        if (other) {
            painter.fillRect(hexBox, t.waitSoft);
            painter.fillRect(charBox, t.waitSoft);
            // The line says it to those who do not see the colour.
            painter.fillRect(QRectF(hexBox.left() + m_charWidth / 2, hexBox.bottom() - 2, 2 * m_charWidth, 1), t.wait);
        }
        if (at >= from && at <= to && (hasSelection() || hasFocus())) {
            painter.fillRect(hexBox, mixed(t.surface, t.accent, t.dark ? 0.38 : 0.25));
            painter.fillRect(charBox, mixed(t.surface, t.accent, t.dark ? 0.38 : 0.25));
        }
        painter.setPen(byte == 0 ? t.faint : other ? t.waitText : t.text);
        painter.drawText(QPointF(hexX(column), baseline), hexOf(byte));
        painter.setPen(isPrintable(byte) ? t.text : t.faint);
        painter.drawText(QPointF(characterX(column), baseline), isPrintable(byte) ? QString(QLatin1Char(byte)) : QStringLiteral("·"));
    }
}

qsizetype HexView::offsetAt(const QPoint& point) const
{
    const qsizetype row = std::clamp<qsizetype>(verticalScrollBar()->value() + static_cast<qsizetype>(std::floor(double(point.y()) / m_rowHeight)), 0, std::max<qsizetype>(0, rows() - 1));
    int column = m_perRow - 1;
    if (point.x() >= characterX(0) - m_charWidth / 2) {
        column = static_cast<int>((point.x() - characterX(0)) / m_charWidth);
    } else {
        for (column = 0; column + 1 < m_perRow && point.x() >= hexX(column + 1) - m_charWidth / 2;)
            ++column;
    }
    return std::clamp<qsizetype>(row * m_perRow + std::clamp(column, 0, m_perRow - 1), 0, std::max<qsizetype>(0, m_bytes.size() - 1));
}

void HexView::moveCursor(qsizetype to, bool keepAnchor)
{
    m_cursor = std::clamp<qsizetype>(to, 0, std::max<qsizetype>(0, m_bytes.size() - 1));
    if (!keepAnchor)
        m_anchor = m_cursor;
    const qsizetype row = m_cursor / m_perRow;
    QScrollBar* bar = verticalScrollBar();
    if (row < bar->value())
        bar->setValue(static_cast<int>(row));
    else if (row >= bar->value() + rowsInSight())
        bar->setValue(static_cast<int>(row - rowsInSight() + 1));
    setAccessibleDescription(rowText(m_bytes, m_cursor / BytesPerRow));
    viewport()->update();
    Q_EMIT cursorMoved(m_cursor);
}

void HexView::goTo(qsizetype offset)
{
    verticalScrollBar()->setValue(static_cast<int>(std::max<qsizetype>(0, offset / m_perRow - rowsInSight() / 3)));
    moveCursor(offset, false);
}

void HexView::selectAll()
{
    m_anchor = 0;
    m_cursor = std::max<qsizetype>(0, m_bytes.size() - 1);
    viewport()->update();
}

QByteArray HexView::selected() const
{
    const auto [from, to] = std::minmax(m_anchor, m_cursor);
    return m_bytes.mid(from, std::min(MostCopied / 3, to - from + 1));
}

QString HexView::selectedHex() const
{
    return QString::fromLatin1(selected().toHex(' '));
}

QString HexView::selectedCharacters() const
{
    QByteArray text = selected();
    std::replace_if(text.begin(), text.end(), [](char byte) { return !isPrintable(byte) && byte != '\n' && byte != '\t'; }, '.');
    return QString::fromLatin1(text);
}

void HexView::copy() const
{
    if (!m_bytes.isEmpty())
        QApplication::clipboard()->setText(selectedHex());
}

QString HexView::rowText(const QByteArray& bytes, qsizetype row)
{
    const QByteArray part = bytes.mid(row * BytesPerRow, BytesPerRow);
    QString characters;
    for (const char byte : part)
        characters += isPrintable(byte) ? QLatin1Char(byte) : QLatin1Char('.');
    return QStringLiteral("%1: %2  %3").arg(row * BytesPerRow, OffsetDigits, 16, QLatin1Char('0')).arg(QString::fromLatin1(part.toHex(' ')), characters);
}

void HexView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        moveCursor(offsetAt(event->position().toPoint()), event->modifiers().testFlag(Qt::ShiftModifier));
}

void HexView::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons().testFlag(Qt::LeftButton))
        moveCursor(offsetAt(event->position().toPoint()), true);
}

void HexView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        return copy();
    if (event->matches(QKeySequence::SelectAll))
        return selectAll();
    const bool keep = event->modifiers().testFlag(Qt::ShiftModifier);
    const bool whole = event->modifiers().testFlag(Qt::ControlModifier);
    const qsizetype page = static_cast<qsizetype>(rowsInSight()) * m_perRow;
    const qsizetype row = m_cursor / m_perRow * m_perRow;
    switch (event->key()) {
    case Qt::Key_Left: return moveCursor(m_cursor - 1, keep);
    case Qt::Key_Right: return moveCursor(m_cursor + 1, keep);
    case Qt::Key_Up: return moveCursor(m_cursor < m_perRow ? m_cursor : m_cursor - m_perRow, keep);
    case Qt::Key_Down: return moveCursor(m_cursor + m_perRow >= m_bytes.size() ? m_cursor : m_cursor + m_perRow, keep);
    case Qt::Key_PageUp: return moveCursor(m_cursor - page, keep);
    case Qt::Key_PageDown: return moveCursor(m_cursor + page, keep);
    case Qt::Key_Home: return moveCursor(whole ? 0 : row, keep);
    case Qt::Key_End: return moveCursor(whole ? m_bytes.size() - 1 : row + m_perRow - 1, keep);
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void HexView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QIcon icon = m_theme.icon(QStringLiteral("copy"));
    menu->addAction(icon, tr("&Copy as hexadecimal"), QKeySequence::Copy, this, &HexView::copy)->setEnabled(!m_bytes.isEmpty());
    menu->addAction(tr("Copy as &text"), this, [this] { QApplication::clipboard()->setText(selectedCharacters()); })->setEnabled(!m_bytes.isEmpty());
    menu->addAction(tr("Select &all"), QKeySequence::SelectAll, this, &HexView::selectAll);
    menu->popup(event->globalPos());
}

} // namespace darsena::gui
