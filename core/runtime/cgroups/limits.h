// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/oci/runtime_spec.h"

#include <cstdint>
#include <string>
#include <vector>

/// Resource limits as file writes: computed here as values, done by cgroups/v1.cpp and v2.cpp.
namespace darsena::runtime {

struct CgroupWrite {
    std::string controller; ///< "memory", "cpu", …
    std::string file; ///< "memory.limit_in_bytes"
    std::string value;
    /// A host without this file cannot apply the limit; then it is told and left out. Otherwise that is an error.
    bool mayBeMissing = true;

    bool operator==(const CgroupWrite&) const = default;
};

/// Errors: Invalid for values out of range (a cpuset beyond the machine's processors included: CVE-2018-20699).
Result<std::vector<CgroupWrite>> limitsV1(const oci::Resources& resources);
Result<std::vector<CgroupWrite>> limitsV2(const oci::Resources& resources);

/// v1's cpu.shares (2–262144) on v2's cpu.weight (1–10000).
std::uint64_t weightOfShares(std::uint64_t shares);
/// "0-2,4": numbers in order below `count`. Errors: Invalid.
Result<void> checkCpuList(const std::string& list, std::uint64_t count, const std::string& what);

} // namespace darsena::runtime
