// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint.h"

#include "core/dockerfile/lint/context.h"

#include <algorithm>
#include <tuple>

namespace darsena::dockerfile {

namespace {

using lint_detail::CheckDirective;
using lint_detail::LintContext;
using lint_detail::Rule;

bool isSilent(const Rule& rule, const LintContext& context)
{
    const LintOptions& options = context.options();
    const std::string_view name = rule.info.name;
    return !options.families.contains(rule.info.family) || options.ignoredRules.contains(name)
        || options.config.ignored.contains(name) || context.directive().skips(name)
        || (rule.info.off && !options.config.severities.contains(name))
        || (rule.experimental && !context.directive().enables(name));
}

/// Whether a comment right above the instruction of a finding says to skip its rule.
bool isSkippedHere(const Dockerfile& file, const Finding& finding)
{
    const Statement* statement = file.document.statementAtLine(finding.begin.line);
    return statement != nullptr && !statement->commentsAbove.empty()
        && CheckDirective::above(*statement).skips(finding.rule);
}

} // namespace

std::vector<Finding> lint(const Dockerfile& file, const LintOptions& options)
{
    LintContext context(file, options);
    for (const Rule& rule : lint_detail::allRules()) {
        const bool isRefusal = rule.info.name == buildErrorRule;
        if (!isRefusal && isSilent(rule, context))
            continue;
        rule.check(context, rule.info);
    }
    std::vector<Finding> findings = context.takeFindings();
    std::erase_if(findings,
        [&](const Finding& finding) { return finding.rule != buildErrorRule && isSkippedHere(file, finding); });
    const auto key = [](const Finding& f) { return std::tie(f.range.begin, f.range.end, f.rule, f.message); };
    std::stable_sort(
        findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
    findings.erase(std::unique(findings.begin(), findings.end(),
                       [&](const Finding& a, const Finding& b) { return key(a) == key(b); }),
        findings.end());
    return findings;
}

std::vector<RuleInfo> lintRules()
{
    std::vector<RuleInfo> result;
    for (const Rule& rule : lint_detail::allRules())
        result.push_back(rule.info);
    return result;
}

std::string applyFix(std::string_view text, const Fix& fix)
{
    std::vector<TextEdit> edits = fix.edits;
    std::sort(
        edits.begin(), edits.end(), [](const TextEdit& a, const TextEdit& b) { return a.range.begin < b.range.begin; });
    std::string result;
    std::size_t at = 0;
    for (const TextEdit& edit : edits) {
        result += text.substr(at, edit.range.begin - at);
        result += edit.replacement;
        at = edit.range.end;
    }
    return result + std::string(text.substr(at));
}

} // namespace darsena::dockerfile
