// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/assist.h"

#include "core/dockerfile/assist/hover_parts.h"
#include "core/dockerfile/pages/pages.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace assist_detail {

std::string Hovering::say(std::string_view sentence) const
{
    return translated(sentence, world.language);
}

std::string codeSpan(std::string_view text)
{
    std::string shown;
    for (const char c : text.substr(0, 400))
        shown += c == '\n' || c == '\r' ? ' ' : c;
    // More backquotes around than there are inside.
    std::string fence = "`";
    while (shown.find(fence) != std::string::npos)
        fence += '`';
    const std::string_view pad = shown.empty() || shown.front() == '`' || shown.back() == '`' ? " " : "";
    return fence + std::string(pad) + shown + std::string(pad) + fence;
}

namespace {

std::optional<Hover> hoverText(const Hovering& hovering)
{
    const Place& place = hovering.place;
    if (place.kind == Place::Kind::Nowhere)
        return std::nullopt;
    if (place.kind == Place::Kind::Comment)
        return hoverComment(hovering);
    if (place.statement == nullptr)
        return std::nullopt;
    if (auto variable = hoverVariable(hovering))
        return variable;
    if (auto source = hoverSource(hovering))
        return source;
    if (auto heredoc = hoverHeredoc(hovering))
        return heredoc;
    switch (place.kind) {
    case Place::Kind::Keyword:
        return hoverKeyword(hovering);
    case Place::Kind::Flag:
        return hoverFlag(hovering);
    case Place::Kind::Argument:
        return hoverArgument(hovering);
    default:
        return std::nullopt;
    }
}

/// The pages of the findings at an offset; where two rules find the same, one of them.
std::string findingPages(
    const std::vector<Finding>& findings, std::uint32_t offset, const std::string& language, Range& range)
{
    std::vector<const Finding*> here;
    for (const Finding& finding : findings) {
        if (finding.range.begin <= offset && offset < std::max(finding.range.end, finding.range.begin + 1))
            here.push_back(&finding);
    }
    // The narrowest is what is meant; more than a few would only hide what is below them.
    std::stable_sort(here.begin(), here.end(), [](const Finding* a, const Finding* b) {
        return a->range.end - a->range.begin < b->range.end - b->range.begin;
    });
    const auto isAmong = [&](std::string_view rule) {
        return std::any_of(here.begin(), here.end(), [&](const Finding* finding) { return finding->rule == rule; });
    };
    const std::vector<RuleInfo> rules = here.empty() ? std::vector<RuleInfo> {} : lintRules();
    std::string pages;
    std::size_t shown = 0;
    for (const Finding* finding : here) {
        const auto info = std::find_if(
            rules.begin(), rules.end(), [&](const RuleInfo& rule) { return rule.name == finding->rule; });
        if (info != rules.end() && !info->sameAs.empty() && isAmong(info->sameAs))
            continue;
        if (shown++ == 3)
            break;
        if (pages.empty())
            range = finding->range;
        pages += fmt::format(
            "{}**{}**: {}\n", pages.empty() ? "" : "\n---\n\n", finding->rule, translated(finding->message, language));
        if (const std::string_view page = rulePage(finding->rule, language); !page.empty())
            pages += fmt::format("\n{}\n", page);
        else if (!finding->url.empty())
            pages += fmt::format("\n<{}>\n", finding->url);
    }
    return pages;
}

} // namespace

} // namespace assist_detail

std::optional<Hover> hover(
    const Dockerfile& file, std::uint32_t offset, const Surroundings& world, const std::vector<Finding>& findings)
{
    using namespace assist_detail;
    const Place place = placeAt(file, offset);
    const StageGraph graph = stageGraph(file, world.stages);
    const Hovering hovering {.file = file, .world = world, .place = place, .graph = graph};
    std::optional<Hover> result = hoverText(hovering);
    Range findingRange;
    std::string pages = findingPages(findings, place.caret, world.language, findingRange);
    if (pages.empty())
        return result;
    if (!result)
        return Hover {.range = findingRange, .markdown = std::move(pages)};
    result->markdown = fmt::format("{}\n---\n\n{}", pages, result->markdown);
    return result;
}

} // namespace darsena::dockerfile
