// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::registry {

/// One way to log in that a WWW-Authenticate header offers (RFC 9110, 11.6.1).
struct Challenge {
    std::string scheme; ///< in lower case: "basic", "bearer"
    std::map<std::string, std::string> parameters; ///< names in lower case
};

/// All challenges of one header; what cannot be understood ends the list. Bounded: 16 challenges, 16 parameters each.
std::vector<Challenge> parseChallenges(std::string_view header);

} // namespace darsena::registry
