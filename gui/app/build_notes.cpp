// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/build_notes.h"

#include "gui/base/text.h"

#include <map>

namespace darsena::gui {
namespace {

using dockerfile::Instruction;

/// The instructions of a stage, FROM first.
std::vector<const Instruction*> instructionsOf(const dockerfile::Stage& stage)
{
    std::vector<const Instruction*> all { &stage.from };
    for (const Instruction& instruction : stage.instructions)
        all.push_back(&instruction);
    return all;
}

bool takesFromContext(const Instruction& instruction)
{
    if (const auto* copy = instruction.as<dockerfile::Copy>())
        return !copy->from && !copy->paths.sources.empty();
    if (const auto* add = instruction.as<dockerfile::Add>())
        return !add->paths.sources.empty();
    if (const auto* run = instruction.as<dockerfile::Run>()) {
        return std::any_of(run->mounts.begin(), run->mounts.end(), [](const dockerfile::Mount& mount) {
            return mount.type == dockerfile::MountType::Bind && !mount.from;
        });
    }
    return false;
}

/// What a step added; empty where that is not known. FROM of a stage or of scratch adds nothing of its own.
QString bytesOf(const Instruction& instruction, const StepState& step)
{
    const bool adds = step.bytes > 0 || (step.bytes == 0 && !instruction.as<dockerfile::From>());
    return adds ? formatBytes(step.bytes) : QString();
}

BuildNote noteOf(const Instruction& instruction, const StepState& step, qint64 now)
{
    BuildNote note;
    note.line = int(instruction.firstLine);
    note.mark = step.mark;
    QStringList parts;
    if (const QString bytes = bytesOf(instruction, step); !bytes.isEmpty() && (step.mark == Mark::Cached || step.mark == Mark::Done))
        parts.append(bytes);
    note.rowText = parts.join(QString());
    switch (step.mark) {
    case Mark::Cached:
        parts.append(markName(step.mark));
        break;
    case Mark::Done:
        parts.append(formatDuration(std::chrono::milliseconds(step.milliseconds)));
        if (step.bytes <= 0)
            note.rowText = formatDuration(std::chrono::milliseconds(step.milliseconds));
        parts.append(step.reason());
        break;
    case Mark::Running:
        note.rowText = formatDuration(std::chrono::milliseconds(std::max<qint64>(0, now - step.startedAt)));
        parts.append(note.rowText);
        parts.append(step.reason());
        note.strong = true;
        break;
    case Mark::Failed:
        note.rowText = markName(step.mark);
        parts.append(step.error);
        note.strong = true;
        break;
    case Mark::Skipped:
        parts.append(markName(step.mark));
        break;
    case Mark::WillRun:
        parts.append(step.reason());
        break;
    default:
        break;
    }
    parts.removeAll(QString()); // a reason need not be known
    note.lineText = parts.join(QStringLiteral(" · "));
    return note;
}

/// The steps of the last build by stage and place in it, as long as it ended well there.
struct LastBuild {
    std::map<std::int64_t, std::vector<const StepState*>> stages;

    explicit LastBuild(const BuildState& build)
    {
        for (const StepState& step : build.steps()) {
            if (step.info.startLine > 0)
                stages[step.info.stage].push_back(&step);
        }
    }
    const StepState* at(std::size_t stage, std::size_t place) const
    {
        const auto found = stages.find(std::int64_t(stage));
        return found != stages.end() && place < found->second.size() ? found->second[place] : nullptr;
    }
};

/// Worse comes later: a step is at least as uncertain as what it builds on.
enum class Outlook { Cached, Unknown, WillRun };

Mark markOf(Outlook outlook)
{
    switch (outlook) {
    case Outlook::Cached:
        return Mark::Cached;
    case Outlook::WillRun:
        return Mark::WillRun;
    case Outlook::Unknown:
        break;
    }
    return Mark::Unknown;
}

BuildNotes forecast(const Analysis& analysis, const BuildState& build)
{
    BuildNotes notes;
    const LastBuild last(build);
    std::map<std::size_t, Outlook> stageOutlook; // after its last instruction
    for (const dockerfile::Stage& stage : analysis.file.stages) {
        Outlook outlook = Outlook::Cached;
        const bool needed = stage.index < analysis.graph.stages.size() && analysis.graph.stages[stage.index].needed;
        std::size_t place = 0;
        for (const Instruction* instruction : instructionsOf(stage)) {
            const StepState* step = last.at(stage.index, place++);
            const bool same = step && (step->mark == Mark::Cached || step->mark == Mark::Done)
                && stepTitle(step->info) == toQString(instruction->original).simplified();
            if (!step)
                outlook = std::max(outlook, Outlook::Unknown);
            else if (!same)
                outlook = Outlook::WillRun;
            else if (takesFromContext(*instruction))
                outlook = std::max(outlook, Outlook::Unknown);
            for (const dockerfile::StageEdge& edge : analysis.graph.edges) {
                if (edge.to == stage.index && edge.line >= instruction->firstLine && edge.line <= instruction->lastLine
                    && edge.stage())
                    outlook = std::max(outlook, stageOutlook[*edge.stage()]);
            }
            BuildNote note;
            note.line = int(instruction->firstLine);
            note.mark = needed ? markOf(outlook) : Mark::Unknown;
            if (const QString bytes = same ? bytesOf(*instruction, *step) : QString(); !bytes.isEmpty()) {
                note.rowText = bytes;
                note.lineText = note.mark == Mark::Cached ? note.rowText + QStringLiteral(" · ") + markName(note.mark)
                                                          : QStringLiteral("≈ ") + note.rowText;
            }
            notes.push_back(std::move(note));
        }
        stageOutlook[stage.index] = outlook;
    }
    return notes;
}

} // namespace

const Instruction* instructionAtLine(const dockerfile::Dockerfile& file, int line)
{
    for (const dockerfile::Stage& stage : file.stages) {
        for (const Instruction* instruction : instructionsOf(stage)) {
            if (int(instruction->firstLine) <= line && line <= int(instruction->lastLine))
                return instruction;
        }
    }
    return nullptr;
}

BuildNotes makeBuildNotes(const Analysis& analysis, const BuildState& build, qint64 now, bool textChanged)
{
    if (textChanged)
        return forecast(analysis, build);
    BuildNotes notes;
    for (const dockerfile::Stage& stage : analysis.file.stages) {
        const bool needed = stage.index < analysis.graph.stages.size() && analysis.graph.stages[stage.index].needed;
        for (const Instruction* instruction : instructionsOf(stage)) {
            if (const StepState* step = build.stepAtLine(int(instruction->firstLine))) {
                notes.push_back(noteOf(*instruction, *step, now));
            } else {
                BuildNote note;
                note.line = int(instruction->firstLine);
                note.mark = !needed && !build.steps().empty() ? Mark::Skipped : Mark::Unknown;
                notes.push_back(std::move(note));
            }
        }
    }
    return notes;
}

} // namespace darsena::gui
