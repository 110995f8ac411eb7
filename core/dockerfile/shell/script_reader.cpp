// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/shell/script_reader.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile::shell {

namespace {

/// Deeper than any script that people write; each level costs some stack.
constexpr unsigned maxShellDepth = 200;

constexpr std::array<std::string_view, 21> shellKeywords {"case", "do", "done", "elif", "else", "esac", "fi", "for",
    "function", "if", "in", "select", "then", "time", "until", "while", "{", "}", "[[", "]]", "!"};

} // namespace

ScriptReader::Level::Level(ScriptReader& reader)
    : m_reader(reader)
    , m_tooDeep(++reader.m_depth > maxShellDepth)
{
    if (!m_tooDeep)
        return;
    if (!m_reader.m_wasTooDeep)
        m_reader.fail({m_reader.m_pos, m_reader.m_pos}, {}, "The script is nested too deeply to be read on");
    m_reader.m_wasTooDeep = true;
    m_reader.m_pos = m_reader.m_end;
}

ScriptReader::ScriptReader(std::string_view text, Dialect dialect)
    : m_text(text)
    , m_dialect(dialect)
    , m_end(static_cast<std::uint32_t>(text.size()))
    , m_lookahead(64 * (text.size() + 64))
{ }

ParsedScript ScriptReader::run() &&
{
    m_result.tokens.reserve(m_text.size() / 5);
    m_result.script = readList();
    m_result.script.range = {0, m_end};
    if (m_unordered) {
        auto& tokens = m_result.tokens;
        std::stable_sort(tokens.begin(), tokens.end(),
            [](const ShellToken& a, const ShellToken& b) { return a.range.begin < b.range.begin; });
        // A string that runs over the end of its line hides the here-document that was read there.
        std::uint32_t end = 0;
        std::erase_if(tokens, [&](const ShellToken& token) {
            if (token.range.begin < end)
                return true;
            end = token.range.end;
            return false;
        });
    }
    std::stable_sort(m_result.errors.begin(), m_result.errors.end(),
        [](const ParseError& a, const ParseError& b) { return a.range.begin < b.range.begin; });
    return std::move(m_result);
}

bool ScriptReader::endsWord(std::uint32_t pos) const
{
    if (pos >= m_end)
        return true;
    const char c = m_text[pos];
    return c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '&' || c == '|' || c == '<' || c == '>' || c == '('
        || c == ')' || (c == '\r' && at(pos + 1) == '\n');
}

void ScriptReader::emit(ShellTokenKind kind, std::uint32_t begin, std::uint32_t end)
{
    if (begin < end)
        m_result.tokens.push_back({.kind = kind, .range = {begin, end}});
}

void ScriptReader::fail(Range range, std::string_view code, std::string message, bool fatal)
{
    range.end = std::min(std::max(range.begin, range.end), m_end);
    range.begin = std::min(range.begin, range.end);
    m_result.errors.push_back(
        {.range = range, .code = std::string(code), .message = std::move(message), .fatal = fatal});
}

void ScriptReader::skipBlanks()
{
    while (!atEnd()) {
        if (here() == ' ' || here() == '\t')
            ++m_pos;
        else if (here() == '\\' && at(m_pos + 1) == '\n')
            m_pos += 2;
        else if (here() == '\\' && at(m_pos + 1) == '\r' && at(m_pos + 2) == '\n')
            m_pos += 3;
        else
            return;
    }
}

void ScriptReader::skipComment()
{
    const std::uint32_t begin = m_pos;
    while (!atEnd() && !atLineBreak())
        ++m_pos;
    emit(ShellTokenKind::Comment, begin, m_pos);
}

void ScriptReader::takeLineBreak()
{
    if (here() == '\r')
        ++m_pos;
    if (m_pos == m_heredocLineEnd) {
        m_pos = std::min(m_heredocResume, m_end);
        m_heredocLineEnd = UINT32_MAX;
    } else {
        ++m_pos;
    }
}

void ScriptReader::skipLineBreaks()
{
    for (;;) {
        skipBlanks();
        if (here() == '#' && !atEnd())
            skipComment();
        else if (atLineBreak())
            takeLineBreak();
        else
            return;
    }
}

