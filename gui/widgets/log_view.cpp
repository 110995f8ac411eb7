// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/log_view.h"

#include "gui/models/ansi_text.h"
#include "gui/models/log_search.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QTextBoundaryFinder>

#include <algorithm>
#include <cmath>
#include <limits>

namespace darsena::gui {

namespace {
constexpr int Left = space::M; // the text's distance from the edge; the bar of standard error stands in it
constexpr int FrameMilliseconds = 16;
constexpr qsizetype MostSelected = qsizetype(64) * 1024 * 1024;
} // namespace

LogView::LogView(const Theme& theme, LogStore& store, LogSearch& search, QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_theme(theme)
    , m_store(store)
    , m_search(search)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    viewport()->setCursor(Qt::IBeamCursor);
    m_gather.setSingleShot(true);
    m_gather.setInterval(FrameMilliseconds);
    connect(&m_gather, &QTimer::timeout, this, [this] {
        updateBars();
        viewport()->update();
    });
    connect(&store, &LogStore::appended, this, [this] {
        if (!m_gather.isActive())
            m_gather.start();
    });
    connect(&store, &LogStore::cleared, this, [this] {
        m_anchor = m_cursor = {};
        m_longest = 0;
        setFollowing(true);
        updateBars();
        viewport()->update();
    });
    connect(&search, &LogSearch::changed, viewport(), qOverload<>(&QWidget::update));
    connect(&theme, &Theme::changed, this, [this] { updateMeasures(); });
    updateMeasures();
}

void LogView::updateMeasures()
{
    const QFontMetricsF metrics(m_theme.monospace());
    m_lineHeight = static_cast<int>(std::ceil(metrics.height())) + 2;
    m_charWidth = metrics.horizontalAdvance(QLatin1Char('0'));
    updateBars();
    viewport()->update();
}

void LogView::setFollowing(bool follow)
{
    if (m_follow == follow)
        return;
    m_follow = follow;
    if (follow)
        updateBars();
    Q_EMIT followingChanged(follow);
}

int LogView::rowsInSight() const
{
    return std::max(1, viewport()->height() / m_lineHeight);
}

qint64 LogView::topLine() const
{
    return m_store.firstLine() + verticalScrollBar()->value();
}

void LogView::updateBars()
{
    // What scrolls by itself must not be taken for the person's scrolling.
    m_settingBars = true;
    const auto lines = std::min<qint64>(m_store.endLine() - m_store.firstLine(), std::numeric_limits<int>::max() - 1);
    QScrollBar* bar = verticalScrollBar();
    bar->setPageStep(rowsInSight());
    bar->setSingleStep(3);
    bar->setRange(0, std::max(0, static_cast<int>(lines) - rowsInSight()));
    if (m_follow)
        bar->setValue(bar->maximum());
    QScrollBar* across = horizontalScrollBar();
    const int width = static_cast<int>(m_longest * m_charWidth) + 2 * Left;
    across->setPageStep(viewport()->width());
    across->setSingleStep(static_cast<int>(m_charWidth * 4));
    across->setRange(0, std::max(0, width - viewport()->width()));
    m_settingBars = false;
}

void LogView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateBars();
}

void LogView::scrollContentsBy(int, int)
{
    viewport()->update();
    if (!m_settingBars)
        setFollowing(verticalScrollBar()->value() == verticalScrollBar()->maximum());
}

QColor LogView::colour(int number) const
{
    const Tokens& t = m_theme.tokens();
    if (number >= AnsiText::Rgb)
        return QColor::fromRgb(static_cast<QRgb>(number & 0xffffff));
    // The sixteen named colours in the theme's own, so that they can be read on either background.
    const QColor named[] = { t.muted, t.failedText, t.runningText, t.waitText, t.cachedText, t.keyword, t.accentText, t.text };
    if (number < 16)
        return named[number % 8];
    if (number >= 232) {
        const int grey = 8 + (number - 232) * 10;
        return mixed(QColor(grey, grey, grey), t.text, 0.35);
    }
    const auto level = [](int step) { return step == 0 ? 0 : 55 + step * 40; };
    const int cube = number - 16;
    return mixed(QColor(level(cube / 36), level(cube / 6 % 6), level(cube % 6)), t.text, 0.25);
}

void LogView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), m_theme.tokens().surface);
    painter.setFont(m_theme.monospace());
    const int longest = m_longest;
    const qint64 top = topLine();
    for (int row = 0; row * m_lineHeight < viewport()->height(); ++row) {
        if (top + row >= m_store.endLine())
            break;
        paintLine(painter, QRect(0, row * m_lineHeight, viewport()->width(), m_lineHeight), top + row);
    }
    if (m_longest != longest && !m_gather.isActive())
        m_gather.start();
}

