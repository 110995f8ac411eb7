// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace darsena::os {

/// How a process ended: by exit(code), or by a signal.
struct ProcessEnd {
    int code = 0; ///< 0–255; 0 when a signal ended it
    int signal = 0; ///< 0 when it exited
    /// As shells and Docker count: the code, or 128 + signal (137 = SIGKILL, 143 = SIGTERM).
    int shellCode() const { return signal != 0 ? 128 + signal : code; }
};

/// What to start. The child gets exactly the descriptors named: everything else is closed.
struct SpawnRequest {
    UniqueFd executable; ///< an open file to execute; when invalid, `path` is executed
    std::string path; ///< empty = `arguments[0]`
    std::vector<std::string> arguments; ///< with argv[0]; at least one
    std::vector<std::string> environment; ///< "NAME=value"; nothing is inherited
    /// (ours, the child's number).
    std::vector<std::pair<int, int>> descriptors;
    bool newSession = false; ///< setsid: signals to our terminal do not reach it
    bool orphan = false; ///< its parent is init (or the nearest subreaper) from the start: it outlives us, and is not ours to wait for
};

/// A child process, held by pidfd so that its number cannot be reused under us. Dropping it neither kills nor reaps.
class Child {
public:
    Child() = default;
    Child(UniqueFd pidfd, pid_t pid)
        : m_pidfd(std::move(pidfd))
        , m_pid(pid)
    {
    }
    int pidfd() const { return m_pidfd.get(); }
    pid_t pid() const { return m_pid; }

    /// Blocks until it ends, and reaps it.
    Result<ProcessEnd> wait();
    /// ESRCH as NotFound when it has ended.
    Result<void> signal(int number) const;

private:
    UniqueFd m_pidfd;
    pid_t m_pid = -1;
};

/// Starts a program (vfork semantics: no copy of our memory). Standard streams that are not named are /dev/null. Of an
/// orphan the Child is empty.
/// Errors: System with the errno of whatever failed, execve included.
Result<Child> spawn(const SpawnRequest& request);

/// A descriptor of a running process by number. Errors: NotFound when there is none.
Result<UniqueFd> openPidfd(pid_t pid);
/// Signals through a pidfd. Errors: NotFound when the process has ended.
Result<void> sendSignal(int pidfd, int number);

} // namespace darsena::os
