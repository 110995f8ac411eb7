// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/shell/script_reader.h"

#include <algorithm>

namespace darsena::dockerfile::shell {

namespace {

bool isVariableStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isDigitByte(char c)
{
    return c >= '0' && c <= '9';
}

bool isSpecialParameter(char c)
{
    return c == '@' || c == '*' || c == '#' || c == '?' || c == '-' || c == '$' || c == '!';
}

} // namespace

bool ScriptReader::beginsExpansion(std::uint32_t pos) const
{
    if (at(pos) == '`')
        return true;
    if (at(pos) != '$')
        return false;
    const char next = at(pos + 1);
    return isVariableStart(next) || isDigitByte(next) || isSpecialParameter(next) || next == '{' || next == '('
        || (next == '[' && m_dialect == Dialect::Bash);
}

/// Reads what begins with '$', '`', "<(" or ">(".
void ScriptReader::readExpansion(std::vector<WordPart>& parts, bool quoted)
{
    const Level level(*this);
    const std::uint32_t begin = m_pos;
    if (level.tooDeep())
        return;
    WordPart part {.kind = WordPart::Kind::Variable,
        .range = {begin, begin},
        .quoted = quoted,
        .text = {},
        .modifier = {},
        .script = {},
        .parts = {}};
    if (here() == '`') {
        part.kind = WordPart::Kind::CommandSubstitution;
        readBackticks(part);
    } else if (here() == '<' || here() == '>') {
        part.kind = WordPart::Kind::ProcessSubstitution;
        readCommandSubstitution(part);
    } else if (at(m_pos + 1) == '(') {
        if (at(m_pos + 2) == '(' && isArithmetic(m_pos + 3)) {
            part.kind = WordPart::Kind::Arithmetic;
            takeOperator("$((");
            readArithmetic(part, "))");
        } else {
            part.kind = WordPart::Kind::CommandSubstitution;
            readCommandSubstitution(part);
        }
    } else if (at(m_pos + 1) == '[') {
        part.kind = WordPart::Kind::Arithmetic;
        takeOperator("$[");
        readArithmetic(part, "]");
    } else if (at(m_pos + 1) == '{') {
        readParameter(part);
    } else {
        readVariable(part);
    }
    part.range.end = m_pos;
    if (part.kind != WordPart::Kind::Variable)
        part.text = slice(begin, m_pos);
    parts.push_back(std::move(part));
}

void ScriptReader::readVariable(WordPart& part)
{
    const std::uint32_t begin = m_pos++;
    if (isVariableStart(here())) {
        while (!atEnd() && (isVariableStart(here()) || isDigitByte(here())))
            ++m_pos;
    } else {
        ++m_pos;
    }
    part.text = slice(begin + 1, m_pos);
    emit(ShellTokenKind::Variable, begin, m_pos);
}

void ScriptReader::readParameter(WordPart& part)
{
    const std::uint32_t begin = m_pos;
    m_pos += 2;
    const char next = at(m_pos + 1);
    if ((here() == '#' || here() == '!')
        && (isVariableStart(next) || isDigitByte(next) || (isSpecialParameter(next) && at(m_pos + 2) == '}')))
        part.modifier = m_text[m_pos++];
    const std::uint32_t nameBegin = m_pos;
    if (isVariableStart(here())) {
        while (!atEnd() && (isVariableStart(here()) || isDigitByte(here())))
            ++m_pos;
    } else if (isDigitByte(here())) {
        while (!atEnd() && isDigitByte(here()))
            ++m_pos;
    } else if (isSpecialParameter(here())) {
        ++m_pos;
    }
    part.text = slice(nameBegin, m_pos);
    std::uint32_t runBegin = begin;
    const std::uint32_t modifierBegin = m_pos;
    const std::uint32_t modifierEnd = readModifier(part, runBegin);
    part.modifier += slice(modifierBegin, modifierEnd);
    if (atEnd())
        fail({begin, begin + 2}, "SC1073", "This '${' is not closed with '}'");
    else
        ++m_pos;
    emit(ShellTokenKind::Variable, runBegin, m_pos);
}

/// Reads up to the '}' of a parameter expansion, and where that stands.
std::uint32_t ScriptReader::readModifier(WordPart& part, std::uint32_t& runBegin)
{
    // In patterns single quotes quote even between double quotes.
    const bool singleQuotes = !part.quoted || here() == '#' || here() == '%' || here() == '/';
    std::vector<WordPart> inner;
    while (!atEnd() && here() != '}') {
        const std::uint32_t begin = m_pos;
        if (here() == '\\' && m_pos + 1 < m_end) {
            m_pos += 2;
        } else if (here() == '"' || (here() == '\'' && singleQuotes) || beginsExpansion(m_pos)) {
            emit(ShellTokenKind::Variable, runBegin, m_pos);
            if (here() == '"')
                readDoubleQuoted(inner, begin);
            else if (here() == '\'')
                readSingleQuoted(inner, begin);
            else
                readExpansion(inner, part.quoted);
            runBegin = m_pos;
        } else {
            ++m_pos;
        }
    }
    for (WordPart& piece : inner) {
        if (piece.kind != WordPart::Kind::Literal && piece.kind != WordPart::Kind::SingleQuoted)
            part.parts.push_back(std::move(piece));
    }
    return m_pos;
}

/// A list that nothing around it can end.
Script ScriptReader::readInnerScript()
{
    const unsigned stops = std::exchange(m_stops, 0U);
    const std::uint32_t strayParens = std::exchange(m_strayParens, 0U);
    Script script = readList();
    m_stops = stops;
    m_strayParens = strayParens;
    return script;
}

void ScriptReader::readCommandSubstitution(WordPart& part)
{
    const Range opener {m_pos, m_pos + 2};
    takeOperator(m_text.substr(m_pos, 2));
    const unsigned stops = std::exchange(m_stops, static_cast<unsigned>(CloseParen));
    const std::uint32_t strayParens = std::exchange(m_strayParens, 0U);
    part.script = std::make_shared<const Script>(readList());
    m_stops = stops;
    m_strayParens = strayParens;
    if (!takeOperator(")"))
        fail(opener, "SC1073", "This substitution of a command is not closed with ')'");
}

void ScriptReader::readBackticks(WordPart& part)
{
    const std::uint32_t begin = m_pos;
    std::uint32_t close = begin + 1;
    while (close < m_end && m_text[close] != '`')
        close += m_text[close] == '\\' ? 2 : 1;
    close = std::min(close, m_end);
    takeOperator("`");
    const std::uint32_t savedEnd = std::exchange(m_end, close);
    const std::uint32_t savedLineEnd = std::exchange(m_heredocLineEnd, UINT32_MAX);
    const std::uint32_t savedResume = m_heredocResume;
    part.script = std::make_shared<const Script>(readInnerScript());
    m_pos = m_end;
    m_end = savedEnd;
    m_heredocLineEnd = savedLineEnd;
    m_heredocResume = savedResume;
    if (!takeOperator("`"))
        fail({begin, begin + 1}, "SC1073", "This backtick is not closed");
}

/// Whether "))" ends what begins behind "((": otherwise the parentheses are subshells.
bool ScriptReader::isArithmetic(std::uint32_t begin)
{
    if (begin < m_noArithmetic)
        return false;
    std::uint32_t depth = 0;
    for (std::uint32_t pos = begin; pos < m_end; ++pos) {
        const char c = m_text[pos];
        if (m_lookahead-- == 0) {
            m_lookahead = 0;
            return false;
        }
        if (c == '\\') {
            ++pos;
        } else if (c == '\'' || c == '"') {
            const std::size_t close = m_text.substr(0, m_end).find(c, pos + 1);
            if (close == std::string_view::npos)
                break;
            pos = static_cast<std::uint32_t>(close);
        } else if (c == '(') {
            ++depth;
        } else if (c == ')') {
            if (depth == 0)
                return at(pos + 1) == ')';
            --depth;
        }
    }
    m_noArithmetic = m_end;
    return false;
}

void ScriptReader::readArithmetic(WordPart& part, std::string_view closing)
{
    const std::uint32_t begin = part.range.begin;
    std::uint32_t depth = 0;
    while (!atEnd()) {
        if (depth == 0 && takeOperator(closing))
            return;
        const std::uint32_t from = m_pos;
        const char c = here();
        if (beginsExpansion(m_pos)) {
            readExpansion(part.parts, true);
        } else if (isVariableStart(c)) {
            while (!atEnd() && (isVariableStart(here()) || isDigitByte(here())))
                ++m_pos;
            emit(ShellTokenKind::Variable, from, m_pos);
            part.parts.push_back({.kind = WordPart::Kind::Variable,
                .range = {from, m_pos},
                .quoted = true,
                .text = slice(from, m_pos),
                .modifier = {},
                .script = {},
                .parts = {}});
        } else if (isDigitByte(c)) {
            while (!atEnd() && (isVariableStart(here()) || isDigitByte(here())))
                ++m_pos;
            emit(ShellTokenKind::Number, from, m_pos);
        } else {
            if (c == '(')
                ++depth;
            else if (c == ')' && depth > 0)
                --depth;
            ++m_pos;
            if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
                emit(ShellTokenKind::Operator, from, m_pos);
        }
    }
    fail({begin, begin + 2}, "SC1073", "This arithmetic expression is not closed");
}

} // namespace darsena::dockerfile::shell
