// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/external_runtime.h"

#include "core/base/scope_guard.h"
#include "core/os/file.h"
#include "core/os/process.h"
#include "core/os/socket.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <span>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds usualLimit { 60 };
constexpr std::size_t maxLogBytes = 1U << 20;

/// The text member of a one-line JSON object. Enough for a runtime's log, and no more: the monitor has no JSON library.
std::string textMember(std::string_view line, std::string_view name)
{
    const std::string quoted = '"' + std::string(name) + '"';
    std::size_t at = line.find(quoted);
    if (at == std::string_view::npos)
        return {};
    at = line.find_first_not_of(" :", at + quoted.size());
    if (at == std::string_view::npos || line[at] != '"')
        return {};
    std::string text;
    for (++at; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] != '\\' || at + 1 >= line.size()) {
            text += line[at];
            continue;
        }
        const char escaped = line[++at];
        unsigned code = 0;
        if (escaped == 'n' || escaped == 't' || escaped == 'r') {
            text += ' ';
        } else if (escaped == 'u' && at + 4 < line.size()) {
            std::from_chars(line.data() + at + 1, line.data() + at + 5, code, 16);
            text += code >= 0x20 && code < 0x7f ? static_cast<char>(code) : '?';
            at += 4;
        } else {
            text += escaped;
        }
    }
    return text;
}

/// The last complaint in a log of runc's JSON form, one object a line.
std::string lastError(const fs::path& log)
{
    const std::string text = os::readFile(log, maxLogBytes).valueOr("");
    std::string found;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view(text).substr(at, end - at);
        at = end + 1;
        if (textMember(line, "level") == "error")
            found = textMember(line, "msg");
    }
    return found;
}

bool waitReadable(int fd, std::chrono::seconds limit)
{
    pollfd waited { fd, POLLIN, 0 };
    int ready = 0;
    do {
        ready = ::poll(&waited, 1, static_cast<int>(std::chrono::milliseconds(limit).count()));
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

/// The master end, which the runtime sends with a name as bytes.
Result<UniqueFd> receiveTerminal(int listener)
{
    if (!waitReadable(listener, std::chrono::seconds(1)))
        return Error(ErrorCode::Unavailable, "the runtime sent no terminal");
    const UniqueFd peer = UniqueFd::adopt(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (!peer)
        return Error::system(errno, "terminal");
    std::array<std::byte, 1> byte {};
    std::vector<UniqueFd> received;
    TRY(os::receiveExactly(peer.get(), byte, &received));
    if (received.size() != 1)
        return Error(ErrorCode::Corrupt, "the runtime sent something else than a terminal");
    return std::move(received.front());
}

Result<pid_t> readPid(const fs::path& file)
{
    const std::string text = TRY(os::readFile(file, 64));
    pid_t pid = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), pid).ec != std::errc() || pid <= 0)
        return Error(ErrorCode::Corrupt, file.string());
    return pid;
}

} // namespace

Result<ExternalRuntime> ExternalRuntime::at(fs::path program, fs::path stateRoot)
{
    if (!program.is_absolute())
        return Error(ErrorCode::Invalid, "runtime " + program.string() + ": the path is not absolute");
    if (::access(program.c_str(), X_OK) != 0)
        return Error(ErrorCode::NotFound, "runtime " + program.string() + ": no such program");
    TRY(os::makeDirectories(stateRoot, 0700));
    return ExternalRuntime(std::move(program), std::move(stateRoot));
}

Result<void> ExternalRuntime::run(const std::vector<std::string>& arguments, const Streams& streams, std::chrono::seconds limit) const
{
    const fs::path log = m_stateRoot / ("." + std::to_string(::gettid()) + ".log");
    const ScopeGuard removeLog([&] { ::unlink(log.c_str()); });
    // What the container's processes begin with, where its configuration says nothing.
    const mode_t before = ::umask(022);
    const ScopeGuard restoreMask([&] { ::umask(before); });
    os::SpawnRequest request;
    request.path = m_program.string();
    request.arguments = { m_program.filename().string(), "--root", m_stateRoot.string(), "--log", log.string(), "--log-format", "json" };
    request.arguments.insert(request.arguments.end(), arguments.begin(), arguments.end());
    request.environment = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };
    for (const auto& [ours, theirs] : { std::pair(streams.input, 0), std::pair(streams.output, 1), std::pair(streams.error, 2) }) {
        if (ours >= 0)
            request.descriptors.emplace_back(ours, theirs);
    }
    os::Child child = TRY(os::spawn(request));
    if (!waitReadable(child.pidfd(), limit)) {
        (void)child.signal(SIGKILL);
        (void)child.wait();
        return Error(ErrorCode::System, m_program.string() + ": took longer than " + std::to_string(limit.count()) + " s");
    }
    const os::ProcessEnd end = TRY(child.wait());
    if (end.shellCode() == 0)
        return {};
    const std::string said = lastError(log);
    return Error(ErrorCode::System, said.empty() ? m_program.string() + ": exit status " + std::to_string(end.shellCode()) : said);
}

Result<ExternalRuntime::Created> ExternalRuntime::make(std::vector<std::string> arguments, const std::string& id, const fs::path& directory,
    bool terminal, const Streams& streams, std::chrono::seconds limit) const
{
    const fs::path pidFile = directory / "pid", socketPath = directory / "tty";
    arguments.insert(arguments.end(), { "--pid-file", pidFile.string() });
    UniqueFd listener, place;
    const ScopeGuard removeSocket([&] { ::unlink(socketPath.c_str()); });
    if (terminal) {
        listener = TRY(os::listenUnix(socketPath, 0600, false));
        // By way of a descriptor of ours: the path itself may be longer than the address of a socket can be.
        place = UniqueFd::adopt(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!place)
            return Error::system(errno, directory.string());
        const std::string address = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(place.get()) + "/tty";
        arguments.insert(arguments.end(), { "--console-socket", address });
    }
    arguments.push_back(id);
    TRY(run(arguments, terminal ? Streams {} : streams, limit));
    Created created;
    created.pid = TRY(readPid(pidFile));
    if (terminal)
        created.terminal = TRY(receiveTerminal(listener.get()));
    return created;
}

Result<ExternalRuntime::Created> ExternalRuntime::create(
    const std::string& id, const fs::path& bundle, bool terminal, const Streams& streams, std::chrono::seconds limit) const
{
    Result<Created> created = make({ "create", "--bundle", bundle.string() }, id, bundle, terminal, streams, limit);
    if (!created)
        (void)remove(id, true);
    return created;
}

Result<ExternalRuntime::Created> ExternalRuntime::exec(
    const std::string& id, const fs::path& directory, bool terminal, const Streams& streams, std::chrono::seconds limit) const
{
    return make({ "exec", "--detach", "--process", (directory / "process.json").string() }, id, directory, terminal, streams, limit);
}

Result<void> ExternalRuntime::start(const std::string& id, std::chrono::seconds limit) const
{
    return run({ "start", id }, {}, limit);
}

Result<void> ExternalRuntime::kill(const std::string& id, int signal) const
{
    return run({ "kill", id, std::to_string(signal) }, {}, usualLimit);
}

Result<void> ExternalRuntime::remove(const std::string& id, bool force) const
{
    return force ? run({ "delete", "--force", id }, {}, usualLimit) : run({ "delete", id }, {}, usualLimit);
}

} // namespace darsena::runtime
