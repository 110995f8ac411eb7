// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/shellcheck/checker.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

using shell::Command;
using shell::ListItem;
using shell::Pipeline;
using shell::Script;
using shell::Separator;
using shell::ShellWord;
using shell::WordPart;

namespace {

std::string_view withoutFolder(std::string_view program)
{
    const std::size_t slash = program.rfind('/');
    return slash == std::string_view::npos ? program : program.substr(slash + 1);
}

/// The command behind `command` and `builtin`.
std::string programBehind(const Command& command)
{
    std::string program = command.program();
    if ((program == "command" || program == "builtin") && command.words.size() > 1)
        return command.words[1].literal().value_or("");
    return program;
}

/// "/", "..", "../..": folders that are always there.
bool isSafeFolder(std::string_view path)
{
    while (path.starts_with('/'))
        path.remove_prefix(1);
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (path.substr(0, end) != "." && path.substr(0, end) != "..")
            return false;
        path.remove_prefix(end);
        while (path.starts_with('/'))
            path.remove_prefix(1);
    }
    return true;
}

bool hasShellFlag(const Command& command, char flag)
{
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        const std::string text = command.words[i].value();
        if (text == "--")
            return false;
        if (text.size() > 1 && text[0] == '-' && text[1] != '-' && text.find(flag) != std::string::npos)
            return true;
    }
    return false;
}

/// The name in `name=…`; an empty range if the word is no such thing.
Range assignedName(const ShellWord& word)
{
    if (word.parts.empty() || word.parts.front().kind != WordPart::Kind::Literal || word.parts.front().quoted)
        return {};
    const WordPart& front = word.parts.front();
    const std::size_t equals = front.text.find('=');
    if (equals == std::string::npos || equals == 0 || (front.text[0] >= '0' && front.text[0] <= '9'))
        return {};
    std::size_t end = front.text[equals - 1] == '+' ? equals - 1 : equals;
    for (std::size_t i = 0; i < end && front.text[i] != '['; ++i) {
        const char c = front.text[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
            return {};
    }
    return {word.range.begin, word.range.begin + static_cast<std::uint32_t>(end)};
}

} // namespace

void ShellChecker::checkSimple(const Command& command, const Pipeline& pipeline, const std::string& program)
{
    if (command.words.empty())
        return;
    checkChangeDirectory(command, pipeline);
    checkGlobs(command, program);
    if (withoutFolder(program) == "echo")
        checkEcho(command);
    else if (program == "export" || program == "local" || program == "readonly" || program == "declare"
        || program == "typeset")
        checkMaskedReturn(command, program);
    else if (program == "." || program == "source")
        checkSource(command);
}

void ShellChecker::noteErrexit()
{
    // From SHELL or the "#!" line.
    m_hasErrexit = m_script.interpreter.errexit;
    if (m_hasErrexit || m_text.find("set") == std::string::npos)
        return;
    shell::visitCommands(m_script.parsed.script, [this](const Command& command, const Pipeline&) {
        if (programBehind(command) != "set")
            return;
        const bool byName = std::any_of(command.words.begin(), command.words.end(),
            [](const ShellWord& word) { return word.value() == "errexit"; });
        m_hasErrexit = m_hasErrexit || byName || hasShellFlag(command, 'e');
    });
}

/// SC2164.
void ShellChecker::checkChangeDirectory(const Command& command, const Pipeline& pipeline)
{
    if (m_hasErrexit || m_inCondition)
        return;
    const std::string program = programBehind(command);
    if (program != "cd" && program != "pushd" && program != "popd")
        return;
    if (program != "cd" && hasShellFlag(command, 'n'))
        return;
    if (command.words.size() == 2 && command.words[1].literal() && isSafeFolder(*command.words[1].literal()))
        return;
    std::optional<Fix> fix;
    if (!m_beforeOperator && !pipeline.negated)
        fix = insertion("Stop where this fails: add '|| exit 1'", command.range.end, " || exit 1");
    report("SC2164", command.range,
        fmt::format("Where this '{}' fails, what follows runs in the wrong folder", program), std::move(fix));
}

