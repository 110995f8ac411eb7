// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/stages.h"

#include "core/dockerfile/environment.h"
#include "core/dockerfile/lint/image_name.h"
#include "core/dockerfile/platform.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

/// "0", "12", "-1": what Go's strconv.Atoi takes for a number.
std::optional<std::int64_t> numberOf(std::string_view text)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return number;
}

class GraphBuilder {
public:
    GraphBuilder(const Dockerfile& file, const StageOptions& options)
        : m_file(file)
        , m_options(options)
        , m_global(GlobalScope::of(file, options))
    { }

    StageGraph run()
    {
        for (const Problem& problem : m_global.problems)
            refuse(problem);
        for (const Stage& stage : m_file.stages)
            addStage(stage);
        for (const Stage& stage : m_file.stages)
            addEdges(stage);
        m_sources.resize(m_graph.stages.size());
        for (const StageEdge& edge : m_graph.edges) {
            if (edge.stage() != nullptr)
                m_sources[edge.to].push_back(&edge);
        }
        findCircles();
        findTarget();
        markNeeded();
        std::stable_sort(m_graph.edges.begin(), m_graph.edges.end(),
            [](const StageEdge& a, const StageEdge& b) { return a.line < b.line; });
        std::stable_sort(m_graph.problems.begin(), m_graph.problems.end(),
            [](const StageProblem& a, const StageProblem& b) { return a.problem.range.begin < b.problem.range.begin; });
        return std::move(m_graph);
    }

private:
    char escape() const { return m_file.document.escape; }
    void refuse(Problem problem, std::optional<std::size_t> stage = {})
    {
        m_graph.problems.push_back({.problem = std::move(problem), .stage = stage});
    }
    /// A stage's name, or its number.
    std::string label(std::size_t stage) const
    {
        const std::string& name = m_file.stages[stage].name;
        return name.empty() ? std::to_string(stage) : name;
    }
    bool isContext(std::string_view name) const
    {
        const auto& contexts = m_options.namedContexts;
        return std::find(contexts.begin(), contexts.end(), name) != contexts.end();
    }
    /// The last stage of a name, in any case; --from and --target look so.
    std::optional<std::size_t> lastNamed(std::string_view name) const
    {
        const std::string wanted = lower(name);
        for (std::size_t i = m_file.stages.size(); i-- > 0;) {
            if (!m_file.stages[i].name.empty() && m_file.stages[i].name == wanted)
                return i;
        }
        return std::nullopt;
    }

    void addStage(const Stage& stage);
    std::string expandedPlatform(const Stage& stage);
    void addEdges(const Stage& stage);
    void addTriggers(const Stage& stage, std::size_t base);
    void addEdgesOf(const Instruction& instruction, std::size_t to, std::uint32_t line, std::optional<Range> range);
    void addCopyEdge(const Copy& copy, StageEdge edge);
    void addMountEdge(const Mount& mount, StageEdge edge);
    void checkImage(std::string_view name, Range range);
    void checkOrder(std::size_t from, const StageEdge& edge, std::string_view verb);
    std::vector<std::string> expandedSources(const std::vector<Word>& sources) const;
    void findCircles();
    bool findCircleFrom(std::size_t stage, std::vector<int>& state);
    void findTarget();
    void markNeeded();

    /// The ONBUILD triggers of a stage that have a say in edges and variables, and what is wrong with others.
    struct Triggers {
        std::vector<Instruction> instructions;
        std::vector<Problem> problems;
    };

    const Dockerfile& m_file;
    const StageOptions& m_options;
    GlobalScope m_global;
    std::map<std::size_t, Triggers> m_triggers; ///< by stage
    std::size_t m_triggersRun = 0;
    std::vector<StageScope> m_scopes;
    StageScope* m_scope = nullptr; ///< of the stage whose edges are added
    StageGraph m_graph;
    std::vector<std::vector<const StageEdge*>> m_sources; ///< by stage: what it takes from other stages
};

