// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/container_manager.h"

#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/engine/container_event.h"
#include "core/engine/container_starter.h"
#include "core/engine/create_request.h"
#include "core/engine/host_abilities.h"
#include "core/engine/host_config_check.h"
#include "core/engine/mount_request.h"
#include "core/engine/name_generator.h"
#include "core/engine/texts.h"
#include "core/runtime/cgroups/cgroup.h"
#include "core/engine/spec_builder.h"
#include "core/engine/volume_mounts.h"

#include <algorithm>
#include <csignal>
#include <set>

namespace darsena::engine {

namespace {

constexpr std::int64_t kDefaultStopSeconds = 10;
constexpr std::chrono::seconds kKillPatience(10);
constexpr std::int64_t kFirstBackOff = 100; // milliseconds
constexpr std::int64_t kLastBackOff = 60'000;
/// How long a start or removal waits for copies in and out of the container before it stops them.
constexpr std::chrono::seconds kCopyPatience(5);

std::string short_(const Container& container)
{
    return container.id.substr(0, 12);
}

std::string cgroupOf(const Container& container)
{
    const std::lock_guard lock(container.mutex);
    return cgroupsPathOf(container.record);
}

/// Takes the waits for the container's removal out. Called with the container's mutex held.
std::vector<std::shared_ptr<WaitSlot>> takeRemovalWaits(Container& container)
{
    const auto rest = std::ranges::partition(container.waits, [](const auto& slot) { return slot->condition != WaitCondition::Removed; });
    std::vector<std::shared_ptr<WaitSlot>> taken(std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
    container.waits.erase(rest.begin(), rest.end());
    return taken;
}

Error notRunning(const Container& container)
{
    return {ErrorCode::Conflict, fmt::format("container {} is not running", container.id)};
}

} // namespace

ContainerManager::ContainerManager(EngineParts& parts, ContainerNetworks& networks)
    : m_parts(parts)
    , m_networks(networks)
    , m_starter(parts, networks)
    , m_health(parts)
{
}

ContainerManager::~ContainerManager()
{
    m_parts.reactor->finish();
    // Whoever still waits for a start that will not come must not wait for ever.
    for (const ContainerPointer& container : m_parts.containers.all()) {
        const std::lock_guard lock(container->mutex);
        for (const auto& slot : container->attaches)
            slot->answer(Error(ErrorCode::Cancelled, "the engine is stopping"));
    }
}

void ContainerManager::publish(const Container& container, std::string action, std::map<std::string, std::string> more)
{
    publishContainerEvent(m_parts.events, container, std::move(action), std::move(more));
}

/// Called with the container's mutex held.
void ContainerManager::save(const Container& container)
{
    if (const auto saved = m_parts.files.saveState(container.id, container.state); !saved)
        log::error("container {}: {}", short_(container), saved.error().message());
}

// Creation

Result<void> ContainerManager::requireJoined(const model::HostConfig& host)
{
    for (const auto& [member, mode] : {std::pair("PidMode", &host.pidMode), std::pair("IpcMode", &host.ipcMode)}) {
        const NamespaceMode parsed = TRY(parseNamespaceMode(member, *mode));
        if (parsed.kind != NamespaceMode::Kind::Container)
            continue;
        if (const auto other = m_parts.containers.find(parsed.container); !other)
            return other.error().as(ErrorCode::Invalid);
    }
    return {};
}

Result<std::vector<MountRecord>> ContainerManager::inheritedMounts(const model::HostConfig& host)
{
    std::vector<MountRecord> inherited;
    for (const std::string& text : host.volumesFrom) {
        const VolumesFrom from = TRY(parseVolumesFrom(text));
        const auto found = m_parts.containers.find(from.container);
        if (!found) // the request is wrong: "not found" is for its image, which clients then pull
            return found.error().as(ErrorCode::Invalid);
        const ContainerPointer& other = *found;
        const std::lock_guard lock(other->mutex);
        for (MountRecord mount : other->record.mounts) {
            mount.readOnly = mount.readOnly || from.readOnly;
            mount.copyUp = false;
            inherited.push_back(std::move(mount));
        }
    }
    return inherited;
}

Result<model::ContainerCreated> ContainerManager::create(
    const model::ContainerCreate& request, std::string_view name, std::string_view platform)
{
    if (name.starts_with('/'))
        name.remove_prefix(1);
    if (!name.empty())
        TRY(checkContainerName(name));
    if (request.config.image.empty())
        return Error(ErrorCode::Invalid, "config cannot be empty in order to create a container: Image is not set");
    const store::Image image = TRY(m_parts.store->find(request.config.image));
    if (!platform.empty()) {
        const oci::Platform wanted = TRY(oci::Platform::parse(platform));
        if (oci::match(wanted, image.config.platform) == 0)
            return Error(ErrorCode::NotFound,
                fmt::format("image with reference {} was found but its platform ({}) does not match the specified platform ({})",
                    request.config.image, image.config.platform.text(), wanted.text()));
    }
    const std::vector<MountRecord> inherited = TRY(inheritedMounts(request.hostConfig));
    CreatePlan plan = TRY(planCreate(request, image, inherited));
    (void)TRY(m_parts.runtimes.program(plan.record.hostConfig.runtime));
    TRY(requireJoined(plan.record.hostConfig));
    adaptToHost(plan.record.hostConfig, hostAbilities(), plan.warnings);
    ContainerRecord& record = plan.record;
    TRY(m_networks.plan(record, request.endpoints));
    record.id = generateId();
    record.created = now();
    record.name = name;
    if (name.empty()) {
        for (int retry = 0;; ++retry) {
            record.name = generateName(retry);
            const auto reserved = m_parts.containers.reserveName(record.name, record.id);
            if (reserved)
                break;
            if (retry > 100)
                return reserved.error();
        }
    } else {
        TRY(m_parts.containers.reserveName(record.name, record.id));
    }
    std::set<std::string> others; // volumes that are not made for this container, or have a name to be found by
    for (const MountRecord& mount : record.mounts)
        others.insert(mount.volume);
    ScopeGuard undo([&] {
        m_parts.containers.releaseName(record.name);
        (void)m_parts.files.remove(record.id);
        for (const MountRecord& mount : record.mounts) {
            if (mount.type == MountRecord::Type::Volume && !others.contains(mount.volume) && m_parts.volumes->remove(mount.volume))
                m_parts.events.publish("volume", "destroy", mount.volume, {{"driver", "local"}});
        }
    });
    for (const MountRecord& mount : record.mounts) {
        if (mount.type == MountRecord::Type::Bind && !mount.createSource)
            TRY(requireBindSource(mount));
    }
    TRY(makeVolumes(m_parts, record));
    TRY(m_parts.files.saveRecord(record));
    auto container = std::make_shared<Container>(record);
    m_parts.containers.insert(container);
    undo.dismiss();
    publish(*container, "create");
    return model::ContainerCreated{container->id, std::move(plan.warnings)};
}

// Start

Result<void> ContainerManager::start(std::string_view reference)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    const std::lock_guard lock(container->lifecycle);
    bool autoRemove = false;
    {
        const std::lock_guard state(container->mutex);
        if (container->removed)
            return Error(ErrorCode::NotFound, fmt::format("No such container: {}", reference));
        autoRemove = container->record.hostConfig.autoRemove;
        if (container->state.status == Status::Paused)
            return Error(ErrorCode::Conflict, "cannot start a paused container, try unpause instead");
        if (container->state.status == Status::Running || container->state.status == Status::Restarting)
            return Error(ErrorCode::NotModified, fmt::format("container {} is running already", container->id));
        if (container->state.status == Status::Dead || container->state.status == Status::Removing)
            return Error(ErrorCode::Conflict, "container is marked for removal and cannot be started");
        container->state.stoppedByUser = false;
        container->state.restartCount = 0;
        container->state.backOff = 0;
    }
    const auto started = startLocked(container);
    if (!started) {
        failStart(container, started.error());
        if (autoRemove)
            (void)removeLocked(container, true, true);
    }
    return started;
}

Result<void> ContainerManager::startLocked(const ContainerPointer& container)
{
    awaitFormerRun(container);
    ContainerRecord record;
    {
        const std::lock_guard lock(container->mutex);
        record = container->record;
    }
    const auto files = container->files.takeOver(kCopyPatience);
    ContainerStarter::Prepared prepared = TRY(m_starter.prepare(record));
    auto run = std::make_shared<EndSignal>(TRY(WakeFd::create()));
    // Before the program runs, so that no client misses its first words.
    std::vector<std::shared_ptr<AttachSlot>> slots;
    {
        const std::lock_guard lock(container->mutex);
        slots.swap(container->attaches);
    }
    for (const auto& slot : slots)
        slot->answer(prepared.shim.attach(slot->options));
    // Asked before the start: from here on nothing can keep us from hearing of its end.
    auto end = prepared.shim.openEnd();
    const auto started = end ? prepared.shim.start() : end.error();
    if (!started) {
        if (!end)
            (void)prepared.shim.kill(SIGKILL);
        m_networks.detach(record.id, prepared.endpoints);
        releaseVolumes(m_parts, record, false);
        m_parts.files.removeRun(record.id);
        // These two the clients know by their text; the code says to them only that the request failed.
        const ErrorCode code = started.error().code();
        if (code == ErrorCode::NotFound || code == ErrorCode::Denied)
            return started.error().as(ErrorCode::Invalid);
        return started.error();
    }
    {
        const std::lock_guard lock(container->mutex);
        ContainerState& state = container->state;
        state.status = Status::Running;
        state.pid = prepared.shim.pid();
        state.startedAt = now();
        state.exitCode = 0;
        state.error.clear();
        state.oomKilled = false;
        state.endpoints = prepared.endpoints;
        container->shim = prepared.shim;
        container->run = std::move(run);
        HealthMonitor::prepare(*container);
        save(*container);
        slots = std::exchange(container->attaches, {});
    }
    // Those that came since the others were served: from now on nobody leaves such a slot.
    for (const auto& slot : slots)
        slot->answer(prepared.shim.attach(slot->options));
    m_networks.publishEvents("connect", record, prepared.endpoints);
    publishVolumeMounts(m_parts, record);
    publish(*container, "start");
    m_health.begin(container, false);
    return supervise(container, prepared.shim, std::move(*end));
}

void ContainerManager::awaitFormerRun(const ContainerPointer& container)
{
    std::shared_ptr<EndSignal> run;
    {
        const std::lock_guard lock(container->mutex);
        run = container->run;
    }
    if (run && !run->ended)
        (void)waitReadable(run->wake.fd(), m_parts.reactor->stopToken(), kKillPatience);
}

void ContainerManager::failStart(const ContainerPointer& container, const Error& error)
{
    const std::lock_guard lock(container->mutex);
    const std::string& text = error.message();
    container->state.error = text;
    if (text.find("executable file not found") != std::string::npos || text.find("no such file or directory") != std::string::npos)
        container->state.exitCode = 127;
    else if (text.find("permission denied") != std::string::npos || text.find("is a directory") != std::string::npos)
        container->state.exitCode = 126;
    else
        container->state.exitCode = 128;
    if (container->state.status == Status::Restarting)
        container->state.status = Status::Exited;
    save(*container);
    for (const auto& slot : std::exchange(container->attaches, {}))
        slot->answer(error);
    std::erase_if(container->waits, [&](const auto& slot) {
        if (slot->condition == WaitCondition::Removed)
            return false;
        slot->answer({container->state.exitCode, {}});
        return true;
    });
}

Result<void> ContainerManager::supervise(const ContainerPointer& container, shim::Shim shim, UniqueFd end)
{
    return m_parts.reactor->whenReadable(std::move(end), [this, container, shim = std::move(shim)](std::stop_token stop) {
        const auto exit = shim.wait(stop);
        if (!exit && exit.error().code() == ErrorCode::Cancelled)
            return; // the engine ends, the container runs on
        if (exit) {
            finishRun(container, *exit);
            return;
        }
        // The monitor died without a word; its death kills the container, the cgroup makes sure.
        log::error("container {}: its monitor is gone: {}", short_(*container), exit.error().message());
        if (const auto cgroup = runtime::Cgroup::at(cgroupOf(*container))) {
            (void)(*cgroup)->killAll();
            (void)(*cgroup)->remove();
            runtime::removeIfEmpty(cgroupsPathOf(container->record)); // somebody else's runtime uses hierarchies that ours does not
        }
        shim::Exit unknown;
        unknown.code = 255;
        unknown.error = "the container's monitor died; how the container ended is not known";
        unknown.finishedAt = std::chrono::system_clock::now();
        finishRun(container, unknown);
    });
}

// The end of a run

void ContainerManager::finishRun(const ContainerPointer& container, const shim::Exit& exit)
{
    ContainerRecord record; // an update may change the container's own meanwhile
    Endpoints endpoints;
    std::shared_ptr<EndSignal> run;
    std::vector<std::shared_ptr<WaitSlot>> answered;
    std::vector<std::string> execs;
    std::optional<std::chrono::milliseconds> restartDelay;
    bool removes = false;
    bool updated = false;
    std::chrono::nanoseconds ran{};
    {
        const std::lock_guard lock(container->mutex);
        ContainerState& state = container->state;
        const model::RestartPolicy& policy = container->record.hostConfig.restartPolicy;
        state.exitCode = exit.code;
        state.oomKilled = exit.oomKilled;
        state.error = exit.error;
        state.finishedAt = exit.finishedAt == std::chrono::system_clock::time_point() ? now() : model::Time(exit.finishedAt.time_since_epoch());
        state.pid = 0;
        HealthMonitor::end(*container);
        ran = *state.finishedAt - state.startedAt.value_or(*state.finishedAt);
        endpoints = std::exchange(state.endpoints, {});
        const bool again = policy.name == "always" || policy.name == "unless-stopped"
            || (policy.name == "on-failure" && exit.code != 0
                && (policy.maximumRetryCount == 0 || state.restartCount < policy.maximumRetryCount));
        if (again && !state.stoppedByUser && !container->keepOnExit && state.status != Status::Removing) {
            // Doubles from 100 ms to a minute; a run of ten seconds counts as a success.
            if (ran > std::chrono::seconds(10))
                state.backOff = 0;
            state.backOff = state.backOff == 0 ? kFirstBackOff : std::min(2 * state.backOff, kLastBackOff);
            restartDelay = std::chrono::milliseconds(state.backOff);
            ++state.restartCount;
            state.status = Status::Restarting;
        } else if (state.status != Status::Removing) {
            state.status = Status::Exited;
        }
        updated = std::exchange(container->updated, false);
        removes = container->record.hostConfig.autoRemove && !container->keepOnExit && !restartDelay;
        container->keepOnExit = false;
        container->shim.reset();
        run = container->run;
        execs.assign(container->execs.begin(), container->execs.end());
        container->execs.clear();
        for (const auto& slot : container->waits) {
            const bool ends = slot->condition == WaitCondition::NextExit || (slot->condition == WaitCondition::NotRunning && !restartDelay);
            if (ends)
                answered.push_back(slot);
        }
        std::erase_if(container->waits, [&](const auto& slot) { return std::ranges::find(answered, slot) != answered.end(); });
        if (!removes)
            save(*container);
        record = container->record;
    }
    m_networks.detach(container->id, endpoints);
    m_parts.files.removeRun(container->id);
    if (updated) {
        // An update may have made groups of which the monitor knows nothing.
        if (const auto cgroup = runtime::Cgroup::at(cgroupsPathOf(record)))
            (void)(*cgroup)->remove();
    }
    if (m_forgetExecs && !execs.empty())
        m_forgetExecs(execs);
    if (exit.oomKilled)
        publish(*container, "oom");
    publish(*container, "die", {{"exitCode", std::to_string(exit.code)},
        {"execDuration", std::to_string(std::chrono::duration_cast<std::chrono::seconds>(ran).count())}});
    m_networks.publishEvents("disconnect", record, endpoints);
    releaseVolumes(m_parts, record, true);
    if (run)
        run->end();
    for (const auto& slot : answered)
        slot->answer({exit.code, exit.error.empty() ? std::optional<std::string>() : exit.error});
    if (restartDelay) {
        restartLater(container, *restartDelay);
    } else if (removes) {
        const std::lock_guard lock(container->lifecycle);
        if (const auto removed = removeLocked(container, true, true); !removed && removed.error().code() != ErrorCode::NotFound)
            log::error("container {}: automatic removal: {}", short_(*container), removed.error().message());
    }
}

void ContainerManager::restartLater(const ContainerPointer& container, std::chrono::milliseconds delay)
{
    std::uint64_t round = 0;
    {
        const std::lock_guard lock(container->mutex);
        round = ++container->restartRound;
    }
    m_parts.reactor->after(delay, [this, container, round](const std::stop_token&) { restartNow(container, round); });
}

void ContainerManager::restartNow(const ContainerPointer& container, std::uint64_t round)
{
    const std::lock_guard lock(container->lifecycle);
    {
        const std::lock_guard state(container->mutex);
        if (container->state.status != Status::Restarting || container->restartRound != round)
            return;
    }
    if (const auto started = startLocked(container); !started) {
        log::error("container {}: restart: {}", short_(*container), started.error().message());
        failStart(container, started.error());
    }
}

// Stop

bool ContainerManager::callOffRestart(const ContainerPointer& container)
{
    {
        const std::lock_guard lock(container->mutex);
        if (container->state.runs())
            return false;
    }
    // It may just be starting: then the start comes first, and what it began is stopped.
    const std::lock_guard lifecycle(container->lifecycle);
    const std::lock_guard lock(container->mutex);
    if (container->state.status != Status::Restarting)
        return false;
    container->state.status = Status::Exited;
    container->state.stoppedByUser = true;
    save(*container);
    for (const auto& slot : container->waits) {
        if (slot->condition == WaitCondition::NotRunning)
            slot->answer({container->state.exitCode, {}});
    }
    return true;
}

Result<void> ContainerManager::stopRun(const ContainerPointer& container, std::optional<std::int64_t> seconds, std::string_view signalText)
{
    if (callOffRestart(container))
        return {};
    std::optional<shim::Shim> shim;
    std::shared_ptr<EndSignal> run;
    std::int64_t patience = kDefaultStopSeconds;
    int signal = SIGTERM;
    bool paused = false;
    {
        // A start that is under way comes first: then there is something to stop. One that is only planned is called off.
        const std::lock_guard lifecycle(container->lifecycle);
        const std::lock_guard lock(container->mutex);
        const model::ContainerConfig& config = container->record.config;
        const std::string_view text = !signalText.empty() ? signalText : std::string_view(config.stopSignal);
        if (!text.empty())
            signal = TRY(parseSignal(text));
        if (!container->state.runs() || !container->shim)
            return Error(ErrorCode::NotModified, fmt::format("container {} is not running", container->id));
        shim = container->shim;
        run = container->run;
        paused = container->state.status == Status::Paused;
        container->state.stoppedByUser = true;
        patience = seconds.value_or(config.stopTimeout.value_or(kDefaultStopSeconds));
    }
    if (paused)
        (void)unpause(container->id);
    const auto sent = shim->kill(signal);
    publish(*container, "kill", {{"signal", std::to_string(signal)}});
    if (sent || sent.error().code() == ErrorCode::Conflict) {
        std::optional<std::chrono::milliseconds> limit;
        if (patience >= 0)
            limit = std::chrono::milliseconds(std::min<std::int64_t>(patience, 1'000'000) * 1000);
        if (TRY(waitReadable(run->wake.fd(), m_parts.reactor->stopToken(), limit)))
            return {};
    }
    return endNow(container);
}

/// SIGKILL, and everything in the cgroup should that not be enough.
Result<void> ContainerManager::endNow(const ContainerPointer& container)
{
    std::optional<shim::Shim> shim;
    std::shared_ptr<EndSignal> run;
    {
        const std::lock_guard lock(container->mutex);
        if (!container->state.runs() || !container->shim)
            return {};
        shim = container->shim;
        run = container->run;
        container->state.stoppedByUser = true;
    }
    (void)shim->kill(SIGKILL);
    publish(*container, "kill", {{"signal", std::to_string(SIGKILL)}});
    const auto cgroup = runtime::Cgroup::at(cgroupOf(*container));
    if (cgroup)
        (void)(*cgroup)->thaw();
    if (TRY(waitReadable(run->wake.fd(), m_parts.reactor->stopToken(), kKillPatience)))
        return {};
    if (cgroup)
        (void)(*cgroup)->killAll();
    if (TRY(waitReadable(run->wake.fd(), m_parts.reactor->stopToken(), kKillPatience)))
        return {};
    return Error(ErrorCode::System, fmt::format("container {} did not end although it was killed", container->id));
}

Result<void> ContainerManager::stop(std::string_view reference, std::optional<std::int64_t> seconds, std::string_view signal)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    TRY(stopRun(container, seconds, signal));
    publish(*container, "stop");
    return {};
}

