// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/plan/plan.h"

#include "core/builder/plan/stage_planner.h"
#include "core/dockerfile/lint.h"
#include "core/dockerfile/stages.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace darsena::builder {

namespace {

/// Bounds of one build (rule R6): far above every real file.
constexpr std::size_t maxSteps = 5000;
constexpr std::size_t maxInstructions = 50'000;
/// Each word looks for its variables among them.
constexpr std::size_t maxVariables = 5000;
/// Each stage has the variables of the one it is FROM.
constexpr std::size_t maxVariablesOfStages = 1'000'000;

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

std::string_view withoutTag(std::string_view reference)
{
    const std::size_t colon = reference.rfind(':');
    return colon == std::string_view::npos || reference.find('/', colon) != std::string_view::npos
        ? reference
        : reference.substr(0, colon);
}

class Planner {
public:
    Planner(const BuildRequest& request, ImageLookup& images, Place& place)
        : m_request(request)
        , m_images(images)
        , m_place(place)
    {
    }

    Result<Plan> run(std::string text);

private:
    Error failAt(int line, int column, const Error& error);
    Error failAt(int line, const Error& error) { return failAt(line, 0, error); }
    Error failAt(const dockerfile::Problem& problem, ErrorCode code);
    Result<void> checkPlatform();
    Result<void> checkSize() const;
    Result<void> refuse();
    Result<void> readGlobalArgs();
    Result<void> planStage(std::size_t index);
    Result<StageState> baseState(std::size_t index);
    Result<SourceTree> resolveFrom(std::size_t stage, const std::string& name, bool byNumber);
    Result<std::size_t> image(const std::string& reference);
    std::size_t nothing();
    void number();
    void warnUnusedArgs();

