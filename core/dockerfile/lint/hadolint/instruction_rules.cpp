// SPDX-License-Identifier: GPL-3.0-or-later
// The table of the DL rules that look at instructions, and what they share.
#include "core/dockerfile/lint/hadolint/instruction_rules.h"

#include "core/dockerfile/lint/hadolint/table.h"

#include <algorithm>
#include <array>

namespace darsena::dockerfile::lint_detail {

namespace {

constexpr RuleInfo info(std::string_view name, Severity severity, std::string_view description, std::string_view url,
    std::string_view sameAs = {}, bool off = false)
{
    return {.name = name,
        .severity = severity,
        .description = description,
        .url = url,
        .family = RuleFamily::Hadolint,
        .sameAs = sameAs,
        .off = off};
}

#define DL(code, severity, description, check, ...)                                                                    \
    Rule                                                                                                               \
    {                                                                                                                  \
        info(code, Severity::severity, description, HADOLINT_URL(code) __VA_OPT__(, ) __VA_ARGS__), check              \
    }

constexpr std::array instructionTable {
    DL("DL1001", Info, "Comments should not silence rules", checkIgnorePragmas, "", true),
    DL("DL3000", Error, "WORKDIR should be absolute", checkAbsoluteWorkdir, "WorkdirRelativePath"),
    DL("DL3002", Warning, "The last USER should not be root", checkLastUser),
    DL("DL3006", Warning, "The image of FROM should have a tag", checkUntaggedImage),
    DL("DL3007", Warning, "The image of FROM should not be tagged latest", checkLatestTag),
    DL("DL3010", Info, "ADD unpacks archives: no need to copy and unpack them", checkUnpackedArchive),
    DL("DL3011", Error, "Ports go from 0 to 65535", checkPortNumbers),
    DL("DL3012", Error, "A stage should have one HEALTHCHECK", checkOneHealthcheck, "MultipleInstructionsDisallowed"),
    DL("DL3020", Error, "Files and folders should be copied with COPY, not with ADD", checkAddOfFiles),
    DL("DL3021", Error, "The destination of several sources should end with /", checkFolderDestination),
    DL("DL3022", Warning, "COPY --from should name a stage above", checkCopyFromUnknown),
    DL("DL3023", Error, "COPY --from cannot name its own stage", checkCopyFromItself),
    DL("DL3024", Error, "Stage names should be unique", checkUniqueStages, "DuplicateStageName"),
    DL("DL3025", Warning, "Commands should be in JSON form", checkShellForm, "JSONArgsRecommended"),
    DL("DL3026", Error, "Images should come from trusted registries", checkTrustedRegistry),
    DL("DL3029", Warning, "FROM should not fix the platform", checkFixedPlatform, "FromPlatformFlagConstDisallowed"),
    DL("DL3043", Error, "ONBUILD cannot hold ONBUILD, FROM or MAINTAINER", checkOnBuildTrigger),
    DL("DL3044", Error, "ENV should not use a variable that it sets itself", checkSelfReference),
    DL("DL3045", Warning, "COPY to a relative destination needs a WORKDIR", checkRelativeDestination),
    DL("DL3048", Info, "Label keys should be well formed", checkLabelKey),
    DL("DL3049", Info, "Labels of the schema should be there", checkLabelMissing),
    DL("DL3050", Info, "There should be no labels beside those of the schema", checkLabelSuperfluous),
    DL("DL3051", Warning, "Labels of the schema should not be empty", checkLabelEmpty),
    DL("DL3052", Warning, "A label that is to be a URL should be one", checkLabelUrl),
    DL("DL3053", Warning, "A label that is to be a time should be one as in RFC 3339", checkLabelTime),
    DL("DL3054", Warning, "A label that is to be a licence should be an SPDX identifier", checkLabelLicense),
    DL("DL3055", Warning, "A label that is to be a Git commit should be a hash", checkLabelCommit),
    DL("DL3056", Warning, "A label that is to be a version should be a semantic version", checkLabelVersion),
    DL("DL3057", Info, "Every stage should have a HEALTHCHECK", checkHasHealthcheck, "", true),
    DL("DL3058", Warning, "A label that is to be an email address should be one", checkLabelEmail),
    DL("DL3061", Error, "A Dockerfile should begin with FROM or ARG", checkFirstInstruction),
    DL("DL3063", Warning, "Stages should not have a reserved name", checkReservedStage, "ReservedStageName"),
    DL("DL3064", Warning, "Secrets should not be in ARG or ENV", checkSecretNames, "SecretsUsedInArgOrEnv"),
    DL("DL3065", Warning, "$TARGETPLATFORM is what FROM builds for anyway", checkDefaultPlatform,
        "RedundantTargetPlatform"),
    DL("DL3066", Info, "USER should be a number", checkNumericUser),
    DL("DL3067", Warning, "COPY should not take all of another stage", checkWholeFileSystem),
    DL("DL4000", Error, "MAINTAINER is deprecated", checkNoMaintainer, "MaintainerDeprecated"),
    DL("DL4003", Warning, "A stage should have one CMD", checkOneCommand, "MultipleInstructionsDisallowed"),
    DL("DL4004", Error, "A stage should have one ENTRYPOINT", checkOneEntrypoint, "MultipleInstructionsDisallowed"),
};

#undef DL

} // namespace

std::span<const Rule> hadolintInstructionRules()
{
    return instructionTable;
}

std::string_view withoutQuotes(std::string_view text)
{
    constexpr std::string_view quotes = "\"'";
    const std::size_t begin = std::min(text.find_first_not_of(quotes), text.size());
    text.remove_prefix(begin);
    return text.substr(0, text.find_last_not_of(quotes) + 1);
}

Range partOf(const LintContext& context, const Word& word, std::size_t begin, std::size_t end)
{
    if (context.file().document.source.slice(word.range) != word.text)
        return word.range;
    return {word.range.begin + static_cast<std::uint32_t>(begin), word.range.begin + static_cast<std::uint32_t>(end)};
}

void reportIn(LintContext& context, const RuleInfo& rule, const Statement& statement, Range words, std::string message,
    std::optional<Fix> fix)
{
    Range range = words;
    if (context.file().document.source.lineOf(words.begin) != statement.firstLine)
        range.begin = statement.keyword.range.begin;
    context.reportAt(rule, range, words, std::move(message), std::move(fix));
}

bool isArchiveName(std::string_view path)
{
    static constexpr std::array<std::string_view, 15> endings {".tar", ".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".tb2",
        ".xz", ".txz", ".lzma", ".tlz", ".lz", ".tpz", ".Z", ".tZ"};
    path = withoutQuotes(path);
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
}

} // namespace darsena::dockerfile::lint_detail
