// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/layer_tree_content.h"

#include <algorithm>
#include <utility>

namespace darsena::gui {

using layers::Stack;

namespace {

/// Whether the root is among the matches and not merely on the way to them.
bool rootPasses(const layers::Criteria& criteria, const layers::View::Cell& root)
{
    const bool shown = root.mark == layers::Mark::Same ? criteria.same : root.mark == layers::Mark::Added && criteria.added;
    return shown && !criteria.setIds && !criteria.worldWritable && criteria.path.matches("/")
        && std::max(root.bytes, root.removedBytes) >= criteria.minimumBytes;
}

} // namespace

std::shared_ptr<const LayerTreeContent> LayerTreeContent::make(std::shared_ptr<const Stack> stack, std::shared_ptr<const layers::View> view,
    const layers::Criteria& criteria, std::stop_token stop)
{
    auto content = std::make_shared<LayerTreeContent>();
    content->stack = std::move(stack);
    content->view = std::move(view);
    if (criteria.everything())
        return content;
    content->selection = std::make_shared<layers::Selection>(layers::select(*content->stack, *content->view, criteria, stop));
    if (stop.stop_requested())
        return content;
    content->rootMatches = rootPasses(criteria, content->view->cell(Stack::root));

    // What is stored at a node itself is what it weighs without what lies beneath; a child always comes after its parent.
    const auto& nodes = content->stack->nodes();
    const auto& cells = content->view->cells();
    auto& weights = content->weights;
    weights.resize(nodes.size());
    for (std::size_t id = 0; id < nodes.size(); ++id) {
        weights[id] = { cells[id].bytes, cells[id].removedBytes };
        if (id > 0 && cells[id].mark != layers::Mark::Absent) {
            weights[nodes[id].parent].bytes -= cells[id].bytes;
            weights[nodes[id].parent].removedBytes -= cells[id].removedBytes;
        }
    }
    for (std::size_t id = nodes.size(); id-- > 1;) {
        if (!content->selection->shown[id])
            continue;
        weights[nodes[id].parent].bytes += weights[id].bytes;
        weights[nodes[id].parent].removedBytes += weights[id].removedBytes;
    }
    return content;
}

std::uint32_t LayerTreeContent::matches() const
{
    return selection ? selection->matches - (rootMatches ? 1 : 0) : all();
}

std::uint32_t LayerTreeContent::all() const
{
    const layers::View::Totals& totals = view->totals();
    const std::uint32_t all = totals.added + totals.changed + totals.removed + totals.same;
    return all > 0 ? all - 1 : 0;
}

} // namespace darsena::gui
