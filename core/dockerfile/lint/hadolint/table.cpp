// SPDX-License-Identifier: GPL-3.0-or-later
// hadolint's DL rules (its README's table), under their codes.
#include "core/dockerfile/lint/hadolint/table.h"

#include <algorithm>

namespace darsena::dockerfile::lint_detail {

std::span<const Rule> hadolintRules()
{
    static const std::vector<Rule> joined = [] {
        std::vector<Rule> rules;
        for (const auto table : {hadolintInstructionRules(), hadolintRunRules()})
            rules.insert(rules.end(), table.begin(), table.end());
        std::sort(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) { return a.info.name < b.info.name; });
        return rules;
    }();
    return joined;
}

} // namespace darsena::dockerfile::lint_detail
