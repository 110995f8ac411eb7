// SPDX-License-Identifier: GPL-3.0-or-later
// Where files and images come from: COPY instead of ADD, digests, .dockerignore.
#include "core/dockerfile/assist/refactor/place.h"
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile::refactor_detail {

namespace {

using namespace std::string_view_literals;

/// Whether ADD does no more with a source than COPY would. What a variable or a pattern may stand for is not known.
bool isCopiedOnly(std::string_view source)
{
    constexpr std::array archives {".tar"sv, ".gz"sv, ".tgz"sv, ".bz2"sv, ".tbz2"sv, ".tbz"sv, ".xz"sv, ".txz"sv, ".lzma"sv,
        ".zst"sv, ".tzst"sv};
    const std::string text = lower(source);
    const bool remote = text.find("://") != std::string::npos || text.starts_with("git@") || text.find(".git") != std::string::npos;
    const std::string_view name = std::string_view(text).substr(text.rfind('/') + 1);
    const std::size_t dot = name.rfind('.');
    const std::string_view extension = dot == std::string_view::npos ? std::string_view() : name.substr(dot);
    const bool pattern = name.find_first_of("*?[") != std::string_view::npos
        && (extension.empty() || extension.find_first_of("*?[") != std::string_view::npos);
    return !remote && !pattern && text.find('$') == std::string::npos && text.find_first_of("'\"\\") == std::string::npos
        && std::none_of(archives.begin(), archives.end(), [&](std::string_view each) { return text.ends_with(each); });
}

/// A path of the context as a line of .dockerignore; nullopt for the context itself, URLs and patterns.
std::optional<std::string> ignoreLine(std::string_view source)
{
    while (source.starts_with("./"))
        source.remove_prefix(2);
    while (source.starts_with('/'))
        source.remove_prefix(1);
    while (source.ends_with('/'))
        source.remove_suffix(1);
    if (source.empty() || source == "." || source.find("://") != std::string_view::npos || source.starts_with("..")
        || source.find_first_of("*?[]$\\\"'!#\n") != std::string_view::npos || source.starts_with("git@"))
        return std::nullopt;
    return std::string(source);
}

} // namespace

void offerCopy(const RefactorPlace& place, Offers& offers)
{
    const Selected* selected = place.only();
    const Add* add = selected != nullptr ? selected->instruction->as<Add>() : nullptr;
    if (add == nullptr || add->checksum || add->keepGitDir || add->unpack.value_or(false)
        || (add->paths.sources.empty() && add->paths.files.empty())
        || !std::all_of(add->paths.sources.begin(), add->paths.sources.end(), [](const Word& word) { return isCopiedOnly(word.text); }))
        return;
    const Word& keyword = selected->statement->keyword;
    std::vector<TextEdit> edits {{.range = keyword.range, .replacement = keyword.text == lower(keyword.text) ? "copy" : "COPY"}};
    for (const Word& flag : selected->statement->flags) {
        if (flag.text.starts_with("--unpack") || flag.text.starts_with("--keep-git-dir"))
            edits.push_back(lint_detail::removeFlag(place.source(), flag));
    }
    offers.push_back({.id = "add-to-copy", .title = "Write COPY instead of ADD", .edits = std::move(edits)});
}

void offerDigest(const RefactorPlace& place, Offers& offers)
{
    const Selected* selected = place.only();
    if (selected == nullptr || !place.context().digestOf)
        return;
    for (const StageEdge& edge : stageGraph(place.file()).edges) {
        const std::string* image = edge.image();
        const bool here = edge.to == selected->stage->index && edge.range.begin >= selected->statement->range.begin
            && edge.range.end <= selected->statement->range.end;
        // What a variable or a quote is in has no place for a digest.
        if (image == nullptr || !here || *image == "scratch" || image->find('@') != std::string::npos
            || place.text(edge.range) != *image)
            continue;
        const auto digest = place.context().digestOf(*image);
        if (!digest || digest->find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789:+._-") != std::string::npos || digest->empty())
            continue;
        offers.push_back({.id = "pin-digest",
            .title = fmt::format("Pin {} to its digest", *image),
            .edits = {{.range = {edge.range.end, edge.range.end}, .replacement = "@" + *digest}}});
    }
}

void offerIgnore(const RefactorPlace& place, Offers& offers)
{
    const Selected* selected = place.only();
    if (selected == nullptr)
        return;
    const Copy* copy = selected->instruction->as<Copy>();
    const Add* add = selected->instruction->as<Add>();
    if ((copy == nullptr || copy->from) && add == nullptr)
        return;
    const auto& sources = copy != nullptr ? copy->paths.sources : add->paths.sources;
    for (const Word& source : sources) {
        const Range selection = place.selection();
        if (source.range.begin > selection.end || source.range.end < selection.begin)
            continue;
        if (auto line = ignoreLine(source.text))
            offers.push_back({.id = "add-ignore",
                .title = fmt::format("Add {} to .dockerignore", *line),
                .edits = {},
                .ignoreLine = std::move(line)});
    }
}

} // namespace darsena::dockerfile::refactor_detail
