// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/shell/script_reader.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile::shell {

/// The length of a redirection's operator, its number included; 0 if none stands here.
std::uint32_t ScriptReader::redirectionOperator() const
{
    std::uint32_t digits = 0;
    while (digits < 5 && at(m_pos + digits) >= '0' && at(m_pos + digits) <= '9')
        ++digits;
    const char first = at(m_pos + digits);
    if (first != '<' && first != '>' && first != '&')
        return 0;
    constexpr std::array<std::string_view, 12> operators {
        "<<<", "<<-", "&>>", "<<", "<&", "<>", ">>", ">&", ">|", "&>", "<", ">"};
    const std::string_view rest = m_text.substr(m_pos + digits, m_end - std::min(m_end, m_pos + digits));
    for (const std::string_view op : operators) {
        if (!rest.starts_with(op) || (digits > 0 && op.front() == '&'))
            continue;
        const bool substitutes = op.size() == 1 && at(m_pos + digits + 1) == '(' && digits == 0;
        return substitutes ? 0 : digits + static_cast<std::uint32_t>(op.size());
    }
    return 0;
}

/// Reads "2>file" and its like; false if none begins here.
bool ScriptReader::readRedirection(Command& command)
{
    const std::uint32_t length = atEnd() ? 0 : redirectionOperator();
    if (length == 0)
        return false;
    const std::uint32_t begin = m_pos;
    Redirection redirection;
    std::uint32_t digits = 0;
    while (at(begin + digits) >= '0' && at(begin + digits) <= '9')
        ++digits;
    if (digits > 0)
        redirection.fd = std::stoi(slice(begin, begin + digits));
    redirection.op = slice(begin + digits, begin + length);
    m_pos += length;
    emit(ShellTokenKind::Operator, begin, m_pos);
    skipBlanks();
    if (redirection.op == "<<" || redirection.op == "<<-") {
        readHeredoc(redirection);
    } else if (!readWord(redirection.target)) {
        fail({begin, begin + length}, "SC1073", fmt::format("'{}' does not say where to", redirection.op));
    }
    redirection.range = {begin, m_pos};
    command.redirections.push_back(std::move(redirection));
    return true;
}

/// The word that ends a here-document, its quotes removed.
std::string ScriptReader::readDelimiter(ShellWord& word, bool& quoted)
{
    std::string text;
    const std::uint32_t begin = m_pos;
    char quote = '\0';
    while (!atEnd() && (quote != '\0' || !endsWord(m_pos))) {
        const char c = here();
        if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
            quoted = true;
        } else if (c == quote && quote != '\0') {
            quote = '\0';
        } else if (c == '\\' && quote != '\'' && m_pos + 1 < m_end) {
            quoted = true;
            text += m_text[++m_pos];
        } else {
            text += c;
        }
        ++m_pos;
    }
    word.range = {begin, m_pos};
    emit(ShellTokenKind::String, begin, m_pos);
    word.parts.push_back({.kind = WordPart::Kind::Literal,
        .range = word.range,
        .quoted = quoted,
        .text = text,
        .modifier = {},
        .script = {},
        .parts = {}});
    return text;
}

void ScriptReader::readHeredoc(Redirection& redirection)
{
    const std::uint32_t begin = m_pos;
    bool quoted = false;
    const std::string delimiter = readDelimiter(redirection.target, quoted);
    if (m_pos == begin) {
        redirection.target.parts.clear();
        fail({begin, begin + 1}, "SC1073", "A here-document needs a word that ends it");
        return;
    }
    if (m_heredocLineEnd == UINT32_MAX || m_heredocLineEnd < m_pos || m_heredocLineEnd > m_end) {
        std::uint32_t lineEnd = m_pos;
        while (lineEnd < m_end && m_text[lineEnd] != '\n')
            lineEnd += m_text[lineEnd] == '\\' ? 2 : 1;
        m_heredocLineEnd = std::min(lineEnd, m_end);
        m_heredocResume = std::min(m_heredocLineEnd + 1, m_end);
    }
    const std::uint32_t resume = m_pos;
    m_pos = m_heredocResume;
    readHeredocBody(redirection, delimiter, quoted);
    m_heredocResume = m_pos;
    m_pos = resume;
    m_unordered = true;
}

/// Reads the lines from here to the one that ends the document, and goes behind that.
void ScriptReader::readHeredocBody(Redirection& redirection, const std::string& delimiter, bool quoted)
{
    const std::uint32_t begin = m_pos;
    std::uint32_t bodyEnd = m_end;
    std::uint32_t next = m_end;
    std::uint32_t endLine = m_end;
    for (std::uint32_t line = begin; line < m_end;) {
        const std::uint32_t lineEnd
            = static_cast<std::uint32_t>(std::min<std::size_t>(m_text.substr(0, m_end).find('\n', line), m_end));
        std::string_view text = m_text.substr(line, lineEnd - line);
        if (redirection.op == "<<-")
            text.remove_prefix(std::min(text.find_first_not_of('\t'), text.size()));
        if (text.ends_with('\r'))
            text.remove_suffix(1);
        if (text == delimiter) {
            bodyEnd = line;
            endLine = lineEnd - static_cast<std::uint32_t>(text.size());
            next = std::min(lineEnd + 1, m_end);
            break;
        }
        line = lineEnd + 1;
    }
    if (bodyEnd == m_end && endLine == m_end)
        fail(redirection.target.range, "SC1044", fmt::format("No line '{}' ends this here-document", delimiter));
    redirection.body = {begin, bodyEnd};
    if (quoted) {
        emit(ShellTokenKind::HeredocBody, begin, bodyEnd);
    } else {
        const std::uint32_t savedEnd = std::exchange(m_end, bodyEnd);
        const std::uint32_t savedLineEnd = std::exchange(m_heredocLineEnd, UINT32_MAX);
        const std::uint32_t savedResume = m_heredocResume;
        m_pos = begin;
        const std::uint32_t run = readQuotedRun(redirection.content, '\0', ShellTokenKind::HeredocBody, begin);
        emit(ShellTokenKind::HeredocBody, run, m_pos);
        std::erase_if(redirection.content, [](const WordPart& part) { return part.kind == WordPart::Kind::Literal; });
        m_end = savedEnd;
        m_heredocLineEnd = savedLineEnd;
        m_heredocResume = savedResume;
    }
    if (endLine < m_end)
        emit(ShellTokenKind::String, endLine, next > endLine && m_text[next - 1] == '\n' ? next - 1 : next);
    m_pos = next;
}

} // namespace darsena::dockerfile::shell
