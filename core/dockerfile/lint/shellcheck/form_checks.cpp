// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/shellcheck/checker.h"
#include "core/dockerfile/lint/shellcheck/directives.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

using shell::Command;
using shell::Pipeline;
using shell::ShellWord;
using shell::WordPart;

namespace {

/// The lists of commands joined by && and ||, in no particular order.
void collectChains(const shell::Script& script, std::vector<Range>& chains);

void collectChainsOf(const std::vector<WordPart>& parts, std::vector<Range>& chains)
{
    for (const WordPart& part : parts) {
        if (part.script)
            collectChains(*part.script, chains);
        collectChainsOf(part.parts, chains);
    }
}

void collectChains(const shell::Script& script, std::vector<Range>& chains)
{
    bool joined = false;
    std::size_t chain = 0;
    for (const shell::ListItem& item : script.items) {
        if (!joined) {
            chain = chains.size();
            chains.push_back(item.pipeline.range);
        }
        chains[chain].end = item.pipeline.range.end;
        joined = item.separator == shell::Separator::And || item.separator == shell::Separator::Or;
        for (const Command& command : item.pipeline.commands) {
            for (const shell::Script& body : command.bodies)
                collectChains(body, chains);
            for (const ShellWord& word : command.words)
                collectChainsOf(word.parts, chains);
        }
    }
}

} // namespace

/// A directive in a comment governs the commands below it that && and || join; above all commands, the whole script.
void ShellChecker::readDirectives()
{
    if (m_text.find("shellcheck") == std::string::npos)
        return;
    std::vector<Range> chains;
    collectChains(m_script.parsed.script, chains);
    std::sort(chains.begin(), chains.end(),
        [](Range a, Range b) { return a.begin != b.begin ? a.begin < b.begin : a.end > b.end; });
    for (const shell::ShellToken& token : m_script.parsed.tokens) {
        if (token.kind != shell::ShellTokenKind::Comment)
            continue;
        VariableNames codes = disabledCodes(slice(token.range));
        const auto chain
            = std::find_if(chains.begin(), chains.end(), [&](Range range) { return range.begin >= token.range.end; });
        if (codes.empty() || chain == chains.end())
            continue;
        const Range whole {0, static_cast<std::uint32_t>(m_text.size())};
        m_directives.push_back({.range = chain == chains.begin() ? whole : *chain, .codes = std::move(codes)});
    }
}

bool ShellChecker::isDisabled(std::string_view code, std::uint32_t at) const
{
    return std::any_of(m_directives.begin(), m_directives.end(), [&](const Directive& directive) {
        return directive.range.begin <= at && at <= directive.range.end
            && (directive.codes.contains(code) || directive.codes.contains("all"));
    });
}

/// Where one byte too many is all that is wrong.
std::optional<Fix> ShellChecker::fixOf(std::string_view code, Range range) const
{
    if (code != "SC1045" && code != "SC1086")
        return std::nullopt;
    const Range byte = code == "SC1045" ? Range {range.end - 1, range.end} : Range {range.begin, range.begin + 1};
    return Fix {.description = fmt::format("Remove '{}'", slice(byte)),
        .edits = {{.range = m_script.source(byte), .replacement = ""}},
        .sameMeaning = false};
}

