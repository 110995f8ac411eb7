// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/parser.h"

#include "core/dockerfile/arguments.h"
#include "core/dockerfile/directives.h"
#include "core/dockerfile/heredoc.h"
#include "core/dockerfile/text.h"
#include "core/dockerfile/tokens.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {


/// Reads a file line by line. m_next is the next physical line; each read* function moves it on.
class Parser {
public:
    explicit Parser(std::string text) { m_document.source = SourceText(std::move(text)); }

    Document run()
    {
        while (m_next <= source().lineCount())
            readTopLine();
        if (m_document.statements.empty())
            problem({source().size(), source().size()}, "file with no instructions");
        m_document.tokens = std::move(m_tokens).finish(source().text());
        std::stable_sort(m_document.problems.begin(), m_document.problems.end(),
            [](const Problem& a, const Problem& b) { return a.range.begin < b.range.begin; });
        return std::move(m_document);
    }

private:
    const SourceText& source() const { return m_document.source; }
    void problem(Range range, std::string message)
    {
        m_document.problems.push_back({.range = range, .message = std::move(message)});
    }

    Range takeLine();
    void readTopLine();
    void readTopComment(Range comment);
    void addComment(Range comment);
    bool readDirectiveLine(Range comment);
    std::optional<std::uint32_t> continuationAt(Range line) const;
    bool appendLine(Statement& statement, Range line);
    void readContinuations(Statement& statement);
    void readStatement(Range firstLine);
    Statement parseSpan(const LogicalLine& line, Span span);
    void markWords(const Statement& statement, const LogicalLine& line, Span rest);
    void readHeredocs(Statement& statement);
    void readHeredocBody(Heredoc& heredoc);

    Document m_document;
    TokenCollector m_tokens;
    std::uint32_t m_next = 1;
    bool m_directivesOpen = true;
    bool m_escapeOpen = true;
    std::vector<Comment> m_commentsAbove;
};

/// The next line without its break, which is marked, and without a byte order mark.
Range Parser::takeLine()
{
    const std::uint32_t number = m_next++;
    Range line = source().lineRange(number);
    const std::uint32_t next = number < source().lineCount() ? source().lineRange(number + 1).begin : source().size();
    m_tokens.mark(TokenKind::LineBreak, {line.end, next});
    // A '\r' counts as part of the line here, as in BuildKit's scanner.
    const std::string_view whole = source().slice({line.begin, next});
    if (whole.size() - (whole.ends_with('\n') ? 1 : 0) > maxLineBytes)
        problem(line, fmt::format("dockerfile line greater than max allowed size of {}", maxLineBytes));
    if (number == 1 && source().slice(line).starts_with(byteOrderMark)) {
        m_tokens.mark(TokenKind::ByteOrderMark, {0, byteOrderMark.size()});
        line.begin += static_cast<std::uint32_t>(byteOrderMark.size());
    }
    return line;
}

/// A line that continues nothing: blank, a comment, or the beginning of an instruction.
void Parser::readTopLine()
{
    Range line = takeLine();
    const std::string_view text = trimLeft(source().slice(line));
    line.begin = line.end - static_cast<std::uint32_t>(text.size());
    if (text.starts_with('#')) {
        readTopComment(line);
        return;
    }
    m_directivesOpen = false;
    if (text.empty())
        m_commentsAbove.clear();
    else
        readStatement(line);
}

void Parser::addComment(Range comment)
{
    const std::string_view text = trim(source().slice({comment.begin + 1, comment.end}));
    m_document.comments.push_back({.text = std::string(text), .range = comment});
    m_tokens.mark(TokenKind::Comment, comment);
}

void Parser::readTopComment(Range comment)
{
    // Directives may follow a "#!" line, except for the escape.
    if (m_next == 2 && source().slice(comment).starts_with("#!")) {
        m_escapeOpen = false;
        addComment(comment);
        return;
    }
    if (m_directivesOpen && readDirectiveLine(comment))
        return;
    m_directivesOpen = false;
    addComment(comment);
    // An empty comment parts what is above it from the instruction below.
    if (m_document.comments.back().text.empty())
        m_commentsAbove.clear();
    else
        m_commentsAbove.push_back(m_document.comments.back());
}

bool Parser::readDirectiveLine(Range comment)
{
    auto directive = readDirective(source().slice(comment), comment.begin);
    if (!directive)
        return false;
    m_tokens.mark(TokenKind::Directive, directive->range);
    if (m_document.directive(directive->name) != nullptr) {
        problem(directive->range, fmt::format("only one {} parser directive can be used", directive->name));
        return true;
    }
    if (directive->name == "escape" && m_escapeOpen) {
        if (directive->value == "\\" || directive->value == "`")
            m_document.escape = directive->value.front();
        else
            problem(directive->valueRange,
                fmt::format("invalid escape token '{}' does not match ` or \\", directive->value));
    }
    m_document.directives.push_back(std::move(*directive));
    return true;
}

/// Where the escape that continues a line stands: the last thing but blanks, and not behind another escape.
std::optional<std::uint32_t> Parser::continuationAt(Range line) const
{
    const std::string_view text = source().slice(line);
    const std::size_t last = text.find_last_not_of(" \t");
    if (last == std::string_view::npos || text[last] != m_document.escape)
        return std::nullopt;
    if (last > 0 && text[last - 1] == m_document.escape)
        return std::nullopt;
    return line.begin + static_cast<std::uint32_t>(last);
}

/// Appends a physical line to an instruction; true if another one follows.
bool Parser::appendLine(Statement& statement, Range line)
{
    const auto continuation = continuationAt(line);
    if (continuation)
        m_tokens.mark(TokenKind::Continuation, {*continuation, line.end});
    const Range text {line.begin, continuation.value_or(line.end)};
    statement.line.append(source().slice(text), text.begin);
    return continuation.has_value();
}

