// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace darsena::http {

/// One segment of a path or one part of a query: everything but RFC 3986's unreserved characters is escaped, "/" too.
std::string percentEncode(std::string_view text);
/// Errors: Invalid for "%" without two hex digits and for an escaped NUL.
Result<std::string> percentDecode(std::string_view text, bool plusIsSpace = false);

/// The names and values of a query string. Go's rules: a name without "=" has the value "".
class Query {
public:
    Query() = default;
    /// Bounds: 1000 parts. Errors: Invalid.
    static Result<Query> parse(std::string_view text);

    void add(std::string name, std::string value) { m_parts.emplace_back(std::move(name), std::move(value)); }
    /// Adds "1" when true, nothing when false.
    void addFlag(std::string name, bool value)
    {
        if (value)
            add(std::move(name), "1");
    }
    bool has(std::string_view name) const;
    /// The first value; "" when there is none.
    std::string_view value(std::string_view name) const;
    std::vector<std::string> values(std::string_view name) const;
    /// Docker's booleans: missing, "", "0", "no", "false" and "none" are false, all else is true. A name that stands
    /// without a value is false as well.
    bool flag(std::string_view name, bool fallback = false) const;
    bool empty() const { return m_parts.empty(); }
    /// "a=1&b=%2F", without "?".
    std::string text() const;

private:
    std::vector<std::pair<std::string, std::string>> m_parts;
};

/// A request target in origin form, taken apart.
struct Target {
    std::vector<std::string> segments; ///< of the path, decoded: "/a/b%2Fc" is {"a", "b/c"}; "/a//b" is {"a", "", "b"}
    Query query;

    /// Errors: Invalid: no leading "/", bad escapes, control characters, a fragment, "." or ".." segments.
    static Result<Target> parse(std::string_view text);
};

/// "/containers/" + percentEncode(name) + "/json?" + query: the segments are joined as given, the query appended.
std::string makeTarget(std::string_view path, const Query& query = {});

} // namespace darsena::http
