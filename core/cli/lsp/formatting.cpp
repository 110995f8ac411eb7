// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/convert.h"
#include "core/cli/lsp/features.h"
#include "core/cli/lsp/line_edits.h"
#include "core/dockerfile/format/format.h"

#include <algorithm>

namespace darsena::cli::lsp {

using dockerfile::FormatOptions;
using dockerfile::Range;
using dockerfile::TextEdit;
using dockerfile::Token;
using dockerfile::TokenKind;

namespace {

/// The user's settings first, then what the editor does in this file.
Result<FormatOptions> formatOptions(const Workspace& workspace, const json::Object& params)
{
    FormatOptions options;
    const auto settings = workspace.settings();
    options.instructions = settings->instructionCase;
    if (settings->indent) {
        options.indent = *settings->indent;
    } else if (const json::Object* editor = TRY(json::object(params, "options")); editor != nullptr) {
        const std::int64_t size = TRY(json::integer(*editor, "tabSize", options.indent));
        const bool spaces = TRY(json::boolean(*editor, "insertSpaces", true));
        if (spaces && size > 0 && size <= 16)
            options.indent = static_cast<std::uint32_t>(size);
    }
    return options;
}

std::vector<TextEdit> formattingEdits(const Snapshot& snapshot, const FormatOptions& options)
{
    if (snapshot.kind() != DocumentKind::Dockerfile || snapshot.isTooLarge())
        return {};
    return lineEdits(snapshot.text(), dockerfile::format(snapshot.text(), options));
}

bool endsInContinuation(const std::vector<Token>& tokens, Range line)
{
    const auto next = std::lower_bound(
        tokens.begin(), tokens.end(), line.end, [](const Token& token, std::uint32_t at) { return token.range.begin < at; });
    return next != tokens.begin() && std::prev(next)->kind == TokenKind::Continuation;
}

} // namespace

Result<json::Value> answerFormatting(Workspace& workspace, const Snapshot& snapshot, const json::Object& params)
{
    const FormatOptions options = TRY(formatOptions(workspace, params));
    return json::Value(editsToJson(snapshot, formattingEdits(snapshot, options)));
}

Result<json::Value> answerRangeFormatting(Workspace& workspace, const Snapshot& snapshot, const json::Object& params)
{
    const ClientRange range = TRY(rangeOf(params));
    std::vector<TextEdit> edits = formattingEdits(snapshot, TRY(formatOptions(workspace, params)));
    // Whole lines: a selection of lines ends at the front of the line behind it.
    const bool endsAtFront = range.end.character == 0 && range.end.line > range.begin.line;
    const std::uint32_t begin = snapshot.offset({.line = range.begin.line, .character = 0});
    const std::uint32_t end = snapshot.lines().lineRange(snapshot.text(), range.end.line - (endsAtFront ? 1 : 0)).end;
    std::erase_if(
        edits, [&](const TextEdit& edit) { return edit.range.begin < begin || edit.range.end > end; });
    return json::Value(editsToJson(snapshot, std::move(edits)));
}

/// After a line break inside an instruction, the new line gets the indent of the lines around it.
Result<json::Value> answerOnTypeFormatting(Workspace& workspace, const Snapshot& snapshot, const json::Object& params)
{
    const ClientPosition position = TRY(positionOf(params));
    const FormatOptions options = TRY(formatOptions(workspace, params));
    json::Array none;
    if (snapshot.kind() != DocumentKind::Dockerfile || position.line == 0)
        return json::Value(std::move(none));
    const std::string_view text = snapshot.text();
    const auto lineOf = [&](std::uint32_t line) { return snapshot.lines().lineRange(text, line); };
    const auto blanksOf = [&](Range line) {
        const std::string_view content = text.substr(line.begin, line.end - line.begin);
        return content.substr(0, std::min(content.find_first_not_of(" \t"), content.size()));
    };
    const std::vector<Token>& tokens = snapshot.file().document.tokens;
    const Range above = lineOf(position.line - 1);
    if (!endsInContinuation(tokens, above))
        return json::Value(std::move(none));
    // A line that goes on already shows how far; the instruction's first line does not.
    const bool goesOn = position.line > 1 && endsInContinuation(tokens, lineOf(position.line - 2));
    const std::string indent = goesOn ? std::string(blanksOf(above)) : std::string(options.indent, ' ');
    const Range line = lineOf(position.line);
    const std::string_view blanks = blanksOf(line);
    if (blanks == indent)
        return json::Value(std::move(none));
    const TextEdit edit {
        .range = {.begin = line.begin, .end = line.begin + static_cast<std::uint32_t>(blanks.size())},
        .replacement = indent};
    return json::Value(editsToJson(snapshot, {edit}));
}

} // namespace darsena::cli::lsp
