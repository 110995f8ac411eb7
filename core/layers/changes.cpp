// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/changes.h"

#include "core/layers/view.h"

namespace darsena::layers {

namespace {

FileChange describe(const Stack& stack, Stack::NodeId node, const View::Cell& cell)
{
    const IndexEntry& entry = stack.entry(cell.version);
    FileChange result;
    result.path = "/" + std::string(stack.node(node).path);
    result.change = cell.mark == Mark::Added ? Change::Added : cell.mark == Mark::Changed ? Change::Changed : Change::Removed;
    result.type = entry.type;
    result.size = entry.size;
    result.mode = entry.mode;
    result.uid = entry.uid;
    result.gid = entry.gid;
    result.mtime = entry.mtime;
    result.link = entry.link;
    result.content = cell.reasons & (Content | Link);
    result.metadata = cell.reasons & metadataReasons;
    result.replaced = cell.reasons & Type;
    return result;
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

Result<std::vector<FileChange>> layerFiles(std::span<const Index* const> layers, std::size_t n)
{
    std::vector<FileChange> changes;
    if (n >= layers.size())
        return changes;
    std::vector<std::shared_ptr<const Index>> upToIt;
    for (const Index* layer : layers.first(n + 1))
        upToIt.emplace_back(std::shared_ptr<void>(), layer); // the caller keeps them
    const Stack stack = TRY(Stack::build(std::move(upToIt)));
    const View view = View::of(stack, { n, n });
    for (Stack::NodeId node = 0; node < stack.nodes().size(); ++node) {
        const View::Cell& cell = view.cell(node);
        if (cell.mark == Mark::Absent || cell.mark == Mark::Same || cell.version == Stack::none)
            continue;
        const bool rootOfItself = node == Stack::root && stack.entry(cell.version).implied;
        if (!rootOfItself)
            changes.push_back(describe(stack, node, cell));
    }
    return changes;
}

} // namespace darsena::layers
