// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/hover_parts.h"

#include "core/dockerfile/assist/variables.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::assist_detail {

namespace {

/// The instruction that has an offset, on one line.
std::string instructionAt(const Hovering& hovering, std::uint32_t offset)
{
    const std::vector<Statement>& statements = hovering.file.document.statements;
    const auto next = std::partition_point(statements.begin(), statements.end(),
        [&](const Statement& statement) { return statement.range.begin <= offset; });
    return next == statements.begin() ? std::string() : std::string(trim((next - 1)->line.text()));
}

std::string setInLine(const Hovering& hovering, const Variable& variable)
{
    return fmt::format("{}: {}", hovering.say(fmt::format("line {}", variable.line)),
        codeSpan(instructionAt(hovering, variable.definition.begin)));
}

/// Who gives the value, a line each.
std::string origins(const Hovering& hovering, const Variable& variable)
{
    std::string text;
    const auto add = [&](const std::string& line) { text += fmt::format("- {}\n", line); };
    switch (variable.origin) {
    case Variable::Origin::BuildArg:
        add(hovering.say("The build is given this value"));
        break;
    case Variable::Origin::Image:
        add(hovering.say(variable.name == "PATH" ? "What the builder assumes, unless the base image sets it"
                                                 : "The base image sets it"));
        break;
    case Variable::Origin::Platform:
        add(hovering.say("The builder sets it, from the platforms of the build"));
        break;
    case Variable::Origin::Unset:
        add(hovering.say(fmt::format("No value, unless the build is given one: --build-arg {}=…", variable.name)));
        break;
    case Variable::Origin::GlobalArg: {
        const std::size_t first = hovering.file.stages.empty() ? 0 : hovering.file.stages.front().from.statement;
        const std::vector<Variable> global = variablesAt(hovering.file, first, hovering.world);
        if (const Variable* source = findVariable(global, variable.name); source != nullptr && source->line > 0)
            add(setInLine(hovering, *source));
        break;
    }
    case Variable::Origin::Arg:
    case Variable::Origin::Env:
        break;
    }
    if (variable.line > 0)
        add(setInLine(hovering, variable));
    if (variable.origin == Variable::Origin::Arg)
        add(hovering.say(fmt::format("A default: --build-arg {}=… gives another value", variable.name)));
    if (!variable.environment && variable.origin != Variable::Origin::Platform)
        add(hovering.say("Only during the build: containers do not have it"));
    return text;
}

/// Why a name has no value here.
std::string whyUnset(const Hovering& hovering, std::string_view name)
{
    const std::vector<Stage>& stages = hovering.file.stages;
    const bool inStage
        = stageOf(hovering.file, hovering.place.statementIndex).has_value() && hovering.place.statement->name != "from";
    if (inStage) {
        const std::vector<Variable> global = variablesAt(hovering.file, stages.front().from.statement, hovering.world);
        if (const Variable* variable = findVariable(global, name)) {
            if (variable->line > 0)
                return hovering.say(
                    fmt::format("Declared before the first FROM, in line {}: a stage sees it only after `ARG {}`",
                        variable->line, name));
            return hovering.say(fmt::format("The builder knows it, but a stage sees it only after `ARG {}`", name));
        }
    }
    std::optional<std::uint32_t> later;
    OccurrenceFinder(hovering.file, hovering.graph).visitAll([&](const Occurrence& occurrence) {
        const bool sets = occurrence.role == Occurrence::Role::Define || occurrence.role == Occurrence::Role::Declare;
        if (occurrence.name == name && sets && occurrence.stage == hovering.place.stage && !later)
            later = hovering.lineOf(occurrence.range.begin);
    });
    if (later)
        return hovering.say(fmt::format("Not set here: line {} does so later", *later));
    return hovering.say("Nothing in this file sets it here; the base image may");
}

} // namespace

std::optional<Hover> hoverVariable(const Hovering& hovering)
{
    const Place& place = hovering.place;
    std::optional<Occurrence> found;
    std::string name;
    OccurrenceFinder(hovering.file, hovering.graph).visit(place.statementIndex, [&](const Occurrence& occurrence) {
        if (occurrence.range.begin <= place.caret + 1 && place.caret <= occurrence.range.end
            && (occurrence.range.begin <= place.caret || hovering.file.document.source.text()[place.caret] == '$')) {
            found = occurrence;
            name = occurrence.name;
        }
    });
    if (!found)
        return std::nullopt;
    const bool isArg = place.statement->name == "arg" || (place.trigger && place.name == "arg");
    const bool after = found->role != Occurrence::Role::Use || isArg;
    const std::vector<Variable> variables = after ? variablesAfter(hovering.file, place.statementIndex, hovering.world)
                                                  : variablesAt(hovering.file, place.statementIndex, hovering.world);
    const Variable* variable = findVariable(variables, name);
    Hover result {.range = found->range, .markdown = {}};
    if (variable == nullptr) {
        result.markdown = fmt::format("**{}**\n\n{}\n", name,
            place.trigger ? hovering.say("Set once an image is built on this one") : whyUnset(hovering, name));
        return result;
    }
    result.markdown = variable->origin == Variable::Origin::Unset
        ? fmt::format("**{}**\n\n", name)
        : fmt::format("**{}** = {}\n\n", name, variable->value.empty() ? "\"\"" : codeSpan(variable->value));
    result.markdown += origins(hovering, *variable);
    const bool runsLater = place.name == "cmd" || place.name == "entrypoint" || place.name == "healthcheck";
    if (runsLater && !variable->environment)
        result.markdown += fmt::format("\n{}\n",
            hovering.say(
                fmt::format("This runs in the container, where it is not set: `ENV {0}=${0}` would keep it", name)));
    return result;
}

} // namespace darsena::dockerfile::assist_detail
