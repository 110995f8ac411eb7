// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/ignore.h"
#include "core/dockerfile/instructions.h"
#include "core/dockerfile/stages.h"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace darsena::dockerfile {

enum class Severity { Error, Warning, Info };
/// "error", "warning", "info".
std::string_view severityName(Severity severity);

struct TextEdit {
    Range range;
    std::string replacement;
};

/// Edits of one file that do not overlap, to be applied together.
struct Fix {
    std::string description;
    std::vector<TextEdit> edits;
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
};

/// The name of the rule that every refusal of the builder has.
inline constexpr std::string_view buildErrorRule = "BuildError";

struct LintOptions {
    StageOptions stages {}; ///< without a target every stage is looked at, with one those it needs
    std::set<std::string, std::less<>> ignoredRules; ///< on top of "# check=skip=…" in the file
    std::optional<IgnoreRules> contextIgnore {}; ///< .dockerignore; without it CopyIgnoredFile is silent
    /// The environment of images that are known, names only, by the reference that FROM gives. Of other images it is
    /// assumed that they set what images commonly set (PATH, JAVA_HOME, …).
    std::map<std::string, std::vector<std::string>, std::less<>> imageVariables {};
};

/// BuildKit's build checks (frontend/dockerfile/linter) with its sentences and lines, and what the builder refuses.
/// InvalidBaseImagePlatform is not among them: it needs the image. A finding's line is the one that BuildKit gives: the
/// instruction's first, except where BuildKit says otherwise; its range reaches to the words in question.
/// Ordered by place. In-process, pure, any thread; 200 lines take a few milliseconds at most.
std::vector<Finding> lint(const Dockerfile& file, const LintOptions& options = {});

/// What a rule is, for lists, settings and help.
struct RuleInfo {
    std::string_view name;
    Severity severity;
    std::string_view description;
    std::string_view url;
};
std::vector<RuleInfo> lintRules();

/// The text with a fix applied.
std::string applyFix(std::string_view text, const Fix& fix);

} // namespace darsena::dockerfile
