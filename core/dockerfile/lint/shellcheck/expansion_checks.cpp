// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/shellcheck/checker.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

using shell::Command;
using shell::ShellWord;
using shell::WordPart;

namespace {

bool isNamedVariable(std::string_view name)
{
    return !name.empty()
        && ((name.front() >= 'a' && name.front() <= 'z') || (name.front() >= 'A' && name.front() <= 'Z')
            || name.front() == '_')
        && name != "flags_error" && name != "flags_return";
}

bool hasLowerCase(std::string_view name)
{
    return std::any_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// What follows the name, an index left out.
std::string_view operatorOf(const WordPart& part)
{
    std::string_view rest = part.modifier;
    if (rest.starts_with('[')) {
        const std::size_t close = rest.find(']');
        rest.remove_prefix(close == std::string_view::npos ? rest.size() : close + 1);
    }
    return rest;
}

/// The package managers whose lists of packages people keep in one variable, on purpose.
bool takesLists(const Command* command)
{
    if (command == nullptr || command->words.empty())
        return false;
    constexpr std::array<std::string_view, 13> programs {
        "apk", "apt", "apt-get", "aptitude", "cargo", "dnf", "gem", "microdnf", "npm", "pip", "pip3", "yum", "zypper"};
    const std::string program = command->program();
    return std::binary_search(programs.begin(), programs.end(), program);
}

/// Programs that print one word.
bool printsOneWord(const shell::Script& script)
{
    if (script.items.size() != 1 || script.items.front().pipeline.commands.size() != 1)
        return false;
    constexpr std::array<std::string_view, 17> programs {"arch", "basename", "date", "dirname", "getconf", "hostname",
        "id", "lsb_release", "mktemp", "nproc", "pwd", "readlink", "realpath", "uname", "wc", "which", "whoami"};
    const std::string program = script.items.front().pipeline.commands.front().program();
    return std::find(programs.begin(), programs.end(), program) != programs.end();
}

} // namespace

void ShellChecker::checkWord(const ShellWord& word, Place place)
{
    checkParts(word.parts, &word, place);
}

void ShellChecker::checkParts(const std::vector<WordPart>& parts, const ShellWord* word, Place place)
{
    for (const WordPart& part : parts) {
        switch (part.kind) {
        case WordPart::Kind::Variable:
            checkVariable(part, word, place);
            checkParts(part.parts, nullptr, {.quoteFree = true, .program = false, .nested = true});
            if (const auto op = operatorOf(part); op.starts_with('=') || op.starts_with(":="))
                assign(part.text, Space::Dirty);
            break;
        case WordPart::Kind::CommandSubstitution:
        case WordPart::Kind::ProcessSubstitution:
            checkSubstitution(part, word, place);
            break;
        case WordPart::Kind::Arithmetic:
            checkParts(part.parts, nullptr, {.quoteFree = true});
            assignArithmetic(part);
            break;
        case WordPart::Kind::Brace:
            checkParts(part.parts, word, place);
            break;
        case WordPart::Kind::Literal:
        case WordPart::Kind::SingleQuoted:
        case WordPart::Kind::Glob:
        case WordPart::Kind::Tilde:
            break;
        }
    }
}

/// SC2086.
void ShellChecker::checkVariable(const WordPart& part, const ShellWord* word, Place place)
{
    noteUse(part, place.nested);
    const bool isWholeWord = word != nullptr && word->parts.size() == 1;
    const bool isArray = part.text == "@" || part.modifier.find("[@]") != std::string::npos;
    const std::string_view op = operatorOf(part);
    if (part.quoted || place.quoteFree || isArray || part.modifier == "#" || op.starts_with('+') || op.starts_with(":+")
        || (place.program && isWholeWord))
        return;
    // `: ${x:=word}` is there for what it assigns.
    if ((op.starts_with('=') || op.starts_with(":=")) && m_command != nullptr && m_command->program() == ":")
        return;
    if (m_state.reachable && spaceOf(part.text) == Space::Clean)
        return;
    if (m_silent)
        return;
    std::optional<Fix> fix;
    if (!(isWholeWord && takesLists(m_command)) && part.text != "*") {
        const std::string_view text = slice(part.range);
        fix = Fix {.description = fmt::format("Put {} in double quotes", text),
            .edits = {{.range = m_script.source({part.range.begin, part.range.begin}), .replacement = "\""},
                {.range = insertionPlace(part.range.end), .replacement = "\""}},
            .sameMeaning = false};
    }
    report("SC2086", part.range,
        fmt::format("The value of {} may fall into several words or match files here, for it has no double quotes",
            slice(part.range)),
        std::move(fix));
}

/// SC2046, and what is inside.
void ShellChecker::checkSubstitution(const WordPart& part, const ShellWord* word, Place place)
{
    if (!part.script)
        return;
    const bool isWholeWord = word != nullptr && word->parts.size() == 1;
    const bool isEmpty = part.script->items.empty();
    std::string program;
    if (!isEmpty && part.script->items.front().pipeline.commands.size() == 1)
        program = part.script->items.front().pipeline.commands.front().program();
    const bool isWanted = part.script->items.size() == 1 && (program == "seq" || program == "pgrep");
    if (part.kind == WordPart::Kind::CommandSubstitution && !part.quoted && !place.quoteFree && !isEmpty && !isWanted
        && !(place.program && isWholeWord) && !m_silent) {
        std::optional<Fix> fix;
        if (!isWholeWord || printsOneWord(*part.script))
            fix = Fix {.description = "Put the substitution in double quotes",
                .edits = {{.range = m_script.source({part.range.begin, part.range.begin}), .replacement = "\""},
                    {.range = insertionPlace(part.range.end), .replacement = "\""}},
                .sameMeaning = false};
        report("SC2046", part.range,
            "What this command prints may fall into several words here, for it has no double quotes", std::move(fix));
    }
    walkApart(*part.script);
}

void ShellChecker::noteUse(const WordPart& part, bool nested)
{
    if (!isNamedVariable(part.text) || !hasLowerCase(part.text) || m_used.contains(part.text))
        return;
    if (part.modifier.starts_with('!') && (part.modifier.ends_with('@') || part.modifier.ends_with('*')))
        return;
    m_used.insert(part.text);
    std::string_view op = operatorOf(part);
    if (op.starts_with(':'))
        op.remove_prefix(1);
    const bool guarded = nested || op.starts_with('-') || op.starts_with('?') || op.starts_with('+');
    m_uses.push_back({.range = part.range, .name = part.text, .guarded = guarded});
}

/// `[ -n "$x" ]` shows that the author knows that x may not be set.
void ShellChecker::noteTests(const Command& command, std::string_view program)
{
    const bool isDouble = command.kind == Command::Kind::Test;
    if (!isDouble && program != "[")
        return;
    const auto& words = command.words;
    const auto textAt
        = [&](std::size_t index) { return index < words.size() ? words[index].value() : std::string("]"); };
    for (std::size_t i = isDouble ? 0 : 1; i < words.size(); ++i) {
        const std::string before = i == 0 ? "[" : textAt(i - 1);
        const std::string after = textAt(i + 1);
        const auto opens = [](std::string_view text) {
            return text == "[" || text == "!" || text == "(" || text == "-a" || text == "-o" || text == "&&"
                || text == "||";
        };
        const auto closes = [](std::string_view text) {
            return text == "]" || text == ")" || text == "-a" || text == "-o" || text == "&&" || text == "||";
        };
        const bool tested = before == "-n" || before == "-z" || before == "-v" || (opens(before) && closes(after));
        if (!tested)
            continue;
        if (before == "-v")
            m_assigned.insert(words[i].value());
        for (const WordPart& part : words[i].parts) {
            if (part.kind == WordPart::Kind::Variable)
                m_assigned.insert(part.text);
        }
    }
}

/// SC2154.
void ShellChecker::reportUnassigned()
{
    for (const Use& use : m_uses) {
        if (use.guarded || m_assigned.contains(use.name) || m_environment.contains(use.name))
            continue;
        report("SC2154", use.range, fmt::format("{} is used, but nothing here gives it a value", use.name));
    }
}

} // namespace darsena::dockerfile::lint_detail
