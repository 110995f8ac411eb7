// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <string>

/// What a container's first process and its parent tell each other over a SOCK_SEQPACKET pair.
namespace darsena::runtime {

enum class FromInit : char {
    Warning = 'W', ///< text
    Terminal = 'T', ///< with the pty's master
    Hooks = 'H', ///< all is mounted; waits for HooksDone
    Ready = 'R', ///< everything stands; waiting for Start
    Failed = 'E', ///< error code, then text; the child ends
};

enum class ToInit : char {
    Joined = 'J', ///< the child is in its cgroups
    HooksDone = 'H', ///< the hooks that run outside have run
    Start = 'S', ///< execute the command
};

struct InitMessage {
    FromInit kind = FromInit::Failed;
    std::string text;
    ErrorCode code = ErrorCode::System; ///< of Failed
    UniqueFd terminal;
};

/// Ends silently when the parent is gone: there is nobody to tell.
void sendToParent(int socket, FromInit kind, const std::string& text, ErrorCode code = ErrorCode::System, int fd = -1);
/// Errors: Unavailable when the child has executed its command, or is gone.
Result<InitMessage> receiveFromInit(int socket);

Result<void> sendToInit(int socket, ToInit kind);
/// Errors: Unavailable when the parent is gone.
Result<ToInit> receiveFromParent(int socket);

} // namespace darsena::runtime
