// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/view.h"

#include <cstdint>
#include <vector>

namespace darsena::layers {

/// A file that runs with its owner's or group's rights.
inline bool isSetId(const IndexEntry& entry)
{
    return entry.type == EntryType::File && (entry.mode & 06000) != 0;
}
/// What everybody may write. Not: symlinks, whose mode says nothing, and sticky directories, in which all may make files
/// but only touch their own.
inline bool isWorldWritable(const IndexEntry& entry)
{
    const bool sticky = entry.type == EntryType::Directory && (entry.mode & 01000) != 0;
    return entry.type != EntryType::Symlink && entry.type != EntryType::Whiteout && (entry.mode & 0002) != 0 && !sticky;
}

struct SpecialFile {
    Stack::NodeId node = Stack::none;
    bool setUid = false;
    bool setGid = false;
    bool worldWritable = false;
};

/// Of the later state of a view, in path order.
std::vector<SpecialFile> specialFiles(const Stack& stack, const View& view);

} // namespace darsena::layers
