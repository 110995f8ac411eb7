// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint/context.h"

namespace darsena::dockerfile::lint_detail {

// The DL rules on the commands of RUN, by file. Internal to lint/hadolint.

// pinned_packages.cpp
void checkPinnedApt(LintContext& context, const RuleInfo& rule); // DL3008
void checkPinnedPip(LintContext& context, const RuleInfo& rule); // DL3013
void checkPinnedNpm(LintContext& context, const RuleInfo& rule); // DL3016
void checkPinnedApk(LintContext& context, const RuleInfo& rule); // DL3018
void checkPinnedGem(LintContext& context, const RuleInfo& rule); // DL3028
void checkPinnedYum(LintContext& context, const RuleInfo& rule); // DL3033
void checkPinnedZypper(LintContext& context, const RuleInfo& rule); // DL3037
void checkPinnedDnf(LintContext& context, const RuleInfo& rule); // DL3041
void checkPinnedGo(LintContext& context, const RuleInfo& rule); // DL3062
// package_options.cpp
void checkAptYes(LintContext& context, const RuleInfo& rule); // DL3014
void checkRecommends(LintContext& context, const RuleInfo& rule); // DL3015
void checkApkCache(LintContext& context, const RuleInfo& rule); // DL3019
void checkAptForScripts(LintContext& context, const RuleInfo& rule); // DL3027
void checkYumYes(LintContext& context, const RuleInfo& rule); // DL3030
void checkZypperYes(LintContext& context, const RuleInfo& rule); // DL3034
void checkDistUpgrade(LintContext& context, const RuleInfo& rule); // DL3035
void checkDnfYes(LintContext& context, const RuleInfo& rule); // DL3038
void checkPipCache(LintContext& context, const RuleInfo& rule); // DL3042
// clean_up.cpp
void checkAptLists(LintContext& context, const RuleInfo& rule); // DL3009
void checkYumClean(LintContext& context, const RuleInfo& rule); // DL3032
void checkZypperClean(LintContext& context, const RuleInfo& rule); // DL3036
void checkDnfClean(LintContext& context, const RuleInfo& rule); // DL3040
void checkYarnClean(LintContext& context, const RuleInfo& rule); // DL3060
// programs.cpp
void checkPointlessCommands(LintContext& context, const RuleInfo& rule); // DL3001
void checkChangedFolder(LintContext& context, const RuleInfo& rule); // DL3003
void checkSudo(LintContext& context, const RuleInfo& rule); // DL3004
void checkUserLog(LintContext& context, const RuleInfo& rule); // DL3046
void checkWgetProgress(LintContext& context, const RuleInfo& rule); // DL3047
void checkTwoDownloaders(LintContext& context, const RuleInfo& rule); // DL4001
void checkLinkedShell(LintContext& context, const RuleInfo& rule); // DL4005
// consecutive_runs.cpp
void checkConsecutiveRuns(LintContext& context, const RuleInfo& rule); // DL3059
// pipefail.cpp
void checkPipefail(LintContext& context, const RuleInfo& rule); // DL4006

} // namespace darsena::dockerfile::lint_detail
