// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/confine.h"

#include "core/os/mount.h"

#include "core/base/unique_fd.h"

#include <cerrno>
#include <memory>

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace darsena::store {

namespace {

/// What making files of any owner, mode and kind needs.
constexpr std::uint64_t keptCapabilities = 1ULL << CAP_CHOWN | 1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_FOWNER | 1ULL << CAP_FSETID
    | 1ULL << CAP_MKNOD | 1ULL << CAP_SETFCAP;

Result<void> forkIntoProcessNamespace()
{
    const pid_t child = ::fork();
    if (child < 0)
        return Error::system(errno, "fork");
    if (child == 0) {
        // Whoever kills the process that the store knows must kill this one, too. In the new namespace our parent is 0.
        if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
            return Error::system(errno, "prctl");
        return {};
    }
    for (int fd = 0; fd < 16; ++fd)
        ::close(fd); // the pipes must end with the child
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/// Makes the working directory the whole tree that can be seen.
Result<void> pivotIntoWorkingDirectory()
{
    TRY(os::leaveChroot());
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        return Error::system(errno, "make mounts private");
    const auto tree = UniqueFd::adopt(static_cast<int>(
        ::syscall(SYS_open_tree, AT_FDCWD, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)));
    if (!tree)
        return Error::system(errno, "open_tree");
    struct mount_attr attributes {};
    attributes.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    if (::syscall(SYS_mount_setattr, tree.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) != 0)
        return Error::system(errno, "mount_setattr");
    if (::syscall(SYS_move_mount, tree.get(), "", AT_FDCWD, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
        return Error::system(errno, "move_mount");
    // pivot_root onto itself: the old root ends up on top of the new one and is taken off (pivot_root(2)).
    if (::fchdir(tree.get()) != 0 || ::syscall(SYS_pivot_root, ".", ".") != 0 || ::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0)
        return Error::system(errno, "pivot_root");
    return {};
}

void limit(__rlimit_resource resource, std::uint64_t value)
{
    const struct rlimit both { value, value };
    // Lowering cannot fail but for a hard limit that is lower already, which serves as well.
    static_cast<void>(::setrlimit(resource, &both));
}

Result<void> dropCapabilities()
{
    for (int capability = 0; capability < 64; ++capability) {
        if ((keptCapabilities >> capability & 1) == 0 && ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EINVAL)
            return Error::system(errno, "drop bounding capability");
    }
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_header_struct header { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[2] {};
    data[0].effective = data[0].permitted = static_cast<std::uint32_t>(keptCapabilities);
    data[1].effective = data[1].permitted = static_cast<std::uint32_t>(keptCapabilities >> 32);
    if (::syscall(SYS_capset, &header, data) != 0)
        return Error::system(errno, "capset");
    return {};
}

Result<void> filterSystemCalls()
{
    const std::unique_ptr<void, decltype(&seccomp_release)> context(::seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release);
    if (!context)
        return Error(ErrorCode::Internal, "seccomp_init failed");
    int failed = 0;
    const auto allow = [&](std::initializer_list<int> calls) {
        for (int call : calls) {
            if (const int status = ::seccomp_rule_add(context.get(), SCMP_ACT_ALLOW, call, 0); status != 0)
                failed = status;
        }
    };
    // Files, through descriptors and below the root.
    allow({ SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(pwrite64), SCMP_SYS(writev), SCMP_SYS(lseek),
        SCMP_SYS(close), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(mkdirat), SCMP_SYS(mknodat), SCMP_SYS(symlinkat), SCMP_SYS(linkat),
        SCMP_SYS(unlinkat), SCMP_SYS(renameat), SCMP_SYS(readlinkat), SCMP_SYS(fchmod), SCMP_SYS(fchown), SCMP_SYS(fchownat),
        SCMP_SYS(utimensat), SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(fsetxattr), SCMP_SYS(fgetxattr),
        SCMP_SYS(flistxattr), SCMP_SYS(fstatfs), SCMP_SYS(getdents64),
        SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(fcntl), SCMP_SYS(dup), SCMP_SYS(fadvise64) });
    // Memory, threads, time.
    allow({ SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(set_robust_list),
        SCMP_SYS(rseq), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack), SCMP_SYS(exit), SCMP_SYS(exit_group),
        SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(sched_yield),
        SCMP_SYS(sched_getaffinity), SCMP_SYS(restart_syscall) });
    // Memory may not become executable.
    for (int call : { SCMP_SYS(mmap), SCMP_SYS(mprotect) }) {
        if (const int status = ::seccomp_rule_add(context.get(), SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)); status != 0)
            failed = status;
    }
    // The thread that decompresses. clone3's flags are in memory, where no filter sees them: the C library then uses clone.
    if (const int status = ::seccomp_rule_add(context.get(), SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)); status != 0)
        failed = status;
    if (const int status = ::seccomp_rule_add(context.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0); status != 0)
        failed = status;
    if (failed == 0)
        failed = ::seccomp_load(context.get());
    if (failed != 0)
        return Error::system(-failed, "seccomp");
    return {};
}

} // namespace

Result<void> enterOwnRoot(int targetFd)
{
    // The descriptor's mount belongs to the namespace that we leave; a working directory is moved to the copy.
    if (::fchdir(targetFd) != 0)
        return Error::system(errno, "target directory");
    if (::unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWPID) != 0)
        return Error::system(errno, "unshare");
    TRY(forkIntoProcessNamespace());
    return pivotIntoWorkingDirectory();
}

Result<void> dropPrivileges(std::uint64_t maxFileBytes)
{
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 512);
    limit(RLIMIT_FSIZE, maxFileBytes);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    limit(RLIMIT_AS, 1ULL << 30); // zstd's largest window is 128 MiB
#endif
    if (::prctl(PR_SET_DUMPABLE, 0) != 0)
        return Error::system(errno, "prctl");
    TRY(dropCapabilities());
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return Error::system(errno, "no_new_privs");
    return filterSystemCalls();
}

} // namespace darsena::store
