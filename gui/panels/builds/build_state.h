// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/build.h"
#include "gui/panels/builds/log_text.h"
#include "gui/widgets/looks.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace darsena::gui {

/// What is known of one step of a build.
struct StepState {
    model::BuildStep info;
    Mark mark = Mark::WillRun;
    std::vector<model::BuildReason> reasons; ///< why it runs, or need not
    QString engineReason; ///< the same as the engine says it, in English
    qint64 startedAt = -1; ///< milliseconds since the build began, -1 = not yet
    qint64 endedAt = -1;
    qint64 milliseconds = 0; ///< as the engine measured
    qint64 bytes = -1; ///< of its layer, -1 = not known
    QStringList log;
    QString error;
    LogText text;

    /// Why it runs, or need not, in the studio's language where that is known.
    QString reason() const;
    bool ended() const { return mark == Mark::Cached || mark == Mark::Done || mark == Mark::Failed; }
};

/// The story of one build, grown event by event. Plain values; the models and views of this folder show it.
class BuildState {
public:
    enum class Phase { None, Sending, Running, Succeeded, Failed, Cancelled };

    /// Log lines kept over all steps; the oldest of a step go first when a build prints more.
    static constexpr qsizetype maxLogLines = 400'000;

    /// Forgets everything; the context is being sent.
    void begin();
    /// @p now: milliseconds since begin().
    void apply(const model::BuildEvent& event, qint64 now);
    /// The stream ended without the engine's word: @p sentence says why.
    void fail(const QString& sentence, qint64 now);
    void cancel(qint64 now);

    Phase phase() const { return m_phase; }
    bool active() const { return m_phase == Phase::Sending || m_phase == Phase::Running; }
    const std::vector<StepState>& steps() const { return m_steps; }
    /// The step whose instruction begins at a line of the Dockerfile; nullptr = none.
    const StepState* stepAtLine(int line) const;
    int indexOf(std::int64_t step) const; ///< in steps(); -1 = none
    int endedSteps() const;
    int cachedSteps() const;

    qint64 totalMilliseconds() const { return m_total; }
    /// Of the build's failure: a sentence, and the line it concerns (0 = none).
    const QString& error() const { return m_error; }
    int errorLine() const { return m_errorLine; }
    const QString& imageId() const { return m_imageId; }
    const QStringList& tags() const { return m_tags; }
    /// Words of the builder that belong to no step.
    const QStringList& messages() const { return m_messages; }

private:
    void stopOpenSteps(Mark mark, qint64 now);

    Phase m_phase = Phase::None;
    std::vector<StepState> m_steps;
    qint64 m_total = 0;
    qsizetype m_logLines = 0;
    QString m_error;
    int m_errorLine = 0;
    QString m_imageId;
    QStringList m_tags;
    QStringList m_messages;
    LogText m_messageText;
};

/// "RUN make" of a step, on one line.
QString stepTitle(const model::BuildStep& step);
/// "build", or the stage's number where it has no name.
QString stageTitle(const model::BuildStep& step);

} // namespace darsena::gui