/// The reserved word at this place; empty if there is none.
std::string_view ScriptReader::keywordHere() const
{
    // Most words are none, and their first byte tells.
    constexpr std::string_view firstBytes = "cdefistuw{}[]!";
    if (atEnd() || firstBytes.find(m_text[m_pos]) == std::string_view::npos)
        return {};
    std::uint32_t end = m_pos;
    while (end - m_pos < 9 && !endsWord(end))
        ++end;
    if (end == m_pos || !endsWord(end))
        return {};
    const std::string_view word = m_text.substr(m_pos, end - m_pos);
    const auto found = std::find(shellKeywords.begin(), shellKeywords.end(), word);
    return found == shellKeywords.end() ? std::string_view() : *found;
}

bool ScriptReader::takeKeyword(std::string_view keyword)
{
    if (keywordHere() != keyword)
        return false;
    emit(ShellTokenKind::Keyword, m_pos, m_pos + static_cast<std::uint32_t>(keyword.size()));
    m_pos += static_cast<std::uint32_t>(keyword.size());
    return true;
}

bool ScriptReader::takeOperator(std::string_view op)
{
    if (!looksAt(op))
        return false;
    emit(ShellTokenKind::Operator, m_pos, m_pos + static_cast<std::uint32_t>(op.size()));
    m_pos += static_cast<std::uint32_t>(op.size());
    return true;
}

/// What ends lists, if it stands here; whether it ends one of those being read is another question.
unsigned ScriptReader::stopHere() const
{
    if (atEnd())
        return 0;
    if (here() == ')')
        return CloseParen;
    if (here() == ';' && (at(m_pos + 1) == ';' || at(m_pos + 1) == '&'))
        return CaseEnd;
    constexpr std::array<std::pair<std::string_view, unsigned>, 8> closers {{{"then", Then}, {"elif", Elif},
        {"else", Else}, {"fi", Fi}, {"do", Do}, {"done", Done}, {"esac", Esac}, {"}", CloseBrace}}};
    const std::string_view keyword = keywordHere();
    for (const auto& [name, stop] : closers) {
        if (name == keyword)
            return stop;
    }
    return 0;
}

bool ScriptReader::canBeginCommand() const
{
    if (atEnd() || atStop())
        return false;
    return here() != ';' && here() != '&' && here() != '|' && here() != ')' && !atLineBreak();
}

Script ScriptReader::readListWithin(unsigned stops)
{
    const unsigned saved = std::exchange(m_stops, m_stops | stops);
    Script script = readList();
    m_stops = saved;
    return script;
}

/// Skips an operator or closing word that nothing here waits for; false if there is none.
bool ScriptReader::skipUnexpected()
{
    const std::uint32_t begin = m_pos;
    if (here() == ')' && m_strayParens > 0) {
        --m_strayParens;
        return takeOperator(")");
    }
    if (const unsigned stop = stopHere(); stop != 0) {
        const std::string_view keyword = keywordHere();
        if (stop == CloseParen || stop == CaseEnd)
            takeOperator(stop == CloseParen ? ")" : m_text.substr(m_pos, 2));
        else
            takeKeyword(keyword);
        fail({begin, m_pos}, "SC1089", fmt::format("Nothing is open that this '{}' could close", slice(begin, m_pos)));
        return true;
    }
    if (here() == ';' || here() == '&' || here() == '|') {
        const bool twice = here() != ';' && at(m_pos + 1) == here();
        takeOperator(m_text.substr(m_pos, twice ? 2 : 1));
        fail({begin, m_pos}, "SC1070", fmt::format("A command is missing before '{}'", slice(begin, m_pos)));
        return true;
    }
    return false;
}

