// SPDX-License-Identifier: GPL-3.0-or-later
// darsena fmt [--check | --write] [--indent N] [--case upper|lower|keep] [--shell] FILE…
// Prints the formatted text; --check prints the names of files that differ, --write puts them in order where they are.
// Exit: 0, also when --write changed files; 1 a file differs (--check; without it when text is printed, nothing
// "differs"); 2 a file cannot be read or written.
#include "core/cli/command.h"
#include "core/cli/input.h"
#include "core/cli/replace_file.h"
#include "core/cli/shell_formatter.h"
#include "core/dockerfile/format/format.h"

#include <memory>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

struct FormatArguments {
    std::vector<std::string> files;
    bool check = false;
    bool write = false;
    bool shell = false;
    std::optional<std::uint32_t> indent;
    std::string instructions = "upper";
};

dockerfile::FormatOptions optionsOf(const FormatArguments& arguments)
{
    using Case = dockerfile::FormatOptions::Case;
    dockerfile::FormatOptions options;
    options.indent = arguments.indent.value_or(options.indent);
    // Who asks for an indent wants it everywhere, and knows that a build runs the steps again whose text changes.
    options.indentShell = arguments.indent.has_value();
    options.instructions = arguments.instructions == "lower" ? Case::Lower
        : arguments.instructions == "keep"                   ? Case::Keep
                                                             : Case::Upper;
    if (arguments.shell)
        options.shell = shellFormatter(options.indent);
    return options;
}

ExitStatus formatFile(const std::string& file, const FormatArguments& arguments, const dockerfile::FormatOptions& options)
{
    const auto text = readDockerfileText(file);
    if (!text) {
        complain(text.error());
        return ExitStatus::Failure;
    }
    const std::string formatted = dockerfile::format(*text, options);
    const bool differs = formatted != *text;
    if (arguments.check) {
        if (differs)
            fmt::print("{}\n", file);
        return differs ? ExitStatus::Findings : ExitStatus::Success;
    }
    if (!arguments.write || file == "-") {
        fmt::print("{}", formatted);
        return ExitStatus::Success;
    }
    if (!differs)
        return ExitStatus::Success;
    const auto written = replaceFile(file, formatted);
    if (!written) {
        complain(written.error());
        return ExitStatus::Failure;
    }
    fmt::print("{}\n", file);
    return ExitStatus::Success;
}

ExitStatus run(const FormatArguments& arguments)
{
    const dockerfile::FormatOptions options = optionsOf(arguments);
    if (arguments.shell && !options.shell)
        complain(Error(ErrorCode::NotFound, "--shell: shfmt is not installed; shell code is left alone"));
    ExitStatus status = ExitStatus::Success;
    for (const std::string& file : arguments.files)
        status = std::max(status, formatFile(file, arguments, options));
    return status;
}

} // namespace

void addFormatCommand(CLI::App& application, ExitStatus& status)
{
    const auto arguments = std::make_shared<FormatArguments>();
    CLI::App* command = application.add_subcommand("fmt", "Put Dockerfiles in order without changing what they say");
    command->add_option("FILE", arguments->files, "Dockerfiles; - is standard input")->required();
    CLI::Option* check = command->add_flag(
        "--check", arguments->check, "Print the names of files that are not in order, and exit with 1 if there are any");
    command
        ->add_flag("-w,--write", arguments->write, "Rewrite the files, and print the names of those that changed; - is printed")
        ->excludes(check);
    command
        ->add_option("--indent", arguments->indent,
            "Blanks before continued lines (4); given, those of shell code move too, and the build runs these steps again")
        ->check(CLI::Range(0, 16));
    command->add_option("--case", arguments->instructions, "How instructions are written")
        ->check(CLI::IsMember({"upper", "lower", "keep"}))
        ->capture_default_str();
    command->add_flag("--shell", arguments->shell, "Format shell code as well, with shfmt, if it is installed");
    command->callback([arguments, &status] { status = run(*arguments); });
}

} // namespace darsena::cli
