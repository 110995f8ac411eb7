// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/shim/monitor/monitor.h"

#include "core/os/process.h"
#include "core/os/socket.h"
#include "core/runtime/cgroups/tree.h"
#include "core/runtime/init/messages.h"
#include "core/shim/json_text.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" const char __executable_start[], etext[]; // NOLINT: the linker's names

namespace darsena::shim {

namespace {

constexpr std::size_t maxConnections = 256;

struct Pipe {
    UniqueFd readEnd, writeEnd;
};

Result<Pipe> makePipe()
{
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) != 0)
        return Error::system(errno, "pipe");
    return Pipe { UniqueFd::adopt(fds[0]), UniqueFd::adopt(fds[1]) };
}

void sendReply(int fd, const Reply& reply, std::string_view text = {})
{
    std::string bytes(reinterpret_cast<const char*>(&reply), sizeof reply);
    bytes += text;
    (void)!::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void sendError(int fd, const Error& error)
{
    const std::string_view text = std::string_view(error.message()).substr(0, maxReplyText);
    sendReply(fd, { static_cast<std::uint32_t>(error.code()) + 1, static_cast<std::uint32_t>(text.size()), 0 }, text);
}

/// Most of our code has run for the last time when the container runs. Its pages come back from the file when needed.
void dropCode()
{
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const std::uintptr_t first = (reinterpret_cast<std::uintptr_t>(__executable_start) + page - 1) & ~(page - 1);
    const std::uintptr_t last = reinterpret_cast<std::uintptr_t>(etext) & ~(page - 1);
    ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

/// Written beside and renamed: readers see all of it or nothing.
bool writeRecord(const std::string& directory, std::string_view name, std::string_view text)
{
    const std::string path = directory + "/" + std::string(name);
    const std::string temporary = path + ".new";
    const UniqueFd file = UniqueFd::adopt(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())
        && std::rename(temporary.c_str(), path.c_str()) == 0;
}

} // namespace

Result<Monitor> Monitor::create(
    MonitorPlan plan, std::string containerPlan, std::vector<UniqueFd> descriptors, int launchSocket, std::vector<std::string>& warnings)
{
    LogWriter log = TRY(LogWriter::open(plan.logFile, plan.logMaxSize, plan.logMaxFiles, plan.logAttributes));
    Streams streams(std::move(log), plan.terminal, plan.stdinOnce);
    Monitor monitor(std::move(plan), std::move(streams));
    TRY(monitor.openControl());
    if (!monitor.m_plan.external.program.empty())
        TRY(monitor.startExternal(std::move(descriptors)));
    else
        TRY(monitor.startChild(containerPlan, std::move(descriptors), launchSocket, warnings));
    return monitor;
}

Result<void> Monitor::openControl()
{
    sigset_t mask;
    ::sigemptyset(&mask);
    ::sigaddset(&mask, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &mask, nullptr);
    m_signals = UniqueFd::adopt(::signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!m_signals)
        return Error::system(errno, "signalfd");
    m_control = TRY(os::listenUnix(m_plan.runDir + "/" + std::string(controlName), 0600, true));
    return {};
}

Result<void> Monitor::startChild(
    const std::string& containerPlan, std::vector<UniqueFd> descriptors, int launchSocket, std::vector<std::string>& warnings)
{
    runtime::InitOptions options;
    options.closeFirst = { launchSocket, m_control.get(), m_signals.get() };
    Pipe input, output, error;
    const UniqueFd null = UniqueFd::adopt(::open("/dev/null", O_RDWR | O_CLOEXEC));
    options.standardInput = options.standardOutput = options.standardError = null.get();
    if (!m_plan.terminal) {
        output = TRY(makePipe());
        error = TRY(makePipe());
        options.standardOutput = output.writeEnd.get();
        options.standardError = error.writeEnd.get();
        if (m_plan.openStdin) {
            input = TRY(makePipe());
            options.standardInput = input.readEnd.get();
        }
    }
    m_init = TRY(runtime::startInit(containerPlan, descriptors, options));
    m_streams.setPipes(std::move(input.writeEnd), std::move(output.readEnd), std::move(error.readEnd));
    return awaitReady(warnings);
}

Result<void> Monitor::startExternal(std::vector<UniqueFd> descriptors)
{
    m_external = TRY(External::prepare(m_plan, descriptors));
    descriptors.clear();
    if (!m_plan.terminal) {
        Pipe output = TRY(makePipe()), error = TRY(makePipe()), input;
        if (m_plan.openStdin)
            input = TRY(makePipe());
        m_streams.setPipes(std::move(input.writeEnd), std::move(output.readEnd), std::move(error.readEnd));
        m_childInput = std::move(input.readEnd);
        m_childOutput = std::move(output.writeEnd);
        m_childError = std::move(error.writeEnd);
    }
    if (m_external->session())
        return {};
    return holdExternal(m_external->create({ m_childInput.get(), m_childOutput.get(), m_childError.get() }));
}

/// From here on it is a child like one of our own making.
Result<void> Monitor::holdExternal(Result<runtime::ExternalRuntime::Created> created)
{
    m_childInput.reset(), m_childOutput.reset(), m_childError.reset();
    if (!created)
        return created.error();
    m_init.pid = created->pid;
    m_init.pidfd = TRY(os::openPidfd(created->pid));
    if (created->terminal)
        m_streams.setTerminal(std::move(created->terminal));
    return {};
}

Result<void> Monitor::awaitReady(std::vector<std::string>& warnings)
{
    while (true) {
        Result<runtime::InitMessage> message = runtime::receiveFromInit(m_init.channel.get());
        if (!message) {
            abandon();
            return message.error();
        }
        switch (message->kind) {
        case runtime::FromInit::Warning: warnings.push_back(std::move(message->text)); break;
        case runtime::FromInit::Terminal: m_streams.setTerminal(std::move(message->terminal)); break;
        case runtime::FromInit::Failed: abandon(); return Error(message->code, message->text);
        case runtime::FromInit::Hooks: abandon(); return Error(ErrorCode::Internal, "the engine has no hooks");
        case runtime::FromInit::Ready: return {};
        }
    }
}

void Monitor::abandon()
{
    if (m_init.pid <= 0)
        return;
    ::syscall(SYS_pidfd_send_signal, m_init.pidfd.get(), SIGKILL, nullptr, 0);
    int status = 0;
    while (::waitpid(m_init.pid, &status, 0) < 0 && errno == EINTR) { }
    if (m_external)
        m_external->remove();
}

void Monitor::run()
{
    std::vector<pollfd> polled;
    while (m_state != State::Exited || m_streams.busy()) {
        polled.clear();
        int timeout = -1;
        polled.push_back({ m_signals.get(), POLLIN, 0 });
        polled.push_back({ m_control.get(), POLLIN, 0 });
        if (m_state == State::Starting)
            polled.push_back({ m_init.channel.get(), POLLIN, 0 });
        for (const Waiter& waiter : m_waiters)
            polled.push_back({ waiter.fd.get(), POLLIN, 0 });
        m_streams.collect(polled, timeout);
        if (::poll(polled.data(), polled.size(), timeout) < 0)
            continue;
        for (const pollfd& ready : polled) {
            if (ready.revents == 0)
                continue;
            if (ready.fd == m_signals.get()) {
                reap();
            } else if (ready.fd == m_control.get()) {
                accept();
            } else if (m_state == State::Starting && ready.fd == m_init.channel.get()) {
                handleChannel();
            } else if (!m_streams.handle(ready)) {
                const auto waiter = std::ranges::find_if(m_waiters, [&](const Waiter& w) { return w.fd.get() == ready.fd; });
                if (waiter != m_waiters.end() && !serve(*waiter))
                    m_waiters.erase(waiter);
            }
        }
        m_streams.dropStalled();
        if (m_status && m_state != State::Exited)
            finish();
    }
}

void Monitor::accept()
{
    UniqueFd connection = UniqueFd::adopt(::accept4(m_control.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!connection || m_waiters.size() >= maxConnections)
        return;
    // The directory is 0700 and the socket 0600; whoever got here all the same must be root.
    const Result<os::PeerCredentials> peer = os::peerCredentials(connection.get());
    if (peer && peer->uid == 0)
        m_waiters.push_back({ std::move(connection), {}, false });
}

bool Monitor::serve(Waiter& waiter)
{
    char bytes[sizeof(Request)];
    const ssize_t length = ::recv(waiter.fd.get(), bytes, sizeof bytes - waiter.received.size(), MSG_DONTWAIT);
    if (length < 0)
        return errno == EAGAIN || errno == EINTR;
    if (length == 0 || waiter.waiting) // gone, or talking while it should wait
        return false;
    waiter.received.append(bytes, static_cast<std::size_t>(length));
    if (waiter.received.size() < sizeof(Request))
        return true;
    Request request;
    std::memcpy(&request, waiter.received.data(), sizeof request);
    waiter.received.clear();
    if (request.version != protocolVersion) {
        sendError(waiter.fd.get(), Error(ErrorCode::Unsupported, "the container's monitor is of another version of Darsena"));
        return false;
    }
    return answer(waiter, request);
}

bool Monitor::answer(Waiter& waiter, const Request& request)
{
    const int fd = waiter.fd.get();
    switch (request.verb) {
    case Verb::State: {
        const std::uint64_t state = m_state == State::Exited ? 2 : m_state == State::Running ? 1 : 0;
        sendReply(fd, { 0, 0, state });
        return true;
    }
    case Verb::Start:
        if (m_state != State::Created) {
            sendError(fd, Error(ErrorCode::Conflict, "the container was started already"));
            return true;
        }
        begin(waiter);
        return false;
    case Verb::Kill:
        sendSignal(fd, static_cast<int>(request.first));
        return true;
    case Verb::Resize: {
        const winsize size { static_cast<unsigned short>(request.first), static_cast<unsigned short>(request.second), 0, 0 };
        if (m_streams.terminal() < 0)
            sendError(fd, Error(ErrorCode::Conflict, "the container has no terminal"));
        else if (::ioctl(m_streams.terminal(), TIOCSWINSZ, &size) != 0)
            sendError(fd, Error::system(errno, "resize the terminal"));
        else
            sendReply(fd, {});
        return true;
    }
    case Verb::Attach:
        sendReply(fd, { 0, 0, m_streams.logSize() | (m_plan.terminal ? terminalBit : 0) });
        m_streams.attach(std::move(waiter.fd), request.first);
        return false;
    case Verb::Wait:
        // After the end there is nothing to wait for: hung up on, it finds the record.
        waiter.waiting = true;
        return m_state != State::Exited;
    }
    sendError(fd, Error(ErrorCode::Unsupported, "unknown request"));
    return false;
}

void Monitor::sendSignal(int fd, int signal)
{
    if (!m_status && m_init.pid <= 0) {
        // Nothing is there yet that could take a signal: it will not be.
        if (signal == SIGKILL)
            m_status = SIGKILL;
        sendReply(fd, {});
    } else if (m_status || ::syscall(SYS_pidfd_send_signal, m_init.pidfd.get(), signal, nullptr, 0) != 0) {
        const Error error = Error::system(m_status ? ESRCH : errno, "signal " + std::to_string(signal));
        sendError(fd, error.as(error.systemError() == ESRCH ? ErrorCode::Conflict : ErrorCode::Invalid));
    } else {
        sendReply(fd, {});
    }
}

void Monitor::begin(Waiter& waiter)
{
    m_starter = std::move(waiter.fd);
    if (m_external) {
        beginExternal();
        return;
    }
    m_state = State::Starting;
    if (!runtime::sendToInit(m_init.channel.get(), runtime::ToInit::Start))
        handleChannel();
}

/// Nothing else is served while the runtime works: there is nothing yet to be asked about.
void Monitor::beginExternal()
{
    const Result<void> begun = m_external->session()
        ? holdExternal(m_external->exec({ m_childInput.get(), m_childOutput.get(), m_childError.get() }))
        : m_external->start();
    ::clock_gettime(CLOCK_REALTIME, &m_startedAt);
    m_state = State::Running;
    if (begun) {
        if (m_external->session()) // whoever connects from now on learns which process it is
            (void)writeRecord(m_plan.runDir, pidName, std::to_string(m_init.pid) + " " + std::to_string(::getpid()) + "\n");
        sendReply(m_starter.get(), {});
    } else {
        m_startError = begun.error().message();
        m_startCode = m_startError.find("permission denied") != std::string::npos ? 126 : begun.error().code() == ErrorCode::Invalid ? 127 : 126;
        sendError(m_starter.get(), begun.error());
        if (m_init.pid > 0)
            ::syscall(SYS_pidfd_send_signal, m_init.pidfd.get(), SIGKILL, nullptr, 0);
        else
            m_status = SIGKILL;
    }
    m_starter.reset();
    dropCode();
}

/// The channel closes at execve: the command runs. Anything before that is why it does not.
void Monitor::handleChannel()
{
    Result<runtime::InitMessage> message = runtime::receiveFromInit(m_init.channel.get());
    if (message && message->kind == runtime::FromInit::Failed) {
        m_startError = message->text;
        m_startCode = message->code == ErrorCode::NotFound ? 127 : 126;
        sendError(m_starter.get(), Error(message->code, message->text));
    } else if (message) {
        return; // a warning: nobody listens any more
    } else {
        sendReply(m_starter.get(), {});
    }
    ::clock_gettime(CLOCK_REALTIME, &m_startedAt);
    m_starter.reset();
    m_init.channel.reset();
    m_state = State::Running;
    dropCode();
}

void Monitor::reap()
{
    signalfd_siginfo info {};
    while (::read(m_signals.get(), &info, sizeof info) == sizeof info) { }
    int status = 0;
    pid_t pid = 0;
    // Orphans come to us as well, when the container shares the host's pid namespace.
    while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == m_init.pid && (WIFEXITED(status) || WIFSIGNALED(status))) {
            m_status = status;
            ::clock_gettime(CLOCK_REALTIME, &m_finishedAt);
        }
    }
}

