// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/oci/foreground.h"

#include "core/base/scope_guard.h"
#include "core/os/file.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace darsena::runtime::command {

namespace {

/// Every signal that can be taken comes as bytes from here on.
Result<UniqueFd> takeSignals()
{
    sigset_t all;
    ::sigfillset(&all);
    for (const int fault : { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT })
        ::sigdelset(&all, fault);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    UniqueFd fd = UniqueFd::adopt(::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd)
        return Error::system(errno, "signals");
    return fd;
}

void copySize(int terminal)
{
    winsize size {};
    if (::ioctl(0, TIOCGWINSZ, &size) == 0)
        (void)::ioctl(terminal, TIOCSWINSZ, &size);
}

std::optional<int> ended(pid_t pid)
{
    int status = 0;
    if (::waitpid(pid, &status, WNOHANG) != pid)
        return std::nullopt;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// Some bytes from one to the other; false at the end.
bool carry(int from, int to)
{
    std::array<std::byte, 8192> buffer {};
    const Result<std::size_t> length = os::readSome(from, buffer);
    return length && *length > 0 && os::writeAll(to, std::span(buffer).first(*length)).ok();
}

void passSignals(int signals, pid_t pid, int terminal)
{
    signalfd_siginfo info {};
    while (::read(signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        const int number = static_cast<int>(info.ssi_signo);
        if (number == SIGWINCH && terminal >= 0)
            copySize(terminal);
        else if (number != SIGCHLD && number != SIGPIPE && number != SIGURG && number != SIGWINCH)
            ::kill(pid, number);
    }
}

/// What the process printed last may still be on its way.
void drain(int terminal)
{
    pollfd waited { terminal, POLLIN, 0 };
    while (::poll(&waited, 1, 0) > 0 && (waited.revents & POLLIN) != 0 && carry(terminal, 1)) { }
}

} // namespace

Result<int> stayWith(pid_t pid, UniqueFd terminal)
{
    const UniqueFd signals = TRY(takeSignals());
    termios before {};
    const bool raw = terminal && ::tcgetattr(0, &before) == 0;
    if (raw) {
        termios changed = before;
        ::cfmakeraw(&changed);
        ::tcsetattr(0, TCSANOW, &changed);
        copySize(terminal.get());
    }
    const ScopeGuard restore([&] {
        if (raw)
            ::tcsetattr(0, TCSANOW, &before);
    });
    bool readsInput = static_cast<bool>(terminal), readsTerminal = readsInput;
    while (true) {
        if (const std::optional<int> code = ended(pid)) {
            if (readsTerminal)
                drain(terminal.get());
            return *code;
        }
        std::array<pollfd, 3> waited { { { signals.get(), POLLIN, 0 }, { readsTerminal ? terminal.get() : -1, POLLIN, 0 },
            { readsInput ? 0 : -1, POLLIN, 0 } } };
        if (::poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR)
            return Error::system(errno, "wait");
        if (waited[0].revents != 0)
            passSignals(signals.get(), pid, terminal.get());
        if (waited[1].revents != 0)
            readsTerminal = carry(terminal.get(), 1);
        if (waited[2].revents != 0 && !carry(0, terminal.get())) {
            readsInput = false;
            if (!raw) { // the end of a file, said as a terminal says it
                const char end = 4;
                (void)!::write(terminal.get(), &end, 1);
            }
        }
    }
}

} // namespace darsena::runtime::command
