// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/refactor/shell_facts.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace darsena::dockerfile::refactor_detail {

namespace {

using namespace std::string_view_literals;
using shell::Command;
using shell::ListItem;
using shell::Script;
using shell::Separator;
using shell::WordPart;

/// Commands that change the shell that runs them.
constexpr std::array stateful {"."sv, "alias"sv, "builtin"sv, "cd"sv, "command"sv, "declare"sv, "enable"sv, "eval"sv, "exec"sv, "exit"sv,
    "export"sv, "getopts"sv, "hash"sv, "let"sv, "local"sv, "mapfile"sv, "popd"sv, "pushd"sv, "read"sv, "readarray"sv,
    "readonly"sv, "return"sv, "set"sv, "shift"sv, "shopt"sv, "source"sv, "trap"sv, "typeset"sv, "ulimit"sv, "umask"sv,
    "unalias"sv, "unset"sv, "wait"sv};

/// Of these, those that do no more than that, whether errexit holds or not.
constexpr std::array harmless {"cd"sv, "export"sv, "popd"sv, "pushd"sv, "ulimit"sv, "umask"sv, "unset"sv};

void addNames(const std::vector<WordPart>& parts, std::set<std::string>& used, std::set<std::string>* assigned);

/// Calls back for each list of parts in a command itself, its bodies left out.
template <typename Visit> void visitPartsOf(const Command& command, const Visit& visit)
{
    for (const shell::Assignment& assignment : command.assignments) {
        if (assignment.value)
            visit(assignment.value->parts);
        for (const shell::ShellWord& word : assignment.elements)
            visit(word.parts);
    }
    for (const shell::ShellWord& word : command.words)
        visit(word.parts);
    for (const shell::Redirection& redirection : command.redirections) {
        visit(redirection.target.parts);
        visit(redirection.content);
    }
    for (const auto& patterns : command.patterns) {
        for (const shell::ShellWord& word : patterns)
            visit(word.parts);
    }
}

void addNames(const Script& script, std::set<std::string>& used)
{
    for (const ListItem& item : script.items) {
        for (const Command& command : item.pipeline.commands) {
            visitPartsOf(command, [&](const std::vector<WordPart>& parts) { addNames(parts, used, nullptr); });
            for (const Script& body : command.bodies)
                addNames(body, used);
        }
    }
}

void addNames(const std::vector<WordPart>& parts, std::set<std::string>& used, std::set<std::string>* assigned)
{
    for (const WordPart& part : parts) {
        if (part.kind == WordPart::Kind::Variable)
            used.insert(part.text);
        if (part.kind == WordPart::Kind::Arithmetic && assigned != nullptr) {
            for (const WordPart& name : part.parts)
                assigned->insert(name.text);
        }
        if (assigned != nullptr && part.kind == WordPart::Kind::Variable
            && (part.modifier.starts_with(":=") || part.modifier.starts_with("=")))
            assigned->insert(part.text);
        if (part.script)
            addNames(*part.script, used);
        addNames(part.parts, used, assigned);
    }
}

void addLeaks(const Script& script, Leaks& leaks);

/// What one command leaves in the shell that runs it.
void addLeaks(const Command& command, Leaks& leaks)
{
    std::set<std::string> ignored;
    visitPartsOf(command, [&](const std::vector<WordPart>& parts) { addNames(parts, ignored, &leaks.names); });
    switch (command.kind) {
    case Command::Kind::Subshell:
        return;
    case Command::Kind::Function:
        leaks.state = true;
        leaks.risky = true;
        return;
    case Command::Kind::For:
        leaks.names.insert(command.name);
        break;
    case Command::Kind::Simple: {
        if (command.words.empty()) {
            for (const shell::Assignment& assignment : command.assignments)
                leaks.names.insert(assignment.name);
            // A redirection alone changes nothing; anything else without words was not understood.
            break;
        }
        const std::string program = command.program();
        // "$x" may be any command, "cd" too; printf -v sets a variable.
        const bool setsVariable = program == "printf" && command.words.size() > 1 && command.words[1].value() == "-v";
        const bool changes = program.empty() || setsVariable
            || std::binary_search(stateful.begin(), stateful.end(), std::string_view(program));
        leaks.state = leaks.state || changes;
        leaks.risky = leaks.risky || (changes && std::find(harmless.begin(), harmless.end(), program) == harmless.end());
        break;
    }
    default:
        break;
    }
    for (const Script& body : command.bodies)
        addLeaks(body, leaks);
}

void addLeaks(const Script& script, Leaks& leaks)
{
    for (const ListItem& item : script.items)
        leaks.add(leaksOf(item));
}

bool hasOneCommand(const Script& script)
{
    return script.items.size() <= 1;
}

/// Substitutions of several commands: whether errexit holds inside is the shell's own matter.
bool holdsLongSubstitution(const std::vector<WordPart>& parts)
{
    return std::any_of(parts.begin(), parts.end(), [](const WordPart& part) {
        return (part.script && !hasOneCommand(*part.script)) || holdsLongSubstitution(part.parts);
    });
}

/// Something that no cut or joint survives.
bool isAwkward(const Script& script)
{
    return std::any_of(script.items.begin(), script.items.end(), [](const ListItem& item) {
        if (item.separator == Separator::Background)
            return true;
        return std::any_of(item.pipeline.commands.begin(), item.pipeline.commands.end(), [](const Command& command) {
            const bool document = std::any_of(command.redirections.begin(), command.redirections.end(),
                [](const shell::Redirection& each) { return each.op.starts_with("<<") && each.op != "<<<"; });
            return document || std::any_of(command.bodies.begin(), command.bodies.end(), isAwkward);
        });
    });
}

bool turnsErrexitOn(const Command& set)
{
    for (std::size_t i = 1; i < set.words.size(); ++i) {
        const std::string option = set.words[i].value();
        if (option == "errexit" || (option.size() > 1 && option.front() == '-' && option[1] != '-' && option.find('e') != std::string::npos))
            return true;
    }
    return false;
}

} // namespace

