// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/shell/script_reader.h"

#include <algorithm>

namespace darsena::dockerfile::shell {

namespace {

WordPart literalPart(Range range, bool quoted, std::string text)
{
    return {.kind = WordPart::Kind::Literal,
        .range = range,
        .quoted = quoted,
        .text = std::move(text),
        .modifier = {},
        .script = {},
        .parts = {}};
}

bool isNameByte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

/// Means nothing wherever it stands in a word.
bool isPlainByte(char c)
{
    return isNameByte(c) || c == '-' || c == '.' || c == '/' || c == '=' || c == ':' || c == ',' || c == '%';
}

} // namespace

std::optional<std::string> ShellWord::literal() const
{
    std::string result;
    for (const WordPart& part : parts) {
        if (part.kind != WordPart::Kind::Literal && part.kind != WordPart::Kind::SingleQuoted)
            return std::nullopt;
        result += part.text;
    }
    return result;
}

std::string ShellWord::value() const
{
    std::string result;
    for (const WordPart& part : parts) {
        if (part.kind != WordPart::Kind::Variable)
            result += part.text;
        else if (part.modifier.empty())
            result += "$" + part.text;
        else if (part.modifier.front() == '#' || part.modifier.front() == '!')
            result += "${" + part.modifier.substr(0, 1) + part.text + part.modifier.substr(1) + "}";
        else
            result += "${" + part.text + part.modifier + "}";
    }
    return result;
}

bool ShellWord::isQuoted() const
{
    return !parts.empty() && std::all_of(parts.begin(), parts.end(), [](const WordPart& part) { return part.quoted; });
}

std::string Command::program() const
{
    if (kind != Kind::Simple || words.empty())
        return {};
    return words.front().literal().value_or(std::string());
}

/// Reads a word; false if none begins here.
bool ScriptReader::readWord(ShellWord& word)
{
    const std::uint32_t begin = m_pos;
    while (!atEnd()) {
        const bool substitutes = (here() == '<' || here() == '>') && at(m_pos + 1) == '(';
        if ((endsWord(m_pos) && !substitutes) || !readWordPart(word.parts, begin))
            break;
    }
    word.range = {begin, m_pos};
    return m_pos > begin;
}

/// Reads the next piece of a word; at least one byte, or false where the word is over.
bool ScriptReader::readWordPart(std::vector<WordPart>& parts, std::uint32_t wordBegin)
{
    const std::uint32_t begin = m_pos;
    const char c = here();
    if (c == '\'') {
        readSingleQuoted(parts, begin);
        return true;
    }
    if (c == '"') {
        readDoubleQuoted(parts, begin);
        return true;
    }
    if (c == '$' && (at(m_pos + 1) == '\'' || at(m_pos + 1) == '"')) {
        ++m_pos;
        if (here() == '"')
            readDoubleQuoted(parts, begin);
        else
            readSingleQuoted(parts, begin);
        return true;
    }
    if (beginsExpansion(m_pos) || c == '<' || c == '>') {
        readExpansion(parts, false);
        return true;
    }
    if (readExtendedGlob(parts) || ((c == '*' || c == '?' || c == '[') && readGlob(parts))
        || (c == '{' && readBrace(parts)))
        return true;
    if (c == '~' && begin == wordBegin) {
        do
            ++m_pos;
        while (!endsWord(m_pos) && (isNameByte(here()) || here() == '-' || here() == '.'));
        emit(ShellTokenKind::Text, begin, m_pos);
        parts.push_back({.kind = WordPart::Kind::Tilde,
            .range = {begin, m_pos},
            .quoted = false,
            .text = slice(begin, m_pos),
            .modifier = {},
            .script = {},
            .parts = {}});
        return true;
    }
    std::string text;
    while (!endsWord(m_pos)) {
        const char next = here();
        if (isPlainByte(next)) {
            const std::uint32_t run = m_pos;
            do
                ++m_pos;
            while (m_pos < m_end && isPlainByte(m_text[m_pos]));
            text.append(m_text, run, m_pos - run);
            continue;
        }
        if (next == '\\') {
            if (at(m_pos + 1) == '\n') {
                m_pos += 2;
                continue;
            }
            if (m_pos + 1 < m_end)
                ++m_pos;
            text += here();
            ++m_pos;
            continue;
        }
        const bool first = m_pos == begin;
        const bool special = next == '\'' || next == '"' || next == '*' || next == '?' || next == '[' || next == '{'
            || beginsExpansion(m_pos) || (next == '$' && (at(m_pos + 1) == '\'' || at(m_pos + 1) == '"'))
            || (at(m_pos + 1) == '(' && (next == '+' || next == '@' || next == '!'));
        if (special && !first)
            break;
        text += next;
        ++m_pos;
    }
    // An escaped line break may be all there was.
    if (text.empty() && m_pos == begin)
        return false;
    if (!text.empty())
        addLiteral(parts, begin, std::move(text));
    return true;
}

/// Adds unquoted text that ends here; what directly follows other such text becomes one with it.
void ScriptReader::addLiteral(std::vector<WordPart>& parts, std::uint32_t begin, std::string text)
{
    auto& tokens = m_result.tokens;
    const bool joins = !parts.empty() && parts.back().kind == WordPart::Kind::Literal && !parts.back().quoted
        && parts.back().range.end == begin && !tokens.empty() && tokens.back().range.end == begin;
    if (!joins) {
        emit(ShellTokenKind::Text, begin, m_pos);
        parts.push_back(literalPart({begin, m_pos}, false, std::move(text)));
        return;
    }
    tokens.back().range.end = m_pos;
    parts.back().range.end = m_pos;
    parts.back().text += text;
}

void ScriptReader::readSingleQuoted(std::vector<WordPart>& parts, std::uint32_t begin)
{
    const bool ansi = m_text[begin] == '$';
    const std::uint32_t open = m_pos++;
    std::string text;
    while (!atEnd() && here() != '\'') {
        if (ansi && here() == '\\' && m_pos + 1 < m_end)
            text += m_text[m_pos++];
        text += m_text[m_pos++];
    }
    if (atEnd())
        fail({open, open + 1}, "SC1073", "This single quote is not closed");
    else
        ++m_pos;
    emit(ShellTokenKind::String, begin, m_pos);
    parts.push_back({.kind = WordPart::Kind::SingleQuoted,
        .range = {begin, m_pos},
        .quoted = true,
        .text = std::move(text),
        .modifier = {},
        .script = {},
        .parts = {}});
}

void ScriptReader::readDoubleQuoted(std::vector<WordPart>& parts, std::uint32_t begin)
{
    const std::uint32_t open = m_pos++;
    const std::size_t before = parts.size();
    const std::uint32_t runBegin = readQuotedRun(parts, '"', ShellTokenKind::String, begin);
    if (atEnd())
        fail({open, open + 1}, "SC1073", "This double quote is not closed");
    else
        ++m_pos;
    emit(ShellTokenKind::String, runBegin, m_pos);
    if (parts.size() == before)
        parts.push_back(literalPart({open + 1, open + 1}, true, {}));
}

/// Reads text in which only expansions and the escapes of double quotes mean something. The last run of text, whose
/// beginning it returns, is the caller's to emit.
std::uint32_t ScriptReader::readQuotedRun(
    std::vector<WordPart>& parts, char terminator, ShellTokenKind kind, std::uint32_t runBegin)
{
    std::string text;
    std::uint32_t begin = m_pos;
    const auto flush = [&] {
        if (begin < m_pos)
            parts.push_back(literalPart({begin, m_pos}, true, std::move(text)));
        text.clear();
    };
    while (!atEnd() && (terminator == '\0' || here() != terminator)) {
        const char c = here();
        if (c == '\\' && m_pos + 1 < m_end) {
            const char next = m_text[m_pos + 1];
            if (next != '$' && next != '`' && next != '\\' && next != '\n' && (next != '"' || terminator != '"'))
                text += c;
            if (next != '\n')
                text += next;
            m_pos += 2;
        } else if (beginsExpansion(m_pos)) {
            flush();
            emit(kind, runBegin, m_pos);
            readExpansion(parts, true);
            runBegin = begin = m_pos;
        } else {
            text += c;
            ++m_pos;
        }
    }
    flush();
    return runBegin;
}

/// "[…]", "*" or "?"; false if '[' is only itself.
bool ScriptReader::readGlob(std::vector<WordPart>& parts)
{
    const std::uint32_t begin = m_pos;
    std::uint32_t end = begin + 1;
    if (here() == '[') {
        if (begin < m_noBracket)
            return false;
        if (at(end) == '!' || at(end) == '^')
            ++end;
        if (at(end) == ']')
            ++end;
        while (!endsWord(end) && m_text[end] != ']' && m_text[end] != '\'' && m_text[end] != '"' && m_text[end] != '$'
            && m_text[end] != '`' && m_text[end] != '\\')
            ++end;
        if (at(end) != ']' || end == begin + 1) {
            m_noBracket = end;
            return false;
        }
        ++end;
    }
    m_pos = end;
    emit(ShellTokenKind::Operator, begin, end);
    parts.push_back({.kind = WordPart::Kind::Glob,
        .range = {begin, end},
        .quoted = false,
        .text = slice(begin, end),
        .modifier = {},
        .script = {},
        .parts = {}});
    return true;
}

/// bash's "@(a|b)" and its like; sh has no other meaning for them.
bool ScriptReader::readExtendedGlob(std::vector<WordPart>& parts)
{
    const char c = here();
    if (at(m_pos + 1) != '(' || (c != '@' && c != '+' && c != '?' && c != '*' && c != '!') || m_pos < m_noBracket)
        return false;
    const std::uint32_t begin = m_pos;
    std::uint32_t end = begin + 2;
    std::uint32_t depth = 1;
    while (end < m_end && depth > 0 && m_text[end] != '\n' && m_text[end] != ' ') {
        depth += m_text[end] == '(' ? 1U : 0U;
        depth -= m_text[end] == ')' ? 1U : 0U;
        ++end;
    }
    if (depth > 0) {
        m_noBracket = end;
        return false;
    }
    m_pos = end;
    emit(ShellTokenKind::Operator, begin, end);
    parts.push_back({.kind = WordPart::Kind::Glob,
        .range = {begin, end},
        .quoted = false,
        .text = slice(begin, end),
        .modifier = {},
        .script = {},
        .parts = {}});
    return true;
}

/// The place of the '}' that makes a brace expansion of what begins at `begin`; 0 if it is none.
std::uint32_t ScriptReader::braceEnd(std::uint32_t begin)
{
    if (begin < m_noBrace)
        return 0;
    std::uint32_t depth = 0;
    bool isExpansion = false;
    for (std::uint32_t at = begin; at < m_end; ++at) {
        const char c = m_text[at];
        if (m_lookahead-- == 0) {
            m_lookahead = 0;
            return 0;
        }
        if (c == '\\') {
            ++at;
        } else if (c == '\'' || c == '"') {
            const std::size_t close = m_text.substr(0, m_end).find(c, at + 1);
            if (close == std::string_view::npos)
                break;
            at = static_cast<std::uint32_t>(close);
        } else if (c == '$' && this->at(at + 1) == '{') {
            ++depth;
            ++at;
        } else if (endsWord(at) && c != '(' && c != ')') {
            m_noBrace = at;
            return 0;
        } else if (c == '{') {
            ++depth;
        } else if (c == '}' && --depth == 0) {
            return isExpansion ? at : 0;
        } else if (depth == 1 && (c == ',' || (c == '.' && this->at(at + 1) == '.'))) {
            isExpansion = true;
        }
    }
    m_noBrace = m_end;
    return 0;
}

bool ScriptReader::readBrace(std::vector<WordPart>& parts)
{
    const std::uint32_t begin = m_pos;
    const std::uint32_t close = braceEnd(begin);
    if (close == 0)
        return false;
    const Level level(*this);
    WordPart part {.kind = WordPart::Kind::Brace,
        .range = {begin, close + 1},
        .quoted = false,
        .text = slice(begin, close + 1),
        .modifier = {},
        .script = {},
        .parts = {}};
    if (!level.tooDeep()) {
        emit(ShellTokenKind::Operator, begin, begin + 1);
        m_pos = begin + 1;
        const std::uint32_t saved = std::exchange(m_end, close);
        while (!atEnd() && (!endsWord(m_pos) || here() == '(' || here() == ')')) {
            if (endsWord(m_pos)) {
                emit(ShellTokenKind::Text, m_pos, m_pos + 1);
                ++m_pos;
            } else {
                readWordPart(part.parts, begin);
            }
        }
        m_end = saved;
        m_pos = close + 1;
        emit(ShellTokenKind::Operator, close, m_pos);
    }
    part.range.end = m_pos;
    parts.push_back(std::move(part));
    return true;
}

} // namespace darsena::dockerfile::shell
