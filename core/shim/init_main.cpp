// SPDX-License-Identifier: GPL-3.0-or-later
// darsena-init: the first process of a container that was asked for with --init. It starts the command, hands on the
// signals that it gets, reaps what is orphaned, and ends as the command ended. It is mounted into the container at
// /sbin/docker-init, where Docker's users look for it; so it is static and takes nothing from there but the command.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr char usage[] = "usage: docker-init [--] command [argument...]\n";

void say(const char* text)
{
    (void)!::write(2, text, std::strlen(text));
}

/// What the kernel sends because of our own faults, and what would stop us when the command gets the terminal, is not for
/// handing on.
bool isOurs(int signal)
{
    switch (signal) {
    case SIGFPE: case SIGILL: case SIGSEGV: case SIGBUS: case SIGABRT: case SIGTRAP: case SIGSYS: case SIGTTIN: case SIGTTOU:
        return true;
    default:
        return false;
    }
}

[[noreturn]] void runCommand(char** command, const sigset_t& mask)
{
    // A group of its own, in front on the terminal: what is typed there reaches it and not us.
    if (::setpgid(0, 0) == 0 && ::isatty(0) != 0)
        ::tcsetpgrp(0, ::getpid());
    ::signal(SIGTTIN, SIG_DFL);
    ::signal(SIGTTOU, SIG_DFL);
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    ::execvp(command[0], command);
    const int error = errno;
    say("docker-init: ");
    say(command[0]);
    say(": ");
    say(::strerror(error));
    say("\n");
    ::_exit(error == ENOENT ? 127 : 126);
}

/// Reaps all that has ended; the command's status is noted when it is among them.
bool reap(pid_t command, int& status)
{
    bool over = false;
    for (;;) {
        int one = 0;
        const pid_t pid = ::waitpid(-1, &one, WNOHANG);
        if (pid < 0 && errno == EINTR)
            continue;
        if (pid <= 0)
            return over;
        if (pid == command) {
            status = one;
            over = true;
        }
    }
}

} // namespace

int main(int count, char** arguments)
{
    char** command = arguments + 1;
    if (count > 1 && std::strcmp(arguments[1], "--") == 0)
        ++command;
    if (*command == nullptr) {
        say(usage);
        return 1;
    }
    // Where we are not the first process (a shared process namespace), orphans are to come to us all the same.
    if (::getpid() != 1)
        ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    sigset_t taken;
    sigset_t before;
    ::sigfillset(&taken);
    for (int signal = 1; signal < NSIG; ++signal) {
        if (isOurs(signal))
            ::sigdelset(&taken, signal);
    }
    ::sigprocmask(SIG_SETMASK, &taken, &before);
    ::signal(SIGTTIN, SIG_IGN);
    ::signal(SIGTTOU, SIG_IGN);

    const pid_t child = ::fork();
    if (child < 0) {
        say("docker-init: cannot make a process\n");
        return 1;
    }
    if (child == 0)
        runCommand(command, before);
    for (;;) {
        int status = 0;
        if (reap(child, status))
            return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        siginfo_t info{};
        const int signal = ::sigwaitinfo(&taken, &info);
        if (signal > 0 && signal != SIGCHLD)
            ::kill(child, signal);
    }
}
