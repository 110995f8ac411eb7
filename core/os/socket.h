// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <utility>
#include <vector>

#include <sys/types.h>

/// Unix sockets. No call here raises SIGPIPE. Any thread.
namespace darsena::os {

struct PeerCredentials {
    pid_t pid = -1;
    uid_t uid = static_cast<uid_t>(-1);
    gid_t gid = static_cast<gid_t>(-1);
};

/// A listening stream socket at `path`, made with `mode` from its first moment; an old socket there is replaced, anything
/// else refused (Conflict). Paths too long for sockaddr_un go through the directory's descriptor.
Result<UniqueFd> listenUnix(const std::filesystem::path& path, mode_t mode, bool nonBlocking);
/// Connects. Errors: Unavailable when nobody listens or nothing is there.
Result<UniqueFd> connectUnix(const std::filesystem::path& path);
/// A connected pair of stream sockets, both close-on-exec.
Result<std::pair<UniqueFd, UniqueFd>> socketPair(int type);
/// Who connected (SO_PEERCRED: as of connect).
Result<PeerCredentials> peerCredentials(int socket);

/// Sends everything on a blocking socket, the descriptors along with the first byte (at most 250, and at least one byte).
Result<void> sendAll(int socket, std::span<const std::byte> bytes, std::span<const int> descriptors = {});
/// Receives exactly so many bytes. Descriptors that come along are appended to `descriptors` (closed when it is null).
/// Errors: Unavailable when the stream ends before.
Result<void> receiveExactly(int socket, std::span<std::byte> bytes, std::vector<UniqueFd>* descriptors = nullptr);

} // namespace darsena::os
