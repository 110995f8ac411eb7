// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/symbols.h"

#include "core/dockerfile/assist/names.h"
#include "core/dockerfile/assist/occurrences.h"
#include "core/dockerfile/assist/variables.h"
#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace assist_detail {

namespace {

class Renamer {
public:
    Renamer(const Dockerfile& file, FoundSymbol found, std::string_view newName, const Surroundings& world)
        : m_file(file)
        , m_found(std::move(found))
        , m_newName(newName)
        , m_world(world)
    { }

    Result<std::vector<TextEdit>> run()
    {
        switch (m_found.symbol.kind) {
        case Symbol::Kind::Stage:
            return renameStage();
        case Symbol::Kind::Variable:
            return renameVariable();
        case Symbol::Kind::Heredoc:
            return renameHeredoc();
        }
        return std::vector<TextEdit> {};
    }

private:
    Error refuse(std::string sentence) const { return {ErrorCode::Invalid, translated(sentence, m_world.language)}; }
    std::vector<TextEdit> edits(const std::string& text) const
    {
        std::vector<TextEdit> result;
        for (const Symbol::Place& place : m_found.symbol.places)
            result.push_back({.range = place.range, .replacement = text});
        return result;
    }
    Result<std::vector<TextEdit>> renameStage();
    Result<std::vector<TextEdit>> renameVariable();
    Result<std::vector<TextEdit>> renameHeredoc();

    const Dockerfile& m_file;
    FoundSymbol m_found;
    std::string m_newName;
    const Surroundings& m_world;
};

Result<std::vector<TextEdit>> Renamer::renameStage()
{
    const Stage& stage = m_file.stages[*m_found.stage];
    // The builder keeps names in lower case, and FROM finds them only so.
    const std::string name = lower(m_newName);
    const bool valid = !name.empty() && name.front() >= 'a' && name.front() <= 'z' && name.size() <= 128
        && std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
           });
    if (!valid)
        return refuse(fmt::format(
            "{} is no name for a stage: letters, digits, '-', '_' and '.', a letter first", goQuoted(m_newName)));
    if (name == "scratch" || name == "context")
        return refuse(fmt::format("{} is a reserved name", goQuoted(name)));
    if (name == stage.name)
        return stage.fromBody().alias->text == name ? Result<std::vector<TextEdit>>(std::vector<TextEdit> {})
                                                    : Result<std::vector<TextEdit>>(edits(name));
    const auto& contexts = m_world.stages.namedContexts;
    if (std::any_of(m_file.stages.begin(), m_file.stages.end(), [&](const Stage& other) { return other.name == name; })
        || std::find(contexts.begin(), contexts.end(), name) != contexts.end())
        return refuse(fmt::format("There is a stage {} already", goQuoted(name)));
    // An image of that name would become the stage from here on.
    bool isImage = std::any_of(m_file.stages.begin() + static_cast<std::ptrdiff_t>(stage.index) + 1,
        m_file.stages.end(), [&](const Stage& other) { return other.base == name; });
    for (const Statement& statement : m_file.document.statements)
        visitSourceNames(
            m_file, statement, [&](const SourceName& source) { isImage = isImage || lower(source.text) == name; });
    if (isImage)
        return refuse(fmt::format("{} is an image that this file takes from", goQuoted(name)));

    std::vector<TextEdit> result;
    const bool named = stage.fromBody().alias.has_value();
    for (const Symbol::Place& place : m_found.symbol.places) {
        const std::string_view text = m_file.document.source.slice(place.range);
        const bool isNumber
            = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (!named && place.definition) {
            const bool lowerCase = stage.from.original.starts_with("from");
            const std::uint32_t end = stage.fromBody().image.range.end;
            result.push_back({.range = {end, end}, .replacement = (lowerCase ? " as " : " AS ") + name});
        } else if (!named || !isNumber) {
            // Numbers go on meaning a stage that has a name.
            result.push_back({.range = place.range, .replacement = name});
        }
    }
    return result;
}

