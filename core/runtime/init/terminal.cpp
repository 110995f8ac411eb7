// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/beneath.h"
#include "core/os/mount.h"
#include "core/runtime/init/child.h"
#include "core/runtime/init/messages.h"

#include <cerrno>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

bool isDevpts(int fd)
{
    struct statfs status {};
    return ::fstatfs(fd, &status) == 0 && status.f_type == DEVPTS_SUPER_MAGIC;
}

/// The multiplexer of the container's devpts. In a running container it is found by name, and then checked: the container
/// may have put anything there.
Result<UniqueFd> openMaster(const ChildContext& context)
{
    UniqueFd master;
    if (context.devPts) {
        master = UniqueFd::adopt(::openat(context.devPts.get(), "ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC));
    } else if (!context.plan.head.session) {
        // By name it would be the host's, whose root we are still in.
        return Error(ErrorCode::Invalid, "terminal: the container mounts no devpts of its own at /dev/pts");
    } else {
        const UniqueFd slash = UniqueFd::adopt(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
        const os::Beneath root = TRY(os::Beneath::adopt(UniqueFd::adopt(::fcntl(slash.get(), F_DUPFD_CLOEXEC, 3))));
        const os::Beneath::Place place = TRY_CONTEXT("terminal", root.place("/dev/pts/ptmx"));
        if (!isDevpts(place.directory.get()))
            return Error(ErrorCode::Invalid, "terminal: the container has no devpts at /dev/pts");
        master = UniqueFd::adopt(::openat(place.directory.get(), "ptmx", O_RDWR | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC));
    }
    if (!master)
        return Error::system(errno, "terminal: open ptmx");
    if (!isDevpts(master.get()))
        return Error(ErrorCode::Invalid, "terminal: ptmx is not of devpts");
    return master;
}

/// Bound by descriptor: the name of the slave, which the container could swap, is never used (CVE-2025-52565).
Result<void> bindConsole(const ChildContext& context, int slave)
{
    if (!context.dev)
        return {};
    const UniqueFd file = UniqueFd::adopt(::openat(context.dev.get(), "console", O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_WRONLY, 0666));
    const UniqueFd target = UniqueFd::adopt(::openat(context.dev.get(), "console", O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!target)
        return Error::system(errno, "/dev/console");
    const UniqueFd copy = TRY_CONTEXT("/dev/console", os::cloneTree(slave, "", false));
    return os::attachMount(copy.get(), target.get()).withContext("/dev/console");
}

} // namespace

Result<void> openTerminal(ChildContext& context)
{
    const UniqueFd master = TRY(openMaster(context));
    int unlocked = 0;
    if (::ioctl(master.get(), TIOCSPTLCK, &unlocked) != 0)
        return Error::system(errno, "terminal: unlock");
    const UniqueFd slave = UniqueFd::adopt(::ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!slave)
        return Error::system(errno, "terminal: open its other end");
    const PlannedProcess& process = context.plan.process;
    if (process.rows != 0 || process.columns != 0) {
        const winsize size { process.rows, process.columns, 0, 0 };
        ::ioctl(master.get(), TIOCSWINSZ, &size);
    }
    if (!context.plan.head.session)
        TRY(bindConsole(context, slave.get()));
    for (int number = 0; number < 3; ++number) {
        if (::dup2(slave.get(), number) < 0)
            return Error::system(errno, "terminal: standard streams");
    }
    if (::ioctl(0, TIOCSCTTY, 0) != 0)
        return Error::system(errno, "terminal: make it the controlling one");
    sendToParent(context.channel, FromInit::Terminal, "", ErrorCode::System, master.get());
    return {};
}

} // namespace darsena::runtime
