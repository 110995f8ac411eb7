// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/format/format.h"

#include "core/dockerfile/arguments.h"
#include "core/dockerfile/directives.h"
#include "core/dockerfile/format/same_statement.h"
#include "core/dockerfile/format/shell_bodies.h"
#include "core/dockerfile/format/statement_printer.h"
#include "core/dockerfile/parser.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <optional>

namespace darsena::dockerfile {

namespace {

using format_detail::isSameStatement;
using format_detail::printStatement;
using format_detail::PrintedStatement;

/// Whether the same comes out of a piece of a file as stood in it. Problems may vanish (a line is shorter now), not come.
bool keepsMeaning(const Document& before, const Document& after, bool ignoreShellLayout)
{
    const auto sameText = [](const Comment& a, const Comment& b) { return a.text == b.text; };
    const auto sameDirective
        = [](const Directive& a, const Directive& b) { return a.name == b.name && a.value == b.value; };
    const auto sameStatement = [&](const Statement& a, const Statement& b) {
        return isSameStatement(a, b, ignoreShellLayout)
            && std::equal(a.commentsAbove.begin(), a.commentsAbove.end(), b.commentsAbove.begin(), b.commentsAbove.end(),
                sameText);
    };
    return after.problems.size() <= before.problems.size() && before.escape == after.escape
        && std::equal(before.comments.begin(), before.comments.end(), after.comments.begin(), after.comments.end(), sameText)
        && std::equal(before.directives.begin(), before.directives.end(), after.directives.begin(), after.directives.end(),
            sameDirective)
        && std::equal(before.statements.begin(), before.statements.end(), after.statements.begin(), after.statements.end(),
            sameStatement);
}

class Formatter {
public:
    Formatter(const Document& document, const FormatOptions& options)
        : m_document(document)
        , m_options(options)
        , m_lineBreak(commonLineBreak())
    { }

    std::string run()
    {
        if (source().text().starts_with(byteOrderMark))
            m_out = byteOrderMark;
        m_begin = m_out.size();
        std::uint32_t line = 1;
        for (const Statement& statement : m_document.statements) {
            printLinesBetween(line, statement.firstLine, &statement);
            printOne(statement);
            line = statement.lastLine + 1;
        }
        printLinesBetween(line, source().lineCount() + 1, nullptr);
        return std::move(m_out);
    }

private:
    const SourceText& source() const { return m_document.source; }
    std::string_view commonLineBreak() const;
    std::string_view lineText(std::uint32_t line) const;
    bool endsDirectives(std::uint32_t blankLine);
    void printLinesBetween(std::uint32_t first, std::uint32_t end, const Statement* next);
    void printLine(std::string_view text);
    void printOne(const Statement& statement);
    std::string asItStands(const Statement& statement) const;
    bool isOpen(const Statement& statement) const;
    std::uint32_t sourceEnd(const Statement& statement) const;
    std::string_view lineEnd(const Statement& statement) const;
    bool isUnderstood(const Statement& statement) const;
    bool survives(const Statement& statement, const std::string& text, const std::string& original, std::size_t comments) const;
    Document parsedAlone(const std::string& text) const;

