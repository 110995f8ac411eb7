// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace darsena::dockerfile {

/// What is wrong with a platform ("linux/arm64/v8", "arm64", "windows"), in containerd/platforms' words; empty if nothing
/// is. Internal to core/dockerfile.
std::string platformProblem(std::string_view platform);

} // namespace darsena::dockerfile
