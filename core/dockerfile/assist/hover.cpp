// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/assist.h"

namespace darsena::dockerfile {

std::optional<Hover> hover(const Dockerfile&, std::uint32_t, const Surroundings&, const std::vector<Finding>&)
{
    return std::nullopt;
}

} // namespace darsena::dockerfile
