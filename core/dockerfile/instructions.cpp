// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/instructions.h"

#include "core/dockerfile/heredoc.h"
#include "core/dockerfile/instruction_reader.h"
#include "core/dockerfile/parser.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

/// Puts the instructions of a document into stages.
class DockerfileReader {
public:
    explicit DockerfileReader(Document document)
    {
        m_file.document = std::move(document);
        m_file.problems = m_file.document.problems;
    }

    Dockerfile run()
    {
        for (std::size_t i = 0; i < m_file.document.statements.size(); ++i)
            readStatement(i);
        if (m_file.stages.empty() && m_file.problems.empty()) {
            const std::uint32_t end = m_file.document.source.size();
            m_file.problems.push_back({.range = {end, end}, .message = "dockerfile contains no stages to build"});
        }
        std::stable_sort(m_file.problems.begin(), m_file.problems.end(),
            [](const Problem& a, const Problem& b) { return a.range.begin < b.range.begin; });
        return std::move(m_file);
    }

private:
    void readStatement(std::size_t index);
    Instruction makeInstruction(InstructionBody body, std::size_t index) const;
    void addStage(Instruction from);
    void addToStage(Instruction instruction);

    Dockerfile m_file;
    bool m_reportedNoStage = false;
};

Instruction DockerfileReader::makeInstruction(InstructionBody body, std::size_t index) const
{
    const Statement& statement = m_file.document.statements[index];
    return {.body = std::move(body),
        .name = upper(statement.name),
        .original = std::string(trim(statement.line.text())),
        .range = statement.range,
        .firstLine = statement.firstLine,
        .lastLine = statement.lastLine,
        .statement = index};
}

void DockerfileReader::readStatement(std::size_t index)
{
    const Statement& statement = m_file.document.statements[index];
    if (!statement.valid)
        return;
    auto read = readBody(statement, m_file.document.source, m_file.document.escape);
    if (!read) {
        m_file.problems.push_back(std::move(read).error());
        // A faulty FROM begins a stage all the same, so that what follows is read and later stages keep their numbers.
        if (statement.name == "from") {
            From from;
            if (!statement.arguments.empty())
                from.image = statement.arguments.front();
            addStage(makeInstruction(std::move(from), index));
        }
        return;
    }
    Instruction instruction = makeInstruction(std::move(read->body), index);
    if (std::holds_alternative<From>(instruction.body)) {
        addStage(std::move(instruction));
    } else if (!m_file.stages.empty()) {
        addToStage(std::move(instruction));
        Stage& stage = m_file.stages.back();
        stage.problems.insert(stage.problems.end(), read->later.begin(), read->later.end());
    } else if (std::holds_alternative<Arg>(instruction.body)) {
        m_file.globalArgs.push_back(std::move(instruction));
    } else if (!m_reportedNoStage) {
        m_reportedNoStage = true;
        m_file.problems.push_back({.range = statement.keyword.range, .message = "no build stage in current context"});
    }
}

void DockerfileReader::addStage(Instruction instruction)
{
    const From& from = std::get<From>(instruction.body);
    Stage stage;
    stage.index = m_file.stages.size();
    stage.base = from.image.text;
    if (from.alias)
        stage.name = lower(from.alias->text);
    // An empty --platform is none.
    if (from.platform && !from.platform->text.empty())
        stage.platform = from.platform->text;
    stage.comment = commentOn(stage.name, m_file.document.statements[instruction.statement].commentsAbove);
    stage.range = instruction.range;
    stage.firstLine = instruction.firstLine;
    stage.lastLine = instruction.lastLine;
    stage.from = std::move(instruction);
    m_file.stages.push_back(std::move(stage));
}

void DockerfileReader::addToStage(Instruction instruction)
{
    Stage& stage = m_file.stages.back();
    stage.range.end = instruction.range.end;
    stage.lastLine = instruction.lastLine;
    stage.instructions.push_back(std::move(instruction));
}

} // namespace

RunScript Run::script() const
{
    if (command.arguments.empty())
        return {};
    const std::string& line = command.arguments.front();
    if (heredocs.empty())
        return {.text = line, .executableName = {}};
    const auto opened = heredocFromWord(line);
    if (opened && opened->has_value()) {
        const Heredoc& heredoc = heredocs.front();
        return {.text = heredoc.text(), .executableName = heredoc.content.starts_with("#!") ? heredoc.name : ""};
    }
    std::string text = line;
    for (const Heredoc& heredoc : heredocs)
        text += "\n" + heredoc.content + heredoc.name;
    return {.text = std::move(text), .executableName = {}};
}

Error Dockerfile::error(std::string_view fileName) const
{
    if (problems.empty())
        return {ErrorCode::Internal, fmt::format("{} has no problem", fileName)};
    const Problem& first = problems.front();
    const Position place = document.source.position(first.range.begin);
    return {ErrorCode::Invalid, fmt::format("{}:{}:{}: {}", fileName, place.line, place.column, first.message)};
}

Dockerfile readDockerfile(std::string text)
{
    return DockerfileReader(parse(std::move(text))).run();
}

Result<Instruction> readInstruction(std::string_view text, char escape)
{
    // The directive line is how a parser is told the escape.
    const std::string prefix = escape == '`' ? "# escape=`\n" : "";
    const Document document = parse(prefix + std::string(text));
    if (!document.problems.empty())
        return Error(ErrorCode::Invalid, document.problems.front().message);
    if (document.statements.size() != 1)
        return Error(ErrorCode::Invalid, fmt::format("not one instruction: {}", goQuoted(text)));
    const Statement& statement = document.statements.front();
    auto read = readBody(statement, document.source, document.escape);
    if (!read)
        return Error(ErrorCode::Invalid, read.error().message);
    if (!read->later.empty())
        return Error(ErrorCode::Invalid, read->later.front().message);
    return Instruction {.body = std::move(read->body),
        .name = upper(statement.name),
        .original = std::string(trim(statement.line.text())),
        .range = statement.range,
        .firstLine = statement.firstLine,
        .lastLine = statement.lastLine,
        .statement = 0};
}

} // namespace darsena::dockerfile
