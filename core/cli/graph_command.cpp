// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/command.h"
#include "core/cli/graph_output.h"
#include "core/cli/input.h"

#include <memory>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

struct GraphArguments {
    std::string file;
    std::string format = "json";
    StageArguments stages;
};

Result<std::string> draw(const GraphArguments& arguments)
{
    const dockerfile::Dockerfile file = dockerfile::readDockerfile(TRY(readDockerfileText(arguments.file)));
    if (!file.ok())
        return file.error(arguments.file);
    const dockerfile::StageOptions options = TRY(arguments.stages.options());
    const dockerfile::StageGraph graph = dockerfile::stageGraph(file, options);
    if (const auto refusals = graph.refusals(); !refusals.empty()) {
        const dockerfile::Position place = file.document.source.position(refusals.front().range.begin);
        return Error(ErrorCode::Invalid,
            fmt::format("{}:{}:{}: {}", arguments.file, place.line, place.column, refusals.front().message));
    }
    if (arguments.format == "dot")
        return graphAsDot(graph);
    if (arguments.format == "mermaid")
        return graphAsMermaid(graph);
    return graphAsJson(graph);
}

} // namespace

void addGraphCommand(CLI::App& application, ExitStatus& status)
{
    const auto arguments = std::make_shared<GraphArguments>();
    CLI::App* command
        = application.add_subcommand("graph", "Print the stages of a Dockerfile and what they take from each other");
    command->add_option("FILE", arguments->file, "The Dockerfile; - is standard input")->required();
    command->add_option("--format", arguments->format, "How the graph is printed")
        ->check(CLI::IsMember({"json", "dot", "mermaid"}))
        ->capture_default_str();
    command->add_option("--target", arguments->stages.target, "The stage to build; default: the last");
    command->add_option("--platform", arguments->stages.platform, "The platform to build for: linux/arm64");
    command->add_option("--build-arg", arguments->stages.buildArgs, "NAME=value, or NAME from the environment")
        ->allow_extra_args(false);
    command->callback([arguments, &status] {
        const auto drawn = draw(*arguments);
        if (drawn)
            fmt::print("{}", *drawn);
        else
            complain(drawn.error());
        status = drawn ? ExitStatus::Success : ExitStatus::Failure;
    });
}

} // namespace darsena::cli