Result<void> ContainerManager::restart(std::string_view reference, std::optional<std::int64_t> seconds, std::string_view signal)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    {
        const std::lock_guard lock(container->mutex);
        container->keepOnExit = container->state.runs();
    }
    const auto stopped = stopRun(container, seconds, signal);
    if (!stopped && stopped.error().code() != ErrorCode::NotModified) {
        // It runs on, and its end is an end like any other.
        const std::lock_guard lock(container->mutex);
        container->keepOnExit = false;
        return stopped;
    }
    if (stopped)
        publish(*container, "stop");
    const auto started = start(container->id);
    if (!started && started.error().code() != ErrorCode::NotModified)
        return started;
    publish(*container, "restart");
    return {};
}

Result<void> ContainerManager::kill(std::string_view reference, std::string_view signalText)
{
    constexpr std::string_view kDigits = "0123456789";
    if (signalText.size() == 2 && signalText > "64" && signalText.find_first_not_of(kDigits) == std::string_view::npos)
        return Error(ErrorCode::Invalid, fmt::format("cannot kill container: {}: The linux daemon does not support signal {}", reference, signalText));
    const int signal = signalText.empty() ? SIGKILL : TRY(parseSignal(signalText));
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    std::optional<shim::Shim> shim;
    std::shared_ptr<EndSignal> run;
    bool paused = false;
    {
        const std::lock_guard lock(container->mutex);
        if (!container->state.runs() || !container->shim)
            return notRunning(*container).withContext(fmt::format("cannot kill container: {}", reference));
        shim = container->shim;
        run = container->run;
        paused = container->state.status == Status::Paused;
        // As Docker: whoever ends it by hand does not want it back.
        const std::string& stopSignal = container->record.config.stopSignal;
        if (signal == SIGKILL || signal == (stopSignal.empty() ? SIGTERM : parseSignal(stopSignal).valueOr(SIGTERM)))
            container->state.stoppedByUser = true;
    }
    if (const auto sent = shim->kill(signal); !sent)
        return sent.error().withContext(fmt::format("cannot kill container: {}", reference));
    if (paused && signal == SIGKILL) {
        // The frozen cannot die.
        if (const auto cgroup = runtime::Cgroup::at(cgroupOf(*container)))
            (void)(*cgroup)->thaw();
    }
    publish(*container, "kill", {{"signal", std::to_string(signal)}});
    // As Docker: whoever asks right after it sees a container that has ended.
    if (signal == SIGKILL && run)
        (void)TRY(waitReadable(run->wake.fd(), m_parts.reactor->stopToken(), kKillPatience));
    return {};
}

