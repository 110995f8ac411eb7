// SPDX-License-Identifier: GPL-3.0-or-later
// Code actions: cures of findings, "fix all", "ignore here", refactorings.
#include "core/cli/lsp/convert.h"
#include "core/cli/lsp/diagnostics.h"
#include "core/cli/lsp/features.h"
#include "core/cli/lsp/line_edits.h"
#include "core/dockerfile/assist/refactor.h"
#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <fstream>
#include <set>

#include <fmt/format.h>

namespace darsena::cli::lsp {

using dockerfile::Finding;
using dockerfile::Range;
using dockerfile::Refactoring;
using dockerfile::TextEdit;

namespace {

constexpr std::string_view quickFix = "quickfix";
constexpr std::string_view fixAllKind = "source.fixAll.darsena";

/// The kinds that a client asks for: all, or those that begin with one of its words ("refactor" has "refactor.inline").
class WantedKinds {
public:
    static Result<WantedKinds> of(const json::Object& params)
    {
        WantedKinds wanted;
        if (const json::Object* context = TRY(json::object(params, "context")); context != nullptr)
            wanted.m_only = TRY(json::texts(*context, "only"));
        return wanted;
    }
    bool contains(std::string_view kind) const
    {
        return m_only.empty() || std::any_of(m_only.begin(), m_only.end(), [&](const std::string& only) {
            return only.empty() || kind == only || kind.starts_with(only + ".");
        });
    }
    /// "source" actions are for the whole file: in a list that nobody asked for they would be in the way.
    bool names(std::string_view kind) const { return !m_only.empty() && contains(kind); }

private:
    std::vector<std::string> m_only;
};

std::string_view kindOfRefactoring(std::string_view id)
{
    if (id == "extract-stage")
        return "refactor.extract";
    if (id == "inline-stage")
        return "refactor.inline";
    return "refactor.rewrite";
}

json::Object action(std::string title, std::string_view kind)
{
    json::Object object;
    object["title"] = std::move(title);
    object["kind"] = kind;
    return object;
}

bool isHadolintCode(std::string_view rule)
{
    return rule.size() > 2 && (rule.starts_with("DL") || rule.starts_with("SC")) && rule[2] >= '0' && rule[2] <= '9';
}

/// "# check=skip=Rule" or "# hadolint ignore=DL3008" above the instruction of a finding; a comment that is there
/// already gets the name at its end.
std::optional<TextEdit> ignoreComment(const Snapshot& snapshot, const Finding& finding)
{
    if (finding.rule == dockerfile::buildErrorRule)
        return std::nullopt;
    const dockerfile::Document& document = snapshot.file().document;
    const dockerfile::Statement* statement = document.statementAtLine(finding.begin.line);
    if (statement == nullptr)
        return std::nullopt;
    const std::string_view prefix = isHadolintCode(finding.rule) ? "hadolint ignore=" : "check=skip=";
    for (const dockerfile::Comment& comment : statement->commentsAbove) {
        if (comment.text.starts_with(prefix))
            return TextEdit {.range = {.begin = comment.range.end, .end = comment.range.end},
                .replacement = "," + finding.rule};
    }
    const std::uint32_t line = document.source.lineRange(statement->firstLine).begin;
    const std::string lineBreak = snapshot.text().find("\r\n") != std::string::npos ? "\r\n" : "\n";
    std::string text = fmt::format("# {}{}{}", prefix, finding.rule, lineBreak);
    // At the top, "# check=" would be a directive, for the whole file: a blank line ends those.
    const bool isTop = document.directives.empty() ? line == 0 || document.source.text().starts_with("\xEF\xBB\xBF")
                                                   : document.directives.back().range.end + 2 >= line;
    if (isTop && prefix.starts_with("check"))
        text = lineBreak + text;
    return TextEdit {.range = {.begin = line, .end = line}, .replacement = std::move(text)};
}

/// Adds a line at the end of .dockerignore, which may not exist.
std::optional<json::Object> ignoreLineEdit(Workspace& workspace, const Snapshot& snapshot, const std::string& line)
{
    const auto place = workspace.placeOf(snapshot);
    if (!place)
        return std::nullopt;
    const std::string uri = uriOfPath(place->ignoreFile);
    std::string text;
    const SnapshotPtr open = workspace.snapshot(uri);
    std::error_code error;
    const bool exists = open || std::filesystem::is_regular_file(place->ignoreFile, error);
    if (open) {
        text = open->text();
    } else if (exists) {
        if (std::filesystem::file_size(place->ignoreFile, error) > (1U << 20) || error)
            return std::nullopt;
        std::ifstream stream(place->ignoreFile, std::ios::binary);
        text.assign(std::istreambuf_iterator<char>(stream), {});
    } else if (!workspace.traits().createFiles || !workspace.traits().documentChanges) {
        return std::nullopt;
    }
    const Snapshot target(uri, DocumentKind::IgnoreFile, 0, text, snapshot.encoding());
    const auto end = static_cast<std::uint32_t>(text.size());
    const bool needsBreak = !text.empty() && !text.ends_with('\n');
    const std::vector<TextEdit> edits {
        {.range = {.begin = end, .end = end}, .replacement = (needsBreak ? "\n" : "") + line + "\n"}};
    json::Object edit = workspaceEdit(workspace.traits(), target, edits);
    if (workspace.traits().documentChanges) {
        json::Array& changes = edit["documentChanges"].as_array();
        json::Object& document = changes.front().as_object()["textDocument"].as_object();
        if (open)
            document["version"] = open->version();
        else
            document["version"] = nullptr;
        if (!exists) {
            json::Object options;
            options["ignoreIfExists"] = true;
            json::Object create;
            create["kind"] = "create";
            create["uri"] = uri;
            create["options"] = std::move(options);
            changes.insert(changes.begin(), std::move(create));
        }
    }
    return edit;
}

class ActionList {
public:
    ActionList(Workspace& workspace, const Snapshot& snapshot)
        : m_workspace(workspace)
        , m_snapshot(snapshot)
        , m_language(workspace.language())
    { }

