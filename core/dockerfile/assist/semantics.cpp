// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/assist.h"

#include "core/dockerfile/arguments.h"
#include "core/dockerfile/assist/body_tokens.h"
#include "core/dockerfile/assist/names.h"
#include "core/dockerfile/assist/occurrences.h"
#include "core/dockerfile/assist/painter.h"
#include "core/dockerfile/shell/scripts.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <optional>

namespace darsena::dockerfile {

namespace {

using namespace assist_detail;

class Highlighter {
public:
    explicit Highlighter(const Dockerfile& file)
        : m_file(file)
        , m_source(file.document.source)
        , m_painter(file.document.source)
        , m_graph(stageGraph(file))
        , m_names(file, {})
    { }

    std::vector<SemanticToken> run()
    {
        paintTokens();
        for (std::size_t i = 0; i < m_file.document.statements.size(); ++i)
            paintStatement(i);
        paintVariables();
        paintScripts();
        for (const Statement& statement : m_file.document.statements)
            paintBodies(statement);
        // Comments between the lines of an instruction are no part of it.
        for (const Comment& comment : m_file.document.comments)
            m_painter.paint(comment.range, isPragma(comment) ? SemanticKind::Directive : SemanticKind::Comment);
        return m_painter.take();
    }

private:
    static bool isPragma(const Comment& comment)
    {
        const std::string_view text = comment.text;
        return text.starts_with("hadolint ") || text.starts_with("check=") || text.starts_with("shellcheck ");
    }
    void paintTokens();
    void paintStatement(std::size_t index);
    void paintFlag(const LogicalLine& line, const Word& flag, bool isMount);
    void paintFrom(std::size_t index, const Statement& statement);
    void paintPairs(const LogicalLine& line, const Statement& holder);
    void paintArgs(const LogicalLine& line, const Statement& holder);
    void paintWords(const LogicalLine& line, const Statement& holder);
    void paintExecForm(const Statement& holder, std::size_t first);
    void paintVariable(Range name);
    void paintVariables();
    void paintScripts();
    void paintShell(const shell::ParsedScript& script, const LogicalLine& line);
    void paintBodies(const Statement& statement);

