// SPDX-License-Identifier: GPL-3.0-or-later
// What one RUN makes and a later one removes: removed where it was made, or never put into a layer.
#include "core/dockerfile/assist/refactor.h"
#include "core/dockerfile/savings/site.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace darsena::dockerfile::savings_detail {

namespace {

using shell::Command;

bool isOf(const CacheFolder& folder, const Command& command)
{
    const std::string program = command.program();
    const std::string_view base = std::string_view(program).substr(program.rfind('/') + 1);
    return std::find(folder.programs.begin(), folder.programs.end(), base) != folder.programs.end();
}

/// Whether a RUN works with what an earlier one left in a cache folder: it uses the program without fetching first.
/// `end`: only commands before that item count.
bool needs(const CacheFolder& folder, const Placed& placed, std::size_t end = SIZE_MAX)
{
    if (placed.run() == nullptr || folder.neverRead)
        return false;
    if (placed.script == nullptr)
        return std::any_of(folder.programs.begin(), folder.programs.end(),
            [&](std::string_view program) { return placed.instruction->original.find(program) != std::string::npos; });
    const auto& items = placed.script->parsed.script.items;
    bool fetched = false;
    bool needed = false;
    for (std::size_t i = 0; i < std::min(end, items.size()); ++i) {
        shell::Script one;
        one.items.push_back(items[i]);
        shell::visitCommands(one, [&](const Command& command, const shell::Pipeline&) {
            if (!isOf(folder, command))
                return;
            const auto says = [&](std::string_view word) {
                return std::any_of(command.words.begin() + 1, command.words.end(), [&](const auto& each) { return each.value() == word; });
            };
            if (!folder.fetch.empty() && says(folder.fetch))
                fetched = true;
            else if (!says("clean") && !says("autoremove") && !says("purge") && !says("remove"))
                needed = needed || !fetched;
        });
    }
    return needed;
}

/// Whether something between two instructions, or in the one that removes, works with what is in a cache folder.
bool neededUntil(const Case& waste, const CacheFolder& folder, std::size_t item)
{
    if (needs(folder, *waste.hidden, item))
        return true;
    const bool sameStage = waste.stored->stage == waste.hidden->stage;
    return std::any_of(waste.site.all().begin(), waste.site.all().end(), [&](const Placed& each) {
        const bool counts = sameStage ? each.stage == waste.stored->stage && each.begin() < waste.hidden->begin() : true;
        return counts && each.begin() > waste.stored->begin() && &each != waste.hidden && needs(folder, each);
    });
}

bool writesFiles(const Placed& placed)
{
    const std::string& name = placed.instruction->name;
    return name == "RUN" || name == "COPY" || name == "ADD" || name == "WORKDIR";
}

} // namespace

void offerMoveRemoval(const Case& waste, std::vector<SavingFix>& fixes)
{
    const Site& site = waste.site;
    if (waste.stored->run() == nullptr || waste.hidden->script == nullptr || waste.group.how == WasteEntry::How::Overwritten
        || waste.stored->user != waste.hidden->user)
        return;
    const std::vector<RemovedOperand>& operands = site.removals(*waste.hidden);
    std::vector<const RemovedOperand*> chosen;
    for (const std::string& path : waste.paths) {
        const auto found = std::find_if(operands.begin(), operands.end(), [&](const RemovedOperand& each) { return each.covers(path); });
        if (found == operands.end())
            return;
        if (std::find(chosen.begin(), chosen.end(), &*found) == chosen.end())
            chosen.push_back(&*found);
    }
    const CacheFolder* folder = cacheFolderOf(waste.paths.front());
    const std::vector<const Placed*> between = site.between(*waste.stored, *waste.hidden);
    const bool othersWrite = std::any_of(between.begin(), between.end(), [](const Placed* each) { return writesFiles(*each); });
    const bool othersRun = std::any_of(between.begin(), between.end(), [](const Placed* each) { return each->run() != nullptr; });
    std::set<std::string> written;
    std::vector<TextEdit> edits;
    for (const RemovedOperand* operand : chosen) {
        const bool safe = folder != nullptr
            ? !neededUntil(waste, *folder, operand->item)
            : waste.stored->stage == waste.hidden->stage && !othersRun && Site::onlyRemovesBefore(*waste.hidden->script, operand->item);
        if (!safe || !isPlainPath(operand->path))
            return;
        const bool isCacheOnly = folder != nullptr && isWithin(operand->path, folder->path);
        written.insert(folder == nullptr || isCacheOnly ? operand->written() : std::string(folder->path) + "/*");
        const bool drop = waste.stored->stage == waste.hidden->stage && (folder != nullptr ? isCacheOnly : !othersWrite);
        const auto dropped = drop ? site.dropOperand(*waste.hidden, *operand) : std::nullopt;
        if (dropped)
            edits.insert(edits.end(), dropped->begin(), dropped->end());
        else if (!operand->forced)
            // It would find nothing to remove, and fail.
            return;
    }
    const std::string what = fmt::format("{}", fmt::join(written, " "));
    const auto appended = site.appendCommand(*waste.stored, "rm -rf " + what);
    if (!appended)
        return;
    edits.push_back(*appended);
    auto inOrder = sorted(std::move(edits));
    if (!inOrder)
        return;
    fixes.push_back({.kind = SavingKind::MoveRemoval,
        .title = fmt::format("Remove {} in the RUN of line {}", what, waste.stored->line()),
        .reason = "A layer keeps what was there when its instruction ended: files removed in the same RUN are never stored.",
        .line = waste.stored->line(),
        .edits = std::move(*inOrder)});
}

void offerCacheMount(const Case& waste, std::vector<SavingFix>& fixes)
{
    const CacheFolder* folder = cacheFolderOf(waste.paths.front());
    if (waste.stored->run() == nullptr || folder == nullptr || folder->manager.empty())
        return;
    // Those behind it would look for what is in the mount now.
    const bool needed = std::any_of(waste.site.all().begin(), waste.site.all().end(),
        [&](const Placed& each) { return each.begin() > waste.stored->begin() && needs(*folder, each); });
    if (needed)
        return;
    const std::string title = fmt::format("of {} in a cache mount", folder->manager);
    for (Refactoring& offer : refactorings(waste.site.file(), {waste.stored->begin(), waste.stored->begin()})) {
        if (offer.id != "add-cache-mount" || offer.title.find(title) == std::string::npos)
            continue;
        auto inOrder = sorted(std::move(offer.edits));
        if (!inOrder)
            return;
        fixes.push_back({.kind = SavingKind::CacheMount,
            .title = fmt::format("Keep the downloads {}", title),
            .reason = "The downloads stay with the builder, for the next build, and no layer stores them. It needs a builder that knows RUN --mount.",
            .line = waste.stored->line(),
            .edits = std::move(*inOrder)});
        return;
    }
}

} // namespace darsena::dockerfile::savings_detail
