// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/context.h"

#include <array>

namespace darsena::dockerfile::lint_detail {

namespace {

#define RULE_URL(page) "https://docs.docker.com/go/dockerfile/rule/" page "/"

constexpr std::array rules {
    Rule {{buildErrorRule, Severity::Error, "The builder refuses the file", ""}, checkBuildErrors},
    Rule {{"StageNameCasing", Severity::Warning, "Stage names should be lowercase", RULE_URL("stage-name-casing")},
        checkStageNameCasing},
    Rule {{"FromAsCasing", Severity::Warning, "The 'as' keyword should match the case of the 'from' keyword",
              RULE_URL("from-as-casing")},
        checkFromAsCasing},
    Rule {{"NoEmptyContinuation", Severity::Warning, "Empty continuation lines will become errors in a future release",
              RULE_URL("no-empty-continuation")},
        checkEmptyContinuation},
    Rule {{"ConsistentInstructionCasing", Severity::Warning,
              "All commands within the Dockerfile should use the same casing (either upper or lower)",
              RULE_URL("consistent-instruction-casing")},
        checkInstructionCasing},
    Rule {{"DuplicateStageName", Severity::Warning, "Stage names should be unique", RULE_URL("duplicate-stage-name")},
        checkDuplicateStageName},
    Rule {{"ReservedStageName", Severity::Warning, "Reserved words should not be used as stage names",
              RULE_URL("reserved-stage-name")},
        checkReservedStageName},
    Rule {{"JSONArgsRecommended", Severity::Warning,
              "JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals",
              RULE_URL("json-args-recommended")},
        checkJsonArgs},
    Rule {{"MaintainerDeprecated", Severity::Warning,
              "The MAINTAINER instruction is deprecated, use a label instead to define an image author",
              RULE_URL("maintainer-deprecated")},
        checkMaintainer},
    Rule {{"UndefinedArgInFrom", Severity::Warning, "FROM command must use declared ARGs",
              RULE_URL("undefined-arg-in-from")},
        checkUndefinedArgInFrom},
    Rule {{"WorkdirRelativePath", Severity::Warning,
              "Relative workdir without an absolute workdir declared within the build can have unexpected results if "
              "the base image changes",
              RULE_URL("workdir-relative-path")},
        checkRelativeWorkdir},
    Rule {
        {"UndefinedVar", Severity::Warning, "Variables should be defined before their use", RULE_URL("undefined-var")},
        checkUndefinedVar},
    Rule {{"MultipleInstructionsDisallowed", Severity::Warning,
              "Multiple instructions of the same type should not be used in the same stage",
              RULE_URL("multiple-instructions-disallowed")},
        checkMultipleInstructions},
    Rule {{"LegacyKeyValueFormat", Severity::Warning,
              "Legacy key/value format with whitespace separator should not be used",
              RULE_URL("legacy-key-value-format")},
        checkLegacyKeyValue},
    // BuildKit has no page about it.
    Rule {{"InvalidBaseImagePlatform", Severity::Warning, "Base image platform does not match expected target platform",
              ""},
        checkBaseImagePlatform},
    Rule {{"RedundantTargetPlatform", Severity::Warning,
              "Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior",
              RULE_URL("redundant-target-platform")},
        checkRedundantTargetPlatform},
    Rule {{"SecretsUsedInArgOrEnv", Severity::Warning, "Sensitive data should not be used in the ARG or ENV commands",
              RULE_URL("secrets-used-in-arg-or-env")},
        checkSecrets},
    Rule {{"InvalidDefaultArgInFrom", Severity::Warning,
              "Default value for global ARG results in an empty or invalid base image name",
              RULE_URL("invalid-default-arg-in-from")},
        checkInvalidDefaultArgInFrom},
    Rule {{"FromPlatformFlagConstDisallowed", Severity::Warning, "FROM --platform flag should not use a constant value",
              RULE_URL("from-platform-flag-const-disallowed")},
        checkConstantPlatform},
    Rule {{"CopyIgnoredFile", Severity::Warning, "Attempting to Copy file that is excluded by .dockerignore",
              RULE_URL("copy-ignored-file")},
        checkCopyIgnoredFile},
    Rule {{"InvalidDefinitionDescription", Severity::Warning,
              "Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. If "
              "this is not intended to be a description comment, add an empty line or comment between the instruction "
              "and the comment.",
              RULE_URL("invalid-definition-description")},
        checkDefinitionDescription, true},
    Rule {{"ExposeProtoCasing", Severity::Warning, "Protocol in EXPOSE instruction should be lowercase",
              RULE_URL("expose-proto-casing")},
        checkExposeProtocolCasing},
    Rule {{"ExposeInvalidFormat", Severity::Warning,
              "IP address and host-port mapping should not be used in EXPOSE instruction. This will become an error in "
              "a future release",
              RULE_URL("expose-invalid-format")},
        checkExposeFormat},
};

} // namespace

std::span<const Rule> buildKitRules()
{
    return rules;
}

std::span<const Rule> allRules()
{
    static const std::vector<Rule> all = [] {
        std::vector<Rule> joined;
        for (const auto family : {buildKitRules(), hadolintRules(), shellCheckRules(), darsenaRules()})
            joined.insert(joined.end(), family.begin(), family.end());
        return joined;
    }();
    return all;
}

} // namespace darsena::dockerfile::lint_detail
