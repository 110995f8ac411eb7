// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/volumes/volume_store.h"

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace darsena::volumes {

/// Who has which volume mounted. A volume with driver options is mounted on its folder when its first user comes and
/// unmounted when the last one goes; a plain one is only counted. The mounts outlive this object, as containers outlive the
/// engine: adopt() takes them up again. Any thread; a mount that hangs (a file server that is away) holds up only its volume.
class MountTable {
public:
    /// Errors: System "error while mounting volume '<folder>': failed to mount local volume: mount …".
    Result<void> acquire(const Volume& volume, const std::string& user);
    /// Who is no user changes nothing.
    void release(const Volume& volume, const std::string& user);

    /// The user ran when the engine started. Where the engine's mount namespace is a new one, what is mounted is taken from
    /// `namespaceFd`, a mount namespace in which the user's monitor lives, so that new users share it. Errors: System.
    Result<void> adopt(const Volume& volume, const std::string& user, int namespaceFd);
    /// Unmounts the volume when it is mounted and nobody uses it: what a crash left.
    void sweep(const Volume& volume);

private:
    struct Entry {
        std::mutex mutex;
        std::set<std::string> users;
    };
    std::shared_ptr<Entry> entry(const std::string& name);

    std::mutex m_mutex;
    std::map<std::string, std::shared_ptr<Entry>> m_entries;
};

/// Whether something is mounted on the folder itself.
bool isMountPoint(const std::filesystem::path& folder);

} // namespace darsena::volumes
