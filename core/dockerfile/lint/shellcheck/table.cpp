// SPDX-License-Identifier: GPL-3.0-or-later
// The ShellCheck findings that matter in a RUN, under their codes (shellcheck.net/wiki).
#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/lint/shellcheck/facts.h"

#include <algorithm>
#include <array>

namespace darsena::dockerfile::lint_detail {

namespace {

/// All facts are collected in one go; each rule reports its own.
void checkShellFacts(LintContext& context, const RuleInfo& rule)
{
    const std::vector<ShellFact>& facts = context.shellFacts();
    auto fact = std::lower_bound(facts.begin(), facts.end(), rule.name,
        [](const ShellFact& each, std::string_view code) { return each.code < code; });
    for (; fact != facts.end() && fact->code == rule.name; ++fact)
        context.reportAt(rule, fact->range, fact->message, fact->fix);
}

constexpr Rule shellCheckRule(
    std::string_view code, std::string_view url, Severity severity, std::string_view description)
{
    return {{code, severity, description, url, RuleFamily::ShellCheck}, checkShellFacts};
}

#define SHELLCHECK(code, severity, description)                                                                        \
    shellCheckRule(code, "https://www.shellcheck.net/wiki/" code, Severity::severity, description)

constexpr std::array shellCheckTable {
    SHELLCHECK("SC1007", Warning, "No blank may stand behind the '=' of an assignment"),
    SHELLCHECK("SC1020", Error, "A blank must stand before ']'"),
    SHELLCHECK("SC1035", Error, "A blank must stand behind '['"),
    SHELLCHECK("SC1036", Error, "Parentheses among a command's words need quotes"),
    SHELLCHECK("SC1044", Error, "A here-document must be ended by its word"),
    SHELLCHECK("SC1045", Error, "'&' ends a command; no ';' follows"),
    SHELLCHECK("SC1046", Error, "An 'if' is closed with 'fi'"),
    SHELLCHECK("SC1048", Error, "Behind 'then' and 'else' stands a command"),
    SHELLCHECK("SC1049", Error, "An 'if' has a 'then'"),
    SHELLCHECK("SC1056", Error, "A '{' is closed with '}'"),
    SHELLCHECK("SC1058", Error, "A loop has a 'do'"),
    SHELLCHECK("SC1061", Error, "A 'do' is closed with 'done'"),
    SHELLCHECK("SC1064", Error, "The body of a function is in braces"),
    SHELLCHECK("SC1065", Error, "A function's parentheses are empty"),
    SHELLCHECK("SC1070", Error, "A command must stand before an operator"),
    SHELLCHECK("SC1072", Error, "Something is missing that the shell waits for"),
    SHELLCHECK("SC1073", Error, "What is opened must be closed: quotes, parentheses, 'case'"),
    SHELLCHECK("SC1083", Warning, "Braces that are no expansion need quotes"),
    SHELLCHECK("SC1086", Error, "The variable of a loop is named without '$'"),
    SHELLCHECK("SC1089", Error, "'fi', 'done', ')' and their like close what was opened"),
    SHELLCHECK("SC1091", Info, "What a sourced file sets is not known"),
    SHELLCHECK("SC2015", Info, "a && b || c is no if … then … else"),
    SHELLCHECK("SC2028", Info, "printf, not echo, prints what backslashes stand for"),
    SHELLCHECK("SC2035", Info, "A pattern that begins with * may give names that look like options"),
    SHELLCHECK("SC2046", Warning, "A substituted command needs double quotes, or its output is split"),
    SHELLCHECK("SC2086", Info, "A variable needs double quotes, or its value is split"),
    SHELLCHECK("SC2154", Warning, "A variable should get a value before it is used"),
    SHELLCHECK("SC2155", Warning, "Declare and assign apart, or a failure goes unnoticed"),
    SHELLCHECK("SC2164", Warning, "A cd that fails should stop the script"),
};

#undef SHELLCHECK

} // namespace

std::span<const Rule> shellCheckRules()
{
    return shellCheckTable;
}

} // namespace darsena::dockerfile::lint_detail
