// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/confine_self.h"

#include "core/cli/landlock.h"

#include <cerrno>
#include <memory>

#include <asm/ioctls.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace darsena::cli {

namespace {

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/// Ten million entries fit; a defect that takes memory without end does not take the machine's.
constexpr std::uint64_t maxAddressSpace = 16ULL << 30;
#endif

/// What looking up names and checking certificates reads.
constexpr const char* networkFiles[] = { "/etc", "/usr", "/lib", "/lib64", "/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager",
    "/var/lib/ca-certificates", "/dev/urandom", "/dev/null" };

void limit(__rlimit_resource resource, std::uint64_t value)
{
    struct rlimit both {};
    if (::getrlimit(resource, &both) != 0)
        return;
    // Lowering alone: what is lower already serves as well.
    both.rlim_cur = std::min<rlim_t>(both.rlim_cur, value);
    both.rlim_max = std::min<rlim_t>(both.rlim_max, value);
    static_cast<void>(::setrlimit(resource, &both));
}

/// An ordinary user has none; root keeps reading files of all users, which is what root was asked to look at.
Result<void> dropCapabilities()
{
    constexpr std::uint32_t kept = 1U << CAP_DAC_READ_SEARCH;
    if (::geteuid() == 0) {
        for (int capability = 0; capability < 64; ++capability) {
            if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EINVAL && errno != EPERM)
                return Error::system(errno, "drop bounding capability");
        }
    }
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_header_struct header { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[2] {};
    if (::syscall(SYS_capget, &header, data) != 0)
        return Error::system(errno, "capget");
    const std::uint32_t now = data[0].permitted & kept;
    data[0] = { now, now, 0 };
    data[1] = {};
    if (::syscall(SYS_capset, &header, data) != 0)
        return Error::system(errno, "capset");
    return {};
}

/// Collects rules; remembers the first that the library refuses.
class Filter {
public:
    Filter()
        : m_context(::seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release)
    {
    }
    bool valid() const { return m_context != nullptr; }
    void allow(std::initializer_list<int> calls)
    {
        for (const int call : calls)
            note(::seccomp_rule_add(m_context.get(), SCMP_ACT_ALLOW, call, 0));
    }
    void allowWhen(int call, scmp_arg_cmp condition) { note(::seccomp_rule_add(m_context.get(), SCMP_ACT_ALLOW, call, 1, condition)); }
    void answer(int call, int errorNumber)
    {
        note(::seccomp_rule_add(m_context.get(), SCMP_ACT_ERRNO(static_cast<std::uint32_t>(errorNumber)), call, 0));
    }
    Result<void> load()
    {
        if (m_failed == 0)
            m_failed = ::seccomp_load(m_context.get());
        if (m_failed != 0)
            return Error::system(-m_failed, "seccomp");
        return {};
    }

private:
    void note(int status)
    {
        // A call that this machine's architecture does not have needs no rule.
        if (status != 0 && status != -EDOM && m_failed == 0)
            m_failed = status;
    }
    std::unique_ptr<void, decltype(&seccomp_release)> m_context;
    int m_failed = 0;
};

void allowFiles(Filter& filter)
{
    filter.allow({ SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(preadv), SCMP_SYS(write), SCMP_SYS(pwrite64), SCMP_SYS(writev),
        SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(lstat),
        SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
        SCMP_SYS(getdents64), SCMP_SYS(fstatfs), SCMP_SYS(statfs), SCMP_SYS(getcwd), SCMP_SYS(fadvise64), SCMP_SYS(flock), SCMP_SYS(dup),
        SCMP_SYS(dup3), SCMP_SYS(fcntl), SCMP_SYS(pipe2), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(copy_file_range), SCMP_SYS(sendfile),
        SCMP_SYS(splice) });
    // Modes and owners of open files alone: Landlock, which bounds what is opened, does not bound chmod by a path.
    filter.allow({ SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(symlinkat), SCMP_SYS(linkat), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rmdir),
        SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(fsync), SCMP_SYS(fdatasync),
        SCMP_SYS(fchmod), SCMP_SYS(fchown), SCMP_SYS(utimensat), SCMP_SYS(fgetxattr),
        SCMP_SYS(flistxattr), SCMP_SYS(umask) });
    for (const unsigned question : { FIONREAD, TCGETS })
        filter.allowWhen(SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, question));
}

void allowSelf(Filter& filter)
{
    filter.allow({ SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
        SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack), SCMP_SYS(exit), SCMP_SYS(exit_group),
        SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday),
        SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
        SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(getrusage), SCMP_SYS(restart_syscall),
        SCMP_SYS(membarrier), SCMP_SYS(eventfd2) });
    // Its own limits, nobody else's.
    filter.allowWhen(SCMP_SYS(prlimit64), SCMP_A0(SCMP_CMP_EQ, 0));
    // Threads, no processes. clone3's flags are in memory, where no filter sees them: the C library then uses clone.
    filter.allowWhen(SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    filter.answer(SCMP_SYS(clone3), ENOSYS);
}

void allowMemory(Filter& filter, bool executable)
{
    for (const int call : { SCMP_SYS(mmap), SCMP_SYS(mprotect) }) {
        if (executable)
            filter.allow({ call });
        else
            filter.allowWhen(call, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    }
}

/// An open connection may be used; making one is another thing.
void allowSockets(Filter& filter, bool making)
{
    filter.allow({ SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(sendto), SCMP_SYS(shutdown) });
    if (!making)
        return;
    for (const unsigned family : { AF_INET, AF_INET6, AF_NETLINK }) // the resolver asks the kernel which addresses there are
        filter.allowWhen(SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, family));
    filter.allow({ SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(recvmmsg), SCMP_SYS(getsockopt),
        SCMP_SYS(setsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(socketpair) });
}

Result<void> filterSystemCalls(bool network)
{
    Filter filter;
    if (!filter.valid())
        return Error(ErrorCode::Internal, "seccomp_init failed");
    allowFiles(filter);
    allowSelf(filter);
    // The resolver loads its plug-ins when it is first used.
    allowMemory(filter, network);
    allowSockets(filter, network);
    return filter.load();
}

} // namespace

Result<Confined> confineSelf(const Confinement& needs)
{
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 1024);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    limit(RLIMIT_AS, maxAddressSpace);
#endif
    TRY(dropCapabilities());
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return Error::system(errno, "no_new_privs");
    Landlock landlock = TRY(Landlock::create());
    for (const auto& path : needs.readable)
        TRY(landlock.allowReading(path));
    for (const auto& path : needs.writable)
        TRY(landlock.allowWriting(path));
    if (needs.network) {
        for (const char* const path : networkFiles)
            TRY(landlock.allowReading(path));
        if (const char* const authorities = ::secure_getenv("SSL_CERT_FILE"))
            TRY(landlock.allowReading(authorities));
    }
    const bool bounded = TRY(landlock.enter());
    TRY(filterSystemCalls(needs.network));
    return bounded ? Confined::Fully : Confined::WithoutLandlock;
}

} // namespace darsena::cli
