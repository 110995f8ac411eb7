// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/config_changes.h"

#include "core/builder/plan/stage_planner.h"
#include "core/dockerfile/instructions.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/ranges.h>

namespace darsena::engine {

namespace {

constexpr std::array<std::string_view, 11> kChangeInstructions{
    "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "ONBUILD", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"};
constexpr std::size_t kMaxChangeBytes = 1 << 20;

std::string firstWord(std::string_view text)
{
    const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    text.remove_prefix(begin);
    std::string word(text.substr(0, text.find_first_of(" \t\r\n")));
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return word;
}

Error notAChange(std::string_view word)
{
    return Error(ErrorCode::Invalid, fmt::format("{} is not a valid change command", word.substr(0, 64)));
}

} // namespace

Result<oci::ExecutionConfig> applyChanges(oci::ExecutionConfig config, const std::vector<std::string>& changes)
{
    std::string text = "FROM scratch\n";
    for (const std::string& change : changes) {
        std::string word = firstWord(change);
        if (word.empty())
            continue;
        std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        if (std::ranges::find(kChangeInstructions, word) == kChangeInstructions.end())
            return notAChange(firstWord(change));
        text += change + "\n";
    }
    if (text.size() > kMaxChangeBytes)
        return Error(ErrorCode::TooLarge, "changes: more than 1 MiB of instructions");
    const dockerfile::Dockerfile file = dockerfile::readDockerfile(std::move(text));
    if (!file.ok())
        return file.error("changes");
    if (file.stages.size() != 1)
        return notAChange("from");
    const dockerfile::Stage& stage = file.stages.front();
    // A change may have several lines.
    for (const dockerfile::Instruction& instruction : stage.instructions) {
        if (std::ranges::find(kChangeInstructions, instruction.name) == kChangeInstructions.end())
            return notAChange(firstWord(instruction.name));
    }

    const builder::BuildRequest request;
    const builder::Variables noArguments;
    std::set<std::string, std::less<>> usedArguments;
    std::vector<builder::WarningEvent> warnings;
    const auto noStages = [](const std::string& name, bool) -> Result<builder::SourceTree> { return notAChange(name); };
    builder::StageState state;
    state.config = std::move(config);
    builder::StagePlanner planner({request, noArguments, '\\', 0, {}, {}, noStages, usedArguments, warnings}, std::move(state));
    planner.addFrom(stage.from, "scratch");
    for (const dockerfile::Instruction& instruction : stage.instructions)
        TRY(planner.add(instruction, false));
    return planner.state().config;
}

oci::ExecutionConfig executionConfigOf(const model::ContainerConfig& config)
{
    oci::ExecutionConfig image;
    image.user = config.user;
    image.exposedPorts.assign(config.exposedPorts.begin(), config.exposedPorts.end());
    image.env = config.env;
    image.entrypoint = config.entrypoint;
    image.cmd = config.cmd;
    image.volumes.assign(config.volumes.begin(), config.volumes.end());
    image.workingDir = config.workingDir;
    image.labels = config.labels;
    image.stopSignal = config.stopSignal;
    image.onBuild = config.onBuild;
    image.shell = config.shell;
    image.argsEscaped = config.argsEscaped;
    if (config.healthcheck) {
        oci::HealthCheck health;
        health.test = config.healthcheck->test;
        health.interval = config.healthcheck->interval;
        health.timeout = config.healthcheck->timeout;
        health.startPeriod = config.healthcheck->startPeriod;
        health.startInterval = config.healthcheck->startInterval;
        health.retries = config.healthcheck->retries;
        image.healthcheck = std::move(health);
    }
    return image;
}

} // namespace darsena::engine
