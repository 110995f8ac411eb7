// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/stack.h"

#include <algorithm>
#include <cstdint>

namespace darsena::layers {

// The rules of the image specification (layer.md) for what is seen when layers lie on one another, as far as one path is
// concerned. An entry of a layer hides everything of the layers below at its path; below its path, too, unless it is a
// directory that is not opaque.

/// Whether an entry hides what the layers below have beneath its path.
inline bool hidesBeneath(const IndexEntry& entry)
{
    return entry.type != EntryType::Directory || entry.opaque;
}

/// The highest layer up to `last` that hides what the layers below it have beneath a node, -1 = none. `ofParent` is the
/// same of its parent.
inline std::int32_t barrier(const Stack& stack, Stack::NodeId node, std::size_t last, std::int32_t ofParent)
{
    std::int32_t highest = ofParent;
    for (const Stack::Version& version : stack.versions(node)) {
        if (version.layer > last)
            break;
        if (hidesBeneath(stack.entry(version)))
            highest = std::max(highest, static_cast<std::int32_t>(version.layer));
    }
    return highest;
}

/// The version of a node that is seen with layers 0 … last, as an index into Stack::allVersions(); none: nothing is seen
/// there. `ofParent` is the barrier of its parent. Of a directory that a layer merely mentions, the version that says
/// what it is like.
inline std::uint32_t visibleVersion(const Stack& stack, Stack::NodeId node, std::size_t last, std::int32_t ofParent)
{
    const auto versions = stack.versions(node);
    const std::uint32_t first = stack.node(node).firstVersion;
    std::uint32_t top = Stack::none;
    for (std::size_t i = versions.size(); i-- > 0;) {
        if (versions[i].layer > last)
            continue;
        if (static_cast<std::int32_t>(versions[i].layer) < ofParent)
            break;
        const IndexEntry& entry = stack.entry(versions[i]);
        if (top == Stack::none) {
            if (entry.type == EntryType::Whiteout)
                return Stack::none;
            top = first + static_cast<std::uint32_t>(i);
        } else if (entry.type == EntryType::Directory) {
            top = first + static_cast<std::uint32_t>(i);
        } else {
            break; // the directory took the place of something else
        }
        if (!entry.implied || entry.opaque)
            break;
    }
    return top;
}

/// The same without knowing the barrier: it is found by asking the parents.
inline std::uint32_t visibleVersion(const Stack& stack, Stack::NodeId node, std::size_t last)
{
    std::int32_t highest = -1;
    for (Stack::NodeId parent = stack.node(node).parent; parent != Stack::none; parent = stack.node(parent).parent)
        highest = barrier(stack, parent, last, highest);
    return visibleVersion(stack, node, last, highest);
}

} // namespace darsena::layers
