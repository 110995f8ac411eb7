// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/instructions.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::lint_detail {

/// A comment that steers hadolint (its README, "Ignoring Rules"), here every rule by its name:
///     # hadolint ignore=DL3008,SC2086 # why        the instruction below
///     # hadolint stage ignore=DL3008               to the end of the stage; right above a FROM, the stage it begins
///     # hadolint global ignore=DL3008              the whole file, wherever it stands
///     # hadolint shell=bash                        the shell of what follows in the stage
struct Pragma {
    enum class Kind { Ignore, StageIgnore, GlobalIgnore, Shell };
    Kind kind = Kind::Ignore;
    std::vector<std::string_view> names; ///< rules; Shell: one, what stands behind '='
};

/// What a comment says, given without its '#'; nullopt if it is none, or anything in it is amiss (then hadolint takes
/// it for prose). The names are views of `comment`.
std::optional<Pragma> readPragma(std::string_view comment);

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