Result<void> ContainerManager::pause(std::string_view reference)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    const std::lock_guard lifecycle(container->lifecycle);
    {
        const std::lock_guard lock(container->mutex);
        if (container->state.status == Status::Paused)
            return Error(ErrorCode::Conflict, fmt::format("container {} is already paused", container->id));
        if (container->state.status != Status::Running)
            return notRunning(*container);
        const auto cgroup = TRY(runtime::Cgroup::at(cgroupsPathOf(container->record)));
        TRY(cgroup->freeze());
        container->state.status = Status::Paused;
        save(*container);
    }
    publish(*container, "pause");
    return {};
}

Result<void> ContainerManager::unpause(std::string_view reference)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    const std::lock_guard lifecycle(container->lifecycle);
    {
        const std::lock_guard lock(container->mutex);
        if (container->state.status != Status::Paused)
            return Error(ErrorCode::Conflict, fmt::format("Container {} is not paused", container->id));
        const auto cgroup = TRY(runtime::Cgroup::at(cgroupsPathOf(container->record)));
        TRY(cgroup->thaw());
        container->state.status = Status::Running;
        save(*container);
    }
    publish(*container, "unpause");
    return {};
}

Result<void> ContainerManager::rename(std::string_view reference, std::string_view newName)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    if (newName.starts_with('/'))
        newName.remove_prefix(1);
    if (newName.empty())
        return Error(ErrorCode::Invalid, "Neither old nor new names may be empty");
    TRY_CONTEXT("Error when allocating new name", checkContainerName(newName));
    const std::lock_guard lifecycle(container->lifecycle);
    const std::string wanted(newName);
    std::string old;
    {
        const std::lock_guard lock(container->mutex);
        old = container->record.name;
        if (container->removed)
            return Error(ErrorCode::NotFound, fmt::format("No such container: {}", reference));
        if (old == wanted)
            return Error(ErrorCode::Invalid, "Renaming a container with the same name as its current name");
    }
    if (const auto reserved = m_parts.containers.reserveName(wanted, container->id); !reserved)
        return reserved.error().withContext("Error when allocating new name");
    {
        const std::lock_guard lock(container->mutex);
        container->record.name = wanted;
        if (const auto saved = m_parts.files.saveRecord(container->record); !saved) {
            container->record.name = old;
            m_parts.containers.releaseName(wanted);
            return saved;
        }
    }
    m_parts.containers.releaseName(old);
    m_networks.renamed(*container);
    publish(*container, "rename", {{"oldName", "/" + old}});
    return {};
}

