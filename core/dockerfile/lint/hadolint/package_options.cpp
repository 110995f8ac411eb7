// SPDX-License-Identifier: GPL-3.0-or-later
// DL rules on options that package managers should have in a build.
#include "core/dockerfile/lint/hadolint/commands.h"
#include "core/dockerfile/lint/hadolint/run_edits.h"
#include "core/dockerfile/lint/hadolint/run_rules.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

using namespace std::string_view_literals;

/// Adds an option behind a word of the command.
Fix withOption(const RunCommand& command, Range behind, std::string_view option)
{
    return {.description = fmt::format("Add {}", option),
        .edits = {addArgument(command, behind, option)},
        .sameMeaning = false};
}

/// Reports commands that ask before they install, unless a flag of `yes` is given.
void checkYes(LintContext& context, const RuleInfo& rule, std::initializer_list<std::string_view> programs,
    std::initializer_list<std::string_view> subcommands, std::initializer_list<std::string_view> yes)
{
    forEachCommand(context, programs, [&](const RunCommand& command) {
        const Argument* subcommand = command.find(subcommands);
        if (subcommand == nullptr || command.hasFlag(yes))
            return;
        reportRun(context, rule, *command.run, {command.programRange.begin, subcommand->range.end},
            fmt::format("{} {} asks, and nobody answers: add -y", command.program, subcommand->text),
            withOption(command, subcommand->range, "-y"));
    });
}

/// How quiet apt-get is to be; from two on it does not ask either.
std::size_t quietness(const RunCommand& command)
{
    std::size_t level = 0;
    for (const Argument& argument : command.arguments) {
        if (argument.longFlag() == "quiet" || argument.shortFlags().starts_with("q=")) {
            const std::size_t sign = argument.text.find('=');
            level += sign == std::string::npos || argument.text.substr(sign + 1) == "1" ? 1 : 2;
        } else {
            const std::string_view letters = argument.shortFlags();
            level += static_cast<std::size_t>(std::count(letters.begin(), letters.end(), 'q'));
        }
    }
    return level;
}

bool isTruthy(std::string_view value)
{
    static constexpr std::array words {
        "1"sv, "true"sv, "True"sv, "TRUE"sv, "on"sv, "On"sv, "ON"sv, "yes"sv, "Yes"sv, "YES"sv, "y"sv, "t"sv};
    return std::find(words.begin(), words.end(), value) != words.end();
}

constexpr std::string_view noCacheVariable = "PIP_NO_CACHE_DIR";

/// The value that an instruction gives to pip's variable; nullopt if it does not.
std::optional<std::string_view> pipVariableOf(const Instruction& instruction)
{
    constexpr std::string_view quotes = "\"'";
    std::optional<std::string_view> value;
    if (const Env* env = instruction.as<Env>()) {
        for (const KeyValue& pair : env->pairs) {
            if (pair.key.text == noCacheVariable)
                value = pair.value.text;
        }
    } else if (const Arg* arg = instruction.as<Arg>()) {
        for (const Arg::Variable& variable : arg->variables) {
            if (variable.name == noCacheVariable && variable.value)
                value = *variable.value;
        }
    }
    if (value) {
        value->remove_prefix(std::min(value->find_first_not_of(quotes), value->size()));
        *value = value->substr(0, value->find_last_not_of(quotes) + 1);
    }
    return value;
}

/// Where in each stage pip is told to keep no cache: from this place of the file on.
std::vector<std::optional<std::uint32_t>> quietPip(const LintContext& context)
{
    std::vector<std::optional<std::uint32_t>> since(context.file().stages.size());
    for (const Stage& stage : context.file().stages) {
        const auto base = context.graph().stages[stage.index].baseStage;
        if (base && since[*base])
            since[stage.index] = 0;
        for (const Instruction& instruction : stage.instructions) {
            if (const auto value = pipVariableOf(instruction)) {
                if (!isTruthy(*value))
                    since[stage.index].reset();
                else if (!since[stage.index])
                    since[stage.index] = instruction.range.begin;
            }
        }
    }
    return since;
}

/// The command's own environment says what pip's variable is; nullopt if it does not.
std::optional<bool> ownPipVariable(const RunCommand& command)
{
    if (command.command != nullptr) {
        for (const shell::Assignment& assignment : command.command->assignments) {
            if (assignment.name == noCacheVariable)
                return assignment.value && isTruthy(assignment.value->value());
        }
    }
    return std::nullopt;
}

/// The RUN instructions that export it.
std::set<const RunInstruction*> quietRuns(const LintContext& context)
{
    std::set<const RunInstruction*> result;
    forEachCommand(context, {"export"}, [&](const RunCommand& command) {
        for (const Argument& argument : command.arguments) {
            std::string_view text = argument.text;
            if (!text.starts_with(noCacheVariable))
                continue;
            text.remove_prefix(noCacheVariable.size());
            if (text.starts_with('=') && isTruthy(text.substr(1)))
                result.insert(command.run);
        }
    });
    return result;
}

} // namespace

