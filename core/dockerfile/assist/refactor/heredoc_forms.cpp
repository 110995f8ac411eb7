// SPDX-License-Identifier: GPL-3.0-or-later
// RUN with a continued line of commands, and RUN with a heredoc of them.
#include "core/dockerfile/assist/refactor/place.h"
#include "core/dockerfile/assist/refactor/shell_facts.h"
#include "core/dockerfile/format/line_joiner.h"
#include "core/dockerfile/format/shell_layout.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::refactor_detail {

namespace {

using shell::ListItem;
using shell::Separator;
using shell::ShellTokenKind;

/// A command of a continued line as lines of a script. The shell takes the continuations as the builder did, but not in
/// single quotes.
std::string commandLines(const RefactorPlace& place, const shell::EmbeddedScript& script, Range range)
{
    const std::string_view text = std::string_view(script.text.text()).substr(range.begin, range.end - range.begin);
    const std::vector<Range> pieces = script.text.pieces(range.begin, range.end);
    if (pieces.size() == 1)
        return std::string(text);
    if (place.file().document.escape != '\\' || text.find('\'') != std::string_view::npos)
        return format_detail::withoutLayout(text);
    std::string result;
    for (const Range& piece : pieces) {
        if (!result.empty())
            result += "\\\n";
        result += place.text(piece);
    }
    return result;
}

bool hasLine(std::string_view text, std::string_view line)
{
    while (!text.empty()) {
        const std::string_view each = text.substr(0, text.find('\n'));
        if (each == line)
            return true;
        text.remove_prefix(std::min(each.size() + 1, text.size()));
    }
    return false;
}

/// Whether "set -e" and a command a line do what "&&" between them does.
bool mayUseErrexit(const ShellFacts& facts)
{
    return facts.chain && facts.simple && !facts.leaks.risky && facts.setOptions.empty();
}

} // namespace

void offerHeredoc(const RefactorPlace& place, Offers& offers)
{
    const Selected* selected = place.only();
    const Run* run = selected != nullptr ? selected->instruction->as<Run>() : nullptr;
    const shell::EmbeddedScript* script = selected != nullptr ? place.scriptOf(*selected) : nullptr;
    if (run == nullptr || script == nullptr || !run->command.shellForm || !run->heredocs.empty())
        return;
    // A shell takes the '\r' of a heredoc's lines for a character.
    const ShellFacts facts = factsOf(*script);
    const auto& items = script->parsed.script.items;
    if (!facts.usable || items.size() < 2 || place.lineBreak() != "\n")
        return;
    const bool errexit = mayUseErrexit(facts);
    std::string body = errexit && !facts.errexit ? "set -e\n" : "";
    const std::vector<Comment>& comments = place.file().document.comments;
    const Range whole = selected->statement->range;
    auto comment = std::find_if(
        comments.begin(), comments.end(), [&](const Comment& each) { return each.range.begin >= whole.begin; });
    const auto takeComments = [&](std::uint32_t before) {
        for (; comment != comments.end() && comment->range.begin < before; ++comment)
            body += std::string(place.text(comment->range)) + "\n";
    };
    for (std::size_t i = 0; i < items.size(); ++i) {
        const ListItem& item = items[i];
        // A comment between a "&&" at a line's end and the command behind it is the shell's to skip.
        takeComments(script->source(item.pipeline.range).end);
        body += commandLines(place, *script, item.pipeline.range);
        if (i + 1 < items.size() && !errexit)
            body += item.separator == Separator::And ? " &&" : item.separator == Separator::Or ? " ||" : "";
        body += "\n";
    }
    takeComments(whole.end);
    std::string word = "EOF";
    while (hasLine(body, word))
        word += "_";
    const std::uint32_t begin = script->text.source(0);
    offers.push_back({.id = "run-to-heredoc",
        .title = "Write the commands as a heredoc",
        .edits = {{.range = {begin, whole.end}, .replacement = fmt::format("<<{0}\n{1}{0}", word, body)}}});
}

