// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting for, attaching to and reading from containers, and what is measured of them.
#include "core/engine/container_manager.h"

#include "core/engine/process_list.h"
#include "core/engine/spec_builder.h"
#include "core/engine/stats.h"
#include "core/engine/stream_attachment.h"
#include "core/runtime/cgroups/cgroup.h"

#include <poll.h>

namespace darsena::engine {

namespace {

class SlotWaiter : public ExitWaiter {
public:
    explicit SlotWaiter(std::shared_ptr<WaitSlot> slot)
        : m_slot(std::move(slot))
    {
    }
    Result<model::WaitResult> wait(std::stop_token stop) override
    {
        (void)TRY(waitReadable(m_slot->wake.fd(), stop));
        const std::lock_guard lock(m_slot->mutex);
        if (!m_slot->result)
            return Error(ErrorCode::Cancelled, "the wait was given up");
        return *m_slot->result;
    }
    int fd() const override { return m_slot->wake.fd(); }

private:
    std::shared_ptr<WaitSlot> m_slot;
};

/// An attachment to a container that has not been started yet.
class PendingAttachment : public Attachment {
public:
    PendingAttachment(std::shared_ptr<AttachSlot> slot, bool terminal, std::unique_ptr<LogReader> replay)
        : m_slot(std::move(slot))
        , m_terminal(terminal)
        , m_replay(std::move(replay))
    {
    }
    bool tty() const override { return m_terminal; }
    LogReader* replay() override { return m_replay.get(); }
    Result<UniqueFd> stream(std::stop_token stop) override
    {
        (void)TRY(waitReadable(m_slot->wake.fd(), stop));
        const std::lock_guard lock(m_slot->mutex);
        if (!m_slot->result)
            return Error(ErrorCode::Cancelled, "the attachment was given up");
        if (!m_slot->result->ok())
            return m_slot->result->error();
        return std::move((*m_slot->result)->stream);
    }
    int fd() const override { return m_slot->wake.fd(); }

private:
    std::shared_ptr<AttachSlot> m_slot;
    bool m_terminal;
    std::unique_ptr<LogReader> m_replay;
};

} // namespace

Result<WaitCondition> parseWaitCondition(std::string_view text)
{
    if (text.empty() || text == "not-running")
        return WaitCondition::NotRunning;
    if (text == "next-exit")
        return WaitCondition::NextExit;
    if (text == "removed")
        return WaitCondition::Removed;
    return Error(ErrorCode::Invalid, fmt::format("invalid condition: \"{}\"", text));
}

Result<std::unique_ptr<ExitWaiter>> ContainerManager::wait(std::string_view reference, WaitCondition condition)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    auto slot = std::make_shared<WaitSlot>(TRY(WakeFd::create()), condition);
    {
        const std::lock_guard lock(container->mutex);
        const bool over = !container->state.runs() && container->state.status != Status::Restarting;
        if (container->removed || (condition == WaitCondition::NotRunning && over))
            slot->answer({container->state.exitCode, {}});
        else {
            // Clients that went away leave their slots: those that only we hold any more are swept here.
            std::erase_if(container->waits, [](const auto& other) { return other.use_count() == 1; });
            container->waits.push_back(slot);
        }
    }
    return std::unique_ptr<ExitWaiter>(new SlotWaiter(std::move(slot)));
}

