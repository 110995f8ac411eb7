// SPDX-License-Identifier: GPL-3.0-or-later
// Completion, hover and signature help.
#include "core/cli/lsp/convert.h"
#include "core/cli/lsp/features.h"
#include "core/dockerfile/assist/assist.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::cli::lsp {

using dockerfile::Completion;
using dockerfile::CompletionKind;
using dockerfile::Surroundings;

namespace {

/// CompletionItemKind.
int completionKindNumber(CompletionKind kind)
{
    switch (kind) {
    case CompletionKind::Instruction:
    case CompletionKind::Keyword:
        return 14; // Keyword
    case CompletionKind::Snippet:
        return 15;
    case CompletionKind::Flag:
    case CompletionKind::Key:
        return 10; // Property
    case CompletionKind::Stage:
        return 9; // Module
    case CompletionKind::Variable:
        return 6;
    case CompletionKind::Image:
        return 8; // Interface
    case CompletionKind::File:
        return 17;
    case CompletionKind::Folder:
        return 19;
    case CompletionKind::Rule:
        return 20; // EnumMember
    case CompletionKind::Signal:
        return 23; // Event
    case CompletionKind::Value:
    case CompletionKind::User:
    case CompletionKind::Port:
        break;
    }
    return 12; // Value
}

/// Whether an entry of a list "in order" sorts as text does, too: LSP has no order but that of sortText.
std::string sortKey(std::size_t index)
{
    return fmt::format("{:05}", index);
}

bool beginsWithIgnoringCase(std::string_view text, std::string_view prefix)
{
    return dockerfile::equalsIgnoringCase(text.substr(0, prefix.size()), prefix);
}

json::Object completionItem(const ClientTraits& traits, const Snapshot& snapshot, PositionWalk& walk,
    const Completion& completion, std::size_t index)
{
    json::Object item;
    item["label"] = completion.label;
    item["kind"] = completionKindNumber(completion.kind);
    if (!completion.detail.empty())
        item["detail"] = completion.detail;
    item["sortText"] = sortKey(index);
    // Clients match what is typed from the begin of the range with the label, where that will do. Only where it will not
    // do they are told something else: Neovim 0.7 takes that for a sign that the range is not to be looked at.
    const dockerfile::Range replaced = completion.replace;
    const std::string_view typed
        = std::string_view(snapshot.text()).substr(replaced.begin, replaced.end - replaced.begin);
    if (!beginsWithIgnoringCase(completion.label, typed) && beginsWithIgnoringCase(completion.text, typed))
        item["filterText"] = completion.snippet ? withoutPlaceholders(completion.text) : completion.text;
    json::Object edit;
    edit["range"] = toJson(walk, completion.replace);
    const bool asSnippet = completion.snippet && traits.snippets;
    edit["newText"] = completion.snippet && !asSnippet ? withoutPlaceholders(completion.text) : completion.text;
    item["textEdit"] = std::move(edit);
    item["insertTextFormat"] = asSnippet ? 2 : 1;
    if (completion.again && traits.isVsCode) {
        json::Object command;
        command["title"] = "";
        command["command"] = "editor.action.triggerSuggest";
        item["command"] = std::move(command);
    }
    return item;
}

/// The paths of a context for a line of .dockerignore. What is ignored already is offered too: it may be meant by "!".
std::vector<Completion> completeIgnoreFile(const Snapshot& snapshot, std::uint32_t offset, const Surroundings& world)
{
    std::vector<Completion> result;
    const dockerfile::Range line = snapshot.lines().lineRange(snapshot.text(), snapshot.lines().lineOf(offset));
    const std::string_view typed
        = std::string_view(snapshot.text()).substr(line.begin, std::max(offset, line.begin) - line.begin);
    if (typed.starts_with('#') || !world.list)
        return result;
    std::size_t begin = typed.find_first_not_of("! \t/");
    begin = std::min(begin, typed.size());
    const std::size_t slash = typed.rfind('/');
    const std::size_t nameBegin = slash == std::string_view::npos || slash < begin ? begin : slash + 1;
    const std::string folder(typed.substr(begin, nameBegin - begin));
    const std::string_view prefix = typed.substr(nameBegin);
    for (const dockerfile::ContextEntry& entry : world.list(folder)) {
        if (!entry.name.starts_with(prefix))
            continue;
        result.push_back({.label = entry.name + (entry.folder ? "/" : ""),
            .kind = entry.folder ? CompletionKind::Folder : CompletionKind::File,
            .replace = {.begin = line.begin + static_cast<std::uint32_t>(nameBegin), .end = offset},
            .text = entry.name,
            .snippet = false,
            .detail = {},
            .documentation = {},
            .sort = {},
            .again = false});
    }
    return result;
}

} // namespace

std::string withoutPlaceholders(std::string_view snippet)
{
    std::string result;
    int depth = 0;
    for (std::size_t i = 0; i < snippet.size(); ++i) {
        const char c = snippet[i];
        if (c == '\\' && i + 1 < snippet.size()) {
            result += snippet[++i];
        } else if (c == '}' && depth > 0) {
            --depth;
        } else if (c == '$' && i + 1 < snippet.size()) {
            // "$1", "${1}", "${1:text}", "${1|one,two|}"
            const bool braced = snippet[i + 1] == '{';
            std::size_t at = i + (braced ? 2 : 1);
            const std::size_t digits = at;
            while (at < snippet.size() && snippet[at] >= '0' && snippet[at] <= '9')
                ++at;
            if (at == digits) {
                result += c;
                continue;
            }
            if (!braced) {
                i = at - 1;
            } else if (snippet.substr(at, 1) == "|") {
                const std::size_t end = std::min(snippet.find("|}", at + 1), snippet.size());
                const std::string_view choices = snippet.substr(at + 1, end - at - 1);
                result += choices.substr(0, choices.find(','));
                i = std::min(end + 1, snippet.size() - 1);
            } else {
                ++depth;
                i = snippet.substr(at, 1) == ":" ? at : at - 1;
            }
        } else {
            result += c;
        }
    }
    return result;
}