void Parser::readContinuations(Statement& statement)
{
    while (m_next <= source().lineCount()) {
        const Range line = takeLine();
        statement.range.end = line.end;
        const std::string_view text = trimLeft(source().slice(line));
        if (text.starts_with('#'))
            addComment({line.end - static_cast<std::uint32_t>(text.size()), line.end});
        else if (text.empty())
            statement.emptyLines.push_back(line);
        else if (!appendLine(statement, line))
            return;
    }
}

void Parser::readStatement(Range firstLine)
{
    Statement frame;
    frame.firstLine = m_next - 1;
    frame.range = firstLine;
    if (appendLine(frame, firstLine))
        readContinuations(frame);

    const Span whole {0, static_cast<std::uint32_t>(frame.line.text().size())};
    Statement statement = parseSpan(frame.line, whole);
    statement.commentsAbove = std::exchange(m_commentsAbove, {});
    statement.emptyLines = std::move(frame.emptyLines);
    statement.line = std::move(frame.line);
    statement.firstLine = frame.firstLine;
    statement.range = frame.range;
    readHeredocs(statement);
    statement.lastLine = m_next - 1;
    for (Statement& trigger : statement.trigger) {
        trigger.firstLine = statement.firstLine;
        trigger.lastLine = statement.lastLine;
        trigger.heredocs = statement.heredocs;
        trigger.range.end = statement.range.end;
    }
    m_document.statements.push_back(std::move(statement));
}

/// An instruction of a logical line, or the one within an ONBUILD.
Statement Parser::parseSpan(const LogicalLine& line, Span span)
{
    Statement statement;
    CommandParts parts = splitCommand(line, span, m_document.escape);
    statement.keyword = std::move(parts.keyword);
    statement.name = lower(statement.keyword.text);
    statement.flags = std::move(parts.flags);
    statement.range = {statement.keyword.range.begin, line.source(span.begin, span.end).end};
    m_tokens.mark(TokenKind::Keyword, statement.keyword.range);
    if (parts.flagsEnd)
        m_tokens.mark(TokenKind::Flag, *parts.flagsEnd);
    for (const Word& flag : statement.flags)
        m_tokens.mark(TokenKind::Flag, flag.range);

    // ONBUILD ONBUILD … is refused later; going deeper than once would only cost stack.
    const bool isTrigger = span.begin > 0;
    if (statement.name == "onbuild" && !isTrigger && parts.rest.begin < parts.rest.end) {
        statement.trigger.push_back(parseSpan(line, parts.rest));
        statement.valid = statement.trigger.front().valid;
        return statement;
    }
    Arguments arguments = readArguments(statement.name, statement.keyword, line, parts.rest, m_document.escape);
    statement.arguments = std::move(arguments.words);
    statement.jsonForm = arguments.json;
    if (arguments.problem) {
        statement.valid = false;
        problem(arguments.problem->range, std::move(arguments.problem->message));
    }
    markWords(statement, line, parts.rest);
    return statement;
}

void Parser::markWords(const Statement& statement, const LogicalLine& line, Span rest)
{
    if (!statement.valid || !isInstructionName(statement.name)) {
        m_tokens.markPieces(TokenKind::Argument, line.pieces(rest.begin, rest.end));
        return;
    }
    for (const Word& word : statement.arguments) {
        // Of a JSON string only the range tells its length in the file.
        std::uint32_t end = word.logicalOffset;
        while (end < rest.end && line.source(end) < word.range.end)
            ++end;
        m_tokens.markPieces(TokenKind::Argument, line.pieces(word.logicalOffset, end));
    }
}

void Parser::readHeredocs(Statement& statement)
{
    const Statement& holder = statement.trigger.empty() ? statement : statement.trigger.front();
    if ((holder.name != "run" && holder.name != "copy" && holder.name != "add") || holder.jsonForm || !holder.valid)
        return;
    auto heredocs = heredocsInLine(statement.line);
    if (!heredocs) {
        statement.valid = false;
        problem(statement.range, heredocs.error().message());
        return;
    }
    for (Heredoc& heredoc : *heredocs) {
        readHeredocBody(heredoc);
        statement.range.end = std::max({statement.range.end, heredoc.contentRange.end, heredoc.endRange.end});
    }
    statement.heredocs = std::move(*heredocs);
}

void Parser::readHeredocBody(Heredoc& heredoc)
{
    const std::uint32_t begin = m_next <= source().lineCount() ? source().lineRange(m_next).begin : source().size();
    heredoc.contentRange = {begin, begin};
    heredoc.endRange = {begin, begin};
    while (m_next <= source().lineCount()) {
        const Range line = takeLine();
        std::string_view text = source().slice(line);
        if (heredoc.chomp)
            text.remove_prefix(std::min(text.find_first_not_of('\t'), text.size()));
        if (text == heredoc.name) {
            m_tokens.mark(TokenKind::HeredocEnd, line);
            heredoc.content = source().slice(heredoc.contentRange);
            heredoc.endRange = line;
            return;
        }
        m_tokens.mark(TokenKind::HeredocBody, line);
        heredoc.contentRange.end = m_next <= source().lineCount() ? source().lineRange(m_next).begin : source().size();
        heredoc.endRange = {heredoc.contentRange.end, heredoc.contentRange.end};
    }
    heredoc.content = source().slice(heredoc.contentRange);
    problem(heredoc.wordRange, "unterminated heredoc");
}

} // namespace

Document parse(std::string text)
{
    return Parser(std::move(text)).run();
}

} // namespace darsena::dockerfile
