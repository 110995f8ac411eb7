// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/build_executor.h"

#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/engine/name_file_writer.h"
#include "core/engine/network_names.h"
#include "core/engine/name_generator.h"
#include "core/engine/spec_builder.h"
#include "core/os/file.h"
#include "core/os/mount.h"
#include "core/runtime/cgroups/cgroup.h"
#include "core/runtime/defaults.h"
#include "core/runtime/user.h"

#include <cerrno>

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

namespace darsena::engine {

namespace {

constexpr std::size_t kChunk = 1 << 16;
constexpr std::array<std::string_view, 3> kNameFiles{"/etc/resolv.conf", "/etc/hostname", "/etc/hosts"};

/// Takes Docker's stdio frames apart: stream number, three zeros, length (big endian), bytes.
class FrameReader {
public:
    explicit FrameReader(builder::LogSink& log)
        : m_log(log)
    {
    }
    void feed(std::string_view bytes)
    {
        m_buffer.append(bytes);
        std::size_t place = 0;
        while (m_buffer.size() - place >= 8) {
            const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(m_buffer[place + at]); };
            const std::size_t length = std::size_t{byte(4)} << 24 | std::size_t{byte(5)} << 16 | std::size_t{byte(6)} << 8 | byte(7);
            if (m_buffer.size() - place - 8 < length)
                break;
            const auto stream = byte(0) == 2 ? builder::LogStream::Stderr : builder::LogStream::Stdout;
            std::string_view text = std::string_view(m_buffer).substr(place + 8, length);
            for (; !text.empty(); text.remove_prefix(std::min(text.size(), kChunk)))
                m_log.write(stream, text.substr(0, kChunk));
            place += 8 + length;
        }
        m_buffer.erase(0, place);
    }

private:
    builder::LogSink& m_log;
    std::string m_buffer;
};

} // namespace

ContainerRecord recordOf(const builder::RunStep& step)
{
    ContainerRecord record;
    record.id = fmt::format("build-{}-{}", step.buildId, step.step);
    record.path = step.args.front();
    record.args.assign(step.args.begin() + 1, step.args.end());
    record.config.env = step.env;
    record.config.workingDir = step.workingDir;
    record.config.user = step.user;
    record.config.hostname = "build";
    record.config.openStdin = !step.stdinData.empty();
    record.config.stdinOnce = true;
    record.hostConfig.shmSize = step.shmBytes;
    switch (step.network) {
    case builder::RunNetwork::Default:
        record.hostConfig.networkMode = "bridge";
        break;
    case builder::RunNetwork::None:
        record.hostConfig.networkMode = "none";
        break;
    case builder::RunNetwork::Host:
        record.hostConfig.networkMode = "host";
        break;
    }
    for (const builder::RunMount& wanted : step.mounts) {
        MountRecord mount;
        mount.destination = wanted.target;
        mount.readOnly = wanted.readOnly;
        if (wanted.kind == builder::RunMount::Kind::Bind) {
            mount.type = MountRecord::Type::Bind;
            mount.source = wanted.source;
        } else {
            mount.type = MountRecord::Type::Tmpfs;
            mount.readOnly = false;
            if (wanted.tmpfsBytes > 0)
                mount.tmpfsOptions.push_back(fmt::format("size={}", wanted.tmpfsBytes));
        }
        record.mounts.push_back(std::move(mount));
    }
    return record;
}

std::vector<std::string> BuildExecutor::fixedMountPoints() const
{
    std::vector<std::string> points;
    for (const oci::Mount& mount : runtime::defaultSpec().mounts)
        points.push_back(mount.destination);
    points.insert(points.end(), kNameFiles.begin(), kNameFiles.end());
    return points;
}

