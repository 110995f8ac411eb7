// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace darsena::cli {

/// What changed between two texts, in the form that `diff -u` prints and `patch` takes, three lines around each change;
/// "" when nothing did. Of what is no text (it has a NUL byte), only that it differs.
std::string unifiedDiff(
    std::string_view before, std::string_view after, std::string_view beforeName, std::string_view afterName);

} // namespace darsena::cli
