// SPDX-License-Identifier: GPL-3.0-or-later
// DL rules on stages and what may stand where.
#include "core/dockerfile/arguments.h"
#include "core/dockerfile/lint/hadolint/instruction_rules.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

/// Images of one word that much is copied from. Any other such word is a stage, or was to be one.
constexpr std::array<std::string_view, 41> wellKnownImages {"almalinux", "alpine", "amazoncorretto", "amazonlinux",
    "archlinux", "bash", "busybox", "caddy", "composer", "debian", "docker", "eclipse-temurin", "elixir", "erlang",
    "fedora", "gcc", "golang", "gradle", "haproxy", "haskell", "httpd", "julia", "mariadb", "maven", "memcached",
    "mongo", "mysql", "nginx", "node", "openjdk", "perl", "php", "postgres", "python", "rabbitmq", "redis",
    "rockylinux", "ruby", "rust", "traefik", "ubuntu"};

bool isImageOrContext(const LintContext& context, std::string_view name)
{
    const LintOptions& options = context.options();
    const auto& contexts = options.stages.namedContexts;
    return name.find_first_of(":/@.$") != std::string_view::npos
        || std::binary_search(wellKnownImages.begin(), wellKnownImages.end(), name)
        || std::find(contexts.begin(), contexts.end(), name) != contexts.end() || options.imageVariables.contains(name)
        || options.imagePlatforms.contains(name);
}

std::optional<std::size_t> asNumber(std::string_view text)
{
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// The first stage of each name.
std::map<std::string_view, std::size_t> stagesByName(const Dockerfile& file)
{
    std::map<std::string_view, std::size_t> result;
    for (const Stage& stage : file.stages) {
        if (!stage.name.empty())
            result.emplace(stage.name, stage.index);
    }
    return result;
}

/// "ONBUILD COPY" for "ONBUILD ONBUILD COPY".
std::optional<Fix> withoutSecondOnBuild(const LintContext& context, const Statement& trigger)
{
    const std::string& text = context.file().document.source.text();
    Range removed = trigger.keyword.range;
    while (removed.end < text.size() && (text[removed.end] == ' ' || text[removed.end] == '\t'))
        ++removed.end;
    const std::string_view rest = std::string_view(text).substr(removed.end, trigger.range.end - removed.end);
    const std::string name = lower(rest.substr(0, rest.find_first_of(" \t\r\n")));
    const bool isAllowed = isInstructionName(name) && name != "onbuild" && name != "from" && name != "maintainer"
        && trigger.name == "onbuild";
    if (!isAllowed)
        return std::nullopt;
    return Fix {.description = "Remove the second ONBUILD",
        .edits = {{.range = removed, .replacement = ""}},
        .sameMeaning = false};
}

bool isOwnStage(const Stage& stage, std::string_view from)
{
    return (!stage.name.empty() && stage.name == lower(from)) || asNumber(from) == stage.index;
}

} // namespace

void checkCopyFromUnknown(LintContext& context, const RuleInfo& rule)
{
    const auto stages = stagesByName(context.file());
    forEach<Copy>(context, [&](const Stage& stage, const Instruction& instruction, const Copy& copy) {
        if (!copy.from || copy.from->text.empty() || isOwnStage(stage, copy.from->text))
            return;
        const std::string name = lower(copy.from->text);
        const auto report = [&](std::string message, std::optional<Fix> fix = {}) {
            context.report(rule, instruction, copy.from->range, std::move(message), std::move(fix));
        };
        if (const auto number = asNumber(name)) {
            if (*number > stage.index)
                report(fmt::format("There is no stage number {} above", name));
            return;
        }
        const auto found = stages.find(name);
        if (found != stages.end() ? found->second < stage.index : isImageOrContext(context, name))
            return;
        if (found != stages.end()) {
            report(fmt::format("The stage {} comes only later: COPY takes from stages above", name));
            return;
        }
        // The nearest ones: of thousands of stages, all would take too long.
        std::vector<std::string_view> above;
        for (std::size_t i = stage.index - std::min<std::size_t>(stage.index, 50); i < stage.index; ++i)
            above.push_back(context.file().stages[i].name);
        const std::string suggestion(closest(name, above));
        if (suggestion.empty())
            report(fmt::format("There is no stage {} above: the builder looks for an image of that name", name));
        else
            report(fmt::format("There is no stage {} above (did you mean {}?)", name, suggestion),
                Fix {.description = fmt::format("Write {}", suggestion),
                    .edits = {{.range = copy.from->range, .replacement = suggestion}},
                    .sameMeaning = false});
    });
}

void checkCopyFromItself(LintContext& context, const RuleInfo& rule)
{
    forEach<Copy>(context, [&](const Stage& stage, const Instruction& instruction, const Copy& copy) {
        if (copy.from && isOwnStage(stage, copy.from->text))
            context.report(rule, instruction, copy.from->range, "A stage cannot copy from itself");
    });
}

void checkUniqueStages(LintContext& context, const RuleInfo& rule)
{
    const auto stages = stagesByName(context.file());
    for (const Stage& stage : context.file().stages) {
        const auto& alias = stage.fromBody().alias;
        const auto first = stages.find(stage.name);
        if (alias && first != stages.end() && first->second != stage.index)
            context.report(rule, stage.from, alias->range,
                fmt::format("There is a stage {} on line {} already", stage.name,
                    context.file().stages[first->second].firstLine));
    }
}

void checkOnBuildTrigger(LintContext& context, const RuleInfo& rule)
{
    for (const Statement& statement : context.file().document.statements) {
        if (statement.trigger.empty())
            continue;
        const Statement& trigger = statement.trigger.front();
        if (trigger.name == "onbuild" || trigger.name == "from" || trigger.name == "maintainer")
            reportIn(context, rule, statement, trigger.keyword.range,
                fmt::format("ONBUILD cannot hold {}", upper(trigger.name)), withoutSecondOnBuild(context, trigger));
    }
}

void checkFirstInstruction(LintContext& context, const RuleInfo& rule)
{
    for (const Statement& statement : context.file().document.statements) {
        if (statement.name == "from")
            return;
        if (statement.name != "arg" && isInstructionName(statement.name))
            reportIn(context, rule, statement, statement.keyword.range,
                fmt::format("{} stands before the first FROM, where only ARG may", upper(statement.name)));
    }
}

void checkReservedStage(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        if (stage.name == "scratch" || stage.name == "context")
            context.report(rule, stage.from, stage.fromBody().alias->range,
                fmt::format("{} means something else to the builder: give the stage another name", stage.name));
    }
}

} // namespace darsena::dockerfile::lint_detail
