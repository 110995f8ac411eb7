// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/view.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace darsena::layers {

/// Files of one content at several places. Names of one file (hard links) are one place: they share their bytes.
struct DuplicateGroup {
    std::uint64_t bytes = 0; ///< of one copy; never 0
    std::vector<Stack::NodeId> nodes; ///< at least two, in path order; of a file with several names its first visible one
    std::uint64_t spare() const { return bytes * (nodes.size() - 1); } ///< what one copy alone would spare
};

/// Among the files that are visible in the later state of a view: those that spare most first, then by path. Files whose
/// content has no digest are left out. One pass and a sort; a stopped one is of no use.
std::vector<DuplicateGroup> duplicates(const Stack& stack, const View& view, std::stop_token stop = {});

} // namespace darsena::layers
