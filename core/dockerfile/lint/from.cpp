// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/command_fixes.h"
#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/lint/image_name.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

/// The place of a variable in a word of FROM.
Range placeOf(const LintContext& context, const Instruction& from, const Word& word, const VariableUse& use)
{
    const LogicalLine& line = context.statementOf(from).line;
    const std::uint32_t begin = word.logicalOffset + use.range.begin;
    if (begin < line.text().size() && line.text()[begin] == '$')
        return line.source(begin, word.logicalOffset + use.range.end);
    return word.range;
}

/// The ARG that is meant, or a declaration before the first FROM.
std::optional<Fix> fixUndeclared(
    const LintContext& context, Range use, std::string_view name, std::string_view suggestion)
{
    const SourceText& source = context.file().document.source;
    const auto place = nameInUse(source, use, name);
    if (!place)
        return std::nullopt;
    if (!suggestion.empty())
        return Fix {.description = fmt::format("Write ${}", suggestion),
            .edits = {{.range = *place, .replacement = std::string(suggestion)}},
            .sameMeaning = false};
    const Instruction& first = context.file().stages.front().from;
    const bool isLower = context.keywordOf(first) == lower(context.keywordOf(first));
    const std::string line = fmt::format("{} {}", isLower ? "arg" : "ARG", name);
    return Fix {.description = fmt::format("Declare ARG {}", name),
        .edits = {insertLineBefore(source, context.statementOf(first), line)},
        .sameMeaning = false};
}

void reportUndeclared(LintContext& context, const RuleInfo& rule, const Stage& stage, const Word& word)
{
    const auto expansion = expandWord(word.text, lookupIn(context.global().variables), {.escape = context.escape()});
    if (!expansion)
        return;
    const auto& declared = context.global().declared;
    const std::vector<std::string_view> names(declared.begin(), declared.end());
    std::vector<std::string_view> reported;
    for (const VariableUse& use : expansion->uses) {
        if (use.set || declared.contains(use.name)
            || std::find(reported.begin(), reported.end(), use.name) != reported.end())
            continue;
        reported.push_back(use.name);
        std::string message = fmt::format("FROM argument '{}' is not declared", use.name);
        const std::string_view suggestion = closest(use.name, names);
        if (!suggestion.empty())
            message += fmt::format(" (did you mean {}?)", suggestion);
        const Range place = placeOf(context, stage.from, word, use);
        context.report(
            rule, stage.from, place, std::move(message), fixUndeclared(context, place, use.name, suggestion));
    }
}

/// "linux/arm64" as os and architecture; a word alone is an architecture, or an os that containerd knows.
struct PlatformNames {
    std::string os;
    std::string architecture;
};

std::optional<PlatformNames> namesOf(std::string_view platform)
{
    const std::string text = lower(platform);
    const std::size_t slash = text.find('/');
    if (text.empty() || slash == 0 || slash + 1 == text.size())
        return std::nullopt;
    const std::string first = text.substr(0, slash);
    if (slash == std::string::npos) {
        for (const std::string_view os : {"linux", "windows", "darwin", "freebsd"}) {
            if (first == os)
                return PlatformNames {.os = first, .architecture = "amd64"};
        }
        return PlatformNames {.os = "linux", .architecture = first};
    }
    return PlatformNames {.os = first, .architecture = text.substr(slash + 1, text.find('/', slash + 1) - slash - 1)};
}

std::string canonicalArchitecture(const std::string& name)
{
    if (name == "x86_64" || name == "x86-64")
        return "amd64";
    if (name == "aarch64")
        return "arm64";
    if (name == "i386")
        return "386";
    if (name == "armhf" || name == "armel")
        return "arm";
    return name;
}

} // namespace

void checkUndefinedArgInFrom(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        reportUndeclared(context, rule, stage, stage.fromBody().image);
        if (stage.fromBody().platform)
            reportUndeclared(context, rule, stage, *stage.fromBody().platform);
    }
}

void checkInvalidDefaultArgInFrom(LintContext& context, const RuleInfo& rule)
{
    // As if no build argument were given.
    StageOptions defaults = context.options().stages;
    defaults.buildArgs.clear();
    const GlobalScope scope = GlobalScope::of(context.file(), defaults);
    if (!scope.problems.empty())
        return;
    for (const Stage& stage : context.file().stages) {
        if (stage.base.empty())
            continue;
        const auto base = expandWord(stage.base, lookupIn(scope.variables), {.escape = context.escape()});
        if (base && !isImageName(base->text))
            context.report(rule, stage.from, stage.fromBody().image.range,
                fmt::format("Default value for ARG {} results in empty or invalid base image name", stage.base));
    }
}

void checkRedundantTargetPlatform(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        if (!stage.platform)
            continue;
        const auto platform
            = expandWord(*stage.platform, lookupIn(context.global().variables), {.escape = context.escape()});
        if (!platform || platform->uses.size() != 1 || platform->uses.front().name != "TARGETPLATFORM"
            || platform->text != lookupIn(context.global().variables)("TARGETPLATFORM"))
            continue;
        context.report(rule, stage.from, stage.fromBody().platform->range,
            fmt::format("Setting platform to predefined {} in FROM is redundant as this is the default behavior",
                *stage.platform),
            withoutPlatform(context, stage, true));
    }
}

void checkBaseImagePlatform(LintContext& context, const RuleInfo& rule)
{
    const LintOptions& options = context.options();
    if (options.imagePlatforms.empty())
        return;
    for (const Stage& stage : context.file().stages) {
        const StageNode& node = context.graph().stages[stage.index];
        const auto image = options.imagePlatforms.find(node.base);
        if (node.baseStage || image == options.imagePlatforms.end() || !context.isBuilt(stage))
            continue;
        const std::string& wanted = node.platform.empty() ? options.stages.targetPlatform : node.platform;
        const auto expected = namesOf(wanted);
        const auto actual = namesOf(image->second);
        // A variant may differ: an image for arm/v6 runs on arm/v7.
        if (!expected || !actual
            || (expected->os == actual->os
                && canonicalArchitecture(expected->architecture) == canonicalArchitecture(actual->architecture)))
            continue;
        context.report(rule, stage.from, stage.fromBody().image.range,
            fmt::format("Base image {} was pulled with platform {}, expected {} for current build", node.base,
                goQuoted(image->second), goQuoted(wanted)));
    }
}

void checkConstantPlatform(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        if (!stage.platform)
            continue;
        const auto platform
            = expandWord(*stage.platform, lookupIn(context.global().variables), {.escape = context.escape()});
        if (!platform || !platform->uses.empty())
            continue;
        const auto names = namesOf(platform->text);
        // A stage named after its platform means what it says.
        if (!names || stage.name.find(names->os) != std::string::npos
            || stage.name.find(canonicalArchitecture(names->architecture)) != std::string::npos)
            continue;
        context.report(rule, stage.from, stage.fromBody().platform->range,
            fmt::format("FROM --platform flag should not use constant value {}", goQuoted(platform->text)),
            withoutPlatform(context, stage, false));
    }
}

} // namespace darsena::dockerfile::lint_detail
