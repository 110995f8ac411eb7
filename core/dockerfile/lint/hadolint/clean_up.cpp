// SPDX-License-Identifier: GPL-3.0-or-later
// DL rules on what package managers leave behind.
#include "core/dockerfile/lint/hadolint/commands.h"
#include "core/dockerfile/lint/hadolint/run_edits.h"
#include "core/dockerfile/lint/hadolint/run_rules.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> list)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

/// What a package manager leaves behind, and how it is removed.
struct Leftover {
    std::initializer_list<std::string_view> programs;
    std::initializer_list<std::string_view> leaving; ///< subcommands
    std::initializer_list<std::string_view> cleaning; ///< subcommands
    std::initializer_list<std::string_view> folders; ///< to remove those will do
    std::string_view cure; ///< the command
};

/// The command removes one of the folders, one around it or what is in it.
bool removesOneOf(const RunCommand& command, std::initializer_list<std::string_view> folders)
{
    return std::any_of(command.arguments.begin(), command.arguments.end(), [&](const Argument& argument) {
        std::string_view path = argument.text;
        while (!argument.isFlag() && (path.ends_with('*') || path.ends_with('/')))
            path.remove_suffix(1);
        return path.size() > 1 && path.front() == '/'
            && std::any_of(folders.begin(), folders.end(), [&](std::string_view folder) {
                   return folder.starts_with(path) || (path.starts_with(folder) && path[folder.size()] == '/');
               });
    });
}

/// The command that leaves something behind which no later command of the RUN removes; nullptr if there is none.
const RunCommand* leavingCommand(const RunInstruction& run, const Leftover& leftover)
{
    const RunCommand* leaving = nullptr;
    for (const RunCommand& command : run.commands) {
        if (isOneOf(command.program, leftover.programs)) {
            if (command.has(leftover.leaving))
                leaving = &command;
            else if (command.has(leftover.cleaning))
                leaving = nullptr;
        } else if (command.program == "rm" && removesOneOf(command, leftover.folders)) {
            leaving = nullptr;
        }
    }
    return leaving;
}

/// The clean-up behind the last command that may need what is removed.
std::optional<Fix> cleanUp(const LintContext& context, const RunInstruction& run, const Leftover& leftover)
{
    const auto last = std::find_if(run.commands.rbegin(), run.commands.rend(),
        [&](const RunCommand& command) { return isOneOf(command.program, leftover.programs); });
    auto edit = runAfter(context, *last, leftover.cure);
    if (!edit)
        return std::nullopt;
    return Fix {.description = fmt::format("Add {}", leftover.cure), .edits = {std::move(*edit)}, .sameMeaning = false};
}

/// By stage: where the last RUN is that installs with the lists that an earlier one fetched; 0 if there is none.
std::vector<std::uint32_t> listsNeeded(const LintContext& context)
{
    const auto& stages = context.file().stages;
    std::vector<std::uint32_t> needed(stages.size(), 0);
    const RunInstruction* updated = nullptr;
    forEachCommand(context, {"apt-get"}, [&](const RunCommand& command) {
        if (command.has({"update"}))
            updated = command.run;
        else if (command.has({"install", "build-dep", "upgrade"}) && updated != command.run
            && !command.run->isTrigger())
            needed[command.run->stage->index] = command.run->statement->range.begin;
    });
    for (std::size_t i = stages.size(); i-- > 0;) {
        const auto base = context.graph().stages[i].baseStage;
        if (base && needed[i] > 0)
            needed[*base] = std::numeric_limits<std::uint32_t>::max();
    }
    return needed;
}

constexpr auto always = [](const RunInstruction&) { return true; };

