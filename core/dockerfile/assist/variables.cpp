// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/variables.h"

#include "core/dockerfile/assist/occurrences.h"
#include "core/dockerfile/assist/place.h"
#include "core/dockerfile/environment.h"
#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace darsena::dockerfile::assist_detail {

namespace {

using Origins = std::map<std::string, Variable, std::less<>>;

/// "debian" and "docker.io/library/debian:latest" are one image.
std::string fullReference(std::string_view reference)
{
    for (const std::string_view prefix : {"docker.io/", "index.docker.io/", "library/"}) {
        if (reference.starts_with(prefix))
            reference.remove_prefix(prefix.size());
    }
    std::string result(reference);
    const std::size_t slash = reference.rfind('/');
    if (reference.find(':', slash == std::string_view::npos ? 0 : slash) == std::string_view::npos
        && reference.find('@') == std::string_view::npos)
        result += ":latest";
    return result;
}

/// Walks the instructions that come before a place and keeps, beside the values, where each came from.
class VariableWalk {
public:
    VariableWalk(const Dockerfile& file, const Surroundings& world)
        : m_file(file)
        , m_world(world)
        , m_global(GlobalScope::of(file, world.stages))
    { }

    std::vector<Variable> global(std::size_t statement);
    std::vector<Variable> stage(std::size_t stage, std::size_t statement);

private:
    void note(std::string name, std::string value, Variable::Origin origin, Range definition, bool environment)
    {
        Variable variable {.name = name,
            .value = std::move(value),
            .origin = origin,
            .definition = definition,
            .line = definition.empty() ? 0 : m_file.document.source.lineOf(definition.begin),
            .environment = environment};
        m_found.insert_or_assign(std::move(name), std::move(variable));
    }
    void noteArg(const Arg::Variable& variable, const VariableMap& values, Range definition, bool inStage);
    /// `statement`: where it stands, for an instruction that ONBUILD kept; its own ranges mean nothing then.
    void apply(StageScope& scope, const Instruction& instruction, std::optional<std::size_t> statement);
    Range nameIn(std::size_t statement, std::string_view name) const;
    std::vector<Variable> take()
    {
        std::vector<Variable> result;
        for (auto& [name, variable] : m_found)
            result.push_back(std::move(variable));
        return result;
    }

    const Dockerfile& m_file;
    const Surroundings& m_world;
    GlobalScope m_global;
    Origins m_found;
};

void VariableWalk::noteArg(const Arg::Variable& variable, const VariableMap& values, Range definition, bool inStage)
{
    const auto value = values.find(variable.name);
    const bool isSet = value != values.end();
    Variable::Origin origin = Variable::Origin::Unset;
    bool environment = false;
    if (m_world.stages.buildArgs.contains(variable.name))
        origin = Variable::Origin::BuildArg;
    else if (variable.value)
        origin = Variable::Origin::Arg;
    else if (inStage && m_global.variables.contains(variable.name))
        origin = m_global.declared.contains(variable.name) && platformArgs(m_world.stages).contains(variable.name)
            ? Variable::Origin::Platform
            : Variable::Origin::GlobalArg;
    else if (const auto known = m_found.find(variable.name); known != m_found.end() && inStage) {
        // Declared once more without a value: it keeps the one it has.
        return;
    }
    if (const auto known = m_found.find(variable.name); known != m_found.end())
        environment = known->second.environment;
    note(variable.name, isSet ? value->second : std::string(), origin, definition, environment);
}

Range VariableWalk::nameIn(std::size_t statement, std::string_view name) const
{
    Range found = m_file.document.statements[statement].range;
    const StageGraph none {
        .stages = std::vector<StageNode>(m_file.stages.size()), .edges = {}, .target = {}, .problems = {}};
    OccurrenceFinder(m_file, none).visit(statement, [&](const Occurrence& occurrence) {
        if (occurrence.name == name
            && (occurrence.role == Occurrence::Role::Define || occurrence.role == Occurrence::Role::Declare))
            found = occurrence.range;
    });
    return found;
}

void VariableWalk::apply(StageScope& scope, const Instruction& instruction, std::optional<std::size_t> statement)
{
    scope.apply(instruction, m_file.document.escape);
    if (const Arg* arg = instruction.as<Arg>()) {
        for (const Arg::Variable& variable : arg->variables) {
            const auto length = static_cast<std::uint32_t>(variable.name.size());
            const Range name {variable.word.range.begin, variable.word.range.begin + length};
            noteArg(variable, scope.variables(), statement ? nameIn(*statement, variable.name) : name, true);
        }
    } else if (const Env* env = instruction.as<Env>()) {
        for (const KeyValue& pair : env->pairs) {
            const auto value = scope.variables().find(pair.key.text);
            if (value != scope.variables().end())
                note(pair.key.text, value->second, Variable::Origin::Env,
                    statement ? nameIn(*statement, pair.key.text) : pair.key.range, true);
        }
    }
}

std::vector<Variable> VariableWalk::global(std::size_t statement)
{
    for (const auto& [name, value] : m_global.variables) {
        const bool given = m_world.stages.buildArgs.contains(name);
        note(name, value, given ? Variable::Origin::BuildArg : Variable::Origin::Platform, {}, false);
    }
    for (const Instruction& instruction : m_file.globalArgs) {
        for (const Arg::Variable& variable : std::get<Arg>(instruction.body).variables) {
            if (instruction.statement >= statement) {
                m_found.erase(variable.name);
                continue;
            }
            const auto length = static_cast<std::uint32_t>(variable.name.size());
            noteArg(
                variable, m_global.variables, {variable.word.range.begin, variable.word.range.begin + length}, false);
        }
    }
    return take();
}

std::vector<Variable> VariableWalk::stage(std::size_t stage, std::size_t statement)
{
    const StageGraph graph = stageGraph(m_file, m_world.stages);
    const std::vector<std::size_t> chain = stageChain(graph, stage);
    StageScope scope(m_global, m_world.stages);
    const std::string defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    scope.set("PATH", defaultPath);
    note("PATH", defaultPath, Variable::Origin::Image, {}, true);
    if (const KnownImage* image = knownImage(graph.stages[chain.front()].base, m_world)) {
        for (const auto& [name, value] : image->variables) {
            scope.set(name, value);
            note(name, value, Variable::Origin::Image, {}, true);
        }
    }
    for (std::size_t i = 0; i < chain.size(); ++i) {
        if (i > 0) {
            for (const Instruction& instruction : m_file.stages[chain[i - 1]].instructions) {
                const OnBuild* onBuild = instruction.as<OnBuild>();
                if (onBuild == nullptr)
                    continue;
                if (const auto trigger = readInstruction(onBuild->expression, m_file.document.escape))
                    apply(scope, *trigger, instruction.statement);
            }
        }
        for (const Instruction& instruction : m_file.stages[chain[i]].instructions) {
            if (instruction.statement >= statement && chain[i] == stage)
                break;
            apply(scope, instruction, std::nullopt);
        }
    }
    return take();
}

std::string originText(const Variable& variable, const Surroundings& world)
{
    switch (variable.origin) {
    case Variable::Origin::BuildArg:
        return translated("from the build's arguments", world.language);
    case Variable::Origin::Image:
        return translated("from the base image", world.language);
    case Variable::Origin::Platform:
        return translated("set by the builder", world.language);
    default:
        break;
    }
    return variable.line == 0 ? std::string() : translated(fmt::format("line {}", variable.line), world.language);
}

} // namespace

