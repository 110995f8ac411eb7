// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/names.h"

#include <algorithm>
#include <array>
#include <map>

namespace darsena::dockerfile::assist_detail {

namespace {

constexpr std::array<std::string_view, 5> declaringCommands {"declare", "export", "local", "readonly", "typeset"};
/// After these a command begins, or goes on.
constexpr std::array<std::string_view, 12> leadingWords {
    "!", "do", "elif", "else", "exec", "if", "then", "time", "until", "while", "{", "}"};

template <typename List> bool isAmong(const List& list, std::string_view word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

/// One pass over the text. Nested ${…} and $(…) are kept on a stack of what closes them.
class NameScanner {
public:
    NameScanner(std::string_view text, Span span, NameReader reader, char escape)
        : m_text(text.substr(0, span.end))
        , m_at(span.begin)
        , m_shell(reader == NameReader::Shell)
        , m_quotes(reader == NameReader::Builder || reader == NameReader::Shell)
        , m_escape(reader == NameReader::Builder ? escape : '\\')
    { }

    std::vector<NameUse> run()
    {
        while (m_at < m_text.size())
            step();
        while (!m_nesting.empty())
            pop();
        endCommand();
        std::stable_sort(m_names.begin(), m_names.end(),
            [](const NameUse& a, const NameUse& b) { return a.span.begin < b.span.begin; });
        return std::move(m_names);
    }

private:
    enum class Command { None, Declares, Reads, For, Other };
    struct Nesting {
        char close;
        bool doubleQuoted;
        Command command; ///< of the command around it
        std::vector<NameUse> assigned;
    };

    char peek(std::uint32_t ahead = 0) const { return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0'; }
    void step();
    void readDollar();
    void push(char close, bool doubleQuoted)
    {
        m_nesting.push_back({.close = close, .doubleQuoted = m_doubleQuoted, .command = m_command, .assigned = {}});
        m_doubleQuoted = doubleQuoted;
        if (close != '}') {
            m_nesting.back().assigned = std::exchange(m_assigned, {});
            m_command = Command::None;
        }
    }
    void pop();
    bool isShellCode(std::uint32_t quote) const;
    void addInner(std::uint32_t begin, std::uint32_t end);
    void skipTo(char end)
    {
        const std::size_t found = m_text.find(end, m_at);
        m_at = static_cast<std::uint32_t>(found == std::string_view::npos ? m_text.size() : found + 1);
    }
    bool readShellWord();
    void endCommand();

    std::string_view m_text;
    std::uint32_t m_at;
    bool m_shell;
    bool m_quotes;
    char m_escape;
    bool m_doubleQuoted = false;
    bool m_wordStart = true; ///< Shell: a word may begin here
    std::vector<Nesting> m_nesting;
    std::vector<NameUse> m_names;
    // Shell: the command that is being read.
    Command m_command = Command::None;
    std::vector<NameUse> m_assigned; ///< assignments before the command's name: they last only if there is none
};

/// The command is over: what was assigned without a command stays.
void NameScanner::endCommand()
{
    if (m_command == Command::None || m_command == Command::Declares) {
        for (NameUse& name : m_assigned) {
            name.from = m_at;
            m_names.push_back(name);
        }
    }
    m_assigned.clear();
    m_command = Command::None;
    m_wordStart = true;
}

void NameScanner::pop()
{
    const char close = m_nesting.back().close;
    if (close != '}') {
        endCommand();
        m_command = m_nesting.back().command;
        m_assigned = std::move(m_nesting.back().assigned);
        m_wordStart = false;
    }
    m_doubleQuoted = m_nesting.back().doubleQuoted;
    m_nesting.pop_back();
}

/// Looks at a plain word of shell code where one begins; true if it was read. Words with quotes or expansions in them
/// are left to step().
bool NameScanner::readShellWord()
{
    std::uint32_t end = m_at;
    while (end < m_text.size() && isNameCharacter(m_text[end]))
        ++end;
    const bool isName = end > m_at && isNameStart(m_text[m_at]);
    const char next = end < m_text.size() ? m_text[end] : '\0';
    const bool assigns = isName && (next == '=' || (next == '+' && m_text.substr(end).starts_with("+=")));
    const NameUse name {.span = {m_at, end}, .set = true, .from = end};
    if (assigns && (m_command == Command::None || m_command == Command::Declares)) {
        m_assigned.push_back(name);
        m_at = end + (next == '+' ? 2 : 1);
        m_wordStart = false;
        return true;
    }
    const bool plain = next == '\0' || std::string_view(" \t\r\n;&|()").find(next) != std::string_view::npos;
    if (!isName || !plain) {
        // "-r" of read, "./configure", "{": a command's name or an argument.
        std::uint32_t wordEnd = m_at;
        while (wordEnd < m_text.size()
            && std::string_view(" \t\r\n;&|()\"'$`").find(m_text[wordEnd]) == std::string_view::npos)
            ++wordEnd;
        const bool isWord = std::string_view(";&|()").find(m_text[m_at]) == std::string_view::npos;
        if (isWord && m_command == Command::None && !isAmong(leadingWords, m_text.substr(m_at, wordEnd - m_at)))
            m_command = Command::Other;
        m_wordStart = false;
        return false;
    }
    const std::string_view word = m_text.substr(m_at, end - m_at);
    switch (m_command) {
    case Command::None:
        if (isAmong(declaringCommands, word))
            m_command = Command::Declares;
        else if (word == "read")
            m_command = Command::Reads;
        else if (word == "for" || word == "select")
            m_command = Command::For;
        else if (!isAmong(leadingWords, word))
            m_command = Command::Other;
        break;
    case Command::Reads:
        m_names.push_back(name);
        break;
    case Command::For:
        m_names.push_back(name);
        m_command = Command::Other;
        break;
    case Command::Declares:
    case Command::Other:
        break;
    }
    m_at = end;
    m_wordStart = false;
    return true;
}

/// Whether a quote follows "bash -c": another shell reads what is in it, and the environment reaches that one too.
bool NameScanner::isShellCode(std::uint32_t quote) const
{
    constexpr std::uint32_t furthest = 60;
    std::string_view before = m_text.substr(quote > furthest ? quote - furthest : 0, std::min(quote, furthest));
    const auto takeWord = [&] {
        while (!before.empty() && (before.back() == ' ' || before.back() == '\t'))
            before.remove_suffix(1);
        const std::size_t blank = before.find_last_of(" \t\n;&|(");
        const std::string_view word = blank == std::string_view::npos ? before : before.substr(blank + 1);
        before.remove_suffix(word.size());
        return word;
    };
    std::string_view word = takeWord();
    if (word.size() < 2 || word.front() != '-' || word.back() != 'c')
        return false;
    while (word.starts_with('-'))
        word = takeWord();
    word.remove_prefix(std::min(word.rfind('/') + 1, word.size()));
    constexpr std::array<std::string_view, 6> shells {"ash", "bash", "dash", "ksh", "sh", "zsh"};
    return isAmong(shells, word);
}

/// The names in a quoted script that its own shell does not set. There is no quote in it, so this goes no deeper.
void NameScanner::addInner(std::uint32_t begin, std::uint32_t end)
{
    const std::vector<NameUse> inner = NameScanner(m_text, {begin, end}, NameReader::Shell, '\\').run();
    std::map<std::string_view, std::uint32_t> own;
    for (const NameUse& use : inner) {
        if (use.set)
            own.emplace(use.in(m_text), use.from);
    }
    for (const NameUse& use : inner) {
        const auto set = own.find(use.in(m_text));
        if (!use.set && (set == own.end() || use.span.begin < set->second))
            m_names.push_back(use);
    }
}

void NameScanner::step()
{
    const char c = peek();
    if (m_shell && !m_doubleQuoted && m_wordStart && c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        if (c == '#') {
            const std::size_t end = m_text.find('\n', m_at);
            m_at = static_cast<std::uint32_t>(std::min(end, m_text.size()));
            return;
        }
        if (readShellWord())
            return;
    }
    if (c == m_escape && m_escape != '\0') {
        m_at += 2;
        return;
    }
    if (c == '$') {
        readDollar();
        return;
    }
    if (!m_nesting.empty() && c == m_nesting.back().close && !(m_doubleQuoted && c != '}' && c != ')')) {
        pop();
        ++m_at;
        return;
    }
    if (m_quotes && c == '"') {
        m_doubleQuoted = !m_doubleQuoted;
    } else if (m_quotes && c == '\'' && !m_doubleQuoted) {
        ++m_at;
        const std::uint32_t begin = m_at;
        const bool isCode = m_shell && isShellCode(begin - 1);
        skipTo('\'');
        if (isCode)
            addInner(begin, m_at);
        return;
    } else if (m_shell && c == '`') {
        push('`', false);
        m_wordStart = true;
        ++m_at;
        return;
    } else if (m_shell && !m_doubleQuoted) {
        if (c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' || c == ')') {
            // A redirection's "&" is no separator, but nothing is lost when it is taken as one.
            endCommand();
        } else if (c == ' ' || c == '\t' || c == '\r') {
            m_wordStart = true;
        }
    }
    ++m_at;
}

void NameScanner::readDollar()
{
    ++m_at;
    if (m_shell && peek() == '(') {
        ++m_at;
        push(')', false);
        m_wordStart = true;
        return;
    }
    if (m_shell && peek() == '\'' && !m_doubleQuoted) {
        ++m_at;
        skipTo('\'');
        return;
    }
    const bool braced = peek() == '{';
    if (braced) {
        ++m_at;
        // ${#x} and ${!x} of shells.
        if (m_shell && (peek() == '#' || peek() == '!') && isNameStart(peek(1)))
            ++m_at;
        push('}', m_shell && m_doubleQuoted);
        m_wordStart = false;
    }
    const std::uint32_t begin = m_at;
    if (!isNameStart(peek()))
        return;
    while (isNameCharacter(peek()))
        ++m_at;
    m_names.push_back({.span = {begin, m_at}, .braced = braced});
}

} // namespace

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isNameCharacter(char c)
{
    return isNameStart(c) || (c >= '0' && c <= '9');
}

std::vector<NameUse> variableNames(std::string_view text, Span span, NameReader reader, char escape)
{
    return NameScanner(text, span, reader, escape).run();
}

} // namespace darsena::dockerfile::assist_detail