    const Document& m_document;
    const FormatOptions& m_options;
    std::string_view m_lineBreak;
    std::string m_out;
    std::size_t m_begin = 0; ///< where the output begins, byte order mark not counted
    bool m_blankBefore = true; ///< the last line printed is blank, or none is printed yet
    std::optional<bool> m_blankEndsDirectives;
};

/// That of most lines; heredocs, which keep theirs, do not vote.
std::string_view Formatter::commonLineBreak() const
{
    std::ptrdiff_t balance = 0;
    TokenKind last = TokenKind::Blank;
    for (const Token& token : m_document.tokens) {
        if (token.kind == TokenKind::LineBreak && last != TokenKind::HeredocBody) {
            const std::string_view text = source().slice(token.range);
            if (text.ends_with('\n'))
                balance += text.starts_with('\r') ? 1 : -1;
        }
        last = token.kind;
    }
    return balance > 0 ? "\r\n" : "\n";
}

std::string_view Formatter::lineText(std::uint32_t line) const
{
    std::string_view text = source().slice(source().lineRange(line));
    if (line == 1 && text.starts_with(byteOrderMark))
        text.remove_prefix(byteOrderMark.size());
    return trim(trimLeft(text));
}

/// A blank line at the top that keeps a comment from being a directive has to stay.
bool Formatter::endsDirectives(std::uint32_t blankLine)
{
    if (m_blankEndsDirectives)
        return *m_blankEndsDirectives;
    m_blankEndsDirectives = false;
    for (std::uint32_t line = blankLine + 1; line <= source().lineCount(); ++line) {
        const std::string_view text = lineText(line);
        if (!text.empty() && !text.starts_with('#'))
            break;
        if (readDirective(text, 0))
            m_blankEndsDirectives = true;
    }
    return *m_blankEndsDirectives;
}

void Formatter::printLine(std::string_view text)
{
    m_out += text;
    m_out += m_lineBreak;
    m_blankBefore = text.empty();
}

/// Comments, directives and blank lines. Of a run of blank lines one stays, at the top and at the end of the file none;
/// one comes before a FROM and the comments right above it.
void Formatter::printLinesBetween(std::uint32_t first, std::uint32_t end, const Statement* next)
{
    std::uint32_t stageTop = 0;
    const bool opensStage = next != nullptr && next->name == "from" && next->valid
        && std::any_of(m_document.statements.data(), next, [](const Statement& each) { return each.name == "from"; });
    if (opensStage) {
        stageTop = end;
        while (stageTop > first && !lineText(stageTop - 1).empty())
            --stageTop;
    }
    const auto part = [&](bool wanted) {
        const bool top = m_out.size() == m_begin;
        if (wanted && (top || !m_blankBefore))
            printLine({});
    };
    bool blank = false;
    for (std::uint32_t line = first; line < end; ++line) {
        const std::string_view text = lineText(line);
        if (text.empty()) {
            blank = blank || m_out.size() > m_begin || endsDirectives(line);
            continue;
        }
        part(blank || line == stageTop);
        blank = false;
        printLine(text);
    }
    if (next != nullptr)
        part(blank || (opensStage && stageTop == end));
}

/// The lines of a statement with their bytes, the last one ended.
std::string Formatter::asItStands(const Statement& statement) const
{
    const std::uint32_t begin = statement.firstLine == 1 ? static_cast<std::uint32_t>(m_begin)
                                                         : source().lineRange(statement.firstLine).begin;
    return std::string(source().slice({begin, sourceEnd(statement)})).append(lineEnd(statement));
}

/// What an unterminated heredoc holds, to the end of the file, is not ours to end.
bool Formatter::isOpen(const Statement& statement) const
{
    if (statement.heredocs.empty())
        return false;
    const Heredoc& last = statement.heredocs.back();
    return last.endRange.empty() && !last.contentRange.empty() && last.contentRange.end == source().size();
}

std::uint32_t Formatter::sourceEnd(const Statement& statement) const
{
    return isOpen(statement) ? source().size() : source().lineRange(statement.lastLine).end;
}

std::string_view Formatter::lineEnd(const Statement& statement) const
{
    return isOpen(statement) ? std::string_view() : m_lineBreak;
}

bool Formatter::isUnderstood(const Statement& statement) const
{
    return statement.valid && isInstructionName(statement.name)
        && (statement.trigger.empty() || isInstructionName(statement.trigger.front().name));
}

Document Formatter::parsedAlone(const std::string& text) const
{
    // The line break ends the directives, whatever the text begins with.
    return parse((m_document.escape == '`' ? "# escape=`\n\n" : "\n") + text);
}

/// Whether a statement, printed anew, is still the one it was.
bool Formatter::survives(
    const Statement& statement, const std::string& text, const std::string& original, std::size_t comments) const
{
    const Document after = parsedAlone(text);
    if (after.statements.size() != 1 || !isSameStatement(statement, after.statements.front(), m_options.indentShell))
        return false;
    const bool checkAll = !after.problems.empty() || !after.comments.empty() || comments > 0
        || original.find('#') != std::string::npos;
    if (!checkAll)
        return true;
    const Document before = parsedAlone(original);
    return after.problems.size() <= before.problems.size() && after.comments.size() + comments == before.comments.size()
        && std::equal(after.comments.begin(), after.comments.end(), before.comments.begin(),
            [](const Comment& a, const Comment& b) { return a.text == b.text; });
}

void Formatter::printOne(const Statement& statement)
{
    const std::string original = asItStands(statement);
    std::string text = original;
    std::vector<std::string> commentsBehind;
    if (isUnderstood(statement)) {
        PrintedStatement printed = printStatement(m_document, statement, m_options, m_lineBreak);
        if (!statement.heredocs.empty()) {
            const std::uint32_t begin = statement.heredocs.front().contentRange.begin;
            if (begin < source().size()) {
                printed.text += m_lineBreak;
                printed.text += source().slice({begin, sourceEnd(statement)});
            }
        }
        printed.text += lineEnd(statement);
        if (printed.text != original && survives(statement, printed.text, original, printed.commentsBehind.size())) {
            text = std::move(printed.text);
            commentsBehind = std::move(printed.commentsBehind);
        }
    }
    m_out += text;
    m_blankBefore = false;
    for (const std::string& comment : commentsBehind)
        printLine(comment);
}

} // namespace

std::string format(std::string_view text, const FormatOptions& options)
{
    std::string given(text);
    if (options.shell)
        given = format_detail::formatShellBodies(std::move(given), options);
    const Document before = parse(given);
    std::string result = Formatter(before, options).run();
    // Each instruction was checked by itself; this is for what only the whole file shows.
    if (result == given || keepsMeaning(before, parse(result), options.indentShell))
        return result;
    return given;
}

} // namespace darsena::dockerfile
