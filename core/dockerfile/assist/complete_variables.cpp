// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/completion_list.h"
#include "core/dockerfile/assist/heredocs.h"
#include "core/dockerfile/assist/occurrences.h"
#include "core/dockerfile/assist/variables.h"
#include "core/dockerfile/environment.h"
#include "core/dockerfile/pages/pages.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace darsena::dockerfile::assist_detail {

namespace {

/// What may stand behind a name in "${name".
constexpr std::array expansionOperators {
    std::pair<std::string_view, std::string_view> {":-", "this instead if it is unset or empty"},
    std::pair<std::string_view, std::string_view> {":+", "this if it is set and not empty"},
    std::pair<std::string_view, std::string_view> {":?", "fails with this sentence if it is unset or empty"},
    std::pair<std::string_view, std::string_view> {"-", "this instead if it is unset"},
    std::pair<std::string_view, std::string_view> {"+", "this if it is set"},
    std::pair<std::string_view, std::string_view> {"?", "fails with this sentence if it is unset"},
    std::pair<std::string_view, std::string_view> {"#", "without the shortest match of this at the front"},
    std::pair<std::string_view, std::string_view> {"##", "without the longest match of this at the front"},
    std::pair<std::string_view, std::string_view> {"%", "without the shortest match of this at the end"},
    std::pair<std::string_view, std::string_view> {"%%", "without the longest match of this at the end"},
    std::pair<std::string_view, std::string_view> {"/", "the first match of the pattern replaced"},
    std::pair<std::string_view, std::string_view> {"//", "every match of the pattern replaced"},
};

/// A name that is being written: "$NA|", "${NA|", "${|".
struct OpenName {
    std::uint32_t begin = 0; ///< of the name
    bool braced = false;
    std::optional<std::uint32_t> operatorBegin; ///< the name is complete, an operator is being written
};

std::optional<OpenName> openName(
    std::string_view text, std::uint32_t begin, std::uint32_t at, NameReader reader, char escape)
{
    if (begin > at || at > text.size())
        return std::nullopt;
    // A letter at the caret makes a name of what is none yet.
    std::string probe(text.substr(begin, at - begin));
    probe += 'x';
    const auto size = static_cast<std::uint32_t>(probe.size());
    const std::vector<NameUse> names = variableNames(probe, {0, size}, reader, escape);
    for (const NameUse& name : names) {
        const bool isUse = name.span.begin > 0 && (probe[name.span.begin - 1] == '$' || name.braced);
        if (isUse && name.span.end == size)
            return OpenName {.begin = begin + name.span.begin, .braced = name.braced, .operatorBegin = {}};
    }
    if (names.empty() || !names.back().braced)
        return std::nullopt;
    const std::uint32_t end = names.back().span.end;
    const std::string_view behind = std::string_view(probe).substr(end, size - 1 - end);
    const bool isOperator = std::any_of(expansionOperators.begin(), expansionOperators.end(),
        [&](const auto& entry) { return behind == ":" || (behind.size() == 1 && entry.first.starts_with(behind)); });
    if (!isOperator)
        return std::nullopt;
    return OpenName {.begin = begin + names.back().span.begin, .braced = true, .operatorBegin = begin + end};
}

/// CMD, ENTRYPOINT and HEALTHCHECK run when ARGs are gone.
bool runsLater(const Place& place)
{
    return place.name == "cmd" || place.name == "entrypoint" || place.name == "healthcheck";
}

void offerOperators(CompletionList& list, bool closed)
{
    for (const auto& [sign, summary] : expansionOperators) {
        const bool replaces = sign.starts_with('/');
        list.add({.kind = CompletionKind::Keyword,
            .label = std::string(sign),
            .text = fmt::format("{}{}$0{}", sign, replaces ? "${1:pattern}/${2:text}" : "${1:word}", closed ? "" : "}"),
            .detail = translated(summary, list.language()),
            .rank = '8',
            .snippet = true});
    }
}

/// `aim` gives the list the piece [begin, end) of the text.
template <typename Aim>
bool offerVariablesIn(CompletionList& list, std::string_view text, std::uint32_t begin, std::uint32_t at,
    NameReader reader, const Aim& aim)
{
    const auto open = openName(text, begin, at, reader, list.escape());
    if (!open)
        return false;
    std::uint32_t end = at;
    while (!open->operatorBegin && end < text.size() && isNameCharacter(text[end]))
        ++end;
    const char behind = end < text.size() ? text[end] : '\0';
    if (open->operatorBegin) {
        if (aim(*open->operatorBegin, at))
            offerOperators(list, text.substr(at).find('}') != std::string_view::npos);
        return true;
    }
    const bool closes
        = open->braced && (behind == '\0' || std::string_view("}:-+?#%/").find(behind) == std::string_view::npos);
    const std::vector<Variable> variables = variablesAt(list.file(), list.place().statementIndex, list.world());
    if (!aim(open->begin, end))
        return true;
    for (const Variable& variable : variables) {
        if (runsLater(list.place()) && !variable.environment)
            continue;
        const bool predefined = variable.origin == Variable::Origin::Platform || variable.name == "PATH";
        list.add({.kind = CompletionKind::Variable,
            .label = variable.name,
            .text = closes ? variable.name + "}" : std::string(),
            .detail = describe(variable, list.world()),
            .rank = predefined && variable.line == 0 ? '6' : '3'});
    }
    // Commands have these without an ARG, where the build is given them.
    if (list.place().name == "run" && !list.place().trigger) {
        for (const std::string_view name : {"HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"})
            list.add({.kind = CompletionKind::Variable,
                .label = std::string(name),
                .text = closes ? fmt::format("{}}}", name) : std::string(),
                .detail = translated("from the build's arguments", list.language()),
                .rank = '7'});
    }
    const bool known = findVariable(variables, text.substr(open->begin, at - open->begin)) != nullptr;
    if (open->braced && known && at == end && aim(at, at))
        offerOperators(list, behind == '}');
    return true;
}

} // namespace

