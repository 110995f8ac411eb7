// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/index.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace darsena::layers {

enum class Change { Added, Changed, Removed };
std::string_view name(Change change); ///< "added", "changed", "removed"

/// What one layer does to one path, seen against the layers below it.
struct FileChange {
    std::string path; ///< with a leading slash, as people read it
    Change change = Change::Added;
    EntryType type = EntryType::File; ///< of a removed path: what it was
    std::uint64_t size = 0; ///< of a removed file: what it had
    std::uint32_t mode = 0;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::int64_t mtime = 0; ///< seconds
    std::string link;
    /// Of a changed path: what differs. A file with none of them was stored again with the same content.
    bool content = false, metadata = false, replaced = false; ///< replaced: another type
};

/// The changes of layer n of a stack (base first), in path order. Everything visible below a removed or hidden
/// directory is reported as removed, too. A directory that the layer merely mentions (same mode, owner, xattrs) is
/// no change. Errors: TooLarge (Stack::build).
Result<std::vector<FileChange>> layerFiles(std::span<const Index* const> layers, std::size_t n);

} // namespace darsena::layers
