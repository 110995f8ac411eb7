// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/settings.h"

#include <algorithm>
#include <initializer_list>

namespace darsena::cli::lsp {

namespace {

/// The value at a path of members; nullptr if there is none.
const json::Value* valueAt(const json::Object& object, std::initializer_list<std::string_view> path)
{
    const json::Object* at = &object;
    const json::Value* value = nullptr;
    for (const std::string_view key : path) {
        if (at == nullptr)
            return nullptr;
        value = at->if_contains(key);
        at = value != nullptr ? value->if_object() : nullptr;
    }
    return value;
}

bool isTrue(const json::Object& object, std::initializer_list<std::string_view> path)
{
    const json::Value* value = valueAt(object, path);
    return value != nullptr && value->is_bool() && value->get_bool();
}

bool lists(const json::Object& object, std::initializer_list<std::string_view> path, std::string_view wanted)
{
    const json::Value* value = valueAt(object, path);
    const json::Array* list = value != nullptr ? value->if_array() : nullptr;
    return list != nullptr && std::any_of(list->begin(), list->end(), [&](const json::Value& entry) {
        return entry.is_string() && std::string_view(entry.get_string()) == wanted;
    });
}

bool isThere(const json::Object& object, std::initializer_list<std::string_view> path)
{
    const json::Value* value = valueAt(object, path);
    return value != nullptr && !value->is_null();
}

Result<void> readFormat(const json::Object& format, Settings& settings)
{
    using Case = dockerfile::FormatOptions::Case;
    if (format.contains("indent")) {
        const std::int64_t indent = TRY(json::integer(format, "indent", 4));
        if (indent < 0 || indent > 16)
            return Error(ErrorCode::Invalid, "format.indent: expected 0 to 16");
        settings.indent = static_cast<std::uint32_t>(indent);
    }
    const std::string name = TRY(json::text(format, "case", "upper"));
    if (name != "upper" && name != "lower" && name != "keep")
        return Error(ErrorCode::Invalid, "format.case: expected upper, lower or keep");
    settings.instructionCase = name == "lower" ? Case::Lower : name == "keep" ? Case::Keep : Case::Upper;
    return {};
}

} // namespace

Result<Settings> Settings::read(const json::Object& object)
{
    if (const json::Object* own = TRY(json::object(object, "darsena")))
        return read(*own);
    Settings settings;
    settings.stages.target = TRY(json::text(object, "target"));
    settings.stages.targetPlatform = TRY(json::text(object, "platform", settings.stages.targetPlatform));
    if (const json::Object* args = TRY(json::object(object, "buildArgs"))) {
        for (const auto& [name, value] : *args)
            settings.stages.buildArgs.insert_or_assign(std::string(name), TRY(json::text(*args, name)));
    }
    for (std::string& name : TRY(json::texts(object, "contexts")))
        settings.stages.namedContexts.push_back(std::move(name));
    for (std::string& rule : TRY(json::texts(object, "ignore")))
        settings.ignoredRules.insert(std::move(rule));
    settings.context = TRY(json::text(object, "context"));
    settings.language = TRY(json::text(object, "language"));
    settings.socket = TRY(json::text(object, "socket"));
    settings.codeLens = TRY(json::boolean(object, "codeLens"));
    if (const json::Object* format = TRY(json::object(object, "format")))
        TRY(readFormat(*format, settings));
    return settings;
}

ClientTraits ClientTraits::read(const json::Object& initialize)
{
    const json::Value* value = initialize.if_contains("capabilities");
    const json::Object* found = value != nullptr ? value->if_object() : nullptr;
    const json::Object none;
    const json::Object& can = found != nullptr ? *found : none;

    ClientTraits traits;
    traits.utf8 = lists(can, {"general", "positionEncodings"}, "utf-8");
    traits.utf32 = lists(can, {"general", "positionEncodings"}, "utf-32");
    traits.utf16 = !isThere(can, {"general", "positionEncodings"})
        || lists(can, {"general", "positionEncodings"}, "utf-16");
    traits.snippets = isTrue(can, {"textDocument", "completion", "completionItem", "snippetSupport"});
    traits.markdown = lists(can, {"textDocument", "hover", "contentFormat"}, "markdown");
    traits.labelOffsets = isTrue(
        can, {"textDocument", "signatureHelp", "signatureInformation", "parameterInformation", "labelOffsetSupport"});
    traits.symbolTree = isTrue(can, {"textDocument", "documentSymbol", "hierarchicalDocumentSymbolSupport"});
    traits.documentChanges = isTrue(can, {"workspace", "workspaceEdit", "documentChanges"});
    traits.createFiles = lists(can, {"workspace", "workspaceEdit", "resourceOperations"}, "create");
    traits.resolvesEdits = lists(can, {"textDocument", "codeAction", "resolveSupport", "properties"}, "edit");
    traits.pullsDiagnostics = isThere(can, {"textDocument", "diagnostic"});
    traits.refreshesDiagnostics = isTrue(can, {"workspace", "diagnostics", "refreshSupport"});
    traits.codeDescriptions = isTrue(can, {"textDocument", "publishDiagnostics", "codeDescriptionSupport"});
    traits.diagnosticTags = isThere(can, {"textDocument", "publishDiagnostics", "tagSupport"});
    traits.watchesFiles = isTrue(can, {"workspace", "didChangeWatchedFiles", "dynamicRegistration"});
    if (const json::Value* name = valueAt(initialize, {"clientInfo", "name"}); name != nullptr && name->is_string())
        traits.isVsCode = std::string_view(name->get_string()).starts_with("Visual Studio Code");
    return traits;
}

} // namespace darsena::cli::lsp
