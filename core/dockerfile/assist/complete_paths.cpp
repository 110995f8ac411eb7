// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/completion_list.h"
#include "core/dockerfile/assist/image_paths.h"
#include "core/dockerfile/assist/language.h"
#include "core/dockerfile/assist/occurrences.h"
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
    const Dockerfile& file = list.file();
    const auto stage = StageNames(file, list.world().stages).find({.range = {}, .text = from});
    if (!stage || *stage >= stageOf(file, list.place().statementIndex).value_or(0))
        return;
    const StageGraph graph = stageGraph(file, list.world().stages);
    for (ImagePath& path : imagePaths(file, stageChain(graph, *stage), file.document.statements.size()))
        list.add({.kind = path.folder ? CompletionKind::Folder : CompletionKind::File,
            .label = std::move(path.path),
            .detail = translated(fmt::format("Of stage {}", from), list.language()),
            .rank = path.inCommand ? '4' : '3'});
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

void offerFolders(CompletionList& list, Span path, bool files)
{
    const Place& place = list.place();
    if (!list.aim(path))
        return;
    const std::optional<std::size_t> stage = stageOf(list.file(), place.statementIndex);
    if (!stage)
        return;
    std::set<std::string, std::less<>> seen;
    const auto add = [&](std::string folder, std::string detail, char rank, bool isFolder = true) {
        if (seen.insert(folder).second)
            list.add({.kind = isFolder ? CompletionKind::Folder : CompletionKind::File,
                .label = std::move(folder),
                .detail = std::move(detail),
                .rank = rank});
    };
    const StageGraph graph = stageGraph(list.file(), list.world().stages);
    const std::vector<std::size_t> chain = stageChain(graph, *stage);
    for (ImagePath& known : imagePaths(list.file(), chain, place.statementIndex)) {
        if (!known.inCommand || files)
            add(std::move(known.path), translated("Used in this stage", list.language()), known.inCommand ? '4' : '3',
                known.folder);
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
