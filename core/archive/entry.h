// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace darsena::archive {

enum class EntryType : std::uint8_t { File, Directory, Symlink, Hardlink, CharDevice, BlockDevice, Fifo, Socket };

struct Xattr {
    std::string name;
    std::string value; ///< bytes
    bool operator==(const Xattr&) const = default;
};

/// One member of a tar archive, as written: names are not cleaned and not trusted.
struct Entry {
    std::string path; ///< bytes; UTF-8 as a rule
    EntryType type = EntryType::File;
    std::string link; ///< target of a symlink; member named by a hard link
    std::uint32_t mode = 0; ///< permission bits, setuid, setgid and sticky included: 07777
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint64_t size = 0; ///< of a file's content; sparse files: the full size
    std::int64_t mtime = 0; ///< seconds since 1970
    std::uint32_t mtimeNanoseconds = 0;
    std::uint32_t deviceMajor = 0;
    std::uint32_t deviceMinor = 0;
    std::vector<Xattr> xattrs; ///< sorted by name
};

} // namespace darsena::archive
