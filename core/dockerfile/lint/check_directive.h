// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/document.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace darsena::dockerfile::lint_detail {

/// "# check=skip=A,B;error=true;experimental=C": at the top for the whole file, or right above an instruction for it.
struct CheckDirective {
    std::set<std::string, std::less<>> skipped;
    bool skipAll = false;
    std::set<std::string, std::less<>> experimental;
    bool experimentalAll = false;
    bool findingsAreErrors = false;

    bool skips(std::string_view rule) const { return skipAll || skipped.contains(rule); }
    bool enables(std::string_view rule) const { return experimentalAll || experimental.contains(rule); }

    /// From the value behind "check=". A part that BuildKit refuses gives a Problem at `range`.
    static CheckDirective parse(std::string_view value, Range range, std::vector<Problem>& problems);
    /// Of the comments right above an instruction.
    static CheckDirective above(const Statement& statement);
};

} // namespace darsena::dockerfile::lint_detail
