// SPDX-License-Identifier: GPL-3.0-or-later
// Where a name stands, and giving it another.
#include "core/cli/lsp/convert.h"
#include "core/cli/lsp/features.h"
#include "core/dockerfile/assist/assist.h"
#include "core/dockerfile/pages/pages.h"

#include <algorithm>
#include <charconv>

namespace darsena::cli::lsp {

using dockerfile::Range;
using dockerfile::Symbol;

namespace {

bool touches(Range range, std::uint32_t offset)
{
    return range.begin <= offset && offset <= range.end;
}

std::optional<Symbol> symbolOf(Workspace& workspace, const Snapshot& snapshot, std::uint32_t offset)
{
    if (snapshot.kind() != DocumentKind::Dockerfile)
        return std::nullopt;
    return dockerfile::symbolAt(snapshot.file(), offset, workspace.surroundings(snapshot));
}

json::Object location(std::string_view uri, json::Object range)
{
    json::Object object;
    object["uri"] = uri;
    object["range"] = std::move(range);
    return object;
}

/// The line that a link within the file leads to: "#L12".
std::optional<std::uint32_t> lineOfLink(std::string_view target)
{
    if (!target.starts_with("#L"))
        return std::nullopt;
    target.remove_prefix(2);
    std::uint32_t line = 0;
    const auto [end, error] = std::from_chars(target.data(), target.data() + target.size(), line);
    return error == std::errc() && end == target.data() + target.size() && line > 0 ? std::optional(line)
                                                                                      : std::nullopt;
}

} // namespace

Result<json::Value> answerDefinition(Workspace& workspace, const Snapshot& snapshot, const json::Object& params)
{
    const std::uint32_t offset = snapshot.offset(TRY(positionOf(params)));
    json::Array result;
    if (const auto symbol = symbolOf(workspace, snapshot, offset)) {
        for (const Symbol::Place& place : symbol->places) {
            // The one that counts here, if it is known; else all.
            if (symbol->origin ? place.range == *symbol->origin : place.definition)
                result.push_back(location(snapshot.uri(), toJson(snapshot, place.range)));
        }
    }
    if (!result.empty() || snapshot.kind() != DocumentKind::Dockerfile)
        return json::Value(std::move(result));
    // A source of COPY is a file, a stage's number a stage.
    for (const dockerfile::Link& link : dockerfile::links(snapshot.file(), workspace.surroundings(snapshot))) {
        if (!touches(link.range, offset))
            continue;
        if (const auto line = lineOfLink(link.target))
            result.push_back(location(
                snapshot.uri(), toJson({.line = *line - 1, .character = 0}, {.line = *line - 1, .character = 0})));
        else if (link.target.starts_with("file:"))
            result.push_back(location(link.target, toJson(ClientPosition(), ClientPosition())));
    }
    return json::Value(std::move(result));
}

Result<json::Value> answerReferences(Workspace& workspace, const Snapshot& snapshot, const json::Object& params)
{
    const std::uint32_t offset = snapshot.offset(TRY(positionOf(params)));
    bool withDefinition = true;
    if (const json::Object* context = TRY(json::object(params, "context")))
        withDefinition = TRY(json::boolean(*context, "includeDeclaration", true));
    json::Array result;
    if (const auto symbol = symbolOf(workspace, snapshot, offset)) {
        for (const Symbol::Place& place : symbol->places) {
            if (withDefinition || !place.definition)
                result.push_back(location(snapshot.uri(), toJson(snapshot, place.range)));
        }
    }
    return json::Value(std::move(result));
}

Result<json::Value> answerHighlights(Workspace& workspace, const Snapshot& snapshot, const json::Object& params)
{
    const std::uint32_t offset = snapshot.offset(TRY(positionOf(params)));
    json::Array result;
    if (const auto symbol = symbolOf(workspace, snapshot, offset)) {
        for (const Symbol::Place& place : symbol->places) {
            json::Object highlight;
            highlight["range"] = toJson(snapshot, place.range);
            highlight["kind"] = place.write || place.definition ? 3 : 2; // Write, Read
            result.push_back(std::move(highlight));
        }
    }
    return json::Value(std::move(result));
}

Result<json::Value> answerPrepareRename(Workspace& workspace, const Snapshot& snapshot, const json::Object& params)
{
    const std::uint32_t offset = snapshot.offset(TRY(positionOf(params)));
    const auto symbol = symbolOf(workspace, snapshot, offset);
    if (!symbol)
        return json::Value();
    const auto place = std::find_if(symbol->places.begin(), symbol->places.end(),
        [&](const Symbol::Place& candidate) { return touches(candidate.range, offset); });
    if (place == symbol->places.end())
        return json::Value();
    json::Object result;
    result["range"] = toJson(snapshot, place->range);
    result["placeholder"]
        = std::string_view(snapshot.text()).substr(place->range.begin, place->range.end - place->range.begin);
    return json::Value(std::move(result));
}

Result<json::Value> answerRename(Workspace& workspace, const Snapshot& snapshot, const json::Object& params)
{
    const std::uint32_t offset = snapshot.offset(TRY(positionOf(params)));
    const std::string newName = TRY(json::text(params, "newName"));
    if (snapshot.kind() != DocumentKind::Dockerfile)
        return json::Value();
    auto edits = dockerfile::rename(snapshot.file(), offset, newName, workspace.surroundings(snapshot));
    if (!edits) {
        // A name that cannot be is no malformed request: the client shows the sentence to its user.
        return Error(
            ErrorCode::Conflict, dockerfile::translated(edits.error().message(), workspace.language()));
    }
    return json::Value(workspaceEdit(workspace.traits(), snapshot, *edits));
}

} // namespace darsena::cli::lsp
