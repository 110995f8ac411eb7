// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/timeline_view.h"

#include "gui/base/text.h"
#include "gui/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

namespace darsena::gui {
namespace {

constexpr int StepHeight = 24;
constexpr int Top = 10;
constexpr int BarHeight = 12;
constexpr int MinBar = 5;

} // namespace

TimelineView::TimelineView(const Theme& theme, const BuildState& state, QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_theme(theme)
    , m_state(state)
{
    setObjectName(QStringLiteral("build.timeline"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void TimelineView::refresh(qint64 now)
{
    m_now = now;
    updateRange();
    viewport()->update();
}

void TimelineView::selectStep(int step)
{
    if (step == m_selected)
        return;
    m_selected = step;
    if (step >= 0 && step < int(m_state.steps().size())) {
        const model::BuildStep& info = m_state.steps()[std::size_t(step)].info;
        setAccessibleDescription(QStringLiteral("%1, %2, %3").arg(stageTitle(info), stepTitle(info),
            noteOf(m_state.steps()[std::size_t(step)])));
        const int top = Top + step * StepHeight;
        if (top < verticalScrollBar()->value())
            verticalScrollBar()->setValue(top - Top);
        else if (top + StepHeight > verticalScrollBar()->value() + viewport()->height())
            verticalScrollBar()->setValue(top + StepHeight - viewport()->height());
    }
    viewport()->update();
}

void TimelineView::updateRange()
{
    const int height = 2 * Top + StepHeight * int(m_state.steps().size());
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(StepHeight);
}

QString TimelineView::noteOf(const StepState& step) const
{
    switch (step.mark) {
    case Mark::Cached:
        return step.milliseconds >= 50
            ? tr("cached, saves %1").arg(formatDuration(std::chrono::milliseconds(step.milliseconds)))
            : markName(step.mark);
    case Mark::Done:
        return formatDuration(std::chrono::milliseconds(step.milliseconds));
    case Mark::Running:
        return formatDuration(std::chrono::milliseconds(std::max<qint64>(0, m_now - step.startedAt)));
    default:
        return markName(step.mark);
    }
}

void TimelineView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens& tokens = m_theme.tokens();
    const QFont small = m_theme.font(type::Small);
    const QFont code = m_theme.monospace(12);
    const QFontMetrics smallMetrics(small);
    const QFontMetrics codeMetrics(code);
    const auto& steps = m_state.steps();
    if (steps.empty()) {
        painter.setPen(tokens.muted);
        painter.drawText(viewport()->rect(), Qt::AlignCenter, tr("The steps of a build stand here over time."));
        return;
    }

    const int labelWidth = std::clamp(viewport()->width() / 3, 160, 360);
    int stageWidth = 0;
    for (const StepState& step : steps)
        stageWidth = std::max(stageWidth, smallMetrics.horizontalAdvance(stageTitle(step.info)));
    stageWidth = std::min(stageWidth, labelWidth / 3);
    const int left = space::L + labelWidth + space::L;
    const int room = std::max(80, viewport()->width() - left - 150);
    const qint64 whole = std::max<qint64>(1, m_state.active() ? m_now : m_state.totalMilliseconds());

    for (int i = 0; i < int(steps.size()); ++i) {
        const StepState& step = steps[std::size_t(i)];
        const int top = Top + i * StepHeight - verticalScrollBar()->value();
        if (top + StepHeight < 0 || top > viewport()->height())
            continue;
        if (i == m_selected)
            painter.fillRect(0, top, viewport()->width(), StepHeight, tokens.accentSoft);

        painter.setFont(small);
        painter.setPen(tokens.muted);
        painter.drawText(QRect(space::L, top, stageWidth, StepHeight), Qt::AlignVCenter | Qt::AlignLeft,
            smallMetrics.elidedText(stageTitle(step.info), Qt::ElideRight, stageWidth));
        painter.setFont(code);
        painter.setPen(step.mark == Mark::Skipped ? tokens.muted : tokens.text);
        const QRect title(space::L + stageWidth + space::S, top, labelWidth - stageWidth - space::S, StepHeight);
        painter.drawText(title, Qt::AlignVCenter | Qt::AlignLeft,
            codeMetrics.elidedText(stepTitle(step.info), Qt::ElideRight, title.width()));

        const qint64 begin = step.startedAt < 0 ? whole : step.startedAt;
        const qint64 end = step.endedAt >= 0 ? step.endedAt : step.mark == Mark::Running ? whole : begin;
        qreal x = left + qreal(begin) * room / qreal(whole);
        qreal width = std::max<qreal>(MinBar, qreal(end - begin) * room / qreal(whole));
        if (step.mark == Mark::Cached)
            width = std::max<qreal>(width, 22);
        if (step.startedAt < 0) { // has not begun: an outline at the end
            x = left + room;
            width = 22;
        }
        x = std::min<qreal>(x, left + room);
        const QRectF bar(x, top + (StepHeight - BarHeight) / 2.0, width, BarHeight);
        QColor fill;
        switch (step.mark) {
        case Mark::Cached:
            fill = tokens.cached;
            break;
        case Mark::Done:
            fill = tokens.running;
            break;
        case Mark::Running:
            fill = tokens.accent;
            break;
        case Mark::Failed:
            fill = tokens.failed;
            break;
        default:
            break;
        }
        if (fill.isValid()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(fill);
        } else {
            QPen pen(tokens.faint, 1);
            pen.setDashPattern({ 3, 3 });
            painter.setPen(pen);
            painter.setBrush(Qt::NoBrush);
        }
        painter.drawRoundedRect(bar, 3, 3);
        painter.setFont(small);
        painter.setPen(step.mark == Mark::Failed ? tokens.failedText : tokens.muted);
        painter.drawText(QRectF(bar.right() + space::S, top, 200, StepHeight), Qt::AlignVCenter | Qt::AlignLeft, noteOf(step));
    }
}

void TimelineView::resizeEvent(QResizeEvent*)
{
    updateRange();
}

void TimelineView::choose(int step)
{
    if (step < 0 || step >= int(m_state.steps().size()))
        return;
    selectStep(step);
    Q_EMIT stepSelected(step);
}

void TimelineView::mousePressEvent(QMouseEvent* event)
{
    choose((int(event->position().y()) + verticalScrollBar()->value() - Top) / StepHeight);
}

void TimelineView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Up:
        choose(m_selected - 1);
        break;
    case Qt::Key_Down:
        choose(m_selected + 1);
        break;
    case Qt::Key_Home:
        choose(0);
        break;
    case Qt::Key_End:
        choose(int(m_state.steps().size()) - 1);
        break;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

} // namespace darsena::gui
