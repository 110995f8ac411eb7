// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint.h"

#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/lint/pragmas.h"
#include "core/dockerfile/lint/shellcheck/directives.h"

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

bool isLeftOut(const RuleInfo& rule, const LintContext& context)
{
    const LintOptions& options = context.options();
    return !options.families.contains(rule.family) || options.ignoredRules.contains(rule.name)
        || options.config.ignored.contains(rule.name) || skips(context.directive(), rule);
}

bool isSilent(const Rule& rule, const LintContext& context)
{
    const LintOptions& options = context.options();
    return isLeftOut(rule.info, context) || (rule.info.family == RuleFamily::ShellCheck && options.shellCheck)
        || (rule.info.off && !options.config.severities.contains(rule.info.name))
        || (rule.experimental && !context.directive().enables(rule.info.name));
}

/// Whether a comment right above the instruction of a finding says to skip its rule.
bool isSkippedHere(const Dockerfile& file, const RuleInfo& rule, const Finding& finding)
{
    const Statement* statement = file.document.statementAtLine(finding.begin.line);
    return statement != nullptr && !statement->commentsAbove.empty() && skips(CheckDirective::above(*statement), rule);
}

/// Takes out those of a rule's findings, from an index on, that a comment silences.
void removeSilenced(LintContext& context, const Pragmas& pragmas, const RuleInfo& rule, std::size_t from)
{
    if (context.findings().size() == from)
        return;
    const bool honoured = !context.options().config.disableIgnorePragma;
    const bool isShellCheck = rule.family == RuleFamily::ShellCheck;
    context.removeFindings(from, [&](const Finding& finding) {
        const std::uint32_t line = finding.begin.line;
        return isSkippedHere(context.file(), rule, finding) || (honoured && pragmas.ignores(rule.name, line))
            || (isShellCheck && lint_detail::isDisabledByComment(context.file().document, rule.name, line));
    });
}

void runRule(LintContext& context, const Pragmas& pragmas, const Rule& rule)
{
    const std::size_t before = context.findings().size();
    rule.check(context, rule.info);
    if (rule.info.name != buildErrorRule)
        removeSilenced(context, pragmas, rule.info, before);
}

/// What shellcheck itself found; it knows more rules than the table has.
void addShellCheck(LintContext& context, const Pragmas& pragmas)
{
    for (const Finding& finding : *context.options().shellCheck) {
        const RuleInfo rule {finding.rule, finding.severity, {}, finding.url, RuleFamily::ShellCheck};
        if (isLeftOut(rule, context))
            continue;
        const std::size_t before = context.findings().size();
        context.reportAt(rule, finding.range, finding.message, finding.fix);
        removeSilenced(context, pragmas, rule, before);
    }
}

/// By place, without what is said twice.
std::vector<Finding> inOrder(std::vector<Finding> findings)
{
    const auto key = [](const Finding& f) { return std::tie(f.range.begin, f.range.end, f.rule, f.message); };
    std::stable_sort(
        findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
    findings.erase(std::unique(findings.begin(), findings.end(),
                       [&](const Finding& a, const Finding& b) { return key(a) == key(b); }),
        findings.end());
    return findings;
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
    if (options.shellCheck)
        addShellCheck(context, pragmas);
    return inOrder(context.takeFindings());
}

std::vector<Finding> refusals(const Dockerfile& file, const StageOptions& stages)
{
    LintOptions options;
    options.stages = stages;
    LintContext context(file, options, LintContext::Depth::Refusals);
    for (const Rule& rule : lint_detail::allRules()) {
        if (rule.info.name == buildErrorRule)
            rule.check(context, rule.info);
    }
    return inOrder(context.takeFindings());
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
