// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lint_output.h"

#include "core/base/json.h"
#include "core/cli/utf8.h"
#include "core/dockerfile/pages/pages.h"

#include <fmt/format.h>

namespace darsena::cli {

namespace {

using dockerfile::Finding;
using dockerfile::Severity;
using dockerfile::SourceText;

json::Object fixAsJson(const dockerfile::Fix& fix, const SourceText& source)
{
    json::Object result {{"description", validUtf8(fix.description)}};
    json::Array& edits = result["edits"].emplace_array();
    for (const dockerfile::TextEdit& edit : fix.edits) {
        const dockerfile::Position begin = source.position(edit.range.begin);
        const dockerfile::Position end = source.position(edit.range.end);
        edits.push_back(json::Object {{"line", begin.line}, {"column", begin.column}, {"endLine", end.line},
            {"endColumn", end.column}, {"text", validUtf8(edit.replacement)}});
    }
    return result;
}

std::string_view sarifLevel(Severity severity)
{
    switch (severity) {
    case Severity::Error:
        return "error";
    case Severity::Warning:
        return "warning";
    case Severity::Info:
        break;
    }
    return "note";
}

std::string_view familyName(dockerfile::RuleFamily family)
{
    switch (family) {
    case dockerfile::RuleFamily::BuildKit:
        return "buildkit";
    case dockerfile::RuleFamily::Hadolint:
        return "hadolint";
    case dockerfile::RuleFamily::ShellCheck:
        return "shellcheck";
    case dockerfile::RuleFamily::Darsena:
        break;
    }
    return "darsena";
}

json::Object sarifRule(const dockerfile::RuleInfo& rule)
{
    json::Object object {{"id", rule.name}, {"shortDescription", json::Object {{"text", rule.description}}},
        {"defaultConfiguration", json::Object {{"enabled", !rule.off}, {"level", sarifLevel(rule.severity)}}},
        {"properties", json::Object {{"tags", json::Array {familyName(rule.family)}}}}};
    // A page is Markdown that reads well as it is.
    if (const std::string_view page = dockerfile::rulePage(rule.name); !page.empty())
        object["help"] = json::Object {{"text", page}, {"markdown", page}};
    if (!rule.url.empty())
        object["helpUri"] = rule.url;
    return object;
}

json::Object sarifRegion(dockerfile::Position begin, dockerfile::Position end)
{
    return {{"startLine", begin.line}, {"startColumn", begin.column}, {"endLine", end.line}, {"endColumn", end.column}};
}

json::Object sarifFix(const dockerfile::Fix& fix, const FileFindings& file)
{
    json::Array replacements;
    for (const dockerfile::TextEdit& edit : fix.edits)
        replacements.push_back(json::Object {
            {"deletedRegion",
                sarifRegion(file.source.position(edit.range.begin), file.source.position(edit.range.end))},
            {"insertedContent", json::Object {{"text", validUtf8(edit.replacement)}}}});
    const json::Object change {
        {"artifactLocation", json::Object {{"uri", validUtf8(file.file)}}}, {"replacements", std::move(replacements)}};
    return {{"description", json::Object {{"text", validUtf8(fix.description)}}},
        {"artifactChanges", json::Array {change}}};
}

json::Object sarifResult(const FileFindings& file, const Finding& finding)
{
    const json::Object place {{"artifactLocation", json::Object {{"uri", validUtf8(file.file)}}},
        {"region", sarifRegion(finding.begin, finding.end)}};
    json::Object result {{"ruleId", finding.rule}, {"level", sarifLevel(finding.severity)},
        {"message", json::Object {{"text", validUtf8(finding.message)}}},
        {"locations", json::Array {json::Object {{"physicalLocation", place}}}}};
    if (finding.fix)
        result["fixes"] = json::Array {sarifFix(*finding.fix, file)};
    return result;
}

} // namespace

std::string lintAsText(const std::vector<FileFindings>& files)
{
    std::string text;
    for (const FileFindings& entry : files) {
        for (const Finding& finding : entry.findings)
            text += fmt::format("{}:{}:{}: {}: {} [{}]\n", entry.file, finding.begin.line, finding.begin.column,
                dockerfile::severityName(finding.severity), finding.message, finding.rule);
    }
    return text;
}

std::string lintAsJson(const std::vector<FileFindings>& files)
{
    json::Array list;
    for (const FileFindings& entry : files) {
        for (const Finding& finding : entry.findings) {
            json::Object object {{"file", validUtf8(entry.file)}, {"rule", finding.rule},
                {"severity", dockerfile::severityName(finding.severity)}, {"line", finding.begin.line},
                {"column", finding.begin.column}, {"endLine", finding.end.line}, {"endColumn", finding.end.column},
                {"message", validUtf8(finding.message)}, {"url", finding.url}};
            if (finding.fix)
                object["fix"] = fixAsJson(*finding.fix, entry.source);
            list.push_back(std::move(object));
        }
    }
    return json::serialize(list) + "\n";
}

std::string lintAsSarif(const std::vector<FileFindings>& files)
{
    json::Array rules;
    for (const dockerfile::RuleInfo& rule : dockerfile::lintRules())
        rules.push_back(sarifRule(rule));
    json::Array results;
    for (const FileFindings& entry : files) {
        for (const Finding& finding : entry.findings)
            results.push_back(sarifResult(entry, finding));
    }
    const json::Object driver {{"name", "darsena"}, {"version", DARSENA_VERSION}, {"rules", std::move(rules)}};
    const json::Object run {{"tool", json::Object {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"},
        {"results", std::move(results)}};
    const json::Object document {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"},
        {"runs", json::Array {run}}};
    return json::serialize(document) + "\n";
}

} // namespace darsena::cli
