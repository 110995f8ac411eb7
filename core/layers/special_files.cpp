// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/special_files.h"

namespace darsena::layers {

std::vector<SpecialFile> specialFiles(const Stack& stack, const View& view)
{
    std::vector<SpecialFile> special;
    for (Stack::NodeId node = 0; node < stack.nodes().size(); ++node) {
        const View::Cell& cell = view.cell(node);
        if (cell.version == Stack::none || cell.mark == Mark::Absent || cell.mark == Mark::Removed)
            continue;
        const IndexEntry& entry = stack.entry(cell.version);
        const bool setId = isSetId(entry);
        if (setId || isWorldWritable(entry))
            special.push_back({ node, setId && (entry.mode & 04000) != 0, setId && (entry.mode & 02000) != 0, isWorldWritable(entry) });
    }
    return special;
}

} // namespace darsena::layers
