// SPDX-License-Identifier: GPL-3.0-or-later
// The table of the DL rules that look at the commands in RUN.
#include "core/dockerfile/lint/hadolint/run_rules.h"

#include "core/dockerfile/lint/hadolint/table.h"

#include <array>

namespace darsena::dockerfile::lint_detail {

namespace {

#define DL_RUN(code, level, text, check)                                                                               \
    Rule                                                                                                               \
    {                                                                                                                  \
        {.name = code,                                                                                                 \
            .severity = Severity::level,                                                                               \
            .description = text,                                                                                       \
            .url = HADOLINT_URL(code),                                                                                 \
            .family = RuleFamily::Hadolint},                                                                           \
            check                                                                                                      \
    }

constexpr std::array runTable {
    DL_RUN("DL3001", Info, "Some commands make no sense in a build", checkPointlessCommands),
    DL_RUN("DL3003", Warning, "WORKDIR should set the folder, not cd", checkChangedFolder),
    DL_RUN("DL3004", Error, "sudo should not be used", checkSudo),
    DL_RUN("DL3008", Warning, "apt-get should install versions that are named", checkPinnedApt),
    DL_RUN("DL3009", Info, "The package lists of apt should be removed", checkAptLists),
    DL_RUN("DL3013", Warning, "pip should install versions that are named", checkPinnedPip),
    DL_RUN("DL3014", Warning, "apt-get install should not ask: -y", checkAptYes),
    DL_RUN("DL3015", Info, "apt-get should install no recommended packages", checkRecommends),
    DL_RUN("DL3016", Warning, "npm should install versions that are named", checkPinnedNpm),
    DL_RUN("DL3018", Warning, "apk should install versions that are named", checkPinnedApk),
    DL_RUN("DL3019", Info, "apk add should keep no cache: --no-cache", checkApkCache),
    DL_RUN("DL3027", Warning, "Scripts should use apt-get, not apt", checkAptForScripts),
    DL_RUN("DL3028", Warning, "gem should install versions that are named", checkPinnedGem),
    DL_RUN("DL3030", Warning, "yum install should not ask: -y", checkYumYes),
    DL_RUN("DL3032", Warning, "The cache of yum should be removed", checkYumClean),
    DL_RUN("DL3033", Warning, "yum should install versions that are named", checkPinnedYum),
    DL_RUN("DL3034", Warning, "zypper install should not ask: -y", checkZypperYes),
    DL_RUN("DL3035", Warning, "zypper dist-upgrade should not be used", checkDistUpgrade),
    DL_RUN("DL3036", Warning, "The cache of zypper should be removed", checkZypperClean),
    DL_RUN("DL3037", Warning, "zypper should install versions that are named", checkPinnedZypper),
    DL_RUN("DL3038", Warning, "dnf install should not ask: -y", checkDnfYes),
    DL_RUN("DL3040", Warning, "The cache of dnf should be removed", checkDnfClean),
    DL_RUN("DL3041", Warning, "dnf should install versions that are named", checkPinnedDnf),
    DL_RUN("DL3042", Warning, "pip should keep no cache: --no-cache-dir", checkPipCache),
    DL_RUN("DL3046", Warning, "useradd with a high number needs -l", checkUserLog),
    DL_RUN("DL3047", Info, "wget should not fill the log with its progress", checkWgetProgress),
    DL_RUN("DL3059", Info, "RUN instructions that follow each other can be one", checkConsecutiveRuns),
    DL_RUN("DL3060", Info, "The cache of yarn should be removed", checkYarnClean),
    DL_RUN("DL3062", Warning, "go should install versions that are named", checkPinnedGo),
    DL_RUN("DL4001", Warning, "A stage should use wget or curl, not both", checkTwoDownloaders),
    DL_RUN("DL4005", Warning, "SHELL should set the shell, not a link", checkLinkedShell),
    DL_RUN("DL4006", Warning, "A pipe needs pipefail", checkPipefail),
};

#undef DL_RUN

} // namespace

std::span<const Rule> hadolintRunRules()
{
    return runTable;
}

} // namespace darsena::dockerfile::lint_detail