std::vector<Variable> variablesAt(const Dockerfile& file, std::size_t statement, const Surroundings& world)
{
    VariableWalk walk(file, world);
    const std::optional<std::size_t> stage = stageOf(file, statement);
    const bool isFrom
        = stage && file.stages[*stage].from.statement == statement && statement < file.document.statements.size();
    if (!stage || isFrom)
        return walk.global(stage ? file.document.statements.size() : statement);
    return walk.stage(*stage, statement);
}

std::vector<Variable> variablesAfter(const Dockerfile& file, std::size_t statement, const Surroundings& world)
{
    VariableWalk walk(file, world);
    const std::optional<std::size_t> stage = stageOf(file, statement);
    if (!stage || file.stages[*stage].from.statement == statement)
        return walk.global(stage ? file.document.statements.size() : statement + 1);
    return walk.stage(*stage, statement + 1);
}

const Variable* findVariable(const std::vector<Variable>& variables, std::string_view name)
{
    const auto found = std::lower_bound(variables.begin(), variables.end(), name,
        [](const Variable& variable, std::string_view wanted) { return variable.name < wanted; });
    return found != variables.end() && found->name == name ? &*found : nullptr;
}

std::string describe(const Variable& variable, const Surroundings& world)
{
    const std::string origin = originText(variable, world);
    if (variable.origin == Variable::Origin::Unset)
        return translated("no value", world.language) + (origin.empty() ? "" : ", " + origin);
    constexpr std::size_t longest = 60;
    std::string_view value = variable.value;
    std::string shown = "= ";
    while (!value.empty() && shown.size() < longest) {
        const std::size_t length = characterLength(value);
        shown += value.front() == '\n' ? " " : value.substr(0, length);
        value.remove_prefix(length);
    }
    if (!value.empty())
        shown += "…";
    if (variable.value.empty())
        shown += "\"\"";
    return shown + (origin.empty() ? "" : ", " + origin);
}

const KnownImage* knownImage(std::string_view reference, const Surroundings& world)
{
    if (reference.empty() || world.images.empty())
        return nullptr;
    const std::string wanted = fullReference(reference);
    const auto found = std::find_if(world.images.begin(), world.images.end(),
        [&](const KnownImage& image) { return fullReference(image.reference) == wanted; });
    return found == world.images.end() ? nullptr : &*found;
}

std::string baseImage(const StageGraph& graph, std::size_t stage)
{
    return graph.stages[stageChain(graph, stage).front()].base;
}

std::vector<std::size_t> stageChain(const StageGraph& graph, std::size_t stage)
{
    std::vector<std::size_t> chain {stage};
    // A base stage is always an earlier one, so this ends.
    while (graph.stages[chain.back()].baseStage)
        chain.push_back(*graph.stages[chain.back()].baseStage);
    std::reverse(chain.begin(), chain.end());
    return chain;
}

} // namespace darsena::dockerfile::assist_detail
