// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/oci/runtime_spec.h"

#include <cstdint>
#include <vector>

namespace darsena::runtime {

/// Device rules as an eBPF program for BPF_PROG_TYPE_CGROUP_DEVICE (struct bpf_insn as numbers): the last rule that
/// matches decides, and without one the answer is no.
std::vector<std::uint64_t> deviceFilter(const std::vector<oci::DeviceRule>& rules);

/// Loads it and puts it on a v2 group in place of what was there.
Result<void> attachDeviceFilter(int cgroupFd, const std::vector<std::uint64_t>& program);

} // namespace darsena::runtime
