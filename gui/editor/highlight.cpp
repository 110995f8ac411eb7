// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/highlight.h"

#include "core/dockerfile/shell/script.h"

#include <algorithm>
#include <optional>
#include <array>
#include <string_view>

namespace darsena::gui {
namespace {

using dockerfile::Range;
using dockerfile::TokenKind;

constexpr std::array<std::string_view, 18> Instructions { "from", "run", "cmd", "label", "maintainer", "expose", "env",
    "add", "copy", "entrypoint", "volume", "user", "workdir", "arg", "onbuild", "stopsignal", "healthcheck", "shell" };

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z')
            c = char(c - 'A' + 'a');
    }
    return out;
}

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isName(char c)
{
    return isNameStart(c) || (c >= '0' && c <= '9');
}

/// Appends runs, joining neighbours of one style.
class Painter {
public:
    explicit Painter(std::vector<StyleRun>& runs)
        : m_runs(runs)
    {
    }
    void to(std::uint32_t end, Style style)
    {
        const std::uint32_t begin = m_runs.empty() ? 0 : m_runs.back().end;
        if (end <= begin)
            return;
        if (!m_runs.empty() && m_runs.back().style == style)
            m_runs.back().end = end;
        else
            m_runs.push_back({ end, style });
    }

private:
    std::vector<StyleRun>& m_runs;
};

/// The end of a variable that begins at text[at] == '$'; `at` itself if it is none.
std::size_t variableEnd(std::string_view text, std::size_t at)
{
    std::size_t end = at + 1;
    if (end < text.size() && text[end] == '{') {
        int depth = 0;
        for (; end < text.size() && text[end] != '\n'; ++end) {
            if (text[end] == '{')
                ++depth;
            else if (text[end] == '}' && --depth == 0)
                return end + 1;
        }
        return end;
    }
    if (end < text.size() && isNameStart(text[end])) {
        while (end < text.size() && isName(text[end]))
            ++end;
        return end;
    }
    return at;
}

/// One argument token. `assignments`: NAME=value pairs have coloured values here.
void paintArgument(Painter& painter, std::string_view text, std::uint32_t begin, bool shell, bool assignments)
{
    char quote = '\0';
    bool wordStart = true;
    bool inValue = false;
    std::size_t i = 0;
    while (i < text.size()) {
        const char c = text[i];
        const auto place = [&](std::size_t offset) { return begin + std::uint32_t(offset); };
        if (c == '$' && quote != '\'') {
            const std::size_t end = variableEnd(text, i);
            if (end > i) {
                painter.to(place(end), Style::Variable);
                i = end;
                wordStart = false;
                continue;
            }
        }
        if (quote != '\0') {
            if (c == '\\' && quote == '"' && i + 1 < text.size())
                ++i;
            else if (c == quote)
                quote = '\0';
            painter.to(place(i + 1), Style::String);
            ++i;
            continue;
        }
        if ((c == '"' || c == '\'') && std::string_view(text).find(c, i + 1) != std::string_view::npos) {
            quote = c;
            painter.to(place(i + 1), Style::String);
            wordStart = false;
            ++i;
            continue;
        }
        if (c == ' ' || c == '\t' || c == ';' || c == '&' || c == '|' || c == '(') {
            inValue = false;
            wordStart = true;
            painter.to(place(i + 1), Style::Text);
            ++i;
            continue;
        }
        if (wordStart && isNameStart(c)) {
            std::size_t end = i;
            while (end < text.size() && (isName(text[end]) || (assignments && (text[end] == '.' || text[end] == '-'))))
                ++end;
            if (end < text.size() && text[end] == '=' && (assignments || shell)) {
                painter.to(place(end + 1), shell ? Style::Variable : Style::Text);
                inValue = true;
                wordStart = false;
                i = end + 1;
                continue;
            }
            painter.to(place(end), inValue ? Style::String : Style::Text);
            i = std::max(end, i + 1);
            wordStart = false;
            continue;
        }
        wordStart = false;
        painter.to(place(i + 1), inValue ? Style::String : Style::Text);
        ++i;
    }
}

} // namespace