namespace {

/// "$env:NA|" of PowerShell, "%NA|" of cmd.
bool offerWindowsVariables(CompletionList& list, ShellKind shell)
{
    const Place& place = list.place();
    const std::string_view line = place.line();
    std::uint32_t begin = place.at;
    while (begin > place.rest && isNameCharacter(line[begin - 1]))
        --begin;
    const std::string_view before = line.substr(place.rest, begin - place.rest);
    const bool isPowerShell = shell == ShellKind::PowerShell;
    const std::string_view mark = isPowerShell ? "$env:" : "%";
    if (before.size() < mark.size() || !startsWithIgnoringCase(before.substr(before.size() - mark.size()), mark))
        return false;
    std::uint32_t end = place.at;
    while (end < line.size() && isNameCharacter(line[end]))
        ++end;
    const bool closes = !isPowerShell && !line.substr(end).starts_with('%');
    if (!list.aim(begin, end))
        return true;
    for (const Variable& variable : variablesAt(list.file(), place.statementIndex, list.world())) {
        if (!runsLater(place) || variable.environment)
            list.add({.kind = CompletionKind::Variable,
                .label = variable.name,
                .text = closes ? variable.name + "%" : std::string(),
                .detail = describe(variable, list.world()),
                .rank = '3'});
    }
    return true;
}

} // namespace

bool offerVariables(CompletionList& list, std::uint32_t begin, NameReader reader)
{
    if (reader == NameReader::Shell && list.place().shell) {
        const ShellKind shell
            = shellBefore(list.file(), stageGraph(list.file(), list.world().stages), list.place().statementIndex);
        if (shell != ShellKind::Posix)
            return offerWindowsVariables(list, shell);
    }
    return offerVariablesIn(list, list.place().line(), begin, list.place().at, reader,
        [&](std::uint32_t from, std::uint32_t to) { return list.aim(from, to); });
}

bool offerHeredocBody(CompletionList& list)
{
    const Place& place = list.place();
    const Heredoc& heredoc = *place.heredoc;
    const SourceText& source = list.file().document.source;
    if (const auto reader = heredocReader(list.file(), *place.statement, heredoc)) {
        const std::string_view text = source.slice({0, std::max(heredoc.contentRange.end, place.caret)});
        if (offerVariablesIn(list, text, heredoc.contentRange.begin, place.caret, *reader,
                [&](std::uint32_t from, std::uint32_t to) {
                    list.aimAt({from, to});
                    return true;
                }))
            return true;
    }
    if (!heredoc.endRange.empty())
        return false;
    // The word that ends it is missing: offered at the beginning of a line.
    std::uint32_t begin = place.caret;
    while (begin > 0 && source.text()[begin - 1] != '\n' && source.text()[begin - 1] != '\t')
        --begin;
    if (begin == 0 || (!heredoc.chomp && source.text()[begin - 1] == '\t'))
        return false;
    list.aimAt({begin, place.caret});
    list.add({.kind = CompletionKind::Keyword,
        .label = heredoc.name,
        .detail = translated("Ends the heredoc", list.language()),
        .rank = '1'});
    return true;
}

/// The names that ARG can usefully declare here.
void offerVariableNames(CompletionList& list)
{
    const Place& place = list.place();
    if (place.text({place.word.begin, place.at}).find('=') != std::string_view::npos)
        return;
    const std::string_view text = place.text(place.word);
    const auto end = place.word.begin + static_cast<std::uint32_t>(std::min(text.find('='), text.size()));
    if (!list.aim(place.word.begin, end))
        return;
    const bool inStage = stageOf(list.file(), place.statementIndex).has_value();
    std::set<std::string, std::less<>> seen;
    const std::vector<Variable> here = variablesAt(list.file(), place.statementIndex, list.world());
    if (inStage) {
        for (const Variable& variable : variablesAt(list.file(), 0, list.world()))
            seen.insert(variable.name);
        // What stands before the first FROM, to be declared again.
        const std::size_t first = list.file().stages.front().from.statement;
        for (const Variable& variable : variablesAt(list.file(), first, list.world())) {
            if (findVariable(here, variable.name) == nullptr)
                list.add({.kind = CompletionKind::Variable,
                    .label = variable.name,
                    .detail = describe(variable, list.world()),
                    .rank = variable.line == 0 ? '5' : '3'});
        }
    }
    for (const auto& [name, value] : list.world().stages.buildArgs) {
        if (findVariable(here, name) == nullptr && !seen.contains(name))
            list.add({.kind = CompletionKind::Variable,
                .label = name,
                .detail = fmt::format("= {}, {}", value, translated("from the build's arguments", list.language())),
                .rank = '4'});
    }
}

} // namespace darsena::dockerfile::assist_detail
