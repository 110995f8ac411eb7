// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint.h"

#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/lint/pragmas.h"

#include <algorithm>
#include <tuple>

namespace darsena::dockerfile {

namespace {

using lint_detail::CheckDirective;
using lint_detail::LintContext;
using lint_detail::Pragmas;
using lint_detail::Rule;

/// "skip=all" means the checks that BuildKit makes and those that go with them here; hadolint's and ShellCheck's have
/// to be named.
bool skips(const CheckDirective& directive, const RuleInfo& rule)
{
    const bool isOfOthers = rule.family == RuleFamily::Hadolint || rule.family == RuleFamily::ShellCheck;
    return directive.skipped.contains(rule.name) || (directive.skipAll && !isOfOthers);
}

bool isSilent(const Rule& rule, const LintContext& context)
{
    const LintOptions& options = context.options();
    const std::string_view name = rule.info.name;
    return !options.families.contains(rule.info.family) || options.ignoredRules.contains(name)
        || options.config.ignored.contains(name) || skips(context.directive(), rule.info)
        || (rule.info.off && !options.config.severities.contains(name))
        || (rule.experimental && !context.directive().enables(name));
}

/// Whether a comment right above the instruction of a finding says to skip its rule.
bool isSkippedHere(const Dockerfile& file, const RuleInfo& rule, const Finding& finding)
{
    const Statement* statement = file.document.statementAtLine(finding.begin.line);
    return statement != nullptr && !statement->commentsAbove.empty() && skips(CheckDirective::above(*statement), rule);
}

/// What a rule finds and no comment silences.
void runRule(LintContext& context, const Pragmas& pragmas, const Rule& rule)
{
    const std::size_t before = context.findings().size();
    rule.check(context, rule.info);
    if (rule.info.name == buildErrorRule || context.findings().size() == before)
        return;
    const bool honoured = !context.options().config.disableIgnorePragma;
    context.removeFindings(before, [&](const Finding& finding) {
        return isSkippedHere(context.file(), rule.info, finding)
            || (honoured && pragmas.ignores(rule.info.name, finding.begin.line));
    });
}

} // namespace

std::vector<Finding> lint(const Dockerfile& file, const LintOptions& options)
{
    LintContext context(file, options);
    const Pragmas pragmas(file);
    for (const Rule& rule : lint_detail::allRules()) {
        const bool isRefusal = rule.info.name == buildErrorRule;
        if (!isRefusal && isSilent(rule, context))
            continue;
        runRule(context, pragmas, rule);
    }
    std::vector<Finding> findings = context.takeFindings();
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
