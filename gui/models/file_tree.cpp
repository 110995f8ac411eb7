// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/file_tree.h"

#include "gui/models/path_order.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace darsena::gui {

namespace {

struct Entry {
    const model::FileChange* file = nullptr;
    std::int32_t layer = -1;
    FileTree::Change change = FileTree::Change::None;
};
using Entries = std::map<std::string_view, Entry, PathOrder>;

FileTree::Kind kindOf(const std::string& type)
{
    static constexpr std::pair<std::string_view, FileTree::Kind> kinds[] = {
        { "directory", FileTree::Kind::Directory },
        { "link", FileTree::Kind::Link },
        { "hardlink", FileTree::Kind::HardLink },
        { "device", FileTree::Kind::Device },
        { "fifo", FileTree::Kind::Fifo },
        { "socket", FileTree::Kind::Socket },
    };
    for (const auto& [name, kind] : kinds) {
        if (name == type)
            return kind;
    }
    return FileTree::Kind::File;
}

/// Puts one layer on what the layers below left. What it removes is taken out, or kept and marked when it is the
/// topmost one.
void stack(Entries& entries, const LayerFiles& layer, bool topmost)
{
    const auto index = static_cast<std::int32_t>(layer.index);
    const auto removeBeneath = [&](std::string_view path) {
        for (auto at = entries.upper_bound(path); at != entries.end() && isBeneath(at->first, path);) {
            if (topmost && at->second.layer != index) {
                at->second.change = FileTree::Change::Removed;
                ++at;
            } else if (at->second.layer == index) {
                ++at; // written by this same layer, after what was below went
            } else {
                at = entries.erase(at);
            }
        }
    };
    for (const model::FileChange& file : layer.files) {
        const std::string_view path = trimmedPath(file.path);
        if (path.empty())
            continue;
        const auto below = entries.find(path);
        if (file.change == "removed") {
            if (below != entries.end() && below->second.layer == index)
                continue; // the same layer put something there again: what counts is what is there
            removeBeneath(path);
            if (!topmost) {
                if (below != entries.end())
                    entries.erase(below);
            } else if (below != entries.end()) {
                below->second.change = FileTree::Change::Removed;
            } else {
                entries.emplace(path, Entry { &file, index, FileTree::Change::Removed });
            }
            continue;
        }
        if (below != entries.end() && below->second.file->type == "directory" && file.type != "directory")
            removeBeneath(path);
        const bool known = below != entries.end() && below->second.change != FileTree::Change::Removed;
        const auto change = !topmost ? FileTree::Change::None
            : file.change == "changed" || (file.change.empty() && known) ? FileTree::Change::Changed
                                                                         : FileTree::Change::Added;
        // The key must point into the entry that stays: the map keeps the path of whoever came first, which lives as
        // long as the layers do.
        entries.insert_or_assign(path, Entry { &file, index, change });
    }
}

} // namespace

