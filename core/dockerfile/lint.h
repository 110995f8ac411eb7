// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/ignore.h"
#include "core/dockerfile/instructions.h"
#include "core/dockerfile/lint_config.h"
#include "core/dockerfile/stages.h"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace darsena::dockerfile {

struct TextEdit {
    Range range;
    std::string replacement;
};

/// Edits of one file that do not overlap, in order of place, to be applied together.
struct Fix {
    std::string description; ///< in the imperative: "Write build"
    std::vector<TextEdit> edits;
    /// The builder does the same before and after; false: what is built changes in the way that the rule asks for.
    bool sameMeaning = true;
};

/// Something to tell the author. `begin` and `end` are `range` as line and column, 1-based; the end is behind the last
/// character.
struct Finding {
    std::string rule; ///< "StageNameCasing"; "BuildError" = the builder refuses it
    Severity severity = Severity::Warning;
    Range range;
    Position begin;
    Position end;
    std::string message; ///< a sentence
    std::string url; ///< a page about the rule; empty for BuildError
    std::optional<Fix> fix;
    /// What to underline: the words in question, where `range` begins at the front of an instruction that runs over
    /// several lines. Within `range`; the same as it otherwise.
    Range words {};
};

/// The name of the rule that every refusal of the builder has.
inline constexpr std::string_view buildErrorRule = "BuildError";

/// Whose rule it is.
enum class RuleFamily { BuildKit, Hadolint, ShellCheck, Darsena };

struct LintOptions {
    StageOptions stages {}; ///< without a target every stage is looked at, with one those it needs
    std::set<std::string, std::less<>> ignoredRules; ///< on top of "# check=skip=…" in the file
    std::optional<IgnoreRules> contextIgnore {}; ///< .dockerignore; without it CopyIgnoredFile is silent
    /// The environment of images that are known, names only, by the reference that FROM gives. Of other images it is
    /// assumed that they set what images commonly set (PATH, JAVA_HOME, …).
    std::map<std::string, std::vector<std::string>, std::less<>> imageVariables {};
    /// The platform ("linux/arm64") that the engine's copy of an image has, by the reference that FROM gives; for
    /// InvalidBaseImagePlatform, which says nothing of other images.
    std::map<std::string, std::string, std::less<>> imagePlatforms {};
    LintConfig config {}; ///< .hadolint.yaml
    /// What shellcheck itself found (shell/shellcheck.h): then our own rules of that family are silent.
    std::optional<std::vector<Finding>> shellCheck {};
    std::set<RuleFamily> families {RuleFamily::BuildKit, RuleFamily::Hadolint, RuleFamily::ShellCheck, RuleFamily::Darsena};
};

/// What the builder refuses, and what these find: BuildKit's build checks (frontend/dockerfile/linter) with its sentences
/// and lines, hadolint's DL rules under their codes, ShellCheck's in RUN, and our own. A finding's line is the one that BuildKit gives: the
/// instruction's first, except where BuildKit says otherwise; its range reaches to the words in question.
/// Ordered by place. In-process, pure, any thread; 200 lines take a few milliseconds at most.
std::vector<Finding> lint(const Dockerfile& file, const LintOptions& options = {});

/// Only what the builder refuses: those findings of lint() that have buildErrorRule, for a builder, which asks this before
/// anything else. Without a target the builder builds the last stage; here it means every stage, as for lint().
std::vector<Finding> refusals(const Dockerfile& file, const StageOptions& stages);

/// What a rule is, for lists, settings and help.
struct RuleInfo {
    std::string_view name;
    Severity severity;
    std::string_view description;
    std::string_view url;
    RuleFamily family = RuleFamily::BuildKit;
    /// A rule of another family that finds the same: where both fire on a line, an editor shows one. Empty = none.
    std::string_view sameAs {};
    bool off = false; ///< silent unless the configuration gives it a severity
};
std::vector<RuleInfo> lintRules();

/// The text with a fix applied.
std::string applyFix(std::string_view text, const Fix& fix);

} // namespace darsena::dockerfile
