// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/refactor/place.h"

#include "core/dockerfile/lint/edits.h"

#include <algorithm>

namespace darsena::dockerfile::refactor_detail {

RefactorPlace::RefactorPlace(const Dockerfile& file, Range selection, const RefactorContext& context)
    : m_file(file)
    , m_selection {std::min(selection.begin, file.document.source.size()),
          std::min(std::max(selection.begin, selection.end), file.document.source.size())}
    , m_context(context)
{
    const SourceText& text = source();
    const std::uint32_t firstLine = text.lineOf(m_selection.begin);
    std::uint32_t lastLine = text.lineOf(m_selection.end);
    // A selection of whole lines ends at the beginning of the line behind them.
    if (lastLine > firstLine && text.lineRange(lastLine).begin == m_selection.end)
        --lastLine;
    const auto add = [&](const Stage& stage, const Instruction& instruction) {
        if (instruction.firstLine <= lastLine && instruction.lastLine >= firstLine)
            m_selected.push_back({.stage = &stage,
                .instruction = &instruction,
                .statement = &m_file.document.statements[instruction.statement]});
    };
    for (const Stage& stage : m_file.stages) {
        add(stage, stage.from);
        for (const Instruction& instruction : stage.instructions)
            add(stage, instruction);
    }
}

std::optional<Selected> RefactorPlace::after(const Selected& selected) const
{
    const std::size_t wanted = selected.instruction->statement + 1;
    for (const Instruction& instruction : selected.stage->instructions) {
        if (instruction.statement == wanted)
            return Selected {.stage = selected.stage,
                .instruction = &instruction,
                .statement = &m_file.document.statements[wanted]};
    }
    return std::nullopt;
}

const shell::EmbeddedScript* RefactorPlace::scriptOf(const Selected& selected) const
{
    if (!selected.statement->trigger.empty())
        return nullptr;
    if (!m_scripts)
        m_scripts = shell::scriptsOf(m_file);
    const auto found = std::find_if(m_scripts->begin(), m_scripts->end(),
        [&](const shell::EmbeddedScript& script) { return script.statement == selected.instruction->statement; });
    return found == m_scripts->end() ? nullptr : &*found;
}

std::optional<std::vector<std::string>> RefactorPlace::shellAt(const Selected& selected) const
{
    const Stage* stage = selected.stage;
    std::size_t before = selected.instruction->statement;
    // A stage is built from an earlier one only, so this ends.
    while (true) {
        const std::vector<std::string>* last = nullptr;
        for (const Instruction& instruction : stage->instructions) {
            const Shell* shell = instruction.as<Shell>();
            if (shell != nullptr && instruction.statement < before)
                last = &shell->arguments;
        }
        if (last != nullptr)
            return *last;
        const Stage* base = nullptr;
        for (const Stage& each : m_file.stages) {
            if (each.index < stage->index && !each.name.empty() && each.name == stage->base)
                base = &each;
        }
        if (base == nullptr)
            break;
        stage = base;
        before = m_file.document.statements.size();
    }
    if (m_file.document.escape == '`')
        return std::nullopt;
    return std::vector<std::string> {"/bin/sh", "-c"};
}

std::string RefactorPlace::lineBreak() const
{
    return lint_detail::lineBreakAt(source(), 0);
}

std::optional<std::string> RefactorPlace::flagsOf(const Statement& statement) const
{
    std::string result;
    for (const Word& flag : statement.flags) {
        const std::string_view written = text(flag.range);
        if (written.find('\n') != std::string_view::npos)
            return std::nullopt;
        result += ' ';
        result += written;
    }
    return result;
}

std::vector<std::string> RefactorPlace::commentsIn(Range range) const
{
    const auto& comments = m_file.document.comments;
    auto comment = std::lower_bound(comments.begin(), comments.end(), range.begin,
        [](const Comment& each, std::uint32_t begin) { return each.range.begin < begin; });
    std::vector<std::string> result;
    for (; comment != comments.end() && comment->range.end <= range.end; ++comment)
        result.emplace_back(text(comment->range));
    return result;
}

Range RefactorPlace::argumentsOf(const Statement& statement, const Word* behind) const
{
    const LogicalLine& line = statement.line;
    const Word& last = behind != nullptr ? *behind : statement.flags.empty() ? statement.keyword : statement.flags.back();
    const std::string_view logical = line.text();
    std::uint32_t begin = last.logicalOffset;
    while (begin < logical.size() && line.source(begin) < last.range.end)
        ++begin;
    while (begin < logical.size() && (logical[begin] == ' ' || logical[begin] == '\t'))
        ++begin;
    auto end = static_cast<std::uint32_t>(logical.size());
    while (end > begin && (logical[end - 1] == ' ' || logical[end - 1] == '\t' || logical[end - 1] == '\r'))
        --end;
    return line.source(begin, end);
}

} // namespace darsena::dockerfile::refactor_detail
