// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/view.h"

#include <cstdint>
#include <vector>

namespace darsena::gui {

/// What one layer did to a path.
struct PathTouch {
    int layer = 0;
    layers::Mark mark = layers::Mark::Added; ///< Added, Changed or Removed
    std::uint16_t reasons = 0; ///< of Changed
    std::uint32_t version = layers::Stack::none; ///< index into allVersions(); none: removed
    std::uint32_t before = layers::Stack::none; ///< what was there; none: nothing
    /// Removed: the path whose entry did it, a parent's where a whole tree went.
    layers::Stack::NodeId by = layers::Stack::none;
};

/// Every layer that touches a path, lowest first: that stores it, or that takes it away, itself or with a parent. Whiteouts
/// of what is not there do nothing and are left out.
std::vector<PathTouch> pathHistory(const layers::Stack& stack, layers::Stack::NodeId node);

} // namespace darsena::gui