    void addFixes(const std::vector<const Finding*>& findings)
    {
        for (const Finding* finding : findings) {
            if (!finding->fix)
                continue;
            // Two rules that say the same mostly have the same cure.
            json::Object edit = workspaceEdit(m_workspace.traits(), m_snapshot, finding->fix->edits);
            if (!m_seen.insert(finding->fix->description + "\n" + json::serialize(edit)).second)
                continue;
            json::Object entry = action(finding->fix->description, quickFix);
            entry["diagnostics"] = related(*finding);
            entry["isPreferred"] = true;
            entry["edit"] = std::move(edit);
            m_list.push_back(std::move(entry));
        }
    }

    void addIgnores(const std::vector<const Finding*>& findings)
    {
        std::set<std::string> rules;
        for (const Finding* finding : findings) {
            if (!rules.insert(finding->rule).second)
                continue;
            const auto comment = ignoreComment(m_snapshot, *finding);
            if (!comment)
                continue;
            json::Object entry
                = action(dockerfile::translated(fmt::format("Ignore {} here", finding->rule), m_language), quickFix);
            entry["diagnostics"] = related(*finding);
            entry["edit"] = workspaceEdit(m_workspace.traits(), m_snapshot, {*comment});
            m_list.push_back(std::move(entry));
        }
    }

    void addFixAll(const std::vector<Finding>& findings)
    {
        const bool any = std::any_of(
            findings.begin(), findings.end(), [](const Finding& finding) { return finding.fix.has_value(); });
        if (!any)
            return;
        json::Object entry
            = action(dockerfile::translated("Fix everything that can be fixed", m_language), fixAllKind);
        if (m_workspace.traits().resolvesEdits) {
            json::Object data;
            data["fixAll"] = m_snapshot.uri();
            entry["data"] = std::move(data);
        } else {
            entry["edit"]
                = workspaceEdit(m_workspace.traits(), m_snapshot, fixAllEdits(m_workspace, m_snapshot));
        }
        m_list.push_back(std::move(entry));
    }

