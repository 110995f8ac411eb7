// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/oci/reference.h"

#include <optional>
#include <string_view>

namespace darsena::engine {

/// The name that an image is to get, from "repo" and "tag" of a request; nothing without a repository.
/// Errors: Invalid; a digest names what is there, not what is made.
Result<std::optional<oci::Reference>> parseImageName(std::string_view repository, std::string_view tag);

} // namespace darsena::engine
