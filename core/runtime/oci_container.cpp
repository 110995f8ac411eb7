// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of containers: their state on disk and in the kernel, and what can be done with one that stands.
#include "core/runtime/oci_container.h"

#include "core/os/file.h"
#include "core/runtime/cgroups/cgroup.h"
#include "core/runtime/hook.h"
#include "core/runtime/init/messages.h"
#include "core/runtime/oci_launch.h"
#include "core/runtime/process_plan.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t maxStateBytes = 8U << 20;

bool isName(std::string_view id)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' || c == '.';
    };
    return !id.empty() && id.size() <= 255 && id != "." && id != ".." && std::ranges::all_of(id, allowed);
}

/// The child holds the FIFO for both directions until its command runs. Then only what it wrote, if anything, is left.
Result<void> awaitCommand(UniqueFd writeEnd, const fs::path& fifo)
{
    const UniqueFd reader = UniqueFd::adopt(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    if (!reader || ::unlink(fifo.c_str()) != 0)
        return Error::system(errno, fifo.string());
    writeEnd.reset();
    pollfd waited { reader.get(), 0, 0 };
    while ((waited.revents & POLLHUP) == 0) {
        if (::poll(&waited, 1, -1) < 0 && errno != EINTR)
            return Error::system(errno, "start");
    }
    char text[4096];
    const ssize_t length = ::read(reader.get(), text, sizeof text);
    if (length < 2 || text[0] != static_cast<char>(FromInit::Failed))
        return {};
    return Error(static_cast<ErrorCode>(text[1]), std::string(text + 2, static_cast<std::size_t>(length) - 2));
}

/// What was not asked to change keeps its value.
template<typename T>
void take(std::optional<T>& value, const std::optional<T>& change)
{
    if (change)
        value = change;
}

void take(std::string& value, const std::string& change)
{
    if (!change.empty())
        value = change;
}

} // namespace

std::string_view nameOf(OciStatus status)
{
    static constexpr std::array<std::string_view, 5> names { "creating", "created", "running", "paused", "stopped" };
    return names[static_cast<std::size_t>(status)];
}

Result<void> checkContainerId(const std::string& id)
{
    if (!isName(id))
        return Error(ErrorCode::Invalid, "container id \"" + id + "\" is not allowed");
    return {};
}

std::uint64_t startTimeOf(pid_t pid)
{
    const Result<std::string> text = os::readFile("/proc/" + std::to_string(pid) + "/stat", 4096);
    if (!text)
        return 0;
    const std::size_t name = text->rfind(')'); // the name may hold anything, ')' and blanks included
    if (name == std::string::npos || name + 2 >= text->size())
        return 0;
    std::string_view rest = std::string_view(*text).substr(name + 2);
    if (rest.front() == 'Z' || rest.front() == 'X')
        return 0;
    for (int field = 3; field < 22; ++field)
        rest.remove_prefix(std::min(rest.find(' ') + 1, rest.size()));
    std::uint64_t value = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), value);
    return value;
}

std::string beginState(const OciContainer& container)
{
    json::Object annotations;
    for (const auto& [key, value] : container.spec.annotations)
        annotations[key] = value;
    std::string text = json::serialize(json::Object { { "ociVersion", "1.2.0" }, { "id", container.id },
        { "bundle", container.bundle.string() }, { "annotations", std::move(annotations) } });
    text.pop_back();
    return text;
}

Result<OciRuntime> OciRuntime::open(fs::path root)
{
    TRY(os::makeDirectories(root, 0700));
    return OciRuntime(std::move(root));
}

Result<void> OciRuntime::save(const OciContainer& container) const
{
    json::Object object { { "id", container.id }, { "bundle", container.bundle.string() }, { "pid", container.pid },
        { "startTime", container.startTime }, { "cgroupsPath", container.cgroupsPath }, { "created", container.created },
        { "creating", container.creating }, { "config", oci::serializeRuntimeSpec(container.spec) } };
    return os::writeFileAtomic(directory(container.id) / "state.json", json::serialize(object), os::Durability::None);
}

