// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/pragmas.h"

#include "core/dockerfile/text.h"

#include <algorithm>

namespace darsena::dockerfile::lint_detail {

namespace {

/// A comment, read from the front.
class PragmaReader {
public:
    explicit PragmaReader(std::string_view text)
        : m_text(text)
    { }

    bool atEnd() const { return m_text.empty() || m_text.front() == '#'; }

    void skipBlanks() { m_text.remove_prefix(std::min(m_text.find_first_not_of(" \t"), m_text.size())); }

    /// A word and the blanks behind it; with `apart` there must be some.
    bool takeWord(std::string_view word, bool apart)
    {
        if (!m_text.starts_with(word))
            return false;
        const std::string_view rest = m_text.substr(word.size());
        if (apart && (rest.empty() || (rest.front() != ' ' && rest.front() != '\t')))
            return false;
        m_text = rest;
        skipBlanks();
        return true;
    }

    /// What comes before a blank, a comma or a '#', with the blanks behind it.
    std::string_view takeName(std::string_view end)
    {
        const std::string_view name = m_text.substr(0, std::min(m_text.find_first_of(end), m_text.size()));
        m_text.remove_prefix(name.size());
        skipBlanks();
        return name;
    }

private:
    std::string_view m_text;
};

bool isRuleName(std::string_view name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

} // namespace

std::optional<Pragma> readPragma(std::string_view comment)
{
    PragmaReader reader(comment);
    reader.skipBlanks();
    if (!reader.takeWord("hadolint", true))
        return std::nullopt;
    Pragma pragma;
    if (reader.takeWord("shell", false)) {
        pragma.kind = Pragma::Kind::Shell;
        if (!reader.takeWord("=", false))
            return std::nullopt;
        pragma.names.push_back(reader.takeName(" \t"));
        return pragma.names.front().empty() || !reader.atEnd() ? std::nullopt : std::optional(std::move(pragma));
    }
    if (reader.takeWord("global", true))
        pragma.kind = Pragma::Kind::GlobalIgnore;
    else if (reader.takeWord("stage", true))
        pragma.kind = Pragma::Kind::StageIgnore;
    if (!reader.takeWord("ignore", false) || !reader.takeWord("=", false))
        return std::nullopt;
    do {
        const std::string_view name = reader.takeName(" \t,#");
        if (!isRuleName(name))
            return std::nullopt;
        pragma.names.push_back(name);
    } while (reader.takeWord(",", false));
    return reader.atEnd() ? std::optional(std::move(pragma)) : std::nullopt;
}

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
