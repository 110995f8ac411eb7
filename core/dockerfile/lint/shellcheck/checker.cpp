// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/shellcheck/checker.h"

#include <algorithm>

namespace darsena::dockerfile::lint_detail {

using shell::Command;
using shell::EmbeddedScript;
using shell::ListItem;
using shell::Pipeline;
using shell::Script;
using shell::Separator;

ShellChecker::ShellChecker(
    const EmbeddedScript& script, ShellEnvironment::View environment, std::vector<ShellFact>& facts)
    : m_script(script)
    , m_text(script.text.text())
    , m_environment(environment)
    , m_facts(facts)
{ }

void ShellChecker::run()
{
    readDirectives();
    if (checkErrors())
        return;
    noteErrexit();
    walkScript(m_script.parsed.script);
    checkFunctions();
    reportUnassigned();
}

void ShellChecker::report(std::string_view code, Range range, std::string message, std::optional<Fix> fix)
{
    if (m_silent || isDisabled(code, range.begin))
        return;
    m_facts.push_back(
        {.code = code, .range = m_script.source(range), .message = std::move(message), .fix = std::move(fix)});
}

/// Behind the byte before, so that a text put there does not go over to the next line of a continued instruction.
Range ShellChecker::insertionPlace(std::uint32_t at) const
{
    const std::uint32_t offset = at == 0 ? m_script.text.source(0U) : m_script.text.source(at - 1) + 1;
    return {offset, offset};
}

Fix ShellChecker::insertion(std::string description, std::uint32_t at, std::string text) const
{
    return {.description = std::move(description),
        .edits = {{.range = insertionPlace(at), .replacement = std::move(text)}},
        .sameMeaning = false};
}

void ShellChecker::merge(State& into, const State& other) const
{
    if (!other.reachable)
        return;
    if (!into.reachable) {
        into = other;
        return;
    }
    const auto resolved = [&](const State& state, std::size_t id) {
        if (state.spaces[id] != Space::Initial)
            return state.spaces[id];
        return m_environment.contains(m_names[id]) ? Space::Clean : Space::Dirty;
    };
    for (std::size_t id = 0; id < m_names.size(); ++id) {
        if (into.spaces[id] != other.spaces[id] && resolved(into, id) != resolved(other, id))
            into.spaces[id] = Space::Dirty;
    }
}

void ShellChecker::walkScript(const Script& script)
{
    for (std::size_t first = 0; first < script.items.size();) {
        std::size_t last = first;
        while (last + 1 < script.items.size()
            && (script.items[last].separator == Separator::And || script.items[last].separator == Separator::Or))
            ++last;
        checkAndOr(script, first, last);
        if (script.items[last].separator == Separator::Background) {
            const State before = m_state;
            walkChain(script, first, last);
            m_state = before;
        } else {
            walkChain(script, first, last);
        }
        first = last + 1;
    }
}

/// Pipelines joined by && and ||: all but the first may be left out.
void ShellChecker::walkChain(const Script& script, std::size_t first, std::size_t last)
{
    const bool inCondition = m_inCondition;
    for (std::size_t i = first; i <= last; ++i) {
        m_inCondition = inCondition || i < last;
        m_beforeOperator = script.items[i].separator == Separator::Background;
        const State before = m_state;
        walkPipeline(script.items[i].pipeline);
        if (i > first)
            merge(m_state, before);
    }
    m_inCondition = inCondition;
}

void ShellChecker::walkPipeline(const Pipeline& pipeline)
{
    m_beforeOperator = m_beforeOperator || pipeline.commands.size() > 1 || pipeline.negated;
    const bool beforeOperator = m_beforeOperator;
    for (const Command& command : pipeline.commands) {
        m_beforeOperator = beforeOperator;
        const State before = m_state;
        walkCommand(command, pipeline);
        if (pipeline.commands.size() > 1)
            m_state = before;
    }
}

void ShellChecker::walkCommand(const Command& command, const Pipeline& pipeline)
{
    const Command* const outer = std::exchange(m_command, &command);
    checkForm(command);
    for (const shell::Redirection& redirection : command.redirections) {
        checkWord(redirection.target, {});
        checkParts(redirection.content, nullptr, {.quoteFree = true});
    }
    switch (command.kind) {
    case Command::Kind::Simple:
        walkSimple(command, pipeline);
        break;
    case Command::Kind::Group:
        for (const Script& body : command.bodies)
            walkScript(body);
        break;
    case Command::Kind::Subshell:
        for (const Script& body : command.bodies)
            walkApart(body);
        break;
    case Command::Kind::If:
        walkIf(command);
        break;
    case Command::Kind::While:
    case Command::Kind::Until:
    case Command::Kind::For:
        walkLoop(command);
        break;
    case Command::Kind::Case:
        walkCase(command);
        break;
    case Command::Kind::Function:
        walkFunction(command);
        break;
    case Command::Kind::Test:
    case Command::Kind::Arithmetic:
        noteTests(command, {});
        for (const shell::ShellWord& word : command.words)
            checkWord(word, {.quoteFree = true});
        break;
    }
    m_command = outer;
}

void ShellChecker::walkSimple(const Command& command, const Pipeline& pipeline)
{
    const std::string program = command.program();
    if (!m_silent)
        checkSimple(command, pipeline, program);
    noteTests(command, program);
    const bool isArithmetic = program == "let";
    for (const shell::Assignment& assignment : command.assignments) {
        if (assignment.value)
            checkWord(*assignment.value, {.quoteFree = true});
        for (const shell::ShellWord& element : assignment.elements)
            checkWord(element, {.quoteFree = true});
    }
    constexpr std::array<std::string_view, 6> declaring {"declare", "export", "local", "readonly", "typeset", "alias"};
    const bool declares = std::find(declaring.begin(), declaring.end() - 1, program) != declaring.end() - 1;
    constexpr std::array<std::string_view, 5> passingOn {"builtin", "busybox", "command", "exec", "run"};
    const bool passesOn = std::find(passingOn.begin(), passingOn.end(), program) != passingOn.end();
    bool behindName = true;
    for (std::size_t i = 0; i < command.words.size(); ++i) {
        const shell::ShellWord& word = command.words[i];
        // In sh alone what `export a=$b` is given splits.
        const bool quoting = declares && i > 0 && m_script.interpreter.dialect != shell::Dialect::Posix
            && !word.parts.empty() && word.parts.front().kind == shell::WordPart::Kind::Literal
            && !word.parts.front().quoted && word.parts.front().text.find('=') != std::string::npos;
        const bool names = i == 0 || (passesOn && behindName && i > 0);
        checkWord(word, {.quoteFree = quoting || isArithmetic, .program = names});
        // An argument that is no option ends them; and what `command -v` is given is not run.
        if (passesOn && i > 0) {
            const bool isOption = slice(word.range).starts_with('-');
            behindName = behindName && isOption && program != "command";
        }
    }
    if (command.words.empty()) {
        for (const shell::Assignment& assignment : command.assignments) {
            Space space = assignment.array ? Space::Dirty
                : assignment.value         ? spaceOf(assignment.value->parts, true)
                                           : Space::Empty;
            if (assignment.append && space != Space::Dirty) {
                const Space old = spaceOf(assignment.name);
                space = old == Space::Dirty || space == Space::Empty ? old : Space::Clean;
            }
            assign(assignment.name, space);
        }
        return;
    }
    assignArguments(command, program);
    if (program == "exit" || program == "return")
        m_state.reachable = false;
    else if (const auto function = m_functions.find(program); function != m_functions.end())
        callFunction(function->second);
}

void ShellChecker::walkApart(const Script& script)
{
    const State before = m_state;
    walkScript(script);
    m_state = before;
}

void ShellChecker::walkCondition(const Script& script)
{
    const bool inCondition = std::exchange(m_inCondition, true);
    walkScript(script);
    m_inCondition = inCondition;
}

void ShellChecker::walkIf(const Command& command)
{
    const bool inCondition = m_inCondition;
    State after;
    after.reachable = false;
    std::size_t i = 0;
    for (; i + 1 < command.bodies.size(); i += 2) {
        walkCondition(command.bodies[i]);
        const State before = m_state;
        walkScript(command.bodies[i + 1]);
        merge(after, m_state);
        m_state = before;
    }
    if (i < command.bodies.size())
        walkScript(command.bodies[i]);
    merge(after, m_state);
    m_state = after;
    m_inCondition = inCondition;
}

void ShellChecker::walkLoop(const Command& command)
{
    if (command.bodies.empty())
        return;
    Space element = Space::Clean;
    for (const shell::ShellWord& word : command.words) {
        checkWord(word, {.quoteFree = true});
        const bool isPlain = word.literal().has_value() && spaceOf(word.parts) == Space::Clean;
        element = isPlain ? element : Space::Dirty;
    }
    if (command.words.empty())
        element = Space::Dirty;
    const Script& body = command.bodies.back();
    const auto once = [&] {
        if (command.kind == Command::Kind::For && !command.name.empty())
            assign(command.name, element);
        if (command.bodies.size() > 1)
            walkCondition(command.bodies.front());
        const State condition = m_state;
        walkScript(body);
        return condition;
    };
    const State before = m_state;
    // What an earlier round assigns is there in the next one. A rehearsal in a rehearsal would double with each level.
    if (!m_silent) {
        m_silent = true;
        once();
        m_silent = false;
        merge(m_state, before);
    }
    const State condition = once();
    if (command.bodies.size() > 1) {
        // The way out is behind a condition, the first or one after a round.
        const State last = condition;
        merge(m_state, last);
        const bool silent = std::exchange(m_silent, true);
        walkCondition(command.bodies.front());
        m_silent = silent;
    } else {
        merge(m_state, before);
    }
    // An `exit` in the body leaves the other way out.
    if (!m_state.reachable)
        m_state = before;
}

void ShellChecker::walkCase(const Command& command)
{
    for (const shell::ShellWord& word : command.words)
        checkWord(word, {.quoteFree = true});
    const State before = m_state;
    State after;
    after.reachable = false;
    bool hasDefault = false;
    for (std::size_t i = 0; i < command.bodies.size(); ++i) {
        if (i < command.patterns.size()) {
            for (const shell::ShellWord& pattern : command.patterns[i]) {
                checkWord(pattern, {.quoteFree = true});
                hasDefault = hasDefault || slice(pattern.range) == "*";
            }
        }
        m_state = before;
        walkScript(command.bodies[i]);
        merge(after, m_state);
    }
    m_state = before;
    if (hasDefault)
        m_state.reachable = false;
    merge(m_state, after);
    // All branches leave: what follows is never run, and nothing is known of it.
    if (!m_state.reachable)
        m_state = after;
}

void ShellChecker::walkFunction(const Command& command)
{
    if (command.bodies.empty())
        return;
    Function& function = m_functions[command.name];
    if (function.body == &command.bodies.front())
        return;
    // One that another of its name replaces is looked at before it is forgotten.
    if (function.body != nullptr && !function.checked && !m_silent)
        walkApart(*function.body);
    function = {.body = &command.bodies.front(), .checked = false};
}

/// What a function assigns is there after a call. The first call is where it is looked at; functions that call
/// functions are followed a little way only.
void ShellChecker::callFunction(Function& function)
{
    constexpr unsigned maxCallDepth = 20;
    constexpr unsigned maxCalls = 1000;
    if (m_silent || m_callDepth >= maxCallDepth || m_calls >= maxCalls)
        return;
    ++m_calls;
    ++m_callDepth;
    const bool isRehearsal = std::exchange(function.checked, true);
    const bool inCondition = std::exchange(m_inCondition, false);
    m_silent = isRehearsal;
    walkScript(*function.body);
    m_silent = false;
    m_inCondition = inCondition;
    m_state.reachable = true;
    --m_callDepth;
}

/// Those that nothing calls.
void ShellChecker::checkFunctions()
{
    m_state.reachable = true;
    m_inCondition = false;
    bool found = true;
    while (std::exchange(found, false)) {
        for (auto& [name, function] : m_functions) {
            if (std::exchange(function.checked, true))
                continue;
            walkApart(*function.body);
            found = true;
        }
    }
}

} // namespace darsena::dockerfile::lint_detail
