// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/user.h"

#include "core/os/beneath.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include <fcntl.h>

namespace darsena::runtime {

namespace {

constexpr std::size_t maxFileBytes = 4U << 20;

constexpr std::int64_t maxId = 0x7FFFFFFF;

/// Whether a text is a number, however large, and so never a name: a user called "1000" does not become another one
/// (CVE-2016-3697).
bool isNumber(std::string_view text)
{
    if (text.starts_with('-') || text.starts_with('+'))
        text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// A number that was asked for. Errors: Invalid, with Docker's sentence.
Result<std::uint32_t> askedNumber(std::string_view text)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    std::int64_t value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < 0 || value > maxId)
        return Error(ErrorCode::Invalid, "uids and gids must be in range 0-2147483647");
    return static_cast<std::uint32_t>(value);
}

std::optional<std::uint32_t> toNumber(std::string_view text)
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    // 2^32-1 means "leave as it is" to the kernel's calls.
    if (error != std::errc() || end != text.data() + text.size() || text.empty() || value == 0xFFFFFFFF)
        return std::nullopt;
    return value;
}

/// The fields of one line of passwd or group.
std::vector<std::string_view> fieldsOf(std::string_view line)
{
    std::vector<std::string_view> out;
    for (std::size_t at = 0;;) {
        const std::size_t end = line.find(':', at);
        out.push_back(line.substr(at, end == std::string_view::npos ? end : end - at));
        if (end == std::string_view::npos)
            return out;
        at = end + 1;
    }
}

/// Calls use(fields) for each line until it returns true.
template<typename Function>
void eachEntry(std::string_view text, Function use)
{
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        if (!line.empty() && line.front() != '#' && use(fieldsOf(line)))
            return;
        if (end == std::string_view::npos)
            return;
        text.remove_prefix(end + 1);
    }
}

/// Missing = empty: an image from scratch has neither file.
Result<std::string> readAccountFile(const os::Beneath& root, std::string_view path)
{
    Result<std::string> text = root.readFile(path, maxFileBytes);
    if (text)
        return text;
    const int error = text.error().systemError();
    if (error == ENOENT || error == ENOTDIR)
        return std::string();
    return text.error().as(ErrorCode::Invalid).withContext("image: " + std::string(path));
}

/// Whether there is such a user: a number needs no entry.
Result<bool> lookUpUser(std::string_view passwd, std::string_view wanted, ResolvedUser& out)
{
    const bool byNumber = isNumber(wanted);
    if (byNumber) {
        out.uid = TRY(askedNumber(wanted));
        out.gid = 0;
    }
    bool found = byNumber;
    eachEntry(passwd, [&](const std::vector<std::string_view>& fields) {
        if (fields.size() < 4)
            return false;
        const auto uid = toNumber(fields[2]);
        const auto gid = toNumber(fields[3]);
        if (!uid || !gid || (byNumber ? *uid != out.uid : fields[0] != wanted))
            return false;
        out.uid = *uid;
        out.gid = *gid;
        out.name = fields[0];
        out.home = fields.size() > 5 && !fields[5].empty() ? std::string(fields[5]) : "/";
        return found = true;
    });
    return found;
}

/// Errors: Invalid "unable to find group x: …".
Result<std::uint32_t> lookUpGroup(std::string_view groups, std::string_view wanted)
{
    if (isNumber(wanted))
        return askedNumber(wanted);
    std::optional<std::uint32_t> out;
    eachEntry(groups, [&](const std::vector<std::string_view>& fields) {
        if (fields.size() < 3 || fields[0] != wanted)
            return false;
        out = toNumber(fields[2]);
        return out.has_value();
    });
    if (!out)
        return Error(ErrorCode::Invalid, fmt::format("unable to find group {}: no matching entries in group file", wanted));
    return *out;
}

std::vector<std::uint32_t> groupsOfMember(std::string_view groups, std::string_view member)
{
    std::vector<std::uint32_t> out;
    eachEntry(groups, [&](const std::vector<std::string_view>& fields) {
        if (fields.size() < 4)
            return false;
        std::string_view members = fields[3];
        while (!members.empty()) {
            const std::size_t comma = members.find(',');
            if (members.substr(0, comma) == member) {
                if (const auto gid = toNumber(fields[2]))
                    out.push_back(*gid);
                break;
            }
            members.remove_prefix(comma == std::string_view::npos ? members.size() : comma + 1);
        }
        return out.size() >= 65536; // NGROUPS_MAX
    });
    return out;
}

} // namespace

Result<ResolvedUser> resolveUser(int rootFd, std::string_view user, const std::vector<std::string>& extraGroups)
{
    const int copy = ::fcntl(rootFd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        return Error::system(errno, "root of the container");
    const os::Beneath root = TRY(os::Beneath::adopt(UniqueFd::adopt(copy)));
    const std::string passwd = TRY(readAccountFile(root, "/etc/passwd"));
    const std::string groups = TRY(readAccountFile(root, "/etc/group"));

    const std::size_t colon = user.find(':');
    std::string_view name = user.substr(0, colon);
    const std::string_view group = colon == std::string_view::npos ? std::string_view() : user.substr(colon + 1);
    if (name.empty())
        name = "0";

    ResolvedUser out;
    if (!TRY(lookUpUser(passwd, name, out)))
        return Error(ErrorCode::Invalid, fmt::format("unable to find user {}: no matching entries in passwd file", name));
    if (!group.empty()) {
        out.gid = TRY(lookUpGroup(groups, group));
    } else if (!out.name.empty()) {
        // A group that is named replaces the user's own ones, as in Docker.
        out.additionalGids = groupsOfMember(groups, out.name);
    }
    for (const std::string& extra : extraGroups)
        out.additionalGids.push_back(TRY(lookUpGroup(groups, extra)));
    // The primary group among them: a file that denies it something denies it to us, also after a setgid program
    // (CVE-2022-36109).
    out.additionalGids.push_back(out.gid);
    std::ranges::sort(out.additionalGids);
    const auto doubles = std::ranges::unique(out.additionalGids);
    out.additionalGids.erase(doubles.begin(), doubles.end());
    return out;
}

} // namespace darsena::runtime
