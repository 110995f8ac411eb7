// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"

#include <string>
#include <string_view>

namespace darsena::engine {

/// The id of one of the networks "bridge", "host" and "none": the same in every engine, since they always exist.
inline std::string networkId(std::string_view name)
{
    return Digest::ofText("darsena network " + std::string(name)).hex();
}

} // namespace darsena::engine