void BuildExecutor::sweep()
{
    std::error_code error;
    for (std::filesystem::directory_iterator it(folder(), error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename();
        log::info("ended build step {}, which a former engine left", name);
        if (const auto shim = shim::Shim::connect(it->path() / "shim"))
            (void)shim->kill(SIGKILL);
        if (const auto cgroup = runtime::Cgroup::at("/darsena/" + name)) {
            (void)(*cgroup)->killAll();
            (void)(*cgroup)->remove();
        }
        (void)os::removeTree(it->path());
    }
}

Result<int> BuildExecutor::run(const builder::RunStep& step, builder::LogSink& log, std::stop_token stop)
{
    if (step.args.empty())
        return Error(ErrorCode::Invalid, "RUN without a command");
    const ContainerRecord record = recordOf(step);
    const auto runFolder = folder() / record.id;
    TRY(os::makeDirectories(runFolder, 0700));
    const ScopeGuard tidy([&] {
        if (const auto gone = os::removeTree(runFolder); !gone)
            log::warning("build step {}: {}", record.id, gone.error().message());
    });

    SpecInputs inputs;
    UniqueFd root = TRY(os::mountOverlay(step.root));
    inputs.user = TRY(runtime::resolveUser(root.get(), step.user));
    inputs.hostname = record.config.hostname;
    inputs.cgroupsPath = "/darsena/" + record.id;
    const bool bridged = record.hostConfig.networkMode == "bridge";
    if (bridged)
        (void)TRY(m_parts.bridges->ensure(networkId("bridge")));
    const std::vector<network::HostEntry> entries(step.extraHosts.begin(), step.extraHosts.end());
    const NameFiles names = TRY(writeNameFiles(runFolder / "etc", inputs.hostname, entries, {}, record.hostConfig.networkMode == "host" ? NameScope::Host : NameScope::Own));
    inputs.hostsFile = names.hosts;
    inputs.hostnameFile = names.hostname;
    inputs.resolvFile = names.resolv;

    shim::Launch launch;
    launch.id = record.id;
    launch.runDir = runFolder / "shim";
    launch.spec = TRY(buildSpec(record, inputs));
    launch.rootMount = std::move(root);
    launch.openStdin = record.config.openStdin;
    launch.stdinOnce = true;
    launch.shimExecutable = m_parts.shimExecutable();
    std::vector<std::string> warnings;
    const shim::Shim shim = TRY(shim::Shim::launch(std::move(launch), &warnings));
    for (const std::string& warning : warnings)
        log::debug("build step {}: {}", record.id, warning);
    ScopeGuard end([&] {
        (void)shim.kill(SIGKILL);
        (void)shim.wait();
    });
    std::optional<network::Endpoint> endpoint;
    const ScopeGuard unplug([&] {
        if (endpoint)
            m_parts.bridges->disconnect(*endpoint);
    });
    if (bridged) {
        const UniqueFd space = UniqueFd::adopt(::open(fmt::format("/proc/{}/ns/net", shim.pid()).c_str(), O_RDONLY | O_CLOEXEC));
        if (!space)
            return Error::system(errno, "open the build step's network namespace");
        endpoint = TRY(m_parts.bridges->connect(networkId("bridge"), space.get(), {}));
    }
    const int code = TRY(follow(shim, step, log, stop));
    end.dismiss();
    return code;
}

Result<int> BuildExecutor::follow(const shim::Shim& shim, const builder::RunStep& step, builder::LogSink& log, std::stop_token stop)
{
    const shim::Attachment attachment = TRY(shim.attach({!step.stdinData.empty(), true, true}));
    if (const auto started = shim.start(); !started) {
        const ErrorCode code = started.error().code();
        if (code != ErrorCode::NotFound && code != ErrorCode::Denied)
            return started.error();
        // As if a shell had said it: the step failed, the engine did not.
        log.write(builder::LogStream::Stderr, started.error().message() + "\n");
        (void)shim.wait();
        return code == ErrorCode::NotFound ? 127 : 126;
    }
    WakeFd wake = TRY(WakeFd::create());
    const std::stop_callback onStop(stop, [&] { wake.notify(); });
    FrameReader frames(log);
    std::string_view input = step.stdinData;
    const int fd = attachment.stream.get();
    std::vector<char> room(kChunk);
    for (;;) {
        const short events = static_cast<short>(POLLIN | (input.empty() ? 0 : POLLOUT));
        std::array<pollfd, 2> fds{{{fd, events, 0}, {wake.fd(), POLLIN, 0}}};
        if (::poll(fds.data(), fds.size(), -1) < 0) {
            if (errno == EINTR)
                continue;
            return Error::system(errno, "wait for a build step");
        }
        if (fds[1].revents != 0) {
            (void)shim.kill(SIGKILL);
            (void)shim.wait();
            return Error(ErrorCode::Cancelled, "the build was cancelled");
        }
        if ((fds[0].revents & POLLOUT) != 0 && !input.empty()) {
            const ssize_t sent = ::send(fd, input.data(), input.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent > 0)
                input.remove_prefix(static_cast<std::size_t>(sent));
            else if (sent < 0 && errno != EAGAIN && errno != EINTR)
                input = {}; // it reads no more
            if (input.empty())
                ::shutdown(fd, SHUT_WR);
        }
        if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            const ssize_t got = ::recv(fd, room.data(), room.size(), MSG_DONTWAIT);
            if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
                break;
            if (got > 0)
                frames.feed({room.data(), static_cast<std::size_t>(got)});
        }
    }
    // The output ended; a process that closed its output may still run.
    const auto exit = shim.wait(stop);
    if (!exit) {
        (void)shim.kill(SIGKILL);
        (void)shim.wait();
        return exit.error();
    }
    return exit->code;
}

} // namespace darsena::engine
