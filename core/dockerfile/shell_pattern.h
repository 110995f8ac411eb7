// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile {

/// The pattern of ${x#pattern} and its like: '*' any text within a line, '?' one character, '\' escapes these and
/// itself; no brackets. Internal to core/dockerfile.
class ShellPattern {
public:
    /// Errors: Invalid, an escape of another character.
    static Result<ShellPattern> parse(std::string_view pattern);

    /// The value without the shortest or longest front that the pattern matches.
    std::string withoutPrefix(std::string_view value, bool longest) const;
    std::string withoutSuffix(std::string_view value, bool longest) const;
    /// The value with the first or every longest match replaced.
    std::string replaced(std::string_view value, std::string_view replacement, bool all) const;

private:
    enum class Kind { Literal, AnyCharacter, AnyText };
    struct Element {
        Kind kind;
        std::string literal; ///< one character
    };
    using Characters = std::vector<std::string_view>;

    static std::optional<std::size_t> matchLength(
        const std::vector<Element>& elements, const Characters& text, std::size_t from, bool longest);

    std::vector<Element> m_elements;
};

} // namespace darsena::dockerfile
