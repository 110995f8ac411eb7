// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <memory>
#include <stop_token>

namespace darsena::server {

/// One stop request that both poll() and std::stop_token hear. Any thread.
class StopSignal {
public:
    static Result<std::unique_ptr<StopSignal>> create();

    void request();
    bool requested() const { return m_source.stop_requested(); }
    std::stop_token token() const { return m_source.get_token(); }
    /// Readable from the request on, for ever.
    int fd() const { return m_fd.get(); }

private:
    explicit StopSignal(UniqueFd fd)
        : m_fd(std::move(fd))
    {
    }
    UniqueFd m_fd;
    std::stop_source m_source;
};

} // namespace darsena::server