void LogView::paintLine(QPainter& painter, const QRect& row, qint64 number)
{
    const Tokens& t = m_theme.tokens();
    const LogLine line = m_store.line(number);
    const AnsiText text = AnsiText::parse(line.text);
    m_longest = std::max(m_longest, static_cast<int>(text.text.size()));

    const QFontMetricsF metrics(painter.font());
    const qreal origin = Left - horizontalScrollBar()->value();
    // Monospaced text is measured by counting; the rest by asking the font.
    const bool plain = std::all_of(text.text.begin(), text.text.end(), [](QChar c) { return c.unicode() < 0x250; });
    const auto x = [&](qsizetype column) {
        return origin + (plain ? static_cast<qreal>(column) * m_charWidth : metrics.horizontalAdvance(text.text.left(column)));
    };

    const auto [from, to] = std::minmax(m_anchor, m_cursor);
    const bool current = number == m_cursor.line && m_search.active() && !hasSelection();
    if (current)
        painter.fillRect(row, t.raised);
    if (hasSelection() && number >= from.line && number <= to.line) {
        const qreal left = number == from.line ? x(std::min(from.column, text.text.size())) : 0;
        const qreal right = number == to.line ? x(std::min(to.column, text.text.size())) : row.width();
        painter.fillRect(QRectF(left, row.top(), right - left, row.height()), t.accentSoft);
    }
    if (m_search.active()) {
        auto matches = m_search.pattern().globalMatch(text.text);
        for (int count = 0; matches.hasNext() && count < 100; ++count) {
            const auto match = matches.next();
            if (match.capturedLength() == 0)
                continue;
            const QRectF box(x(match.capturedStart()), row.top() + 1, x(match.capturedEnd()) - x(match.capturedStart()), row.height() - 2);
            painter.fillRect(box, t.waitSoft);
            painter.setPen(t.wait);
            painter.drawLine(box.bottomLeft(), box.bottomRight());
        }
    }
    if (line.stream == LogStream::Err)
        painter.fillRect(QRect(0, row.top(), 3, row.height()), t.wait);

    const qreal baseline = row.top() + (row.height() - metrics.height()) / 2 + metrics.ascent();
    const QColor base = line.stream == LogStream::Engine ? t.muted : t.text;
    const auto draw = [&](qsizetype start, qsizetype length, const AnsiText::Style& style) {
        // Of a very long line only the part in sight.
        if (plain) {
            const auto first = std::max<qsizetype>(start, static_cast<qsizetype>(-origin / m_charWidth) - 1);
            const auto last = std::min<qsizetype>(start + length, static_cast<qsizetype>((row.width() - origin) / m_charWidth) + 2);
            if (first >= last)
                return;
            start = first;
            length = last - first;
        }
        if (style.background != AnsiText::None)
            painter.fillRect(QRectF(x(start), row.top(), x(start + length) - x(start), row.height()), mixed(t.surface, colour(style.background), 0.3));
        QColor ink = style.foreground == AnsiText::None ? base : colour(style.foreground);
        if (style.faint)
            ink = mixed(t.surface, ink, 0.7);
        painter.setPen(ink);
        if (style.bold || style.underline) {
            QFont font = m_theme.monospace();
            font.setBold(style.bold);
            font.setUnderline(style.underline);
            painter.setFont(font);
        }
        painter.drawText(QPointF(x(start), baseline), text.text.mid(start, length));
        if (style.bold || style.underline)
            painter.setFont(m_theme.monospace());
    };
    qsizetype at = 0;
    for (const AnsiText::Span& span : text.spans) {
        if (span.start > at)
            draw(at, span.start - at, {});
        draw(span.start, span.length, span.style);
        at = span.start + span.length;
    }
    if (at < text.text.size())
        draw(at, text.text.size() - at, {});
}

LogView::Place LogView::placeAt(const QPoint& point) const
{
    Place place;
    const int row = static_cast<int>(std::floor(double(point.y()) / m_lineHeight));
    place.line = std::clamp(topLine() + row, m_store.firstLine(), std::max(m_store.firstLine(), m_store.endLine() - 1));
    const QString text = AnsiText::parse(m_store.line(place.line).text).text;
    const qreal x = point.x() - Left + horizontalScrollBar()->value();
    place.column = std::clamp<qsizetype>(static_cast<qsizetype>(std::lround(std::max(0.0, x) / m_charWidth)), 0, text.size());
    const bool plain = std::all_of(text.begin(), text.end(), [](QChar c) { return c.unicode() < 0x250; });
    if (!plain) {
        const QFontMetricsF metrics(m_theme.monospace());
        qsizetype column = 0;
        while (column < text.size() && metrics.horizontalAdvance(text.left(column + 1)) - m_charWidth / 2 <= x)
            ++column;
        place.column = column;
    }
    return place;
}

void LogView::moveCursor(Place to, bool keepAnchor)
{
    m_cursor = to;
    if (!keepAnchor)
        m_anchor = to;
    viewport()->update();
    Q_EMIT selectionChanged();
}

