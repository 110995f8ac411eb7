// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/instructions.h"
#include "core/dockerfile/pragma.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::lint_detail {

/// The rules that the comments of a file silence. Pure.
class Pragmas {
public:
    explicit Pragmas(const Dockerfile& file);

    /// Whether a finding of a rule on a line (1-based) is not to be told.
    bool ignores(std::string_view rule, std::uint32_t line) const;

private:
    using Names = std::set<std::string, std::less<>>;
    const Document* m_document;
    Names m_everywhere;
    std::map<const Statement*, Names> m_above;
    std::map<std::string, std::vector<Range>, std::less<>> m_inStages; ///< by rule: lines from `begin` up to `end`
};

} // namespace darsena::dockerfile::lint_detail
