// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::engine {

/// The "filters" of Docker's list, prune and events calls: several values of one key are alternatives (except "label",
/// of which all must match), different keys must all match.
class Filters {
public:
    Filters() = default;

    /// Takes both forms that clients send: {"name":["x"]} and the older {"name":{"x":true}}. Empty text is no filter.
    /// Errors: Invalid.
    static Result<Filters> parse(std::string_view text);

    /// Errors: Invalid, "invalid filter 'x'", when a key is none of these.
    Result<void> allowOnly(std::initializer_list<std::string_view> keys) const;

    bool empty() const { return m_values.empty(); }
    bool has(std::string_view key) const { return m_values.contains(key); }
    /// Empty when the key is not filtered by.
    const std::vector<std::string>& values(std::string_view key) const;
    void add(std::string key, std::string value);

    /// True when the key is not filtered by or one of its values is `value`.
    bool matchesExactly(std::string_view key, std::string_view value) const;
    /// The same, but a value may also be an extended regular expression that is found somewhere in `value`: how Docker
    /// filters by name. An expression that is none, or could take long (repetition counts, back references, over 128
    /// characters), is compared as text.
    bool matchesPattern(std::string_view key, std::string_view value) const;
    /// The same, but a value may also be the beginning of `value`.
    bool matchesPrefix(std::string_view key, std::string_view value) const;
    /// True when every "label" value ("name" or "name=value") is among the labels, and no "label!" value is.
    bool matchesLabels(const std::map<std::string, std::string>& labels) const;
    /// The value of a true/false filter, or the fallback. Errors: Invalid "invalid filter 'dangling=[x]'".
    Result<bool> boolean(std::string_view key, bool fallback) const;

private:
    std::map<std::string, std::vector<std::string>, std::less<>> m_values;
};

/// The body of "since" and "until" in Docker's calls: seconds since 1970 with a fraction, RFC 3339, or a Go duration
/// ("10m", "1h30m") back from `now`. Empty or "0" gives no value. Errors: Invalid.
Result<std::optional<std::chrono::sys_time<std::chrono::nanoseconds>>> parseMoment(
    std::string_view text, std::chrono::sys_time<std::chrono::nanoseconds> now);

} // namespace darsena::engine
