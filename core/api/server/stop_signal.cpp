// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/stop_signal.h"

#include <cerrno>
#include <cstdint>

#include <sys/eventfd.h>

namespace darsena::server {

Result<std::unique_ptr<StopSignal>> StopSignal::create()
{
    UniqueFd fd = UniqueFd::adopt(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd)
        return Error::system(errno, "eventfd");
    return std::unique_ptr<StopSignal>(new StopSignal(std::move(fd)));
}

void StopSignal::request()
{
    m_source.request_stop();
    const std::uint64_t one = 1;
    // Fails only when the counter is full, and then the descriptor is readable already.
    [[maybe_unused]] const ssize_t written = ::write(m_fd.get(), &one, sizeof one);
}

} // namespace darsena::server
