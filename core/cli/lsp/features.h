// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/cli/lsp/workspace.h"

#include <cstdint>
#include <string>
#include <vector>

namespace darsena::cli::lsp {

// The answers to requests about one document, each a result of LSP 3.17 as JSON. Errors become JSON-RPC errors: see
// rpcCodeOf().

/// What answers remember for requests that follow them. The answering thread's alone.
struct Memory {
    /// The last list of completions: completionItem/resolve gives their documentation.
    std::uint64_t completionList = 0;
    std::vector<std::string> completionDocumentation;
    /// The last semantic tokens of a document, for deltas.
    struct Tokens {
        std::uint64_t id = 0;
        std::vector<std::uint32_t> data;
    };
    std::map<std::string, Tokens, std::less<>> tokens;
    std::uint64_t lastTokens = 0;
};

// completion.cpp
Result<json::Value> answerCompletion(Workspace& workspace, Memory& memory, const Snapshot& snapshot, const json::Object& params);
Result<json::Value> answerCompletionResolve(Workspace& workspace, const Memory& memory, json::Object item);
Result<json::Value> answerHover(Workspace& workspace, const Snapshot& snapshot, const json::Object& params);
Result<json::Value> answerSignatureHelp(Workspace& workspace, const Snapshot& snapshot, const json::Object& params);
/// A snippet in LSP's syntax as the text that it starts with.
std::string withoutPlaceholders(std::string_view snippet);

// navigation.cpp
Result<json::Value> answerDefinition(Workspace& workspace, const Snapshot& snapshot, const json::Object& params);
Result<json::Value> answerReferences(Workspace& workspace, const Snapshot& snapshot, const json::Object& params);
Result<json::Value> answerHighlights(Workspace& workspace, const Snapshot& snapshot, const json::Object& params);
Result<json::Value> answerPrepareRename(Workspace& workspace, const Snapshot& snapshot, const json::Object& params);
Result<json::Value> answerRename(Workspace& workspace, const Snapshot& snapshot, const json::Object& params);

// structure.cpp
Result<json::Value> answerSymbols(Workspace& workspace, const Snapshot& snapshot);
Result<json::Value> answerFolds(const Snapshot& snapshot);
Result<json::Value> answerLinks(Workspace& workspace, const Snapshot& snapshot);
Result<json::Value> answerInlayHints(Workspace& workspace, const Snapshot& snapshot, const json::Object& params);
Result<json::Value> answerCodeLens(Workspace& workspace, const Snapshot& snapshot);

// semantic_tokens.cpp
json::Object semanticTokensLegend();
Result<json::Value> answerTokens(Memory& memory, const Snapshot& snapshot);
Result<json::Value> answerTokensDelta(Memory& memory, const Snapshot& snapshot, const json::Object& params);
Result<json::Value> answerTokensRange(const Snapshot& snapshot, const json::Object& params);

// actions.cpp
Result<json::Value> answerCodeActions(Workspace& workspace, const Snapshot& snapshot, const json::Object& params);
Result<json::Value> answerCodeActionResolve(Workspace& workspace, json::Object action);
/// The edits that all fixes of a document come to; empty: there is nothing to mend.
std::vector<dockerfile::TextEdit> fixAllEdits(Workspace& workspace, const Snapshot& snapshot);

// formatting.cpp
Result<json::Value> answerFormatting(Workspace& workspace, const Snapshot& snapshot, const json::Object& params);
Result<json::Value> answerRangeFormatting(Workspace& workspace, const Snapshot& snapshot, const json::Object& params);
Result<json::Value> answerOnTypeFormatting(Workspace& workspace, const Snapshot& snapshot, const json::Object& params);

} // namespace darsena::cli::lsp
