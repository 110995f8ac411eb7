// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace darsena::runtime {

/// How the parent wants the child to stand to it.
struct InitOptions {
    int standardInput = -1, standardOutput = -1, standardError = -1; ///< become 0, 1, 2; ignored with a terminal
    bool asSibling = false; ///< a child of our parent, not of us (the OCI command line, whose caller reaps)
    bool dieWithParent = true; ///< SIGKILL when the parent ends
    int startFifo = -1; ///< open for reading and writing: Start comes from there instead of the channel
    bool commandMustExist = false; ///< look for the command before saying Ready
    std::vector<int> closeFirst; ///< descriptors of the parent that the child has no business with
};

struct StartedInit {
    pid_t pid = -1;
    UniqueFd pidfd;
    UniqueFd channel; ///< SOCK_SEQPACKET: init/messages.h
};

/// Makes the first process of a container, or a further one, from an encoded plan. It works on its own then and reports
/// over the channel; it waits for Start. Single-threaded callers only: the child goes on in a copy of our memory.
/// May move this process's pid namespace for children (setns), so it is called once a process.
Result<StartedInit> startInit(std::string_view planBytes, const std::vector<UniqueFd>& descriptors, const InitOptions& options);

} // namespace darsena::runtime
