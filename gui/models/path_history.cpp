// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/path_history.h"

#include <map>

namespace darsena::gui {

using layers::EntryType;
using layers::IndexEntry;
using layers::Mark;
using layers::Stack;

namespace {

/// What the layers have to say of a path: its own versions, and the entries of parents that hide what is in them.
struct Said {
    std::uint32_t version = Stack::none;
    Stack::NodeId hiddenBy = Stack::none;
};

bool hidesWhatIsIn(const IndexEntry& entry)
{
    return entry.type != EntryType::Directory || entry.opaque;
}

} // namespace

std::vector<PathTouch> pathHistory(const Stack& stack, Stack::NodeId node)
{
    std::map<std::uint32_t, Said> saidBy;
    const auto numberOf = [&](const Stack::Version& version) { return static_cast<std::uint32_t>(&version - stack.allVersions().data()); };
    for (const Stack::Version& version : stack.versions(node)) {
        Said& said = saidBy[version.layer];
        if (stack.entry(version).type == EntryType::Whiteout)
            said.hiddenBy = node;
        else
            said.version = numberOf(version);
    }
    for (Stack::NodeId parent = stack.node(node).parent; parent != Stack::none; parent = stack.node(parent).parent) {
        for (const Stack::Version& version : stack.versions(parent)) {
            if (hidesWhatIsIn(stack.entry(version)))
                saidBy[version.layer].hiddenBy = parent; // the topmost one is the cause
        }
    }

    std::vector<PathTouch> touches;
    std::uint32_t there = Stack::none;
    for (const auto& [layer, said] : saidBy) {
        PathTouch touch { .layer = static_cast<int>(layer), .version = said.version, .before = there };
        if (said.version == Stack::none) {
            if (there == Stack::none)
                continue;
            touch.mark = Mark::Removed;
            touch.by = said.hiddenBy;
        } else if (there != Stack::none) {
            touch.mark = Mark::Changed;
            touch.reasons = layers::differences(stack.entry(there), stack.entry(said.version));
            if (touch.reasons == 0) { // a directory that is named once more
                there = said.version;
                continue;
            }
        }
        there = said.version;
        touches.push_back(touch);
    }
    return touches;
}

} // namespace darsena::gui
