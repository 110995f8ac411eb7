// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/unique_fd.h"
#include "core/oci/runtime_spec.h"
#include "core/runtime/cgroups/cgroup.h"
#include "core/runtime/plan.h"
#include "core/runtime/user_namespace.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace darsena::runtime {

/// A plan with the descriptors that its slot numbers mean.
struct PreparedPlan {
    Plan plan;
    std::vector<UniqueFd> descriptors;
    std::vector<std::string> warnings;
    std::optional<IdMappings> idMappings; ///< of the container's user namespace, when it has one
};

struct PlanInputs {
    UniqueFd root; ///< detached tree; invalid = spec.root.path, relative to `bundle`
    std::filesystem::path bundle; ///< for relative paths of root and bind sources
    std::filesystem::path staging; ///< a directory of ours, 0700
    const Cgroup* cgroup = nullptr; ///< made already; null = stay in the caller's
    /// The container's state as JSON, up to where its status and pid come. Empty: a spec with hooks is refused, since
    /// whoever plans does not run those that belong to the caller (prestart, createRuntime, poststart, poststop).
    std::string hookState {};
};

/// Decides what a container's first process has to do. Opens bind sources and namespaces of the host; changes nothing.
/// Errors: Invalid and Unsupported, naming the member of the spec.
Result<PreparedPlan> planContainer(const oci::RuntimeSpec& spec, PlanInputs inputs);

/// The same for a further process in the container that `pidfd` belongs to. `rareNamespaces`: CLONE_NEWUSER and
/// CLONE_NEWTIME where the container has its own; all the other kinds are joined always.
Result<PreparedPlan> planSession(const oci::Process& process, const oci::Seccomp* seccomp, UniqueFd pidfd, const Cgroup* cgroup,
    std::uint64_t rareNamespaces = 0);

/// The plan of a process alone: capabilities as bits, limits as numbers, the filter compiled.
Result<PlannedProcess> planProcess(
    const oci::Process& process, const oci::Seccomp* seccomp, std::vector<std::string>& warnings);

/// A path as seen from "/": absolute, without "." and "..", no double or trailing slashes. For comparing only; opening
/// goes through Beneath.
std::string cleanPath(std::string_view path);

} // namespace darsena::runtime
