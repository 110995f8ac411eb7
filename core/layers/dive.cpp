// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/dive.h"

#include "core/archive/whiteout.h"

#include <algorithm>

namespace darsena::layers {

namespace {

std::string_view lastName(std::string_view path)
{
    return path.substr(path.rfind('/') + 1);
}

/// Where each entry's subtree ends; entries lie in path order.
std::vector<std::uint32_t> subtreeEnds(const std::vector<IndexEntry>& entries)
{
    const auto count = static_cast<std::uint32_t>(entries.size());
    std::vector<std::uint32_t> ends(count, count);
    std::vector<std::uint32_t> open;
    for (std::uint32_t i = 0; i < count; ++i) {
        while (!open.empty() && !archive::isBelow(entries[i].path, entries[open.back()].path)) {
            ends[open.back()] = i;
            open.pop_back();
        }
        open.push_back(i);
    }
    return ends;
}

class DiveWalk {
public:
    explicit DiveWalk(const std::vector<IndexEntry>& entries)
        : m_entries(entries)
        , m_ends(subtreeEnds(entries))
    { }

    std::vector<DiveVisit> run()
    {
        m_visits.reserve(m_entries.size());
        const std::uint32_t first = !m_entries.empty() && m_entries.front().path.empty() ? 1 : 0;
        enter({}, first, static_cast<std::uint32_t>(m_entries.size()));
        while (!m_open.empty()) {
            Directory& directory = m_open.back();
            if (directory.next == m_pending.size()) {
                m_pending.resize(directory.firstChild);
                if (m_open.size() > 1)
                    m_visits.push_back(directory.visit);
                m_open.pop_back();
                continue;
            }
            const DiveVisit child = m_pending[directory.next++];
            if (child.leaf)
                m_visits.push_back(child);
            else
                enter(child, child.entry + 1, m_ends[child.entry]);
        }
        return std::move(m_visits);
    }

private:
    struct Directory {
        DiveVisit visit;
        std::size_t firstChild = 0; ///< in m_pending
        std::size_t next = 0;
    };

    void enter(const DiveVisit& visit, std::uint32_t begin, std::uint32_t end)
    {
        const std::size_t firstChild = m_pending.size();
        for (std::uint32_t child = begin; child < end; child = m_ends[child]) {
            if (m_entries[child].type != EntryType::Whiteout || m_ends[child] > child + 1)
                m_pending.push_back({child, false, m_ends[child] == child + 1});
        }
        const std::size_t firstWhiteout = m_pending.size();
        for (std::uint32_t child = begin; child < end; child = m_ends[child]) {
            if (m_entries[child].type == EntryType::Whiteout)
                m_pending.push_back({child, true, true});
        }
        const auto at = [&](std::size_t n) { return m_pending.begin() + static_cast<std::ptrdiff_t>(n); };
        std::inplace_merge(at(firstChild), at(firstWhiteout), m_pending.end(),
            [this](const DiveVisit& left, const DiveVisit& right) { return nameBefore(left, right); });
        m_open.push_back({visit, firstChild, firstChild});
    }

    bool nameBefore(const DiveVisit& left, const DiveVisit& right) const
    {
        const std::string_view leftName = lastName(m_entries[left.entry].path);
        const std::string_view rightName = lastName(m_entries[right.entry].path);
        if (left.whiteout == right.whiteout)
            return leftName < rightName;
        // Both are compared with ".wh.", and then what follows it; no string is made for that.
        constexpr std::string_view mark = ".wh.";
        const std::string_view plain = left.whiteout ? rightName : leftName;
        const int order = plain.substr(0, mark.size()).compare(mark);
        const bool plainFirst
            = order != 0 ? order < 0 : plain.substr(mark.size()) < (left.whiteout ? leftName : rightName);
        return plainFirst == right.whiteout;
    }

    const std::vector<IndexEntry>& m_entries;
    std::vector<std::uint32_t> m_ends;
    std::vector<DiveVisit> m_visits;
    std::vector<DiveVisit> m_pending; ///< the children of all open directories, one directory's after the other's
    std::vector<Directory> m_open;
};

/// dive's stacked tree of the layers so far, over the nodes of a stack.
class DiveTree {
public:
    explicit DiveTree(const Stack& stack)
        : m_stack(stack)
        , m_nodes(stack.nodes().size())
    {
        m_nodes[Stack::root].present = true;
    }

    bool has(Stack::NodeId id) const { return m_nodes[id].present; }
    void add(Stack::NodeId id, bool directory, std::uint64_t size)
    {
        m_nodes[id] = {size, true, directory};
        for (Stack::NodeId parent = m_stack.node(id).parent; !m_nodes[parent].present;
             parent = m_stack.node(parent).parent)
            m_nodes[parent] = {0, true, false};
    }
    void remove(Stack::NodeId id)
    {
        if (!has(id))
            return;
        for (Stack::NodeId below = id; below < m_stack.node(id).end; ++below)
            m_nodes[below].present = false;
    }
    /// What a whiteout counts with.
    std::uint64_t removedBytes(Stack::NodeId id) const
    {
        std::uint64_t bytes = 0;
        for (Stack::NodeId below = id; m_nodes[id].directory && below < m_stack.node(id).end; ++below)
            bytes += m_nodes[below].present ? m_nodes[below].size : 0;
        return bytes;
    }

private:
    struct State {
        std::uint64_t size = 0;
        bool present = false;
        bool directory = false; ///< false, too, of one that an archive did not name
    };
    const Stack& m_stack;
    std::vector<State> m_nodes;
};

class DiveCount {
public:
    DiveCount(const Stack& stack, const IgnorePath& ignored)
        : m_stack(stack)
        , m_tree(stack)
        , m_paths(stack.nodes().size())
        , m_nodes(stack.layerCount())
        , m_ignored(ignored ? stack.nodes().size() : 0)
    {
        for (std::size_t n = 0; n < stack.layerCount(); ++n)
            m_nodes[n].resize(stack.layer(n) ? stack.layer(n)->entries().size() : 0);
        for (Stack::NodeId id = 0; id < m_paths.size(); ++id) {
            for (const Stack::Version& version : stack.versions(id))
                m_nodes[version.layer][version.entry] = id;
            if (ignored)
                m_ignored[id] = ignored(stack.node(id).path);
        }
    }