void checkAptYes(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"apt-get"}, [&](const RunCommand& command) {
        const Argument* install = command.find({"install"});
        if (install == nullptr || command.hasFlag({"y", "yes", "assume-yes"}) || quietness(command) > 1)
            return;
        reportRun(context, rule, *command.run, {command.programRange.begin, install->range.end},
            "apt-get install asks, and nobody answers: add -y", withOption(command, install->range, "-y"));
    });
}

void checkRecommends(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"apt-get"}, [&](const RunCommand& command) {
        const Argument* install = command.find({"install"});
        const bool isSet = std::any_of(
            command.arguments.begin(), command.arguments.end(), [](const Argument& argument) {
                const std::size_t at = argument.text.find("Install-Recommends=");
                const std::string_view value
                    = std::string_view(argument.text).substr(std::min(at + 19, argument.text.size()));
                return at != std::string::npos && (value == "false" || value == "0" || value == "no" || value == "off");
            });
        if (install == nullptr || isSet || command.hasFlag({"no-install-recommends"}))
            return;
        reportRun(context, rule, *command.run, {command.programRange.begin, install->range.end},
            "apt-get installs recommended packages too: add --no-install-recommends",
            withOption(command, install->range, "--no-install-recommends"));
    });
}

void checkApkCache(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"apk"}, [&](const RunCommand& command) {
        const Argument* add = command.find({"add"});
        if (add == nullptr || command.hasFlag({"no-cache"}) || command.run->keepsOutside("/var/cache/apk"))
            return;
        reportRun(context, rule, *command.run, {command.programRange.begin, add->range.end},
            "apk leaves its index in the image: add --no-cache", withOption(command, add->range, "--no-cache"));
    });
}

void checkAptForScripts(LintContext& context, const RuleInfo& rule)
{
    static constexpr std::array common {"autoclean"sv, "autoremove"sv, "build-dep"sv, "clean"sv, "download"sv,
        "install"sv, "purge"sv, "remove"sv, "source"sv, "update"sv, "upgrade"sv};
    forEachCommand(context, {"apt"}, [&](const RunCommand& command) {
        const auto subcommand = std::find_if(command.arguments.begin(), command.arguments.end(),
            [](const Argument& argument) { return !argument.isFlag(); });
        const std::string_view name
            = subcommand == command.arguments.end() ? std::string_view() : std::string_view(subcommand->text);
        std::string_view other = "apt-get";
        if (name == "search" || name == "show" || name == "depends" || name == "policy")
            other = "apt-cache";
        else if (std::find(common.begin(), common.end(), name) == common.end())
            other = {};
        std::optional<Fix> fix;
        // The name may have a folder before it, or quotes around it.
        const Range name3 {command.programRange.end - std::min(3U, command.programRange.end), command.programRange.end};
        if (!other.empty() && context.file().document.source.slice(name3) == "apt")
            fix = Fix {.description = fmt::format("Use {}", other),
                .edits = {{.range = name3, .replacement = std::string(other)}},
                .sameMeaning = false};
        reportRun(context, rule, *command.run, command.programRange,
            "apt is made for people, and its output may change: scripts use apt-get or apt-cache", std::move(fix));
    });
}

void checkYumYes(LintContext& context, const RuleInfo& rule)
{
    checkYes(context, rule, {"yum"}, {"install", "groupinstall", "localinstall"}, {"y", "assumeyes"});
}

void checkZypperYes(LintContext& context, const RuleInfo& rule)
{
    checkYes(context, rule, {"zypper"}, {"install", "in", "remove", "rm", "source-install", "si", "patch"},
        {"y", "n", "no-confirm", "non-interactive"});
}

void checkDistUpgrade(LintContext& context, const RuleInfo& rule)
{
    forEachCommand(context, {"zypper"}, [&](const RunCommand& command) {
        if (const Argument* upgrade = command.find({"dist-upgrade", "dup"}))
            reportRun(context, rule, *command.run, {command.programRange.begin, upgrade->range.end},
                "This makes another release of the base image: choose it with FROM");
    });
}

void checkDnfYes(LintContext& context, const RuleInfo& rule)
{
    checkYes(context, rule, {"dnf", "microdnf"}, {"install", "groupinstall", "localinstall"}, {"y", "assumeyes"});
}

void checkPipCache(LintContext& context, const RuleInfo& rule)
{
    std::optional<std::vector<std::optional<std::uint32_t>>> quietSince;
    const std::set<const RunInstruction*> quiet = quietRuns(context);
    forEachPipInstall(context, [&](const RunCommand& command) {
        if (command.hasFlag({"no-cache-dir"}) || command.run->hasCacheMountNamed({"pip", ".cache"})
            || quiet.contains(command.run))
            return;
        const std::optional<bool> own = ownPipVariable(command);
        if (own.value_or(false))
            return;
        if (!quietSince)
            quietSince = quietPip(context);
        const auto& since = (*quietSince)[command.run->stage->index];
        if (!own && since && *since <= command.run->holder->range.begin)
            return;
        const Argument* install = command.find({"install"});
        reportRun(context, rule, *command.run, {command.programRange.begin, install->range.end},
            "pip leaves what it fetched in the image: add --no-cache-dir",
            withOption(command, install->range, "--no-cache-dir"));
    });
}

} // namespace darsena::dockerfile::lint_detail