Result<json::Value> answerCompletion(
    Workspace& workspace, Memory& memory, const Snapshot& snapshot, const json::Object& params)
{
    const std::uint32_t offset = snapshot.offset(TRY(positionOf(params)));
    const Surroundings world = workspace.surroundings(snapshot);
    const std::vector<Completion> completions = snapshot.kind() == DocumentKind::IgnoreFile
        ? completeIgnoreFile(snapshot, offset, world)
        : dockerfile::complete(snapshot.file(), offset, world);
    memory.completionDocumentation.clear();
    ++memory.completionList;

    json::Array items;
    items.reserve(completions.size());
    PositionWalk walk = snapshot.walk();
    bool hasPrefix = false;
    for (const Completion& completion : completions) {
        json::Object item = completionItem(workspace.traits(), snapshot, walk, completion, items.size());
        if (!completion.documentation.empty()) {
            json::Array data;
            data.push_back(memory.completionList);
            data.push_back(memory.completionDocumentation.size());
            item["data"] = std::move(data);
            memory.completionDocumentation.push_back(completion.documentation);
        }
        hasPrefix = hasPrefix || completion.replace.begin < offset;
        items.push_back(std::move(item));
    }
    json::Object list;
    // The list holds what matches the prefix; when that is shortened, there may be more.
    list["isIncomplete"] = hasPrefix || completions.empty();
    list["items"] = std::move(items);
    return json::Value(std::move(list));
}

Result<json::Value> answerCompletionResolve(Workspace& workspace, const Memory& memory, json::Object item)
{
    const json::Value* data = item.if_contains("data");
    const json::Array* place = data != nullptr ? data->if_array() : nullptr;
    if (place == nullptr || place->size() != 2 || !(*place)[0].is_number() || !(*place)[1].is_number())
        return json::Value(std::move(item));
    boost::system::error_code error;
    const auto list = (*place)[0].to_number<std::uint64_t>(error);
    const auto index = error ? 0 : (*place)[1].to_number<std::size_t>(error);
    if (!error && list == memory.completionList && index < memory.completionDocumentation.size())
        item["documentation"] = markup(workspace.traits(), memory.completionDocumentation[index]);
    return json::Value(std::move(item));
}

Result<json::Value> answerHover(Workspace& workspace, const Snapshot& snapshot, const json::Object& params)
{
    const std::uint32_t offset = snapshot.offset(TRY(positionOf(params)));
    if (snapshot.kind() == DocumentKind::IgnoreFile)
        return json::Value();
    const auto findings = workspace.findings(snapshot);
    const auto hover = dockerfile::hover(snapshot.file(), offset, workspace.surroundings(snapshot), *findings);
    if (!hover)
        return json::Value();
    json::Object result;
    result["contents"] = markup(workspace.traits(), hover->markdown);
    result["range"] = toJson(snapshot, hover->range);
    return json::Value(std::move(result));
}

Result<json::Value> answerSignatureHelp(Workspace& workspace, const Snapshot& snapshot, const json::Object& params)
{
    const std::uint32_t offset = snapshot.offset(TRY(positionOf(params)));
    const auto help = dockerfile::signatureHelp(snapshot.file(), offset, workspace.surroundings(snapshot));
    if (!help)
        return json::Value();
    const std::string_view label = help->label;
    json::Array parameters;
    for (const dockerfile::SignatureHelp::Parameter& parameter : help->parameters) {
        const std::size_t begin = std::min<std::size_t>(parameter.begin, label.size());
        const std::size_t end = std::clamp<std::size_t>(parameter.end, begin, label.size());
        json::Object entry;
        if (workspace.traits().labelOffsets) {
            // Offsets in labels are UTF-16, whatever the encoding of positions.
            json::Array offsets;
            offsets.push_back(unitsOf(label.substr(0, begin), Encoding::Utf16));
            offsets.push_back(unitsOf(label.substr(0, end), Encoding::Utf16));
            entry["label"] = std::move(offsets);
        } else {
            entry["label"] = label.substr(begin, end - begin);
        }
        if (!parameter.documentation.empty())
            entry["documentation"] = markup(workspace.traits(), parameter.documentation);
        parameters.push_back(std::move(entry));
    }
    json::Object signature;
    signature["label"] = label;
    if (!help->documentation.empty())
        signature["documentation"] = markup(workspace.traits(), help->documentation);
    // A client takes a missing number for 0; one that is out of bounds highlights nothing where null is not known.
    const std::size_t active
        = help->active >= 0 ? static_cast<std::size_t>(help->active) : help->parameters.size();
    signature["parameters"] = std::move(parameters);
    json::Array signatures;
    signatures.push_back(std::move(signature));
    json::Object result;
    result["signatures"] = std::move(signatures);
    result["activeSignature"] = 0;
    result["activeParameter"] = active;
    return json::Value(std::move(result));
}

} // namespace darsena::cli::lsp
