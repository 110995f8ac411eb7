// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/landlock.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace darsena::cli {

namespace {

// Newer than the headers of Debian 12 (landlock(7)).
constexpr std::uint64_t accessTruncate = 1ULL << 14; ///< version 3
constexpr std::uint64_t accessDeviceIoctl = 1ULL << 15; ///< version 5

constexpr std::uint64_t readingFiles = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t reading = readingFiles | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t writing = reading | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE
    | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER | accessTruncate;

std::uint64_t rightsOfVersion(long version)
{
    std::uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1; // version 1: all up to making symbolic links
    if (version >= 2)
        rights |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3)
        rights |= accessTruncate;
    if (version >= 5)
        rights |= accessDeviceIoctl;
    return rights;
}

} // namespace

Result<Landlock> Landlock::create()
{
    Landlock landlock;
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return landlock; // ENOSYS, or switched off at boot
    landlock.m_known = rightsOfVersion(version);
    struct landlock_ruleset_attr attributes {};
    attributes.handled_access_fs = landlock.m_known;
    landlock.m_rules = UniqueFd::adopt(
        static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0)));
    if (!landlock.m_rules)
        return Error::system(errno, "landlock_create_ruleset");
    return landlock;
}

Result<void> Landlock::allow(const std::filesystem::path& path, std::uint64_t rights)
{
    if (!m_rules)
        return {};
    const auto place = UniqueFd::adopt(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (!place && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
        return {};
    if (!place)
        return Error::system(errno, path.native());
    struct stat status {};
    if (::fstat(place.get(), &status) != 0)
        return Error::system(errno, path.native());
    // The rights of folders mean nothing for a file, and are refused.
    constexpr std::uint64_t fileRights = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | readingFiles | accessTruncate;
    struct landlock_path_beneath_attr rule {};
    rule.allowed_access = rights & m_known & (S_ISDIR(status.st_mode) ? ~0ULL : fileRights);
    rule.parent_fd = place.get();
    if (::syscall(SYS_landlock_add_rule, m_rules.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        return Error::system(errno, fmt::format("landlock_add_rule {}", path.native()));
    return {};
}

Result<void> Landlock::allowReading(const std::filesystem::path& path)
{
    return allow(path, reading);
}

Result<void> Landlock::allowWriting(const std::filesystem::path& path)
{
    return allow(path, writing);
}

Result<bool> Landlock::enter()
{
    if (!m_rules)
        return false;
    if (::syscall(SYS_landlock_restrict_self, m_rules.get(), 0) != 0)
        return Error::system(errno, "landlock_restrict_self");
    return true;
}

} // namespace darsena::cli
