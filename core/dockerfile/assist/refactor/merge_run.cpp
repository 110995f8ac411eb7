// SPDX-License-Identifier: GPL-3.0-or-later
// Several RUN instructions into one, such that it fails where the first of them would have failed and each command sees
// the shell that it saw before.
#include "core/dockerfile/assist/refactor/place.h"
#include "core/dockerfile/assist/refactor/shell_facts.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::refactor_detail {

namespace {

/// The script of one RUN and how it is written into the merged one.
struct MergePart {
    Selected selected;
    const shell::EmbeddedScript* script = nullptr;
    ShellFacts facts;
    std::uint32_t skipped = 0; ///< bytes of the script that are left out at its front: a "set" said already
    std::string_view separator; ///< before it
    std::string_view opener {}; ///< "(" or "{ "
    std::string_view closer {};
};

std::optional<MergePart> partOf(const RefactorPlace& place, const Selected& selected)
{
    const Run* run = selected.instruction->as<Run>();
    const shell::EmbeddedScript* script = place.scriptOf(selected);
    if (run == nullptr || !run->command.shellForm || !run->heredocs.empty() || script == nullptr)
        return std::nullopt;
    MergePart part {.selected = selected, .script = script, .facts = factsOf(*script), .separator = " && "};
    if (!part.facts.usable)
        return std::nullopt;
    return part;
}

/// Flags in the same order: RUN --mount and the rest hold for all of a merged RUN.
bool sameFlags(const Statement& a, const Statement& b)
{
    return std::equal(a.flags.begin(), a.flags.end(), b.flags.begin(), b.flags.end(),
        [](const Word& left, const Word& right) { return left.text == right.text; });
}

/// Without errexit each part is a step of an && chain; parts that are more than that, or that leave something behind in
/// the shell, get brackets.
void planChain(std::vector<MergePart>& parts)
{
    std::set<std::string> usedLater;
    for (std::size_t i = parts.size(); i-- > 0;) {
        MergePart& part = parts[i];
        const bool last = i + 1 == parts.size();
        Leaks leaks = part.facts.leaks;
        leaks.state = leaks.state || !part.facts.setOptions.empty();
        if (!last && matters(leaks, usedLater)) {
            part.opener = "(";
            part.closer = ")";
        } else if (i > 0 && !part.facts.chain) {
            part.opener = "{ ";
            part.closer = "; }";
        }
        usedLater.insert(part.facts.used.begin(), part.facts.used.end());
    }
}

/// Where the first "set -e" or the shell itself has errexit on, commands follow each other with ';'.
bool planErrexit(std::vector<MergePart>& parts)
{
    const std::string& options = parts.front().facts.setOptions;
    const bool leaks = parts.front().facts.setsErrexit;
    std::set<std::string> usedLater;
    for (std::size_t i = parts.size(); i-- > 0;) {
        const ShellFacts& facts = parts[i].facts;
        if (i + 1 < parts.size() && matters(facts.leaks, usedLater))
            return false;
        usedLater.insert(facts.used.begin(), facts.used.end());
    }
    for (std::size_t i = 1; i < parts.size(); ++i) {
        MergePart& part = parts[i];
        const auto& items = part.script->parsed.script.items;
        if (!part.facts.setOptions.empty()) {
            // The same "set" again says nothing new; another one would hold for what came before it, too.
            if (part.facts.setOptions != options || items.size() < 2 || items.front().separator != shell::Separator::Sequence)
                return false;
            part.skipped = items[1].pipeline.range.begin;
        } else if (leaks) {
            const bool plain = part.facts.chain && part.facts.simple && !part.facts.leaks.risky;
            const bool unset = options.find('u') != std::string::npos && !part.facts.used.empty();
            const bool pipes = options.find("pipefail") != std::string::npos
                && std::any_of(items.begin(), items.end(), [](const auto& item) { return item.pipeline.commands.size() > 1; });
            if (!plain || unset || pipes)
                return false;
        }
        // What stands last in the part before decides how this one follows.
        const auto& before = parts[i - 1].script->parsed.script.items;
        const bool chainedOn = i > 1 && parts[i - 1].separator == " && ";
        const bool alone = !chainedOn
            && (before.size() < 2 || before[before.size() - 2].separator == shell::Separator::Sequence);
        if (alone && !before.back().pipeline.negated)
            part.separator = "; ";
        else if (!alone && isSimple(before.back()) && part.facts.chain && part.facts.simple)
            part.separator = " && ";
        else
            return false;
    }
    return true;
}

bool plan(std::vector<MergePart>& parts)
{
    const bool errexit
        = std::any_of(parts.begin(), parts.end(), [](const MergePart& part) { return part.facts.errexit; });
    if (!errexit) {
        planChain(parts);
        return true;
    }
    // One that turns errexit on behind others that did without would have to be taken apart.
    return parts.front().facts.errexit && planErrexit(parts);
}

/// The merged script, to see whether it still reads as one.
bool readsWell(const std::vector<MergePart>& parts)
{
    std::string text;
    for (const MergePart& part : parts) {
        text += text.empty() ? std::string_view() : part.separator;
        text += part.opener;
        text += std::string_view(part.script->text.text()).substr(part.skipped);
        text += part.closer;
    }
    return shell::parseScript(text, parts.front().script->interpreter.dialect).errors.empty();
}

std::vector<TextEdit> editsOf(const RefactorPlace& place, const std::vector<MergePart>& parts)
{
    std::vector<TextEdit> edits;
    const auto insert = [&](std::uint32_t at, std::string text) {
        if (!text.empty())
            edits.push_back({.range = {at, at}, .replacement = std::move(text)});
    };
    const auto endOf = [](const MergePart& part) {
        const auto size = static_cast<std::uint32_t>(part.script->text.text().size());
        return part.script->source({0, size}).end;
    };
    insert(parts.front().script->text.source(0), std::string(parts.front().opener));
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const Range gap {endOf(parts[i - 1]), parts[i].script->text.source(parts[i].skipped)};
        // " && " stands at the begin of the continued line, "; " at the end of the one before.
        const bool chained = parts[i].separator == " && ";
        std::string text = fmt::format("{}{} {}{}", parts[i - 1].closer, chained ? "" : ";", place.file().document.escape,
            place.lineBreak());
        for (const std::string& comment : place.commentsIn(gap))
            text += fmt::format("    {}{}", comment, place.lineBreak());
        text += fmt::format("    {}{}", chained ? "&& " : "", parts[i].opener);
        edits.push_back({.range = gap, .replacement = std::move(text)});
    }
    insert(endOf(parts.back()), std::string(parts.back().closer));
    return edits;
}

} // namespace

void offerMerge(const RefactorPlace& place, Offers& offers)
{
    std::vector<Selected> chosen = place.selected();
    if (chosen.size() == 1) {
        if (const auto next = place.after(chosen.front()))
            chosen.push_back(*next);
    }
    if (chosen.size() < 2)
        return;
    std::vector<MergePart> parts;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        auto part = partOf(place, chosen[i]);
        const bool follows = i == 0 || place.after(chosen[i - 1]).value_or(Selected()).instruction == chosen[i].instruction;
        if (!part || !follows || !sameFlags(*chosen.front().statement, *chosen[i].statement))
            return;
        parts.push_back(std::move(*part));
    }
    if (!plan(parts) || !readsWell(parts))
        return;
    offers.push_back({.id = "merge-run",
        .title = place.selected().size() == 1 ? "Merge with the RUN below" : fmt::format("Merge the {} RUN instructions", parts.size()),
        .edits = editsOf(place, parts)});
}

} // namespace darsena::dockerfile::refactor_detail
