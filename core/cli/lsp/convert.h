// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/cli/lsp/snapshot.h"
#include "core/cli/lsp/workspace.h"
#include "core/dockerfile/lint.h"

#include <string>
#include <string_view>
#include <vector>

namespace darsena::cli::lsp {

// Between the protocol's JSON and our values.

/// A struct Position. Errors: Invalid.
Result<ClientPosition> readPosition(const json::Object& object);
/// The member "position" of a request. Errors: Invalid.
Result<ClientPosition> positionOf(const json::Object& params);
struct ClientRange {
    ClientPosition begin, end;
};
/// The member "range" of a request. Errors: Invalid.
Result<ClientRange> rangeOf(const json::Object& params);

json::Object toJson(ClientPosition position);
json::Object toJson(ClientPosition begin, ClientPosition end);
json::Object toJson(const Snapshot& snapshot, dockerfile::Range range);
json::Object toJson(PositionWalk& walk, dockerfile::Range range);

/// A list of struct TextEdit, in order of place.
json::Array editsToJson(const Snapshot& snapshot, std::vector<dockerfile::TextEdit> edits);
/// A WorkspaceEdit of one document.
json::Object workspaceEdit(
    const ClientTraits& traits, const Snapshot& snapshot, const std::vector<dockerfile::TextEdit>& edits);
/// MarkupContent, plain where the client shows no Markdown.
json::Object markup(const ClientTraits& traits, std::string_view markdown);

} // namespace darsena::cli::lsp
