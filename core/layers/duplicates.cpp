// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/duplicates.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace darsena::layers {

namespace {

/// A visible file, as what tells equal ones apart.
struct Place {
    const std::array<std::uint8_t, 32>* content = nullptr;
    std::uint64_t bytes = 0;
    Stack::NodeId node = Stack::none;
};

bool sameContent(const Place& a, const Place& b)
{
    return a.bytes == b.bytes && *a.content == *b.content;
}

} // namespace

std::vector<DuplicateGroup> duplicates(const Stack& stack, const View& view, std::stop_token stop)
{
    std::unordered_map<std::uint32_t, std::size_t> sharedOf; // from a version to the file that it is a name of
    for (std::size_t i = 0; i < stack.sharedFiles().size(); ++i) {
        for (const Stack::SharedFile::Name& name : stack.sharedFiles()[i].names)
            sharedOf.emplace(name.version, i);
    }
    std::vector<bool> counted(stack.sharedFiles().size());
    std::vector<Place> places;
    constexpr std::array<std::uint8_t, 32> unknown {};
    for (Stack::NodeId node = 0; node < stack.nodes().size(); ++node) {
        if (node % 65536 == 0 && stop.stop_requested())
            return {};
        const View::Cell& cell = view.cell(node);
        if (cell.version == Stack::none || cell.mark == Mark::Absent || cell.mark == Mark::Removed)
            continue;
        const IndexEntry& entry = stack.entry(cell.version);
        if (entry.type != EntryType::File || entry.content == unknown)
            continue;
        std::uint64_t bytes = entry.size;
        if (const auto shared = sharedOf.find(cell.version); shared != sharedOf.end()) {
            if (counted[shared->second])
                continue;
            counted[shared->second] = true;
            bytes = stack.sharedFiles()[shared->second].bytes;
        }
        if (bytes > 0)
            places.push_back({ &entry.content, bytes, node });
    }
    std::ranges::sort(places, [](const Place& a, const Place& b) {
        if (a.bytes != b.bytes)
            return a.bytes > b.bytes;
        if (const auto order = *a.content <=> *b.content; order != 0)
            return order < 0;
        return a.node < b.node;
    });
    std::vector<DuplicateGroup> groups;
    for (std::size_t i = 0; i < places.size();) {
        std::size_t end = i + 1;
        while (end < places.size() && sameContent(places[i], places[end]))
            ++end;
        if (end - i > 1) {
            DuplicateGroup& group = groups.emplace_back();
            group.bytes = places[i].bytes;
            for (; i < end; ++i)
                group.nodes.push_back(places[i].node);
        }
        i = end;
    }
    std::ranges::sort(groups, [](const DuplicateGroup& a, const DuplicateGroup& b) {
        return a.spare() != b.spare() ? a.spare() > b.spare() : a.nodes.front() < b.nodes.front();
    });
    return groups;
}

} // namespace darsena::layers
