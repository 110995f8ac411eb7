// SPDX-License-Identifier: GPL-3.0-or-later
// Runs inside a container, static: what a shell cannot try.
//
//   attacker calls             tries system calls, and prints "NAME ERRNO" of each (0 = it worked)
//   attacker watch             looks at every new process until it is killed, and prints what it could see of one that
//                              is not yet what the container wanted to run
//   attacker tty               tries to reach a terminal that is not its own
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

void tell(const char* name, long result)
{
    std::printf("%s %d\n", name, result < 0 ? errno : 0);
}

int calls()
{
    char path[] = "/";
    unsigned char handle[64] = {};
    for (const unsigned long high : { 0UL, 1UL << 32, 1UL << 63 }) {
        for (const auto& [name, family] : { std::pair("unix", 1), std::pair("inet", 2), std::pair("inet6", 10), std::pair("netlink", 16),
                 std::pair("alg", 38), std::pair("vsock", 40), std::pair("bluetooth", 31), std::pair("can", 29), std::pair("key", 15),
                 std::pair("tipc", 30), std::pair("rds", 21), std::pair("xdp", 44), std::pair("smc", 43), std::pair("kcm", 41) }) {
            const std::string text = std::string("socket-") + name + (high == 0 ? "" : high == 1UL << 32 ? "-high" : "-highest");
            // A wrong type, so that a family that the kernel has is told from one that the filter stops.
            tell(text.c_str(), ::syscall(SYS_socket, high | static_cast<unsigned long>(family), SOCK_DGRAM, 0));
        }
    }
    tell("keyctl", ::syscall(SYS_keyctl, 0, -3, 0));
    tell("add_key", ::syscall(SYS_add_key, "user", "x", "y", 1, -3));
    tell("request_key", ::syscall(SYS_request_key, "user", "x", nullptr, 0));
    tell("open_by_handle_at", ::syscall(SYS_open_by_handle_at, AT_FDCWD, handle, O_RDONLY));
    tell("io_uring_setup", ::syscall(SYS_io_uring_setup, 1, handle));
    tell("bpf", ::syscall(SYS_bpf, 0, handle, sizeof handle));
    tell("userfaultfd", ::syscall(SYS_userfaultfd, 0));
    tell("perf_event_open", ::syscall(SYS_perf_event_open, handle, 0, -1, -1, 0));
    tell("kexec_load", ::syscall(SYS_kexec_load, 0, 0, 0, 0));
    tell("init_module", ::syscall(SYS_init_module, handle, 1, ""));
    tell("finit_module", ::syscall(SYS_finit_module, 0, "", 0));
    tell("delete_module", ::syscall(SYS_delete_module, "x", 0));
    tell("mount", ::mount("x", "/tmp", "tmpfs", 0, nullptr));
    tell("umount2", ::umount2("/proc", MNT_DETACH));
    tell("fsopen", ::syscall(SYS_fsopen, "tmpfs", 0));
    tell("open_tree", ::syscall(SYS_open_tree, AT_FDCWD, path, 1));
    tell("move_mount", ::syscall(SYS_move_mount, AT_FDCWD, path, AT_FDCWD, path, 0));
    tell("pivot_root", ::syscall(SYS_pivot_root, path, path));
    tell("setns", ::setns(0, 0));
    tell("unshare-user", ::unshare(CLONE_NEWUSER));
    tell("unshare-mount", ::unshare(CLONE_NEWNS));
    tell("unshare-cgroup", ::unshare(CLONE_NEWCGROUP));
    tell("clone-user", ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
    tell("clone3", ::syscall(SYS_clone3, handle, sizeof handle));
    tell("reboot", ::syscall(SYS_reboot, 0, 0, 0, 0));
    tell("swapon", ::syscall(SYS_swapon, path, 0));
    tell("acct", ::syscall(SYS_acct, nullptr));
    tell("settimeofday", ::syscall(SYS_settimeofday, nullptr, nullptr));
    tell("syslog", ::syscall(SYS_syslog, 3, handle, 1));
    tell("quotactl", ::syscall(SYS_quotactl, 0, path, 0, nullptr));
    tell("lookup_dcookie", ::syscall(SYS_lookup_dcookie, 0, handle, 1));
    tell("name_to_handle_at", ::syscall(SYS_name_to_handle_at, AT_FDCWD, path, handle, handle + 32, 0));
    tell("unknown-500", ::syscall(500));
    tell("unknown-1000", ::syscall(1000));
    return 0;
}

bool isInside(const std::string& program)
{
    return program == "/bin/busybox" || program == "/bin/attacker";
}

std::string programOf(int pid)
{
    char target[512];
    const ssize_t length = ::readlink(("/proc/" + std::to_string(pid) + "/exe").c_str(), target, sizeof target);
    return length < 0 ? std::string() : std::string(target, static_cast<std::size_t>(length));
}

void lookAt(int pid)
{
    if (const std::string program = programOf(pid); !program.empty() && !isInside(program)) {
        std::printf("SEEN %d %s\n", pid, program.c_str());
        std::fflush(stdout);
    }
    if (::ptrace(PTRACE_ATTACH, pid, nullptr, nullptr) != 0)
        return;
    int status = 0;
    ::waitpid(pid, &status, __WALL);
    if (const std::string program = programOf(pid); !program.empty() && !isInside(program)) {
        std::printf("ATTACHED %d %s\n", pid, program.c_str());
        std::fflush(stdout);
    }
    ::ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
    ::kill(pid, SIGCONT); // it may have stopped for another reason than our attaching, which then is still to come
}

int watch()
{
    std::printf("watching\n");
    std::fflush(stdout);
    while (true) {
        DIR* const list = ::opendir("/proc");
        while (const dirent* entry = list == nullptr ? nullptr : ::readdir(list)) {
            const int pid = std::atoi(entry->d_name);
            if (pid > 1 && pid != ::getpid())
                lookAt(pid);
        }
        if (list != nullptr)
            ::closedir(list);
    }
}

int tty()
{
    char letter = 'x';
    tell("open-tty", ::open("/dev/tty", O_RDWR));
    for (int number = 0; number < 3; ++number) {
        tell("tiocsti", ::ioctl(number, TIOCSTI, &letter));
        tell("tiocsti-high", ::syscall(SYS_ioctl, number, (1UL << 32) | TIOCSTI, &letter));
        tell("tioclinux", ::ioctl(number, TIOCLINUX, &letter));
    }
    return 0;
}

} // namespace

int main(int count, char** arguments)
{
    const std::string what = count > 1 ? arguments[1] : "";
    return what == "calls" ? calls() : what == "watch" ? watch() : what == "tty" ? tty() : 2;
}
