// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/changes.h"

#include "core/archive/whiteout.h"

#include <functional>
#include <optional>

namespace darsena::layers {

namespace {

struct Sink {
    /// A path of the layer; `below` is what it replaces or merges with.
    std::function<void(const IndexEntry& entry, const IndexEntry* below)> put;
    /// A path of the layers below that is no longer visible and that the layer does not bring again.
    std::function<void(const IndexEntry& below)> hide;
};

/// Lays one layer over what is visible so far. Both come in path order, in which everything inside a directory follows
/// it directly, so one merge of two lists does it: hiding a directory is hiding a run of the list.
std::vector<TreeEntry> overlay(const std::vector<TreeEntry>& below, const Index& layer, std::size_t number, const Sink& sink)
{
    std::vector<TreeEntry> merged;
    merged.reserve(below.size() + layer.entries().size());
    std::optional<std::string_view> hidden; ///< the outermost directory whose old contents are gone
    const auto isHidden = [&](std::string_view path) { return hidden && archive::isBelow(path, *hidden); };
    const auto hideBelow = [&](std::string_view path) {
        if (!isHidden(path))
            hidden = path;
    };

    auto old = below.begin();
    auto own = layer.entries().begin();
    while (old != below.end() || own != layer.entries().end()) {
        const bool onlyOld = own == layer.entries().end() || (old != below.end() && archive::pathBefore(old->entry->path, own->path));
        if (onlyOld) {
            if (isHidden(old->entry->path))
                sink.hide(*old->entry);
            else
                merged.push_back(*old);
            ++old;
            continue;
        }
        const bool both = old != below.end() && old->entry->path == own->path;
        const IndexEntry* replaced = both ? old->entry : nullptr;
        if (own->type == EntryType::Whiteout) {
            if (replaced)
                sink.hide(*replaced);
            hideBelow(own->path);
        } else {
            const bool oldDirectory = replaced && replaced->type == EntryType::Directory;
            if (own->type != EntryType::Directory ? oldDirectory : own->opaque)
                hideBelow(own->path);
            sink.put(*own, replaced);
            // A directory that the archive did not name keeps the attributes of the one below.
            merged.push_back(own->implied && oldDirectory && !isHidden(own->path) ? *old : TreeEntry { &*own, number });
        }
        ++own;
        if (both)
            ++old;
    }
    return merged;
}

std::vector<TreeEntry> stackUpTo(std::span<const Index* const> stack, std::size_t count)
{
    const Sink ignore { [](const IndexEntry&, const IndexEntry*) {}, [](const IndexEntry&) {} };
    std::vector<TreeEntry> visible;
    for (std::size_t i = 0; i < count; ++i)
        visible = overlay(visible, *stack[i], i, ignore);
    return visible;
}

FileChange describe(const IndexEntry& entry, Change change)
{
    FileChange result;
    result.path = "/" + std::string(entry.path);
    result.change = change;
    result.type = entry.type;
    result.size = entry.size;
    result.mode = entry.mode;
    result.uid = entry.uid;
    result.gid = entry.gid;
    result.mtime = entry.mtime;
    result.link = entry.link;
    return result;
}

/// Nothing when the layer only mentions the path.
std::optional<FileChange> compare(const IndexEntry& entry, const IndexEntry* below)
{
    if (!below)
        return describe(entry, Change::Added);
    FileChange change = describe(entry, Change::Changed);
    change.replaced = entry.type != below->type;
    change.metadata = entry.mode != below->mode || entry.uid != below->uid || entry.gid != below->gid || entry.xattrs != below->xattrs;
    if (entry.type == EntryType::Directory) {
        // Its time changes with every file made in it: that says nothing.
        if (!change.replaced && (entry.implied || !change.metadata))
            return std::nullopt;
        return change;
    }
    change.metadata = change.metadata || entry.mtime != below->mtime;
    if (!change.replaced) {
        switch (entry.type) {
        case EntryType::File:
            change.content = entry.content != below->content;
            break;
        case EntryType::Symlink:
            change.content = entry.link != below->link;
            break;
        case EntryType::CharDevice:
        case EntryType::BlockDevice:
            change.content = entry.deviceMajor != below->deviceMajor || entry.deviceMinor != below->deviceMinor;
            break;
        default:
            break;
        }
    }
    return change;
}

} // namespace

std::string_view name(Change change)
{
    switch (change) {
    case Change::Added:
        return "added";
    case Change::Changed:
        return "changed";
    case Change::Removed:
        break;
    }
    return "removed";
}

std::vector<FileChange> layerFiles(std::span<const Index* const> stack, std::size_t n)
{
    std::vector<FileChange> changes;
    if (n >= stack.size())
        return changes;
    const Sink collect {
        [&](const IndexEntry& entry, const IndexEntry* below) {
            if (entry.path.empty() && entry.implied)
                return; // the root, which every layer has
            if (auto change = compare(entry, below))
                changes.push_back(std::move(*change));
        },
        [&](const IndexEntry& below) { changes.push_back(describe(below, Change::Removed)); },
    };
    overlay(stackUpTo(stack, n), *stack[n], n, collect);
    return changes;
}

std::vector<TreeEntry> tree(std::span<const Index* const> stack)
{
    return stackUpTo(stack, stack.size());
}

std::vector<LayerSums> layerSums(std::span<const Index* const> stack)
{
    std::vector<LayerSums> result;
    std::vector<TreeEntry> visible;
    for (std::size_t i = 0; i < stack.size(); ++i) {
        LayerSums sums;
        sums.bytes = stack[i]->sums().bytes;
        const Sink count {
            [&](const IndexEntry& entry, const IndexEntry* below) {
                if (entry.path.empty() && entry.implied)
                    return;
                const auto change = compare(entry, below);
                if (!change)
                    return;
                ++(change->change == Change::Added ? sums.added : sums.changed);
                if (below && below->type == EntryType::File)
                    sums.hiddenBytes += below->size;
            },
            [&](const IndexEntry& below) {
                ++sums.removed;
                if (below.type == EntryType::File)
                    sums.hiddenBytes += below.size;
            },
        };
        visible = overlay(visible, *stack[i], i, count);
        result.push_back(sums);
    }
    return result;
}

} // namespace darsena::layers
