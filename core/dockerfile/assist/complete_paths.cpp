// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/completion_list.h"
#include "core/dockerfile/assist/language.h"
#include "core/dockerfile/assist/variables.h"
#include "core/dockerfile/pages/pages.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace darsena::dockerfile::assist_detail {

namespace {

/// Whether a name can stand in the shell form of COPY as it is.
bool isPlainName(std::string_view name)
{
    return name.find_first_of(" \t\"'\\`$*?[]") == std::string_view::npos;
}

/// The folders of the image that a stage has named so far: WORKDIR, and where it copied to.
std::vector<std::string> foldersOf(const CompletionList& list, std::size_t stage, std::size_t before)
{
    std::vector<std::string> folders;
    std::string current; // what a relative WORKDIR counts from, where that is known
    const auto add = [&](const std::string& path) {
        if (path.starts_with('/') && path.find('$') == std::string::npos && path.size() > 1)
            folders.push_back(path);
    };
    for (const Instruction& instruction : list.file().stages[stage].instructions) {
        if (instruction.statement >= before)
            break;
        if (const Workdir* workdir = instruction.as<Workdir>()) {
            const std::string& path = workdir->path.text;
            if (path.find_first_of("$\"'") != std::string::npos || (!path.starts_with('/') && current.empty()))
                current.clear();
            else
                current = path.starts_with('/') ? path : current + (current.ends_with('/') ? "" : "/") + path;
            add(current);
        } else if (const Copy* copy = instruction.as<Copy>())
            add(copy->paths.destination.text);
        else if (const Add* added = instruction.as<Add>())
            add(added->paths.destination.text);
        else if (const Volume* volume = instruction.as<Volume>()) {
            for (const Word& path : volume->paths)
                add(path.text);
        }
    }
    return folders;
}

/// What --from of this instruction names; empty without one.
std::string_view fromOf(const Place& place)
{
    constexpr std::string_view flag = "--from=";
    for (const Span& span : place.flags) {
        if (place.text(span).starts_with(flag))
            return place.text(span).substr(flag.size());
    }
    return {};
}

/// Of `COPY --from=stage`: what that stage made, as far as it tells.
void offerStagePaths(CompletionList& list, std::string_view from)
{
    const std::vector<Stage>& stages = list.file().stages;
    for (std::size_t i = std::min(stages.size(), stageOf(list.file(), list.place().statementIndex).value_or(0));
         i-- > 0;) {
        if (stages[i].name != from && std::to_string(i) != from)
            continue;
        for (std::string& folder : foldersOf(list, i, list.file().document.statements.size()))
            list.add({.kind = CompletionKind::Folder,
                .label = std::move(folder),
                .detail = translated(fmt::format("Of stage {}", from), list.language()),
                .rank = '3'});
        return;
    }
}

} // namespace

void offerContextPaths(CompletionList& list, Span path)
{
    const Place& place = list.place();
    if (!list.world().list)
        return;
    const std::string_view typed = place.text({path.begin, place.at});
    const std::size_t slash = typed.rfind('/');
    std::string_view folder = slash == std::string_view::npos ? std::string_view() : typed.substr(0, slash);
    // All of these mean the context's root: "./", "/", "".
    while (folder.starts_with('/') || folder.starts_with("./"))
        folder.remove_prefix(folder.starts_with('/') ? 1 : 2);
    if (folder == ".")
        folder = {};
    while (folder.ends_with('/'))
        folder.remove_suffix(1);
    if (folder == ".." || folder.starts_with("../") || folder.find("/../") != std::string_view::npos
        || folder.find_first_of("*?[$") != std::string_view::npos)
        return;
    const auto begin
        = slash == std::string_view::npos ? path.begin : path.begin + static_cast<std::uint32_t>(slash) + 1;
    // What follows the caret up to the next '/' is replaced too.
    const std::string_view behind = place.text({place.at, path.end});
    const auto end = place.at + static_cast<std::uint32_t>(std::min(behind.find('/'), behind.size()));
    if (!list.aim(begin, end))
        return;
    for (const ContextEntry& entry : list.world().list(std::string(folder))) {
        if (entry.ignored || entry.name.empty() || (!place.inJsonString && !isPlainName(entry.name))
            || entry.name.find_first_of("\"\\\n") != std::string::npos)
            continue;
        list.add({.kind = entry.folder ? CompletionKind::Folder : CompletionKind::File,
            .label = entry.folder ? entry.name + "/" : entry.name,
            .text
            = entry.folder && place.line().substr(std::min<std::size_t>(end, place.line().size())).starts_with('/')
                ? entry.name
                : std::string(),
            .rank = entry.name.starts_with('.') ? '7' : '4',
            .again = entry.folder});
    }
}

void offerFolders(CompletionList& list, Span path)
{
    const Place& place = list.place();
    if (!list.aim(path))
        return;
    const std::optional<std::size_t> stage = stageOf(list.file(), place.statementIndex);
    if (!stage)
        return;
    std::set<std::string, std::less<>> seen;
    const auto add = [&](std::string folder, std::string detail, char rank) {
        if (seen.insert(folder).second)
            list.add({.kind = CompletionKind::Folder,
                .label = std::move(folder),
                .detail = std::move(detail),
                .rank = rank});
    };
    const StageGraph graph = stageGraph(list.file(), list.world().stages);
    const std::vector<std::size_t> chain = stageChain(graph, *stage);
    for (const std::size_t index : chain) {
        const std::size_t before = index == *stage ? place.statementIndex : list.file().document.statements.size();
        for (std::string& folder : foldersOf(list, index, before))
            add(std::move(folder), translated("Used in this stage", list.language()), '3');
    }
    if (const KnownImage* image = knownImage(graph.stages[chain.front()].base, list.world());
        image != nullptr && image->workdir.size() > 1)
        add(image->workdir, translated("from the base image", list.language()), '4');
    for (const std::string_view folder :
        {"/app", "/src", "/usr/local/bin/", "/usr/src/app", "/srv", "/opt/", "/etc/", "/data"})
        add(std::string(folder), {}, '6');
}

void offerCopyArguments(CompletionList& list)
{
    const Place& place = list.place();
    const std::string_view from = fromOf(place);
    const bool isLast = place.index + 1 >= place.words.size();
    if (place.index > 0 && isLast) {
        if (list.aim(place.word)) {
            list.add({.kind = CompletionKind::Folder,
                .label = "./",
                .detail = translated("The folder of WORKDIR", list.language()),
                .rank = '2'});
            offerFolders(list, place.word);
        }
    }
    if (from.empty())
        offerContextPaths(list, place.word);
    else if (!(place.index > 0 && isLast) && list.aim(place.word))
        offerStagePaths(list, from);
}

} // namespace darsena::dockerfile::assist_detail