void LogView::goTo(qint64 line)
{
    setFollowing(false);
    const qint64 top = topLine();
    if (line < top || line >= top + rowsInSight())
        verticalScrollBar()->setValue(static_cast<int>(std::max<qint64>(0, line - m_store.firstLine() - rowsInSight() / 3)));
    moveCursor({ line, 0 }, false);
}

QString LogView::selectedText() const
{
    const auto [from, to] = std::minmax(m_anchor, m_cursor);
    QString selected;
    for (qint64 line = from.line; line <= to.line && selected.size() < MostSelected; ++line) {
        const QString text = AnsiText::parse(m_store.line(line).text).text;
        const qsizetype begin = line == from.line ? std::min(from.column, text.size()) : 0;
        const qsizetype end = line == to.line ? std::min(to.column, text.size()) : text.size();
        if (line != from.line)
            selected += u'\n';
        selected += QStringView(text).mid(begin, end - begin);
    }
    return selected;
}

void LogView::copy() const
{
    if (hasSelection())
        QApplication::clipboard()->setText(selectedText());
}

void LogView::selectAll()
{
    m_anchor = { m_store.firstLine(), 0 };
    moveCursor({ std::max(m_store.firstLine(), m_store.endLine() - 1), std::numeric_limits<int>::max() }, true);
}

void LogView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_dragging = true;
    moveCursor(placeAt(event->position().toPoint()), event->modifiers().testFlag(Qt::ShiftModifier));
}

void LogView::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_dragging)
        return;
    const QPoint point = event->position().toPoint();
    moveCursor(placeAt(point), true);
    const bool outside = point.y() < 0 || point.y() > viewport()->height();
    if (outside && m_dragTimer == 0)
        m_dragTimer = startTimer(FrameMilliseconds * 2);
    else if (!outside && m_dragTimer != 0)
        killTimer(std::exchange(m_dragTimer, 0));
}

void LogView::timerEvent(QTimerEvent* event)
{
    if (event->timerId() != m_dragTimer)
        return QAbstractScrollArea::timerEvent(event);
    // The further outside the pointer is, the faster it scrolls.
    const QPoint point = viewport()->mapFromGlobal(QCursor::pos());
    const int beyond = point.y() < 0 ? point.y() : std::max(0, point.y() - viewport()->height());
    verticalScrollBar()->setValue(verticalScrollBar()->value() + beyond / m_lineHeight + (beyond > 0) - (beyond < 0));
    moveCursor(placeAt(point), true);
}

void LogView::mouseReleaseEvent(QMouseEvent*)
{
    m_dragging = false;
    if (m_dragTimer != 0)
        killTimer(std::exchange(m_dragTimer, 0));
}

void LogView::mouseDoubleClickEvent(QMouseEvent* event)
{
    const Place place = placeAt(event->position().toPoint());
    const QString text = AnsiText::parse(m_store.line(place.line).text).text;
    const auto isWord = [&](qsizetype at) { return !text[at].isSpace(); };
    qsizetype begin = std::min(place.column, text.size());
    qsizetype end = begin;
    while (begin > 0 && isWord(begin - 1))
        --begin;
    while (end < text.size() && isWord(end))
        ++end;
    m_anchor = { place.line, begin };
    moveCursor({ place.line, end }, true);
}

void LogView::keyPressEvent(QKeyEvent* event)
{
    QScrollBar* bar = verticalScrollBar();
    QScrollBar* across = horizontalScrollBar();
    if (event->matches(QKeySequence::Copy))
        copy();
    else if (event->matches(QKeySequence::SelectAll))
        selectAll();
    else if (event->key() == Qt::Key_Up)
        bar->setValue(bar->value() - 1);
    else if (event->key() == Qt::Key_Down)
        bar->setValue(bar->value() + 1);
    else if (event->key() == Qt::Key_PageUp)
        bar->setValue(bar->value() - bar->pageStep());
    else if (event->key() == Qt::Key_PageDown || event->key() == Qt::Key_Space)
        bar->setValue(bar->value() + bar->pageStep());
    else if (event->key() == Qt::Key_Home)
        bar->setValue(0);
    else if (event->key() == Qt::Key_End)
        setFollowing(true);
    else if (event->key() == Qt::Key_Left)
        across->setValue(across->value() - across->singleStep());
    else if (event->key() == Qt::Key_Right)
        across->setValue(across->value() + across->singleStep());
    else if (event->key() == Qt::Key_Escape && hasSelection())
        moveCursor(m_cursor, false);
    else
        QAbstractScrollArea::keyPressEvent(event);
}

void LogView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(m_theme.icon(QStringLiteral("copy")), tr("&Copy"), QKeySequence::Copy, this, &LogView::copy)->setEnabled(hasSelection());
    menu->addAction(tr("Select &all"), QKeySequence::SelectAll, this, &LogView::selectAll);
    menu->popup(event->globalPos());
}

void LogView::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        updateMeasures();
}

} // namespace darsena::gui
