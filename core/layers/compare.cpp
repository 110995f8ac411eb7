// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/compare.h"

#include "core/archive/whiteout.h"

#include <optional>
#include <unordered_map>

namespace darsena::layers {

namespace {

/// What one sees of a file with several names when each name stands for itself: the first that is seen holds the bytes, the
/// others are hard links to it.
class SharedNames {
public:
    SharedNames(const Stack& stack, const View& view)
    {
        for (const Stack::SharedFile& file : stack.sharedFiles()) {
            const Stack::SharedFile::Name* holder = nullptr;
            for (const Stack::SharedFile::Name& name : file.names) {
                const View::Cell& cell = view.cell(name.node);
                if (cell.version != name.version || cell.mark == Mark::Absent)
                    continue;
                if (!holder || name.node < holder->node)
                    holder = &name;
            }
            if (!holder)
                continue;
            for (const Stack::SharedFile::Name& name : file.names)
                m_names[name.version] = { stack.node(holder->node).path, name.version == holder->version ? file.bytes : 0 };
        }
    }
    bool empty() const { return m_names.empty(); }
    void apply(std::uint32_t version, IndexEntry& entry) const
    {
        const auto found = m_names.find(version);
        if (found == m_names.end())
            return;
        const bool holder = found->second.path == entry.path;
        entry.hardLink = !holder;
        entry.link = holder ? std::string_view() : found->second.path;
        entry.size = found->second.bytes;
    }

private:
    struct Name {
        std::string_view path;
        std::uint64_t bytes = 0;
    };
    std::unordered_map<std::uint32_t, Name> m_names;
};

std::vector<IndexEntry> visibleEntries(const Stack& stack, std::size_t count)
{
    std::vector<IndexEntry> entries;
    if (count == 0)
        return entries;
    const View view = View::of(stack, { 0, count - 1 });
    const SharedNames shared(stack, view);
    for (Stack::NodeId id = 0; id < stack.nodes().size(); ++id) {
        const View::Cell& cell = view.cell(id);
        if (cell.mark == Mark::Absent)
            continue;
        IndexEntry& entry = entries.emplace_back();
        if (cell.version == Stack::none) {
            entry.type = EntryType::Directory;
            entry.implied = true;
            entry.mode = 0755;
        } else {
            entry = stack.entry(cell.version);
            entry.opaque = false;
        }
        entry.path = stack.node(id).path;
        if (!shared.empty())
            shared.apply(cell.version, entry);
    }
    return entries;
}

IndexEntry whiteout(std::string_view path)
{
    IndexEntry entry;
    entry.path = path;
    entry.type = EntryType::Whiteout;
    return entry;
}

} // namespace

Index flatten(const Stack& stack, std::size_t count)
{
    return Index::of(visibleEntries(stack, count));
}

Result<Stack> compare(const Stack& before, std::size_t beforeCount, const Stack& after, std::size_t afterCount, Strictness strictness)
{
    const auto lower = visibleEntries(before, beforeCount);
    const auto upper = visibleEntries(after, afterCount);
    std::vector<IndexEntry> changes;
    std::optional<std::string_view> gone; ///< what is beneath needs no whiteout of its own
    auto old = lower.begin();
    auto now = upper.begin();
    while (old != lower.end() || now != upper.end()) {
        if (now == upper.end() || (old != lower.end() && archive::pathBefore(old->path, now->path))) {
            if (!gone || !archive::isBelow(old->path, *gone)) {
                changes.push_back(whiteout(old->path));
                gone = old->path;
            }
            ++old;
        } else if (old == lower.end() || archive::pathBefore(now->path, old->path)) {
            changes.push_back(*now);
            ++now;
        } else {
            const std::uint16_t reasons = differences(*old, *now, strictness);
            if ((reasons & ~StoredAgain) != 0) {
                changes.push_back(*now);
                if (now->type != EntryType::Directory)
                    gone = now->path;
            }
            ++old;
            ++now;
        }
    }
    return Stack::build({ std::make_shared<const Index>(Index::of(lower)), std::make_shared<const Index>(Index::of(changes)) });
}

} // namespace darsena::layers
