// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/completion_list.h"
#include "core/dockerfile/assist/images.h"
#include "core/dockerfile/assist/language.h"
#include "core/dockerfile/pages/pages.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace darsena::dockerfile::assist_detail {

namespace {

/// Names that stages commonly have, for "AS".
constexpr std::array<std::string_view, 9> commonStageNames {
    "base", "deps", "build", "builder", "test", "dev", "runtime", "release", "final"};

bool isTaken(const Dockerfile& file, std::string_view name)
{
    return std::any_of(file.stages.begin(), file.stages.end(), [&](const Stage& stage) { return stage.name == name; });
}

/// Images that this file names already, those of stages aside.
std::vector<std::string> imagesOfFile(const CompletionList& list)
{
    std::vector<std::string> images;
    for (const StageEdge& edge : stageGraph(list.file(), list.world().stages).edges) {
        const std::string* image = edge.image();
        const bool ofCaret = edge.range.begin <= list.place().caret && list.place().caret <= edge.range.end;
        if (image != nullptr && !image->empty() && !ofCaret)
            images.push_back(*image);
    }
    return images;
}

} // namespace

void offerStages(CompletionList& list, bool numbers)
{
    const Dockerfile& file = list.file();
    // The stage that takes cannot take from itself.
    std::optional<std::size_t> own = stageOf(file, list.place().statementIndex);
    const std::size_t earlier = own.value_or(0);
    for (std::size_t i = earlier; i-- > 0;) {
        const Stage& stage = file.stages[i];
        if (stage.name.empty() && !numbers)
            continue;
        list.add({.kind = CompletionKind::Stage,
            .label = stage.name.empty() ? std::to_string(i) : stage.name,
            .detail = translated(fmt::format("FROM {}, line {}", stage.base, stage.firstLine), list.language()),
            .documentation = stage.comment,
            .rank = '1'});
    }
    for (const std::string& context : list.world().stages.namedContexts)
        list.add({.kind = CompletionKind::Stage,
            .label = context,
            .detail = translated("A context that the build is given", list.language()),
            .rank = '2'});
}

void offerImages(CompletionList& list)
{
    std::set<std::string, std::less<>> known;
    for (const KnownImage& image : list.world().images) {
        if (!known.insert(image.reference).second)
            continue;
        list.add({.kind = CompletionKind::Image,
            .label = image.reference,
            .detail = imageDetail(image),
            .documentation = imageFacts(image, list.language()),
            .rank = '3'});
        // Pinned, for those who have begun to write a digest.
        if (!image.digest.empty() && list.prefix().find('@') != std::string::npos)
            list.add({.kind = CompletionKind::Image,
                .label = fmt::format("{}@{}", image.reference.substr(0, image.reference.find('@')), image.digest),
                .detail = imageDetail(image),
                .rank = '3'});
    }
    for (std::string& reference : imagesOfFile(list)) {
        if (known.insert(reference).second)
            list.add({.kind = CompletionKind::Image,
                .label = std::move(reference),
                .detail = translated("Used in this file", list.language()),
                .rank = '4'});
    }
}

void offerFrom(CompletionList& list)
{
    const Place& place = list.place();
    if (!list.aim(place.word))
        return;
    const bool lowerCase = place.statement->keyword.text == place.statement->name;
    switch (place.index) {
    case 0:
        // FROM finds a stage by its exact name; a number would be an image.
        offerStages(list, false);
        offerImages(list);
        for (const ValueInfo& image : officialImages())
            list.add({.kind = CompletionKind::Image,
                .label = std::string(image.value),
                .detail = translated(image.summary, list.language()),
                .rank = image.value == "scratch" ? '4' : '6'});
        break;
    case 1:
        list.add({.kind = CompletionKind::Keyword,
            .label = lowerCase ? "as" : "AS",
            .text = lowerCase ? "as " : "AS ",
            .detail = translated("Names the stage", list.language()),
            .again = true});
        break;
    case 2:
        for (const std::string_view name : commonStageNames) {
            if (!isTaken(list.file(), name))
                list.add({.kind = CompletionKind::Stage, .label = std::string(name)});
        }
        break;
    default:
        break;
    }
}

} // namespace darsena::dockerfile::assist_detail
