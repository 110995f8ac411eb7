// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/hover_parts.h"

#include "core/dockerfile/assist/images.h"
#include "core/dockerfile/assist/variables.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace darsena::dockerfile::assist_detail {

namespace {

std::string stageLabel(const Stage& stage)
{
    return stage.name.empty() ? std::to_string(stage.index) : stage.name;
}

bool reaches(Range range, std::uint32_t offset)
{
    return range.begin <= offset && offset <= range.end && !range.empty();
}

/// "app (line 12)" for every stage that takes from this one.
std::vector<std::string> takers(const Hovering& hovering, std::size_t stage)
{
    std::vector<std::string> names;
    std::set<std::pair<std::size_t, std::uint32_t>> seen;
    for (const StageEdge& edge : hovering.graph.edges) {
        if (edge.stage() == nullptr || *edge.stage() != stage || !seen.emplace(edge.to, edge.line).second)
            continue;
        constexpr std::size_t most = 8;
        if (names.size() == most) {
            names.emplace_back("…");
            break;
        }
        names.push_back(
            hovering.say(fmt::format("{} (line {})", codeSpan(stageLabel(hovering.file.stages[edge.to])), edge.line)));
    }
    return names;
}

std::string needed(const Hovering& hovering, std::size_t stage)
{
    if (!hovering.graph.target)
        return {};
    if (*hovering.graph.target == stage)
        return hovering.say("This is the stage that is built for");
    const std::string target = codeSpan(stageLabel(hovering.file.stages[*hovering.graph.target]));
    return hovering.say(hovering.graph.stages[stage].needed
            ? fmt::format("Needed for {}", target)
            : fmt::format("Not needed for {}: it is not built", target));
}

} // namespace

std::string imageSummary(const Hovering& hovering, const std::string& reference)
{
    if (reference == "scratch")
        return fmt::format("**scratch**\n\n{}\n", hovering.say("No image at all: the stage begins without any file"));
    std::string text = fmt::format("**{}**\n\n", reference);
    if (const KnownImage* image = knownImage(reference, hovering.world))
        text += imageFacts(*image, hovering.world.language);
    else if (!hovering.world.images.empty())
        text += hovering.say("The engine does not have it: a build downloads it first") + "\n";
    return text;
}

std::string stageSummary(const Hovering& hovering, std::size_t index)
{
    const Stage& stage = hovering.file.stages[index];
    const StageNode& node = hovering.graph.stages[index];
    std::string text = fmt::format("**{}**{}\n\n", hovering.say(fmt::format("Stage {}", stageLabel(stage))),
        stage.comment.empty() ? "" : ": " + stage.comment);
    const auto add = [&](const std::string& line) {
        if (!line.empty())
            text += fmt::format("- {}\n", line);
    };
    std::string base = codeSpan(node.base);
    if (node.baseStage)
        base = hovering.say(fmt::format("stage {}", codeSpan(stageLabel(hovering.file.stages[*node.baseStage]))));
    else if (const KnownImage* image = knownImage(node.base, hovering.world);
             image != nullptr && !imageDetail(*image).empty())
        base += fmt::format(" ({})", imageDetail(*image));
    add(fmt::format("FROM {}", base));
    if (!node.platform.empty())
        add(hovering.say(fmt::format("Platform: {}", codeSpan(node.platform))));
    add(hovering.say(fmt::format("Lines {} to {}, instructions: {}", stage.firstLine,
        std::max(stage.firstLine, stage.lastLine), stage.instructions.size())));
    const std::vector<std::string> users = takers(hovering, index);
    add(users.empty() ? hovering.say("No stage takes from it")
                      : hovering.say(fmt::format("Taken from by: {}", fmt::join(users, ", "))));
    add(needed(hovering, index));
    return text;
}

std::optional<Hover> hoverSource(const Hovering& hovering)
{
    const Place& place = hovering.place;
    const Statement& statement = *place.statement;
    if (statement.name == "from") {
        const auto index = stageOf(hovering.file, place.statementIndex);
        if (!index || hovering.file.stages[*index].from.statement != place.statementIndex)
            return std::nullopt;
        const From& from = hovering.file.stages[*index].fromBody();
        if (from.alias && reaches(from.alias->range, place.caret))
            return Hover {.range = from.alias->range, .markdown = stageSummary(hovering, *index)};
        if (!reaches(from.image.range, place.caret) || hovering.graph.stages[*index].base.empty())
            return std::nullopt;
        const StageNode& node = hovering.graph.stages[*index];
        return Hover {.range = from.image.range,
            .markdown = node.baseStage ? stageSummary(hovering, *node.baseStage) : imageSummary(hovering, node.base)};
    }
    std::optional<Hover> result;
    visitSourceNames(hovering.file, statement, [&](const SourceName& source) {
        if (!reaches(source.range, place.caret))
            return;
        const auto stage = StageNames(hovering.file, hovering.world.stages).find(source);
        result = Hover {.range = source.range,
            .markdown = stage ? stageSummary(hovering, *stage) : imageSummary(hovering, std::string(source.text))};
        const auto& contexts = hovering.world.stages.namedContexts;
        if (!stage && std::find(contexts.begin(), contexts.end(), source.text) != contexts.end())
            result->markdown
                = fmt::format("**{}**\n\n{}\n", source.text, hovering.say("A context that the build is given"));
    });
    return result;
}

} // namespace darsena::dockerfile::assist_detail
