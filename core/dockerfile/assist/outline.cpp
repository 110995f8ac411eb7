// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/assist.h"
#include "core/dockerfile/text.h"

#include <algorithm>

namespace darsena::dockerfile {

namespace {

/// A name longer than this only fills the list.
constexpr std::size_t maxOutlineName = 80;

/// The text with every run of white space as one blank, cut where it gets too long.
std::string outlineText(std::string_view text)
{
    std::string result;
    bool blank = false;
    while (!text.empty() && result.size() < maxOutlineName) {
        const std::size_t space = spaceLength(text);
        if (space > 0) {
            blank = !result.empty();
            text.remove_prefix(space);
            continue;
        }
        if (std::exchange(blank, false))
            result += ' ';
        const std::size_t length = characterLength(text);
        result += text.substr(0, length);
        text.remove_prefix(length);
    }
    if (!text.empty())
        result += "…";
    return result;
}

OutlineItem outlineOf(const Statement& statement)
{
    const bool isArgument = statement.name == "arg";
    return {.kind = isArgument ? OutlineItem::Kind::Argument : OutlineItem::Kind::Instruction,
        .name = outlineText(statement.line.text()),
        .detail = {},
        .range = statement.range,
        .nameRange = statement.keyword.range,
        .children = {}};
}

OutlineItem outlineOf(const Statement& statement, const Stage& stage)
{
    const From& from = stage.fromBody();
    return {.kind = OutlineItem::Kind::Stage,
        .name = stage.name.empty() ? outlineText(statement.line.text()) : stage.name,
        .detail = stage.name.empty() ? std::string() : stage.base,
        .range = statement.range,
        .nameRange = from.alias ? from.alias->range : statement.keyword.range,
        .children = {}};
}

} // namespace

std::vector<OutlineItem> outline(const Dockerfile& file)
{
    std::vector<OutlineItem> items;
    std::size_t nextStage = 0;
    bool inStage = false;
    for (std::size_t i = 0; i < file.document.statements.size(); ++i) {
        const Statement& statement = file.document.statements[i];
        if (nextStage < file.stages.size() && file.stages[nextStage].from.statement == i) {
            items.push_back(outlineOf(statement, file.stages[nextStage++]));
            inStage = true;
        } else if (inStage) {
            items.back().children.push_back(outlineOf(statement));
            items.back().range.end = std::max(items.back().range.end, statement.range.end);
        } else {
            items.push_back(outlineOf(statement));
        }
    }
    return items;
}

} // namespace darsena::dockerfile