Result<OciContainer> OciRuntime::load(const std::string& id) const
{
    TRY(checkContainerId(id));
    const Result<std::string> text = os::readFile(directory(id) / "state.json", maxStateBytes);
    if (!text)
        return text.error().systemError() == ENOENT ? Error(ErrorCode::NotFound, "container \"" + id + "\" does not exist") : text.error();
    const json::Value document = TRY(json::parse(*text));
    if (!document.is_object())
        return Error(ErrorCode::Corrupt, "state of container " + id);
    const json::Object& object = document.get_object();
    OciContainer container;
    container.id = id;
    container.bundle = TRY(json::text(object, "bundle"));
    container.pid = static_cast<pid_t>(TRY(json::integer(object, "pid")));
    container.startTime = static_cast<std::uint64_t>(TRY(json::integer(object, "startTime")));
    container.cgroupsPath = TRY(json::text(object, "cgroupsPath"));
    container.created = TRY(json::text(object, "created"));
    container.creating = TRY(json::boolean(object, "creating"));
    const std::string config = TRY(json::text(object, "config"));
    container.spec = TRY(oci::parseRuntimeSpec(config));
    return container;
}

OciStatus OciRuntime::status(const OciContainer& container) const
{
    if (container.pid <= 0 || startTimeOf(container.pid) != container.startTime)
        return OciStatus::Stopped;
    if (container.creating)
        return OciStatus::Creating;
    std::error_code error;
    if (fs::exists(directory(container.id) / "start", error))
        return OciStatus::Created;
    const Result<std::unique_ptr<Cgroup>> cgroup = Cgroup::at(container.cgroupsPath);
    return cgroup && (*cgroup)->frozen().valueOr(false) ? OciStatus::Paused : OciStatus::Running;
}

json::Object OciRuntime::state(const OciContainer& container) const
{
    const OciStatus now = status(container);
    const fs::path root = (container.bundle / container.spec.root.path).lexically_normal();
    json::Object annotations;
    for (const auto& [key, value] : container.spec.annotations)
        annotations[key] = value;
    json::Object object { { "ociVersion", "1.2.0" }, { "id", container.id }, { "pid", now == OciStatus::Stopped ? 0 : container.pid },
        { "status", nameOf(now) }, { "bundle", container.bundle.string() }, { "rootfs", root.string() },
        { "created", container.created }, { "owner", "" } };
    if (!annotations.empty())
        object["annotations"] = std::move(annotations);
    return object;
}

