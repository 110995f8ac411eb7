// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/view.h"

#include "core/layers/replay.h"

#include <fmt/format.h>

#include <algorithm>

namespace darsena::layers {

namespace {

bool isDirectory(const Stack& stack, std::uint32_t version)
{
    return version == Stack::none || stack.entry(version).type == EntryType::Directory;
}

/// The two states of every node, put down as cells without sums.
void compareStates(const Stack& stack, LayerRange range, Strictness strictness, std::vector<View::Cell>& cells)
{
    const auto& nodes = stack.nodes();
    std::vector<std::int32_t> barrierBefore(nodes.size(), -1), barrierAfter(nodes.size(), -1);
    for (Stack::NodeId id = 0; id < nodes.size(); ++id) {
        const Stack::NodeId parent = nodes[id].parent;
        const std::int32_t hiddenBefore = parent == Stack::none ? -1 : barrierBefore[parent];
        const std::int32_t hiddenAfter = parent == Stack::none ? -1 : barrierAfter[parent];
        const std::uint32_t before = range.from > 0 ? visibleVersion(stack, id, range.from - 1, hiddenBefore) : Stack::none;
        const std::uint32_t after = visibleVersion(stack, id, range.to, hiddenAfter);
        if (nodes[id].end > id + 1) { // only what has something beneath can hide it
            if (range.from > 0)
                barrierBefore[id] = barrier(stack, id, range.from - 1, hiddenBefore);
            barrierAfter[id] = barrier(stack, id, range.to, hiddenAfter);
        }
        View::Cell& cell = cells[id];
        if (before == after) {
            cell.mark = after == Stack::none ? Mark::Absent : Mark::Same;
            cell.version = after;
        } else if (after == Stack::none) {
            cell.mark = Mark::Removed;
            cell.version = before;
        } else if (before == Stack::none) {
            cell.mark = Mark::Added;
            cell.version = after;
        } else {
            cell.version = after;
            cell.before = before;
            cell.reasons = differences(stack.entry(before), stack.entry(after), strictness);
            cell.mark = cell.reasons == 0 ? Mark::Same : Mark::Changed;
        }
    }
    // An image has a root, whether a layer names it or not.
    View::Cell& root = cells.front();
    if (root.mark == Mark::Absent || root.mark == Mark::Removed)
        root.mark = range.from > 0 ? Mark::Same : Mark::Added;
}

/// Files with one name. Those with several are counted by countShared.
void countOwn(const Stack& stack, View::Cell& cell)
{
    if (cell.mark == Mark::Absent || cell.version == Stack::none)
        return;
    const IndexEntry& entry = stack.entry(cell.version);
    if (entry.type != EntryType::Directory)
        ++(cell.mark == Mark::Removed ? cell.removedFiles : cell.files);
    if (entry.type == EntryType::File && !entry.hardLink)
        (cell.mark == Mark::Removed ? cell.removedBytes : cell.bytes) += entry.size;
}

/// Moves the bytes of a shared file to the first of its names that is seen; bytes that some name still shows are not removed.
void countShared(const Stack::SharedFile& file, std::vector<View::Cell>& cells)
{
    View::Cell& holder = cells[file.names.front().node];
    const bool holderShown = holder.version == file.names.front().version && holder.mark != Mark::Absent;
    if (holderShown && holder.mark != Mark::Removed)
        return;
    for (const Stack::SharedFile::Name& name : file.names) {
        View::Cell& cell = cells[name.node];
        if (cell.version != name.version || cell.mark == Mark::Removed || cell.mark == Mark::Absent)
            continue;
        cell.bytes += file.bytes;
        if (holderShown)
            holder.removedBytes -= std::min(holder.removedBytes, file.bytes);
        return;
    }
    if (holderShown)
        return; // removed, with its bytes
    for (const Stack::SharedFile::Name& name : file.names) {
        View::Cell& cell = cells[name.node];
        if (cell.version == name.version && cell.mark == Mark::Removed) {
            cell.removedBytes += file.bytes;
            return;
        }
    }
}

/// A directory that no layer names, or one that is removed while something beneath it was brought again: seen, because
/// something beneath is.
void markBecauseOfChildren(View::Cell& parent, bool before, bool after)
{
    if (after && (parent.mark == Mark::Absent || parent.mark == Mark::Removed)) {
        const bool wasThere = before || parent.mark == Mark::Removed;
        parent.mark = wasThere ? Mark::Same : Mark::Added;
    } else if (before && parent.mark == Mark::Absent) {
        parent.mark = Mark::Removed;
    } else if (before && parent.mark == Mark::Added && parent.version == Stack::none) {
        parent.mark = Mark::Same;
    }
}

std::string ownerText(const IndexEntry& entry) { return fmt::format("{}:{}", entry.uid, entry.gid); }

} // namespace

std::uint16_t differences(const IndexEntry& before, const IndexEntry& after, Strictness strictness)
{
    std::uint16_t reasons = 0;
    const auto note = [&](Reason reason, bool differs) { reasons |= differs ? reason : 0; };
    note(Type, before.type != after.type);
    note(Mode, before.mode != after.mode);
    note(Owner, before.uid != after.uid || before.gid != after.gid);
    note(Xattrs, before.xattrs != after.xattrs);
    if (after.type == EntryType::Directory && before.type == EntryType::Directory)
        return after.implied || before.implied ? 0 : reasons;
    note(Time, before.mtime != after.mtime);
    if (before.type == after.type) {
        note(Content, after.type == EntryType::File && before.content != after.content);
        note(Link, after.type == EntryType::Symlink && before.link != after.link);
        note(Content, isDevice(after.type) && (before.deviceMajor != after.deviceMajor || before.deviceMinor != after.deviceMinor));
    }
    if (strictness == Strictness::Semantic)
        return reasons & static_cast<std::uint16_t>(~Time);
    return reasons == 0 ? std::uint16_t { StoredAgain } : reasons;
}

View View::of(const Stack& stack, LayerRange range, Strictness strictness)
{
    View view;
    view.m_range = range;
    view.m_cells.resize(stack.nodes().size());
    auto& cells = view.m_cells;
    if (stack.layerCount() == 0)
        return view;
    compareStates(stack, range, strictness, cells);
    for (Cell& cell : cells)
        countOwn(stack, cell);
    for (const Stack::SharedFile& file : stack.sharedFiles())
        countShared(file, cells);

    for (Stack::NodeId id = static_cast<Stack::NodeId>(cells.size()); id-- > 0;) {
        const Cell& cell = cells[id];
        if (cell.mark == Mark::Absent)
            continue;
        switch (cell.mark) {
        case Mark::Same:
            ++view.m_totals.same;
            break;
        case Mark::Added:
            ++view.m_totals.added;
            break;
        case Mark::Changed:
            ++view.m_totals.changed;
            view.m_totals.metadataOnly += isMetadataOnly(cell);
            break;
        case Mark::Removed:
            ++view.m_totals.removed;
            break;
        case Mark::Absent:
            break;
        }
        const Stack::NodeId parentId = stack.node(id).parent;
        if (parentId == Stack::none)
            continue;
        Cell& parent = cells[parentId];
        parent.bytes += cell.bytes;
        parent.removedBytes += cell.removedBytes;
        parent.files += cell.files;
        parent.removedFiles += cell.removedFiles;
        parent.changesBeneath = parent.changesBeneath || cell.changesBeneath || cell.mark != Mark::Same;
        if (isDirectory(stack, parent.version))
            markBecauseOfChildren(parent, cell.mark != Mark::Added, cell.mark != Mark::Removed);
    }
    return view;
}

std::string describe(const IndexEntry& before, const IndexEntry& after, std::uint16_t reasons)
{
    std::string text;
    const auto add = [&](std::string_view part) {
        if (!text.empty())
            text += ", ";
        text += part;
    };
    if (reasons & Type)
        add(fmt::format("{} → {}", name(before.type), name(after.type)));
    if (reasons & Content)
        add("content");
    if (reasons & Link)
        add(fmt::format("link {} → {}", before.link, after.link));
    if (reasons & Mode)
        add(fmt::format("mode {:o} → {:o}", before.mode, after.mode));
    if (reasons & Owner)
        add(fmt::format("owner {} → {}", ownerText(before), ownerText(after)));
    if (reasons & Xattrs)
        add("extended attributes");
    if (reasons & Time)
        add("time");
    if (reasons & StoredAgain)
        add("stored again, the same");
    return text;
}

} // namespace darsena::layers
