// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oci/runtime_spec.h"

#include <string>
#include <vector>

/// What a container gets unless told otherwise: the same as Docker gives (capabilities, mounts, masks, device rules).
namespace darsena::runtime {

/// A spec with default mounts, namespaces (pid, mount, ipc, uts, network, and cgroup where the host is pure cgroup v2),
/// masked and read-only paths, device rules, capabilities of a root process, and our seccomp profile chosen for these
/// capabilities. The caller sets process.args, env, cwd, user, hostname, cgroupsPath and resources.
oci::RuntimeSpec defaultSpec();

/// The 14 capabilities of Docker's default, as "CAP_CHOWN".
const std::vector<std::string>& defaultCapabilities();
/// Every capability this kernel and this process have (for --privileged).
std::vector<std::string> allCapabilities();
/// Applies Docker's --cap-add and --cap-drop ("ALL", "NET_ADMIN" or "CAP_NET_ADMIN", any case) to the default set.
/// Errors: Invalid naming an unknown capability.
Result<std::vector<std::string>> adjustedCapabilities(
    const std::vector<std::string>& add, const std::vector<std::string>& drop);
/// Bounding, permitted and effective set to `names`; inheritable and ambient empty, always (CVE-2022-24769).
oci::Capabilities capabilitiesOf(const std::vector<std::string>& names);

/// Turns a spec into a privileged one: all capabilities, no seccomp, no masks, all devices, /sys and cgroup writable.
void makePrivileged(oci::RuntimeSpec& spec);

/// "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
inline constexpr std::string_view defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

} // namespace darsena::runtime
