// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/environment.h"
#include "core/dockerfile/lint.h"
#include "core/dockerfile/lint/check_directive.h"
#include "core/dockerfile/shell/scripts.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::lint_detail {

// What rules work with. Internal to core/dockerfile.

struct RunIndex; ///< hadolint/commands.h

/// A variable that a word uses although nothing sets or declares it.
struct UndefinedUse {
    std::string name;
    Range range; ///< in the file
    std::string suggestion; ///< a variable that may be meant, or empty
};

/// A word that the builder expands, expanded.
struct EvaluatedWord {
    const Word* word = nullptr;
    Result<Expansion> expansion;
    /// It uses variables that nothing here sets and that an unknown base image may set: what comes out is not known.
    bool uncertain = false;
    std::vector<std::string> list; ///< where the builder splits the result into words: EXPOSE
};

/// An instruction with its words expanded in the environment of its place.
struct EvaluatedInstruction {
    const Stage* stage = nullptr;
    const Instruction* instruction = nullptr;
    std::vector<EvaluatedWord> words;
    std::vector<UndefinedUse> undefined;
    std::vector<Problem> problems; ///< expansions that fail, in what is not in `words`
    std::optional<std::string> workdir {}; ///< where it works, if that is known; not free of "." and ".."
    /// An ONBUILD trigger of the base stage, and where to speak of it: the name behind FROM. Its own ranges mean nothing.
    std::optional<Range> triggeredAt {};

    /// The result of a word of the instruction; nullptr if it is not expanded, did not expand, or is uncertain.
    const std::string* textOf(const Word& word) const;
};

struct ShellFact;

class LintContext {
public:
    enum class Depth {
        Everything,
        Refusals, ///< variables that nothing sets are not looked for: EvaluatedInstruction::undefined stays empty
    };
    LintContext(const Dockerfile& file, const LintOptions& options, Depth depth = Depth::Everything);

    const Dockerfile& file() const { return m_file; }
    const LintOptions& options() const { return m_options; }
    const StageGraph& graph() const { return m_graph; }
    const GlobalScope& global() const { return m_global; }
    const CheckDirective& directive() const { return m_directive; }
    char escape() const { return m_file.document.escape; }
    const Statement& statementOf(const Instruction& instruction) const
    {
        return m_file.document.statements[instruction.statement];
    }
    /// The instruction's name as written.
    const std::string& keywordOf(const Instruction& instruction) const { return statementOf(instruction).keyword.text; }

    /// Whether the builder gets to a stage: the target needs it, or no target is given.
    bool isBuilt(const Stage& stage) const;
    /// The instructions of the stages that are built.
    const std::vector<EvaluatedInstruction>& evaluated() const { return m_evaluated; }
    /// The ONBUILD triggers that stages run which are FROM another stage of the file.
    const std::vector<EvaluatedInstruction>& triggered() const { return m_triggered; }

    /// The shell code of the whole file, read at the first call.
    const std::vector<shell::EmbeddedScript>& scripts() const;
    /// What ShellCheck would say, found at the first call; lint/shellcheck/facts.h.
    const std::vector<ShellFact>& shellFacts() const;
    /// The commands of RUN in the stages that are built, put in order at the first call. In hadolint/commands.cpp.
    const RunIndex& runs() const;

    /// Reports something about some words of an instruction. The range begins on the instruction's first line.
    void report(const RuleInfo& rule, const Instruction& instruction, Range words, std::string message,
        std::optional<Fix> fix = {});
    /// Reports something at a place of its own.
    void reportAt(const RuleInfo& rule, Range range, std::string message, std::optional<Fix> fix = {});
    /// As above; `words` within the range are what to underline.
    void reportAt(const RuleInfo& rule, Range range, Range words, std::string message, std::optional<Fix> fix);

