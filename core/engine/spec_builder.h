// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/container_record.h"
#include "core/oci/runtime_spec.h"
#include "core/runtime/user.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace darsena::engine {

/// What is known only at the start.
struct SpecInputs {
    runtime::ResolvedUser user;
    std::string hostname;
    std::filesystem::path hostsFile, hostnameFile, resolvFile; ///< of the host, mounted into /etc
    /// Namespaces of other containers to join ("/proc/<pid>/ns/net"), for the modes "container:x".
    std::map<oci::NamespaceType, std::string> joined;
    std::string cgroupsPath;
    std::filesystem::path initProgram; ///< darsena-init on the host
};

/// The OCI runtime configuration of a container. Reads nothing but the devices that HostConfig.Devices names.
/// Errors: Invalid (a device that is none, a bad seccomp profile).
Result<oci::RuntimeSpec> buildSpec(const ContainerRecord& record, const SpecInputs& inputs);

/// Capabilities of a container's processes: all when privileged, else the default set adjusted.
Result<std::vector<std::string>> capabilitiesFor(const model::HostConfig& hostConfig);

/// The container's limits, devices apart. Errors: Invalid (a device to throttle that is none).
Result<oci::Resources> limitsOf(const model::HostConfig& hostConfig);

/// Resource limits of a container's processes. Errors: Invalid.
Result<std::vector<oci::Rlimit>> rlimitsOf(const model::HostConfig& hostConfig);

/// A process's supplementary groups: its own group is among them, so that a file that shuts out the group shuts it out
/// too (CVE-2022-36109).
std::vector<std::uint32_t> groupsOf(const runtime::ResolvedUser& user);

/// Seccomp filter for processes of this container; none when it is switched off.
Result<std::optional<oci::Seccomp>> seccompFor(const model::HostConfig& hostConfig, const std::vector<std::string>& capabilities);

/// The environment of a first or further process: PATH, HOSTNAME, HOME (and TERM with a terminal) unless `environment` has them.
std::vector<std::string> completeEnvironment(
    std::vector<std::string> environment, const std::string& hostname, const std::string& home, bool terminal);

/// "/darsena/<id>", or below HostConfig.CgroupParent.
std::string cgroupsPathOf(const ContainerRecord& record);

} // namespace darsena::engine
