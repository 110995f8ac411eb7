// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/occurrences.h"

#include "core/dockerfile/assist/heredocs.h"
#include "core/dockerfile/assist/names.h"
#include "core/dockerfile/assist/place.h"
#include "core/dockerfile/assist/variables.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace darsena::dockerfile::assist_detail {

namespace {

bool isVariableName(std::string_view name)
{
    return !name.empty() && isNameStart(name.front()) && std::all_of(name.begin(), name.end(), isNameCharacter);
}

bool isShellProgram(std::string_view program)
{
    program.remove_prefix(std::min(program.rfind('/') + 1, program.size()));
    return program == "sh" || program == "bash" || program == "dash" || program == "ash" || program == "ksh"
        || program == "zsh";
}

/// $env:NAME of PowerShell, %NAME% of cmd.
std::vector<NameUse> windowsNames(std::string_view text, Span span, bool powerShell)
{
    std::vector<NameUse> names;
    text = text.substr(0, span.end);
    const std::string_view mark = powerShell ? "$env:" : "%";
    for (std::size_t at = span.begin; at < text.size();) {
        const bool found = equalsIgnoringCase(text.substr(at, mark.size()), mark);
        at += found ? mark.size() : 1;
        const auto begin = static_cast<std::uint32_t>(at);
        auto end = begin;
        while (found && end < text.size() && isNameCharacter(text[end]))
            ++end;
        if (end == begin || (!powerShell && (end == text.size() || text[end] != '%')))
            continue;
        names.push_back({.span = {begin, end}});
        at = end + (powerShell ? 0 : 1);
    }
    return names;
}

ShellKind shellOf(const Statement& statement)
{
    const std::string program = statement.arguments.empty() ? std::string() : lower(statement.arguments.front().text);
    if (program.find("powershell") != std::string::npos || program.find("pwsh") != std::string::npos)
        return ShellKind::PowerShell;
    return program == "cmd" || program.ends_with("cmd.exe") ? ShellKind::Cmd : ShellKind::Posix;
}

} // namespace

namespace {

/// The shell of an image without SHELL: of Windows' own images it is cmd.
ShellKind shellOfImage(std::string_view image)
{
    const std::string name = lower(image);
    for (const std::string_view mark : {"windows/", "nanoserver", "servercore"}) {
        if (name.find(mark) != std::string::npos)
            return ShellKind::Cmd;
    }
    return ShellKind::Posix;
}

} // namespace

ShellKind shellBefore(const Dockerfile& file, const StageGraph& graph, std::size_t statement)
{
    std::optional<std::size_t> stage = stageOf(file, statement);
    while (stage) {
        const std::size_t first = file.stages[*stage].from.statement;
        for (std::size_t i = statement; i-- > first;) {
            if (file.document.statements[i].name == "shell")
                return shellOf(file.document.statements[i]);
        }
        const StageNode& node = graph.stages[*stage];
        if (!node.baseStage)
            return shellOfImage(node.base);
        stage = node.baseStage;
        statement = *stage + 1 < file.stages.size() ? file.stages[*stage + 1].from.statement
                                                    : file.document.statements.size();
    }
    return ShellKind::Posix;
}

OccurrenceFinder::OccurrenceFinder(const Dockerfile& file, const StageGraph& graph)
    : m_file(file)
    , m_graph(graph)
{ }

void OccurrenceFinder::visit(std::size_t index, const OccurrenceVisitor& visitor)
{
    m_visitor = &visitor;
    m_shell = shellBefore(m_file, m_graph, index);
    visitStatement(index);
}

void OccurrenceFinder::visitStatement(std::size_t index)
{
    const Statement& statement = m_file.document.statements[index];
    const Statement& holder = statement.trigger.empty() ? statement : statement.trigger.front();
    m_scope = statement.name == "from" ? std::nullopt : stageOf(m_file, index);
    for (const Word& flag : holder.flags)
        visitSpan(statement.line, flag.logicalOffset, statement.line.offsetOf(flag.range.end));
    if (holder.name == "arg")
        visitArg(statement, holder);
    else if (holder.name == "env" || holder.name == "label")
        visitPairs(statement, holder);
    else if (holder.name == "run" || holder.name == "cmd" || holder.name == "entrypoint"
        || holder.name == "healthcheck")
        visitCommand(statement, holder);
    else if (holder.name != "shell" && holder.name != "maintainer")
        visitWords(statement, holder);
    visitHeredocs(statement);
}