/// '[' is a command like any other for the shell, but what it is given must end with ']'. True if one is refused.
bool ShellChecker::checkBrackets()
{
    bool isRefused = false;
    if (m_text.find('[') == std::string::npos)
        return isRefused;
    shell::visitCommands(m_script.parsed.script, [&](const Command& command, const Pipeline&) {
        if (isRefused || command.kind != Command::Kind::Simple || command.words.empty()
            || m_text[command.words.front().range.begin] != '[')
            return;
        const ShellWord& last = command.words.back();
        const std::string program = command.program();
        const std::string end = last.value();
        const auto isClose = [](const ShellWord& word) { return word.value() == "]" || word.value() == "]]"; };
        const auto close = std::find_if(command.words.begin() + 1, command.words.end(), isClose);
        const bool closesLater = m_text.find(']', last.range.end) != std::string::npos;
        if (program == "[" && close == command.words.end() && !end.ends_with(']')) {
            // In `[ -f a && -f b ]` the test ends before '&&', but that is not the mistake that was made.
            if (closesLater)
                return;
            isRefused = true;
            report("SC1073", command.words.front().range, "This '[' is not closed with ']'");
        } else if (program == "[" && close != command.words.end() && !isClose(last)) {
            // "then" is missed by its 'if'.
            if ((close + 1)->value() == "then" || (close + 1)->value() == "do")
                return;
            isRefused = true;
            report("SC1070", (close + 1)->range, "A ';' or a line break is missing behind ']'");
        } else if (program == "[" && end != "]" && end != "]]" && !last.parts.back().quoted) {
            isRefused = true;
            report("SC1020", {last.range.end - 1, last.range.end}, "A blank is missing before ']'",
                insertion("Put a blank before ']'", last.range.end - 1, " "));
        } else if (program.size() > 1 && program != "[[" && (end == "]" || program.ends_with(']'))) {
            isRefused = true;
            const std::uint32_t at = command.words.front().range.begin + 1;
            report("SC1035", {at - 1, at}, "A blank is missing behind '['",
                program.starts_with("[[") ? insertion("Put a blank behind '['", at + 1, " ")
                                          : insertion("Put a blank behind '['", at, " "));
        }
    });
    return isRefused;
}

/// What a shell refuses, the first of it; true if there is any.
bool ShellChecker::checkErrors()
{
    bool isRefused = checkBrackets();
    for (const shell::ParseError& error : m_script.parsed.errors) {
        if (error.fatal && isRefused)
            continue;
        isRefused = isRefused || error.fatal;
        // The codes are string constants of the table, or the parser's own.
        for (const std::string_view code : {"SC1036", "SC1044", "SC1045", "SC1046", "SC1048", "SC1049", "SC1056",
                 "SC1058", "SC1061", "SC1064", "SC1065", "SC1070", "SC1072", "SC1073", "SC1086", "SC1089"}) {
            if (code == error.code)
                report(code, error.range, error.message, fixOf(code, error.range));
        }
    }
    return isRefused;
}

/// SC1083: braces that are no expansion. SC1007: a blank behind '='.
void ShellChecker::checkForm(const Command& command)
{
    if (m_silent)
        return;
    const auto braces = [&](const ShellWord& word) {
        for (const WordPart& part : word.parts) {
            if (part.kind != WordPart::Kind::Literal || part.quoted)
                continue;
            const std::string_view text = slice(part.range);
            for (std::size_t at = text.find_first_of("\\{}"); at != std::string_view::npos;
                 at = text.find_first_of("\\{}", at + 1)) {
                if (text[at] == '\\' || text.substr(at, 2) == "{}") {
                    ++at;
                    continue;
                }
                const auto place = part.range.begin + static_cast<std::uint32_t>(at);
                report("SC1083", {place, place + 1},
                    fmt::format("This '{}' is taken as it stands: put quotes around it", text[at]));
            }
        }
    };
    for (const ShellWord& word : command.words)
        braces(word);
    for (const shell::Assignment& assignment : command.assignments) {
        if (assignment.value)
            braces(*assignment.value);
        const std::uint32_t end = assignment.range.end;
        const std::size_t next = m_text.find_first_not_of(" \t", end);
        // `IFS= read` empties a variable for one command, as everybody writes it.
        if (assignment.value || assignment.array || assignment.name == "IFS" || next == std::string::npos || next == end
            || std::string_view("\n;&|)").find(m_text[next]) != std::string_view::npos)
            continue;
        const Range blanks {end, static_cast<std::uint32_t>(next)};
        report("SC1007", blanks,
            fmt::format("The blank behind '=' empties {}, and what follows is something else", assignment.name),
            Fix {.description = "Remove the blank",
                .edits = {{.range = m_script.source(blanks), .replacement = ""}},
                .sameMeaning = false});
    }
}

} // namespace darsena::dockerfile::lint_detail
