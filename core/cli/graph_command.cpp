// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/command.h"
#include "core/cli/graph_output.h"
#include "core/cli/input.h"
#include "core/dockerfile/stages/svg.h"

#include <cstdio>
#include <memory>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

struct GraphArguments {
    std::string file;
    std::string format = "json";
    bool dark = false;
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
    if (arguments.format == "json")
        return graphAsJson(graph);
    const dockerfile::StagePicture picture = dockerfile::stagePicture(file, graph);
    if (arguments.format == "dot")
        return dockerfile::pictureAsDot(picture);
    if (arguments.format == "mermaid")
        return dockerfile::pictureAsMermaid(picture);
    dockerfile::SvgOptions look;
    look.dark = arguments.dark;
    const std::string svg = dockerfile::pictureAsSvg(picture, look);
    return arguments.format == "png" ? svgAsPng(svg) : Result<std::string>(svg);
}

} // namespace

void addGraphCommand(CLI::App& application, ExitStatus& status)
{
    const auto arguments = std::make_shared<GraphArguments>();
    CLI::App* command
        = application.add_subcommand("graph", "Print the stages of a Dockerfile and what they take from each other");
    command->add_option("FILE", arguments->file, "The Dockerfile; - is standard input")->required();
    command->add_option("--format", arguments->format, "How the graph is printed")
        ->check(CLI::IsMember({"json", "dot", "mermaid", "svg", "png"}))
        ->capture_default_str();
    command->add_flag("--dark", arguments->dark, "SVG and PNG for a dark page");
    command->add_option("--target", arguments->stages.target, "The stage to build; default: the last");
    command->add_option("--platform", arguments->stages.platform, "The platform to build for: linux/arm64");
    command->add_option("--build-arg", arguments->stages.buildArgs, "NAME=value, or NAME from the environment")
        ->allow_extra_args(false);
    command->add_option("--build-context", arguments->stages.buildContexts, "NAME=where: hides a stage or an image of that name")
        ->allow_extra_args(false);
    command->callback([arguments, &status] {
        const auto drawn = draw(*arguments);
        if (drawn)
            std::fwrite(drawn->data(), 1, drawn->size(), stdout);
        else
            complain(drawn.error());
        status = drawn ? ExitStatus::Success : ExitStatus::Failure;
    });
}

} // namespace darsena::cli