/// SC2035.
void ShellChecker::checkGlobs(const Command& command, const std::string& program)
{
    const std::string_view name = withoutFolder(program);
    if (name == "echo" || name == "printf" || program == "[")
        return;
    std::string_view previous;
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        const ShellWord& word = command.words[i];
        const std::string_view text = slice(word.range);
        if (text == "--" || text == ":::" || text == "::::")
            return;
        if (!word.parts.empty() && word.parts.front().kind == WordPart::Kind::Glob
            && (word.parts.front().text == "*" || word.parts.front().text == "?")) {
            std::optional<Fix> fix;
            const bool isPattern = name == "find" && (previous.ends_with("name") || previous.ends_with("path"));
            const bool matchesPackages = name.starts_with("apt") || name == "yum" || name == "dnf" || name == "apk";
            const bool plain = std::none_of(word.parts.begin(), word.parts.end(),
                [](const WordPart& part) { return part.quoted || part.kind == WordPart::Kind::CommandSubstitution; });
            if (isPattern && plain)
                fix = Fix {.description = "Put the pattern in double quotes",
                    .edits = {{.range = m_script.source({word.range.begin, word.range.begin}), .replacement = "\""},
                        {.range = insertionPlace(word.range.end), .replacement = "\""}},
                    .sameMeaning = false};
            else if (!isPattern && (!matchesPackages || text.find('.') != std::string_view::npos)) {
                const Range at = m_script.source({word.range.begin, word.range.begin});
                fix = Fix {.description = "Write './' before the pattern",
                    .edits = {{.range = at, .replacement = "./"}},
                    .sameMeaning = false};
            }
            report("SC2035", word.parts.front().range,
                "A file whose name begins with '-' would be taken for an option here", std::move(fix));
        }
        previous = text;
    }
}

/// SC2028.
void ShellChecker::checkEcho(const Command& command)
{
    if (m_script.interpreter.dialect == shell::Dialect::Dash || hasShellFlag(command, 'e'))
        return;
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        std::string text;
        for (const WordPart& part : command.words[i].parts) {
            const bool isText = part.kind == WordPart::Kind::Literal || part.kind == WordPart::Kind::SingleQuoted;
            if (isText && m_text[part.range.begin] != '$')
                text += part.text;
        }
        bool hasEscape = false;
        for (std::size_t at = text.find('\\'); at != std::string::npos && at + 1 < text.size();
             at = text.find('\\', at + 1)) {
            const char next = text[at + 1];
            const bool isHex = at + 2 < text.size()
                && std::string_view("0123456789abcdefABCDEF").find(text[at + 2]) != std::string_view::npos;
            hasEscape = hasEscape || std::string_view("rntabefv01234567\\").find(next) != std::string_view::npos
                || (next == 'x' && isHex);
        }
        if (!hasEscape)
            continue;
        std::optional<Fix> fix;
        if (command.words.size() == 2 && command.words[0].literal() == "echo")
            fix = Fix {.description = "Write printf '%b\\n' for echo",
                .edits = {{.range = m_script.source(command.words[0].range), .replacement = "printf '%b\\n'"}},
                .sameMeaning = false};
        report("SC2028", command.words[i].range,
            "Not every shell's echo turns a backslash and a letter into what they stand for: printf does",
            std::move(fix));
    }
}

