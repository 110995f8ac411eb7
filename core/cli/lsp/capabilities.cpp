// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/capabilities.h"

#include "core/cli/lsp/features.h"

namespace darsena::cli::lsp {

namespace {

constexpr std::string_view capabilities = R"({
    "textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
    "completionProvider": {
        "triggerCharacters": ["-", "=", ",", "$", "{", "/", ":", "<", "@", "#"],
        "resolveProvider": true
    },
    "hoverProvider": true,
    "signatureHelpProvider": {"triggerCharacters": [" ", "=", ",", "["], "retriggerCharacters": [" "]},
    "definitionProvider": true,
    "referencesProvider": true,
    "documentHighlightProvider": true,
    "documentSymbolProvider": true,
    "documentLinkProvider": {"resolveProvider": false},
    "codeActionProvider": {
        "codeActionKinds": ["quickfix", "refactor.extract", "refactor.inline", "refactor.rewrite", "source.fixAll.darsena"],
        "resolveProvider": true
    },
    "codeLensProvider": {"resolveProvider": false},
    "documentFormattingProvider": true,
    "documentRangeFormattingProvider": true,
    "documentOnTypeFormattingProvider": {"firstTriggerCharacter": "\n"},
    "renameProvider": {"prepareProvider": true},
    "foldingRangeProvider": true,
    "inlayHintProvider": true,
    "workspace": {"workspaceFolders": {"supported": true, "changeNotifications": false}}
})";

constexpr std::string_view watchers = R"({
    "registrations": [{
        "id": "darsena.watch",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": {"watchers": [{"globPattern": "**/*.dockerignore"}, {"globPattern": "**/.dockerignore"},
            {"globPattern": "**/.hadolint.{yaml,yml}"}]}
    }]
})";

std::string_view encodingName(Encoding encoding)
{
    switch (encoding) {
    case Encoding::Utf8:
        return "utf-8";
    case Encoding::Utf32:
        return "utf-32";
    case Encoding::Utf16:
        break;
    }
    return "utf-16";
}

std::string_view textAt(const json::Object& object, std::string_view key)
{
    const json::Value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

} // namespace

json::Object initializeResult(const Workspace& workspace)
{
    json::Object provided = boost::json::parse(capabilities).as_object();
    provided["positionEncoding"] = encodingName(workspace.encoding());
    json::Object tokens;
    tokens["legend"] = semanticTokensLegend();
    tokens["range"] = true;
    json::Object full;
    full["delta"] = true;
    tokens["full"] = std::move(full);
    provided["semanticTokensProvider"] = std::move(tokens);
    json::Array commands;
    commands.push_back(json::Value(fixAllCommand));
    commands.push_back(json::Value(graphCommand));
    json::Object execute;
    execute["commands"] = std::move(commands);
    provided["executeCommandProvider"] = std::move(execute);
    if (workspace.traits().pullsDiagnostics) {
        json::Object pull;
        pull["identifier"] = "darsena";
        pull["interFileDependencies"] = false;
        pull["workspaceDiagnostics"] = false;
        provided["diagnosticProvider"] = std::move(pull);
    }
    json::Object info;
    info["name"] = "darsena";
    info["version"] = DARSENA_VERSION;
    json::Object result;
    result["capabilities"] = std::move(provided);
    result["serverInfo"] = std::move(info);
    return result;
}

json::Object watchRegistration()
{
    return boost::json::parse(watchers).as_object();
}

std::filesystem::path rootOf(const json::Object& initialize)
{
    if (const json::Value* folders = initialize.if_contains("workspaceFolders")) {
        const json::Array* list = folders->if_array();
        const json::Object* first = list != nullptr && !list->empty() ? list->front().if_object() : nullptr;
        if (first != nullptr) {
            if (const auto path = pathOfUri(textAt(*first, "uri")))
                return *path;
        }
    }
    if (const auto path = pathOfUri(textAt(initialize, "rootUri")))
        return *path;
    return std::string(textAt(initialize, "rootPath"));
}

} // namespace darsena::cli::lsp
