// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/command.h"
#include "core/cli/input.h"
#include "core/cli/lint_config_file.h"
#include "core/cli/lint_output.h"
#include "core/cli/lint_reports.h"
#include "core/cli/replace_file.h"
#include "core/cli/shellcheck.h"
#include "core/dockerfile/assist/refactor.h"
#include "core/dockerfile/lint.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

struct LintArguments {
    std::vector<std::string> files;
    std::string format = "text";
    std::string severity = "info";
    std::vector<std::string> ignored;
    std::optional<std::string> config;
    std::string shellCheck = "auto";
    StageArguments stages;
    bool fix = false;
};

/// How long shellcheck may take before our own rules have to do.
constexpr std::chrono::seconds shellCheckLimit {20};

/// Applies all fixes to a file and says on standard error what was mended, so that findings stay what is printed.
Result<std::string> mendFile(const std::string& file, std::string text, const dockerfile::LintOptions& options)
{
    if (file == "-")
        return Error(ErrorCode::Invalid, "--fix writes files; standard input is none");
    std::vector<dockerfile::Finding> mended;
    std::string after = dockerfile::fixAll(text, options, &mended);
    if (after == text)
        return text;
    TRY(replaceFile(file, after));
    for (const dockerfile::Finding& finding : mended)
        fmt::print(stderr, "{}:{}:{}: mended: {} [{}]\n", file, finding.begin.line, finding.begin.column,
            finding.fix->description, finding.rule);
    return after;
}

/// A file that has been read and not yet been looked at.
struct PreparedFile {
    std::string name;
    dockerfile::Dockerfile parsed;
    dockerfile::LintOptions options;

    /// The least severity that makes the command fail; nullopt: nothing does.
    std::optional<dockerfile::Severity> threshold() const
    {
        if (options.config.noFail)
            return std::nullopt;
        return options.config.failureThreshold.value_or(dockerfile::Severity::Info);
    }
};

Result<PreparedFile> prepareFile(const std::string& file, const LintArguments& arguments)
{
    std::string text = TRY(readDockerfileText(file));
    dockerfile::LintOptions options;
    options.config = TRY(readLintConfig(arguments.config, file));
    options.stages = TRY(arguments.stages.options());
    options.ignoredRules.insert(arguments.ignored.begin(), arguments.ignored.end());
    options.contextIgnore = TRY(readIgnoreRules(file));
    if (arguments.fix)
        text = TRY(mendFile(file, std::move(text), options));
    return PreparedFile {
        .name = file, .parsed = dockerfile::readDockerfile(std::move(text)), .options = std::move(options)};
}

/// One run of shellcheck for all files. What it finds takes the place of what our own rules of that family would.
void askShellCheck(std::vector<PreparedFile>& files)
{
    dockerfile::shell::ShellCheckJob job;
    for (const PreparedFile& file : files)
        job.add(file.parsed, file.options);
    if (auto findings = runShellCheck(job, shellCheckLimit)) {
        for (std::size_t i = 0; i < files.size(); ++i)
            files[i].options.shellCheck = std::move((*findings)[i]);
    }
}

using Format = std::string (*)(const std::vector<FileFindings>&);
constexpr std::array<std::pair<std::string_view, Format>, 6> formats {{{"text", lintAsText}, {"json", lintAsJson},
    {"sarif", lintAsSarif}, {"checkstyle", lintAsCheckstyle}, {"gitlab", lintAsGitLab}, {"junit", lintAsJunit}}};

Format formatNamed(std::string_view name)
{
    for (const auto& [known, format] : formats) {
        if (known == name)
            return format;
    }
    return lintAsText;
}

std::vector<std::string> formatNames()
{
    std::vector<std::string> names;
    for (const auto& [name, format] : formats)
        names.emplace_back(name);
    return names;
}

ExitStatus run(const LintArguments& arguments)
{
    // Severities count downwards: an error is 0.
    const auto least = arguments.severity == "error" ? dockerfile::Severity::Error
        : arguments.severity == "warning"            ? dockerfile::Severity::Warning
                                                     : dockerfile::Severity::Info;
    ExitStatus status = ExitStatus::Success;
    std::vector<PreparedFile> prepared;
    for (const std::string& file : arguments.files) {
        auto read = prepareFile(file, arguments);
        if (read) {
            prepared.push_back(std::move(*read));
        } else {
            complain(read.error());
            status = ExitStatus::Failure;
        }
    }
    if (arguments.shellCheck == "auto")
        askShellCheck(prepared);
    std::vector<FileFindings> files;
    for (const PreparedFile& file : prepared) {
        std::vector<dockerfile::Finding> findings = dockerfile::lint(file.parsed, file.options);
        std::erase_if(findings, [&](const dockerfile::Finding& finding) { return finding.severity > least; });
        const auto threshold = file.threshold();
        const bool fails = std::any_of(findings.begin(), findings.end(),
            [&](const dockerfile::Finding& finding) { return threshold && finding.severity <= *threshold; });
        if (fails && status == ExitStatus::Success)
            status = ExitStatus::Findings;
        files.push_back({.file = file.name, .source = file.parsed.document.source, .findings = std::move(findings)});
    }
    fmt::print("{}", formatNamed(arguments.format)(files));
    return status;
}

} // namespace

void addLintCommand(CLI::App& application, ExitStatus& status)
{
    const auto arguments = std::make_shared<LintArguments>();
    CLI::App* command = application.add_subcommand("lint", "Check Dockerfiles: what the builder refuses or warns of");
    command->add_option("FILE", arguments->files, "Dockerfiles; - is standard input")->required();
    command->add_option("--format", arguments->format, "How findings are printed")
        ->check(CLI::IsMember(formatNames()))
        ->capture_default_str();
    command->add_option("--severity", arguments->severity, "The least severity that counts and is printed")
        ->check(CLI::IsMember({"error", "warning", "info"}))
        ->capture_default_str();
    command->add_option("--ignore", arguments->ignored, "A rule to leave out; may be repeated")
        ->delimiter(',')
        ->allow_extra_args(false);
    command->add_option("--config", arguments->config,
        "hadolint's configuration (YAML); default: .hadolint.yaml beside the Dockerfile or here, or hadolint.yaml in "
        "~/.config");
    command
        ->add_option("--shellcheck", arguments->shellCheck,
            "Let shellcheck look at what RUN does: auto = where it is installed; never = our own rules do")
        ->check(CLI::IsMember({"auto", "never"}))
        ->capture_default_str();
    command->add_option("--target", arguments->stages.target, "Look at what this stage needs; default: at all stages");
    command->add_option("--platform", arguments->stages.platform, "The platform to build for: linux/arm64");
    command->add_option("--build-arg", arguments->stages.buildArgs, "NAME=value, or NAME from the environment")
        ->allow_extra_args(false);
    command->add_option("--build-context", arguments->stages.buildContexts, "A named context: NAME=where")
        ->allow_extra_args(false);
    command->add_flag("--fix", arguments->fix, "Mend what has a fix, in the files, and report what is left");
    command->callback([arguments, &status] { status = run(*arguments); });
}

} // namespace darsena::cli