std::string GraphBuilder::expandedPlatform(const Stage& stage)
{
    if (!stage.platform)
        return {};
    const Range range = stage.fromBody().platform ? stage.fromBody().platform->range : stage.from.range;
    const auto platform = expandWord(*stage.platform, lookupIn(m_global.variables), {.escape = escape()});
    if (!platform)
        refuse({.range = range, .message = platform.error().message()});
    else if (platform->text.empty())
        refuse({.range = range, .message = fmt::format("empty platform value from expression {}", *stage.platform)});
    else if (const std::string problem = platformProblem(platform->text); !problem.empty())
        refuse({.range = range, .message = fmt::format("failed to parse platform {}: {}", *stage.platform, problem)});
    return platform ? platform->text : std::string();
}

void GraphBuilder::addStage(const Stage& stage)
{
    StageNode node {.index = stage.index,
        .name = stage.name,
        .base = stage.base,
        .baseStage = {},
        .platform = expandedPlatform(stage),
        .firstLine = stage.firstLine,
        .lastLine = stage.lastLine};
    const Range imageRange = stage.fromBody().image.range;
    const auto base = expandWord(stage.base, lookupIn(m_global.variables), {.escape = escape()});
    if (!base) {
        refuse({.range = imageRange, .message = base.error().message()});
    } else {
        node.base = base->text;
        if (node.base.empty())
            refuse({.range = imageRange, .message = fmt::format("base name ({}) should not be blank", stage.base)});
    }
    // FROM finds earlier stages only, by exact text, the latest of a name.
    for (std::size_t i = m_graph.stages.size(); i-- > 0 && !node.baseStage && !isContext(node.base);) {
        if (!m_graph.stages[i].name.empty() && m_graph.stages[i].name == node.base)
            node.baseStage = i;
    }
    if (base && !node.baseStage && !node.base.empty())
        checkImage(node.base, imageRange);
    for (const Problem& problem : stage.problems)
        refuse(problem, stage.index);
    m_graph.stages.push_back(std::move(node));
}

void GraphBuilder::addEdges(const Stage& stage)
{
    const StageNode& node = m_graph.stages[stage.index];
    StageEdge edge {.from = node.base,
        .to = stage.index,
        .kind = EdgeKind::From,
        .line = stage.firstLine,
        .range = stage.fromBody().image.range,
        .paths = {}};
    if (node.baseStage)
        edge.from = *node.baseStage;
    if (!node.base.empty())
        m_graph.edges.push_back(std::move(edge));

    // A stage that is FROM another has its variables, and runs its ONBUILD triggers first.
    m_scopes.push_back(node.baseStage ? m_scopes[*node.baseStage] : StageScope(m_global, m_options));
    m_scope = &m_scopes.back();
    if (node.baseStage)
        addTriggers(stage, *node.baseStage);
    for (const Instruction& instruction : stage.instructions)
        addEdgesOf(instruction, stage.index, instruction.firstLine, std::nullopt);
}

