// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/analysis.h"

#include "core/layers/replay.h"
#include "core/layers/view.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace darsena::layers {

namespace {

/// A layer that hides what those below it have somewhere.
struct Hiding {
    std::uint32_t layer = 0;
    How how = How::Overwritten;
};

How howOf(const IndexEntry& entry)
{
    switch (entry.type) {
    case EntryType::Whiteout:
        return How::Removed;
    case EntryType::Directory:
        return How::Opaque;
    default:
        return How::Overwritten;
    }
}

/// For every directory the layers that hide what is beneath it, by itself or by a parent, lowest first. Few directories have
/// such layers of their own; all others share their parent's list.
class Hidings {
public:
    explicit Hidings(const Stack& stack)
        : m_listOf(stack.nodes().size(), 0)
        , m_lists(1)
    {
        const auto& nodes = stack.nodes();
        for (Stack::NodeId id = 0; id < nodes.size(); ++id) {
            const std::uint32_t inherited = nodes[id].parent == Stack::none ? 0 : m_listOf[nodes[id].parent];
            m_listOf[id] = nodes[id].end > id + 1 ? withOwn(stack, id, inherited) : inherited;
        }
    }
    /// The lowest layer above `layer` in which something above a node hides what is there.
    std::optional<Hiding> above(const Stack& stack, Stack::NodeId node, std::uint32_t layer) const
    {
        const Stack::NodeId parent = stack.node(node).parent;
        if (parent == Stack::none)
            return std::nullopt;
        const auto& list = m_lists[m_listOf[parent]];
        const auto found = std::ranges::upper_bound(list, layer, {}, &Hiding::layer);
        return found != list.end() ? std::optional(*found) : std::nullopt;
    }

private:
    std::uint32_t withOwn(const Stack& stack, Stack::NodeId id, std::uint32_t inherited)
    {
        std::optional<std::vector<Hiding>> list;
        for (const Stack::Version& version : stack.versions(id)) {
            const IndexEntry& entry = stack.entry(version);
            if (!hidesBeneath(entry))
                continue;
            if (!list)
                list = m_lists[inherited];
            const auto at = std::ranges::lower_bound(*list, version.layer, {}, &Hiding::layer);
            // A parent that hides in the same layer is the larger event, and its kind is the one to tell.
            if (at == list->end() || at->layer != version.layer)
                list->insert(at, { version.layer, howOf(entry) });
        }
        if (!list)
            return inherited;
        m_lists.push_back(std::move(*list));
        return static_cast<std::uint32_t>(m_lists.size() - 1);
    }

    std::vector<std::uint32_t> m_listOf; ///< by node, an index into m_lists; of leaves: their parent's
    std::vector<std::vector<Hiding>> m_lists; ///< 0 = nothing hides
};

/// Where the file that a version stores goes out of sight.
std::optional<Hiding> hiddenAt(const Stack& stack, const Hidings& hidings, Stack::NodeId node, std::uint32_t version)
{
    const auto versions = stack.versions(node);
    const std::size_t next = version - stack.node(node).firstVersion + 1;
    const auto above = hidings.above(stack, node, stack.allVersions()[version].layer);
    if (next >= versions.size() || (above && above->layer < versions[next].layer))
        return above;
    const bool whiteout = stack.entry(versions[next]).type == EntryType::Whiteout;
    return Hiding { versions[next].layer, whiteout ? How::Removed : How::Overwritten };
}

bool isFile(const IndexEntry& entry) { return entry.type != EntryType::Directory && entry.type != EntryType::Whiteout; }

void count(FileCount& sum, const IndexEntry& entry)
{
    ++sum.files;
    sum.bytes += entry.size;
}

/// What happens at one path, layer by layer.
void countChanges(const Stack& stack, const Hidings& hidings, Stack::NodeId node, std::vector<LayerFigures>& layers)
{
    const IndexEntry* seen = nullptr;
    std::uint32_t seenSince = 0;
    for (const Stack::Version& version : stack.versions(node)) {
        const IndexEntry& entry = stack.entry(version);
        if (seen) {
            const auto above = hidings.above(stack, node, seenSince);
            if (above && above->layer < version.layer) {
                if (isFile(*seen))
                    count(layers[above->layer].removed, *seen);
                seen = nullptr;
            }
        }
        LayerFigures& figures = layers[version.layer];
        if (isFile(entry)) {
            if (!seen)
                count(figures.added, entry);
            else
                count(figures.changed, entry);
        } else if (seen && isFile(*seen)) {
            count(figures.removed, *seen); // by a whiteout, or a directory took its place
        }
        seen = entry.type == EntryType::Whiteout ? nullptr : &entry;
        seenSince = version.layer;
    }
    if (!seen || !isFile(*seen))
        return;
    if (const auto above = hidings.above(stack, node, seenSince))
        count(layers[above->layer].removed, *seen);
}

/// A file with several names is hidden when the last of them is.
std::optional<Hiding> hiddenAt(const Stack& stack, const Hidings& hidings, const Stack::SharedFile& file)
{
    std::optional<Hiding> last;
    for (const Stack::SharedFile::Name& name : file.names) {
        const auto hidden = hiddenAt(stack, hidings, name.node, name.version);
        if (!hidden)
            return std::nullopt;
        if (!last || hidden->layer > last->layer)
            last = hidden;
    }
    return last;
}

} // namespace

