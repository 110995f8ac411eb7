// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/size_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

std::string lowered(std::string_view text)
{
    std::string result;
    for (const char c : text)
        result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

} // namespace

std::string sizeText(std::uint64_t bytes)
{
    constexpr std::array<std::string_view, 7> units {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 10)
        return fmt::format("{} B", bytes);
    const auto power
        = std::min<std::size_t>(static_cast<std::size_t>(std::log10(static_cast<double>(bytes)) / 3), units.size() - 1);
    const double value
        = std::floor(static_cast<double>(bytes) / std::pow(1000.0, static_cast<double>(power)) * 10 + 0.5) / 10;
    return value < 10 ? fmt::format("{:.1f} {}", value, units[power]) : fmt::format("{:.0f} {}", value, units[power]);
}

std::string signedSizeText(std::int64_t bytes)
{
    const std::uint64_t magnitude
        = bytes < 0 ? 0 - static_cast<std::uint64_t>(bytes) : static_cast<std::uint64_t>(bytes);
    return (bytes < 0 ? "-" : bytes > 0 ? "+" : "") + sizeText(magnitude);
}

Result<std::uint64_t> parseSize(std::string_view text)
{
    const std::size_t numberEnd = std::min(text.find_first_not_of("0123456789.,"), text.size());
    std::string digits(text.substr(0, numberEnd));
    std::erase(digits, ',');
    const auto number = parseNumber(digits);
    if (!number)
        return Error(ErrorCode::Invalid, fmt::format("\"{}\" is no size such as 20MB", text));
    std::string unit = lowered(trimmed(text.substr(numberEnd)));
    if (unit.ends_with('b'))
        unit.pop_back();
    double base = 1000;
    if (unit.size() == 2 && unit.back() == 'i') {
        base = 1024;
        unit.pop_back();
    }
    constexpr std::string_view powers = "kmgtpe";
    const std::size_t power = unit.empty() ? 0 : unit.size() == 1 ? powers.find(unit) : std::string_view::npos;
    if (power == std::string_view::npos)
        return Error(ErrorCode::Invalid,
            fmt::format("\"{}\" has a unit that is none of B, kB, MB, GB, TB, KiB, MiB, GiB, TiB", text));
    const double bytes = *number * (unit.empty() ? 1 : std::pow(base, static_cast<double>(power + 1)));
    if (bytes >= 18446744073709551615.0)
        return Error(ErrorCode::Invalid, fmt::format("\"{}\" is too large", text));
    return static_cast<std::uint64_t>(bytes);
}

Result<double> parseNumber(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return Error(ErrorCode::Invalid, fmt::format("\"{}\" is no number", text));
    return value;
}

std::string percentText(double share)
{
    if (std::isnan(share))
        return "NaN %";
    if (std::isinf(share))
        return share > 0 ? "+Inf %" : "-Inf %";
    return fmt::format("{:.2f} %", share * 100);
}

} // namespace darsena::cli
