// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

namespace darsena::engine {

/// Who may work on a container's files at a time. Two overlay mounts of one writable layer are undefined to the kernel, so
/// what mounts a stopped container's files (a copy, a start, a removal) must be alone; copies in a running container share
/// its mount. A start or removal does not wait for ever: what goes on too long is stopped. Any thread.
class FileAccess {
public:
    /// One piece of work, from its beginning to the object's end.
    class Use {
    public:
        ~Use();
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;
        /// Stopped when the client's token is, or the container is to be started or removed. Whoever stops it waits for the
        /// callbacks: after them nothing of the files may be held.
        std::stop_token token() const { return m_stop.get_token(); }

    private:
        friend class FileAccess;
        Use(FileAccess& access, bool alone)
            : m_access(access)
            , m_alone(alone)
        {
        }
        FileAccess& m_access;
        bool m_alone;
        std::stop_source m_stop;
        std::unique_ptr<std::stop_callback<std::function<void()>>> m_client;
    };

    FileAccess() = default;
    FileAccess(const FileAccess&) = delete;
    FileAccess& operator=(const FileAccess&) = delete;

    /// Beside others that share. Waits while someone is alone. Errors: Cancelled.
    Result<std::unique_ptr<Use>> share(const std::stop_token& client) { return enter(false, client, std::nullopt); }
    /// Likewise, for whoever holds locks and cannot wait for a slow client. Errors: Conflict when it takes longer than that.
    Result<std::unique_ptr<Use>> shareSoon(std::chrono::milliseconds limit) { return enter(false, {}, limit); }
    /// Alone. Waits for all others. Errors: Cancelled.
    Result<std::unique_ptr<Use>> own(const std::stop_token& client) { return enter(true, client, std::nullopt); }
    /// Alone, and soon: waits for the others so long, then stops them.
    std::unique_ptr<Use> takeOver(std::chrono::milliseconds patience);

private:
    Result<std::unique_ptr<Use>> enter(bool alone, const std::stop_token& client, std::optional<std::chrono::milliseconds> limit);
    bool free(bool alone) const;

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    struct Entry {
        const Use* use;
        bool alone;
        std::stop_source stop;
    };
    std::list<Entry> m_uses;
    int m_takers = 0; ///< waiting in takeOver: nobody else enters before them
};

} // namespace darsena::engine
