// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/hook.h"

#include "core/os/process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

/// A file of its own in memory: a pipe would have to be fed and emptied while the hook runs.
Result<UniqueFd> memoryFile(const std::string& content)
{
    UniqueFd file = UniqueFd::adopt(::memfd_create("hook", MFD_CLOEXEC));
    if (!file || ::write(file.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size())
        || ::lseek(file.get(), 0, SEEK_SET) != 0)
        return Error::system(errno, "hook");
    return file;
}

std::string lastWords(int file)
{
    char text[512];
    const off_t size = ::lseek(file, 0, SEEK_END);
    const off_t from = size > static_cast<off_t>(sizeof text) ? size - static_cast<off_t>(sizeof text) : 0;
    const ssize_t length = ::pread(file, text, sizeof text, from);
    std::string out(text, length > 0 ? static_cast<std::size_t>(length) : 0);
    while (!out.empty() && out.back() == '\n')
        out.pop_back();
    return out.empty() ? out : ": " + out;
}

/// True when it ended within its time.
bool endsInTime(const os::Child& child, std::uint32_t seconds)
{
    pollfd waited { child.pidfd(), POLLIN, 0 };
    int ready = 0;
    do {
        ready = ::poll(&waited, 1, seconds == 0 ? -1 : static_cast<int>(std::min(seconds, 1'000'000U) * 1000));
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

Result<void> runHook(const PlannedHook& hook, const std::string& state)
{
    const UniqueFd input = TRY(memoryFile(state));
    const UniqueFd output = TRY(memoryFile({}));
    os::SpawnRequest request;
    request.path = hook.path;
    request.arguments = hook.args.empty() ? std::vector { hook.path } : hook.args;
    request.environment = hook.env;
    request.descriptors = { { input.get(), 0 }, { output.get(), 1 }, { output.get(), 2 } };
    os::Child child = TRY(os::spawn(request));
    if (!endsInTime(child, hook.timeout)) {
        (void)child.signal(SIGKILL);
        (void)child.wait();
        return Error(ErrorCode::System, "took longer than " + std::to_string(hook.timeout) + " s" + lastWords(output.get()));
    }
    const os::ProcessEnd end = TRY(child.wait());
    if (end.shellCode() != 0)
        return Error(ErrorCode::System, "exit status " + std::to_string(end.shellCode()) + lastWords(output.get()));
    return {};
}

} // namespace

std::string hookState(const std::string& begun, std::string_view status, pid_t pid)
{
    return begun + ",\"status\":\"" + std::string(status) + "\",\"pid\":" + std::to_string(pid) + "}";
}

Result<void> runHooks(const std::vector<PlannedHook>& hooks, std::string_view kind, const std::string& state)
{
    for (const PlannedHook& hook : hooks)
        TRY_CONTEXT("hook " + std::string(kind) + " " + hook.path, runHook(hook, state));
    return {};
}

} // namespace darsena::runtime