Separator ScriptReader::readSeparator(Range& range)
{
    skipBlanks();
    range.begin = m_pos;
    Separator separator = Separator::End;
    if (takeOperator("&&")) {
        separator = Separator::And;
    } else if (takeOperator("||")) {
        separator = Separator::Or;
    } else if (here() == '&' && takeOperator("&")) {
        separator = Separator::Background;
        skipBlanks();
        if (here() == ';' && at(m_pos + 1) != ';') {
            fail(
                {range.begin, m_pos + 1}, "SC1045", "'&' ends a command already, the ';' behind it is too much", false);
            takeOperator(";");
        }
    } else if (here() == ';' && stopHere() == 0 && takeOperator(";")) {
        separator = Separator::Sequence;
    } else if (atLineBreak()) {
        separator = Separator::Sequence;
        range.end = m_pos + 1;
        takeLineBreak();
        return separator;
    }
    range.end = std::max(range.begin, m_pos);
    return separator;
}

/// Commands and what stands between them, up to the end or to what closes the list.
Script ScriptReader::readList()
{
    const Level level(*this);
    Script script {.range = {m_pos, m_pos}, .items = {}};
    while (!level.tooDeep()) {
        skipLineBreaks();
        if (atEnd() || atStop())
            break;
        if (skipUnexpected())
            continue;
        ListItem item {.pipeline = readPipeline()};
        skipBlanks();
        if (here() == '#' && !atEnd())
            skipComment();
        item.separator = readSeparator(item.separatorRange);
        const bool joins = item.separator == Separator::And || item.separator == Separator::Or;
        if (item.separator == Separator::End && !atEnd() && !atStop() && stopHere() == 0 && m_strayParens == 0)
            fail({m_pos, m_pos + 1}, "SC1070", "A ';' or a line break is missing here");
        if (item.pipeline.commands.empty()) {
            fail({m_pos, m_pos + 1}, "SC1072", "A command is missing here");
            continue;
        }
        if (joins) {
            skipLineBreaks();
            if (!canBeginCommand() || stopHere() != 0)
                fail({m_pos, m_pos + 1}, "SC1072",
                    fmt::format("A command is missing behind '{}'", item.separator == Separator::And ? "&&" : "||"));
            // The operator that stands where the command should be has been reported.
            if (!atEnd() && !atStop() && stopHere() == 0 && (here() == ';' || here() == '&' || here() == '|'))
                takeOperator(m_text.substr(m_pos, at(m_pos + 1) == here() ? 2 : 1));
        }
        script.items.push_back(std::move(item));
    }
    script.range.end = m_pos;
    return script;
}

Pipeline ScriptReader::readPipeline()
{
    Pipeline pipeline {.range = {m_pos, m_pos}, .negated = false, .commands = {}};
    for (;;) {
        if (takeKeyword("!"))
            pipeline.negated = !pipeline.negated;
        else if (keywordHere() == "time" && at(m_pos + 4) == ' ' && takeKeyword("time"))
            skipBlanks();
        else
            break;
        skipBlanks();
    }
    while (canBeginCommand()) {
        pipeline.commands.push_back(readCommand());
        pipeline.range.end = pipeline.commands.back().range.end;
        skipBlanks();
        if (here() != '|' || at(m_pos + 1) == '|')
            break;
        const std::uint32_t bar = m_pos;
        takeOperator(at(m_pos + 1) == '&' ? "|&" : "|");
        skipLineBreaks();
        if (!canBeginCommand()) {
            fail({bar, m_pos}, "SC1072", "A command is missing behind '|'");
            while (!atEnd() && !atStop() && here() == '|')
                takeOperator("|");
        }
    }
    pipeline.range.end = std::max(pipeline.range.end, pipeline.range.begin);
    return pipeline;
}

Command ScriptReader::readCommand()
{
    const Level level(*this);
    Command command;
    command.range = {m_pos, m_pos};
    if (level.tooDeep())
        return command;
    if (readCompound(command)) {
        command.range.end = m_pos;
        if (command.kind != Command::Kind::Function) {
            skipBlanks();
            while (readRedirection(command))
                skipBlanks();
        }
    } else {
        readSimple(command);
    }
    return command;
}

ParsedScript parseScript(std::string_view text, Dialect dialect)
{
    return ScriptReader(text, dialect).run();
}

} // namespace darsena::dockerfile::shell
