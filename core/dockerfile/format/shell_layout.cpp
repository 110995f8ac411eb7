// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/format/shell_layout.h"

namespace darsena::dockerfile::format_detail {

std::vector<bool> quotedBytes(std::string_view script)
{
    std::vector<bool> quoted(script.size(), false);
    // What encloses the place: '"', '\'', or ')' for a substitution, inside which quoting begins anew.
    std::string around;
    const auto inside = [&](char c) { return !around.empty() && around.back() == c; };
    for (std::size_t i = 0; i < script.size(); ++i) {
        const char c = script[i];
        quoted[i] = inside('"') || inside('\'');
        if (inside('\'')) {
            if (c == '\'')
                around.pop_back();
        } else if (c == '\\') {
            if (i + 1 < script.size())
                quoted[++i] = true;
        } else if (c == '"') {
            if (inside('"'))
                around.pop_back();
            else
                around += '"';
        } else if (c == '\'' && !inside('"')) {
            around += '\'';
        } else if (c == '$' && script.substr(i + 1, 1) == "(") {
            ++i;
            around += ')';
        } else if (c == '(' && inside(')')) {
            around += ')';
        } else if (c == ')' && inside(')')) {
            around.pop_back();
        }
    }
    return quoted;
}

std::string withoutLayout(std::string_view script)
{
    const std::vector<bool> quoted = quotedBytes(script);
    std::string result;
    for (std::size_t i = 0; i < script.size(); ++i) {
        const bool blank = !quoted[i] && (script[i] == ' ' || script[i] == '\t');
        if (blank && !result.empty() && result.back() == ' ' && i > 0 && !quoted[i - 1])
            continue;
        result += blank ? ' ' : script[i];
    }
    return result;
}

} // namespace darsena::dockerfile::format_detail
