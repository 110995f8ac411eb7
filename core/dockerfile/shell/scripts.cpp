// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/shell/scripts.h"

#include "core/dockerfile/heredoc.h"
#include "core/dockerfile/json_array.h"
#include "core/dockerfile/pragma.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>
#include <map>

namespace darsena::dockerfile::shell {

namespace {

std::string_view programName(std::string_view path)
{
    const std::size_t slash = path.find_last_of("/\\");
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// What a program of this path reads as its code.
Interpreter interpreterOf(std::string_view path)
{
    Interpreter result;
    result.name = lower(programName(path));
    if (result.name.ends_with(".exe"))
        result.name.resize(result.name.size() - 4);
    const std::string_view name = result.name;
    if (name == "bash" || name == "zsh")
        result.dialect = Dialect::Bash;
    else if (name == "dash" || name == "ash")
        result.dialect = Dialect::Dash;
    else if (name == "ksh" || name == "mksh")
        result.dialect = Dialect::Ksh;
    else if (name == "pwsh" || name == "powershell")
        result.kind = Interpreter::Kind::PowerShell;
    else if (name == "cmd")
        result.kind = Interpreter::Kind::Cmd;
    else if (name.starts_with("python") || name.starts_with("pypy"))
        result.kind = Interpreter::Kind::Python;
    else if (name != "sh")
        result.kind = Interpreter::Kind::Other;
    return result;
}

/// "-o pipefail", "-eo", "pipefail", "-euxc".
void readShellOptions(Interpreter& interpreter, std::span<const std::string> arguments)
{
    bool wantsName = false;
    for (const std::string& argument : arguments) {
        if (wantsName) {
            interpreter.pipefail = interpreter.pipefail || argument == "pipefail";
            interpreter.errexit = interpreter.errexit || argument == "errexit";
            wantsName = false;
        } else if (argument.size() > 1 && argument.front() == '-' && argument[1] != '-') {
            interpreter.errexit = interpreter.errexit || argument.find('e') != std::string::npos;
            wantsName = argument.find('o') != std::string::npos;
        }
    }
}

std::vector<std::string> blankSeparated(std::string_view text)
{
    std::vector<std::string> words;
    for (text = trim(text); !text.empty(); text = trimLeft(text)) {
        const std::size_t length = std::min(text.find_first_of(" \t\r"), text.size());
        words.emplace_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return words;
}

/// Of a program and its arguments: "/usr/bin/env -S bash -e" is bash.
Interpreter interpreterOf(std::span<const std::string> argv)
{
    while (!argv.empty() && (programName(argv.front()) == "env" || argv.front() == "-S" || argv.front() == "busybox"))
        argv = argv.subspan(1);
    if (argv.empty())
        return {};
    Interpreter result = interpreterOf(argv.front());
    readShellOptions(result, argv.subspan(1));
    return result;
}

/// What the "#!" line of a text asks for.
std::optional<Interpreter> shebangOf(std::string_view text)
{
    if (!text.starts_with("#!"))
        return std::nullopt;
    return interpreterOf(blankSeparated(text.substr(2, text.find('\n') - 2)));
}

/// "# hadolint shell=/bin/bash".
std::optional<Interpreter> shellPragmaOf(std::string_view comment)
{
    const auto pragma = readPragma(comment);
    if (!pragma || pragma->kind != Pragma::Kind::Shell)
        return std::nullopt;
    return interpreterOf(std::vector<std::string>(pragma->names.begin(), pragma->names.end()));
}

/// The shell that an image of Windows has unless SHELL says otherwise.
Interpreter firstShell(const Stage& stage, char escape)
{
    const std::string image = lower(stage.base);
    const bool windows = escape == '`' || (stage.platform && stage.platform->starts_with("windows"))
        || image.find("windows/") != std::string::npos || image.find("nanoserver") != std::string::npos
        || image.find("servercore") != std::string::npos;
    return windows ? interpreterOf("cmd") : Interpreter();
}

/// Appends [begin, end) of a logical line, with the places of its pieces.
void appendSpan(LogicalLine& text, const LogicalLine& line, std::uint32_t begin, std::uint32_t end)
{
    for (std::uint32_t at = begin; const Range& piece : line.pieces(begin, end)) {
        const std::uint32_t length = piece.end - piece.begin;
        text.append(std::string_view(line.text()).substr(at, length), piece.begin);
        at += length;
    }
}

/// Goes over a file and collects its code.
class ScriptCollector {
public:
    explicit ScriptCollector(const Dockerfile& file)
        : m_file(file)
    { }

    std::vector<EmbeddedScript> run() &&;

private:
    void enterStage(const Stage& stage);
    void readComments(std::uint32_t before);
    void readStatement(const Statement& statement, const LogicalLine& line, std::span<const Heredoc> heredocs);
    void readShell(const Statement& statement);
    void readRun(const Word& script, const LogicalLine& line, std::span<const Heredoc> heredocs);
    void addLine(const Word& script, const LogicalLine& line, std::span<const Heredoc> heredocs);
    void addHeredoc(const Heredoc& heredoc, Interpreter interpreter);
    void addFedHeredocs(std::span<const Heredoc> heredocs, std::uint32_t lineLength);
    EmbeddedScript& add(Interpreter interpreter, LogicalLine text);

    const Dockerfile& m_file;
    std::vector<EmbeddedScript> m_scripts;
    std::size_t m_statement = 0;
    std::size_t m_stage = 0;
    std::size_t m_nextComment = 0;
    std::string m_instruction;
    Interpreter m_shell;
    std::optional<Interpreter> m_pragma; ///< stays for the stages to come
    std::map<std::string, Interpreter, std::less<>> m_shellOfStage;
};

std::vector<EmbeddedScript> ScriptCollector::run() &&
{
    std::size_t nextStage = 0;
    for (m_statement = 0; m_statement < m_file.document.statements.size(); ++m_statement) {
        const Statement& statement = m_file.document.statements[m_statement];
        readComments(statement.range.begin);
        if (nextStage < m_file.stages.size() && m_file.stages[nextStage].from.statement == m_statement) {
            enterStage(m_file.stages[nextStage++]);
        } else if (nextStage > 0) {
            const bool triggers = !statement.trigger.empty();
            readStatement(triggers ? statement.trigger.front() : statement, statement.line, statement.heredocs);
        }
    }
    return std::move(m_scripts);
}

void ScriptCollector::enterStage(const Stage& stage)
{
    // What the stage before ends with is what a stage that is FROM it begins with.
    if (stage.index > 0 && !m_file.stages[stage.index - 1].name.empty())
        m_shellOfStage.insert_or_assign(m_file.stages[stage.index - 1].name, m_shell);
    m_stage = stage.index;
    const auto base = m_shellOfStage.find(stage.base);
    m_shell
        = base != m_shellOfStage.end() ? base->second : m_pragma.value_or(firstShell(stage, m_file.document.escape));
}

/// The pragmas among the comments up to a place.
void ScriptCollector::readComments(std::uint32_t before)
{
    const auto& comments = m_file.document.comments;
    for (; m_nextComment < comments.size() && comments[m_nextComment].range.begin < before; ++m_nextComment) {
        if (auto pragma = shellPragmaOf(comments[m_nextComment].text)) {
            m_shell = *pragma;
            m_pragma = std::move(pragma);
        }
    }
}

void ScriptCollector::readStatement(
    const Statement& statement, const LogicalLine& line, std::span<const Heredoc> heredocs)
{
    if (statement.name == "shell") {
        readShell(statement);
        return;
    }
    if (statement.jsonForm || statement.arguments.empty())
        return;
    m_instruction = upper(statement.name);
    if (statement.name == "run") {
        readRun(statement.arguments.front(), line, heredocs);
    } else if (statement.name == "cmd" || statement.name == "entrypoint") {
        addLine(statement.arguments.front(), line, {});
    } else if (statement.name == "healthcheck" && statement.arguments.size() > 1
        && equalsIgnoringCase(statement.arguments.front().text, "cmd")) {
        addLine(statement.arguments[1], line, {});
    }
}

void ScriptCollector::readShell(const Statement& statement)
{
    if (!statement.jsonForm || statement.arguments.empty())
        return;
    std::vector<std::string> argv;
    for (const Word& word : statement.arguments)
        argv.push_back(word.text);
    m_shell = interpreterOf(argv);
}

void ScriptCollector::readRun(const Word& script, const LogicalLine& line, std::span<const Heredoc> heredocs)
{
    const auto opened
        = heredocs.empty() ? Result<std::optional<Heredoc>>(std::optional<Heredoc>()) : heredocFromWord(script.text);
    if (opened && opened->has_value()) {
        addHeredoc(heredocs.front(), shebangOf(heredocs.front().text()).value_or(m_shell));
        return;
    }
    addLine(script, line, heredocs);
    if (!heredocs.empty() && m_scripts.back().interpreter.kind == Interpreter::Kind::Shell)
        addFedHeredocs(heredocs, static_cast<std::uint32_t>(script.text.size()));
}

/// The shell's line, with the here-documents that the shell reads itself.
void ScriptCollector::addLine(const Word& script, const LogicalLine& line, std::span<const Heredoc> heredocs)
{
    LogicalLine text;
    const auto end = static_cast<std::uint32_t>(
        std::min<std::size_t>(script.logicalOffset + script.text.size(), line.text().size()));
    appendSpan(text, line, std::min(script.logicalOffset, end), end);
    const SourceText& source = m_file.document.source;
    for (const Heredoc& heredoc : heredocs) {
        text.append("\n", heredoc.contentRange.begin - std::min(heredoc.contentRange.begin, 1U));
        text.append(source.slice(heredoc.contentRange), heredoc.contentRange.begin);
        text.append(source.slice(heredoc.endRange), heredoc.endRange.begin);
    }
    add(m_shell, std::move(text));
}

void ScriptCollector::addHeredoc(const Heredoc& heredoc, Interpreter interpreter)
{
    LogicalLine text;
    std::uint32_t at = heredoc.contentRange.begin;
    for (std::string_view rest = m_file.document.source.slice(heredoc.contentRange); !rest.empty();) {
        const std::size_t lineLength = std::min(rest.find('\n'), rest.size() - 1) + 1;
        const std::size_t tabs = heredoc.chomp ? std::min(rest.find_first_not_of('\t'), lineLength - 1) : 0;
        if (heredoc.chomp)
            text.append(rest.substr(tabs, lineLength - tabs), at + static_cast<std::uint32_t>(tabs));
        else
            text.append(rest, at);
        const std::size_t taken = heredoc.chomp ? lineLength : rest.size();
        rest.remove_prefix(taken);
        at += static_cast<std::uint32_t>(taken);
    }
    add(std::move(interpreter), std::move(text)).heredoc = true;
}

/// The interpreter that reads its code from a command's input, if this is such a command: `bash`, `python3 -`.
std::optional<Interpreter> readsCodeFromInput(const Command& command)
{
    std::vector<std::string> argv;
    for (const ShellWord& word : command.words)
        argv.push_back(word.value());
    if (argv.empty() || command.kind != Command::Kind::Simple)
        return std::nullopt;
    Interpreter interpreter = interpreterOf(argv);
    if (interpreter.kind == Interpreter::Kind::Other) {
        constexpr std::array<std::string_view, 8> others {
            "fish", "lua", "node", "nodejs", "perl", "php", "ruby", "Rscript"};
        if (std::find(others.begin(), others.end(), interpreter.name) == others.end())
            return std::nullopt;
    }
    bool optionTakesValue = false;
    for (std::size_t i = 1; i < argv.size(); ++i) {
        if (argv[i] == "-" || argv[i] == "-s" || argv[i] == "/dev/stdin" || argv[i].ends_with(interpreter.name))
            continue;
        if (argv[i].starts_with('-') && argv[i] != "-c" && argv[i] != "-e") {
            optionTakesValue = argv[i].ends_with('o');
            continue;
        }
        // A "-e" of a shell is a setting; of perl or node it is the code.
        if (argv[i] == "-e" && interpreter.kind == Interpreter::Kind::Shell)
            continue;
        if (!std::exchange(optionTakesValue, false))
            return std::nullopt;
    }
    return interpreter;
}

/// The here-documents that a command of the line takes as its code. The line was read just now.
void ScriptCollector::addFedHeredocs(std::span<const Heredoc> heredocs, std::uint32_t lineLength)
{
    std::vector<std::pair<Heredoc, Interpreter>> fed;
    visitCommands(m_scripts.back().parsed.script, [&](const Command& command, const Pipeline&) {
        const auto document = std::find_if(command.redirections.begin(), command.redirections.end(),
            [](const Redirection& redirection) { return redirection.op.starts_with("<<") && redirection.op != "<<<"; });
        if (document == command.redirections.end() || document->fd > 0 || command.range.begin >= lineLength)
            return;
        const auto interpreter = readsCodeFromInput(command);
        const std::uint32_t place = m_scripts.back().source(document->target.range).begin;
        for (const Heredoc& heredoc : heredocs) {
            if (interpreter && heredoc.wordRange.begin <= place && place < heredoc.wordRange.end)
                fed.emplace_back(heredoc, *interpreter);
        }
    });
    for (auto& [heredoc, interpreter] : fed)
        addHeredoc(heredoc, shebangOf(heredoc.text()).value_or(interpreter));
}

EmbeddedScript& ScriptCollector::add(Interpreter interpreter, LogicalLine text)
{
    EmbeddedScript& script = m_scripts.emplace_back();
    script.statement = m_statement;
    script.stage = m_stage;
    script.instruction = m_instruction;
    script.interpreter = std::move(interpreter);
    script.text = std::move(text);
    if (script.interpreter.kind == Interpreter::Kind::Shell)
        script.parsed = parseScript(script.text.text(), script.interpreter.dialect);
    return script;
}

} // namespace

std::vector<EmbeddedScript> scriptsOf(const Dockerfile& file)
{
    return ScriptCollector(file).run();
}

} // namespace darsena::dockerfile::shell