    void addRefactorings(Range selection, const WantedKinds& wanted)
    {
        dockerfile::RefactorContext context;
        context.digestOf = [images = m_workspace.images()](const std::string& reference) {
            const auto image = images->find(withTag(reference));
            return image == images->end() || image->second.known.digest.empty()
                ? std::nullopt
                : std::optional(image->second.known.digest);
        };
        for (const Refactoring& refactoring : dockerfile::refactorings(m_snapshot.file(), selection, context)) {
            const std::string_view kind = kindOfRefactoring(refactoring.id);
            if (!wanted.contains(kind))
                continue;
            json::Object entry = action(dockerfile::translated(refactoring.title, m_language), kind);
            if (refactoring.ignoreLine) {
                auto edit = ignoreLineEdit(m_workspace, m_snapshot, *refactoring.ignoreLine);
                if (!edit)
                    continue;
                entry["edit"] = std::move(*edit);
            } else {
                entry["edit"] = workspaceEdit(m_workspace.traits(), m_snapshot, refactoring.edits);
            }
            m_list.push_back(std::move(entry));
        }
    }

    json::Array take() { return std::move(m_list); }

private:
    json::Array related(const Finding& finding) const
    {
        json::Array list;
        list.push_back(diagnostic(m_workspace.traits(), m_snapshot, finding));
        return list;
    }

    Workspace& m_workspace;
    const Snapshot& m_snapshot;
    std::string m_language;
    std::set<std::string> m_seen;
    json::Array m_list;
};

} // namespace

std::vector<TextEdit> fixAllEdits(Workspace& workspace, const Snapshot& snapshot)
{
    if (snapshot.kind() != DocumentKind::Dockerfile || snapshot.isTooLarge())
        return {};
    return lineEdits(snapshot.text(), dockerfile::fixAll(snapshot.text(), workspace.lintOptions(snapshot)));
}

Result<json::Value> answerCodeActions(Workspace& workspace, const Snapshot& snapshot, const json::Object& params)
{
    const ClientRange range = TRY(rangeOf(params));
    const WantedKinds wanted = TRY(WantedKinds::of(params));
    ActionList actions(workspace, snapshot);
    if (snapshot.kind() != DocumentKind::Dockerfile)
        return json::Value(actions.take());
    const Range selection {.begin = snapshot.offset(range.begin), .end = snapshot.offset(range.end)};
    const auto findings = workspace.findings(snapshot);
    std::vector<const Finding*> here;
    for (const Finding& finding : *findings) {
        if (finding.range.begin <= selection.end && selection.begin <= finding.range.end)
            here.push_back(&finding);
    }
    if (wanted.contains(quickFix)) {
        actions.addFixes(here);
        actions.addIgnores(here);
    }
    actions.addRefactorings(selection, wanted);
    if (wanted.names(fixAllKind) || (wanted.contains(fixAllKind) && !here.empty()))
        actions.addFixAll(*findings);
    return json::Value(actions.take());
}

Result<json::Value> answerCodeActionResolve(Workspace& workspace, json::Object action)
{
    const json::Value* data = action.if_contains("data");
    const json::Object* what = data != nullptr ? data->if_object() : nullptr;
    if (what == nullptr)
        return json::Value(std::move(action));
    const std::string uri = TRY(json::text(*what, "fixAll"));
    const SnapshotPtr snapshot = workspace.snapshot(uri);
    if (!snapshot)
        return Error(ErrorCode::NotFound, fmt::format("{} is not open", uri));
    action["edit"] = workspaceEdit(workspace.traits(), *snapshot, fixAllEdits(workspace, *snapshot));
    return json::Value(std::move(action));
}

} // namespace darsena::cli::lsp
