// SPDX-License-Identifier: GPL-3.0-or-later
// The half of BuildRun that touches the disk: what a step does once it is known that it has to run.
#include "core/builder/run/build_run.h"

#include "core/builder/run/archive_source.h"
#include "core/builder/run/copier.h"
#include "core/builder/run/inside.h"
#include "core/builder/run/mount_points.h"
#include "core/builder/run/run_mounts.h"
#include "core/os/file.h"
#include "core/os/mount.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fcntl.h>
#include <sys/stat.h>

namespace darsena::builder {

namespace {

constexpr std::size_t maxLogEvent = 64 << 10;
constexpr std::size_t maxLogTail = 8 << 10;

/// The mounted overlay of a draft.
Result<os::Beneath> mountDraft(const store::LayerDraft& draft)
{
    UniqueFd mounted = TRY(os::mountOverlay(draft.overlay()));
    return os::Beneath::adopt(std::move(mounted));
}

/// Sends what a step prints on as events and keeps the end of it.
class StepLog : public LogSink {
public:
    StepLog(int step, std::function<void(const BuildEvent&)> emit)
        : m_step(step)
        , m_emit(std::move(emit))
    {
    }

    void write(LogStream stream, std::string_view bytes) override
    {
        m_tail.append(bytes.substr(bytes.size() - std::min(bytes.size(), maxLogTail)));
        if (m_tail.size() > maxLogTail)
            m_tail.erase(0, m_tail.size() - maxLogTail);
        while (!bytes.empty()) {
            const std::string_view piece = bytes.substr(0, maxLogEvent);
            bytes.remove_prefix(piece.size());
            m_emit(LogEvent { m_step, stream, std::string(piece) });
        }
    }