// Removal

Result<void> ContainerManager::remove(std::string_view reference, bool force, bool volumes)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    const std::lock_guard lifecycle(container->lifecycle);
    return removeLocked(container, force, volumes);
}

void ContainerManager::removeVolumesOf(const ContainerRecord& record)
{
    for (const MountRecord& mount : record.mounts) {
        if (mount.type != MountRecord::Type::Volume || !mount.anonymous || !m_parts.volumes->find(mount.volume))
            continue;
        const auto users = m_parts.containers.usersOfVolume(mount.volume);
        if (std::ranges::any_of(users, [&](const std::string& user) { return user != record.id; }))
            continue;
        if (const auto gone = m_parts.volumes->remove(mount.volume); gone)
            m_parts.events.publish("volume", "destroy", mount.volume, {{"driver", "local"}});
        else
            log::warning("container {}: {}", record.id.substr(0, 12), gone.error().message());
    }
}

Result<void> ContainerManager::removeLocked(const ContainerPointer& container, bool force, bool volumes)
{
    ContainerRecord record;
    {
        const std::lock_guard lock(container->mutex);
        record = container->record;
        if (container->removed)
            return Error(ErrorCode::NotFound, fmt::format("No such container: {}", container->id));
        if (container->state.runs() && !force)
            return Error(ErrorCode::Conflict,
                fmt::format("cannot remove container \"{}\": container is {}: {}", "/" + record.name, name(container->state.status),
                    container->state.status == Status::Paused ? "unpause and stop the container before removing or force remove"
                                                              : "stop the container before removing or force remove"));
        if (container->state.status == Status::Restarting && !force)
            return Error(ErrorCode::Conflict,
                fmt::format("cannot remove container \"{}\": container is restarting: stop the container before removing or force remove", "/" + record.name));
    }
    TRY(endNow(container));
    awaitFormerRun(container);
    const auto files = container->files.takeOver(force ? std::chrono::seconds(0) : kCopyPatience);
    {
        const std::lock_guard lock(container->mutex);
        container->state.status = Status::Removing;
    }
    const auto failed = [&](const Error& cause) {
        const Error error = cause.withContext(fmt::format("cannot remove container \"/{}\"", record.name));
        const std::lock_guard lock(container->mutex);
        container->state.status = Status::Dead;
        container->state.error = cause.message();
        save(*container);
        // Nobody may ever try again: `docker run --rm` would wait for ever.
        for (const auto& slot : takeRemovalWaits(*container))
            slot->answer({container->state.exitCode, error.message()});
        return error;
    };
    // Without its record it is no container any more: whenever we die now, the next engine sweeps what is left. The other way
    // round it would find a container that has lost its files.
    if (const auto gone = m_parts.files.removeRecord(record.id, volumes); !gone)
        return failed(gone.error());
    if (const auto gone = m_parts.store->removeSnapshot(record.id); !gone) {
        (void)m_parts.files.saveRecord(record);
        return failed(gone.error());
    }
    if (volumes)
        removeVolumesOf(record);
    if (const auto gone = m_parts.files.remove(record.id); !gone)
        return failed(gone.error());
    m_parts.files.removeRun(record.id);
    std::vector<std::shared_ptr<WaitSlot>> waits;
    std::int64_t exitCode = 0;
    {
        const std::lock_guard lock(container->mutex);
        container->removed = true;
        exitCode = container->state.exitCode;
        waits.swap(container->waits);
        for (const auto& slot : std::exchange(container->attaches, {}))
            slot->answer(Error(ErrorCode::NotFound, fmt::format("No such container: {}", container->id)));
    }
    m_parts.containers.erase(*container, record.name);
    if (m_forgetContainer)
        m_forgetContainer(record.id);
    publish(*container, "destroy");
    for (const auto& slot : waits)
        slot->answer({exitCode, {}});
    return {};
}

} // namespace darsena::engine
