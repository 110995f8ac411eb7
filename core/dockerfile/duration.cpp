// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/instructions.h"
#include "core/dockerfile/text.h"

#include <array>
#include <limits>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

constexpr std::array<Unit, 8> units {Unit {"ns", 1}, Unit {"us", 1'000}, Unit {"\xC2\xB5s", 1'000},
    Unit {"\xCE\xBCs", 1'000}, Unit {"ms", 1'000'000}, Unit {"s", 1'000'000'000}, Unit {"m", 60'000'000'000},
    Unit {"h", 3'600'000'000'000}};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

} // namespace

Result<std::chrono::nanoseconds> parseDuration(std::string_view text)
{
    const auto invalid = [&](std::string_view what) {
        return Error(ErrorCode::Invalid, fmt::format("time: {} duration {}", what, goQuoted(text)));
    };
    std::string_view rest = text;
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+'))
        rest.remove_prefix(1);
    if (rest == "0")
        return std::chrono::nanoseconds(0);
    if (rest.empty())
        return invalid("invalid");

    // In floating point a sum near the limit loses nanoseconds, which no health check notices.
    double total = 0;
    while (!rest.empty()) {
        double value = 0;
        double scale = 1;
        bool digits = false;
        bool fraction = false;
        while (!rest.empty() && (isDigit(rest.front()) || (rest.front() == '.' && !fraction))) {
            if (rest.front() == '.') {
                fraction = true;
            } else {
                digits = true;
                value = value * 10 + (rest.front() - '0');
                scale *= fraction ? 10 : 1;
            }
            rest.remove_prefix(1);
        }
        if (!digits)
            return invalid("invalid");
        std::size_t unitLength = 0;
        while (unitLength < rest.size() && rest[unitLength] != '.' && !isDigit(rest[unitLength]))
            ++unitLength;
        if (unitLength == 0)
            return invalid("missing unit in");
        const std::string_view name = rest.substr(0, unitLength);
        const Unit* unit = nullptr;
        for (const Unit& candidate : units) {
            if (candidate.name == name)
                unit = &candidate;
        }
        if (unit == nullptr)
            return invalid(fmt::format("unknown unit {} in", goQuoted(name)));
        total += value / scale * static_cast<double>(unit->nanoseconds);
        rest.remove_prefix(unitLength);
    }
    if (total >= static_cast<double>(std::numeric_limits<std::int64_t>::max()))
        return invalid("invalid");
    const auto nanoseconds = static_cast<std::int64_t>(total);
    return std::chrono::nanoseconds(negative ? -nanoseconds : nanoseconds);
}

} // namespace darsena::dockerfile