    const Dockerfile& m_file;
    const SourceText& m_source;
    Painter m_painter;
    StageGraph m_graph;
    StageNames m_names;
};

void Highlighter::paintTokens()
{
    for (const Token& token : m_file.document.tokens) {
        switch (token.kind) {
        case TokenKind::Directive:
            m_painter.paint(token.range, SemanticKind::Directive);
            break;
        case TokenKind::Keyword:
            m_painter.paint(token.range,
                isInstructionName(lower(m_source.slice(token.range))) ? SemanticKind::Keyword : SemanticKind::Unknown);
            break;
        case TokenKind::Flag:
            m_painter.paint(token.range, SemanticKind::Flag);
            break;
        case TokenKind::Punctuation:
        case TokenKind::Continuation:
            m_painter.paint(token.range, SemanticKind::Operator);
            break;
        case TokenKind::HeredocBody:
            m_painter.paint(token.range, SemanticKind::String);
            break;
        case TokenKind::HeredocEnd:
            m_painter.paint(token.range, SemanticKind::Heredoc);
            break;
        default:
            break;
        }
    }
}

/// "--mount=type=cache,target=/x": name, '=', and what the value is made of.
void Highlighter::paintFlag(const LogicalLine& line, const Word& flag, bool isMount)
{
    const std::uint32_t end = line.offsetOf(flag.range.end);
    const std::string_view text = std::string_view(line.text()).substr(0, end);
    std::size_t equals = text.find('=', flag.logicalOffset);
    if (equals == std::string_view::npos)
        return;
    auto at = static_cast<std::uint32_t>(equals);
    m_painter.paint(line, at, at + 1, SemanticKind::Operator);
    if (!isMount) {
        m_painter.paint(line, at + 1, end, SemanticKind::String);
        return;
    }
    for (++at; at < end;) {
        const auto stop = static_cast<std::uint32_t>(std::min<std::size_t>(text.find(',', at), end));
        equals = text.substr(0, stop).find('=', at);
        const auto keyEnd = static_cast<std::uint32_t>(std::min<std::size_t>(equals, stop));
        m_painter.paint(line, at, keyEnd, SemanticKind::Property);
        if (keyEnd < stop) {
            const std::string key = lower(text.substr(at, keyEnd - at));
            const bool isPath
                = key == "target" || key == "dst" || key == "destination" || key == "source" || key == "src";
            const bool isWord = key == "type" || key == "sharing";
            m_painter.paint(line, keyEnd, keyEnd + 1, SemanticKind::Operator);
            m_painter.paint(line, keyEnd + 1, stop,
                isPath       ? SemanticKind::Path
                    : isWord ? SemanticKind::Keyword
                             : SemanticKind::String);
        }
        if (stop < end)
            m_painter.paint(line, stop, stop + 1, SemanticKind::Operator);
        at = stop + 1;
    }
}

void Highlighter::paintStatement(std::size_t index)
{
    const Statement& statement = m_file.document.statements[index];
    const Statement& holder = statement.trigger.empty() ? statement : statement.trigger.front();
    for (const Word& flag : holder.flags)
        paintFlag(statement.line, flag, holder.name == "run" && flag.text.starts_with("--mount="));
    if (holder.name == "from")
        paintFrom(index, holder);
    else if (holder.name == "env" || holder.name == "label")
        paintPairs(statement.line, holder);
    else if (holder.name == "arg")
        paintArgs(statement.line, holder);
    else if (holder.name == "run" || holder.name == "cmd" || holder.name == "entrypoint" || holder.name == "shell"
        || holder.name == "healthcheck") {
        const std::size_t first = holder.name == "healthcheck" ? 1 : 0;
        if (first == 1 && !holder.arguments.empty())
            m_painter.paint(holder.arguments.front().range, SemanticKind::Keyword);
        if (holder.jsonForm)
            paintExecForm(holder, first);
    } else {
        paintWords(statement.line, holder);
    }
    for (const Heredoc& heredoc : statement.heredocs)
        m_painter.paint(heredoc.wordRange, SemanticKind::Heredoc);
    visitSourceNames(m_file, statement, [&](const SourceName& source) {
        m_painter.paint(source.range, m_names.find(source) ? SemanticKind::Stage : SemanticKind::Image);
    });
}

void Highlighter::paintFrom(std::size_t index, const Statement& statement)
{
    const auto found = std::partition_point(
        m_file.stages.begin(), m_file.stages.end(), [&](const Stage& stage) { return stage.from.statement < index; });
    const bool known = found != m_file.stages.end() && found->from.statement == index;
    for (std::size_t i = 0; i < statement.arguments.size(); ++i) {
        const Word& word = statement.arguments[i];
        if (i == 0)
            m_painter.paint(word.range,
                known && m_graph.stages[found->index].baseStage ? SemanticKind::Stage : SemanticKind::Image);
        else if (i == 1)
            m_painter.paint(
                word.range, equalsIgnoringCase(word.text, "as") ? SemanticKind::Keyword : SemanticKind::Unknown);
        else
            m_painter.paint(word.range, i == 2 ? SemanticKind::Stage : SemanticKind::Unknown, i == 2);
    }
}

bool isNumberText(std::string_view text)
{
    return !text.empty()
        && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

void Highlighter::paintPairs(const LogicalLine& line, const Statement& holder)
{
    for (std::size_t i = 0; i + 2 < holder.arguments.size(); i += 3) {
        const Word& key = holder.arguments[i];
        const Word& value = holder.arguments[i + 1];
        const Word& separator = holder.arguments[i + 2];
        const bool isEnv = holder.name == "env";
        m_painter.paint(key.range, isEnv ? SemanticKind::Variable : SemanticKind::Property, true);
        m_painter.paint(line, value.logicalOffset, line.offsetOf(value.range.end),
            isNumberText(value.text) ? SemanticKind::Number : SemanticKind::String);
        if (!separator.text.empty())
            m_painter.paint(separator.range, SemanticKind::Operator);
    }
}

void Highlighter::paintArgs(const LogicalLine& line, const Statement& holder)
{
    for (const Word& word : holder.arguments) {
        const std::size_t equals = word.text.find('=');
        const auto nameEnd = word.logicalOffset + static_cast<std::uint32_t>(std::min(equals, word.text.size()));
        m_painter.paint(line, word.logicalOffset, nameEnd, SemanticKind::Variable, true);
        if (equals == std::string::npos)
            continue;
        m_painter.paint(line, nameEnd, nameEnd + 1, SemanticKind::Operator);
        m_painter.paint(line, nameEnd + 1, line.offsetOf(word.range.end),
            isNumberText(std::string_view(word.text).substr(equals + 1)) ? SemanticKind::Number : SemanticKind::String);
    }
}

void Highlighter::paintWords(const LogicalLine& line, const Statement& holder)
{
    SemanticKind kind = SemanticKind::String;
    if (holder.name == "copy" || holder.name == "add" || holder.name == "workdir" || holder.name == "volume")
        kind = SemanticKind::Path;
    else if (holder.name == "expose")
        kind = SemanticKind::Number;
    else if (holder.name == "stopsignal")
        kind = SemanticKind::Keyword;
    if (!isInstructionName(holder.name))
        return;
    for (const Word& word : holder.arguments)
        m_painter.paint(line, word.logicalOffset, line.offsetOf(word.range.end), kind);
}

/// ["program", "--option", "argument"].
void Highlighter::paintExecForm(const Statement& holder, std::size_t first)
{
    for (std::size_t i = first; i < holder.arguments.size(); ++i) {
        const Word& word = holder.arguments[i];
        m_painter.paint(word.range,
            i == first                       ? SemanticKind::Command
                : word.text.starts_with('-') ? SemanticKind::Option
                                             : SemanticKind::String);
    }
}

/// "$x", "${x}", "${x:-": '$' and braces belong to the name, what stands between is an operator and a word.
void Highlighter::paintVariable(Range name)
{
    const std::string& text = m_source.text();
    Range range = name;
    const bool braced = range.begin > 0 && text[range.begin - 1] == '{';
    range.begin -= braced ? 1 : 0;
    range.begin -= range.begin > 0 && text[range.begin - 1] == '$' ? 1 : 0;
    m_painter.paint(range, SemanticKind::Variable);
    if (!braced)
        return;
    std::uint32_t at = range.end;
    while (
        at < text.size() && at - range.end < 2 && std::string_view(":-+?#%/").find(text[at]) != std::string_view::npos)
        ++at;
    m_painter.paint({range.end, at}, SemanticKind::Operator);
    // The brace that closes it, on the same line; a bound keeps many open braces from taking long.
    constexpr std::uint32_t furthest = 200;
    int depth = 1;
    for (const std::uint32_t end = std::min(m_source.size(), at + furthest); at < end && text[at] != '\n'; ++at) {
        depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
        if (depth == 0) {
            m_painter.paint({at, at + 1}, SemanticKind::Variable);
            return;
        }
    }
}

void Highlighter::paintVariables()
{
    OccurrenceFinder(m_file, m_graph).visitAll([&](const Occurrence& occurrence) {
        if (occurrence.role == Occurrence::Role::Use)
            paintVariable(occurrence.range);
    });
}

std::optional<SemanticKind> kindOf(shell::ShellTokenKind kind)
{
    switch (kind) {
    case shell::ShellTokenKind::Command:
    case shell::ShellTokenKind::Builtin:
        return SemanticKind::Command;
    case shell::ShellTokenKind::Keyword:
        return SemanticKind::Keyword;
    case shell::ShellTokenKind::Operator:
        return SemanticKind::Operator;
    case shell::ShellTokenKind::Option:
        return SemanticKind::Option;
    case shell::ShellTokenKind::String:
    case shell::ShellTokenKind::HeredocBody:
        return SemanticKind::String;
    case shell::ShellTokenKind::Variable:
        return SemanticKind::Variable;
    case shell::ShellTokenKind::Comment:
        return SemanticKind::Comment;
    case shell::ShellTokenKind::Number:
        return SemanticKind::Number;
    case shell::ShellTokenKind::Text:
        break;
    }
    return std::nullopt;
}

void Highlighter::paintShell(const shell::ParsedScript& script, const LogicalLine& line)
{
    for (const shell::ShellToken& token : script.tokens) {
        if (const auto kind = kindOf(token.kind))
            m_painter.paint(line, token.range.begin, token.range.end, *kind);
    }
}

void Highlighter::paintScripts()
{
    for (const shell::EmbeddedScript& script : shell::scriptsOf(m_file)) {
        const auto size = static_cast<std::uint32_t>(script.text.text().size());
        BodyLanguage language = BodyLanguage::Other;
        switch (script.interpreter.kind) {
        case shell::Interpreter::Kind::Shell:
            // Variables were painted by who expands them; the shell's tokens say it more exactly.
            for (const Range& piece : script.text.pieces(0, size))
                m_painter.clear(piece);
            paintShell(script.parsed, script.text);
            continue;
        case shell::Interpreter::Kind::Python:
            language = BodyLanguage::Python;
            break;
        case shell::Interpreter::Kind::PowerShell:
            language = BodyLanguage::PowerShell;
            break;
        default:
            break;
        }
        for (const Range& piece : script.text.pieces(0, size)) {
            if (language != BodyLanguage::Other)
                m_painter.clear(piece);
        }
        for (const SemanticToken& token : bodyTokens(script.text.text(), language))
            m_painter.paint(script.text, token.range.begin, token.range.end, token.kind, token.definition);
    }
}

/// Files that COPY, ADD or `cat > file` write, by their names. Heredocs that RUN executes are among the scripts.
void Highlighter::paintBodies(const Statement& statement)
{
    for (const Heredoc& heredoc : statement.heredocs) {
        m_painter.paint(heredoc.wordRange, SemanticKind::Heredoc);
        m_painter.paint(heredoc.endRange, SemanticKind::Heredoc);
        if (isExecuted(statement, heredoc))
            continue;
        const BodyLanguage language = bodyLanguage(statement, heredoc);
        if (language == BodyLanguage::Other)
            continue;
        m_painter.clear(heredoc.contentRange);
        LogicalLine body;
        body.append(heredoc.content, heredoc.contentRange.begin);
        if (language == BodyLanguage::Shell)
            paintShell(shell::parseScript(heredoc.content, shell::Dialect::Bash), body);
        for (const SemanticToken& token : bodyTokens(heredoc.content, language))
            m_painter.paint(body, token.range.begin, token.range.end, token.kind, token.definition);
        if (!heredoc.expand)
            continue;
        for (const NameUse& name : variableNames(heredoc.content,
                 {0, static_cast<std::uint32_t>(heredoc.content.size())}, NameReader::BuilderHeredoc, '\\')) {
            paintVariable(body.source(name.span.begin, name.span.end));
        }
    }
}

} // namespace

std::vector<SemanticToken> semanticTokens(const Dockerfile& file)
{
    return Highlighter(file).run();
}

} // namespace darsena::dockerfile
