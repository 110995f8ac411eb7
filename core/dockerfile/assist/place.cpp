// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/place.h"

#include "core/dockerfile/text.h"

#include <algorithm>

namespace darsena::dockerfile::assist_detail {

namespace {

/// Where the physical line of an offset ends, before its line break.
std::uint32_t endOfLine(std::string_view text, std::uint32_t offset)
{
    std::size_t end = std::min(text.find('\n', offset), text.size());
    while (end > offset && text[end - 1] == '\r')
        --end;
    return static_cast<std::uint32_t>(end);
}

std::uint32_t beginOfLine(std::string_view text, std::uint32_t offset)
{
    if (offset == 0)
        return 0;
    const std::size_t before = text.rfind('\n', offset - 1);
    return before == std::string_view::npos ? 0 : static_cast<std::uint32_t>(before + 1);
}

/// Whether an instruction's last line ends with the escape: at the end of the file it goes on where the caret is.
bool isOpen(const Statement& statement, std::string_view text, char escape)
{
    const auto size = static_cast<std::uint32_t>(statement.line.text().size());
    const std::uint32_t begin = statement.line.source(size);
    const std::string_view rest = text.substr(begin, endOfLine(text, begin) - begin);
    const std::size_t last = rest.find_first_not_of(" \t");
    return last != std::string_view::npos && rest[last] == escape;
}

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

std::uint32_t skipBlanks(std::string_view line, std::uint32_t at)
{
    while (at < line.size() && isBlank(line[at]))
        ++at;
    return at;
}

/// Behind a word that begins at `at`; quotes and escapes hold blanks.
std::uint32_t endOfWord(std::string_view line, std::uint32_t at, std::uint32_t end, char escape)
{
    char quote = '\0';
    for (; at < end; ++at) {
        const char c = line[at];
        if (c == escape && quote != '\'') {
            ++at;
            continue;
        }
        if (quote == '\0' && isBlank(c))
            break;
        if (quote == '\0' && (c == '"' || c == '\''))
            quote = c;
        else if (c == quote)
            quote = '\0';
    }
    return std::min(at, end);
}

/// The strings of a JSON array that may be unfinished.
std::vector<Span> jsonStrings(std::string_view line, std::uint32_t at)
{
    std::vector<Span> strings;
    while (at < line.size()) {
        if (line[at] != '"') {
            ++at;
            continue;
        }
        Span string {++at, at};
        while (at < line.size() && line[at] != '"')
            at += line[at] == '\\' ? 2 : 1;
        string.end = std::min(at, static_cast<std::uint32_t>(line.size()));
        strings.push_back(string);
        ++at;
    }
    return strings;
}

class PlaceFinder {
public:
    PlaceFinder(const Dockerfile& file, std::uint32_t offset)
        : m_file(file)
        , m_text(file.document.source.text())
    {
        m_place.caret = std::min(offset, file.document.source.size());
    }

    Place run();

private:
    bool findHeredoc(const Statement& statement);
    bool isIn(const Statement& statement) const;
    void readLine();
    void readArguments(std::uint32_t begin);
    void readWords(std::uint32_t begin);

