// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/command.h"
#include "core/cli/input.h"
#include "core/dockerfile/dump.h"
#include "core/dockerfile/parser.h"

#include <memory>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

struct ParseArguments {
    std::string file;
    std::string format = "json";
};

/// The tree is printed even with problems in JSON, where they are part of it; the dump of BuildKit knows none.
ExitStatus run(const ParseArguments& arguments)
{
    auto text = readDockerfileText(arguments.file);
    if (!text) {
        complain(text.error());
        return ExitStatus::Failure;
    }
    const dockerfile::Document document = dockerfile::parse(std::move(*text));
    if (arguments.format == "json")
        fmt::print("{}\n", json::serialize(dockerfile::dumpJson(document)));
    else if (document.problems.empty())
        fmt::print("{}\n", dockerfile::dumpSexp(document));
    for (const dockerfile::Problem& problem : document.problems) {
        const dockerfile::Position place = document.source.position(problem.range.begin);
        fmt::print(stderr, "{}:{}:{}: {}\n", arguments.file, place.line, place.column, problem.message);
    }
    return document.problems.empty() ? ExitStatus::Success : ExitStatus::Failure;
}

} // namespace

void addParseCommand(CLI::App& application, ExitStatus& status)
{
    const auto arguments = std::make_shared<ParseArguments>();
    CLI::App* command = application.add_subcommand("parse", "Print the syntax tree of a Dockerfile");
    command->add_option("FILE", arguments->file, "The Dockerfile; - is standard input")->required();
    command->add_option("--format", arguments->format, "json: every token with its place; sexp: BuildKit's dump")
        ->check(CLI::IsMember({"json", "sexp"}))
        ->capture_default_str();
    command->callback([arguments, &status] { status = run(*arguments); });
}

} // namespace darsena::cli
