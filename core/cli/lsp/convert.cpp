// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/convert.h"

#include <algorithm>
#include <limits>

namespace darsena::cli::lsp {

using dockerfile::Range;
using dockerfile::TextEdit;

namespace {

Result<std::uint32_t> unsignedOf(const json::Object& object, std::string_view key)
{
    const json::Value* value = object.if_contains(key);
    if (value == nullptr || !value->is_number())
        return Error(ErrorCode::Invalid, std::string(key) + ": expected a number");
    const double number = value->to_number<double>();
    if (number < 0)
        return Error(ErrorCode::Invalid, std::string(key) + ": is negative");
    // LSP's uinteger ends at 2^31 - 1; some clients send the largest number they have for "the end of the line".
    return static_cast<std::uint32_t>(std::min(number, 2147483647.0));
}

Result<const json::Object*> objectOf(const json::Object& object, std::string_view key)
{
    const json::Object* value = TRY(json::object(object, key));
    if (value == nullptr)
        return Error(ErrorCode::Invalid, std::string(key) + " is missing");
    return value;
}

} // namespace

Result<ClientPosition> readPosition(const json::Object& object)
{
    return ClientPosition {.line = TRY(unsignedOf(object, "line")), .character = TRY(unsignedOf(object, "character"))};
}

Result<ClientPosition> positionOf(const json::Object& params)
{
    const json::Object* position = TRY(objectOf(params, "position"));
    return readPosition(*position);
}

Result<ClientRange> rangeOf(const json::Object& params)
{
    const json::Object* range = TRY(objectOf(params, "range"));
    const json::Object* start = TRY(objectOf(*range, "start"));
    const json::Object* stop = TRY(objectOf(*range, "end"));
    const ClientPosition begin = TRY(readPosition(*start));
    const ClientPosition end = TRY(readPosition(*stop));
    return ClientRange {.begin = std::min(begin, end), .end = std::max(begin, end)};
}

json::Object toJson(ClientPosition position)
{
    json::Object object;
    object["line"] = position.line;
    object["character"] = position.character;
    return object;
}

json::Object toJson(ClientPosition begin, ClientPosition end)
{
    json::Object object;
    object["start"] = toJson(begin);
    object["end"] = toJson(end);
    return object;
}

json::Object toJson(const Snapshot& snapshot, Range range)
{
    return toJson(snapshot.position(range.begin), snapshot.position(range.end));
}

json::Object toJson(PositionWalk& walk, Range range)
{
    const ClientPosition begin = walk.at(range.begin);
    return toJson(begin, walk.at(range.end));
}

json::Array editsToJson(const Snapshot& snapshot, std::vector<TextEdit> edits)
{
    std::stable_sort(edits.begin(), edits.end(),
        [](const TextEdit& a, const TextEdit& b) { return a.range.begin < b.range.begin; });
    PositionWalk walk = snapshot.walk();
    json::Array result;
    for (const TextEdit& edit : edits) {
        json::Object object;
        object["range"] = toJson(walk, edit.range);
        object["newText"] = edit.replacement;
        result.push_back(std::move(object));
    }
    return result;
}

json::Object workspaceEdit(const ClientTraits& traits, const Snapshot& snapshot, const std::vector<TextEdit>& edits)
{
    json::Object result;
    if (!traits.documentChanges) {
        json::Object changes;
        changes[snapshot.uri()] = editsToJson(snapshot, edits);
        result["changes"] = std::move(changes);
        return result;
    }
    json::Object document;
    document["uri"] = snapshot.uri();
    document["version"] = snapshot.version();
    json::Object change;
    change["textDocument"] = std::move(document);
    change["edits"] = editsToJson(snapshot, edits);
    json::Array changes;
    changes.push_back(std::move(change));
    result["documentChanges"] = std::move(changes);
    return result;
}

json::Object markup(const ClientTraits& traits, std::string_view markdown)
{
    json::Object object;
    object["kind"] = traits.markdown ? "markdown" : "plaintext";
    object["value"] = markdown;
    return object;
}

} // namespace darsena::cli::lsp
