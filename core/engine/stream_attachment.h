// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/container_service.h"
#include "core/engine/wake_fd.h"

#include <memory>

namespace darsena::engine {

/// An attachment whose stream is there already.
class StreamAttachment : public Attachment {
public:
    static Result<std::unique_ptr<Attachment>> create(UniqueFd stream, bool terminal, std::unique_ptr<LogReader> replay = nullptr)
    {
        WakeFd ready = TRY(WakeFd::create());
        ready.notify();
        return std::unique_ptr<Attachment>(new StreamAttachment(std::move(stream), terminal, std::move(replay), std::move(ready)));
    }
    bool tty() const override { return m_terminal; }
    LogReader* replay() override { return m_replay.get(); }
    Result<UniqueFd> stream(std::stop_token) override { return std::move(m_stream); }
    int fd() const override { return m_ready.fd(); }

private:
    StreamAttachment(UniqueFd stream, bool terminal, std::unique_ptr<LogReader> replay, WakeFd ready)
        : m_stream(std::move(stream))
        , m_terminal(terminal)
        , m_replay(std::move(replay))
        , m_ready(std::move(ready))
    {
    }
    UniqueFd m_stream;
    bool m_terminal;
    std::unique_ptr<LogReader> m_replay;
    WakeFd m_ready; ///< readable always: stream() never blocks
};

} // namespace darsena::engine
