// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lint_reports.h"

#include "core/base/json.h"
#include "core/cli/utf8.h"
#include "core/cli/xml_text.h"

#include <map>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

using dockerfile::Finding;
using dockerfile::Severity;

/// The same sixteen digits for the same text on every machine (FNV-1a).
std::string fingerprintOf(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return fmt::format("{:016x}", hash);
}

std::string_view gitLabSeverity(const Finding& finding)
{
    if (finding.rule == dockerfile::buildErrorRule)
        return "blocker";
    switch (finding.severity) {
    case Severity::Error:
        return "critical";
    case Severity::Warning:
        return "major";
    case Severity::Info:
        break;
    }
    return "info";
}

} // namespace

std::string lintAsCheckstyle(const std::vector<FileFindings>& files)
{
    std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
    for (const FileFindings& entry : files) {
        xml += fmt::format("  <file name=\"{}\">\n", xmlText(entry.file));
        for (const Finding& finding : entry.findings)
            xml += fmt::format("    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"{}\"/>\n",
                finding.begin.line, finding.begin.column, dockerfile::severityName(finding.severity),
                xmlText(finding.message), xmlText(finding.rule));
        xml += "  </file>\n";
    }
    return xml + "</checkstyle>\n";
}

std::string lintAsGitLab(const std::vector<FileFindings>& files)
{
    json::Array list;
    std::map<std::string, int> seen;
    for (const FileFindings& entry : files) {
        for (const Finding& finding : entry.findings) {
            // The same words twice are two findings: their order tells them apart.
            std::string identity = fmt::format("{}\n{}\n{}", entry.file, finding.rule, finding.message);
            identity += fmt::format("\n{}", ++seen[identity]);
            const json::Object lines {{"begin", finding.begin.line}, {"end", finding.end.line}};
            list.push_back(json::Object {{"description", validUtf8(finding.message)}, {"check_name", finding.rule},
                {"fingerprint", fingerprintOf(identity)}, {"severity", gitLabSeverity(finding)},
                {"location", json::Object {{"path", validUtf8(entry.file)}, {"lines", lines}}}});
        }
    }
    return json::serialize(list) + "\n";
}

std::string lintAsJunit(const std::vector<FileFindings>& files)
{
    std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
    for (const FileFindings& entry : files) {
        const std::string file = xmlText(entry.file);
        const std::size_t failures = entry.findings.size();
        xml += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n", file,
            std::max<std::size_t>(failures, 1), failures);
        if (failures == 0)
            xml += fmt::format("    <testcase name=\"no findings\" classname=\"{}\"/>\n", file);
        for (const Finding& finding : entry.findings) {
            xml += fmt::format("    <testcase name=\"{} {}:{}\" classname=\"{}\">\n", xmlText(finding.rule),
                finding.begin.line, finding.begin.column, file);
            xml += fmt::format("      <failure type=\"{}\" message=\"{}\"/>\n    </testcase>\n",
                dockerfile::severityName(finding.severity), xmlText(finding.message));
        }
        xml += "  </testsuite>\n";
    }
    return xml + "</testsuites>\n";
}

} // namespace darsena::cli
