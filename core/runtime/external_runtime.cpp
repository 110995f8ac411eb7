// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/external_runtime.h"

#include "core/base/json.h"
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
#include <unistd.h>

namespace darsena::runtime {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds usualLimit { 60 };
constexpr std::size_t maxLogBytes = 1U << 20;

/// The last complaint in a log of runc's JSON form, one object a line.
std::string lastError(const fs::path& log)
{
    const std::string text = os::readFile(log, maxLogBytes).valueOr("");
    std::string found;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const Result<json::Value> line = json::parse(std::string_view(text).substr(at, end - at));
        at = end + 1;
        if (!line || !line->is_object() || json::text(line->get_object(), "level").valueOr("") != "error")
            continue;
        found = json::text(line->get_object(), "msg").valueOr("");
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

/// The process object alone, as `exec --process` wants it.
Result<std::string> processText(const oci::Process& process)
{
    oci::RuntimeSpec spec;
    spec.process = process;
    const json::Value whole = TRY(json::parse(oci::serializeRuntimeSpec(spec)));
    return json::serialize(whole.get_object().at("process"));
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
    UniqueFd listener;
    const ScopeGuard removeSocket([&] { ::unlink(socketPath.c_str()); });
    if (terminal) {
        listener = TRY(os::listenUnix(socketPath, 0600, false));
        arguments.insert(arguments.end(), { "--console-socket", socketPath.string() });
    }
    arguments.push_back(id);
    TRY(run(arguments, terminal ? Streams {} : streams, limit));
    Created created;
    created.pid = TRY(readPid(pidFile));
    if (terminal)
        created.terminal = TRY(receiveTerminal(listener.get()));
    return created;
}

Result<ExternalRuntime::Created> ExternalRuntime::create(const std::string& id, const fs::path& bundle, const oci::RuntimeSpec& spec,
    const Streams& streams, std::chrono::seconds limit) const
{
    TRY(os::writeFileAtomic(bundle / "config.json", oci::serializeRuntimeSpec(spec), os::Durability::None));
    const bool terminal = spec.process && spec.process->terminal;
    Result<Created> created = make({ "create", "--bundle", bundle.string() }, id, bundle, terminal, streams, limit);
    if (!created)
        (void)remove(id, true);
    return created;
}

Result<ExternalRuntime::Created> ExternalRuntime::exec(const std::string& id, const fs::path& directory, const oci::Process& process,
    const Streams& streams, std::chrono::seconds limit) const
{
    const fs::path file = directory / "process.json";
    const std::string text = TRY(processText(process));
    TRY(os::writeFileAtomic(file, text, os::Durability::None));
    return make({ "exec", "--detach", "--process", file.string() }, id, directory, process.terminal, streams, limit);
}

Result<void> ExternalRuntime::start(const std::string& id) const
{
    return run({ "start", id }, {}, usualLimit);
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