void Monitor::finish()
{
    if (m_state == State::Starting)
        handleChannel();
    // Outside a pid namespace of its own, others of the container may be left.
    for (const std::string& directory : m_plan.cgroups) {
        if (!runtime::processesBelow(directory).empty())
            runtime::killBelow(directory);
    }
    m_streams.drain();
    unsigned long long oomKills = 0;
    if (!m_plan.oomFile.empty())
        oomKills = runtime::countIn(runtime::readCgroupFile(m_plan.oomFile).value_or(""), "oom_kill");

    if (m_external)
        m_external->remove();
    if (m_finishedAt.tv_sec == 0) // it never was
        ::clock_gettime(CLOCK_REALTIME, &m_finishedAt);

    const int status = *m_status;
    const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    const int code = m_startCode != 0 ? m_startCode : signal != 0 ? 128 + signal : WEXITSTATUS(status);
    std::string text = R"({"id":")";
    appendEscaped(text, m_plan.id);
    text += R"(","code":)" + std::to_string(code) + R"(,"signal":)" + std::to_string(m_startCode != 0 ? 0 : signal);
    text += std::string(R"(,"oomKilled":)") + (oomKills > 0 ? "true" : "false") + R"(,"error":")";
    appendEscaped(text, m_startError);
    text += R"(","startedAt":")";
    if (m_startedAt.tv_sec != 0)
        appendTime(text, m_startedAt);
    text += R"(","finishedAt":")";
    appendTime(text, m_finishedAt);
    text += "\"}";
    // The groups go first: whoever sees the record may start the same container anew.
    for (const std::string& directory : m_plan.cgroups)
        (void)runtime::removeBelow(directory, 1000);
    (void)writeRecord(m_plan.runDir, exitName, text);
    (void)::unlink((m_plan.runDir + "/" + std::string(controlName)).c_str());
    m_state = State::Exited;
    for (const Waiter& waiter : m_waiters) {
        if (waiter.waiting)
            sendReply(waiter.fd.get(), { 0, static_cast<std::uint32_t>(text.size()), 0 }, text);
    }
    m_waiters.clear();
}

} // namespace darsena::shim
