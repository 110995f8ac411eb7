// SPDX-License-Identifier: GPL-3.0-or-later
// darsena-shim: the monitor of one container. Static, and started by the engine alone; see protocol.h.
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

void reply(int socket, const shim::LaunchReply& answer)
{
    (void)shim::sendMessage(socket, shim::encode(answer));
}

void replyError(int socket, const Error& error)
{
    shim::LaunchReply answer;
    answer.code = static_cast<std::uint32_t>(error.code());
    answer.error = error.message();
    reply(socket, answer);
}

struct Order {
    std::vector<UniqueFd> slots;
    std::string monitor, container;
};

Result<Order> receiveOrder(int socket)
{
    Order order;
    order.monitor = TRY(shim::receiveMessage(socket));
    order.slots = TRY(shim::receiveDescriptors(socket));
    order.container = TRY(shim::receiveMessage(socket));
    return order;
}

Result<shim::Monitor> launch(int socket, std::vector<std::string>& warnings, std::string& runDir)
{
    Order order = TRY(receiveOrder(socket));
    shim::MonitorPlan plan = TRY(shim::decode<shim::MonitorPlan>(order.monitor));
    runDir = plan.runDir;
    return shim::Monitor::create(std::move(plan), std::move(order.container), std::move(order.slots), socket, warnings);
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
    UniqueFd socket = UniqueFd::adopt(shim::launchDescriptor);
    // Out of the engine's hands: another parent, another session. The engine reaps the one that ends here.
    const pid_t child = ::fork();
    if (child != 0)
        ::_exit(child < 0 ? 1 : 0);
    ::setsid();
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
    shim::LaunchReply answer;
    answer.ok = true;
    answer.pid = made->pid();
    answer.monitor = ::getpid();
    answer.warnings = std::move(warnings);
    reply(socket.get(), answer);
    socket.reset();
    ::malloc_trim(0); // the plan was here; what runs for days needs little
    made->run();
    return 0;
}

} // namespace

int main(int count, char** arguments)
{
    if (count == 2 && std::strcmp(arguments[1], "monitor") == 0)
        ::_exit(monitor());
    (void)!::write(2, usage, sizeof usage - 1);
    return 2;
}
