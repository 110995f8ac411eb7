// SPDX-License-Identifier: GPL-3.0-or-later
// A stage made into two, one FROM the other, and two such made into one.
#include "core/dockerfile/assist/refactor/place.h"
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace darsena::dockerfile::refactor_detail {

namespace {

/// What a FROM does not hand on, or what it does more than hand on: triggers run, and an ENTRYPOINT resets the CMD of the
/// stage that it is FROM, but not its own.
bool maySplit(std::span<const Instruction> first, std::span<const Instruction> second)
{
    const auto has = []<typename T>(std::span<const Instruction> part, const T*) {
        return std::any_of(part.begin(), part.end(), [](const Instruction& each) { return each.as<T>() != nullptr; });
    };
    const OnBuild* onBuild = nullptr;
    const Cmd* cmd = nullptr;
    const Entrypoint* entrypoint = nullptr;
    return !has(first, onBuild) && !(has(first, cmd) && has(second, entrypoint) && !has(second, cmd));
}

/// Stage numbers from `from` on, in COPY --from, moved by one.
std::vector<TextEdit> renumbered(const RefactorPlace& place, std::size_t from, int by)
{
    std::vector<TextEdit> edits;
    for (const Stage& stage : place.file().stages) {
        for (const Instruction& instruction : stage.instructions) {
            const Copy* copy = instruction.as<Copy>();
            if (copy == nullptr || !copy->from)
                continue;
            const std::string& text = copy->from->text;
            std::size_t number = 0;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
            if (error != std::errc() || end != text.data() + text.size() || number < from)
                continue;
            edits.push_back({.range = copy->from->range, .replacement = std::to_string(by > 0 ? number + 1 : number - 1)});
        }
    }
    // A number in quotes would leave more in its range than digits.
    return edits;
}

bool numbersArePlain(const RefactorPlace& place, const std::vector<TextEdit>& edits)
{
    return std::all_of(edits.begin(), edits.end(), [&](const TextEdit& edit) {
        const std::string_view written = place.text(edit.range);
        return !written.empty() && written.find_first_not_of("0123456789") == std::string_view::npos;
    });
}

/// A name that occurs nowhere in the file.
std::string freshName(const RefactorPlace& place)
{
    const std::string text = lower(place.source().text());
    std::string name = "base";
    for (int number = 2; text.find(name) != std::string::npos; ++number)
        name = fmt::format("base{}", number);
    return name;
}

std::string asWord(const Statement& from)
{
    return from.keyword.text == lower(from.keyword.text) ? "as" : "AS";
}

} // namespace

void offerExtractStage(const RefactorPlace& place, Offers& offers)
{
    const auto& selected = place.selected();
    if (selected.empty() || !place.file().ok())
        return;
    const Stage& stage = *selected.front().stage;
    const bool oneStage = std::all_of(selected.begin(), selected.end(), [&](const Selected& each) {
        return each.stage == &stage && each.instruction != &stage.from;
    });
    if (!oneStage || lower(place.source().text()).find("targetstage") != std::string::npos)
        return;
    const std::span<const Instruction> all = stage.instructions;
    const auto count = static_cast<std::size_t>(selected.back().instruction - all.data()) + 1;
    if (count >= all.size() || !maySplit(all.first(count), all.subspan(count)))
        return;

    const Statement& from = place.file().document.statements[stage.from.statement];
    const std::string name = freshName(place);
    const std::string lineBreak = place.lineBreak();
    const auto& alias = stage.fromBody().alias;
    std::vector<TextEdit> edits = renumbered(place, stage.index, 1);
    if (!numbersArePlain(place, edits))
        return;
    if (alias)
        edits.push_back({.range = alias->range, .replacement = name});
    else
        edits.push_back({.range = {stage.fromBody().image.range.end, stage.fromBody().image.range.end},
            .replacement = fmt::format(" {} {}", asWord(from), name)});
    const std::uint32_t end = all[count - 1].range.end;
    std::string second = fmt::format("{0}{0}{1} {2}", lineBreak, from.keyword.text, name);
    if (alias)
        second += fmt::format(" {} {}", asWord(from), alias->text);
    edits.push_back({.range = {end, end}, .replacement = std::move(second)});
    offers.push_back({.id = "extract-stage", .title = "Make a stage of everything up to here", .edits = std::move(edits)});
}

void offerInlineStage(const RefactorPlace& place, Offers& offers)
{
    const Selected* selected = place.only();
    const auto& stages = place.file().stages;
    if (selected == nullptr || selected->instruction != &selected->stage->from || !place.file().ok())
        return;
    // The caret is on the FROM of the stage that goes, or of the one that takes it in.
    std::size_t index = selected->stage->index;
    const auto isBuiltOn = [&](std::size_t base) {
        return base + 1 < stages.size() && !stages[base].name.empty() && stages[base + 1].base == stages[base].name;
    };
    if (!isBuiltOn(index) && index > 0 && isBuiltOn(index - 1))
        --index;
    if (!isBuiltOn(index) || lower(place.source().text()).find("targetstage") != std::string::npos)
        return;
    const Stage& base = stages[index];
    const Stage& user = stages[index + 1];
    const StageGraph graph = stageGraph(place.file());
    const auto uses = std::count_if(graph.edges.begin(), graph.edges.end(),
        [&](const StageEdge& edge) { return edge.stage() != nullptr && *edge.stage() == index; });
    const auto named = std::count_if(stages.begin(), stages.end(), [&](const Stage& each) { return each.name == base.name; });
    if (uses != 1 || named != 1 || user.platform || !maySplit(base.instructions, user.instructions))
        return;

    std::vector<TextEdit> edits = renumbered(place, index + 1, -1);
    if (!numbersArePlain(place, edits))
        return;
    const Word& oldAlias = *base.fromBody().alias;
    if (const auto& alias = user.fromBody().alias)
        edits.push_back({.range = oldAlias.range, .replacement = alias->text});
    else
        edits.push_back({.range = {base.fromBody().image.range.end, oldAlias.range.end}, .replacement = {}});
    const Statement& from = place.file().document.statements[user.from.statement];
    edits.push_back({.range = lint_detail::wholeLines(place.source(), from), .replacement = {}});
    offers.push_back({.id = "inline-stage",
        .title = fmt::format("Put stage {} into the one that is built from it", base.name),
        .edits = std::move(edits)});
}

} // namespace darsena::dockerfile::refactor_detail