/// SC2155.
void ShellChecker::checkMaskedReturn(const Command& command, const std::string& program)
{
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        const ShellWord& word = command.words[i];
        const Range name = assignedName(word);
        const bool substitutes = std::any_of(word.parts.begin(), word.parts.end(),
            [](const WordPart& part) { return part.kind == WordPart::Kind::CommandSubstitution; });
        if (name.empty() || !substitutes)
            continue;
        std::optional<Fix> fix;
        if (program == "export" && command.words.size() == 2 && command.redirections.empty()
            && command.assignments.empty() && !m_beforeOperator) {
            const std::string text(slice(name));
            const Range keyword = m_script.source(Range {command.words[0].range.begin, word.range.begin});
            fix = Fix {.description = fmt::format("Give {} its value first, and export it then", text),
                .edits = {{.range = keyword, .replacement = ""},
                    {.range = insertionPlace(command.range.end), .replacement = fmt::format(" && export {}", text)}},
                .sameMeaning = false};
        }
        report("SC2155", name,
            fmt::format("Where the command in the value fails, nobody notices: {} itself succeeds", program),
            std::move(fix));
    }
}

/// SC1091: a file that is known by name, but not looked into.
void ShellChecker::checkSource(const Command& command)
{
    if (command.words.size() < 2)
        return;
    const ShellWord& word = command.words[1];
    std::string name;
    for (std::size_t i = 0; i < word.parts.size(); ++i) {
        const WordPart& part = word.parts[i];
        if (part.kind == WordPart::Kind::Literal || part.kind == WordPart::Kind::SingleQuoted)
            name += part.text;
        else if (part.kind != WordPart::Kind::Variable || i > 0 || !part.modifier.empty() || word.parts.size() == 1
            || word.parts[1].text.empty() || word.parts[1].text.front() != '/')
            return;
    }
    if (name.empty() || name == "/dev/null")
        return;
    report("SC1091", word.range,
        fmt::format("What {} sets is not known here: the file is not looked into", slice(word.range)));
}

/// SC2015.
void ShellChecker::checkAndOr(const Script& script, std::size_t first, std::size_t last)
{
    if (m_inCondition || m_silent || last < first + 2)
        return;
    const ListItem& condition = script.items[last - 2];
    const ListItem& then = script.items[last - 1];
    const Pipeline& otherwise = script.items[last].pipeline;
    if (condition.separator != Separator::And || then.separator != Separator::Or || otherwise.negated)
        return;
    const Command& command = otherwise.commands.front();
    const std::string program = command.program();
    if (otherwise.commands.size() == 1) {
        const std::string_view name = withoutFolder(program);
        const bool assigns
            = command.kind == Command::Kind::Simple && command.words.empty() && !command.assignments.empty();
        if (assigns || name == "echo" || name == "exit" || name == "return" || name == "printf")
            return;
    }
    std::optional<Fix> fix;
    const bool isNothing = program == "true" || program == ":" || program == "false";
    if (last == first + 2 && !isNothing) {
        const auto gap = [&](std::uint32_t from, std::uint32_t to, std::string text) {
            return TextEdit {
                .range = {insertionPlace(from).begin, m_script.source({to, to}).begin}, .replacement = std::move(text)};
        };
        const std::uint32_t begin = condition.pipeline.range.begin;
        fix = Fix {.description = "Write if … then … else … fi",
            .edits = {{.range = m_script.source({begin, begin}), .replacement = "if "},
                gap(condition.pipeline.range.end, then.pipeline.range.begin, "; then "),
                gap(then.pipeline.range.end, otherwise.range.begin, "; else "),
                {.range = insertionPlace(otherwise.range.end), .replacement = "; fi"}},
            .sameMeaning = false};
        // A comment or a here-document in between would be lost or torn.
        const bool isPlain = slice({begin, otherwise.range.end}).find_first_of("\n#") == std::string_view::npos
            && m_script.source({begin, otherwise.range.end}).end - m_script.source({begin, begin}).begin
                == otherwise.range.end - begin;
        if (!isPlain)
            fix.reset();
    }
    report("SC2015", condition.separatorRange,
        "This is no if … then … else: the last command runs also where the second one fails", std::move(fix));
}

} // namespace darsena::dockerfile::lint_detail
