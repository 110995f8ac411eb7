// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/owner.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace darsena::builder {

namespace {

constexpr std::size_t maxAccountsBytes = 4 << 20;

/// Whether the text claims to be a number at all: then it must be a good one (CVE-2024-40635).
bool looksNumeric(std::string_view text)
{
    const std::string_view digits = text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
    return !digits.empty() && digits.front() >= '0' && digits.front() <= '9'
        && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<std::uint32_t> parseId(std::string_view text)
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    // The last value means "leave as it is" to chown(2).
    if (error != std::errc() || end != text.data() + text.size() || value > 0x7fffffffU)
        return std::nullopt;
    return value;
}

/// The fields of the line whose first field is `name`.
Result<std::optional<std::array<std::string, 4>>> account(const os::Beneath& root, const char* file, std::string_view name)
{
    const auto text = root.readFile(file, maxAccountsBytes);
    if (!text) {
        if (text.error().systemError() == ENOENT || text.error().systemError() == ENOTDIR)
            return std::optional<std::array<std::string, 4>>();
        return text.error().withContext(file);
    }
    std::string_view rest = *text;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        std::string_view line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        std::array<std::string, 4> fields;
        for (std::string& field : fields) {
            const std::size_t colon = line.find(':');
            field = line.substr(0, colon);
            line = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
        }
        if (fields[0] == name)
            return std::optional(fields);
    }
    return std::optional<std::array<std::string, 4>>();
}

Result<std::uint32_t> id(std::string_view what, std::string_view text)
{
    const auto value = parseId(text);
    if (!value)
        return Error(ErrorCode::Invalid, fmt::format("{} \"{}\" is not between 0 and 2147483647", what, text));
    return *value;
}

} // namespace

Result<Owner> resolveOwner(const os::Beneath& root, std::string_view text)
{
    const std::size_t colon = text.find(':');
    const std::string_view user = text.substr(0, colon);
    Owner owner;
    if (user.empty())
        return Error(ErrorCode::Invalid, fmt::format("\"{}\" names no user", text));
    if (looksNumeric(user)) {
        owner.uid = TRY(id("the user", user));
        owner.gid = owner.uid;
    } else {
        const auto fields = TRY(account(root, "/etc/passwd", user));
        if (!fields)
            return Error(ErrorCode::Invalid, fmt::format("unable to find user {}: no matching entries in passwd file", user));
        owner.uid = TRY(id("the id of user " + std::string(user), (*fields)[2]));
        owner.gid = TRY(id("the group of user " + std::string(user), (*fields)[3]));
    }
    if (colon == std::string_view::npos)
        return owner;
    const std::string_view group = text.substr(colon + 1);
    if (group.empty())
        return Error(ErrorCode::Invalid, fmt::format("\"{}\" names no group", text));
    if (looksNumeric(group)) {
        owner.gid = TRY(id("the group", group));
    } else {
        const auto fields = TRY(account(root, "/etc/group", group));
        if (!fields)
            return Error(ErrorCode::Invalid, fmt::format("unable to find group {}: no matching entries in group file", group));
        owner.gid = TRY(id("the id of group " + std::string(group), (*fields)[2]));
    }
    return owner;
}

} // namespace darsena::builder
