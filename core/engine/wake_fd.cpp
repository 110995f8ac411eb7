// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/wake_fd.h"

#include <array>
#include <cerrno>
#include <cstdint>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace darsena::engine {

Result<WakeFd> WakeFd::create()
{
    UniqueFd fd = UniqueFd::adopt(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd)
        return Error::system(errno, "make an eventfd");
    return WakeFd(std::move(fd));
}

void WakeFd::notify()
{
    const std::uint64_t one = 1;
    // Fails only when the counter is full, and then it is readable already.
    [[maybe_unused]] const auto written = ::write(m_fd.get(), &one, sizeof one);
}

void WakeFd::clear()
{
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(m_fd.get(), &count, sizeof count);
}

Result<bool> waitReadable(int fd, std::stop_token stop, std::optional<std::chrono::milliseconds> limit)
{
    std::optional<WakeFd> stopped;
    if (stop.stop_possible())
        stopped = TRY(WakeFd::create());
    const std::stop_callback onStop(stop, [&] { stopped->notify(); });
    const auto end = std::chrono::steady_clock::now() + limit.value_or(std::chrono::milliseconds(0));
    for (;;) {
        std::array<pollfd, 2> fds{{{fd, POLLIN, 0}, {stopped ? stopped->fd() : -1, POLLIN, 0}}};
        int wait = -1;
        if (limit) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
            wait = static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000));
        }
        const int ready = ::poll(fds.data(), fds.size(), wait);
        if (ready < 0 && errno != EINTR)
            return Error::system(errno, "poll");
        if (ready > 0)
            return fds[1].revents == 0;
        if (ready == 0)
            return false;
    }
}

} // namespace darsena::engine