    DiveScore run()
    {
        for (std::size_t n = 0; n < m_stack.layerCount(); ++n) {
            if (!m_stack.layer(n))
                continue;
            useLayer(n);
            countSizes(n);
            countLeaves(n);
            // dive begins with a copy of the lowest layer and stacks that layer once more onto it.
            if (n == 0)
                stackLayer(false);
            stackLayer(true);
        }
        return finish();
    }

private:
    struct Path {
        std::uint64_t bytes = 0;
        std::uint64_t least = 0;
        std::uint32_t count = 0;
        bool met = false; ///< counted, or ended the counting of a layer
    };

    bool ignores(Stack::NodeId id) const { return !m_ignored.empty() && m_ignored[id]; }
    const IndexEntry& entry(const DiveVisit& visit) const { return (*m_entries)[visit.entry]; }
    std::uint64_t sizeOf(const DiveVisit& visit) const
    {
        return visit.whiteout || ignores(m_nodeOf[visit.entry]) ? 0 : entry(visit).size;
    }

    void useLayer(std::size_t n)
    {
        m_entries = &m_stack.layer(n)->entries();
        m_visits = diveOrder(*m_stack.layer(n));
        m_nodeOf = m_nodes[n];
    }

    void countSizes(std::size_t n)
    {
        std::uint64_t bytes = 0;
        for (const DiveVisit& visit : m_visits)
            bytes += sizeOf(visit);
        m_score.sizeBytes += bytes;
        m_score.userSizeBytes += n == 0 ? 0 : bytes;
    }

    void countLeaves(std::size_t n)
    {
        for (const DiveVisit& visit : m_visits) {
            const Stack::NodeId id = m_nodeOf[visit.entry];
            if (!visit.leaf || ignores(id))
                continue;
            m_paths[id].met = true;
            if (!visit.whiteout) {
                count(id, sizeOf(visit));
                continue;
            }
            // Beneath the lowest layer dive sees that layer itself, where the name is a directory of the archive's
            // other paths.
            const bool there = n == 0 ? visit.entry + 1 < m_entries->size()
                    && archive::isBelow((*m_entries)[visit.entry + 1].path, entry(visit).path)
                                      : m_tree.has(id);
            if (!there)
                return;
            count(id, m_tree.removedBytes(id));
        }
    }

    void count(Stack::NodeId id, std::uint64_t bytes)
    {
        Path& path = m_paths[id];
        path.least = path.count == 0 ? bytes : std::min(path.least, bytes);
        path.bytes += bytes;
        ++path.count;
    }

    void stackLayer(bool withWhiteouts)
    {
        for (const DiveVisit& visit : m_visits) {
            if (!visit.whiteout)
                m_tree.add(m_nodeOf[visit.entry], entry(visit).type == EntryType::Directory && !entry(visit).implied,
                    sizeOf(visit));
            else if (withWhiteouts)
                m_tree.remove(m_nodeOf[visit.entry]);
        }
    }

    DiveScore finish()
    {
        std::uint64_t least = 0, all = 0;
        for (Stack::NodeId id = 0; id < m_paths.size(); ++id) {
            const Path& path = m_paths[id];
            if (!path.met)
                continue;
            // A path that was never counted keeps the -1 that dive begins with.
            least += path.count == 0 ? ~std::uint64_t {0} : path.least;
            all += path.bytes;
            if (path.count >= 2) {
                m_score.matches.push_back({"/" + std::string(m_stack.node(id).path), path.count, path.bytes});
                m_score.wastedBytes += path.bytes;
            }
        }
        m_score.efficiency = all == 0 ? 1.0
                                      : static_cast<double>(static_cast<std::int64_t>(least))
                / static_cast<double>(static_cast<std::int64_t>(all));
        // They come in path order.
        std::ranges::stable_sort(m_score.matches, std::ranges::greater(), &DiveScore::Match::bytes);
        return std::move(m_score);
    }

    const Stack& m_stack;
    DiveTree m_tree;
    std::vector<Path> m_paths; ///< by node
    std::vector<std::vector<Stack::NodeId>> m_nodes; ///< by layer and entry
    std::vector<bool> m_ignored; ///< by node; empty: none is
    DiveScore m_score;
    // Of the layer at hand.
    const std::vector<IndexEntry>* m_entries = nullptr;
    std::vector<DiveVisit> m_visits;
    std::span<const Stack::NodeId> m_nodeOf; ///< by entry
};

} // namespace

std::vector<DiveVisit> diveOrder(const Index& index)
{
    return DiveWalk(index.entries()).run();
}

DiveScore diveScore(const Stack& stack, const IgnorePath& ignored)
{
    return DiveCount(stack, ignored).run();
}

} // namespace darsena::layers
