// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>
#include <sys/types.h>

namespace darsena::os {

/// What to do with symbolic links in the directory part of a path.
enum class Links {
    InsideRoot, ///< follow them, as a process chrooted to the root would: absolute ones and ".." stay inside
    Refuse, ///< ELOOP
};

struct DirectoryEntry {
    std::string name; ///< never "." or ".."
    unsigned char type; ///< DT_REG, DT_DIR, …; DT_UNKNOWN is resolved for the caller
    ino_t inode;
};

/// The one class that resolves paths which a container, image or archive controls (rule R1). Every path is resolved
/// by openat2(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS) under a root descriptor, so neither "..", nor an absolute path,
/// nor a link, nor a second process that swaps them meanwhile leads outside; then work goes on through descriptors.
///
/// Paths may start with '/' and end with '/'; both mean what they mean inside the root. Trailing slashes are removed
/// before resolving, because "link/" with O_NOFOLLOW follows the link. NUL, an empty name and components over 255
/// bytes are refused (Invalid). The last component is never followed except where a function says so.
/// Any thread; errors are System with errno unless said.
class Beneath {
public:
    /// root is a name of Darsena's own (trusted).
    static Result<Beneath> open(const std::filesystem::path& root);
    /// Takes a descriptor of a directory (O_PATH is enough).
    static Result<Beneath> adopt(UniqueFd root);

    Beneath(Beneath&&) noexcept = default;
    Beneath& operator=(Beneath&&) noexcept = default;

    int rootFd() const { return m_root.get(); }

    /// A second object for the same root.
    Result<Beneath> duplicate() const;

    /// Opens and follows the last component too (inside the root), unless flags has O_NOFOLLOW. O_CLOEXEC is added.
    /// Beware of FIFOs and devices in hostile trees: openRegular.
    Result<UniqueFd> open(std::string_view path, int flags, mode_t mode = 0, Links links = Links::InsideRoot) const;
    /// For reading: a regular file only, opened without blocking and checked on the descriptor. Errors: Invalid for
    /// anything else.
    Result<UniqueFd> openRegular(std::string_view path, Links links = Links::InsideRoot) const;
    /// A directory, as a root of its own.
    Result<Beneath> openDirectory(std::string_view path, Links links = Links::InsideRoot) const;

    /// The directory that holds the last component, and that component's name: for *at calls with AT_SYMLINK_NOFOLLOW.
    /// For the root itself ("/", ".", "") the name is ".". A last component ".." is refused (Invalid).
    struct Place {
        UniqueFd directory;
        std::string name;
    };
    Result<Place> place(std::string_view path, Links links = Links::InsideRoot) const;

    /// lstat, or stat inside the root when followLast.
    Result<struct stat> stat(std::string_view path, bool followLast = false) const;
    bool exists(std::string_view path) const;
    /// Errors: TooLarge past 4096 bytes.
    Result<std::string> readLink(std::string_view path) const;
    /// Sorted by name (bytes). Errors: TooLarge past maxEntries.
    Result<std::vector<DirectoryEntry>> list(std::string_view path, std::size_t maxEntries = 1'000'000) const;
    Result<std::string> readFile(std::string_view path, std::size_t maxBytes) const;

    /// mkdir -p through links inside the root; existing directories stay as they are. New ones get mode, owner uid:gid.
    Result<void> makeDirectories(std::string_view path, mode_t mode, uid_t uid = 0, gid_t gid = 0) const;
    /// A new regular file, O_RDWR. Errors: System EEXIST when anything of that name exists, links included.
    Result<UniqueFd> createFile(std::string_view path, mode_t mode) const;
    Result<void> symlink(std::string_view target, std::string_view path) const;
    /// A hard link to what `existing` names (a link is linked, not followed).
    Result<void> hardLink(std::string_view existing, std::string_view path) const;
    /// A file, link or empty directory. Missing = ENOENT.
    Result<void> remove(std::string_view path) const;
    /// A whole tree; missing = success. Links are removed, never followed.
    Result<void> removeTree(std::string_view path) const;
    Result<void> rename(std::string_view from, std::string_view to) const;
    /// Of the thing itself, never of what a link points at.
    Result<void> setOwner(std::string_view path, uid_t uid, gid_t gid) const;
    /// Not for links (Invalid: a link has no mode).
    Result<void> setMode(std::string_view path, mode_t mode) const;
    Result<void> setModifiedTime(std::string_view path, const struct timespec& modified) const;

private:
    explicit Beneath(UniqueFd root)
        : m_root(std::move(root))
    {
    }
    UniqueFd m_root;
};

/// The path as components: no empty ones and no ".", at most 4096 of 255 bytes each; ".." is kept. Errors: Invalid.
Result<std::vector<std::string_view>> pathComponents(std::string_view path);

/// Removes what `name` is in an open directory, whole trees included, following nothing. Missing = success.
Result<void> removeTreeAt(int directoryFd, const std::string& name);

} // namespace darsena::os
