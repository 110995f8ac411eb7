// SPDX-License-Identifier: GPL-3.0-or-later
// What COPY brings and a later RUN removes: left out of the context, or mounted instead.
#include "core/dockerfile/assist/refactor.h"
#include "core/dockerfile/savings/site.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::savings_detail {

namespace {

bool isLiteral(std::string_view word)
{
    return !word.empty() && word.find_first_of("$*?[]{}\\\"'") == std::string_view::npos
        && word.find("://") == std::string_view::npos && !word.starts_with("git@");
}

/// A COPY of one source, as far as its text tells what it makes.
struct SingleCopy {
    std::string source; ///< clean, without '/' in front; empty = the whole context or file system
    std::string target; ///< where the file or the folder's contents come to stand
    bool isFile = false; ///< what is wasted tells
};

std::optional<SingleCopy> singleCopy(const Case& waste)
{
    const Copy* copy = waste.stored->instruction->as<Copy>();
    if (copy == nullptr || copy->paths.sources.size() != 1 || !copy->paths.files.empty() || copy->parents || !copy->excludes.empty())
        return std::nullopt;
    const std::string& source = copy->paths.sources.front().text;
    const std::string& destination = copy->paths.destination.text;
    if (!isLiteral(source) || !isLiteral(destination) || (!destination.starts_with('/') && waste.stored->workdir.empty()))
        return std::nullopt;
    SingleCopy result {.source = cleanPath({}, source).substr(1), .target = cleanPath(waste.stored->workdir, destination)};
    const bool intoFolder = destination.ends_with('/') || destination == "." || destination.ends_with("/.");
    const std::string asFile = cleanPath(result.target, lastPathPart(source));
    const bool allAsFile = std::all_of(waste.paths.begin(), waste.paths.end(), [&](const std::string& path) { return path == asFile; });
    if (intoFolder && !result.source.empty() && allAsFile)
        result.target = asFile;
    result.isFile = std::all_of(waste.paths.begin(), waste.paths.end(), [&](const std::string& path) { return path == result.target; });
    return result;
}

const RemovedOperand* operandFor(const std::vector<RemovedOperand>& operands, std::string_view path)
{
    const auto found = std::find_if(operands.begin(), operands.end(), [&](const RemovedOperand& each) { return each.covers(path); });
    return found == operands.end() ? nullptr : &*found;
}

bool anyRunBetween(const Case& waste)
{
    const auto between = waste.site.between(*waste.stored, *waste.hidden);
    return std::any_of(between.begin(), between.end(), [](const Placed* each) { return each->run() != nullptr; });
}

bool mayBring(std::string_view source, std::string_view path)
{
    if (!isLiteral(source))
        return source.find("://") == std::string_view::npos;
    const std::string clean = cleanPath({}, source);
    const std::string wanted = "/" + std::string(path);
    return isWithin(wanted, clean) || isWithin(clean, wanted);
}

/// Whether another instruction may take a path of the context.
bool othersTake(const Case& waste, std::string_view path)
{
    return std::any_of(waste.site.all().begin(), waste.site.all().end(), [&](const Placed& each) {
        if (&each == waste.stored)
            return false;
        const Copy* copy = each.instruction->as<Copy>();
        const Add* add = each.instruction->as<Add>();
        if ((copy != nullptr && !copy->from) || add != nullptr) {
            const auto& sources = copy != nullptr ? copy->paths.sources : add->paths.sources;
            return std::any_of(sources.begin(), sources.end(), [&](const Word& source) { return mayBring(source.text, path); });
        }
        const Run* run = each.run();
        return run != nullptr && std::any_of(run->mounts.begin(), run->mounts.end(), [&](const Mount& mount) {
            return mount.type == MountType::Bind && !mount.from && (mount.source.empty() || mayBring(mount.source, path));
        });
    });
}

} // namespace

void offerIgnore(const Case& waste, std::vector<SavingFix>& fixes)
{
    const Copy* copy = waste.stored->instruction->as<Copy>();
    const auto single = singleCopy(waste);
    if (!single || copy->from || single->isFile || waste.hidden->script == nullptr || waste.stored->stage != waste.hidden->stage
        || waste.group.how == WasteEntry::How::Overwritten || anyRunBetween(waste))
        return;
    const std::vector<RemovedOperand>& operands = waste.site.removals(*waste.hidden);
    std::vector<const RemovedOperand*> chosen;
    for (const std::string& path : waste.paths) {
        const RemovedOperand* operand = operandFor(operands, path);
        if (operand == nullptr || !isWithin(path, single->target) || !Site::onlyRemovesBefore(*waste.hidden->script, operand->item))
            return;
        if (std::find(chosen.begin(), chosen.end(), operand) == chosen.end())
            chosen.push_back(operand);
    }
    SavingFix fix {.kind = SavingKind::Ignore, .title = {}, .reason = "What .dockerignore names is never sent to the builder: nothing has to be removed again, and changes in it no longer make COPY run again.", .line = waste.stored->line()};
    for (const RemovedOperand* operand : chosen) {
        // All of it would be no line for .dockerignore.
        const std::string begin = single->target == "/" ? "/" : single->target + "/";
        if (!operand->path.starts_with(begin) || operand->path.size() <= begin.size() || !isPlainPath(operand->path))
            return;
        std::string line = operand->path.substr(begin.size());
        if (!single->source.empty())
            line = single->source + "/" + line;
        if (othersTake(waste, line))
            return;
        const auto dropped = waste.site.dropOperand(*waste.hidden, *operand);
        if (dropped)
            fix.edits.insert(fix.edits.end(), dropped->begin(), dropped->end());
        else if (!operand->forced)
            return;
        fix.ignoreLines.push_back(operand->isPrefix ? line + "*" : line);
    }
    auto inOrder = sorted(std::move(fix.edits));
    if (!inOrder)
        return;
    fix.edits = std::move(*inOrder);
    fix.title = fmt::format("Add {} to .dockerignore", fmt::join(fix.ignoreLines, ", "));
    fixes.push_back(std::move(fix));
}

