// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/body_tokens.h"

#include "core/dockerfile/assist/names.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>

namespace darsena::dockerfile::assist_detail {

namespace {

constexpr std::array<std::string_view, 38> pythonKeywords {"False", "None", "True", "and", "as", "assert", "async",
    "await", "break", "case", "class", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from",
    "global", "if", "import", "in", "is", "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return", "self",
    "try", "while", "with", "yield"};
constexpr std::array<std::string_view, 31> powerShellKeywords {"begin", "break", "catch", "class", "continue", "data",
    "do", "dynamicparam", "else", "elseif", "end", "enum", "exit", "filter", "finally", "for", "foreach", "function",
    "if", "in", "param", "process", "return", "switch", "throw", "trap", "try", "until", "using", "while", "workflow"};
constexpr std::array<std::string_view, 3> jsonKeywords {"false", "null", "true"};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

class BodyScanner {
public:
    BodyScanner(std::string_view text, BodyLanguage language)
        : m_text(text)
        , m_language(language)
    { }

    std::vector<SemanticToken> run()
    {
        while (m_at < m_text.size())
            step();
        return std::move(m_tokens);
    }

private:
    char peek(std::size_t ahead = 0) const { return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0'; }
    bool at(std::string_view wanted) const { return m_text.substr(m_at, wanted.size()) == wanted; }
    void take(std::size_t end, SemanticKind kind, bool definition = false)
    {
        end = std::clamp(end, m_at + 1, m_text.size());
        m_tokens.push_back({.range = {static_cast<std::uint32_t>(m_at), static_cast<std::uint32_t>(end)},
            .kind = kind,
            .definition = definition});
        m_at = end;
    }
    std::size_t behind(std::string_view wanted, std::size_t from) const
    {
        const std::size_t found = m_text.find(wanted, from);
        return found == std::string_view::npos ? m_text.size() : found + wanted.size();
    }
    std::size_t endOfLine() const { return std::min(m_text.find('\n', m_at), m_text.size()); }
    std::size_t endOfString(std::size_t from, char quote, char escape, bool overLines) const;
    void step();
    bool readPythonString();
    bool readPowerShell();
    void readString();
    void readNumber();
    void readWord();

    std::string_view m_text;
    BodyLanguage m_language;
    std::size_t m_at = 0;
    std::string_view m_lastWord;
    std::vector<SemanticToken> m_tokens;
};

/// Behind the quote that closes a string whose content begins at `from`; one that is left open ends with its line.
std::size_t BodyScanner::endOfString(std::size_t from, char quote, char escape, bool overLines) const
{
    for (std::size_t i = from; i < m_text.size(); ++i) {
        if (m_text[i] == escape && escape != '\0')
            ++i;
        else if (m_text[i] == quote)
            return i + 1;
        else if (m_text[i] == '\n' && !overLines)
            return i;
    }
    return m_text.size();
}

bool BodyScanner::readPythonString()
{
    std::size_t prefix = 0;
    while (
        prefix < 2 && std::string_view("rRbBuUfF").find(peek(prefix)) != std::string_view::npos && peek(prefix) != '\0')
        ++prefix;
    const char quote = peek(prefix);
    if (quote != '"' && quote != '\'')
        return false;
    if (m_at > 0 && prefix > 0 && isNameCharacter(m_text[m_at - 1]))
        return false;
    const std::string triple(3, quote);
    if (m_text.substr(m_at + prefix, 3) == triple)
        take(behind(triple, m_at + prefix + 3), SemanticKind::String);
    else
        take(endOfString(m_at + prefix + 1, quote, '\\', false), SemanticKind::String);
    return true;
}

bool BodyScanner::readPowerShell()
{
    if (at("<#")) {
        take(behind("#>", m_at + 2), SemanticKind::Comment);
    } else if (at("@\"") || at("@'")) {
        take(behind(at("@\"") ? "\n\"@" : "\n'@", m_at + 2), SemanticKind::String);
    } else if (peek() == '$') {
        std::size_t end = m_at + 1;
        if (peek(1) == '{')
            end = behind("}", m_at + 2);
        else
            while (end < m_text.size() && (isNameCharacter(m_text[end]) || m_text[end] == ':'))
                ++end;
        if (end == m_at + 1)
            return false;
        take(end, SemanticKind::Variable);
    } else if (peek() == '-' && isNameStart(peek(1)) && (m_at == 0 || !isNameCharacter(m_text[m_at - 1]))) {
        std::size_t end = m_at + 1;
        while (end < m_text.size() && isNameCharacter(m_text[end]))
            ++end;
        take(end, SemanticKind::Option);
    } else if (isNameStart(peek())) {
        std::size_t end = m_at;
        while (end < m_text.size()
            && (isNameCharacter(m_text[end])
                || (m_text[end] == '-' && end + 1 < m_text.size() && isNameStart(m_text[end + 1]))))
            ++end;
        const std::string word = lower(m_text.substr(m_at, end - m_at));
        if (std::binary_search(powerShellKeywords.begin(), powerShellKeywords.end(), word))
            take(end, SemanticKind::Keyword);
        else if (word.find('-') != std::string::npos)
            take(end, SemanticKind::Command);
        else
            m_at = end;
    } else {
        return false;
    }
    return true;
}

void BodyScanner::readString()
{
    const char quote = peek();
    const char escape = m_language == BodyLanguage::PowerShell ? (quote == '"' ? '`' : '\0') : '\\';
    const std::size_t end = endOfString(m_at + 1, quote, escape, m_language == BodyLanguage::PowerShell);
    if (m_language == BodyLanguage::Json) {
        const std::size_t next = m_text.find_first_not_of(" \t\r\n", end);
        take(
            end, next != std::string_view::npos && m_text[next] == ':' ? SemanticKind::Property : SemanticKind::String);
        return;
    }
    take(end, SemanticKind::String);
}

void BodyScanner::readNumber()
{
    std::size_t end = m_at + 1;
    while (end < m_text.size() && (isNameCharacter(m_text[end]) || m_text[end] == '.'))
        ++end;
    take(end, SemanticKind::Number);
}

void BodyScanner::readWord()
{
    std::size_t end = m_at;
    while (end < m_text.size() && isNameCharacter(m_text[end]))
        ++end;
    const std::string_view word = m_text.substr(m_at, end - m_at);
    const bool isKeyword = m_language == BodyLanguage::Python
        ? std::binary_search(pythonKeywords.begin(), pythonKeywords.end(), word)
        : std::binary_search(jsonKeywords.begin(), jsonKeywords.end(), word);
    if (isKeyword)
        take(end, SemanticKind::Keyword);
    else if (m_lastWord == "def" || m_lastWord == "class")
        take(end, SemanticKind::Command, true);
    else if (m_language == BodyLanguage::Python && end < m_text.size() && m_text[end] == '(')
        take(end, SemanticKind::Command);
    else
        m_at = end;
    m_lastWord = word;
}

void BodyScanner::step()
{
    const char c = peek();
    const bool isJson = m_language == BodyLanguage::Json;
    if ((c == '#' && !isJson) || (isJson && at("//"))) {
        take(endOfLine(), SemanticKind::Comment);
    } else if (isJson && at("/*")) {
        take(behind("*/", m_at + 2), SemanticKind::Comment);
    } else if (m_language == BodyLanguage::Python && readPythonString()) {
        // Taken.
    } else if (m_language == BodyLanguage::PowerShell && readPowerShell()) {
        // Taken.
    } else if (c == '"' || (c == '\'' && !isJson)) {
        readString();
    } else if (isDigit(c) || (isJson && c == '-' && isDigit(peek(1)))) {
        readNumber();
    } else if (isNameStart(c)) {
        readWord();
    } else {
        if (c == '@' && m_language == BodyLanguage::Python && isNameStart(peek(1))) {
            std::size_t end = m_at + 1;
            while (end < m_text.size() && (isNameCharacter(m_text[end]) || m_text[end] == '.'))
                ++end;
            take(end, SemanticKind::Property);
            return;
        }
        ++m_at;
    }
}

} // namespace

std::vector<SemanticToken> bodyTokens(std::string_view text, BodyLanguage language)
{
    if (language != BodyLanguage::Python && language != BodyLanguage::PowerShell && language != BodyLanguage::Json)
        return {};
    return BodyScanner(text, language).run();
}

} // namespace darsena::dockerfile::assist_detail
