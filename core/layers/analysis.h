// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/stack.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace darsena::layers {

/// How stored bytes went out of sight.
enum class How : std::uint8_t {
    Overwritten, ///< the path was stored again, or a parent became something that is no directory
    Removed, ///< by a whiteout of the path or of a parent
    Opaque, ///< a parent was made opaque and the path not brought again
};
std::string_view name(How how); ///< "overwritten", "removed", "opaque"

/// Bytes that an image carries and a container never sees: one stored copy of one file.
struct Waste {
    Stack::NodeId node = Stack::none;
    std::uint64_t bytes = 0; ///< never 0
    std::uint32_t storedIn = 0; ///< layers from 0
    std::uint32_t hiddenBy = 0;
    How how = How::Overwritten;
};

struct FileCount {
    std::uint64_t files = 0; ///< no directories
    std::uint64_t bytes = 0; ///< of contents; of removed: what was visible before
};

/// What one layer does to those below, and what of it remains in the end.
struct LayerFigures {
    FileCount added, changed, removed;
    std::uint64_t storedBytes = 0; ///< of contents in the layer, hard links once
    std::uint64_t visibleBytes = 0; ///< of these, those that a container of the whole image sees
};

/// Exact figures: one replay of all layers with the liveness of every stored file. Bytes of a file with several names
/// (hard links) live while any name is visible; if none is, they are wasted from the layer that hid the last one.
/// storedBytes = wastedBytes + the sum of visibleBytes, always.
struct Analysis {
    std::vector<Waste> waste; ///< largest first, then by path, then by storedIn
    std::vector<LayerFigures> layers;
    std::uint64_t storedBytes = 0;
    std::uint64_t wastedBytes = 0;

    /// The share of stored bytes that is seen, 0…1; 1 for an image without bytes.
    double efficiency() const;
    /// wastedBytes that are stored above the base layer, as a share of the bytes stored above it; 0 when there are none.
    double userWastedShare() const;
};

Analysis analyse(const Stack& stack);

} // namespace darsena::layers