void Leaks::add(const Leaks& other)
{
    state = state || other.state;
    risky = risky || other.risky;
    names.insert(other.names.begin(), other.names.end());
}

bool matters(const Leaks& leaks, const std::set<std::string>& used)
{
    // A name in capitals may be one of the environment, which every program sees.
    return leaks.state || std::any_of(leaks.names.begin(), leaks.names.end(), [&](const std::string& name) {
        return used.contains(name) || name.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos;
    });
}

Leaks leaksOf(const ListItem& item)
{
    Leaks leaks;
    // Of several commands each runs in a subshell; that the last one need not is an option of bash that scripts lack.
    if (item.pipeline.commands.size() == 1)
        addLeaks(item.pipeline.commands.front(), leaks);
    return leaks;
}

std::set<std::string> namesUsedIn(const ListItem& item)
{
    std::set<std::string> used;
    Script script;
    script.items.push_back(item);
    addNames(script, used);
    return used;
}

bool isSimple(const ListItem& item)
{
    return !item.pipeline.negated
        && std::all_of(item.pipeline.commands.begin(), item.pipeline.commands.end(), [](const Command& command) {
               bool plain = command.kind == Command::Kind::Simple || command.kind == Command::Kind::Test;
               visitPartsOf(
                   command, [&](const std::vector<WordPart>& parts) { plain = plain && !holdsLongSubstitution(parts); });
               return plain;
           });
}

bool isSetOptions(const ListItem& item)
{
    if (item.pipeline.commands.size() != 1 || item.pipeline.negated)
        return false;
    const Command& command = item.pipeline.commands.front();
    if (command.program() != "set" || command.words.size() < 2 || !command.assignments.empty() || !command.redirections.empty())
        return false;
    return std::all_of(command.words.begin() + 1, command.words.end(), [](const shell::ShellWord& word) {
        const auto text = word.literal();
        return text && *text != "--" && *text != "-"
            && (text->starts_with('-') || *text == "pipefail" || *text == "errexit" || *text == "nounset" || *text == "xtrace");
    });
}

ShellFacts factsOf(const shell::EmbeddedScript& script)
{
    ShellFacts facts;
    const auto& items = script.parsed.script.items;
    const auto isComment = [](const shell::ShellToken& token) { return token.kind == shell::ShellTokenKind::Comment; };
    if (script.interpreter.kind != shell::Interpreter::Kind::Shell || !script.parsed.errors.empty() || items.empty()
        || isAwkward(script.parsed.script))
        return facts;
    facts.usable = std::none_of(script.parsed.tokens.begin(), script.parsed.tokens.end(), isComment);
    // A separator behind the last command would meet the one that joins.
    facts.usable = facts.usable && items.back().separator == Separator::End;
    facts.chain = std::all_of(
        items.begin(), items.end() - 1, [](const ListItem& item) { return item.separator == Separator::And; });
    facts.simple = std::all_of(items.begin(), items.end(), isSimple);
    facts.errexit = script.interpreter.errexit;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i == 0 && isSetOptions(items[i])) {
            const Range range = items[i].pipeline.range;
            facts.setOptions = script.text.text().substr(range.begin, range.end - range.begin);
            facts.setsErrexit = turnsErrexitOn(items[i].pipeline.commands.front());
            facts.errexit = facts.errexit || facts.setsErrexit;
            continue;
        }
        facts.leaks.add(leaksOf(items[i]));
        facts.used.merge(namesUsedIn(items[i]));
    }
    return facts;
}

} // namespace darsena::dockerfile::refactor_detail