Result<std::unique_ptr<Attachment>> ContainerManager::attach(std::string_view reference, const AttachOptions& options)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    const shim::AttachOptions wanted{options.in, options.out, options.err};
    LogOptions logOptions;
    logOptions.out = options.out;
    logOptions.err = options.err;
    std::unique_ptr<Attachment> attachment;
    std::optional<shim::Shim> shim;
    bool terminal = false;
    std::shared_ptr<AttachSlot> slot;
    if (options.stream)
        slot = std::make_shared<AttachSlot>(TRY(WakeFd::create()), wanted);
    {
        const std::lock_guard lock(container->mutex);
        if (container->removed)
            return Error(ErrorCode::NotFound, fmt::format("No such container: {}", reference));
        terminal = container->record.config.tty;
        if (container->state.status == Status::Paused)
            return Error(ErrorCode::Conflict, fmt::format("container {} is paused, unpause the container before attach", container->id));
        if (container->state.status == Status::Running)
            shim = container->shim;
        else if (slot) {
            std::erase_if(container->attaches, [](const auto& other) { return other.use_count() == 1; });
            container->attaches.push_back(slot);
        }
    }
    const std::filesystem::path log = m_parts.files.log(container->id);
    if (!options.stream) {
        auto replay = TRY(LogFileReader::open(log, logOptions, nullptr));
        attachment = TRY(StreamAttachment::create(UniqueFd(), terminal, std::move(replay)));
    } else if (shim) {
        shim::Attachment stream = TRY(shim->attach(wanted));
        std::unique_ptr<LogReader> replay;
        if (options.logs)
            replay = TRY(LogFileReader::open(log, logOptions, nullptr, stream.logBytes));
        attachment = TRY(StreamAttachment::create(std::move(stream.stream), terminal, std::move(replay)));
    } else {
        std::unique_ptr<LogReader> replay;
        if (options.logs)
            replay = TRY(LogFileReader::open(log, logOptions, nullptr));
        attachment = std::make_unique<PendingAttachment>(std::move(slot), terminal, std::move(replay));
    }
    publish(*container, "attach");
    return attachment;
}

Result<void> ContainerManager::resize(std::string_view reference, std::int64_t rows, std::int64_t columns)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    if (rows < 0 || rows > 65535 || columns < 0 || columns > 65535)
        return Error(ErrorCode::Invalid, "a terminal has 0 to 65535 rows and columns");
    std::optional<shim::Shim> shim;
    {
        const std::lock_guard lock(container->mutex);
        shim = container->shim;
    }
    if (!shim)
        return Error(ErrorCode::Conflict, fmt::format("container {} is not running", container->id));
    TRY(shim->resize(static_cast<std::uint16_t>(rows), static_cast<std::uint16_t>(columns)));
    publish(*container, "resize", {{"height", std::to_string(rows)}, {"width", std::to_string(columns)}});
    return {};
}

Result<std::unique_ptr<LogReader>> ContainerManager::logs(std::string_view reference, const LogOptions& options)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    if (!options.out && !options.err)
        return Error(ErrorCode::Invalid, "Bad parameters: you must choose at least one stream");
    std::shared_ptr<EndSignal> run;
    {
        const std::lock_guard lock(container->mutex);
        if (container->record.hostConfig.logConfig.type == "none")
            return Error(ErrorCode::Unsupported, "configured logging driver does not support reading");
        if (container->state.runs())
            run = container->run;
    }
    return std::unique_ptr<LogReader>(TRY(LogFileReader::open(m_parts.files.log(container->id), options, std::move(run))));
}

Result<bool> ContainerManager::hasTty(std::string_view reference)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    const std::lock_guard lock(container->mutex);
    return container->record.config.tty;
}

Result<model::TopResult> ContainerManager::top(std::string_view reference, std::string_view psArgs)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    const std::vector<PsColumn> columns = TRY(parsePsArguments(psArgs));
    std::string path;
    {
        const std::lock_guard lock(container->mutex);
        if (!container->state.runs())
            return Error(ErrorCode::Conflict, fmt::format("container {} is not running", container->id));
        path = cgroupsPathOf(container->record);
    }
    const auto cgroup = TRY(runtime::Cgroup::at(path));
    const auto processes = TRY(cgroup->processes());
    publish(*container, "top");
    return listProcesses(processes, columns);
}

Result<json::Object> ContainerManager::stats(std::string_view reference)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    ContainerRecord record;
    ContainerState state;
    {
        const std::lock_guard lock(container->mutex);
        record = container->record;
        state = container->state;
    }
    return collectStats(record, state);
}

Result<std::vector<model::ContainerChange>> ContainerManager::changes(std::string_view reference)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    std::vector<model::ContainerChange> list;
    const auto found = m_parts.store->diffSnapshot(container->id);
    if (!found) {
        if (found.error().code() == ErrorCode::NotFound)
            return list; // never started: no snapshot yet
        return found.error();
    }
    for (const store::PathChange& change : *found)
        list.push_back({change.path, change.change == layers::Change::Changed ? 0 : change.change == layers::Change::Added ? 1 : 2});
    return list;
}

} // namespace darsena::engine
