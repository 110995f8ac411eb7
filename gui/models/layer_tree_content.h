// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/filter.h"
#include "core/layers/stack.h"
#include "core/layers/view.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

namespace darsena::gui {

/// What a file tree shows: a state of an image, what of it is shown, and what that weighs. Immutable once made, so that it
/// is made in a worker thread and swapped in.
struct LayerTreeContent {
    std::shared_ptr<const layers::Stack> stack; ///< never null
    std::shared_ptr<const layers::View> view; ///< never null
    std::shared_ptr<const layers::Selection> selection; ///< null: everything that is there
    bool rootMatches = false; ///< the selection counts the root
    /// Of what is shown, here and beneath; per node, empty without a selection: the view's figures hold then.
    struct Weight {
        std::uint64_t bytes = 0;
        std::uint64_t removedBytes = 0;
    };
    std::vector<Weight> weights;

    /// The criteria leave nothing out: selection is null. A stopped call gives something of no use.
    static std::shared_ptr<const LayerTreeContent> make(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::View> view,
        const layers::Criteria& criteria, std::stop_token stop = {});

    bool shows(layers::Stack::NodeId node) const
    {
        return selection ? bool(selection->shown[node]) : view->cell(node).mark != layers::Mark::Absent;
    }
    std::uint64_t bytes(layers::Stack::NodeId node) const { return weights.empty() ? view->cell(node).bytes : weights[node].bytes; }
    std::uint64_t removedBytes(layers::Stack::NodeId node) const { return weights.empty() ? view->cell(node).removedBytes : weights[node].removedBytes; }
    /// The entry that is shown; nullptr for a directory that no layer names.
    const layers::IndexEntry* entry(layers::Stack::NodeId node) const
    {
        const std::uint32_t version = view->cell(node).version;
        return version == layers::Stack::none ? nullptr : &stack->entry(version);
    }
    /// Paths that match the criteria, and all that there are in this state; the root, which is no row, left out.
    std::uint32_t matches() const;
    std::uint32_t all() const;
};

} // namespace darsena::gui
