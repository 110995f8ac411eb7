// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/feed.h"

#include <cerrno>
#include <vector>

#include <sys/socket.h>

namespace darsena::store {

Result<void> feedChild(archive::ByteSource& source, int socketFd, const std::function<void(std::uint64_t)>& progress, const std::stop_token& stop)
{
    std::vector<std::byte> buffer(256 * 1024);
    std::uint64_t total = 0;
    for (;;) {
        if (stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        const std::size_t count = TRY(source.read(buffer));
        if (count == 0)
            return {};
        std::span<const std::byte> rest = std::span(buffer).first(count);
        while (!rest.empty()) {
            // A socket and not a pipe, for the sake of MSG_NOSIGNAL.
            const ssize_t sent = ::send(socketFd, rest.data(), rest.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR)
                continue;
            if (sent < 0)
                return {};
            rest = rest.subspan(static_cast<std::size_t>(sent));
        }
        total += count;
        if (progress)
            progress(total);
    }
}

} // namespace darsena::store
