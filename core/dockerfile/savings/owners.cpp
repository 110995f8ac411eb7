// SPDX-License-Identifier: GPL-3.0-or-later
// RUN chown and chmod of what COPY brought: COPY can do it, and stores the files once.
#include "core/dockerfile/savings/site.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile::savings_detail {

namespace {

using namespace std::string_view_literals;
using shell::Command;

bool isNumber(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool isOctal(std::string_view text)
{
    return (text.size() == 3 || text.size() == 4) && text.find_first_not_of("01234567") == std::string_view::npos;
}

/// A chown or chmod of one path.
struct Change {
    std::size_t item = 0;
    std::size_t recursiveWord = 0; ///< 0 = not recursive
    std::string recursiveLeft; ///< what is left of that word without the R: "-v"
    bool isOwner = false;
    std::string value;
    std::string path;
};

/// nullopt if the command is none, or is more than that.
std::optional<Change> readChange(const Case& waste, std::size_t item)
{
    const shell::ListItem& each = waste.hidden->script->parsed.script.items[item];
    if (each.pipeline.commands.size() != 1 || each.pipeline.negated || each.separator == shell::Separator::Or
        || each.separator == shell::Separator::Background)
        return std::nullopt;
    const Command& command = each.pipeline.commands.front();
    const std::string program = command.program();
    if (command.kind != Command::Kind::Simple || (program != "chown" && program != "chmod") || !command.redirections.empty())
        return std::nullopt;
    Change change {.item = item, .recursiveLeft = {}, .isOwner = program == "chown", .value = {}, .path = {}};
    for (std::size_t w = 1; w < command.words.size(); ++w) {
        const auto text = command.words[w].literal();
        if (!text)
            return std::nullopt;
        if (text->starts_with('-') && change.value.empty()) {
            const bool isLong = text->starts_with("--");
            if (*text == "--recursive" || (!isLong && text->find('R') != std::string::npos)) {
                change.recursiveWord = w;
                std::string left = isLong ? std::string() : *text;
                std::erase(left, 'R');
                change.recursiveLeft = left == "-" ? "" : left;
            }
            if (isLong ? *text != "--recursive" : text->find_first_not_of("-Rvfc") != std::string::npos)
                return std::nullopt;
        } else if (change.value.empty()) {
            change.value = *text;
        } else if (change.path.empty()) {
            if (!text->starts_with('/') && waste.hidden->workdir.empty())
                return std::nullopt;
            change.path = cleanPath(waste.hidden->workdir, *text);
        } else {
            return std::nullopt;
        }
    }
    return change.path.empty() ? std::nullopt : std::optional(change);
}

/// The value of --chown or --chmod that does the same; empty if there is none.
std::string flagValue(const Change& change)
{
    if (!change.isOwner) {
        if (isOctal(change.value))
            return change.value;
        const bool executable = change.value == "+x" || change.value == "a+x" || change.value == "u+x,g+x,o+x" || change.value == "ugo+x";
        return executable && change.recursiveWord == 0 ? "755" : "";
    }
    const std::size_t colon = change.value.find(':');
    const std::string user = change.value.substr(0, colon);
    const std::string group = colon == std::string::npos ? "" : change.value.substr(colon + 1);
    if (change.value.find_first_of(".$") != std::string::npos || (user.empty() && group.empty()))
        return {};
    // "user:" means the group of the user's entry in passwd, which a COPY cannot be told.
    if (colon != std::string::npos && group.empty())
        return {};
    return fmt::format("{}:{}", user.empty() ? "0" : user, group.empty() ? "0" : group);
}

bool makesUsers(const Placed& placed)
{
    constexpr std::array programs {"adduser"sv, "useradd"sv, "addgroup"sv, "groupadd"sv, "usermod"sv, "/etc/passwd"sv, "/etc/group"sv};
    return placed.run() != nullptr && std::any_of(programs.begin(), programs.end(), [&](std::string_view program) {
        return placed.instruction->original.find(program) != std::string::npos;
    });
}

/// What an instruction before the RUN has to do with a folder.
enum class Part { None, Copies, Unclear };

const SourcesAndDestination* pathsOf(const Placed& placed)
{
    if (const Copy* copy = placed.instruction->as<Copy>())
        return &copy->paths;
    if (const Add* add = placed.instruction->as<Add>())
        return &add->paths;
    return nullptr;
}

Part partOf(const Placed& placed, std::string_view folder)
{
    if (const SourcesAndDestination* paths = pathsOf(placed)) {
        const std::string& to = paths->destination.text;
        if (to.find('$') != std::string::npos || (!to.starts_with('/') && placed.workdir.empty()))
            return Part::Unclear;
        const std::string target = cleanPath(placed.workdir, to);
        if (isWithin(target, folder))
            return Part::Copies;
        // Into a folder around it: "/" for "/entry.sh".
        const bool exactFile = isWithin(folder, target) && std::any_of(paths->sources.begin(), paths->sources.end(),
            [&](const Word& source) { return cleanPath(target, lastPathPart(source.text)) == folder; });
        if (exactFile)
            return paths->sources.size() == 1 ? Part::Copies : Part::Unclear;
        return isWithin(folder, target) && target != "/" ? Part::Unclear : Part::None;
    }
    if (placed.run() == nullptr)
        return Part::None;
    const bool near = (!placed.workdir.empty() && isWithin(placed.workdir, folder))
        || placed.instruction->original.find(folder) != std::string::npos;
    return near ? Part::Unclear : Part::None;
}

bool hasFlag(const Placed& placed, std::string_view name)
{
    return std::any_of(placed.statement->flags.begin(), placed.statement->flags.end(),
        [&](const Word& flag) { return flag.text.starts_with(name); });
}

} // namespace

void offerCopyOwner(const Case& waste, std::vector<SavingFix>& fixes)
{
    if (!waste.sameContent || pathsOf(*waste.stored) == nullptr || waste.hidden->script == nullptr
        || waste.stored->stage != waste.hidden->stage)
        return;
    const Site& site = waste.site;
    std::vector<Change> changes;
    for (std::size_t i = 0; i < waste.hidden->script->parsed.script.items.size(); ++i) {
        auto change = readChange(waste, i);
        if (!change)
            continue;
        const bool concerns = std::any_of(waste.paths.begin(), waste.paths.end(), [&](const std::string& path) {
            return change->recursiveWord != 0 ? isWithin(path, change->path) : path == change->path;
        });
        if (concerns)
            changes.push_back(std::move(*change));
    }
    if (changes.empty())
        return;
    const std::string folder = changes.front().path;
    std::string flags;
    for (const Change& change : changes) {
        const std::string value = flagValue(change);
        const std::string flag = fmt::format("--{}={}", change.isOwner ? "chown" : "chmod", value);
        if (value.empty() || change.path != folder || flags.find(change.isOwner ? "--chown" : "--chmod") != std::string::npos
            || (change.recursiveWord != 0) != (changes.front().recursiveWord != 0))
            return;
        flags += (flags.empty() ? "" : " ") + flag;
    }
    const bool covered = std::all_of(waste.paths.begin(), waste.paths.end(), [&](const std::string& path) {
        return changes.front().recursiveWord != 0 ? isWithin(path, folder) : path == folder;
    });
    if (!covered)
        return;
    // Everything that comes to the folder before the RUN must be a COPY, which then does it itself.
    std::vector<TextEdit> edits;
    bool userComesLater = false;
    bool copied = false;
    for (const Placed& each : site.all()) {
        if (each.begin() >= waste.hidden->begin() || each.stage->index > waste.hidden->stage->index)
            continue;
        const Part part = partOf(each, folder);
        if (each.stage != waste.hidden->stage) {
            // Other stages are none of its business, unless it is built on them.
            if (part != Part::None && each.stage->name == lower(waste.hidden->stage->base))
                return;
            continue;
        }
        if (part == Part::Unclear || (part == Part::Copies && (hasFlag(each, "--chown") || hasFlag(each, "--chmod"))))
            return;
        userComesLater = userComesLater || (copied && makesUsers(each));
        if (part == Part::Copies) {
            copied = true;
            edits.push_back(site.addFlag(each, flags));
        }
    }
    userComesLater = userComesLater || makesUsers(*waste.hidden);
    const bool byNumber = std::all_of(changes.begin(), changes.end(), [&](const Change& change) {
        const std::string value = flagValue(change);
        return !change.isOwner || (isNumber(value.substr(0, value.find(':'))) && isNumber(value.substr(value.find(':') + 1)));
    });
    SavingFix fix {.kind = SavingKind::CopyOwner,
        .title = fmt::format("Use COPY {}", flags),
        .reason = "A change of owner or mode stores the whole file again; COPY sets both as it stores it.",
        .line = waste.stored->line()};
    if (userComesLater && !byNumber) {
        fix.title = fmt::format("Create the user before COPY, and use COPY {}", flags);
        fix.reason += " COPY can only name a user that is there already, and here it is made later.";
        fixes.push_back(std::move(fix));
        return;
    }
    for (const Change& change : changes) {
        if (change.recursiveWord == 0) {
            const auto dropped = site.dropItem(*waste.hidden, change.item);
            if (!dropped || changes.size() > 1)
                return;
            edits.insert(edits.end(), dropped->begin(), dropped->end());
            continue;
        }
        // The folder itself may be older than COPY: it alone still changes.
        const shell::ShellWord& word
            = waste.hidden->script->parsed.script.items[change.item].pipeline.commands.front().words[change.recursiveWord];
        Range removed = waste.hidden->script->source(word.range);
        if (change.recursiveLeft.empty() && removed.end < site.source().size() && site.source().text()[removed.end] == ' ')
            ++removed.end;
        edits.push_back({.range = removed, .replacement = change.recursiveLeft});
    }
    auto inOrder = sorted(std::move(edits));
    if (!inOrder)
        return;
    fix.edits = std::move(*inOrder);
    fixes.push_back(std::move(fix));
}

} // namespace darsena::dockerfile::savings_detail
