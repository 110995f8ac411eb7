// SPDX-License-Identifier: GPL-3.0-or-later
// DL rules on the images that stages begin with.
#include "core/dockerfile/lint/command_fixes.h"
#include "core/dockerfile/lint/hadolint/instruction_rules.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

/// Where the tag of an image begins, behind its colon; npos without one.
std::size_t tagOf(std::string_view image)
{
    const std::size_t slash = image.rfind('/');
    const std::size_t colon = image.find(':', slash == std::string_view::npos ? 0 : slash);
    return colon == std::string_view::npos ? colon : colon + 1;
}

bool isNamedContext(const LintContext& context, std::string_view name)
{
    const auto& contexts = context.options().stages.namedContexts;
    return std::find(contexts.begin(), contexts.end(), name) != contexts.end();
}

/// "ghcr.io" of "ghcr.io/me/app"; empty if the image names none.
std::string_view registryOf(std::string_view image)
{
    const std::size_t slash = image.find('/');
    if (slash == std::string_view::npos)
        return {};
    const std::string_view first = image.substr(0, slash);
    return first.find_first_of(".:") != std::string_view::npos || first == "localhost" ? first : std::string_view();
}

/// A star at the front or at the end stands for anything.
bool matchesRegistry(std::string_view registry, std::string_view pattern)
{
    if (pattern.starts_with('*'))
        return registry.ends_with(pattern.substr(1));
    if (pattern.ends_with('*'))
        return registry.starts_with(pattern.substr(0, pattern.size() - 1));
    return registry == pattern;
}

bool isTrusted(const std::vector<std::string>& trusted, std::string_view registry)
{
    return std::any_of(
        trusted.begin(), trusted.end(), [&](const std::string& pattern) { return matchesRegistry(registry, pattern); });
}

} // namespace

void checkUntaggedImage(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        const StageNode& node = context.graph().stages[stage.index];
        const Word& word = stage.fromBody().image;
        const std::string_view written = withoutQuotes(word.text);
        // What a variable alone stands for is for those to say who set it.
        if (written.starts_with('$') || node.base.empty() || node.base == "scratch" || node.baseStage
            || !context.isBuilt(stage) || isNamedContext(context, node.base))
            continue;
        if (node.base.find('@') == std::string::npos && tagOf(node.base) == std::string::npos)
            context.report(rule, stage.from, word.range,
                fmt::format("The image {} has no tag: what it is changes with time", node.base));
    }
}

void checkLatestTag(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        const Word& word = stage.fromBody().image;
        const std::string_view image = withoutQuotes(word.text);
        const std::size_t tag = tagOf(image);
        if (tag == std::string_view::npos || image.substr(tag) != "latest" || !context.isBuilt(stage))
            continue;
        const auto quote = static_cast<std::size_t>(image.data() - word.text.data());
        context.report(rule, stage.from, partOf(context, word, quote + tag, quote + image.size()),
            fmt::format("{} is another image before long: name a version", image));
    }
}

void checkTrustedRegistry(LintContext& context, const RuleInfo& rule)
{
    const std::vector<std::string>& trusted = context.options().config.trustedRegistries;
    if (trusted.empty())
        return;
    for (const StageEdge& edge : context.graph().edges) {
        const std::string* image = edge.image();
        const Statement* statement = context.file().document.statementAtLine(edge.line);
        if (image == nullptr || statement == nullptr || image->empty() || *image == "scratch"
            || !context.isBuilt(context.file().stages[edge.to]) || isNamedContext(context, *image))
            continue;
        const std::string_view registry = registryOf(*image);
        if (registry.empty() ? isTrusted(trusted, "docker.io") || isTrusted(trusted, "hub.docker.com")
                             : isTrusted(trusted, registry))
            continue;
        reportIn(context, rule, *statement, edge.range,
            fmt::format("The registry {} is not among the trusted ones", registry.empty() ? "docker.io" : registry));
    }
}

void checkFixedPlatform(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        const auto& platform = stage.fromBody().platform;
        if (!platform || platform->text.empty() || platform->text.find("BUILDPLATFORM") != std::string::npos
            || platform->text.find("TARGETPLATFORM") != std::string::npos || !context.isBuilt(stage))
            continue;
        context.report(rule, stage.from, platform->range,
            fmt::format("With --platform={} the stage cannot follow the platform of the build", platform->text),
            withoutPlatform(context, stage, false));
    }
}

void checkDefaultPlatform(LintContext& context, const RuleInfo& rule)
{
    for (const Stage& stage : context.file().stages) {
        const auto& platform = stage.fromBody().platform;
        if (platform && (platform->text == "$TARGETPLATFORM" || platform->text == "${TARGETPLATFORM}")
            && context.isBuilt(stage))
            context.report(rule, stage.from, platform->range,
                fmt::format("FROM takes the image for {} anyway", platform->text),
                withoutPlatform(context, stage, true));
    }
}

} // namespace darsena::dockerfile::lint_detail
