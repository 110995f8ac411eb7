// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/shellcheck/checker.h"

#include <algorithm>

namespace darsena::dockerfile::lint_detail {

using shell::Command;
using shell::ShellWord;
using shell::WordPart;

namespace {

bool isShellName(std::string_view text)
{
    const auto isName
        = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9'); };
    return !text.empty() && !(text.front() >= '0' && text.front() <= '9')
        && std::all_of(text.begin(), text.end(), isName);
}

/// Sorted: what the shell keeps to one word itself.
constexpr std::array<std::string_view, 23> oneWordVariables {"!", "#", "$", "-", "?", "BASHPID", "BASH_ARGC",
    "BASH_LINENO", "BASH_SUBSHELL", "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "HISTCMD", "LINENO", "OPTIND", "PPID",
    "RANDOM", "READLINE_ARGUMENT", "SECONDS", "SHELLOPTS", "SHLVL", "SRANDOM", "UID"};

} // namespace

/// The slot of a variable; maxVariables if there is none left.
std::size_t ShellChecker::idOf(std::string_view name)
{
    if (const auto known = m_ids.find(name); known != m_ids.end())
        return known->second;
    if (m_names.size() >= maxVariables)
        return maxVariables;
    if (m_names.empty())
        m_names.reserve(maxVariables); // the keys are views of the names
    m_names.emplace_back(name);
    m_ids.emplace(m_names.back(), m_names.size() - 1);
    return m_names.size() - 1;
}

ShellChecker::Space ShellChecker::spaceOf(std::string_view name)
{
    if (std::binary_search(oneWordVariables.begin(), oneWordVariables.end(), name))
        return Space::Clean;
    const auto known = m_ids.find(name);
    const Space space = known == m_ids.end() ? Space::Initial : m_state.spaces[known->second];
    if (space != Space::Initial)
        return space;
    return m_environment.contains(name) ? Space::Clean : Space::Dirty;
}

/// Of all pieces together.
ShellChecker::Space ShellChecker::spaceOf(const std::vector<WordPart>& parts, bool front)
{
    Space result = Space::Empty;
    for (const WordPart& part : parts) {
        Space space = Space::Dirty;
        if (part.kind == WordPart::Kind::Literal || part.kind == WordPart::Kind::SingleQuoted) {
            const bool splits = part.text.find_first_of(" \t\n*?[") != std::string::npos;
            space = part.text.empty() ? Space::Empty : splits ? Space::Dirty : Space::Clean;
        } else if (part.kind == WordPart::Kind::Variable) {
            space = spaceOf(part.text);
        } else if (part.kind == WordPart::Kind::Arithmetic || (front && part.kind == WordPart::Kind::Tilde)) {
            space = Space::Clean;
        }
        if (space == Space::Dirty)
            return space;
        result = space == Space::Clean ? Space::Clean : result;
    }
    return result;
}

void ShellChecker::assign(std::string_view name, Space space)
{
    if (!m_assigned.contains(name))
        m_assigned.emplace(name);
    if (const std::size_t id = idOf(name); id < maxVariables)
        m_state.spaces[id] = space;
}

/// What a program does to variables.
void ShellChecker::assignArguments(const Command& command, const std::string& program)
{
    if (program == "export" || program == "local" || program == "readonly" || program == "declare"
        || program == "typeset") {
        bool isInteger = false;
        bool prints = false;
        for (const ShellWord& word : command.words) {
            const std::string flag = word.literal().value_or("");
            isInteger = isInteger || (flag.starts_with('-') && flag.find('i') != std::string::npos);
            prints = prints || (flag == "-p" && program == "declare");
        }
        if (!prints)
            assignDeclared(command, isInteger);
    } else if (program == "read" || program == "mapfile" || program == "readarray") {
        assignRead(command);
    } else if (program == "getopts" && command.words.size() > 2) {
        assign(command.words[2].value(), Space::Dirty);
    } else if (program == "unset") {
        for (const ShellWord& word : command.words) {
            if (const std::size_t id = idOf(word.value()); id < maxVariables)
                m_state.spaces[id] = Space::Dirty;
        }
    } else if ((program == "printf" || program == "wait") && command.words.size() > 2) {
        if (command.words[1].value() == (program == "printf" ? "-v" : "-p"))
            assign(command.words[2].value(), Space::Dirty);
    } else if (program == "let") {
        for (const ShellWord& word : command.words) {
            const std::string text = word.value();
            assign(text.substr(0, text.find_first_of("=+-*/%")), Space::Clean);
        }
    } else if (program == "exec" && command.words.size() == 2) {
        const std::string text = command.words[1].value();
        if (text.size() > 2 && text.front() == '{' && text.back() == '}')
            assign(text.substr(1, text.size() - 2), Space::Clean);
    }
}

void ShellChecker::assignDeclared(const Command& command, bool isInteger)
{
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        const ShellWord& word = command.words[i];
        if (word.parts.empty() || word.parts.front().kind != WordPart::Kind::Literal)
            continue;
        const std::string& text = word.parts.front().text;
        const std::size_t equals = text.find('=');
        std::string name = text.substr(0, equals);
        if (name.ends_with('+'))
            name.pop_back();
        name = name.substr(0, name.find('['));
        if (!isShellName(name) || (equals == std::string::npos && word.parts.size() > 1))
            continue;
        if (equals == std::string::npos) {
            m_assigned.insert(name);
            if (isInteger)
                assign(name, Space::Clean);
            continue;
        }
        std::vector<WordPart> value = word.parts;
        value.front().text = text.substr(equals + 1);
        assign(name, isInteger ? Space::Clean : spaceOf(value));
    }
    for (const shell::Assignment& assignment : command.assignments) {
        if (assignment.array)
            assign(assignment.name, Space::Dirty);
    }
}

void ShellChecker::assignRead(const Command& command)
{
    const std::string program = command.program();
    bool wantsValue = false;
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        const std::string text = command.words[i].value();
        if (std::exchange(wantsValue, false))
            continue;
        if (text.size() > 1 && text.front() == '-') {
            const std::string_view withValue = program == "read" ? "pdnNtui" : "dnOsuCc";
            wantsValue = withValue.find(text.back()) != std::string_view::npos;
        } else if (isShellName(text)) {
            assign(text, Space::Dirty);
        }
    }
}

/// Names that stand to the left of "=", "+=", "++" and their like.
void ShellChecker::assignArithmetic(const WordPart& part)
{
    for (const WordPart& inner : part.parts) {
        if (inner.kind != WordPart::Kind::Variable || m_text[inner.range.begin] == '$')
            continue;
        std::size_t at = inner.range.end;
        while (at < part.range.end && (m_text[at] == ' ' || m_text[at] == '\t'))
            ++at;
        const std::string_view rest
            = std::string_view(m_text).substr(at, part.range.end - std::min<std::size_t>(at, part.range.end));
        const std::string_view before
            = std::string_view(m_text).substr(part.range.begin, inner.range.begin - part.range.begin);
        constexpr std::string_view compound = "+-*/%&|^";
        const bool isSet = (rest.starts_with('=') && !rest.starts_with("==")) || rest.starts_with("++")
            || rest.starts_with("--") || before.ends_with("++") || before.ends_with("--")
            || (rest.size() > 1 && compound.find(rest.front()) != std::string_view::npos && rest[1] == '=')
            || rest.starts_with("<<=") || rest.starts_with(">>=");
        if (isSet)
            assign(inner.text, Space::Clean);
    }
}

} // namespace darsena::dockerfile::lint_detail
