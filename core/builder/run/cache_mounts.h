// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dockerfile/instructions.h"

#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

namespace darsena::builder {

/// The directories behind RUN --mount=type=cache, one for each id, and who uses them. The id is hashed, never part of
/// a path (CVE-2024-9675). Any thread.
class CacheMounts {
public:
    explicit CacheMounts(std::filesystem::path root)
        : m_root(std::move(root))
    {
    }

    /// A directory in use; free again when the last copy goes.
    using Lease = std::shared_ptr<const std::filesystem::path>;

    /// shared: with others; locked: waits until nobody else has it; private: another directory while others have it.
    /// A directory that is made gets the mode and owner. Errors: Cancelled while waiting, System.
    Result<Lease> acquire(const std::string& id, dockerfile::CacheSharing sharing, mode_t mode, uid_t uid, gid_t gid, std::stop_token stop);

private:
    struct Use {
        int users = 0;
        bool exclusive = false;
    };
    void release(const std::filesystem::path& directory);

    std::filesystem::path m_root;
    std::mutex m_mutex;
    std::condition_variable_any m_freed;
    std::map<std::filesystem::path, Use> m_uses;
};

} // namespace darsena::builder