void OccurrenceFinder::visitAll(const OccurrenceVisitor& visitor)
{
    m_visitor = &visitor;
    std::vector<ShellKind> shells(m_file.stages.size(), ShellKind::Posix); // at the end of each stage
    for (std::size_t i = 0; i < m_file.document.statements.size(); ++i) {
        const std::optional<std::size_t> stage = stageOf(m_file, i);
        if (stage && m_file.stages[*stage].from.statement == i) {
            const StageNode& node = m_graph.stages[*stage];
            shells[*stage] = node.baseStage ? shells[*node.baseStage] : shellOfImage(node.base);
        } else if (stage && m_file.document.statements[i].name == "shell") {
            shells[*stage] = shellOf(m_file.document.statements[i]);
        }
        m_shell = stage ? shells[*stage] : ShellKind::Posix;
        visitStatement(i);
    }
}

void OccurrenceFinder::visitSpan(const LogicalLine& line, std::uint32_t begin, std::uint32_t end)
{
    for (const NameUse& name : variableNames(line.text(), {begin, end}, NameReader::Builder, m_file.document.escape))
        emit(name.in(line.text()), line.source(name.span.begin, name.span.end), Occurrence::Role::Use);
}

void OccurrenceFinder::visitArg(const Statement& statement, const Statement& holder)
{
    for (const Word& word : holder.arguments) {
        const std::size_t equals = word.text.find('=');
        const std::string_view name = std::string_view(word.text).substr(0, equals);
        const auto nameEnd = word.logicalOffset + static_cast<std::uint32_t>(name.size());
        if (isVariableName(name)) {
            for (const Comment& comment : statement.commentsAbove) {
                if (const auto range = nameInComment(m_file.document.source, comment, name))
                    emit(name, *range, Occurrence::Role::Comment);
            }
            emit(name, statement.line.source(word.logicalOffset, nameEnd),
                equals == std::string::npos ? Occurrence::Role::Declare : Occurrence::Role::Define);
        }
        visitSpan(statement.line, nameEnd, word.logicalOffset + static_cast<std::uint32_t>(word.text.size()));
    }
}

void OccurrenceFinder::visitPairs(const Statement& statement, const Statement& holder)
{
    for (std::size_t i = 0; i + 2 < holder.arguments.size(); i += 3) {
        const Word& key = holder.arguments[i];
        const Word& value = holder.arguments[i + 1];
        if (holder.name == "env" && isVariableName(key.text))
            emit(key.text, key.range, Occurrence::Role::Define);
        else
            visitSpan(
                statement.line, key.logicalOffset, key.logicalOffset + static_cast<std::uint32_t>(key.text.size()));
        visitSpan(
            statement.line, value.logicalOffset, value.logicalOffset + static_cast<std::uint32_t>(value.text.size()));
    }
}

void OccurrenceFinder::visitWords(const Statement& statement, const Statement& holder)
{
    for (const Word& word : holder.arguments) {
        const std::uint32_t end = statement.line.offsetOf(word.range.end);
        if (holder.jsonForm)
            visitSpan(statement.line, word.logicalOffset + 1, std::max(word.logicalOffset + 1, end - 1));
        else
            visitSpan(
                statement.line, word.logicalOffset, word.logicalOffset + static_cast<std::uint32_t>(word.text.size()));
    }
}

void OccurrenceFinder::visitScript(std::string_view text, std::uint32_t begin, std::uint32_t end,
    const std::function<Range(std::uint32_t, std::uint32_t)>& place)
{
    const std::vector<NameUse> names = m_shell == ShellKind::Posix
        ? variableNames(text, {begin, end}, NameReader::Shell, '\\')
        : windowsNames(text, {begin, end}, m_shell == ShellKind::PowerShell);
    // From where on a name is the script's own.
    std::map<std::string_view, std::uint32_t> own;
    for (const NameUse& name : names) {
        if (name.set)
            own.emplace(name.in(text), name.from);
    }
    for (const NameUse& name : names) {
        const auto set = own.find(name.in(text));
        if (!name.set && (set == own.end() || name.span.begin < set->second))
            emit(name.in(text), place(name.span.begin, name.span.end), Occurrence::Role::Use);
    }
}

