// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace darsena::os {

// Everything here takes names that Darsena itself chose (the store's own folders, run state). A name that a container,
// image or archive controls goes through Beneath (rule R1). Any thread; errors are System with errno unless said.

/// Opens with O_CLOEXEC added; retries EINTR.
Result<UniqueFd> openFile(const std::filesystem::path& path, int flags, mode_t mode = 0600);

/// The whole of a regular file; no link as the last component, no FIFO, no device. Errors: TooLarge past maxBytes.
Result<std::string> readFile(const std::filesystem::path& path, std::size_t maxBytes);
/// The rest of a descriptor, whatever it is. Errors: TooLarge past maxBytes.
Result<std::string> readAll(int fd, std::size_t maxBytes);
/// Up to buffer.size() bytes; 0 = end. Retries EINTR.
Result<std::size_t> readSome(int fd, std::span<std::byte> buffer);
/// All of the bytes, however many calls that takes.
Result<void> writeAll(int fd, std::span<const std::byte> bytes);
Result<void> writeAll(int fd, std::string_view text);

enum class Durability {
    None, ///< atomic against readers, may be lost (never torn) at a power cut
    Synced, ///< on disk when this returns: fsync of the file and of its folder
};
/// Writes a temporary file beside the path and renames it over. Readers see the old or the new whole.
Result<void> writeFileAtomic(const std::filesystem::path& path, std::string_view text, Durability durability, mode_t mode = 0600);
/// Removes the temporary files that writers which died left in a folder. For a start, when nobody writes there.
void removeTemporaries(const std::filesystem::path& folder);

Result<void> syncFile(int fd);
/// fsync of a folder: makes renames, creations and removals in it durable.
Result<void> syncDirectory(const std::filesystem::path& directory);
/// syncfs of the file system that holds fd: the cheap way to make a whole tree durable.
Result<void> syncFileSystem(int fd);

/// mkdir -p; folders made get the mode exactly (no umask).
Result<void> makeDirectories(const std::filesystem::path& path, mode_t mode);
/// Removes a tree (or a file) without ever following a link or crossing into another mount. Missing = success.
Result<void> removeTree(const std::filesystem::path& path);
/// rename(2) within one file system; replaces nothing. Errors: Conflict when the target exists.
Result<void> renameNoReplace(const std::filesystem::path& from, const std::filesystem::path& to);

struct DiskUse {
    std::uint64_t bytes = 0; ///< allocated blocks, hard links counted once
    std::uint64_t files = 0; ///< directory entries below the path
};
Result<DiskUse> diskUse(const std::filesystem::path& path);

} // namespace darsena::os
