// SPDX-License-Identifier: GPL-3.0-or-later
// darsena-shim: the monitor of one container, and the place where its first process is made. Static, and started by the
// engine and darsena-oci alone; see protocol.h and core/runtime/handoff.h.
#include "core/os/socket.h"
#include "core/runtime/init/messages.h"
#include "core/shim/monitor/monitor.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace darsena;

namespace {

constexpr char usage[] = "darsena-shim is started by Darsena's engine; it is of no use by itself.\n";

/// False: whoever gave the order is gone.
bool reply(int socket, const runtime::LaunchReply& answer)
{
    return runtime::sendMessage(socket, runtime::encode(answer)).ok();
}

void replyError(int socket, const Error& error)
{
    runtime::LaunchReply answer;
    answer.code = static_cast<std::uint32_t>(error.code());
    answer.error = error.message();
    (void)reply(socket, answer);
}

struct Order {
    std::vector<UniqueFd> descriptors;
    std::string monitor, container;
};

Result<Order> receiveOrder(int socket)
{
    Order order;
    order.monitor = TRY(runtime::receiveMessage(socket));
    order.descriptors = TRY(runtime::receiveDescriptors(socket));
    order.container = TRY(runtime::receiveMessage(socket));
    return order;
}

Result<shim::Monitor> launch(int socket, std::vector<std::string>& warnings, std::string& runDir)
{
    Order order = TRY(receiveOrder(socket));
    shim::MonitorPlan plan = TRY(runtime::decode<shim::MonitorPlan>(order.monitor));
    runDir = plan.runDir;
    return shim::Monitor::create(std::move(plan), std::move(order.container), std::move(order.descriptors), socket, warnings);
}

/// For an engine that comes later.
Result<void> notePids(const std::string& runDir, pid_t container)
{
    const std::string path = runDir + "/" + std::string(shim::pidName);
    const std::string text = std::to_string(container) + " " + std::to_string(::getpid()) + "\n";
    const UniqueFd file = UniqueFd::adopt(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return Error::system(errno, path);
    return {};
}

int monitor()
{
    UniqueFd socket = UniqueFd::adopt(runtime::launchDescriptor);
    ::prctl(PR_SET_NAME, "darsena-shim", 0, 0, 0);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    ::umask(077);
    // Nobody but SIGKILL ends a monitor before its container.
    for (const int number : { SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 })
        ::signal(number, SIG_IGN);

    std::vector<std::string> warnings;
    std::string runDir;
    Result<shim::Monitor> made = launch(socket.get(), warnings, runDir);
    if (!made) {
        replyError(socket.get(), made.error());
        return 1;
    }
    if (const Result<void> noted = notePids(runDir, made->pid()); !noted) {
        replyError(socket.get(), noted.error());
        made->abandon();
        return 1;
    }
    runtime::LaunchReply answer;
    answer.ok = true;
    answer.pid = made->pid();
    answer.monitor = ::getpid();
    answer.warnings = std::move(warnings);
    if (!reply(socket.get(), answer)) {
        // The next engine may have looked already and found nothing: nobody would ever start this container.
        made->abandon();
        return 1;
    }
    socket.reset();
    ::malloc_trim(0); // the plan was here; what runs for days needs little
    made->run();
    return 0;
}

Result<UniqueFd> openFifo(const std::string& path)
{
    // For both directions: it neither blocks here, nor ends when a writer goes.
    UniqueFd fifo = UniqueFd::adopt(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!fifo || ::fstat(fifo.get(), &status) != 0)
        return Error::system(errno, path);
    if (!S_ISFIFO(status.st_mode))
        return Error(ErrorCode::Conflict, path + " is not a FIFO");
    return fifo;
}

struct Made {
    runtime::LaunchReply answer;
    std::vector<UniqueFd> terminal; ///< none or one
};

/// The caller runs its hooks; when it answers, the child goes on. A caller that hangs up instead has given it up.
Result<void> letCallerRunHooks(int socket, const runtime::StartedInit& started)
{
    runtime::LaunchReply standing;
    standing.ok = standing.hooks = true;
    standing.pid = started.pid;
    reply(socket, standing);
    if (const Result<std::string> answer = runtime::receiveMessage(socket); !answer) {
        ::kill(started.pid, SIGKILL);
        return answer.error();
    }
    return runtime::sendToInit(started.channel.get(), runtime::ToInit::HooksDone);
}

/// Until the child waits for its start, or, without a FIFO, until its command runs.
Result<Made> makeInit(int socket)
{
    Order order = TRY(receiveOrder(socket));
    const runtime::InitOrder what = TRY(runtime::decode<runtime::InitOrder>(order.monitor));
    UniqueFd fifo;
    if (!what.startFifo.empty())
        fifo = TRY(openFifo(what.startFifo));
    runtime::InitOptions options;
    options.standardInput = 0, options.standardOutput = 1, options.standardError = 2;
    options.asSibling = true;
    options.dieWithParent = false;
    options.startFifo = fifo.get();
    options.commandMustExist = true;
    options.closeFirst = { socket };
    const runtime::StartedInit started = TRY(runtime::startInit(order.container, order.descriptors, options));
    Made made;
    made.answer.ok = true;
    made.answer.pid = started.pid;
    bool ready = false;
    while (true) {
        Result<runtime::InitMessage> message = runtime::receiveFromInit(started.channel.get());
        if (!message && ready) // closed by execve
            return made;
        if (!message)
            return message.error();
        switch (message->kind) {
        case runtime::FromInit::Warning: made.answer.warnings.push_back(std::move(message->text)); break;
        case runtime::FromInit::Terminal: made.terminal.push_back(std::move(message->terminal)); break;
        case runtime::FromInit::Failed: return Error(message->code, message->text);
        case runtime::FromInit::Hooks: TRY(letCallerRunHooks(socket, started)); break;
        case runtime::FromInit::Ready:
            if (fifo)
                return made;
            ready = true;
            TRY(runtime::sendToInit(started.channel.get(), runtime::ToInit::Start));
        }
    }
}

int init()
{
    const UniqueFd socket = UniqueFd::adopt(runtime::launchDescriptor);
    ::signal(SIGPIPE, SIG_IGN);
    const Result<Made> made = makeInit(socket.get());
    if (!made) {
        replyError(socket.get(), made.error());
        return 1;
    }
    if (!reply(socket.get(), made->answer))
        return 1;
    return runtime::sendDescriptors(socket.get(), made->terminal) ? 0 : 1;
}

} // namespace

int main(int count, char** arguments)
{
    if (count == 2 && std::strcmp(arguments[1], "monitor") == 0)
        ::_exit(monitor());
    if (count == 2 && std::strcmp(arguments[1], "init") == 0)
        ::_exit(init());
    (void)!::write(2, usage, sizeof usage - 1);
    return 2;
}
