// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/assist.h"

#include <algorithm>

namespace darsena::dockerfile {

namespace {

class FoldCollector {
public:
    explicit FoldCollector(const Dockerfile& file)
        : m_file(file)
    { }

    std::vector<Fold> run()
    {
        addStages();
        for (const Statement& statement : m_file.document.statements)
            addStatement(statement);
        addComments();
        std::stable_sort(m_folds.begin(), m_folds.end(), [](const Fold& a, const Fold& b) {
            // The outer before the inner.
            return a.firstLine != b.firstLine ? a.firstLine < b.firstLine : a.lastLine > b.lastLine;
        });
        return std::move(m_folds);
    }

private:
    std::uint32_t lineOf(std::uint32_t offset) const { return m_file.document.source.lineOf(offset); }
    void add(std::uint32_t first, std::uint32_t last, Fold::Kind kind)
    {
        if (first < last)
            m_folds.push_back({.firstLine = first, .lastLine = last, .kind = kind});
    }
    void addStages();
    void addStatement(const Statement& statement);
    void addComments();

    const Dockerfile& m_file;
    std::vector<Fold> m_folds;
};

/// A stage folds to its last instruction of any kind; what stands above the next FROM belongs to that one.
void FoldCollector::addStages()
{
    const std::vector<Statement>& statements = m_file.document.statements;
    for (std::size_t i = 0; i < m_file.stages.size(); ++i) {
        const std::size_t next = i + 1 < m_file.stages.size() ? m_file.stages[i + 1].from.statement : statements.size();
        add(m_file.stages[i].firstLine, statements[next - 1].lastLine, Fold::Kind::Stage);
    }
}

void FoldCollector::addStatement(const Statement& statement)
{
    add(statement.firstLine, statement.lastLine, Fold::Kind::Instruction);
    for (const Heredoc& heredoc : statement.heredocs) {
        const std::uint32_t wordLine = lineOf(heredoc.wordRange.begin);
        const std::uint32_t begin = lineOf(heredoc.contentRange.begin);
        const std::uint32_t last = heredoc.endRange.empty() ? statement.lastLine : lineOf(heredoc.endRange.begin);
        // The first heredoc folds below the line that opens it, the others from their own first line.
        const std::uint32_t first = begin == wordLine + 1 ? wordLine : begin;
        if (first != statement.firstLine || last != statement.lastLine)
            add(first, last, Fold::Kind::Heredoc);
        else if (!m_folds.empty() && m_folds.back().firstLine == first && m_folds.back().lastLine == last)
            m_folds.back().kind = Fold::Kind::Heredoc;
    }
}

/// Comment lines that follow each other.
void FoldCollector::addComments()
{
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    for (const Comment& comment : m_file.document.comments) {
        const std::uint32_t line = lineOf(comment.range.begin);
        if (line != last + 1 || last == 0) {
            add(first, last, Fold::Kind::Comment);
            first = line;
        }
        last = line;
    }
    add(first, last, Fold::Kind::Comment);
}

} // namespace

std::vector<Fold> folds(const Dockerfile& file)
{
    return FoldCollector(file).run();
}

} // namespace darsena::dockerfile
