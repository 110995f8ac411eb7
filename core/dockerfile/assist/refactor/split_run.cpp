// SPDX-License-Identifier: GPL-3.0-or-later
// One RUN into several, at those "&&" behind which no command depends on the shell of the ones before.
#include "core/dockerfile/assist/refactor/place.h"
#include "core/dockerfile/assist/refactor/shell_facts.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace darsena::dockerfile::refactor_detail {

namespace {

using Items = std::vector<shell::ListItem>;

/// What a mount would lose between two RUNs.
bool keepsNothing(const Run& run)
{
    return std::all_of(run.mounts.begin(), run.mounts.end(), [](const Mount& mount) {
        return mount.type != MountType::Tmpfs && (mount.type != MountType::Bind || mount.readOnly);
    });
}

/// Indices of the items before which a new RUN may begin.
std::vector<std::size_t> cuts(const Items& items)
{
    std::map<std::string, std::size_t> lastUse;
    for (std::size_t i = 0; i < items.size(); ++i) {
        for (const std::string& name : namesUsedIn(items[i]))
            lastUse[name] = i;
    }
    std::vector<std::size_t> result;
    // Up to this item commands depend on those that ran already.
    std::size_t bound = 0;
    for (std::size_t i = 1; i < items.size(); ++i) {
        const Leaks leaks = leaksOf(items[i - 1]);
        if (matters(leaks, {}))
            break;
        for (const std::string& name : leaks.names) {
            if (const auto use = lastUse.find(name); use != lastUse.end())
                bound = std::max(bound, use->second);
        }
        if (i > bound)
            result.push_back(i);
    }
    return result;
}

} // namespace

void offerSplit(const RefactorPlace& place, Offers& offers)
{
    const Selected* selected = place.only();
    const Run* run = selected != nullptr ? selected->instruction->as<Run>() : nullptr;
    const shell::EmbeddedScript* script = selected != nullptr ? place.scriptOf(*selected) : nullptr;
    if (run == nullptr || script == nullptr || !run->command.shellForm || !run->heredocs.empty() || !keepsNothing(*run))
        return;
    const ShellFacts facts = factsOf(*script);
    const auto flags = place.flagsOf(*selected->statement);
    if (!facts.usable || !facts.chain || !flags || (facts.errexit && !facts.simple))
        return;
    const Items& items = script->parsed.script.items;
    const std::vector<std::size_t> possible = cuts(items);
    const std::string front = fmt::format("{}{} ", selected->statement->keyword.text, *flags);
    const auto cutBefore = [&](std::size_t index) {
        const Range gap {script->source(items[index - 1].pipeline.range).end, script->source(items[index].pipeline.range).begin};
        std::string text = place.lineBreak();
        for (const std::string& comment : place.commentsIn(gap))
            text += comment + place.lineBreak();
        return TextEdit {.range = gap, .replacement = text + front};
    };
    if (possible.empty())
        return;
    if (possible.size() > 1) {
        // Where the caret is: before the command it stands in or in front of.
        const std::uint32_t caret = place.selection().begin;
        const auto here = std::find_if(possible.begin(), possible.end(),
            [&](std::size_t index) { return script->source(items[index].pipeline.range).end >= caret; });
        if (here != possible.end()) {
            const std::string program = items[*here].pipeline.commands.front().program();
            if (!program.empty())
                offers.push_back({.id = "split-run", .title = fmt::format("Split before {}", program), .edits = {cutBefore(*here)}});
        }
    }
    Refactoring all {.id = "split-run", .title = fmt::format("Split into {} RUN instructions", possible.size() + 1), .edits = {}};
    for (const std::size_t index : possible)
        all.edits.push_back(cutBefore(index));
    offers.push_back(std::move(all));
}

} // namespace darsena::dockerfile::refactor_detail
