// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lint_output.h"

#include "core/base/json.h"
#include "core/cli/utf8.h"

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

json::Object sarifResult(const std::string& file, const Finding& finding)
{
    const json::Object region {{"startLine", finding.begin.line}, {"startColumn", finding.begin.column},
        {"endLine", finding.end.line}, {"endColumn", finding.end.column}};
    const json::Object place {{"artifactLocation", json::Object {{"uri", validUtf8(file)}}}, {"region", region}};
    return {{"ruleId", finding.rule}, {"level", sarifLevel(finding.severity)},
        {"message", json::Object {{"text", validUtf8(finding.message)}}},
        {"locations", json::Array {json::Object {{"physicalLocation", place}}}}};
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
    for (const dockerfile::RuleInfo& rule : dockerfile::lintRules()) {
        json::Object object {{"id", rule.name}, {"shortDescription", json::Object {{"text", rule.description}}},
            {"defaultConfiguration", json::Object {{"level", sarifLevel(rule.severity)}}}};
        if (!rule.url.empty())
            object["helpUri"] = rule.url;
        rules.push_back(std::move(object));
    }
    json::Array results;
    for (const FileFindings& entry : files) {
        for (const Finding& finding : entry.findings)
            results.push_back(sarifResult(entry.file, finding));
    }
    const json::Object driver {{"name", "darsena"}, {"version", DARSENA_VERSION}, {"rules", std::move(rules)}};
    const json::Object run {{"tool", json::Object {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"},
        {"results", std::move(results)}};
    const json::Object document {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"},
        {"runs", json::Array {run}}};
    return json::serialize(document) + "\n";
}

} // namespace darsena::cli
