// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/stack.h"

#include "core/layers/replay.h"

#include "core/archive/whiteout.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_map>

namespace darsena::layers {

namespace {

/// archive::pathBefore and equality in one, eight bytes at a time: building a stack is little else than comparing paths
/// that have long beginnings in common.
int comparePaths(std::string_view left, std::string_view right)
{
    const std::size_t common = std::min(left.size(), right.size());
    std::size_t at = 0;
    while (at + 8 <= common) {
        std::uint64_t l = 0, r = 0;
        std::memcpy(&l, left.data() + at, 8);
        std::memcpy(&r, right.data() + at, 8);
        if (l != r) {
            at += static_cast<std::size_t>(std::countr_zero(l ^ r)) / 8; // little-endian, as every machine we run on
            break;
        }
        at += 8;
    }
    while (at < common && left[at] == right[at])
        ++at;
    if (at == common)
        return left.size() < right.size() ? -1 : left.size() > right.size() ? 1 : 0;
    const auto rank = [](char c) { return c == '/' ? 0 : 1 + static_cast<int>(static_cast<unsigned char>(c)); };
    return rank(left[at]) - rank(right[at]);
}

/// Walks the entries of all layers in path order, those of one path from the lowest layer up.
class Merge {
public:
    explicit Merge(const std::vector<std::shared_ptr<const Index>>& layers)
    {
        for (std::size_t n = 0; n < layers.size(); ++n) {
            if (layers[n] && !layers[n]->entries().empty())
                m_heap.push_back({ layers[n]->entries(), static_cast<std::uint32_t>(n), 0 });
        }
        std::ranges::make_heap(m_heap, after);
    }
    bool atEnd() const { return m_heap.empty(); }
    Stack::Version version() const { return { m_heap.front().layer, m_heap.front().at }; }
    const IndexEntry& entry() const { return m_heap.front().entry(); }
    void next()
    {
        std::ranges::pop_heap(m_heap, after);
        Cursor& cursor = m_heap.back();
        if (++cursor.at == cursor.entries.size())
            m_heap.pop_back();
        else
            std::ranges::push_heap(m_heap, after);
    }

private:
    struct Cursor {
        std::span<const IndexEntry> entries;
        std::uint32_t layer;
        std::uint32_t at;
        const IndexEntry& entry() const { return entries[at]; }
    };
    static bool after(const Cursor& left, const Cursor& right)
    {
        const int order = comparePaths(left.entry().path, right.entry().path);
        return order != 0 ? order > 0 : left.layer > right.layer;
    }
    std::vector<Cursor> m_heap;
};

/// "a/b" of "a/b/c", "" of "a".
std::string_view directoryOf(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

/// Makes nodes in path order; directories that nobody names come of themselves.
class NodeMaker {
public:
    NodeMaker(std::vector<Stack::Node>& nodes, const std::vector<Stack::Version>& versions)
        : m_nodes(nodes)
        , m_versions(versions)
    {
        push({});
    }
    /// The node of a path that is not before that of the last call.
    void open(std::string_view path)
    {
        if (m_nodes.back().path == path)
            return;
        while (!archive::isBelow(path, m_nodes[m_open.back()].path))
            close();
        const std::string_view parent = directoryOf(path);
        while (m_nodes[m_open.back()].path != parent) {
            const std::size_t known = m_nodes[m_open.back()].path.size();
            push(path.substr(0, path.find('/', known == 0 ? 0 : known + 1)));
        }
        push(path);
    }
    void finish()
    {
        while (!m_open.empty())
            close();
    }

private:
    void push(std::string_view path)
    {
        const auto id = static_cast<Stack::NodeId>(m_nodes.size());
        m_nodes.push_back({ path, m_open.empty() ? Stack::none : m_open.back(), 0, static_cast<std::uint32_t>(m_versions.size()) });
        m_open.push_back(id);
    }
    void close()
    {
        m_nodes[m_open.back()].end = static_cast<Stack::NodeId>(m_nodes.size());
        m_open.pop_back();
    }
    std::vector<Stack::Node>& m_nodes;
    const std::vector<Stack::Version>& m_versions;
    std::vector<Stack::NodeId> m_open; ///< the last node and its parents
};

} // namespace

Result<Stack> Stack::build(std::vector<std::shared_ptr<const Index>> layers)
{
    std::size_t entries = 0;
    for (const auto& layer : layers)
        entries += layer ? layer->entries().size() : 0;
    if (layers.size() > 65'535 || entries >= (1ULL << 31))
        return Error(ErrorCode::TooLarge, fmt::format("{} layers with {} entries are more than can be shown", layers.size(), entries));

    Stack stack;
    stack.m_layers = std::move(layers);
    stack.m_versions.reserve(entries);
    stack.m_nodes.reserve(entries + 1);
    NodeMaker nodes(stack.m_nodes, stack.m_versions);
    for (Merge merge(stack.m_layers); !merge.atEnd(); merge.next()) {
        nodes.open(merge.entry().path);
        stack.m_versions.push_back(merge.version());
    }
    nodes.finish();
    stack.m_nodes.shrink_to_fit();
    stack.collectSharedFiles();
    return stack;
}

std::span<const Stack::Version> Stack::versions(NodeId id) const
{
    const std::size_t end = id + 1 < m_nodes.size() ? m_nodes[id + 1].firstVersion : m_versions.size();
    return std::span(m_versions).subspan(m_nodes[id].firstVersion, end - m_nodes[id].firstVersion);
}

Stack::NodeId Stack::find(std::string_view path) const
{
    const auto found = std::ranges::lower_bound(
        m_nodes, path, [](std::string_view left, std::string_view right) { return comparePaths(left, right) < 0; }, &Node::path);
    return found != m_nodes.end() && found->path == path ? static_cast<NodeId>(found - m_nodes.begin()) : none;
}

std::uint32_t Stack::linkedFile(std::uint32_t hardLink) const
{
    // A link may name a link; hostile ones name one another in a ring.
    for (int hops = 0; hops < 64; ++hops) {
        const IndexEntry& link = entry(hardLink);
        if (link.type != EntryType::File)
            return none;
        if (!link.hardLink)
            return hardLink;
        const NodeId target = find(link.link);
        if (target == none)
            return none;
        const std::uint32_t layer = m_versions[hardLink].layer;
        const auto candidates = versions(target);
        const auto own = std::ranges::find(candidates, layer, &Version::layer);
        const std::uint32_t next = own != candidates.end()
            ? node(target).firstVersion + static_cast<std::uint32_t>(own - candidates.begin())
            : layer > 0 ? visibleVersion(*this, target, layer - 1) : none;
        if (next == none || next == hardLink)
            return none;
        hardLink = next;
    }
    return none;
}

void Stack::collectSharedFiles()
{
    std::unordered_map<std::uint32_t, std::size_t> groups; // by the version that holds the bytes
    for (NodeId id = 0; id < m_nodes.size(); ++id) {
        const auto all = versions(id);
        for (std::size_t i = 0; i < all.size(); ++i) {
            const IndexEntry& link = entry(all[i]);
            if (!link.hardLink)
                continue;
            const std::uint32_t version = m_nodes[id].firstVersion + static_cast<std::uint32_t>(i);
            const std::uint32_t holder = linkedFile(version);
            if (holder == none)
                continue;
            const auto [group, fresh] = groups.try_emplace(holder, m_sharedFiles.size());
            if (fresh) {
                const Version& file = m_versions[holder];
                m_sharedFiles.push_back({ file.layer, entry(file).size, { { find(entry(file).path), holder } } });
            }
            m_sharedFiles[group->second].names.push_back({ id, version });
        }
    }
}

} // namespace darsena::layers
