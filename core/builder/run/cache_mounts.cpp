// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/cache_mounts.h"

#include "core/base/digest.h"
#include "core/os/file.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>

namespace darsena::builder {

Result<CacheMounts::Lease> CacheMounts::acquire(
    const std::string& id, dockerfile::CacheSharing sharing, mode_t mode, uid_t uid, gid_t gid, std::stop_token stop)
{
    const std::string name = Digest::ofText(id).hex();
    std::filesystem::path directory = m_root / name;
    {
        std::unique_lock lock(m_mutex);
        if (sharing == dockerfile::CacheSharing::Private) {
            for (int i = 1; m_uses.contains(directory); ++i)
                directory = m_root / fmt::format("{}-{}", name, i);
        } else {
            const auto free = [&] {
                const auto use = m_uses.find(directory);
                return use == m_uses.end() || (sharing == dockerfile::CacheSharing::Shared && !use->second.exclusive);
            };
            if (!m_freed.wait(lock, stop, free))
                return Error(ErrorCode::Cancelled, "cancelled");
        }
        Use& use = m_uses[directory];
        ++use.users;
        use.exclusive = sharing != dockerfile::CacheSharing::Shared;
    }
    Lease lease(new std::filesystem::path(directory), [this](const std::filesystem::path* path) {
        release(*path);
        delete path;
    });
    if (::mkdir(directory.c_str(), 0700) != 0) {
        if (errno != EEXIST)
            return Error::system(errno, directory.native());
        return lease;
    }
    const UniqueFd made = TRY(os::openFile(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    if (::fchown(made.get(), uid, gid) != 0 || ::fchmod(made.get(), mode) != 0)
        return Error::system(errno, directory.native());
    return lease;
}

void CacheMounts::release(const std::filesystem::path& directory)
{
    const std::lock_guard lock(m_mutex);
    const auto use = m_uses.find(directory);
    if (--use->second.users == 0)
        m_uses.erase(use);
    m_freed.notify_all();
}

} // namespace darsena::builder
