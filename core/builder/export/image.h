// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/builder/plan/plan.h"
#include "core/oci/image.h"
#include "core/store/types.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace darsena::builder {

/// What a step came to, as far as the image is concerned.
struct StepOutcome {
    std::string created; ///< RFC 3339
    std::optional<Digest> diffId; ///< the step made a layer
};

/// The configuration of the target's image: the base's history and layers, then one history entry for each step (FROM
/// has none of its own). Deterministic: the same outcomes give the same bytes and so the same id.
oci::ImageConfig makeImageConfig(
    const Plan& plan, const std::vector<StepOutcome>& outcomes, const std::map<std::string, std::string>& labels);

/// Where the entries of makeImageConfig()'s history come from. `dockerfile`: what to call the file; `base`: of the image
/// that the target begins with, as far as they are known.
store::StepOrigins makeOrigins(const Plan& plan, std::string dockerfile, const store::StepOrigins& base);
/// The image that the target begins with; nullptr = scratch.
const BaseImage* targetBase(const Plan& plan);

/// RFC 3339 in UTC with milliseconds.
std::string formatTime(std::chrono::system_clock::time_point time);

} // namespace darsena::builder