    /// Whole lines, unless there is only a part of one.
    std::string tail() const
    {
        const std::size_t line = m_tail.size() == maxLogTail ? m_tail.find('\n') : std::string::npos;
        return line == std::string::npos ? m_tail : m_tail.substr(line + 1);
    }

private:
    int m_step;
    std::function<void(const BuildEvent&)> m_emit;
    std::string m_tail;
};

} // namespace

Result<BuildRun::Executed> BuildRun::execute(std::size_t number, const MountedChain* source)
{
    const Step& step = m_plan.steps[number];
    const Digest parent = parentOfStep(number);
    if (const auto* workdir = std::get_if<WorkdirStep>(&step.action))
        return makeDirectory(*workdir, parent);
    if (const auto* copyStep = std::get_if<CopyStep>(&step.action))
        return copy(number, *copyStep, parent, source);
    if (const auto* command = std::get_if<RunCommandStep>(&step.action))
        return runCommand(number, *command, parent);
    return Executed { parent, std::nullopt };
}

Result<BuildRun::Executed> BuildRun::commit(store::LayerDraft& draft, const Digest& parent)
{
    if (m_stop.stop_requested())
        return Error(ErrorCode::Cancelled, "cancelled");
    if (TRY(draft.empty()))
        return Executed { parent, std::nullopt };
    store::Layer layer = TRY(draft.commit());
    return Executed { layer.chainId, std::move(layer) };
}

Result<BuildRun::Executed> BuildRun::makeDirectory(const WorkdirStep& workdir, const Digest& parent)
{
    const auto draft = TRY(m_state.store.newLayer(parent));
    {
        const os::Beneath root = TRY(mountDraft(*draft));
        const std::string path = TRY(resolveInside(root, workdir.path));
        const auto made = root.makeDirectories(path, 0755);
        if (!made && (made.error().systemError() == ENOTDIR || made.error().systemError() == EEXIST))
            return Error(ErrorCode::Invalid, fmt::format("WORKDIR {}: a part of this path is a file", workdir.path));
        TRY(made);
    }
    return commit(*draft, parent);
}

Result<BuildRun::Executed> BuildRun::copy(
    std::size_t number, const CopyStep& copy, const Digest& parent, const MountedChain* source)
{
    const os::Beneath& tree = source ? source->root() : m_context.root;
    Selection selection = TRY(m_keys->selectFor(copy, tree, false));
    for (const std::string& pattern : selection.unmatched)
        emit(WarningEvent { m_plan.steps[number].info.line, fmt::format("{} matches no file in {}", pattern, copy.from.name) });

    const auto draft = TRY(m_state.store.newLayer(parent));
    {
        const os::Beneath root = TRY(mountDraft(*draft));
        CopyOptions options;
        options.destination = copy.destination;
        options.destinationIsDirectory = copy.destinationIsDirectory;
        options.keepOwner = source != nullptr;
        options.chmod = copy.chmod;
        options.parents = copy.parents;
        if (!copy.chown.empty())
            options.owner = TRY_CONTEXT("--chown=" + copy.chown, resolveOwner(root, copy.chown));

        std::unique_ptr<Scratch> scratch;
        if (copy.unpack) {
            // An archive is first taken apart where it can do no harm, by the store's confined child, and its files are then
            // copied like any others.
            for (auto entry = selection.roots.begin(); entry != selection.roots.end();) {
                const SelectedEntry& file = entry->entries.front();
                const UniqueFd opened = file.isRegular() ? TRY_CONTEXT(file.source, tree.openRegular(file.source)) : UniqueFd();
                if (!opened || !TRY_CONTEXT("ADD " + entry->written, isArchive(opened.get()))) {
                    ++entry;
                    continue;
                }
                if (!scratch)
                    scratch = TRY(Scratch::create(m_scratch, fmt::format("add-{}", number)));
                const std::filesystem::path directory = scratch->path() / std::to_string(entry - selection.roots.begin());
                TRY(os::makeDirectories(directory, 0755));
                const UniqueFd into = TRY(os::openFile(directory, O_RDONLY | O_DIRECTORY));
                archive::FdSource bytes(opened.get());
                TRY_CONTEXT("ADD " + entry->written, m_state.store.unpackInto(bytes, into.get(), m_stop.get_token()));
                const os::Beneath unpacked = TRY(os::Beneath::open(directory));
                SelectOptions all;
                all.treeName = entry->written;
                const Selection content = TRY(select(unpacked, { "." }, all, m_stop.get_token()));
                CopyOptions unpackOptions = options;
                unpackOptions.keepOwner = true;
                TRY(Copier(root, std::move(unpackOptions), m_stop.get_token()).copy(unpacked, content));
                TRY(os::removeTree(directory));
                entry = selection.roots.erase(entry);
            }
        }
        Copier copier(root, std::move(options), m_stop.get_token());
        TRY(copier.copy(tree, selection));
        TRY(copier.write(copy.files, m_state.options.now()));
    }
    return commit(*draft, parent);
}

Result<BuildRun::Executed> BuildRun::runCommand(std::size_t number, const RunCommandStep& command, const Digest& parent)
{
    const auto draft = TRY(m_state.store.newLayer(parent));
    const RunMounts::Inputs inputs {
        .state = m_state,
        .request = m_request,
        .context = m_context.root,
        .chainOf = [this](const SourceTree& tree) { return chainOf(tree); },
        .name = fmt::format("{}-run-{}", m_id, number),
    };
    const auto mounts = TRY(RunMounts::prepare(inputs, command, m_stop.get_token()));
    std::vector<std::string> mountPoints = m_state.executor.fixedMountPoints();
    for (const RunMount& mount : mounts->mounts())
        mountPoints.push_back(mount.target);

    std::optional<MountPoints> before;
    {
        const os::Beneath root = TRY(mountDraft(*draft));
        const std::string directory = TRY(resolveInside(root, command.workingDir));
        TRY_CONTEXT("working directory " + command.workingDir, root.makeDirectories(directory, 0755));
        before = TRY(MountPoints::look(root, mountPoints));
    }

    RunStep step;
    step.buildId = m_id;
    step.step = static_cast<int>(number);
    step.args = command.args;
    step.env = command.env;
    step.env.insert(step.env.end(), mounts->env().begin(), mounts->env().end());
    step.workingDir = command.workingDir;
    step.user = command.user;
    step.root = draft->overlay();
    step.mounts = mounts->mounts();
    step.network = command.network;
    step.extraHosts = m_request.extraHosts;
    step.shmBytes = m_request.shmBytes;
    StepLog log(static_cast<int>(number), [this](const BuildEvent& event) { emit(event); });
    const auto code = m_state.executor.run(step, log, m_stop.get_token());
    if (m_stop.stop_requested())
        return Error(ErrorCode::Cancelled, "cancelled");
    if (!code || *code != 0) {
        const std::lock_guard lock(m_mutex);
        if (!m_failure) {
            m_logTail = log.tail();
            m_exitCode = code ? std::optional(*code) : std::nullopt;
        }
    }
    if (!code)
        return code.error();
    if (*code != 0)
        return Error(ErrorCode::Invalid,
            fmt::format("The command '{}' returned a non-zero code: {}", fmt::join(command.args, " "), *code));
    TRY(before->removeFrom(draft->overlay().upper));
    return commit(*draft, parent);
}

} // namespace darsena::builder
