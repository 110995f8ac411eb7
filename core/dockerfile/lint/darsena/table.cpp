// SPDX-License-Identifier: GPL-3.0-or-later
// Rules of our own: what a Docker course teaches and no other tool says.
#include "core/dockerfile/lint/darsena/rules.h"

#include <algorithm>
#include <array>

namespace darsena::dockerfile::lint_detail {

namespace {

constexpr RuleInfo ownRule(
    std::string_view name, Severity severity, std::string_view description, std::string_view sameAs = {})
{
    return {.name = name,
        .severity = severity,
        .description = description,
        .url = {},
        .family = RuleFamily::Darsena,
        .sameAs = sameAs};
}

constexpr std::array ownRules {
    Rule {ownRule("AptUpdateAlone", Severity::Warning, "apt-get update and install belong in one RUN"),
        checkAptUpdateAlone},
    Rule {ownRule("CmdIgnored", Severity::Warning, "An ENTRYPOINT in shell form takes no arguments from CMD"),
        checkIgnoredCmd},
    Rule {ownRule("CopyBeforeDependencies", Severity::Warning,
              "Copy what lists the dependencies first, and the rest after they are installed"),
        checkCopyBeforeDependencies},
    Rule {ownRule("RemovedInLaterLayer", Severity::Warning,
              "Removing what an earlier instruction added makes the image no smaller"),
        checkRemovedInLaterLayer},
    Rule {ownRule("SecretFileCopied", Severity::Warning, "Files with secrets should not be copied into an image"),
        checkSecretFileCopied},
    Rule {ownRule("ShellFormSignals", Severity::Info,
              "In shell form the shell gets the signals, and docker stop has to kill the program",
              "JSONArgsRecommended"),
        checkShellFormSignals},
    Rule {ownRule("SingleQuotesInJson", Severity::Warning, "The JSON form needs double quotes"),
        checkSingleQuotesInJson},
    Rule {ownRule("TypographicQuotes", Severity::Warning, "Typographic quotes are no quotes"), checkTypographicQuotes},
    Rule {ownRule("UncheckedDownload", Severity::Info, "What ADD downloads should have a checksum"),
        checkUncheckedDownload},
    Rule {ownRule("UnusedStage", Severity::Info, "Every stage should be used"), checkUnusedStage},
};

} // namespace

const EvaluatedInstruction* instructionOf(const LintContext& context, const shell::EmbeddedScript& script)
{
    const auto& evaluated = context.evaluated();
    const auto found = std::lower_bound(evaluated.begin(), evaluated.end(), script.statement,
        [](const EvaluatedInstruction& entry, std::size_t statement) { return entry.instruction->statement < statement; });
    const bool isOwn = found != evaluated.end() && found->instruction->statement == script.statement
        && found->instruction->as<OnBuild>() == nullptr;
    return isOwn ? &*found : nullptr;
}

std::span<const Rule> darsenaRules()
{
    return ownRules;
}

} // namespace darsena::dockerfile::lint_detail