Result<std::vector<TextEdit>> Renamer::renameVariable()
{
    const std::string& old = m_found.symbol.name;
    const auto isPredefined = [&](std::string_view name) {
        return platformArgs(m_world.stages).contains(name) || isProxyArg(name) || name.starts_with("BUILDKIT_")
            || name == "SOURCE_DATE_EPOCH";
    };
    if (m_newName.empty() || !isNameStart(m_newName.front())
        || !std::all_of(m_newName.begin(), m_newName.end(), isNameCharacter))
        return refuse(
            fmt::format("{} is no name for a variable: letters, digits and '_', no digit first", goQuoted(m_newName)));
    if (isPredefined(old))
        return refuse(fmt::format("{} is a name that the builder knows", old));
    if (isPredefined(m_newName))
        return refuse(fmt::format("{} is a name that the builder knows", m_newName));
    const bool isDefined = std::any_of(m_found.symbol.places.begin(), m_found.symbol.places.end(),
        [](const Symbol::Place& place) { return place.definition; });
    if (!isDefined)
        return refuse(fmt::format("Nothing in this file sets {}", old));
    bool fromImage = old == "PATH" || old == "HOME";
    const StageGraph graph = stageGraph(m_file, m_world.stages);
    for (const std::size_t stage : m_found.scopes.stages) {
        if (const KnownImage* image = knownImage(baseImage(graph, stage), m_world))
            fromImage = fromImage
                || std::any_of(image->variables.begin(), image->variables.end(),
                    [&](const auto& variable) { return variable.first == old; });
    }
    if (fromImage)
        return refuse(fmt::format("{} is a variable of the base image", old));
    if (m_newName == old)
        return std::vector<TextEdit> {};
    std::optional<Range> taken;
    OccurrenceFinder(m_file, graph).visitAll([&](const Occurrence& occurrence) {
        const bool inScope
            = occurrence.stage ? m_found.scopes.stages.contains(*occurrence.stage) : m_found.scopes.global;
        if (inScope && occurrence.name == m_newName && occurrence.role != Occurrence::Role::Comment && !taken)
            taken = occurrence.range;
    });
    if (taken)
        return refuse(
            fmt::format("{} is used in line {} already", m_newName, m_file.document.source.lineOf(taken->begin)));
    return edits(m_newName);
}

Result<std::vector<TextEdit>> Renamer::renameHeredoc()
{
    const bool valid = !m_newName.empty() && std::all_of(m_newName.begin(), m_newName.end(), [](char c) {
        return isNameCharacter(c) || c == '-' || c == '.' || c == '/' || static_cast<unsigned char>(c) >= 0x80;
    }) && m_newName.front() != '-';
    if (!valid)
        return refuse(fmt::format("{} is no word for a heredoc", goQuoted(m_newName)));
    for (const Heredoc& heredoc : m_found.statement->heredocs) {
        if (heredoc.name == m_newName && m_newName != m_found.symbol.name)
            return refuse(fmt::format("There is a heredoc {} already", m_newName));
        if (heredoc.name != m_found.symbol.name)
            continue;
        // A line of the content that is the new word would end it early.
        std::string_view rest = heredoc.content;
        while (!rest.empty()) {
            std::string_view line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(line.size() + 1, rest.size()));
            while (heredoc.chomp && line.starts_with('\t'))
                line.remove_prefix(1);
            while (line.ends_with('\r'))
                line.remove_suffix(1);
            if (line == m_newName)
                return refuse(fmt::format("{} is a line of the heredoc: it would end there", m_newName));
        }
        if (heredoc.endRange.empty())
            return refuse(fmt::format("The heredoc {} does not end", heredoc.name));
    }
    if (m_newName == m_found.symbol.name)
        return std::vector<TextEdit> {};
    return edits(m_newName);
}

} // namespace

} // namespace assist_detail

Result<std::vector<TextEdit>> rename(
    const Dockerfile& file, std::uint32_t offset, std::string_view newName, const Surroundings& world)
{
    auto found = assist_detail::findSymbol(file, offset, world);
    if (!found)
        return Error(ErrorCode::Invalid, translated("There is nothing here that has a name", world.language));
    return assist_detail::Renamer(file, std::move(*found), newName, world).run();
}

} // namespace darsena::dockerfile