std::string_view name(How how)
{
    switch (how) {
    case How::Overwritten:
        return "overwritten";
    case How::Removed:
        return "removed";
    case How::Opaque:
        break;
    }
    return "opaque";
}

double Analysis::efficiency() const
{
    return storedBytes == 0 ? 1.0 : static_cast<double>(storedBytes - wastedBytes) / static_cast<double>(storedBytes);
}

double Analysis::userWastedShare() const
{
    std::uint64_t stored = 0, visible = 0;
    for (std::size_t n = 1; n < layers.size(); ++n) {
        stored += layers[n].storedBytes;
        visible += layers[n].visibleBytes;
    }
    return stored == 0 ? 0.0 : static_cast<double>(stored - visible) / static_cast<double>(stored);
}

Analysis analyse(const Stack& stack)
{
    Analysis analysis;
    analysis.layers.resize(stack.layerCount());
    const Hidings hidings(stack);
    std::unordered_map<std::uint32_t, const Stack::SharedFile*> shared; // by the version that holds the bytes
    for (const Stack::SharedFile& file : stack.sharedFiles())
        shared.emplace(file.names.front().version, &file);

    for (Stack::NodeId node = 0; node < stack.nodes().size(); ++node) {
        countChanges(stack, hidings, node, analysis.layers);
        const auto versions = stack.versions(node);
        for (std::size_t i = 0; i < versions.size(); ++i) {
            const IndexEntry& entry = stack.entry(versions[i]);
            if (entry.type != EntryType::File || entry.hardLink || entry.size == 0)
                continue;
            LayerFigures& figures = analysis.layers[versions[i].layer];
            figures.storedBytes += entry.size;
            const std::uint32_t version = stack.node(node).firstVersion + static_cast<std::uint32_t>(i);
            const auto group = shared.empty() ? shared.end() : shared.find(version);
            const auto hidden = group != shared.end() ? hiddenAt(stack, hidings, *group->second) : hiddenAt(stack, hidings, node, version);
            if (hidden)
                analysis.waste.push_back({ node, entry.size, versions[i].layer, hidden->layer, hidden->how });
            else
                figures.visibleBytes += entry.size;
        }
    }
    for (const LayerFigures& figures : analysis.layers)
        analysis.storedBytes += figures.storedBytes;
    for (const Waste& waste : analysis.waste)
        analysis.wastedBytes += waste.bytes;
    // Nodes are in path order.
    std::ranges::sort(analysis.waste, [](const Waste& left, const Waste& right) {
        if (left.bytes != right.bytes)
            return left.bytes > right.bytes;
        return left.node != right.node ? left.node < right.node : left.storedIn < right.storedIn;
    });
    return analysis;
}

} // namespace darsena::layers
