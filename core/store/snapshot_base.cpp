// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/snapshot_base.h"

#include "core/os/beneath.h"
#include "core/os/file.h"

#include <cerrno>

namespace darsena::store {

Result<void> makeSnapshotBase(const std::filesystem::path& directory)
{
    TRY(os::makeDirectories(directory, 0755));
    const os::Beneath root = TRY(os::Beneath::open(directory));
    for (const char* folder : { "dev", "dev/pts", "dev/shm", "etc", "proc", "sys" })
        TRY(root.makeDirectories(folder, 0755));
    for (const char* file : { ".dockerenv", "dev/console", "etc/hosts", "etc/hostname", "etc/resolv.conf" }) {
        if (const auto made = root.createFile(file, 0755); !made && made.error().systemError() != EEXIST)
            return made.error();
    }
    if (const auto made = root.symlink("/proc/mounts", "etc/mtab"); !made && made.error().systemError() != EEXIST)
        return made;
    return {};
}

} // namespace darsena::store
