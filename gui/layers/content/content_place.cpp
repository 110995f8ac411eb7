// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/content_place.h"

#include "gui/base/text.h"

namespace darsena::gui {

std::optional<ContentPlace> contentPlace(const layers::Stack& stack, std::uint32_t version)
{
    if (version >= stack.allVersions().size())
        return std::nullopt;
    const layers::IndexEntry& entry = stack.entry(version);
    if (entry.type != layers::EntryType::File)
        return std::nullopt;
    const std::uint32_t layer = stack.allVersions()[version].layer;
    if (entry.hardLink) {
        for (const layers::Stack::SharedFile& shared : stack.sharedFiles()) {
            for (const auto& name : shared.names) {
                if (name.version == version && !shared.names.empty())
                    return ContentPlace { shared.layer, toQString(stack.node(shared.names.front().node).path), shared.bytes };
            }
        }
    }
    return ContentPlace { layer, toQString(entry.path), entry.size };
}

std::uint32_t lastVersion(const layers::Stack& stack, layers::Stack::NodeId node)
{
    const auto versions = stack.versions(node);
    for (std::size_t i = versions.size(); i-- > 0;) {
        if (stack.entry(versions[i]).type != layers::EntryType::Whiteout)
            return stack.node(node).firstVersion + static_cast<std::uint32_t>(i);
    }
    return layers::Stack::none;
}

} // namespace darsena::gui
