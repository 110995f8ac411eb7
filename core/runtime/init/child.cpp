// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/init/child.h"

#include "core/os/beneath.h"
#include "core/runtime/hook.h"
#include "core/runtime/init/messages.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/keyctl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

void resetSignals()
{
    for (int number = 1; number < NSIG; ++number) {
        struct sigaction action {};
        action.sa_handler = SIG_DFL;
        ::sigaction(number, &action, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

Result<void> placeStreams(const InitOptions& options)
{
    const int streams[] = { options.standardInput, options.standardOutput, options.standardError };
    for (int number = 0; number < 3; ++number) {
        if (streams[number] >= 0 && streams[number] != number && ::dup2(streams[number], number) < 0)
            return Error::system(errno, "standard streams");
    }
    return {};
}

/// What stays of the parent's and ours: three streams and those named, none of them a directory. From here nothing of the
/// host can be reached through a descriptor (CVE-2024-21626). They are closed by execve.
Result<void> closeAllBut(std::vector<int> keep)
{
    unsigned next = 3;
    std::ranges::sort(keep);
    for (const int fd : keep) {
        if (fd < 3)
            continue;
        const unsigned number = static_cast<unsigned>(fd);
        if (number > next && ::syscall(SYS_close_range, next, number - 1, 0) != 0)
            return Error::system(errno, "close descriptors");
        next = number + 1;
    }
    if (::syscall(SYS_close_range, next, ~0U, 0) != 0)
        return Error::system(errno, "close descriptors");
    return {};
}

/// The score of the kernel's out-of-memory killer. /proc is still the host's here, so the file is what it says.
void setOomScore(const ChildContext& context)
{
    if (!context.plan.process.setOomScoreAdj)
        return;
    const std::string value = std::to_string(context.plan.process.oomScoreAdj);
    const UniqueFd file = UniqueFd::adopt(::open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC));
    if (!file || ::write(file.get(), value.data(), value.size()) < 0) {
        char now[16] {};
        if (file)
            (void)!::pread(file.get(), now, sizeof now - 1, 0);
        if (std::strtol(now, nullptr, 10) != context.plan.process.oomScoreAdj)
            context.warn("oom_score_adj: " + value + " is not permitted; kept");
    }
}

/// Opened while /proc is the host's; what is written to it applies at the next execve.
Result<UniqueFd> openApparmor(const PlannedProcess& process)
{
    UniqueFd fd;
    if (process.apparmorProfile.empty() || process.apparmorProfile == "unconfined")
        return fd;
    fd = UniqueFd::adopt(::open("/proc/thread-self/attr/apparmor/exec", O_WRONLY | O_CLOEXEC));
    if (!fd)
        fd = UniqueFd::adopt(::open("/proc/thread-self/attr/exec", O_WRONLY | O_CLOEXEC));
    if (!fd)
        return Error::system(errno, "AppArmor profile " + process.apparmorProfile + ": AppArmor is not enabled");
    return fd;
}

Result<void> joinNamespaces(const ChildContext& context)
{
    if (!context.plan.head.session && context.plan.head.inUserNamespace())
        return {}; // the parent did, with its own privileges, before it made us
    for (const PlannedJoin& join : context.plan.head.joins) {
        const int flags = static_cast<int>(join.flags & ~std::uint64_t { CLONE_NEWPID });
        if (flags != 0 && ::setns(context.descriptors[join.slot].get(), flags) != 0)
            return Error::system(errno, "join namespaces");
    }
    return {};
}

Result<void> bringUpLoopback()
{
    const UniqueFd socket = UniqueFd::adopt(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request {};
    std::strcpy(request.ifr_name, "lo");
    if (!socket || ::ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0)
        return Error::system(errno, "loopback interface");
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0)
        return Error::system(errno, "loopback interface");
    return {};
}

/// Resolved without magic links, so that no /proc/self/fd/N can be a working directory; then looked at again.
Result<void> enterWorkingDirectory(const PlannedProcess& process)
{
    const UniqueFd slash = UniqueFd::adopt(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!slash)
        return Error::system(errno, "/");
    const int copy = ::fcntl(slash.get(), F_DUPFD_CLOEXEC, 0);
    const os::Beneath root = TRY(os::Beneath::adopt(UniqueFd::adopt(copy)));
    const UniqueFd directory = TRY_CONTEXT("working directory", root.open(process.cwd, O_PATH | O_DIRECTORY));
    if (::fchdir(directory.get()) != 0)
        return Error::system(errno, "working directory " + process.cwd);
    char path[4096];
    const long length = ::syscall(SYS_getcwd, path, sizeof path);
    if (length <= 0 || path[0] != '/')
        return Error(ErrorCode::Invalid, "working directory " + process.cwd + " is outside the container");
    return {};
}

Result<void> prepareContainer(ChildContext& context)
{
    const Plan& plan = context.plan;
    TRY(joinNamespaces(context));
    // Before it is mapped, a user namespace cannot own anything. On cgroup v2 we were born in the group; the message
    // still comes.
    if ((plan.head.newNamespaces & CLONE_NEWUSER) != 0 || plan.newCgroupNamespace)
        TRY(awaitJoined(context));
    if (plan.newCgroupNamespace && ::unshare(CLONE_NEWCGROUP) != 0)
        return Error::system(errno, "cgroup namespace");
    if (plan.bringUpLoopback)
        TRY(bringUpLoopback());
    if (!plan.hostname.empty() && ::sethostname(plan.hostname.data(), plan.hostname.size()) != 0)
        return Error::system(errno, "hostname");
    if (!plan.domainname.empty() && ::setdomainname(plan.domainname.data(), plan.domainname.size()) != 0)
        return Error::system(errno, "domainname");
    TRY(enterRoot(context));
    return awaitJoined(context);
}

Result<void> prepareSession(ChildContext& context)
{
    TRY(awaitJoined(context)); // before the cgroup's and mount namespace change
    TRY(joinNamespaces(context));
    TRY(becomeRootInside(context.plan.head));
    if (context.plan.process.terminal)
        TRY(openTerminal(context));
    return {};
}

Result<void> prepare(ChildContext& context, const InitOptions& options, UniqueFd& apparmor)
{
    ::umask(0); // modes of what we make are as we say
    ::setsid();
    // A keyring of its own, or it would share the engine's. Kernels without keyrings have nothing to share.
    if (!context.plan.process.inheritKeyring)
        ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);
    TRY(placeStreams(options));
    setOomScore(context);
    apparmor = TRY(openApparmor(context.plan.process));
    return context.plan.head.session ? prepareSession(context) : prepareContainer(context);
}

/// Pipes belong to root; a program that reopens /dev/stdout as its own user needs to own it. Nothing but a pipe of the
/// parent's or our own terminal is ever given away (CVE-2026-88265).
void giveStreams(const PlannedProcess& process)
{
    for (int number = 0; number < 3; ++number) {
        struct stat status {};
        if (::fstat(number, &status) == 0 && (S_ISFIFO(status.st_mode) || (process.terminal && ::isatty(number) == 1)))
            (void)!::fchown(number, process.uid, static_cast<gid_t>(-1));
    }
}

Result<void> start(ChildContext& context, const InitOptions& options, const UniqueFd& apparmor)
{
    const PlannedProcess& process = context.plan.process;
    giveStreams(process);
    ::umask(process.setUmask ? process.umask : 022);
    TRY(enterWorkingDirectory(process));
    if (apparmor) {
        const std::string text = "exec " + process.apparmorProfile;
        if (::write(apparmor.get(), text.data(), text.size()) < 0)
            return Error::system(errno, "AppArmor profile " + process.apparmorProfile);
    }
    TRY(becomeUser(process, options.dieWithParent));
    // As the container's user, with what that may do: these programs are the container's own.
    if (!context.plan.startContainerHooks.empty())
        TRY(runHooks(context.plan.startContainerHooks, "startContainer", hookState(context.plan.hookState, "created", ::getpid())));
    return executeCommand(process);
}

/// Gives the caller's descriptors the numbers from 3 on; ours move out of their way.
Result<void> placePreserved(ChildContext& context, int& fifo, UniqueFd& apparmor)
{
    const int first = 3;
    const std::vector<Slot>& slots = context.plan.process.preserved;
    const int free = first + static_cast<int>(slots.size());
    const auto moved = [&](int fd) { return fd < 0 ? fd : ::fcntl(fd, F_DUPFD_CLOEXEC, free); };
    context.channel = moved(context.channel);
    fifo = moved(fifo);
    if (apparmor)
        apparmor = UniqueFd::adopt(moved(apparmor.get()));
    std::vector<int> sources;
    for (const Slot slot : slots)
        sources.push_back(moved(context.descriptors[slot].get()));
    int number = first;
    for (const int source : sources) {
        if (source < 0 || ::dup2(source, number++) < 0)
            return Error::system(errno, "preserved descriptors");
    }
    return {};
}

bool awaitStart(int channel, int fifo)
{
    if (fifo < 0) {
        const Result<ToInit> order = receiveFromParent(channel);
        return order && *order == ToInit::Start;
    }
    char byte = 0;
    ssize_t length = 0;
    do {
        length = ::read(fifo, &byte, 1);
    } while (length < 0 && errno == EINTR);
    return length == 1 && byte == static_cast<char>(ToInit::Start);
}

[[noreturn]] void fail(int channel, const Error& error)
{
    sendToParent(channel, FromInit::Failed, error.message(), error.code());
    ::_exit(error.code() == ErrorCode::NotFound ? 127 : 126);
}

} // namespace

