// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/layer_waste.h"

#include "gui/models/path_order.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace darsena::gui {

LayerWaste LayerWaste::of(std::span<const std::shared_ptr<const LayerFiles>> layers)
{
    struct Stored {
        std::int64_t bytes = 0;
        std::size_t layer = 0;
        bool directory = false;
    };
    std::map<std::string_view, Stored, PathOrder> seen;
    LayerWaste waste;
    waste.hidden.assign(layers.size(), 0);

    for (std::size_t number = 0; number < layers.size(); ++number) {
        const LayerFiles& layer = *layers[number];
        for (const model::FileChange& file : layer.files) {
            const std::string_view path = trimmedPath(file.path);
            if (path.empty())
                continue;
            Item item { .path = "/" + std::string(path), .storedIn = layer.index, .hiddenBy = layer.index, .removed = file.change == "removed" };
            const auto hide = [&](const Stored& stored) {
                if (stored.layer == number || stored.directory)
                    return;
                item.bytes += stored.bytes;
                ++item.files;
                item.storedIn = std::min(item.storedIn, layers[stored.layer]->index);
                waste.hidden[stored.layer] += stored.bytes;
                waste.bytes += stored.bytes;
            };
            const bool becomesDirectory = !item.removed && file.type == "directory";
            const auto below = seen.find(path);
            if (below != seen.end() && below->second.layer != number && !(becomesDirectory && below->second.directory))
                hide(below->second);
            if (!becomesDirectory) {
                // Removed, or a file where a directory was: all beneath goes along, except what this layer itself put there.
                for (auto at = seen.upper_bound(path); at != seen.end() && isBeneath(at->first, path);) {
                    if (at->second.layer == number) {
                        ++at;
                        continue;
                    }
                    hide(at->second);
                    at = seen.erase(at);
                }
            }
            if (!item.removed)
                seen.insert_or_assign(path, Stored { file.type == "file" ? file.size : 0, number, becomesDirectory });
            else if (below != seen.end() && below->second.layer != number)
                seen.erase(below);
            if (item.bytes > 0)
                waste.items.push_back(std::move(item));
        }
    }
    std::stable_sort(waste.items.begin(), waste.items.end(), [](const Item& a, const Item& b) { return a.bytes > b.bytes; });
    return waste;
}

} // namespace darsena::gui
