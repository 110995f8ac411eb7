// SPDX-License-Identifier: GPL-3.0-or-later
// What an editor shows of a document as a whole: outline, folds, links, hints, lenses.
#include "core/cli/lsp/convert.h"
#include "core/cli/lsp/features.h"
#include "core/dockerfile/assist/assist.h"

#include <algorithm>

namespace darsena::cli::lsp {

using dockerfile::Fold;
using dockerfile::OutlineItem;
using dockerfile::Range;

namespace {

int symbolKindNumber(OutlineItem::Kind kind)
{
    switch (kind) {
    case OutlineItem::Kind::Stage:
        return 2; // Module
    case OutlineItem::Kind::Argument:
        return 13; // Variable
    case OutlineItem::Kind::Instruction:
        break;
    }
    return 12; // Function
}

json::Object symbolTree(const Snapshot& snapshot, const OutlineItem& item)
{
    json::Object object;
    object["name"] = item.name.empty() ? std::string("?") : item.name; // LSP refuses empty names
    if (!item.detail.empty())
        object["detail"] = item.detail;
    object["kind"] = symbolKindNumber(item.kind);
    // selectionRange has to lie in range.
    const Range whole {.begin = std::min(item.range.begin, item.nameRange.begin),
        .end = std::max(item.range.end, item.nameRange.end)};
    object["range"] = toJson(snapshot, whole);
    object["selectionRange"] = toJson(snapshot, item.nameRange);
    if (!item.children.empty()) {
        json::Array children;
        for (const OutlineItem& child : item.children)
            children.push_back(symbolTree(snapshot, child));
        object["children"] = std::move(children);
    }
    return object;
}

void addFlatSymbols(
    const Snapshot& snapshot, const OutlineItem& item, const std::string& container, json::Array& result)
{
    json::Object location;
    location["uri"] = snapshot.uri();
    location["range"] = toJson(snapshot, item.range);
    json::Object object;
    object["name"] = item.name.empty() ? std::string("?") : item.name;
    object["kind"] = symbolKindNumber(item.kind);
    object["location"] = std::move(location);
    if (!container.empty())
        object["containerName"] = container;
    result.push_back(std::move(object));
    for (const OutlineItem& child : item.children)
        addFlatSymbols(snapshot, child, item.name, result);
}

/// The text's lines as dockerfile::SourceText counts them, from 1, as the protocol does, from 0: those differ where a
/// line break is a '\r' alone.
std::uint32_t clientLine(const Snapshot& snapshot, std::uint32_t line)
{
    return snapshot.lines().lineOf(snapshot.file().document.source.lineRange(line).begin);
}

} // namespace

Result<json::Value> answerSymbols(Workspace& workspace, const Snapshot& snapshot)
{
    json::Array result;
    for (const OutlineItem& item : dockerfile::outline(snapshot.file())) {
        if (workspace.traits().symbolTree)
            result.push_back(symbolTree(snapshot, item));
        else
            addFlatSymbols(snapshot, item, {}, result);
    }
    return json::Value(std::move(result));
}

Result<json::Value> answerFolds(const Snapshot& snapshot)
{
    json::Array result;
    for (const Fold& fold : dockerfile::folds(snapshot.file())) {
        json::Object object;
        object["startLine"] = clientLine(snapshot, fold.firstLine);
        object["endLine"] = clientLine(snapshot, fold.lastLine);
        if (fold.kind == Fold::Kind::Comment)
            object["kind"] = "comment";
        else if (fold.kind == Fold::Kind::Stage)
            object["kind"] = "region";
        result.push_back(std::move(object));
    }
    return json::Value(std::move(result));
}

Result<json::Value> answerLinks(Workspace& workspace, const Snapshot& snapshot)
{
    json::Array result;
    for (const dockerfile::Link& link : dockerfile::links(snapshot.file(), workspace.surroundings(snapshot))) {
        json::Object object;
        object["range"] = toJson(snapshot, link.range);
        object["target"] = link.target.starts_with('#') ? snapshot.uri() + link.target : link.target;
        if (!link.tooltip.empty())
            object["tooltip"] = link.tooltip;
        result.push_back(std::move(object));
    }
    return json::Value(std::move(result));
}

Result<json::Value> answerInlayHints(Workspace& workspace, const Snapshot& snapshot, const json::Object& params)
{
    const ClientRange range = TRY(rangeOf(params));
    json::Array result;
    for (const dockerfile::InlayHint& hint :
        dockerfile::inlayHints(snapshot.file(), workspace.surroundings(snapshot))) {
        const ClientPosition position = snapshot.position(hint.offset);
        if (position < range.begin || position > range.end)
            continue;
        json::Object object;
        object["position"] = toJson(position);
        object["label"] = hint.label;
        if (!hint.tooltip.empty())
            object["tooltip"] = hint.tooltip;
        object["paddingLeft"] = true;
        result.push_back(std::move(object));
    }
    return json::Value(std::move(result));
}

Result<json::Value> answerCodeLens(Workspace& workspace, const Snapshot& snapshot)
{
    json::Array result;
    if (!workspace.settings()->codeLens)
        return json::Value(std::move(result));
    const bool spanish = workspace.language() == "es";
    for (const dockerfile::Stage& stage : snapshot.file().stages) {
        json::Array arguments;
        arguments.push_back(json::Value(snapshot.uri()));
        arguments.push_back(json::Value(stage.name.empty() ? std::to_string(stage.index) : stage.name));
        json::Object command;
        command["title"] = spanish ? "Construir esta etapa" : "Build this stage";
        command["command"] = "darsena.buildStage";
        command["arguments"] = std::move(arguments);
        json::Object lens;
        lens["range"] = toJson(snapshot, stage.from.range);
        lens["command"] = std::move(command);
        result.push_back(std::move(lens));
    }
    return json::Value(std::move(result));
}

} // namespace darsena::cli::lsp
