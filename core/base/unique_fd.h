// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>

#include <unistd.h>

namespace darsena {

/// Owns one file descriptor; -1 = none. The only owner of descriptors in Darsena: raw numbers are passed down a call,
/// never kept.
class UniqueFd {
public:
    UniqueFd() = default;
    /// Takes ownership.
    static UniqueFd adopt(int fd) { return UniqueFd(fd); }

    UniqueFd(UniqueFd&& other) noexcept
        : m_fd(other.release())
    {
    }
    UniqueFd& operator=(UniqueFd&& other) noexcept
    {
        if (this != &other) {
            reset();
            m_fd = other.release();
        }
        return *this;
    }
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() { reset(); }

    int get() const { return m_fd; }
    bool valid() const { return m_fd >= 0; }
    explicit operator bool() const { return valid(); }

    /// Gives ownership away.
    int release() { return std::exchange(m_fd, -1); }
    /// Closes now. Never retried on EINTR: Linux has freed the number by then (close(2)).
    void reset()
    {
        if (m_fd >= 0)
            ::close(std::exchange(m_fd, -1));
    }

private:
    explicit UniqueFd(int fd)
        : m_fd(fd)
    {
    }
    int m_fd = -1;
};

} // namespace darsena