namespace {

std::vector<StyleRun> highlightTokens(const dockerfile::Document& document)
{
    std::vector<StyleRun> runs;
    Painter painter(runs);
    std::string instruction;
    for (const dockerfile::Token& token : document.tokens) {
        const std::string_view text = document.source.slice(token.range);
        const std::uint32_t end = token.range.end;
        switch (token.kind) {
        case TokenKind::ByteOrderMark:
        case TokenKind::Blank:
        case TokenKind::LineBreak:
        case TokenKind::Punctuation:
            painter.to(end, Style::Text);
            break;
        case TokenKind::Continuation:
            painter.to(end, Style::Comment);
            break;
        case TokenKind::Directive:
            painter.to(end, Style::Directive);
            break;
        case TokenKind::Comment:
            painter.to(end, Style::Comment);
            break;
        case TokenKind::Keyword:
            instruction = lower(text);
            painter.to(end,
                std::find(Instructions.begin(), Instructions.end(), instruction) != Instructions.end() ? Style::Keyword
                                                                                                       : Style::Unknown);
            break;
        case TokenKind::Flag:
            painter.to(end, Style::Flag);
            break;
        case TokenKind::Argument:
            if (instruction == "from" && lower(text) == "as")
                painter.to(end, Style::Keyword);
            else
                paintArgument(painter, text, token.range.begin,
                    instruction == "run" || instruction == "cmd" || instruction == "entrypoint",
                    instruction == "arg" || instruction == "env" || instruction == "label");
            break;
        case TokenKind::HeredocBody:
            paintArgument(painter, text, token.range.begin, true, false);
            break;
        case TokenKind::HeredocEnd:
            painter.to(end, Style::Heredoc);
            break;
        }
    }
    painter.to(document.source.size(), Style::Text);
    return runs;
}

/// A piece of shell code that gets a style of its own.
struct CodeSpan {
    dockerfile::Range range;
    Style style;
};

std::optional<Style> styleOf(dockerfile::shell::ShellTokenKind kind)
{
    using enum dockerfile::shell::ShellTokenKind;
    switch (kind) {
    case Command:
    case Builtin:
        return Style::Command;
    case Keyword:
        return Style::Keyword;
    case Option:
        return Style::Flag;
    case Comment:
        return Style::Comment;
    case Operator:
    case Text:
    case String:
    case Variable:
    case Number:
    case HeredocBody:
        break;
    }
    return std::nullopt;
}

void addCode(std::vector<CodeSpan>& spans, const dockerfile::LogicalLine& code)
{
    using dockerfile::shell::Dialect;
    for (const auto& token : dockerfile::shell::parseScript(code.text(), Dialect::Bash).tokens) {
        if (const auto style = styleOf(token.kind)) {
            for (const dockerfile::Range& piece : code.pieces(token.range.begin, token.range.end))
                spans.push_back({ piece, *style });
        }
    }
}

/// A heredoc's "#!" line names something else than a shell.
bool isForeign(std::string_view content)
{
    if (!content.starts_with("#!"))
        return false;
    const std::string_view first = content.substr(0, content.find('\n'));
    return first.find("sh") == std::string_view::npos || first.find("pwsh") != std::string_view::npos;
}

void addStatement(std::vector<CodeSpan>& spans, const dockerfile::Statement& statement, const dockerfile::LogicalLine& line)
{
    for (const dockerfile::Statement& trigger : statement.trigger)
        addStatement(spans, trigger, line);
    const bool isRun = statement.name == "run";
    const bool isCode = isRun || statement.name == "cmd" || statement.name == "entrypoint";
    if (!isCode || statement.jsonForm || !statement.valid || statement.arguments.empty())
        return;
    const dockerfile::Word& command = statement.arguments.front();
    dockerfile::LogicalLine code;
    const auto begin = command.logicalOffset;
    const auto end = begin + std::uint32_t(command.text.size());
    if (end > line.text().size())
        return;
    for (const dockerfile::Range& piece : line.pieces(begin, end))
        code.append(std::string_view(line.text()).substr(begin + code.text().size(), piece.end - piece.begin), piece.begin);
    addCode(spans, code);
    // `RUN <<EOF` runs the heredoc; with a command before it, it is that command's input.
    if (!isRun || !command.text.starts_with("<<"))
        return;
    for (const dockerfile::Heredoc& heredoc : statement.heredocs) {
        if (isForeign(heredoc.content))
            continue;
        dockerfile::LogicalLine body;
        body.append(heredoc.content, heredoc.contentRange.begin);
        addCode(spans, body);
    }
}

/// Puts the spans over the runs where those have nothing to say; a comment goes over all.
std::vector<StyleRun> withCode(const std::vector<StyleRun>& runs, std::vector<CodeSpan> spans)
{
    std::sort(spans.begin(), spans.end(), [](const auto& a, const auto& b) { return a.range.begin < b.range.begin; });
    std::vector<StyleRun> result;
    Painter painter(result);
    std::uint32_t at = 0;
    auto span = spans.begin();
    for (const StyleRun& run : runs) {
        while (at < run.end) {
            while (span != spans.end() && span->range.end <= at)
                ++span;
            if (span == spans.end() || span->range.begin >= run.end) {
                painter.to(run.end, run.style);
                at = run.end;
                break;
            }
            if (span->range.begin > at) {
                painter.to(span->range.begin, run.style);
                at = span->range.begin;
            }
            const std::uint32_t end = std::min(run.end, span->range.end);
            const bool counts = run.style == Style::Text || span->style == Style::Comment;
            painter.to(end, counts ? span->style : run.style);
            at = end;
        }
    }
    return result;
}

} // namespace

std::vector<StyleRun> highlight(const dockerfile::Document& document)
{
    std::vector<CodeSpan> spans;
    for (const dockerfile::Statement& statement : document.statements)
        addStatement(spans, statement, statement.line);
    std::vector<StyleRun> runs = highlightTokens(document);
    return spans.empty() ? runs : withCode(runs, std::move(spans));
}

} // namespace darsena::gui