    const BuildRequest& m_request;
    ImageLookup& m_images;
    Place& m_place;
    dockerfile::StageOptions m_options;
    dockerfile::Dockerfile m_file;
    dockerfile::StageGraph m_graph;
    Plan m_plan;
    Variables m_globalArgs;
    std::set<std::string, std::less<>> m_usedBuildArgs;
    enum class Progress { New, Going, Done };
    std::vector<Progress> m_progress;
    std::vector<StageState> m_states;
    std::vector<std::vector<PlannedStep>> m_steps;
    std::size_t m_stepCount = 0;
};

Error Planner::failAt(int line, int column, const Error& error)
{
    m_place.line = line;
    m_place.column = column;
    if (line == 0)
        return error;
    return error.withContext(column == 0 ? fmt::format("{}:{}", m_plan.dockerfileName, line)
                                         : fmt::format("{}:{}:{}", m_plan.dockerfileName, line, column));
}

Error Planner::failAt(const dockerfile::Problem& problem, ErrorCode code)
{
    const dockerfile::Position position = m_file.document.source.position(problem.range.begin);
    return failAt(static_cast<int>(position.line), static_cast<int>(position.column), Error(code, problem.message));
}

Result<void> Planner::checkPlatform()
{
    const oci::Platform& host = oci::Platform::host();
    m_options.buildPlatform = host.text();
    m_options.targetPlatform = host.text();
    if (m_request.platform.empty())
        return {};
    const oci::Platform wanted = TRY(oci::Platform::parse(m_request.platform)).normalised();
    if (wanted.os != host.os || wanted.architecture != host.architecture)
        return Error(ErrorCode::Unsupported,
            fmt::format("building for {} is not supported on this machine, which is {}", wanted.text(), host.text()));
    m_options.targetPlatform = wanted.text();
    return {};
}

/// Before stages and variables are worked out, whose number may be the product of two numbers in the file.
Result<void> Planner::checkSize() const
{
    std::size_t instructions = 0;
    std::size_t variables = 0;
    for (const dockerfile::Stage& stage : m_file.stages) {
        instructions += 1 + stage.instructions.size();
        for (const dockerfile::Instruction& instruction : stage.instructions) {
            if (const auto* env = instruction.as<dockerfile::Env>())
                variables += env->pairs.size();
            else if (const auto* arg = instruction.as<dockerfile::Arg>())
                variables += arg->variables.size();
        }
    }
    if (instructions > maxInstructions)
        return Error(ErrorCode::TooLarge, fmt::format("{} has more than {} instructions", m_plan.dockerfileName, maxInstructions));
    if (variables > maxVariables)
        return Error(ErrorCode::TooLarge, fmt::format("{} has more than {} variables", m_plan.dockerfileName, maxVariables));
    if (variables * m_file.stages.size() > maxVariablesOfStages)
        return Error(ErrorCode::TooLarge,
            fmt::format("{} has {} variables and {} stages; both together are too many", m_plan.dockerfileName, variables, m_file.stages.size()));
    return {};
}

/// What the checks call a BuildError is refused, in their words, and nothing is that they do not. What they cannot know is
/// found later: values that an image sets, and what this engine does not support.
Result<void> Planner::refuse()
{
    dockerfile::StageOptions asked = m_options;
    // Only what the last stage needs is built; the checks without a target look at every stage.
    if (asked.target.empty() && !m_file.stages.empty())
        asked.target = std::to_string(m_file.stages.size() - 1);
    const std::vector<dockerfile::Finding> refusals = dockerfile::refusals(m_file, asked);
    if (refusals.empty())
        return {};
    const dockerfile::Finding& first = refusals.front();
    // No line is at fault when somebody asks for what the file has not.
    if (!m_graph.target && first.message.starts_with("target stage "))
        return Error(ErrorCode::NotFound, first.message);
    return failAt(
        static_cast<int>(first.begin.line), static_cast<int>(first.begin.column), Error(ErrorCode::Invalid, first.message));
}

Result<void> Planner::readGlobalArgs()
{
    m_globalArgs = dockerfile::platformArgs(m_options);
    for (const dockerfile::Instruction& instruction : m_file.globalArgs) {
        const auto* arg = instruction.as<dockerfile::Arg>();
        if (!arg)
            continue;
        for (const auto& variable : arg->variables) {
            if (const auto given = m_request.buildArgs.find(variable.name); given != m_request.buildArgs.end()) {
                m_globalArgs[variable.name] = given->second;
                m_usedBuildArgs.insert(variable.name);
            } else if (variable.value) {
                auto value = dockerfile::expandWord(
                    *variable.value, dockerfile::lookupIn(m_globalArgs), { .escape = m_file.document.escape });
                if (!value)
                    return failAt(static_cast<int>(instruction.firstLine), value.error());
                m_globalArgs[variable.name] = value->text;
            }
        }
    }
    return {};
}

Result<std::size_t> Planner::image(const std::string& reference)
{
    for (std::size_t i = 0; i < m_plan.images.size(); ++i) {
        if (m_plan.images[i].reference == reference)
            return i;
    }
    auto found = m_images.find(reference);
    if (!found) {
        if (found.error().code() != ErrorCode::NotFound)
            return found.error().withContext(reference);
        return Error(ErrorCode::NotFound,
            fmt::format("there is no image \"{}\" here: load it (docker load) or build it first; images are not pulled from registries yet",
                reference));
    }
    if (found->config.platform.architecture != oci::Platform::host().architecture && !found->config.platform.architecture.empty())
        m_plan.warnings.push_back({ 0,
            fmt::format("the image {} is for {}, this machine is {}: its programs may not run", reference,
                found->config.platform.text(), oci::Platform::host().text()) });
    m_plan.images.push_back(std::move(*found));
    m_plan.images.back().reference = reference;
    return m_plan.images.size() - 1;
}

/// The image that copies --from=scratch take from: it has no files.
std::size_t Planner::nothing()
{
    const auto found = std::find_if(
        m_plan.images.begin(), m_plan.images.end(), [](const BaseImage& image) { return image.reference == "scratch"; });
    if (found != m_plan.images.end())
        return static_cast<std::size_t>(found - m_plan.images.begin());
    m_plan.images.push_back({ .reference = "scratch", .id = {}, .chain = {}, .config = {}, .bytes = 0 });
    return m_plan.images.size() - 1;
}

Result<SourceTree> Planner::resolveFrom(std::size_t stage, const std::string& name, bool byNumber)
{
    SourceTree tree;
    std::optional<std::size_t> found;
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (byNumber && error == std::errc() && end == name.data() + name.size()) {
        if (number >= m_file.stages.size())
            return Error(ErrorCode::Invalid, fmt::format("invalid stage index {}", name));
        found = number;
    } else {
        for (std::size_t i = 0; i < m_file.stages.size(); ++i) {
            if (!m_file.stages[i].name.empty() && m_file.stages[i].name == lower(name))
                found = i;
        }
    }
    if (found) {
        if (*found == stage)
            return Error(ErrorCode::Invalid, fmt::format("circular dependency: the stage \"{}\" takes files from itself", name));
        if (*found > stage)
            return Error(ErrorCode::Invalid, fmt::format("the stage \"{}\" comes later in the file", name));
        TRY(planStage(*found));
        tree.kind = SourceTree::Kind::Stage;
        tree.index = *found;
        tree.name = name;
        return tree;
    }
    tree.kind = SourceTree::Kind::Image;
    tree.index = name == "scratch" ? nothing() : TRY(image(name));
    tree.name = name;
    return tree;
}

Result<StageState> Planner::baseState(std::size_t index)
{
    const dockerfile::StageNode& node = m_graph.stages[index];
    Stage& stage = m_plan.stages[index];
    const int line = static_cast<int>(node.firstLine);
    if (!node.platform.empty()) {
        const auto wanted = oci::Platform::parse(node.platform);
        if (!wanted)
            return failAt(line, wanted.error());
        if (wanted->normalised().architecture != oci::Platform::host().architecture)
            return failAt(line,
                Error(ErrorCode::Unsupported,
                    fmt::format("FROM --platform={}: building for another platform than {} is not supported", node.platform,
                        oci::Platform::host().text())));
    }
    if (node.baseStage) {
        TRY(planStage(*node.baseStage));
        stage.baseStage = node.baseStage;
        StageState state = m_states[*node.baseStage];
        state.cmdSet = false;
        return state;
    }
    StageState state;
    if (node.base == "scratch")
        return state;
    if (node.base.empty())
        return failAt(line, Error(ErrorCode::Invalid, fmt::format("base name ({}) should not be blank", m_file.stages[index].base)));
    const auto found = image(node.base);
    if (!found)
        return failAt(line, found.error());
    stage.baseImage = *found;
    const oci::ImageConfig& config = m_plan.images[*found].config;
    state.config = config.config;
    state.author = config.author;
    return state;
}

Result<void> Planner::planStage(std::size_t index)
{
    if (m_progress[index] == Progress::Done)
        return {};
    const dockerfile::Stage& written = m_file.stages[index];
    if (m_progress[index] == Progress::Going)
        return failAt(static_cast<int>(written.firstLine),
            Error(ErrorCode::Invalid, fmt::format("circular dependency: the stage \"{}\" needs itself", written.name)));
    m_progress[index] = Progress::Going;
    if (!written.problems.empty())
        return failAt(written.problems.front(), ErrorCode::Invalid);

    StageState state = TRY(baseState(index));
    const std::vector<std::string> triggers = std::exchange(state.config.onBuild, {});
    const std::string project = m_request.tags.empty() ? std::string() : std::string(withoutTag(m_request.tags.front()));
    const std::string stageKey = written.name.empty() ? std::to_string(index) : written.name;
    StagePlanner planner(
        StagePlanner::Context {
            .request = m_request,
            .globalArgs = m_globalArgs,
            .escape = m_file.document.escape,
            .stage = index,
            .stageName = written.name,
            .position = Digest::ofText(fmt::format("{}\n{}\n{}", project, m_plan.dockerfileName, stageKey)),
            .resolveFrom = [this, index](const std::string& name, bool byNumber) { return resolveFrom(index, name, byNumber); },
            .usedBuildArgs = m_usedBuildArgs,
            .warnings = m_plan.warnings,
        },
        std::move(state));
    planner.addFrom(written.from, m_graph.stages[index].base);

    const auto add = [&](const dockerfile::Instruction& instruction, bool trigger) -> Result<void> {
        if (++m_stepCount > maxSteps)
            return failAt(static_cast<int>(instruction.firstLine),
                Error(ErrorCode::TooLarge, fmt::format("a build has at most {} steps", maxSteps)));
        const auto added = planner.add(instruction, trigger);
        if (added)
            return {};
        // A stage or image that it needs may have failed with a place of its own.
        if (m_place.line != 0)
            return added.error();
        if (trigger)
            return failAt(static_cast<int>(written.firstLine),
                added.error().withContext(fmt::format("ONBUILD {} of {}", instruction.original, m_graph.stages[index].base)));
        return failAt(static_cast<int>(instruction.firstLine), added.error());
    };
    for (const std::string& trigger : triggers) {
        const auto instruction = dockerfile::readInstruction(trigger, m_file.document.escape);
        if (!instruction)
            return failAt(static_cast<int>(written.firstLine),
                instruction.error().withContext(fmt::format("ONBUILD {} of {}", trigger, m_graph.stages[index].base)));
        TRY(add(*instruction, true));
    }
    for (const dockerfile::Instruction& instruction : written.instructions)
        TRY(add(instruction, false));

    m_states[index] = planner.state();
    m_steps[index] = planner.takeSteps();
    m_plan.stages[index].config = m_states[index].config;
    m_plan.stages[index].author = m_states[index].author;
    m_plan.stages[index].needed = true;
    m_progress[index] = Progress::Done;
    return {};
}

void Planner::number()
{
    for (std::size_t index = 0; index < m_steps.size(); ++index) {
        for (PlannedStep& planned : m_steps[index]) {
            planned.step.info.step = static_cast<int>(m_plan.steps.size());
            m_plan.stages[index].steps.push_back(m_plan.steps.size());
            m_plan.steps.push_back(std::move(planned.step));
        }
    }
    const auto last = [&](std::size_t stage) { return static_cast<int>(m_plan.stages[stage].steps.back()); };
    for (std::size_t index = 0; index < m_steps.size(); ++index) {
        for (std::size_t i = 0; i < m_steps[index].size(); ++i) {
            Step& step = m_plan.steps[m_plan.stages[index].steps[i]];
            std::set<int> needed;
            if (i > 0)
                needed.insert(step.info.step - 1);
            else if (m_plan.stages[index].baseStage)
                needed.insert(last(*m_plan.stages[index].baseStage));
            for (const std::size_t stage : m_steps[index][i].needsStages)
                needed.insert(last(stage));
            step.info.dependsOn.assign(needed.begin(), needed.end());
        }
    }
}

void Planner::warnUnusedArgs()
{
    std::string names;
    for (const auto& [name, value] : m_request.buildArgs) {
        if (m_usedBuildArgs.contains(name) || dockerfile::isProxyArg(name) || name.starts_with("BUILDKIT_")
            || name == "SOURCE_DATE_EPOCH" || m_globalArgs.contains(name))
            continue;
        names += names.empty() ? name : ", " + name;
    }
    if (!names.empty())
        m_plan.warnings.push_back({ 0, fmt::format("build arguments that no ARG declares: {}", names) });
}

Result<Plan> Planner::run(std::string text)
{
    // The docker client gives a Dockerfile from outside of the context a random name in it, which means nothing to people.
    const bool random = m_request.dockerfileName.starts_with(".dockerfile.");
    m_plan.dockerfileName = m_request.dockerfileName.empty() || random ? "Dockerfile" : m_request.dockerfileName;
    if (text.size() > maxDockerfileBytes)
        return Error(ErrorCode::TooLarge, fmt::format("{} is larger than {} bytes", m_plan.dockerfileName, maxDockerfileBytes));
    TRY(checkPlatform());
    m_options.target = m_request.target;
    m_options.buildArgs.insert(m_request.buildArgs.begin(), m_request.buildArgs.end());
    m_file = dockerfile::readDockerfile(std::move(text));
    TRY(checkSize());
    m_graph = dockerfile::stageGraph(m_file, m_options);
    TRY(refuse());

    TRY(readGlobalArgs());
    const std::size_t count = m_file.stages.size();
    m_progress.assign(count, Progress::New);
    m_states.resize(count);
    m_steps.resize(count);
    m_plan.stages.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        m_plan.stages[i].index = i;
        m_plan.stages[i].name = m_file.stages[i].name;
    }
    m_plan.target = *m_graph.target;
    TRY(planStage(m_plan.target));
    number();
    warnUnusedArgs();
    if (m_request.pull)
        m_plan.warnings.push_back({ 0, "newer base images were asked for (pull), but images are not pulled from registries yet" });

    PlanEvent& event = m_plan.event;
    event.dockerfileName = m_plan.dockerfileName;
    event.target = m_plan.stages[m_plan.target].name.empty() ? std::to_string(m_plan.target) : m_plan.stages[m_plan.target].name;
    for (std::size_t i = 0; i < count; ++i)
        event.stages.push_back({ static_cast<int>(i), m_plan.stages[i].name, m_graph.stages[i].base,
            static_cast<int>(m_file.stages[i].firstLine), static_cast<int>(m_file.stages[i].lastLine), m_plan.stages[i].needed });
    for (const Step& step : m_plan.steps)
        event.steps.push_back(step.info);
    return std::move(m_plan);
}

} // namespace

Result<Plan> makePlan(const BuildRequest& request, std::string text, ImageLookup& images, Place& place)
{
    return Planner(request, images, place).run(std::move(text));
}

} // namespace darsena::builder
