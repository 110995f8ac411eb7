// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint/context.h"

#include <optional>
#include <string>
#include <string_view>

namespace darsena::dockerfile::lint_detail {

// What the DL rules on instructions share, and the rules by file. Internal to lint/hadolint.

/// Quotes at both ends taken off, as hadolint looks at words: it expands no variables.
std::string_view withoutQuotes(std::string_view text);

/// [begin, end) of a word's text in the file; the whole word where it does not stand there letter by letter.
Range partOf(const LintContext& context, const Word& word, std::size_t begin, std::size_t end);

/// Reports something about some words of a statement, which may be one that the builder refuses.
void reportIn(LintContext& context, const RuleInfo& rule, const Statement& statement, Range words, std::string message,
    std::optional<Fix> fix = {});

/// A file that tar or a decompressor unpacks, by its name.
bool isArchiveName(std::string_view path);

/// Visits the instructions of one kind in the stages that are built: visit(stage, instruction, body).
template <typename Body, typename Visitor> void forEach(const LintContext& context, const Visitor& visit)
{
    for (const Stage& stage : context.file().stages) {
        if (!context.isBuilt(stage))
            continue;
        for (const Instruction& instruction : stage.instructions) {
            if (const Body* body = instruction.as<Body>())
                visit(stage, instruction, *body);
        }
    }
}

// images.cpp
void checkUntaggedImage(LintContext& context, const RuleInfo& rule); // DL3006
void checkLatestTag(LintContext& context, const RuleInfo& rule); // DL3007
void checkTrustedRegistry(LintContext& context, const RuleInfo& rule); // DL3026
void checkFixedPlatform(LintContext& context, const RuleInfo& rule); // DL3029
void checkDefaultPlatform(LintContext& context, const RuleInfo& rule); // DL3065
// stage_order.cpp
void checkCopyFromUnknown(LintContext& context, const RuleInfo& rule); // DL3022
void checkCopyFromItself(LintContext& context, const RuleInfo& rule); // DL3023
void checkUniqueStages(LintContext& context, const RuleInfo& rule); // DL3024
void checkOnBuildTrigger(LintContext& context, const RuleInfo& rule); // DL3043
void checkFirstInstruction(LintContext& context, const RuleInfo& rule); // DL3061
void checkReservedStage(LintContext& context, const RuleInfo& rule); // DL3063
// copies.cpp
void checkAddOfFiles(LintContext& context, const RuleInfo& rule); // DL3020
void checkFolderDestination(LintContext& context, const RuleInfo& rule); // DL3021
void checkRelativeDestination(LintContext& context, const RuleInfo& rule); // DL3045
void checkWholeFileSystem(LintContext& context, const RuleInfo& rule); // DL3067
// unpacked_archives.cpp
void checkUnpackedArchive(LintContext& context, const RuleInfo& rule); // DL3010
// settings.cpp
void checkAbsoluteWorkdir(LintContext& context, const RuleInfo& rule); // DL3000
void checkLastUser(LintContext& context, const RuleInfo& rule); // DL3002
void checkPortNumbers(LintContext& context, const RuleInfo& rule); // DL3011
void checkSelfReference(LintContext& context, const RuleInfo& rule); // DL3044
void checkSecretNames(LintContext& context, const RuleInfo& rule); // DL3064
void checkNumericUser(LintContext& context, const RuleInfo& rule); // DL3066
// once_a_stage.cpp
void checkIgnorePragmas(LintContext& context, const RuleInfo& rule); // DL1001
void checkOneHealthcheck(LintContext& context, const RuleInfo& rule); // DL3012
void checkShellForm(LintContext& context, const RuleInfo& rule); // DL3025
void checkHasHealthcheck(LintContext& context, const RuleInfo& rule); // DL3057
void checkNoMaintainer(LintContext& context, const RuleInfo& rule); // DL4000
void checkOneCommand(LintContext& context, const RuleInfo& rule); // DL4003
void checkOneEntrypoint(LintContext& context, const RuleInfo& rule); // DL4004
// labels.cpp
void checkLabelKey(LintContext& context, const RuleInfo& rule); // DL3048
void checkLabelMissing(LintContext& context, const RuleInfo& rule); // DL3049
void checkLabelSuperfluous(LintContext& context, const RuleInfo& rule); // DL3050
void checkLabelEmpty(LintContext& context, const RuleInfo& rule); // DL3051
void checkLabelUrl(LintContext& context, const RuleInfo& rule); // DL3052
void checkLabelTime(LintContext& context, const RuleInfo& rule); // DL3053
void checkLabelLicense(LintContext& context, const RuleInfo& rule); // DL3054
void checkLabelCommit(LintContext& context, const RuleInfo& rule); // DL3055
void checkLabelVersion(LintContext& context, const RuleInfo& rule); // DL3056
void checkLabelEmail(LintContext& context, const RuleInfo& rule); // DL3058

} // namespace darsena::dockerfile::lint_detail