    const std::vector<Finding>& findings() const { return m_findings; }
    /// Takes out those that `condition` holds for, from an index on.
    template <typename Condition> void removeFindings(std::size_t from, const Condition& condition)
    {
        const auto first = m_findings.begin() + static_cast<std::ptrdiff_t>(from);
        m_findings.erase(std::remove_if(first, m_findings.end(), condition), m_findings.end());
    }
    std::vector<Finding> takeFindings() { return std::move(m_findings); }

private:
    /// SourceText::position(), quick where places come in order: a line may be long and hold thousands of findings.
    Position positionOf(std::uint32_t offset);
    void evaluate();
    void evaluateStage(const Stage& stage, StageScope& scope);
    void evaluateTriggers(const Stage& stage, StageScope& scope);
    void followWorkdir(const EvaluatedInstruction& entry);
    void checkMounts(EvaluatedInstruction& result, const StageScope& scope) const;
    EvaluatedInstruction evaluateInstruction(
        const Stage& stage, const Instruction& instruction, const StageScope& scope) const;
    void addUses(
        EvaluatedInstruction& result, const Expansion& expansion, const Word& word, const StageScope& scope) const;
    bool hasUnknownBase(const Stage& stage) const;
    EvaluatedWord evaluateWord(const Stage& stage, const Word& word, const StageScope& scope) const;
    bool dependsOnBase(const Stage& stage, const StageScope& scope, std::string_view text) const;
    std::string suggestionFor(std::string_view name, const StageScope& scope) const;

    const Dockerfile& m_file;
    const LintOptions& m_options;
    const Depth m_depth;
    StageGraph m_graph;
    GlobalScope m_global;
    CheckDirective m_directive;
    std::vector<EvaluatedInstruction> m_evaluated;
    std::vector<EvaluatedInstruction> m_triggered;
    std::deque<Instruction> m_triggers; ///< that m_triggered points to
    std::vector<std::optional<std::string>> m_workdirs; ///< by stage, as far as evaluated; nullopt: not known
    mutable std::optional<std::vector<shell::EmbeddedScript>> m_scripts;
    mutable std::shared_ptr<const std::vector<ShellFact>> m_shellFacts;
    mutable std::shared_ptr<const RunIndex> m_runs;
    std::vector<Finding> m_findings;
    std::uint32_t m_lastOffset = 0; ///< the last place asked for, and what it is
    Position m_lastPosition;
};

/// A rule: what it is, and what finds it.
struct Rule {
    RuleInfo info;
    void (*check)(LintContext& context, const RuleInfo& rule);
    bool experimental = false; ///< silent unless "# check=experimental=" names it
};
/// All rules, those of BuildKit first.
std::span<const Rule> allRules();
// The tables, a family each: rules.cpp, hadolint/table.cpp, shellcheck/table.cpp, darsena/table.cpp.
std::span<const Rule> buildKitRules();
std::span<const Rule> hadolintRules();
std::span<const Rule> shellCheckRules();
std::span<const Rule> darsenaRules();

// By file: build_errors.cpp
void checkBuildErrors(LintContext& context, const RuleInfo& rule);
// casing.cpp
void checkStageNameCasing(LintContext& context, const RuleInfo& rule);
void checkFromAsCasing(LintContext& context, const RuleInfo& rule);
void checkInstructionCasing(LintContext& context, const RuleInfo& rule);
// stage_names.cpp
void checkDuplicateStageName(LintContext& context, const RuleInfo& rule);
void checkReservedStageName(LintContext& context, const RuleInfo& rule);
// from.cpp
void checkUndefinedArgInFrom(LintContext& context, const RuleInfo& rule);
void checkInvalidDefaultArgInFrom(LintContext& context, const RuleInfo& rule);
void checkRedundantTargetPlatform(LintContext& context, const RuleInfo& rule);
void checkConstantPlatform(LintContext& context, const RuleInfo& rule);
void checkBaseImagePlatform(LintContext& context, const RuleInfo& rule);
// commands.cpp
void checkJsonArgs(LintContext& context, const RuleInfo& rule);
void checkMaintainer(LintContext& context, const RuleInfo& rule);
void checkRelativeWorkdir(LintContext& context, const RuleInfo& rule);
void checkMultipleInstructions(LintContext& context, const RuleInfo& rule);
void checkLegacyKeyValue(LintContext& context, const RuleInfo& rule);
// variables.cpp
void checkUndefinedVar(LintContext& context, const RuleInfo& rule);
void checkSecrets(LintContext& context, const RuleInfo& rule);
// expose.cpp
void checkExposeProtocolCasing(LintContext& context, const RuleInfo& rule);
void checkExposeFormat(LintContext& context, const RuleInfo& rule);
// copy.cpp
void checkCopyIgnoredFile(LintContext& context, const RuleInfo& rule);
// comments.cpp
void checkEmptyContinuation(LintContext& context, const RuleInfo& rule);
void checkDefinitionDescription(LintContext& context, const RuleInfo& rule);

} // namespace darsena::dockerfile::lint_detail
