// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/wire.h"

#include "core/api/model/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace darsena::model {
namespace {

using namespace std::chrono;

constexpr std::string_view zeroTime = "0001-01-01T00:00:00Z";

/// Reads exactly `digits` decimal digits from the front of `text` and takes them off.
std::optional<int> takeNumber(std::string_view& text, std::size_t digits)
{
    int number = 0;
    if (text.size() < digits)
        return {};
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
    if (error != std::errc() || end != text.data() + digits || number < 0)
        return {};
    text.remove_prefix(digits);
    return number;
}

bool takeChar(std::string_view& text, std::string_view anyOf)
{
    if (text.empty() || anyOf.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

/// The fraction after the seconds: ".5" is 500 000 000 ns. Digits past the ninth are dropped.
std::optional<nanoseconds> takeFraction(std::string_view& text)
{
    if (!takeChar(text, "."))
        return nanoseconds(0);
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
        if (digits < 9)
            value = value * 10 + (text[digits] - '0');
    }
    if (digits == 0)
        return {};
    text.remove_prefix(digits);
    for (std::size_t missing = digits; missing < 9; ++missing)
        value *= 10;
    return nanoseconds(value);
}

/// "Z" or "+hh:mm".
std::optional<minutes> takeOffset(std::string_view& text)
{
    if (takeChar(text, "Zz"))
        return minutes(0);
    const bool negative = !text.empty() && text.front() == '-';
    if (!takeChar(text, "+-"))
        return {};
    const auto hour = takeNumber(text, 2);
    if (!hour || *hour > 23 || !takeChar(text, ":"))
        return {};
    const auto minute = takeNumber(text, 2);
    if (!minute || *minute > 59)
        return {};
    const minutes offset(*hour * 60 + *minute);
    return negative ? -offset : offset;
}

std::optional<Time> parse3339(std::string_view text)
{
    const auto yearNumber = takeNumber(text, 4);
    if (!yearNumber || !takeChar(text, "-"))
        return {};
    const auto monthNumber = takeNumber(text, 2);
    if (!monthNumber || !takeChar(text, "-"))
        return {};
    const auto dayNumber = takeNumber(text, 2);
    if (!dayNumber || !takeChar(text, "Tt "))
        return {};
    const auto hour = takeNumber(text, 2);
    if (!hour || *hour > 23 || !takeChar(text, ":"))
        return {};
    const auto minute = takeNumber(text, 2);
    if (!minute || *minute > 59 || !takeChar(text, ":"))
        return {};
    const auto second = takeNumber(text, 2);
    if (!second || *second > 60)
        return {};
    const auto fraction = takeFraction(text);
    const auto offset = fraction ? takeOffset(text) : std::nullopt;
    if (!offset || !text.empty())
        return {};
    const year_month_day date(year(*yearNumber), month(static_cast<unsigned>(*monthNumber)), day(static_cast<unsigned>(*dayNumber)));
    // What 64 bits of nanoseconds can hold, with a margin for the offset.
    if (!date.ok() || *yearNumber < 1678 || *yearNumber > 2261)
        return {};
    return Time(sys_days(date)) + hours(*hour) + minutes(*minute) + seconds(*second) + *fraction - *offset;
}

} // namespace

std::string formatTime(std::optional<Time> time)
{
    if (!time)
        return std::string(zeroTime);
    const auto dayPoint = floor<days>(*time);
    const year_month_day date(dayPoint);
    const hh_mm_ss clock(*time - dayPoint);
    std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(),
        clock.seconds().count());
    if (const auto fraction = clock.subseconds().count(); fraction != 0) {
        text += fmt::format(".{:09}", fraction);
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text + 'Z';
}

Result<std::optional<Time>> parseTime(std::string_view text)
{
    if (text.empty() || text == zeroTime)
        return std::optional<Time>();
    const auto time = parse3339(text);
    if (!time)
        return Error(ErrorCode::Invalid, fmt::format("\"{}\" is not a time as RFC 3339 writes it", text.substr(0, 64)));
    return time;
}

namespace detail {

const json::Value* findAnyCase(const json::Object& object, std::string_view key)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    for (const auto& member : object) {
        if (std::ranges::equal(member.key(), key, {}, lower, lower))
            return &member.value();
    }
    return nullptr;
}

Result<void> read(const json::Value& value, std::int64_t& out)
{
    if (value.is_int64()) {
        out = value.get_int64();
    } else if (value.is_uint64() && value.get_uint64() <= static_cast<std::uint64_t>(INT64_MAX)) {
        out = static_cast<std::int64_t>(value.get_uint64());
    } else if (value.is_double() && std::nearbyint(value.get_double()) == value.get_double() && std::fabs(value.get_double()) < 9e15) {
        // 1e3 is an integer too; above 2^53 a double is no longer exact.
        out = static_cast<std::int64_t>(value.get_double());
    } else {
        return expected("an integer");
    }
    return {};
}

Result<void> read(const json::Value& value, std::optional<Time>& out)
{
    std::string text;
    TRY(read(value, text));
    out = TRY(parseTime(text));
    return {};
}

Result<void> read(const json::Value& value, Time& out)
{
    std::optional<Time> time;
    TRY(read(value, time));
    out = time.value_or(Time());
    return {};
}

Result<void> read(const json::Value& value, std::set<std::string>& out)
{
    if (!value.is_object())
        return expected("an object");
    out.clear();
    for (const auto& member : value.get_object())
        out.emplace(member.key());
    return {};
}

} // namespace detail
} // namespace darsena::model
