// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/build_state.h"

#include "gui/base/text.h"
#include "gui/panels/builds/reason_text.h"

namespace darsena::gui {

QString StepState::reason() const
{
    const QString ours = reasonText(reasons);
    return ours.isEmpty() ? engineReason : ours;
}

QString stepTitle(const model::BuildStep& step)
{
    return toQString(step.text.empty() ? step.instruction : step.text).simplified();
}

QString stageTitle(const model::BuildStep& step)
{
    return step.stageName.empty() ? QString::number(step.stage) : toQString(step.stageName);
}

void BuildState::begin()
{
    *this = BuildState();
    m_phase = Phase::Sending;
}

void BuildState::apply(const model::BuildEvent& event, qint64 now)
{
    if (event.type == "plan") {
        m_phase = Phase::Running;
        m_steps.clear();
        for (const model::BuildStep& step : event.steps) {
            StepState state;
            state.info = step;
            m_steps.push_back(std::move(state));
        }
        return;
    }
    if (event.type == "done") {
        m_phase = Phase::Succeeded;
        m_total = event.milliseconds > 0 ? event.milliseconds : now;
        m_imageId = toQString(event.imageId);
        for (const std::string& tag : event.tags)
            m_tags.append(toQString(tag));
        return;
    }
    const int index = indexOf(event.step);
    StepState* step = index >= 0 ? &m_steps[std::size_t(index)] : nullptr;
    if (event.type == "failed") {
        m_error = toQString(event.error);
        m_errorLine = int(event.line);
        m_phase = Phase::Failed;
        m_total = now;
        if (step) {
            step->mark = Mark::Failed;
            step->error = m_error;
            step->endedAt = now;
            if (step->startedAt < 0)
                step->startedAt = now;
            step->milliseconds = event.milliseconds;
            step->log.append(step->text.finish());
            if (m_errorLine == 0)
                m_errorLine = int(step->info.startLine);
        }
        stopOpenSteps(Mark::Skipped, now);
        return;
    }
    if (!step) {
        if (event.type == "log")
            m_messages.append(m_messageText.feed(event.text));
        else if (event.type == "warning")
            m_messages.append(toQString(event.text.empty() ? event.error : event.text));
        return;
    }
    if (!event.reason.empty())
        step->engineReason = toQString(event.reason);
    if (!event.reasons.empty())
        step->reasons = event.reasons;
    if (event.type == "queued") {
        step->mark = Mark::WillRun;
    } else if (event.type == "cached") {
        step->mark = Mark::Cached;
        step->startedAt = step->endedAt = now;
        step->bytes = event.bytes;
        step->milliseconds = event.milliseconds;
    } else if (event.type == "started") {
        step->mark = Mark::Running;
        step->startedAt = now;
    } else if (event.type == "log") {
        const QStringList lines = step->text.feed(event.text);
        m_logLines += lines.size();
        step->log.append(lines);
        if (m_logLines > maxLogLines) {
            const qsizetype drop = std::min(step->log.size(), m_logLines - maxLogLines);
            step->log.remove(0, drop);
            m_logLines -= drop;
        }
    } else if (event.type == "finished") {
        step->mark = Mark::Done;
        step->endedAt = now;
        if (step->startedAt < 0)
            step->startedAt = now;
        step->milliseconds = event.milliseconds;
        step->bytes = event.bytes;
        step->log.append(step->text.finish());
    }
}

void BuildState::fail(const QString& sentence, qint64 now)
{
    m_phase = Phase::Failed;
    m_error = sentence;
    m_total = now;
    stopOpenSteps(Mark::Skipped, now);
}

void BuildState::cancel(qint64 now)
{
    m_phase = Phase::Cancelled;
    m_total = now;
    stopOpenSteps(Mark::Skipped, now);
}

void BuildState::stopOpenSteps(Mark mark, qint64 now)
{
    for (StepState& step : m_steps) {
        if (step.ended())
            continue;
        if (step.mark == Mark::Running)
            step.endedAt = now;
        step.mark = mark;
        step.log.append(step.text.finish());
    }
}

const StepState* BuildState::stepAtLine(int line) const
{
    for (const StepState& step : m_steps) {
        if (step.info.startLine > 0 && step.info.startLine <= line && line <= std::max(step.info.startLine, step.info.endLine))
            return &step;
    }
    return nullptr;
}

int BuildState::indexOf(std::int64_t number) const
{
    // Steps are numbered from 0 in the plan's order; a plan that does otherwise is searched.
    if (number >= 0 && std::size_t(number) < m_steps.size() && m_steps[std::size_t(number)].info.step == number)
        return int(number);
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        if (m_steps[i].info.step == number)
            return int(i);
    }
    return -1;
}

int BuildState::endedSteps() const
{
    return int(std::count_if(m_steps.begin(), m_steps.end(), [](const StepState& step) { return step.ended(); }));
}

int BuildState::cachedSteps() const
{
    return int(
        std::count_if(m_steps.begin(), m_steps.end(), [](const StepState& step) { return step.mark == Mark::Cached; }));
}

} // namespace darsena::gui
