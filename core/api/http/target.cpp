// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/http/target.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::http {
namespace {

constexpr std::size_t maxQueryParts = 1000;

int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool isUnreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

} // namespace

std::string percentEncode(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (isUnreserved(c))
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

Result<std::string> percentDecode(std::string_view text, bool plusIsSpace)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plusIsSpace) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            const int high = i + 2 < text.size() ? hexValue(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hexValue(text[i + 2]) : -1;
            if (high < 0 || low < 0 || (high == 0 && low == 0))
                return Error(ErrorCode::Invalid, fmt::format("\"{}\" holds a bad % escape", text.substr(0, 64)));
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

Result<Query> Query::parse(std::string_view text)
{
    Query query;
    while (!text.empty()) {
        const std::size_t ampersand = text.find('&');
        const std::string_view part = text.substr(0, ampersand);
        text = ampersand == std::string_view::npos ? std::string_view() : text.substr(ampersand + 1);
        if (part.empty())
            continue;
        if (query.m_parts.size() == maxQueryParts)
            return Error(ErrorCode::Invalid, fmt::format("the query has more than {} parts", maxQueryParts));
        const std::size_t equals = part.find('=');
        std::string name = TRY(percentDecode(part.substr(0, equals), true));
        std::string value = equals == std::string_view::npos ? std::string() : TRY(percentDecode(part.substr(equals + 1), true));
        query.add(std::move(name), std::move(value));
    }
    return query;
}

bool Query::has(std::string_view name) const
{
    return std::ranges::any_of(m_parts, [&](const auto& part) { return part.first == name; });
}

std::string_view Query::value(std::string_view name) const
{
    const auto part = std::ranges::find_if(m_parts, [&](const auto& entry) { return entry.first == name; });
    return part == m_parts.end() ? std::string_view() : std::string_view(part->second);
}

std::vector<std::string> Query::values(std::string_view name) const
{
    std::vector<std::string> found;
    for (const auto& [partName, partValue] : m_parts) {
        if (partName == name)
            found.push_back(partValue);
    }
    return found;
}

bool Query::flag(std::string_view name, bool fallback) const
{
    if (!has(name))
        return fallback;
    std::string text(value(name));
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return !(text.empty() || text == "0" || text == "no" || text == "false" || text == "none");
}

std::string Query::text() const
{
    std::string out;
    for (const auto& [name, value] : m_parts) {
        if (!out.empty())
            out += '&';
        out += percentEncode(name) + '=' + percentEncode(value);
    }
    return out;
}

Result<Target> Target::parse(std::string_view text)
{
    if (text.empty() || text.front() != '/')
        return Error(ErrorCode::Invalid, "the request's target must begin with /");
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '#'; }))
        return Error(ErrorCode::Invalid, "the request's target holds a character that must be escaped");
    const std::size_t question = text.find('?');
    Target target;
    if (question != std::string_view::npos)
        target.query = TRY(Query::parse(text.substr(question + 1)));
    std::string_view path = text.substr(1, question == std::string_view::npos ? question : question - 1);
    while (true) {
        const std::size_t slash = path.find('/');
        std::string segment = TRY(percentDecode(path.substr(0, slash)));
        if (segment == "." || segment == "..")
            return Error(ErrorCode::Invalid, "the request's path must not hold . or ..");
        target.segments.push_back(std::move(segment));
        if (slash == std::string_view::npos)
            return target;
        path = path.substr(slash + 1);
    }
}

std::string makeTarget(std::string_view path, const Query& query)
{
    return query.empty() ? std::string(path) : fmt::format("{}?{}", path, query.text());
}

} // namespace darsena::http