void GraphBuilder::addTriggers(const Stage& stage, std::size_t base)
{
    // Read once for all stages that run them.
    auto [found, isNew] = m_triggers.try_emplace(base);
    Triggers& triggers = found->second;
    for (const Instruction& instruction : isNew ? m_file.stages[base].instructions : std::vector<Instruction>()) {
        const OnBuild* onBuild = instruction.as<OnBuild>();
        if (onBuild == nullptr)
            continue;
        auto trigger = readInstruction(onBuild->expression, escape());
        if (!trigger) {
            triggers.problems.push_back({.range = instruction.range, .message = trigger.error().message()});
            continue;
        }
        const Copy* copy = trigger->as<Copy>();
        const Run* run = trigger->as<Run>();
        if ((copy != nullptr && copy->from) || (run != nullptr && !run->mounts.empty()) || trigger->as<Arg>() != nullptr
            || trigger->as<Env>() != nullptr)
            triggers.instructions.push_back(std::move(*trigger));
    }
    // Thousands of stages that run thousands of them would take minutes; nobody has them.
    m_triggersRun += triggers.instructions.size() + triggers.problems.size();
    if (m_triggersRun > 50'000)
        return;
    for (const Instruction& trigger : triggers.instructions)
        addEdgesOf(trigger, stage.index, stage.firstLine, stage.fromBody().image.range);
    for (const Problem& problem : triggers.problems)
        refuse(problem, stage.index);
}

/// `range` overrides where the edge's words are: those of a trigger stand in another stage.
void GraphBuilder::addEdgesOf(
    const Instruction& instruction, std::size_t to, std::uint32_t line, std::optional<Range> range)
{
    StageEdge edge {.from = std::string(), .to = to, .kind = EdgeKind::Copy, .line = line, .range = {}, .paths = {}};
    if (const Copy* copy = instruction.as<Copy>(); copy != nullptr && copy->from) {
        edge.range = range.value_or(copy->from->range);
        addCopyEdge(*copy, std::move(edge));
    } else if (const Run* run = instruction.as<Run>()) {
        for (const Mount& mount : run->mounts) {
            if (!mount.from || mount.from->empty())
                continue;
            edge.kind = EdgeKind::Mount;
            edge.range = range.value_or(mount.fromRange);
            addMountEdge(mount, edge);
        }
    }
    m_scope->apply(instruction, escape());
}

std::vector<std::string> GraphBuilder::expandedSources(const std::vector<Word>& sources) const
{
    std::vector<std::string> paths;
    for (const Word& source : sources) {
        const auto path = expandWord(source.text, m_scope->lookup(), {.escape = escape()});
        paths.push_back(path ? path->text : source.text);
    }
    return paths;
}

/// The names of images are read for every stage, needed or not.
void GraphBuilder::checkImage(std::string_view name, Range range)
{
    if (name == "scratch" || isContext(name))
        return;
    if (const std::string problem = lint_detail::imageNameProblem(name); !problem.empty())
        refuse({.range = range, .message = fmt::format("failed to parse stage name {}: {}", goQuoted(name), problem)});
}

/// An edge from a later stage is refused once the stage that takes is built.
void GraphBuilder::checkOrder(std::size_t from, const StageEdge& edge, std::string_view verb)
{
    // A stage that takes from itself is a circle, which is refused anyway.
    if (from <= edge.to)
        return;
    refuse({.range = edge.range,
               .message = fmt::format("cannot {} from stage {}, it needs to be defined before current stage {}", verb,
                   goQuoted(label(from)), goQuoted(label(edge.to)))},
        edge.to);
}

void GraphBuilder::addCopyEdge(const Copy& copy, StageEdge edge)
{
    const std::string& written = copy.from->text;
    const auto from = expandWord(written, {}, {.escape = escape()});
    if (!from) {
        refuse({.range = edge.range, .message = from.error().message()});
        return;
    }
    if (!from->uses.empty()) {
        refuse({.range = edge.range,
            .message = "variable expansion is not supported for --from, define a new stage with FROM using ARG from "
                       "global scope as a workaround"});
        return;
    }
    edge.paths = expandedSources(copy.paths.sources);
    edge.from = from->text;
    if (const auto number = numberOf(from->text)) {
        if (*number < 0 || static_cast<std::size_t>(*number) >= m_file.stages.size()) {
            refuse({.range = edge.range, .message = fmt::format("invalid stage index {}", *number)});
            return;
        }
        edge.from = static_cast<std::size_t>(*number);
    } else if (const auto stage = lastNamed(from->text); stage && !isContext(from->text)) {
        edge.from = *stage;
    }
    if (const std::size_t* stage = edge.stage())
        checkOrder(*stage, edge, "copy");
    else
        checkImage(from->text, edge.range);
    m_graph.edges.push_back(std::move(edge));
}

void GraphBuilder::addMountEdge(const Mount& mount, StageEdge edge)
{
    edge.from = *mount.from;
    if (!mount.source.empty())
        edge.paths = {mount.source};
    // A number is no stage here: RUN --mount=from=0 is the image "0".
    if (const auto stage = lastNamed(*mount.from); stage && !isContext(*mount.from)) {
        edge.from = *stage;
        checkOrder(*stage, edge, "mount");
    } else if (mount.type != MountType::Tmpfs) {
        checkImage(*mount.from, edge.range);
    }
    m_graph.edges.push_back(std::move(edge));
}

void GraphBuilder::findCircles()
{
    std::vector<int> state(m_graph.stages.size(), 0);
    for (std::size_t i = 0; i < state.size(); ++i) {
        if (findCircleFrom(i, state))
            return;
    }
}

/// Walks what a stage takes from, without recursion: a file may have ten thousand stages in a row.
bool GraphBuilder::findCircleFrom(std::size_t start, std::vector<int>& state)
{
    constexpr int untouched = 0;
    constexpr int onPath = 1;
    constexpr int done = 2;
    struct Step {
        std::size_t stage;
        std::size_t next = 0;
    };
    if (state[start] != untouched)
        return false;
    std::vector<Step> path {{.stage = start}};
    state[start] = onPath;
    while (!path.empty()) {
        Step& step = path.back();
        if (step.next == m_sources[step.stage].size()) {
            state[step.stage] = done;
            path.pop_back();
            continue;
        }
        const StageEdge& edge = *m_sources[step.stage][step.next++];
        const std::size_t from = *edge.stage();
        if (state[from] == onPath) {
            refuse({.range = edge.range,
                .message = fmt::format("circular dependency detected on stage: {}", label(edge.to))});
            return true;
        }
        if (state[from] == untouched) {
            state[from] = onPath;
            path.push_back({.stage = from});
        }
    }
    return false;
}

void GraphBuilder::findTarget()
{
    if (m_file.stages.empty())
        return;
    if (m_options.target.empty()) {
        m_graph.target = m_file.stages.size() - 1;
        return;
    }
    m_graph.target = lastNamed(m_options.target);
    if (const auto number = numberOf(m_options.target);
        !m_graph.target && number && *number >= 0 && static_cast<std::size_t>(*number) < m_file.stages.size())
        m_graph.target = static_cast<std::size_t>(*number);
    if (m_graph.target)
        return;
    std::vector<std::string_view> names;
    for (const Stage& stage : m_file.stages)
        names.push_back(stage.name);
    std::string message = fmt::format("target stage {} could not be found", goQuoted(m_options.target));
    if (const std::string_view suggestion = closest(m_options.target, names); !suggestion.empty())
        message += fmt::format(" (did you mean {}?)", suggestion);
    refuse({.range = m_file.stages.back().fromBody().image.range, .message = std::move(message)});
}

void GraphBuilder::markNeeded()
{
    if (!m_graph.target)
        return;
    std::vector<std::size_t> waiting {*m_graph.target};
    m_graph.stages[*m_graph.target].needed = true;
    while (!waiting.empty()) {
        const std::size_t stage = waiting.back();
        waiting.pop_back();
        for (const StageEdge* edge : m_sources[stage]) {
            StageNode& source = m_graph.stages[*edge->stage()];
            if (std::exchange(source.needed, true))
                continue;
            waiting.push_back(source.index);
        }
    }
}

} // namespace

std::vector<Problem> StageGraph::refusals() const
{
    std::vector<Problem> result;
    for (const StageProblem& entry : problems) {
        if (!entry.stage || stages[*entry.stage].needed)
            result.push_back(entry.problem);
    }
    return result;
}

std::vector<std::size_t> StageGraph::buildOrder() const
{
    // What is not refused takes from earlier stages only, so the order of the file is one.
    std::vector<std::size_t> order;
    for (const StageNode& stage : stages) {
        if (stage.needed && stage.index != target)
            order.push_back(stage.index);
    }
    if (target)
        order.push_back(*target);
    return order;
}

StageGraph stageGraph(const Dockerfile& file, const StageOptions& options)
{
    return GraphBuilder(file, options).run();
}

} // namespace darsena::dockerfile
