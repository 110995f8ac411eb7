// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/models/file_tree.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace darsena::gui {

/// Bytes that an image carries and nobody sees: a later layer replaced or removed the file. Counted once a file that is
/// stored and hidden, so the copy that is seen is no waste.
struct LayerWaste {
    struct Item {
        std::string path; ///< absolute; of a removed directory, the directory
        std::int64_t bytes = 0;
        std::int64_t files = 0;
        std::int64_t storedIn = 0; ///< index of the layer that holds the bytes (the lowest, when several do)
        std::int64_t hiddenBy = 0; ///< index of the layer that hides them
        bool removed = false; ///< else replaced
    };
    std::vector<Item> items; ///< largest first
    std::vector<std::int64_t> hidden; ///< of each layer given, its bytes that later ones hide
    std::int64_t bytes = 0;

    /// Of all layers of an image, lowest first. Hard links hold no bytes of their own.
    static LayerWaste of(std::span<const std::shared_ptr<const LayerFiles>> layers);
};

} // namespace darsena::gui
