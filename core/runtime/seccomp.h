// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/oci/runtime_spec.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::runtime {

/// A compiled filter: an array of struct sock_filter (8 bytes each), and the flags for seccomp(2).
struct SeccompProgram {
    std::vector<std::uint64_t> instructions;
    std::uint32_t flags = 0;
    bool empty() const { return instructions.empty(); }
};

/// Our default profile (resources/seccomp/default.json) as the OCI rules that apply on this machine to a process with
/// these capabilities ("CAP_SYS_ADMIN" allows mount, …).
Result<oci::Seccomp> defaultSeccomp(const std::vector<std::string>& capabilities);
/// A profile in Docker's format (--security-opt seccomp=FILE), resolved in the same way. Errors: Invalid.
Result<oci::Seccomp> parseSeccompProfile(std::string_view text, const std::vector<std::string>& capabilities);

/// Compiles to BPF. The last few programs are kept, since nearly every container has the same one: compiling takes
/// milliseconds. System calls that are newer than libseccomp knows answer ENOSYS, so that C libraries fall back.
/// Any thread. Errors: Invalid naming an unknown action or operator.
Result<std::shared_ptr<const SeccompProgram>> compileSeccomp(const oci::Seccomp& seccomp);

} // namespace darsena::runtime
