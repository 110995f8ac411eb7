// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/formats.h"
#include "core/cli/layers/plain_text.h"
#include "core/cli/layers/size_text.h"
#include "core/layers/view.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

char treeSign(layers::Mark mark)
{
    return mark == layers::Mark::Added  ? '+'
        : mark == layers::Mark::Changed ? '~'
        : mark == layers::Mark::Removed ? '-'
                                        : ' ';
}

} // namespace

std::string layersAsTree(const ImageReport& report, std::optional<std::size_t> layer)
{
    const layers::Stack& stack = report.stack;
    if (stack.layerCount() == 0)
        return "";
    const layers::LayerRange range
        = layer ? layers::LayerRange {*layer, *layer} : layers::LayerRange {0, stack.layerCount() - 1};
    const layers::View view = layers::View::of(stack, range);
    std::string text;
    for (layers::Stack::NodeId node = 1; node < stack.nodes().size(); ++node) {
        const layers::View::Cell& cell = view.cell(node);
        // Of a layer, what it leaves alone is only shown where it leads to something else.
        const bool shown = layer
            ? cell.changesBeneath || (cell.mark != layers::Mark::Same && cell.mark != layers::Mark::Absent)
            : cell.mark != layers::Mark::Absent && cell.mark != layers::Mark::Removed;
        if (!shown)
            continue;
        const std::string_view path = stack.node(node).path;
        const auto depth = static_cast<std::size_t>(std::ranges::count(path, '/'));
        const layers::IndexEntry* entry = cell.version == layers::Stack::none ? nullptr : &stack.entry(cell.version);
        const bool directory = entry == nullptr || entry->type == layers::EntryType::Directory;
        text += fmt::format("{}{:>8}  {:>{}}{}{}", layer ? fmt::format("{} ", treeSign(cell.mark)) : "",
            sizeText(cell.mark == layers::Mark::Removed ? cell.removedBytes : cell.bytes), "", 2 * depth,
            plainText(stack.node(node).name()), directory ? "/" : "");
        if (entry != nullptr && !entry->link.empty())
            text += fmt::format(" {} {}", entry->hardLink ? "=" : "->", plainText(entry->link));
        if (layer && cell.mark == layers::Mark::Changed && entry != nullptr && cell.before != layers::Stack::none)
            text += plainText(fmt::format("  ({})", layers::describe(stack.entry(cell.before), *entry, cell.reasons)));
        text += '\n';
    }
    return text;
}

} // namespace darsena::cli
