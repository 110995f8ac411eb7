// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/pragmas.h"

#include <algorithm>

namespace darsena::dockerfile::lint_detail {

Pragmas::Pragmas(const Dockerfile& file)
    : m_document(&file.document)
{
    // Comments and statements are in the order of the file, so one walk over both will do.
    auto statement = m_document->statements.begin();
    auto stage = file.stages.begin();
    for (const Comment& comment : m_document->comments) {
        const auto pragma = readPragma(comment.text);
        if (!pragma || pragma->kind == Pragma::Kind::Shell)
            continue;
        if (pragma->kind == Pragma::Kind::GlobalIgnore) {
            m_everywhere.insert(pragma->names.begin(), pragma->names.end());
            continue;
        }
        const std::uint32_t line = m_document->source.lineOf(comment.range.begin);
        while (statement != m_document->statements.end() && statement->firstLine <= line)
            ++statement;
        const bool isAbove = statement != m_document->statements.end() && !statement->commentsAbove.empty()
            && statement->commentsAbove.front().range.begin <= comment.range.begin;
        if (pragma->kind == Pragma::Kind::Ignore) {
            if (isAbove)
                m_above[&*statement].insert(pragma->names.begin(), pragma->names.end());
            continue;
        }
        const bool beginsStage = isAbove && statement->name == "from";
        while (stage != file.stages.end() && std::next(stage) != file.stages.end()
            && std::next(stage)->firstLine <= (beginsStage ? statement->firstLine : line))
            ++stage;
        if (stage == file.stages.end())
            continue;
        const auto next = std::next(stage);
        const std::uint32_t end = next == file.stages.end() ? m_document->source.lineCount() + 1 : next->firstLine;
        for (const std::string_view name : pragma->names)
            m_inStages[std::string(name)].push_back({.begin = line, .end = end});
    }
}

bool Pragmas::ignores(std::string_view rule, std::uint32_t line) const
{
    if (m_everywhere.contains(rule))
        return true;
    if (const auto stages = m_inStages.find(rule); stages != m_inStages.end()) {
        // Ranges of one stage end alike and come in order, so the last that begins before the line reaches farthest.
        const auto after = std::partition_point(
            stages->second.begin(), stages->second.end(), [&](const Range& lines) { return lines.begin <= line; });
        if (after != stages->second.begin() && std::prev(after)->contains(line))
            return true;
    }
    if (m_above.empty())
        return false;
    const Statement* statement = m_document->statementAtLine(line);
    const auto above = statement != nullptr ? m_above.find(statement) : m_above.end();
    return above != m_above.end() && above->second.contains(rule);
}

} // namespace darsena::dockerfile::lint_detail