std::shared_ptr<const FileTree> FileTree::build(std::span<const std::shared_ptr<const LayerFiles>> layers, Scope scope)
{
    Entries entries;
    for (const auto& layer : layers)
        stack(entries, *layer, layer == layers.back());
    const std::int32_t top = layers.empty() ? -1 : static_cast<std::int32_t>(layers.back()->index);

    // First the nodes in the order of the walk, then once more with the children of each node side by side.
    std::vector<Node> walk;
    walk.reserve(entries.size() + 1);
    walk.push_back({});
    walk.front().name = "/";
    std::vector<std::pair<std::string_view, std::int32_t>> open { { {}, 0 } }; // the directories that lead to here
    for (const auto& [path, entry] : entries) {
        if (scope == Scope::OnlyLayer && entry.layer != top && entry.change == Change::None)
            continue;
        while (!open.back().first.empty() && !isBeneath(path, open.back().first))
            open.pop_back();
        // Parents that no layer names come into being here; they share the fate of theirs.
        for (std::size_t from = open.back().first.empty() ? 0 : open.back().first.size() + 1;;) {
            const std::size_t slash = path.find('/', from);
            Node node;
            node.parent = open.back().second;
            node.name = path.substr(from, slash == std::string_view::npos ? slash : slash - from);
            const auto self = static_cast<std::int32_t>(walk.size());
            if (slash == std::string_view::npos) {
                const model::FileChange& file = *entry.file;
                node.kind = kindOf(file.type);
                node.size = node.kind == Kind::Directory ? 0 : file.size;
                node.link = file.link;
                node.mtime = file.mtime;
                node.mode = file.mode;
                node.uid = file.uid;
                node.gid = file.gid;
                node.layer = entry.layer;
                node.change = entry.change;
                if (node.change == Change::Removed && node.kind != Kind::HardLink)
                    node.removedBytes = node.size;
                open.emplace_back(path, self);
                walk.push_back(std::move(node));
                break;
            }
            if (const auto known = entries.find(path.substr(0, slash)); known != entries.end()) {
                const model::FileChange& file = *known->second.file;
                node.mtime = file.mtime;
                node.mode = file.mode;
                node.uid = file.uid;
                node.gid = file.gid;
                node.layer = known->second.layer;
            }
            if (walk[static_cast<std::size_t>(node.parent)].change == Change::Removed)
                node.change = Change::Removed;
            open.emplace_back(path.substr(0, slash), self);
            walk.push_back(std::move(node));
            from = slash + 1;
        }
    }

    for (std::size_t i = walk.size(); i-- > 1;) {
        const Node& node = walk[i];
        Node& parent = walk[static_cast<std::size_t>(node.parent)];
        ++parent.childCount;
        parent.files += node.files + (node.kind != Kind::Directory ? 1 : 0);
        // A hard link is another name for bytes that are counted where they are stored.
        if (node.change != Change::Removed && node.kind != Kind::HardLink)
            parent.size += node.size;
        parent.removedBytes += node.removedBytes;
        parent.changesBeneath |= node.changesBeneath || node.change != Change::None;
    }
    for (Node& node : walk) {
        if (node.kind == Kind::Directory && node.change == Change::Removed)
            node.size = node.removedBytes;
    }

    auto tree = std::shared_ptr<FileTree>(new FileTree);
    std::vector<std::int32_t> placeOf(walk.size(), 0);
    std::vector<std::int32_t> nextFree(walk.size(), 0);
    std::int32_t next = 1;
    // A parent comes before its children in the walk, so its run is known when they come. The runs are laid out in
    // the order of the walk.
    for (std::size_t i = 0; i < walk.size(); ++i) {
        walk[i].firstChild = next;
        nextFree[i] = next;
        next += walk[i].childCount;
        if (i > 0)
            placeOf[i] = nextFree[static_cast<std::size_t>(walk[i].parent)]++;
    }
    tree->m_nodes.resize(walk.size());
    for (std::size_t i = 0; i < walk.size(); ++i) {
        Node& node = walk[i];
        if (i > 0)
            node.parent = placeOf[static_cast<std::size_t>(node.parent)];
        switch (node.change) {
        case Change::None:
            break;
        case Change::Added:
            ++tree->m_totals.added;
            break;
        case Change::Changed:
            ++tree->m_totals.changed;
            break;
        case Change::Removed:
            ++tree->m_totals.removed;
            break;
        }
        tree->m_nodes[static_cast<std::size_t>(placeOf[i])] = std::move(node);
    }
    return tree;
}

std::string FileTree::path(std::int32_t index) const
{
    if (index <= 0)
        return "/";
    std::vector<std::int32_t> chain;
    for (std::int32_t at = index; at > 0; at = node(at).parent)
        chain.push_back(at);
    std::string path;
    for (auto at = chain.rbegin(); at != chain.rend(); ++at)
        path.append("/").append(node(*at).name);
    return path;
}

std::int32_t FileTree::find(std::string_view path) const
{
    std::int32_t at = 0;
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        const std::string_view name = path.substr(0, slash);
        path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
        if (name.empty())
            continue;
        const Node& directory = node(at);
        std::int32_t found = -1;
        for (std::int32_t i = 0; i < directory.childCount && found < 0; ++i) {
            if (node(directory.firstChild + i).name == name)
                found = directory.firstChild + i;
        }
        if (found < 0)
            return -1;
        at = found;
    }
    return at;
}

} // namespace darsena::gui