namespace {

void offerMountInOne(const Case& waste, std::vector<SavingFix>& fixes)
{
    const Copy* copy = waste.stored->instruction->as<Copy>();
    const auto single = singleCopy(waste);
    if (!single || copy->chown || copy->chmod || copy->link || waste.hidden->script == nullptr || single->target == "/"
        || waste.stored->stage != waste.hidden->stage || waste.group.how == WasteEntry::How::Overwritten || anyRunBetween(waste)
        || !waste.hidden->run()->mounts.empty() || !isPlainPath(single->target) || !isPlainPath("/" + single->source))
        return;
    // A stage's number is nothing that a mount can name.
    if (copy->from && (!isLiteral(copy->from->text) || copy->from->text.find_first_not_of("0123456789") == std::string::npos))
        return;
    // Others that bring something to the same place would be hidden by the mount.
    for (const Placed& each : waste.site.all()) {
        const bool before = each.stage == waste.stored->stage && each.begin() < waste.hidden->begin() && &each != waste.stored;
        const Copy* other = each.instruction->as<Copy>();
        const Add* add = each.instruction->as<Add>();
        if (!before || (other == nullptr && add == nullptr))
            continue;
        const std::string& to = (other != nullptr ? other->paths : add->paths).destination.text;
        if (!isLiteral(to) || isWithin(cleanPath(each.workdir, to), single->target) || isWithin(single->target, cleanPath(each.workdir, to)))
            return;
    }
    const std::vector<RemovedOperand>& operands = waste.site.removals(*waste.hidden);
    const auto operand = std::find_if(operands.begin(), operands.end(), [&](const RemovedOperand& each) {
        return each.path == single->target || (each.isPrefix && each.path == single->target + "/");
    });
    // A mount that is in the way cannot be removed.
    const auto dropped = operand == operands.end() ? std::nullopt : waste.site.dropOperand(*waste.hidden, *operand);
    if (!dropped || std::count_if(operands.begin(), operands.end(), [&](const RemovedOperand& each) {
            return isWithin(each.path, single->target) || each.covers(single->target);
        }) != 1)
        return;
    // If nothing is left to run, the files were for nothing.
    if (waste.hidden->script->parsed.script.items.size() == 1)
        return;
    std::string flag = "--mount=type=bind";
    if (copy->from)
        flag += ",from=" + copy->from->text;
    if (!single->source.empty())
        flag += ",source=" + single->source;
    flag += ",target=" + single->target;
    if (!single->isFile)
        flag += ",rw";
    std::vector<TextEdit> edits = waste.site.dropStatement(*waste.stored);
    edits.push_back(waste.site.addFlag(*waste.hidden, flag));
    edits.insert(edits.end(), dropped->begin(), dropped->end());
    auto inOrder = sorted(std::move(edits));
    if (!inOrder)
        return;
    fixes.push_back({.kind = SavingKind::BindMount,
        .title = fmt::format("Mount {} in the RUN of line {} instead of copying it", single->target, waste.hidden->line()),
        .reason = "A mounted file is there while the RUN works and in no layer. What the RUN writes there is gone after it, as it was removed before. It needs a builder that knows RUN --mount.",
        .line = waste.stored->line(),
        .edits = std::move(*inOrder)});
}

/// The RUN instructions that work with the files are joined first, so that one mount serves them all.
void offerMountInJoined(const Case& waste, std::vector<SavingFix>& fixes)
{
    const auto between = waste.site.between(*waste.stored, *waste.hidden);
    const auto first = std::find_if(between.begin(), between.end(), [](const Placed* each) { return each->run() != nullptr; });
    if (first == between.end() || !std::all_of(first, between.end(), [](const Placed* each) { return each->run() != nullptr; }))
        return;
    const std::string& before = waste.site.source().text();
    for (Refactoring& offer : refactorings(waste.site.file(), {(*first)->begin(), waste.hidden->statement->range.end})) {
        auto joined = offer.id == "merge-run" ? sorted(std::move(offer.edits)) : std::nullopt;
        if (!joined)
            continue;
        const std::string text = applyFix(before, Fix {.description = {}, .edits = std::move(*joined)});
        const Dockerfile file = readDockerfile(text);
        const Site site(file);
        std::vector<SavingFix> found;
        const Case there {.site = site, .group = waste.group, .paths = waste.paths, .sameContent = false,
            .stored = site.at(waste.stored->line()), .hidden = site.at((*first)->line())};
        if (there.stored == nullptr || there.hidden == nullptr)
            return;
        offerMountInOne(there, found);
        if (found.empty())
            return;
        const std::string after = applyFix(text, Fix {.description = {}, .edits = found.front().edits});
        if (const auto edit = editBetween(before, after)) {
            found.front().title = fmt::format("{}, and join the lines {} to {}", found.front().title, (*first)->line(), waste.hidden->line());
            found.front().edits = {*edit};
            fixes.push_back(std::move(found.front()));
        }
        return;
    }
}

} // namespace

void offerBindMount(const Case& waste, std::vector<SavingFix>& fixes)
{
    if (waste.stored->instruction->as<Copy>() == nullptr || waste.stored->stage != waste.hidden->stage)
        return;
    if (anyRunBetween(waste))
        offerMountInJoined(waste, fixes);
    else
        offerMountInOne(waste, fixes);
}

} // namespace darsena::dockerfile::savings_detail
