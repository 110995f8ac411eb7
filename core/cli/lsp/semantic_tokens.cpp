// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/convert.h"
#include "core/cli/lsp/features.h"
#include "core/dockerfile/assist/assist.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace darsena::cli::lsp {

using dockerfile::SemanticKind;
using dockerfile::SemanticToken;

namespace {

// Only types that LSP itself names: every theme has a colour for those.
constexpr std::array<std::string_view, 13> tokenTypes {"comment", "macro", "keyword", "modifier", "variable", "string",
    "number", "operator", "class", "type", "property", "function", "parameter"};
constexpr std::uint32_t definitionModifier = 1;

std::string_view tokenTypeOf(SemanticKind kind)
{
    switch (kind) {
    case SemanticKind::Comment:
        return "comment";
    case SemanticKind::Directive:
    case SemanticKind::Heredoc:
        return "macro";
    case SemanticKind::Keyword:
        return "keyword";
    case SemanticKind::Flag:
        return "modifier";
    case SemanticKind::Variable:
        return "variable";
    case SemanticKind::Number:
        return "number";
    case SemanticKind::Operator:
        return "operator";
    case SemanticKind::Stage:
        return "class";
    case SemanticKind::Image:
        return "type";
    case SemanticKind::Property:
        return "property";
    case SemanticKind::Command:
        return "function";
    case SemanticKind::Option:
        return "parameter";
    case SemanticKind::String:
    case SemanticKind::Path:
        return "string";
    case SemanticKind::Unknown:
        break;
    }
    return {};
}

/// LSP's list of five numbers a token: lines and characters relative to the token before.
std::vector<std::uint32_t> encodedTokens(const Snapshot& snapshot, const ClientRange* within)
{
    std::vector<std::uint32_t> data;
    if (snapshot.kind() != DocumentKind::Dockerfile)
        return data;
    PositionWalk walk = snapshot.walk();
    ClientPosition last;
    for (const SemanticToken& token : dockerfile::semanticTokens(snapshot.file())) {
        const std::string_view name = tokenTypeOf(token.kind);
        if (name.empty())
            continue;
        const ClientPosition begin = walk.at(token.range.begin);
        const ClientPosition end = walk.at(token.range.end);
        const bool outside = within != nullptr && (end <= within->begin || begin >= within->end);
        if (outside || end.line != begin.line || end.character <= begin.character)
            continue;
        const bool sameLine = begin.line == last.line;
        const auto type = std::find(tokenTypes.begin(), tokenTypes.end(), name) - tokenTypes.begin();
        data.insert(data.end(),
            {begin.line - last.line, sameLine ? begin.character - last.character : begin.character,
                end.character - begin.character, static_cast<std::uint32_t>(type),
                token.definition ? definitionModifier : 0});
        last = begin;
    }
    return data;
}

json::Array numbers(const std::vector<std::uint32_t>& data, std::size_t begin, std::size_t end)
{
    json::Array result;
    result.reserve(end - begin);
    for (std::size_t i = begin; i < end; ++i)
        result.push_back(data[i]);
    return result;
}

std::uint64_t remember(Memory& memory, const Snapshot& snapshot, std::vector<std::uint32_t> data)
{
    Memory::Tokens& tokens = memory.tokens[snapshot.uri()];
    tokens.id = ++memory.lastTokens;
    tokens.data = std::move(data);
    return tokens.id;
}

json::Object whole(Memory& memory, const Snapshot& snapshot, std::vector<std::uint32_t> data)
{
    json::Object result;
    result["data"] = numbers(data, 0, data.size());
    result["resultId"] = std::to_string(remember(memory, snapshot, std::move(data)));
    return result;
}

} // namespace

json::Object semanticTokensLegend()
{
    json::Array types;
    for (const std::string_view type : tokenTypes)
        types.push_back(json::Value(type));
    json::Array modifiers;
    modifiers.push_back("definition");
    json::Object legend;
    legend["tokenTypes"] = std::move(types);
    legend["tokenModifiers"] = std::move(modifiers);
    return legend;
}

Result<json::Value> answerTokens(Memory& memory, const Snapshot& snapshot)
{
    return json::Value(whole(memory, snapshot, encodedTokens(snapshot, nullptr)));
}

Result<json::Value> answerTokensDelta(Memory& memory, const Snapshot& snapshot, const json::Object& params)
{
    const std::string previous = TRY(json::text(params, "previousResultId"));
    std::vector<std::uint32_t> data = encodedTokens(snapshot, nullptr);
    const auto known = memory.tokens.find(snapshot.uri());
    if (known == memory.tokens.end() || std::to_string(known->second.id) != previous)
        return json::Value(whole(memory, snapshot, std::move(data)));
    // One edit: what lies between the numbers that are the same at the front and at the end.
    const std::vector<std::uint32_t>& old = known->second.data;
    const std::size_t most = std::min(old.size(), data.size());
    const auto front
        = static_cast<std::size_t>(std::mismatch(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(most), data.begin()).first - old.begin());
    std::size_t back = 0;
    while (back < most - front && old[old.size() - back - 1] == data[data.size() - back - 1])
        ++back;
    json::Array edits;
    if (front + back < std::max(old.size(), data.size())) {
        json::Object edit;
        edit["start"] = front;
        edit["deleteCount"] = old.size() - front - back;
        edit["data"] = numbers(data, front, data.size() - back);
        edits.push_back(std::move(edit));
    }
    json::Object result;
    result["edits"] = std::move(edits);
    result["resultId"] = std::to_string(remember(memory, snapshot, std::move(data)));
    return json::Value(std::move(result));
}

Result<json::Value> answerTokensRange(const Snapshot& snapshot, const json::Object& params)
{
    const ClientRange range = TRY(rangeOf(params));
    const std::vector<std::uint32_t> data = encodedTokens(snapshot, &range);
    json::Object result;
    result["data"] = numbers(data, 0, data.size());
    return json::Value(std::move(result));
}

} // namespace darsena::cli::lsp