    const Dockerfile& m_file;
    std::string_view m_text;
    Place m_place;
};

Place PlaceFinder::run()
{
    const std::vector<Statement>& statements = m_file.document.statements;
    const auto next = std::partition_point(statements.begin(), statements.end(),
        [&](const Statement& statement) { return statement.range.begin <= m_place.caret; });
    m_place.statementIndex = static_cast<std::size_t>(next - statements.begin());
    if (m_place.statementIndex > 0) {
        m_place.stage = stageOf(m_file, m_place.statementIndex - 1);
        const Statement& statement = *(next - 1);
        if (findHeredoc(statement) || isIn(statement)) {
            m_place.statement = &statement;
            --m_place.statementIndex;
            if (m_place.stage && m_file.stages[*m_place.stage].from.statement == m_place.statementIndex
                && m_place.heredoc == nullptr)
                m_place.stage.reset();
        }
    }
    if (m_place.heredoc != nullptr)
        return std::move(m_place);
    const std::uint32_t lineBegin = beginOfLine(m_text, m_place.caret);
    const std::string_view line = m_text.substr(lineBegin, m_place.caret - lineBegin);
    if (trimLeft(line).starts_with('#') || (lineBegin == 0 && line.starts_with("\xEF\xBB\xBF#"))) {
        m_place.kind = Place::Kind::Comment;
        return std::move(m_place);
    }
    if (m_place.statement != nullptr)
        readLine();
    return std::move(m_place);
}

bool PlaceFinder::findHeredoc(const Statement& statement)
{
    if (statement.heredocs.empty())
        return false;
    // A body begins on a line of its own; without one the caret is still on the line that opens it.
    const std::uint32_t header = statement.line.source(static_cast<std::uint32_t>(statement.line.text().size()));
    if (m_place.caret <= endOfLine(m_text, header))
        return false;
    for (const Heredoc& heredoc : statement.heredocs) {
        if (m_place.caret < heredoc.contentRange.begin)
            continue;
        const bool inContent = m_place.caret < heredoc.contentRange.end
            || (heredoc.endRange.empty() && &heredoc == &statement.heredocs.back());
        const bool inEnd = !heredoc.endRange.empty() && m_place.caret >= heredoc.endRange.begin
            && m_place.caret <= heredoc.endRange.end;
        if (!inContent && !inEnd)
            continue;
        m_place.kind = inEnd ? Place::Kind::HeredocEnd : Place::Kind::HeredocBody;
        m_place.heredoc = &heredoc;
        return true;
    }
    return false;
}

bool PlaceFinder::isIn(const Statement& statement) const
{
    const std::uint32_t last = statement.line.source(static_cast<std::uint32_t>(statement.line.text().size()));
    const std::uint32_t end = std::max(statement.heredocs.empty() ? statement.range.end : 0, endOfLine(m_text, last));
    if (m_place.caret <= end)
        return true;
    return &statement == &m_file.document.statements.back() && statement.heredocs.empty()
        && isOpen(statement, m_text, m_file.document.escape);
}

void PlaceFinder::readLine()
{
    const Statement& statement = *m_place.statement;
    const std::string_view line = statement.line.text();
    m_place.at = statement.line.offsetOf(m_place.caret);
    // Behind the escape that continues a line nothing can be written.
    if (m_place.at > 0) {
        const std::uint32_t before = statement.line.source(m_place.at - 1, m_place.at).end;
        if (before < m_place.caret && m_text.substr(before, m_place.caret - before).find('\n') == std::string_view::npos
            && m_place.at < line.size()) {
            m_place.kind = Place::Kind::Nowhere;
            return;
        }
    }
    const char escape = m_file.document.escape;
    std::uint32_t at = 0;
    while (true) {
        std::uint32_t end = at;
        while (end < line.size() && !isBlank(line[end]))
            ++end;
        m_place.name = lower(line.substr(at, end - at));
        m_place.word = {at, end};
        if (m_place.at <= end && m_place.at >= at) {
            m_place.kind = Place::Kind::Keyword;
            m_place.name = lower(line.substr(at, m_place.at - at));
            return;
        }
        const std::uint32_t next = skipBlanks(line, end);
        if (m_place.name == "onbuild" && !m_place.trigger) {
            m_place.trigger = true;
            if (m_place.at < next || next == line.size()) {
                m_place.kind = Place::Kind::Keyword;
                m_place.name.clear();
                m_place.word = {m_place.at, m_place.at};
                return;
            }
            at = next;
            continue;
        }
        at = next;
        break;
    }
    m_place.flagsPossible = m_place.at <= at;
    while (line.substr(at, 2) == "--" || line.substr(at) == "-") {
        const Span flag {at, endOfWord(line, at, static_cast<std::uint32_t>(line.size()), escape)};
        if (m_place.at >= flag.begin && m_place.at <= flag.end) {
            m_place.kind = Place::Kind::Flag;
            m_place.word = flag;
        }
        const std::uint32_t next = skipBlanks(line, flag.end);
        if (line.substr(flag.begin, flag.end - flag.begin) == "--" && m_place.kind != Place::Kind::Flag) {
            at = next;
            break;
        }
        m_place.flags.push_back(flag);
        m_place.flagsPossible = m_place.flagsPossible || (m_place.at > flag.end && m_place.at <= next);
        at = next;
    }
    m_place.rest = at;
    const bool inFlag = m_place.kind == Place::Kind::Flag;
    const Span flag = m_place.word;
    readArguments(at);
    if (inFlag) {
        m_place.kind = Place::Kind::Flag;
        m_place.word = flag;
    }
}

void PlaceFinder::readArguments(std::uint32_t begin)
{
    m_place.kind = Place::Kind::Argument;
    const std::string_view line = m_place.line();
    const std::string& name = m_place.name;
    const auto size = static_cast<std::uint32_t>(line.size());
    m_place.word = {m_place.at, m_place.at};
    if (name == "healthcheck") {
        // CMD or NONE is a word of its own, the rest is a command.
        std::uint32_t end = begin;
        while (end < size && !isBlank(line[end]))
            ++end;
        if (m_place.at <= end) {
            m_place.word = {std::min(begin, m_place.at), std::max(end, m_place.at)};
            if (m_place.at < begin)
                m_place.word = {m_place.at, m_place.at};
            m_place.words = {{begin, end}};
            return;
        }
        begin = skipBlanks(line, end);
    }
    const bool takesJson = name == "run" || name == "cmd" || name == "entrypoint" || name == "shell" || name == "copy"
        || name == "add" || name == "volume" || name == "healthcheck";
    if (takesJson && line.substr(begin).starts_with('[')) {
        m_place.json = true;
        m_place.words = jsonStrings(line, begin + 1);
        for (std::size_t i = 0; i < m_place.words.size(); ++i) {
            const Span& string = m_place.words[i];
            if (string.begin > m_place.at)
                break;
            m_place.index = i + 1;
            if (m_place.at <= string.end) {
                m_place.index = i;
                m_place.word = string;
                m_place.inJsonString = true;
                break;
            }
        }
        return;
    }
    if (name == "run" || name == "cmd" || name == "entrypoint" || name == "healthcheck") {
        m_place.shell = true;
        m_place.words = {{std::min(begin, m_place.at), size}};
        m_place.word = m_place.words.front();
        return;
    }
    readWords(begin);
}

void PlaceFinder::readWords(std::uint32_t begin)
{
    const std::string_view line = m_place.line();
    m_place.words = wordsIn(line, {begin, static_cast<std::uint32_t>(line.size())}, m_file.document.escape);
    for (std::size_t i = 0; i < m_place.words.size(); ++i) {
        const Span& word = m_place.words[i];
        if (word.begin > m_place.at)
            break;
        m_place.index = i;
        if (m_place.at <= word.end) {
            m_place.word = word;
            return;
        }
        ++m_place.index;
    }
}

} // namespace

std::optional<Range> Place::range(std::uint32_t begin, std::uint32_t end, const SourceText& source) const
{
    if (statement == nullptr)
        return Range {caret, caret};
    const Range result {begin >= at ? caret : statement->line.source(begin),
        end <= at ? caret : statement->line.source(end - 1, end).end};
    if (result.begin > caret || result.end < caret || source.slice(result).find('\n') != std::string_view::npos)
        return std::nullopt;
    return result;
}

Range Place::wholeRange(Span span) const
{
    return statement == nullptr ? Range {caret, caret} : statement->line.source(span.begin, span.end);
}

std::vector<Span> wordsIn(std::string_view line, Span span, char escape)
{
    std::vector<Span> words;
    for (std::uint32_t at = span.begin; at < span.end;) {
        if (isBlank(line[at])) {
            ++at;
            continue;
        }
        const std::uint32_t end = endOfWord(line, at, span.end, escape);
        words.push_back({at, end});
        at = std::max(end, at + 1);
    }
    return words;
}

std::optional<std::size_t> stageOf(const Dockerfile& file, std::size_t statement)
{
    const auto next = std::partition_point(
        file.stages.begin(), file.stages.end(), [&](const Stage& stage) { return stage.from.statement <= statement; });
    if (next == file.stages.begin())
        return std::nullopt;
    return static_cast<std::size_t>(next - file.stages.begin()) - 1;
}

bool writesLowerCase(const Dockerfile& file, const Statement* except)
{
    std::ptrdiff_t balance = 0;
    for (const Statement& statement : file.document.statements) {
        if (&statement == except || !isInstructionName(statement.name))
            continue;
        if (statement.keyword.text == statement.name)
            ++balance;
        else if (statement.keyword.text == upper(statement.name))
            --balance;
    }
    return balance > 0;
}

Place placeAt(const Dockerfile& file, std::uint32_t offset)
{
    return PlaceFinder(file, offset).run();
}

} // namespace darsena::dockerfile::assist_detail
