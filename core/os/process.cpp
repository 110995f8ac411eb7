// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/process.h"

#include "core/base/scope_guard.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

namespace darsena::os {

namespace {

/// For what runs on a stack that AddressSanitizer does not know and never returns from: the guards it would leave there
/// would still stand when the next child gets the same memory.
#define ON_CHILD_STACK [[gnu::no_sanitize_address]]

/// Everything the child needs, laid out before it exists: it shares our memory until it executes and must not allocate.
struct ChildPlan {
    int executable = -1;
    const char* path = nullptr; ///< executed when `executable` is not there
    std::vector<char*> arguments, environment;
    std::vector<std::pair<int, int>> descriptors; ///< ours, the child's; ours are moved out of the way first
    int highest = 2;
    bool newSession = false;
    int nullFd = -1;
    sigset_t emptyMask {};
    void* orphanStack = nullptr;
    int error = 0; ///< written by the child: the memory is shared
};

std::vector<char*> pointers(const std::vector<std::string>& texts)
{
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (const std::string& text : texts)
        out.push_back(const_cast<char*>(text.c_str())); // NOLINT: execve's signature; it does not write
    out.push_back(nullptr);
    return out;
}

[[noreturn]] ON_CHILD_STACK void fail(ChildPlan& plan)
{
    plan.error = errno;
    ::_exit(127);
}

/// In the child. Async-signal-safe calls only.
[[noreturn]] ON_CHILD_STACK void execute(ChildPlan& plan)
{
    for (int number = 1; number < NSIG; ++number) {
        struct sigaction action {};
        action.sa_handler = SIG_DFL;
        ::sigaction(number, &action, nullptr);
    }
    if (plan.newSession && ::setsid() < 0)
        fail(plan);
    // First above every target number, then down to the targets: no target can overwrite a source.
    int next = plan.highest + 1;
    for (auto& [ours, theirs] : plan.descriptors) {
        const int moved = ::fcntl(ours, F_DUPFD, next);
        if (moved < 0)
            fail(plan);
        ours = moved;
    }
    int executable = plan.executable;
    if (executable >= 0) {
        executable = ::fcntl(executable, F_DUPFD_CLOEXEC, next);
        if (executable < 0)
            fail(plan);
    }
    for (int number = 0; number <= 2; ++number) {
        if (::dup2(plan.nullFd, number) < 0)
            fail(plan);
    }
    for (const auto& [ours, theirs] : plan.descriptors) {
        if (::dup2(ours, theirs) < 0)
            fail(plan);
    }
    for (int number = 3; number <= plan.highest; ++number) {
        const auto wanted = [&](const std::pair<int, int>& pair) { return pair.second == number; };
        if (std::none_of(plan.descriptors.begin(), plan.descriptors.end(), wanted))
            ::close(number); // a copy: the table is the child's own
    }
    if (::syscall(SYS_close_range, static_cast<unsigned>(plan.highest + 1), ~0U, CLOSE_RANGE_CLOEXEC) != 0)
        fail(plan);
    ::sigprocmask(SIG_SETMASK, &plan.emptyMask, nullptr);
    if (executable >= 0)
        ::syscall(SYS_execveat, executable, "", plan.arguments.data(), plan.environment.data(), AT_EMPTY_PATH);
    else
        ::execve(plan.path, plan.arguments.data(), plan.environment.data());
    fail(plan);
}

/// For clone(2) with a stack of its own.
ON_CHILD_STACK int runChild(void* argument)
{
    execute(*static_cast<ChildPlan*>(argument));
}

/// The one between us and an orphan: it waits until the orphan executes or fails, and ends.
ON_CHILD_STACK int runOrphan(void* argument)
{
    auto& plan = *static_cast<ChildPlan*>(argument);
    if (::clone(runChild, plan.orphanStack, CLONE_VM | CLONE_VFORK | SIGCHLD, argument) < 0)
        fail(plan);
    ::_exit(0);
}

} // namespace

Result<Child> spawn(const SpawnRequest& request)
{
    if (request.arguments.empty())
        return Error(ErrorCode::Internal, "spawn: no arguments");
    const UniqueFd nullFd = UniqueFd::adopt(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!nullFd)
        return Error::system(errno, "/dev/null");

    ChildPlan plan;
    plan.executable = request.executable.get();
    plan.path = request.path.empty() ? request.arguments.front().c_str() : request.path.c_str();
    plan.arguments = pointers(request.arguments);
    plan.environment = pointers(request.environment);
    plan.descriptors = request.descriptors;
    plan.newSession = request.newSession;
    plan.nullFd = nullFd.get();
    ::sigemptyset(&plan.emptyMask);
    for (const auto& [ours, theirs] : request.descriptors)
        plan.highest = std::max(plan.highest, theirs);

    constexpr std::size_t stackSize = 64 * 1024;
    void* const stack = ::mmap(nullptr, 2 * stackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED)
        return Error::system(errno, "spawn: stack");
    const ScopeGuard unmap([&] { ::munmap(stack, 2 * stackSize); });
    plan.orphanStack = static_cast<char*>(stack) + 2 * stackSize;

    // No signal handler of ours may run in the child while it shares our memory.
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    int pidfd = -1;
    const pid_t pid = ::clone(request.orphan ? runOrphan : runChild, static_cast<char*>(stack) + stackSize,
        CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &plan, &pidfd);
    const int cloneError = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0)
        return Error::system(cloneError, "spawn " + request.arguments.front());

    Child child(UniqueFd::adopt(pidfd), pid);
    if (plan.error != 0 || request.orphan)
        (void)child.wait();
    if (plan.error != 0)
        return Error::system(plan.error, request.path.empty() ? request.arguments.front() : request.path);
    return request.orphan ? Child() : std::move(child);
}

Result<ProcessEnd> Child::wait()
{
    siginfo_t info {};
    while (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(m_pidfd.get()), &info, WEXITED) != 0) {
        if (errno != EINTR)
            return Error::system(errno, "wait for process " + std::to_string(m_pid));
    }
    ProcessEnd end;
    if (info.si_code == CLD_EXITED)
        end.code = info.si_status;
    else
        end.signal = info.si_status;
    return end;
}

Result<void> Child::signal(int number) const
{
    return sendSignal(m_pidfd.get(), number);
}

Result<UniqueFd> openPidfd(pid_t pid)
{
    const int fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (fd < 0) {
        const Error error = Error::system(errno, "process " + std::to_string(pid));
        return error.systemError() == ESRCH ? error.as(ErrorCode::NotFound) : error;
    }
    return UniqueFd::adopt(fd);
}

Result<void> sendSignal(int pidfd, int number)
{
    if (::syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, 0) != 0) {
        const Error error = Error::system(errno, "signal " + std::to_string(number));
        return error.systemError() == ESRCH ? error.as(ErrorCode::NotFound) : error;
    }
    return {};
}

} // namespace darsena::os