void offerNoHeredoc(const RefactorPlace& place, Offers& offers)
{
    const Selected* selected = place.only();
    const Run* run = selected != nullptr ? selected->instruction->as<Run>() : nullptr;
    const shell::EmbeddedScript* script = selected != nullptr ? place.scriptOf(*selected) : nullptr;
    if (run == nullptr || script == nullptr || run->heredocs.size() != 1 || !script->heredoc)
        return;
    const Heredoc& heredoc = run->heredocs.front();
    const auto& parsed = script->parsed;
    const std::string& text = script->text.text();
    const bool documentOnly = run->script().text == heredoc.text() && run->script().executableName.empty();
    if (!documentOnly || script->interpreter.kind != shell::Interpreter::Kind::Shell || !parsed.errors.empty()
        || parsed.script.items.empty() || place.file().document.escape != '\\' || text.find('\r') != std::string::npos)
        return;

    std::vector<ListItem> items = parsed.script.items;
    shell::EmbeddedScript code = *script;
    // Comments are looked at below, where they stand.
    std::erase_if(code.parsed.tokens, [](const shell::ShellToken& token) { return token.kind == ShellTokenKind::Comment; });
    code.parsed.script.items.back().separator = Separator::End;
    const ShellFacts facts = factsOf(code);
    if (!facts.usable)
        return;
    // "set -e" alone, and simple commands behind it: a chain says the same.
    bool chained = false;
    if (facts.setOptions == "set -e" && items.size() > 1 && facts.simple && !facts.leaks.risky && !script->interpreter.errexit
        && std::all_of(items.begin(), items.end() - 1, [](const ListItem& item) { return item.separator == Separator::Sequence; })) {
        items.erase(items.begin());
        chained = true;
    }

    const std::string lineBreak = fmt::format("{}{}", place.file().document.escape, place.lineBreak());
    auto token = parsed.tokens.begin();
    const auto commentsBefore = [&](std::uint32_t before, std::string_view indent) {
        std::string result;
        for (; token != parsed.tokens.end() && token->range.begin < before; ++token) {
            const Range range = token->range;
            if (token->kind == ShellTokenKind::Comment)
                result += fmt::format("{}{}{}", indent, trim(std::string_view(text).substr(range.begin, range.end - range.begin)),
                    place.lineBreak());
        }
        return result;
    };
    std::string result;
    std::string above;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Range range = items[i].pipeline.range;
        if (i == 0)
            above = commentsBefore(range.begin, "");
        else
            result += commentsBefore(range.begin, "    ") + "    ";
        // A comment within a command has no place in a continued line.
        auto inside = token;
        while (inside != parsed.tokens.end() && inside->range.begin < range.end && inside->kind != ShellTokenKind::Comment)
            ++inside;
        const bool commented = inside != parsed.tokens.end() && inside->range.begin < range.end;
        const auto joined = format_detail::LineJoiner(text, lineBreak).join(items[i]);
        if (commented || !joined)
            return;
        result += *joined;
        if (i + 1 == items.size())
            break;
        const Separator separator = chained ? Separator::And : items[i].separator;
        result += separator == Separator::And ? " && " : separator == Separator::Or ? " || " : "; ";
        result += lineBreak;
    }
    // Comments before the first command go above the instruction, those behind the last below it.
    std::string below = commentsBefore(static_cast<std::uint32_t>(text.size()), "");
    while (below.ends_with('\n'))
        below.pop_back();
    std::vector<TextEdit> edits;
    const std::uint32_t lineBegin = place.source().lineRange(selected->statement->firstLine).begin;
    if (!above.empty())
        edits.push_back({.range = {lineBegin, lineBegin}, .replacement = above});
    if (!below.empty())
        result += place.lineBreak() + below;
    const std::uint32_t end = std::max(heredoc.contentRange.end, heredoc.endRange.end);
    edits.push_back({.range = {heredoc.wordRange.begin, end}, .replacement = result});
    offers.push_back({.id = "heredoc-to-run", .title = "Write the heredoc as a continued line", .edits = std::move(edits)});
}

} // namespace darsena::dockerfile::refactor_detail
