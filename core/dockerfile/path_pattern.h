// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace darsena::dockerfile {

/// One pattern of moby/patternmatcher against a cleaned relative path: '*' and '?' do not match '/', "**" matches any
/// number of folders, [a-z] and [^a-z], '\' escapes. Internal to core/dockerfile.
class PathPattern {
public:
    /// Errors: Invalid "syntax error in pattern", as Go's filepath.Match.
    static Result<PathPattern> parse(std::string_view pattern);

    bool matches(std::string_view path) const;

private:
    enum class Kind {
        Character, ///< one of `ranges`, or none of them if negated
        AnyName, ///< '*': characters other than '/'
        AnyFolders, ///< "**/": nothing, or any text that ends with '/'
        AnyText, ///< "**" at the end
    };
    struct Element {
        Kind kind = Kind::Character;
        bool negated = false;
        std::vector<std::pair<char32_t, char32_t>> ranges {};

        bool accepts(char32_t character) const;
    };
    /// Patterns of a simple shape mean something slightly different from what their elements would:
    /// "**x" matches any path that ends with x, and "x/**" any that begins with "x/".
    enum class Shape { Exact, Prefix, Suffix, Elements };

    static Element character(char32_t value) { return {.kind = Kind::Character, .ranges = {{value, value}}}; }
    bool matchesElements(std::string_view path) const;

    Shape m_shape = Shape::Exact;
    std::string m_text;
    std::vector<Element> m_elements;
};

} // namespace darsena::dockerfile
