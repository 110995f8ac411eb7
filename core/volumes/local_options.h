// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/os/mount.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace darsena::volumes {

/// The options of the volume driver "local", as `docker volume create --opt` gives them: type, o, device.
using DriverOptions = std::map<std::string, std::string>;

/// What a volume with driver options mounts on its folder, as values.
struct LocalMount {
    std::string type; ///< of the file system; unused for a bind
    std::string device; ///< its source
    bool bind = false;
    bool recursive = false; ///< rbind
    std::uint64_t attributes = 0; ///< MOUNT_ATTR_*, of the mount
    std::vector<os::MountParameter> parameters; ///< what the file system itself understands
    std::uint64_t propagation = 0; ///< MS_SHARED, …; 0 = private
    unsigned long legacyFlags = 0; ///< the same flags as mount(2) numbers them: Docker's message shows these
};

/// As Docker checks them when a volume is created: which names there are and which need which.
/// Errors: Invalid 'invalid option: "x"', 'missing required option: "device"'.
Result<void> checkOptions(const DriverOptions& options);

/// Reads the list in "o". Errors: Invalid.
Result<LocalMount> parseOptions(const DriverOptions& options);

/// A detached mount: of the folder that `device` is (bind), or a new instance of the file system. A name in the option
/// "addr" of nfs and cifs is resolved first; that may wait for the network. On the host's side set-user-id programs and
/// device nodes have no effect there. Errors: Invalid; System.
Result<UniqueFd> openLocalMount(const LocalMount& mount);

/// What a container's own copy of the mount takes back of the host's side: MOUNT_ATTR_NOSUID and MOUNT_ATTR_NODEV, unless
/// the options ask for them.
std::vector<std::string> containerOptions(const LocalMount& mount);

} // namespace darsena::volumes