void ChildContext::warn(const std::string& text) const
{
    sendToParent(channel, FromInit::Warning, text);
}

Result<void> awaitJoined(ChildContext& context)
{
    if (context.joined)
        return {};
    if (TRY(receiveFromParent(context.channel)) != ToInit::Joined)
        return Error(ErrorCode::Internal, "monitor and container disagree about what comes next");
    context.joined = true;
    return {};
}

Result<void> becomeRootInside(const PlanHead& head)
{
    if (!head.inUserNamespace())
        return {};
    if (::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0)
        return Error::system(errno, "become root of the user namespace");
    return {};
}

void runChild(std::string_view planBytes, const std::vector<UniqueFd>& descriptors, int channel, const InitOptions& options)
{
    resetSignals();
    const Result<Plan> plan = decodePlan(planBytes, descriptors.size());
    if (!plan)
        fail(channel, plan.error());
    ChildContext context { *plan, descriptors, channel, {}, {}, {} };
    UniqueFd apparmor;
    int fifo = options.startFifo;
    Result<void> done = prepare(context, options, apparmor);
    if (done)
        done = setLimits(context);
    if (done)
        done = setScheduling(plan->process);
    if (done && options.commandMustExist)
        done = findCommand(plan->process);
    if (done) {
        context.dev.reset(), context.devPts.reset(), context.proc.reset();
        if (!plan->process.preserved.empty())
            done = placePreserved(context, fifo, apparmor);
    }
    if (done) {
        std::vector<int> kept { context.channel, apparmor.get(), fifo };
        for (std::size_t i = 0; i < plan->process.preserved.size(); ++i)
            kept.push_back(3 + static_cast<int>(i));
        done = closeAllBut(std::move(kept));
    }
    if (!done)
        fail(context.channel, done.error());
    sendToParent(context.channel, FromInit::Ready, "");
    if (!awaitStart(context.channel, fifo))
        ::_exit(0); // deleted before it was started, or the monitor is gone
    done = start(context, options, apparmor);
    if (fifo >= 0) { // nobody reads the channel by now; who started us reads what is left in the FIFO
        std::string text { static_cast<char>(FromInit::Failed), static_cast<char>(done.error().code()) };
        text.append(done.error().message(), 0, 2048);
        (void)!::write(fifo, text.data(), text.size());
    }
    fail(context.channel, done.error());
}

} // namespace darsena::runtime
