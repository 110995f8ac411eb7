// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/shell/script_reader.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile::shell {

namespace {

/// What the shell does itself, sorted.
constexpr std::array<std::string_view, 49> shellBuiltins {".", ":", "[", "alias", "bg", "break", "builtin", "cd",
    "command", "continue", "declare", "dirs", "echo", "eval", "exec", "exit", "export", "false", "fg", "getopts",
    "hash", "jobs", "kill", "let", "local", "logout", "mapfile", "popd", "printf", "pushd", "pwd", "read", "readonly",
    "return", "set", "shift", "shopt", "source", "test", "times", "trap", "true", "type", "typeset", "ulimit", "umask",
    "unalias", "unset", "wait"};

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isNameCharacter(char c)
{
    return isNameStart(c) || (c >= '0' && c <= '9');
}

} // namespace

/// Gives the tokens of a word the colours of its place.
void ScriptReader::retag(std::size_t firstToken, const ShellWord& word, bool isProgram)
{
    auto& tokens = m_result.tokens;
    if (firstToken >= tokens.size() || tokens[firstToken].kind != ShellTokenKind::Text)
        return;
    const std::string_view text = m_text.substr(word.range.begin, word.range.end - word.range.begin);
    if (isProgram) {
        const bool builtin = std::binary_search(shellBuiltins.begin(), shellBuiltins.end(), text);
        for (std::size_t i = firstToken; i < tokens.size(); ++i) {
            if (tokens[i].kind == ShellTokenKind::Text)
                tokens[i].kind = builtin ? ShellTokenKind::Builtin : ShellTokenKind::Command;
        }
    } else if (text.size() > 1 && text.front() == '-') {
        tokens[firstToken].kind = ShellTokenKind::Option;
    } else if (text.find_first_not_of("0123456789") == std::string_view::npos) {
        tokens[firstToken].kind = ShellTokenKind::Number;
    }
}

void ScriptReader::readSimple(Command& command)
{
    for (;;) {
        skipBlanks();
        if (atEnd() || here() == '#' || atLineBreak())
            break;
        if (here() == '(') {
            if (!readParenthesis(command))
                break;
            continue;
        }
        if (readRedirection(command)) {
            command.range.end = m_pos;
            continue;
        }
        if (command.words.empty() && readAssignment(command)) {
            command.range.end = m_pos;
            continue;
        }
        const std::size_t firstToken = m_result.tokens.size();
        ShellWord word;
        if (!readWord(word))
            break;
        command.range.end = m_pos;
        retag(firstToken, word, command.words.empty());
        const std::string_view program
            = command.words.empty() ? "" : m_text.substr(command.words.front().range.begin, 7);
        const bool declares = program.starts_with("declare") || program.starts_with("export")
            || program.starts_with("local") || program.starts_with("typeset") || program.starts_with("readonl");
        if (here() == '(' && at(m_pos - 1) == '=' && declares) {
            Assignment assignment {.range = word.range,
                .name = slice(word.range.begin, m_pos - 1),
                .append = false,
                .value = {},
                .array = true,
                .elements = {}};
            readArray(assignment);
            command.assignments.push_back(std::move(assignment));
            command.range.end = m_pos;
        } else {
            command.words.push_back(std::move(word));
        }
    }
}

/// '(' behind the words of a command: a function's definition, or a mistake. False: the command ends here.
bool ScriptReader::readParenthesis(Command& command)
{
    std::uint32_t close = m_pos + 1;
    while (at(close) == ' ' || at(close) == '\t')
        ++close;
    if (command.words.size() == 1 && command.assignments.empty() && at(close) == ')') {
        command.kind = Command::Kind::Function;
        command.name = slice(command.words.front().range.begin, command.words.front().range.end);
        command.words.clear();
        takeOperator("(");
        skipBlanks();
        takeOperator(")");
        readFunctionBody(command);
        return false;
    }
    if (command.words.size() == 1 && command.assignments.empty())
        fail({m_pos, m_pos + 1}, "SC1065", "A function takes no parameters in its parentheses: write '()'");
    else
        fail({m_pos, m_pos + 1}, "SC1036", "'(' has no meaning here: put quotes around it");
    takeOperator("(");
    ++m_strayParens;
    command.range.end = m_pos;
    return true;
}

bool ScriptReader::readAssignment(Command& command)
{
    if (!isNameStart(here()))
        return false;
    std::uint32_t end = m_pos + 1;
    while (end < m_end && isNameCharacter(m_text[end]))
        ++end;
    const std::uint32_t nameEnd = end;
    if (at(end) == '[') {
        while (at(end) != ']' && !endsWord(end))
            ++end;
        if (at(end) == ']')
            ++end;
    }
    const bool append = at(end) == '+' && at(end + 1) == '=';
    if (append)
        ++end;
    if (at(end) != '=')
        return false;
    Assignment assignment {.range = {m_pos, end + 1},
        .name = slice(m_pos, nameEnd),
        .append = append,
        .value = {},
        .array = false,
        .elements = {}};
    emit(ShellTokenKind::Variable, m_pos, nameEnd);
    emit(ShellTokenKind::Operator, nameEnd, end + 1);
    m_pos = end + 1;
    if (here() == '(' && !atEnd()) {
        readArray(assignment);
    } else {
        ShellWord value;
        if (readWord(value))
            assignment.value = std::move(value);
    }
    assignment.range.end = m_pos;
    command.assignments.push_back(std::move(assignment));
    return true;
}

void ScriptReader::readArray(Assignment& assignment)
{
    const Range open {m_pos, m_pos + 1};
    assignment.array = true;
    takeOperator("(");
    for (;;) {
        skipLineBreaks();
        if (atEnd()) {
            fail(open, "SC1073", "This list of an array is not closed with ')'");
            break;
        }
        if (takeOperator(")"))
            break;
        ShellWord element;
        if (readWord(element)) {
            assignment.elements.push_back(std::move(element));
        } else {
            fail({m_pos, m_pos + 1}, "SC1072", fmt::format("'{}' cannot stand in an array", here()));
            ++m_pos;
        }
    }
    assignment.range.end = m_pos;
}

} // namespace darsena::dockerfile::shell
