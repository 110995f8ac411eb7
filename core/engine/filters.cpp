// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/filters.h"

#include "core/api/model/wire.h"
#include "core/base/json.h"

#include <charconv>

#include <regex.h>

namespace darsena::engine {

namespace {

constexpr std::size_t kMaxValues = 1000;

/// Splits "name=value"; without "=" the value is empty and `named` false.
struct LabelPattern {
    std::string_view name, value;
    bool valued;
};
LabelPattern labelPattern(std::string_view text)
{
    const auto equals = text.find('=');
    if (equals == std::string_view::npos)
        return {text, {}, false};
    return {text.substr(0, equals), text.substr(equals + 1), true};
}

bool hasLabel(const std::map<std::string, std::string>& labels, std::string_view pattern)
{
    const LabelPattern wanted = labelPattern(pattern);
    const auto found = labels.find(std::string(wanted.name));
    return found != labels.end() && (!wanted.valued || found->second == wanted.value);
}

/// A Go duration without sign, "1h30m", "1.5s", in nanoseconds; none when it is not one.
std::optional<std::chrono::nanoseconds> parseGoDuration(std::string_view text)
{
    static constexpr std::array<std::pair<std::string_view, double>, 8> kUnits{{
        {"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}}};
    if (text.empty())
        return std::nullopt;
    double total = 0;
    while (!text.empty()) {
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
        if (error != std::errc() || number < 0)
            return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const auto unitEnd = std::min(text.find_first_of("0123456789."), text.size());
        const std::string_view unit = text.substr(0, unitEnd);
        const auto known = std::ranges::find(kUnits, unit, &std::pair<std::string_view, double>::first);
        if (known == kUnits.end())
            return std::nullopt;
        total += number * known->second;
        text.remove_prefix(unitEnd);
    }
    if (total > 9e18)
        return std::nullopt;
    return std::chrono::nanoseconds(static_cast<std::int64_t>(total));
}

/// "1700000000.123456789" in nanoseconds; none when it is not such a number.
std::optional<std::int64_t> parseSeconds(std::string_view text)
{
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || seconds < 0 || seconds > 9'000'000'000)
        return std::nullopt;
    std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
    std::int64_t nanoseconds = 0;
    if (!rest.empty()) {
        if (rest.front() != '.' || rest.size() > 10)
            return std::nullopt;
        rest.remove_prefix(1);
        std::int64_t scale = 100'000'000;
        for (const char digit : rest) {
            if (digit < '0' || digit > '9')
                return std::nullopt;
            nanoseconds += (digit - '0') * scale;
            scale /= 10;
        }
    }
    return seconds * 1'000'000'000 + nanoseconds;
}

constexpr std::size_t kMaxPattern = 128;

bool findsPattern(const std::string& pattern, const std::string& text)
{
    // Where glibc's matcher can be made to take time or memory beyond reason.
    const auto digitBehind = [&](std::size_t at) { return at + 1 < pattern.size() && pattern[at + 1] >= '0' && pattern[at + 1] <= '9'; };
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] == '{' || (pattern[at] == '\\' && digitBehind(at)))
            return false;
    }
    regex_t expression;
    if (pattern.size() > kMaxPattern || ::regcomp(&expression, pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    const bool found = ::regexec(&expression, text.c_str(), 0, nullptr, 0) == 0;
    ::regfree(&expression);
    return found;
}

} // namespace

Result<Filters> Filters::parse(std::string_view text)
{
    Filters filters;
    if (text.empty())
        return filters;
    const auto invalid = [](std::string_view why) { return Error(ErrorCode::Invalid, fmt::format("invalid filters: {}", why)); };
    const json::Value document = TRY_CONTEXT("invalid filters", json::parse(text));
    if (document.is_null())
        return filters;
    if (!document.is_object())
        return invalid("expected an object");
    std::size_t count = 0;
    for (const auto& [key, values] : document.get_object()) {
        if (values.is_array()) {
            for (const json::Value& value : values.get_array()) {
                if (!value.is_string())
                    return invalid(fmt::format("{}: expected strings", std::string_view(key)));
                filters.add(std::string(key), std::string(value.get_string()));
                ++count;
            }
        } else if (values.is_object()) {
            for (const auto& [value, wanted] : values.get_object()) {
                if (!wanted.is_bool())
                    return invalid(fmt::format("{}: expected true or false", std::string_view(key)));
                if (wanted.get_bool())
                    filters.add(std::string(key), std::string(value));
                ++count;
            }
        } else {
            return invalid(fmt::format("{}: expected a list or an object", std::string_view(key)));
        }
        if (count > kMaxValues)
            return Error(ErrorCode::TooLarge, fmt::format("more than {} filter values", kMaxValues));
    }
    return filters;
}

Result<void> Filters::allowOnly(std::initializer_list<std::string_view> keys) const
{
    for (const auto& [key, values] : m_values) {
        if (std::ranges::find(keys, std::string_view(key)) == keys.end())
            return Error(ErrorCode::Invalid, fmt::format("invalid filter '{}'", key));
    }
    return {};
}

const std::vector<std::string>& Filters::values(std::string_view key) const
{
    static const std::vector<std::string> none;
    const auto found = m_values.find(key);
    return found == m_values.end() ? none : found->second;
}

void Filters::add(std::string key, std::string value)
{
    m_values[std::move(key)].push_back(std::move(value));
}

bool Filters::matchesExactly(std::string_view key, std::string_view value) const
{
    const auto& wanted = values(key);
    return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

bool Filters::matchesPattern(std::string_view key, std::string_view value) const
{
    const auto& wanted = values(key);
    const std::string text(value);
    return wanted.empty()
        || std::ranges::any_of(wanted, [&](const std::string& pattern) { return pattern == text || findsPattern(pattern, text); });
}

bool Filters::matchesPrefix(std::string_view key, std::string_view value) const
{
    const auto& wanted = values(key);
    return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& start) { return value.starts_with(start); });
}

bool Filters::matchesLabels(const std::map<std::string, std::string>& labels) const
{
    return std::ranges::all_of(values("label"), [&](const auto& pattern) { return hasLabel(labels, pattern); })
        && std::ranges::none_of(values("label!"), [&](const auto& pattern) { return hasLabel(labels, pattern); });
}

Result<bool> Filters::boolean(std::string_view key, bool fallback) const
{
    const auto& list = values(key);
    if (list.empty())
        return fallback;
    const auto is = [&](std::initializer_list<std::string_view> words) {
        return std::ranges::find(words, std::string_view(list.back())) != words.end();
    };
    if (is({"1", "true", "True", "TRUE", "t"}))
        return true;
    if (is({"0", "false", "False", "FALSE", "f"}))
        return false;
    return Error(ErrorCode::Invalid, fmt::format("invalid filter '{}=[{}]'", key, fmt::join(list, " ")));
}

Result<std::optional<model::Time>> parseMoment(std::string_view text, model::Time now)
{
    if (text.empty() || text == "0")
        return std::optional<model::Time>();
    if (const auto nanoseconds = parseSeconds(text))
        return std::optional(model::Time(std::chrono::nanoseconds(*nanoseconds)));
    if (const auto duration = parseGoDuration(text))
        return std::optional(now - *duration);
    // Docker takes dates and times without a zone as well.
    constexpr std::string_view kPattern = "0000-00-00T00:00:00Z";
    std::string full(text);
    if (full.size() == 10 || full.size() == 13 || full.size() == 16 || full.size() == 19)
        full += kPattern.substr(full.size());
    auto moment = model::parseTime(full);
    if (!moment)
        return Error(ErrorCode::Invalid, fmt::format("invalid time '{}': expected seconds since 1970, RFC 3339 or a duration", text));
    return *moment;
}

} // namespace darsena::engine
