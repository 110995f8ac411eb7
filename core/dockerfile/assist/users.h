// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/instructions.h"

#include <string>
#include <vector>

namespace darsena::dockerfile::assist_detail {

/// A user or group that a RUN makes: useradd, adduser, groupadd, addgroup. Internal to core/dockerfile/assist.
struct MadeUser {
    std::string name;
    bool group = false;
    std::uint32_t line = 0;
};

/// Those of the stages of a chain, of the last one as far as its instruction `before`. Goes by words alone: what is
/// computed by a script is not seen.
std::vector<MadeUser> usersMade(const Dockerfile& file, const std::vector<std::size_t>& chain, std::size_t before);

} // namespace darsena::dockerfile::assist_detail