/// `concerns`: whether what a RUN leaves behind matters; `mayClean`: whether nothing later needs it.
template <typename Condition, typename Permission = decltype(always)>
void checkLeftover(LintContext& context, const RuleInfo& rule, const Leftover& leftover, std::string_view message,
    const Condition& concerns, const Permission& mayClean = always)
{
    const RunInstruction* seen = nullptr;
    forEachCommand(context, leftover.programs, [&](const RunCommand& any) {
        const RunInstruction& run = *any.run;
        if (seen == &run)
            return;
        seen = &run;
        const RunCommand* command = leavingCommand(run, leftover);
        if (command != nullptr && concerns(run))
            reportRun(context, rule, run, command->range(), fmt::format("{}: add {}", message, leftover.cure),
                mayClean(run) ? cleanUp(context, run, leftover) : std::nullopt);
    });
}

} // namespace

void checkAptLists(LintContext& context, const RuleInfo& rule)
{
    static const Leftover lists {.programs = {"apt-get"},
        .leaving = {"update"},
        .cleaning = {"dist-clean", "distclean"},
        .folders = {"/var/lib/apt/lists"},
        .cure = "rm -rf /var/lib/apt/lists/*"};
    const std::vector<char> inImages = stagesInImages(context);
    const std::vector<std::uint32_t> needed = listsNeeded(context);
    checkLeftover(
        context, rule, lists, "The package lists stay in the image",
        [&](const RunInstruction& run) {
            return !run.keepsOutside("/var/lib/apt/lists") && (run.isTrigger() || inImages[run.stage->index] != 0);
        },
        [&](const RunInstruction& run) { return needed[run.stage->index] <= run.statement->range.begin; });
}

void checkYumClean(LintContext& context, const RuleInfo& rule)
{
    static const Leftover cache {.programs = {"yum"},
        .leaving = {"install"},
        .cleaning = {"clean"},
        .folders = {"/var/cache/yum", "/var/cache/dnf"},
        .cure = "yum clean all"};
    checkLeftover(context, rule, cache, "What yum fetched stays in the image", [](const RunInstruction& run) {
        return !run.keepsOutside("/var/cache/yum") && !run.keepsOutside("/var/cache/dnf");
    });
}

void checkZypperClean(LintContext& context, const RuleInfo& rule)
{
    static const Leftover cache {.programs = {"zypper"},
        .leaving = {"install", "in"},
        .cleaning = {"clean", "cc"},
        .folders = {"/var/cache/zypp"},
        .cure = "zypper clean"};
    checkLeftover(context, rule, cache, "What zypper fetched stays in the image",
        [](const RunInstruction& run) { return !run.keepsOutside("/var/cache/zypp"); });
}

void checkDnfClean(LintContext& context, const RuleInfo& rule)
{
    const auto isLeft = [](const RunInstruction& run) {
        return !run.keepsOutside("/var/cache/dnf") && !run.keepsOutside("/var/cache/yum")
            && !run.keepsOutside("/var/cache/libdnf5");
    };
    static const Leftover cache {.programs = {"dnf"},
        .leaving = {"install"},
        .cleaning = {"clean"},
        .folders = {"/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5"},
        .cure = "dnf clean all"};
    static const Leftover microCache {.programs = {"microdnf"},
        .leaving = {"install"},
        .cleaning = {"clean"},
        .folders = {"/var/cache/dnf", "/var/cache/yum"},
        .cure = "microdnf clean all"};
    checkLeftover(context, rule, cache, "What dnf fetched stays in the image", isLeft);
    checkLeftover(context, rule, microCache, "What microdnf fetched stays in the image", isLeft);
}

void checkYarnClean(LintContext& context, const RuleInfo& rule)
{
    static const Leftover cache {.programs = {"yarn"},
        .leaving = {"install"},
        .cleaning = {"cache", "clean"},
        .folders = {"/usr/local/share/.cache", "/root/.cache", "/root/.yarn"},
        .cure = "yarn cache clean"};
    const std::vector<char> inImages = stagesInImages(context);
    checkLeftover(context, rule, cache, "What yarn fetched stays in the image", [&](const RunInstruction& run) {
        return !run.hasCacheMountNamed({"yarn", ".cache"}) && (run.isTrigger() || inImages[run.stage->index] != 0);
    });
}

} // namespace darsena::dockerfile::lint_detail