void OccurrenceFinder::visitCommand(const Statement& statement, const Statement& holder)
{
    const LogicalLine& line = statement.line;
    const std::size_t first = holder.name == "healthcheck" ? 1 : 0;
    if (holder.arguments.size() <= first)
        return;
    const auto place = [&](std::uint32_t begin, std::uint32_t end) { return line.source(begin, end); };
    if (!holder.jsonForm) {
        const Word& word = holder.arguments[first];
        visitScript(
            line.text(), word.logicalOffset, word.logicalOffset + static_cast<std::uint32_t>(word.text.size()), place);
        return;
    }
    // ["sh", "-c", "echo $X"]: a shell all the same. Escapes of JSON in it would shift what is found.
    if (holder.arguments.size() < first + 3 || !isShellProgram(holder.arguments[first].text)
        || !holder.arguments[first + 1].text.starts_with('-') || !holder.arguments[first + 1].text.ends_with('c'))
        return;
    const Word& code = holder.arguments[first + 2];
    const std::uint32_t end = line.offsetOf(code.range.end);
    if (m_file.document.source.slice(code.range).find('\\') == std::string_view::npos && end > code.logicalOffset + 1) {
        m_shell = ShellKind::Posix;
        visitScript(line.text(), code.logicalOffset + 1, end - 1, place);
    }
}

void OccurrenceFinder::visitHeredocs(const Statement& statement)
{
    const std::string& text = m_file.document.source.text();
    for (const Heredoc& heredoc : statement.heredocs) {
        const auto reader = heredocReader(m_file, statement, heredoc);
        if (!reader)
            continue;
        const Range content = heredoc.contentRange;
        if (*reader == NameReader::Shell) {
            visitScript(text, content.begin, content.end, [](std::uint32_t begin, std::uint32_t end) {
                return Range {begin, end};
            });
            continue;
        }
        for (const NameUse& name : variableNames(text, {content.begin, content.end}, *reader, '\\'))
            emit(name.in(text), {name.span.begin, name.span.end}, Occurrence::Role::Use);
    }
}

void visitSourceNames(
    const Dockerfile& file, const Statement& statement, const std::function<void(const SourceName&)>& visitor)
{
    const Statement& holder = statement.trigger.empty() ? statement : statement.trigger.front();
    const bool isRun = holder.name == "run";
    if (!isRun && holder.name != "copy")
        return;
    const SourceText& source = file.document.source;
    const std::string_view wanted = isRun ? "--mount=" : "--from=";
    for (const Word& flag : holder.flags) {
        if (!flag.text.starts_with(wanted))
            continue;
        const std::string written = lower(source.slice(flag.range));
        std::size_t begin = isRun ? std::string::npos : written.find("--from=");
        if (begin != std::string::npos)
            begin += wanted.size();
        for (std::size_t at = isRun ? written.find("from=") : std::string::npos; at != std::string::npos;
             at = written.find("from=", at + 1)) {
            const char before = at == 0 ? '\0' : written[at - 1];
            if (before == ',' || before == '=' || before == '"' || before == '\'')
                begin = at + 5;
        }
        if (begin == std::string::npos)
            continue;
        while (begin < written.size() && (written[begin] == '"' || written[begin] == '\''))
            ++begin;
        const std::size_t end = std::min(written.find_first_of(isRun ? ",'\"" : "'\"", begin), written.size());
        const Range range {
            flag.range.begin + static_cast<std::uint32_t>(begin), flag.range.begin + static_cast<std::uint32_t>(end)};
        if (!range.empty())
            visitor({.range = range, .text = source.slice(range), .mount = isRun});
    }
}

StageNames::StageNames(const Dockerfile& file, const StageOptions& options)
    : m_contexts(options.namedContexts.begin(), options.namedContexts.end())
    , m_count(file.stages.size())
{
    for (const Stage& stage : file.stages) {
        if (!stage.name.empty())
            m_last[stage.name] = stage.index;
    }
}

std::optional<std::size_t> StageNames::find(const SourceName& source) const
{
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(source.text.data(), source.text.data() + source.text.size(), number);
    if (!source.mount && error == std::errc() && end == source.text.data() + source.text.size())
        return number < m_count ? std::optional(number) : std::nullopt;
    const auto found = m_last.find(lower(source.text));
    return found == m_last.end() || m_contexts.contains(source.text) ? std::nullopt : std::optional(found->second);
}

std::optional<Range> nameInComment(const SourceText& source, const Comment& comment, std::string_view name)
{
    if (!comment.text.starts_with(name) || comment.text.size() == name.size() || comment.text[name.size()] != ' ')
        return std::nullopt;
    const std::size_t at = source.slice(comment.range).find(name, 1);
    if (at == std::string_view::npos)
        return std::nullopt;
    const auto begin = comment.range.begin + static_cast<std::uint32_t>(at);
    return Range {begin, begin + static_cast<std::uint32_t>(name.size())};
}

} // namespace darsena::dockerfile::assist_detail