Result<void> OciRuntime::start(const OciContainer& container) const
{
    if (status(container) != OciStatus::Created)
        return Error(ErrorCode::Conflict, "container \"" + container.id + "\" is not in the state \"created\"");
    const fs::path path = directory(container.id) / "start";
    UniqueFd fifo = UniqueFd::adopt(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    const char byte = static_cast<char>(ToInit::Start);
    if (!fifo || ::write(fifo.get(), &byte, 1) != 1)
        return Error::system(errno, "start container \"" + container.id + "\"");
    Result<void> done = awaitCommand(std::move(fifo), path);
    const oci::Hooks& hooks = container.spec.hooks;
    const bool runsHooks = !hooks.startContainer.empty() || !hooks.poststart.empty();
    if (done)
        done = runHooks(plannedHooks(hooks.poststart), "poststart", hookState(beginState(container), "running", container.pid));
    if (!done && runsHooks) {
        std::vector<std::string> warnings;
        (void)destroy(container, warnings);
    }
    return done;
}

Result<void> OciRuntime::kill(const OciContainer& container, int signal, bool all) const
{
    if (all) {
        const std::unique_ptr<Cgroup> cgroup = TRY(Cgroup::at(container.cgroupsPath));
        if (signal == SIGKILL)
            return cgroup->killAll();
        for (const pid_t pid : TRY(cgroup->processes()))
            ::kill(pid, signal);
        return {};
    }
    const Error gone(ErrorCode::Conflict, "container not running");
    const Result<UniqueFd> pidfd = os::openPidfd(container.pid);
    // Looked at after the pidfd is open: if it is still the same process now, the pidfd is that process's.
    if (!pidfd || status(container) == OciStatus::Stopped)
        return gone;
    return os::sendSignal(pidfd->get(), signal);
}

Result<void> OciRuntime::destroy(const OciContainer& container, std::vector<std::string>& warnings) const
{
    const std::unique_ptr<Cgroup> cgroup = TRY(Cgroup::at(container.cgroupsPath));
    (void)cgroup->thaw(); // a frozen process of a v1 group does not die
    TRY(cgroup->killAll());
    TRY(cgroup->remove());
    removeIfEmpty(ownCgroup);
    TRY(os::removeTree(directory(container.id)));
    const std::string state = hookState(beginState(container), "stopped", 0);
    for (const PlannedHook& hook : plannedHooks(container.spec.hooks.poststop)) {
        if (const Result<void> ran = runHooks({ hook }, "poststop", state); !ran)
            warnings.push_back(ran.error().message());
    }
    return {};
}

Result<void> OciRuntime::remove(const OciContainer& container, bool force, std::vector<std::string>& warnings) const
{
    const OciStatus now = status(container);
    if (now != OciStatus::Stopped && now != OciStatus::Created && !force)
        return Error(ErrorCode::Conflict, "cannot delete container " + container.id + " that is not stopped: " + std::string(nameOf(now)));
    if (now != OciStatus::Stopped)
        (void)kill(container, SIGKILL, false);
    return destroy(container, warnings);
}

Result<void> OciRuntime::pause(const OciContainer& container) const
{
    const OciStatus now = status(container);
    if (now != OciStatus::Running && now != OciStatus::Created)
        return Error(ErrorCode::Conflict, "container not running or created: " + std::string(nameOf(now)));
    return TRY(Cgroup::at(container.cgroupsPath))->freeze();
}

Result<void> OciRuntime::resume(const OciContainer& container) const
{
    const std::unique_ptr<Cgroup> cgroup = TRY(Cgroup::at(container.cgroupsPath));
    if (status(container) == OciStatus::Stopped || !TRY(cgroup->frozen()))
        return Error(ErrorCode::Conflict, "container not paused");
    return cgroup->thaw();
}

Result<void> OciRuntime::update(OciContainer& container, const oci::Resources& changes, std::vector<std::string>& warnings) const
{
    if (status(container) == OciStatus::Stopped)
        return Error(ErrorCode::Conflict, "container not running");
    oci::Resources& kept = container.spec.linux.resources;
    oci::Resources wanted = changes;
    // Each of these is written in one go with its partner.
    if (wanted.cpu.quota && !wanted.cpu.period)
        wanted.cpu.period = kept.cpu.period;
    if (wanted.cpu.period && !wanted.cpu.quota)
        wanted.cpu.quota = kept.cpu.quota;
    if (wanted.memory.swap && !wanted.memory.limit)
        wanted.memory.limit = kept.memory.limit;
    const std::unique_ptr<Cgroup> cgroup = TRY(Cgroup::at(container.cgroupsPath));
    TRY(cgroup->update(wanted, warnings));
    take(kept.memory.limit, changes.memory.limit);
    take(kept.memory.reservation, changes.memory.reservation);
    take(kept.memory.swap, changes.memory.swap);
    take(kept.cpu.shares, changes.cpu.shares);
    take(kept.cpu.quota, changes.cpu.quota);
    take(kept.cpu.period, changes.cpu.period);
    take(kept.cpu.burst, changes.cpu.burst);
    take(kept.cpu.idle, changes.cpu.idle);
    take(kept.cpu.cpus, changes.cpu.cpus);
    take(kept.cpu.mems, changes.cpu.mems);
    take(kept.pids, changes.pids);
    take(kept.blockIo.weight, changes.blockIo.weight);
    return save(container);
}

std::vector<std::string> OciRuntime::list() const
{
    std::vector<std::string> out;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(m_root, error)) {
        if (fs::exists(entry.path() / "state.json", error))
            out.push_back(entry.path().filename().string());
    }
    std::ranges::sort(out);
    return out;
}

} // namespace darsena::runtime
