// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/completion_list.h"
#include "core/dockerfile/assist/language.h"
#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::assist_detail {

namespace {

bool mayStandHere(const InstructionInfo& instruction, bool trigger, bool hasStage)
{
    if (trigger)
        return instruction.name != "FROM" && instruction.name != "ONBUILD" && instruction.name != "MAINTAINER";
    return hasStage || instruction.name == "FROM" || instruction.name == "ARG";
}

/// The order in which they are offered: what is written most comes first.
char rankOf(std::string_view name, bool hasStage)
{
    if (name == "MAINTAINER")
        return '9';
    if (!hasStage)
        return name == "FROM" ? '1' : '2';
    constexpr std::string_view common = " RUN COPY FROM ENV ARG WORKDIR CMD ENTRYPOINT ";
    return common.find(fmt::format(" {} ", name)) != std::string_view::npos ? '2' : '3';
}

/// A snippet as this file writes: instructions in its case, its escape at the ends of lines, heredoc words that are no
/// line of the file.
std::string snippetText(
    const CompletionList& list, const InstructionInfo& instruction, const SnippetInfo& snippet, bool lowerCase)
{
    std::string text(snippet.text);
    if (lowerCase) {
        const std::string name = lower(instruction.name);
        text.replace(0, name.size(), name);
        if (const std::size_t as = text.find(" AS "); as != std::string::npos)
            text.replace(as, 4, " as ");
    }
    if (list.escape() == '`') {
        for (std::size_t at = text.find("\\\\\n"); at != std::string::npos; at = text.find("\\\\\n", at))
            text.replace(at, 2, "`");
    }
    return text;
}

void offerDirectives(CompletionList& list)
{
    // Only on the very first lines, where nothing but directives stands above.
    const std::vector<Directive>& directives = list.file().document.directives;
    const std::uint32_t end = directives.empty() ? 0 : directives.back().range.end;
    const std::string_view above = list.file().document.source.slice({end, list.place().caret});
    if (!trim(above).empty() || std::count(above.begin(), above.end(), '\n') > (directives.empty() ? 0 : 1))
        return;
    if (list.file().document.directive("syntax") == nullptr)
        list.add({.kind = CompletionKind::Keyword,
            .label = "# syntax=docker/dockerfile:1",
            .detail = translated("The newest stable syntax", list.language()),
            .documentation = std::string(instructionPage("syntax", list.language())),
            .rank = '6'});
    if (list.file().document.directive("check") == nullptr)
        list.add({.kind = CompletionKind::Keyword,
            .label = "# check=",
            .detail = translated("Which checks are skipped", list.language()),
            .documentation = std::string(instructionPage("check", list.language())),
            .rank = '6',
            .again = true});
    if (list.file().document.directive("escape") == nullptr)
        list.add({.kind = CompletionKind::Keyword,
            .label = "# escape=`",
            .detail = translated("Another character that continues lines", list.language()),
            .documentation = std::string(instructionPage("escape", list.language())),
            .rank = '6'});
}

} // namespace

void offerInstructions(CompletionList& list)
{
    const Place& place = list.place();
    if (!list.aim(place.word))
        return;
    const bool hasStage = place.statementIndex > 0 && stageOf(list.file(), place.statementIndex - 1).has_value();
    bool lowerCase = writesLowerCase(list.file(), place.statement);
    if (place.trigger && place.statement != nullptr)
        lowerCase = place.statement->keyword.text == place.statement->name;
    const std::string_view behind = place.line().substr(std::min<std::size_t>(place.word.end, place.line().size()));
    const bool lineEnds = trim(behind).empty();
    for (const InstructionInfo& instruction : instructions()) {
        if (!mayStandHere(instruction, place.trigger, hasStage))
            continue;
        const char rank = rankOf(instruction.name, hasStage);
        const std::string name = lowerCase ? lower(instruction.name) : std::string(instruction.name);
        const std::string summary = translated(instruction.summary, list.language());
        const std::string page(instructionPage(instruction.name, list.language()));
        list.add({.kind = CompletionKind::Instruction,
            .label = name,
            .text = behind.empty() ? name + " " : name,
            .detail = summary,
            .documentation = page,
            .rank = rank,
            .again = behind.empty(),
            .deprecated = instruction.name == "MAINTAINER"});
        if (!lineEnds)
            continue;
        for (const SnippetInfo& snippet : instruction.snippets) {
            // In a trigger a heredoc's body would look like the trigger's own lines, but works the same.
            std::string label(snippet.label);
            if (lowerCase)
                label.replace(0, name.size(), name);
            list.add({.kind = CompletionKind::Snippet,
                .label = std::move(label),
                .text = snippetText(list, instruction, snippet, lowerCase),
                .detail = summary,
                .documentation = page,
                .rank = rank == '9' ? '9' : static_cast<char>(rank + 2),
                .snippet = true});
        }
    }
    if (!place.trigger && place.statement == nullptr)
        offerDirectives(list);
}

} // namespace darsena::dockerfile::assist_detail
