// SPDX-License-Identifier: GPL-3.0-or-later
// DL rules on labels: their keys, and the schema that a configuration asks for.
#include "core/dockerfile/lint/command_fixes.h"
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/lint/hadolint/instruction_rules.h"
#include "core/dockerfile/lint/hadolint/label_values.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

/// A pair of LABEL, its words as the builder sees them; nullopt where what they come to is not known before the build.
struct LabelPair {
    const EvaluatedInstruction* entry = nullptr;
    const Instruction* instruction = nullptr;
    const Label* label = nullptr;
    const KeyValue* pair = nullptr;
    std::optional<std::string> key;
    std::optional<std::string> value;
};

/// The text of a word all of whose variables are set.
std::optional<std::string> knownText(const EvaluatedWord& word)
{
    if (!word.expansion || word.uncertain)
        return std::nullopt;
    const auto& uses = word.expansion->uses;
    const bool allSet = std::all_of(uses.begin(), uses.end(), [](const VariableUse& use) { return use.set; });
    return allSet ? std::optional(word.expansion->text) : std::nullopt;
}

template <typename Visitor> void forEachLabel(const LintContext& context, const Visitor& visit)
{
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        const Label* label = entry.instruction->as<Label>();
        if (label == nullptr)
            continue;
        // The words of a label come in order; to look each up from the front would make long labels slow.
        std::size_t at = 0;
        const auto next = [&](const Word& word) -> std::optional<std::string> {
            while (at < entry.words.size() && entry.words[at].word != &word)
                ++at;
            return at == entry.words.size() ? std::nullopt : knownText(entry.words[at]);
        };
        for (const KeyValue& pair : label->pairs) {
            LabelPair found {.entry = &entry,
                .instruction = entry.instruction,
                .label = label,
                .pair = &pair,
                .key = next(pair.key),
                .value = {}};
            found.value = next(pair.value);
            visit(found);
        }
    }
}

/// Checks the values of the labels that the schema wants to be of a type.
template <typename Condition, typename Mend>
void checkValues(LintContext& context, const RuleInfo& rule, LabelType type, std::string_view what,
    const Condition& isRight, const Mend& mend)
{
    const auto& schema = context.options().config.labelSchema;
    const bool isAsked
        = std::any_of(schema.begin(), schema.end(), [&](const auto& entry) { return entry.second == type; });
    if (!isAsked)
        return;
    forEachLabel(context, [&](const LabelPair& label) {
        const auto wanted = label.key ? schema.find(*label.key) : schema.end();
        if (wanted == schema.end() || wanted->second != type || !label.value || isRight(*label.value))
            return;
        const Word& word = label.pair->value;
        std::optional<Fix> fix;
        if (const std::string better = mend(*label.value); isRight(better)) {
            const std::size_t at = word.text.find(*label.value);
            const Range place
                = at == std::string::npos ? word.range : partOf(context, word, at, at + label.value->size());
            if (context.file().document.source.slice(place) == *label.value)
                fix = Fix {.description = fmt::format("Write {}", better),
                    .edits = {{.range = place, .replacement = better}},
                    .sameMeaning = false};
        }
        context.report(rule, *label.instruction, word.range,
            fmt::format("The label {} is to be {}, which {} is not", *label.key, what, *label.value), std::move(fix));
    });
}

std::string asIs(const std::string&)
{
    return {};
}

/// What is wrong with a label's key; empty if nothing is.
std::string faultOf(std::string_view key)
{
    const auto isLowerLetter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const auto isAllowed = [&](char c) {
        return isLowerLetter(c) || isDigit(c) || std::string_view(".-_/").find(c) != std::string_view::npos;
    };
    const std::string lowerKey = lower(key);
    if (key.empty() || !std::all_of(lowerKey.begin(), lowerKey.end(), isAllowed))
        return fmt::format("Label keys hold letters, digits and . - _ / only: {}", key);
    if (lowerKey != key)
        return fmt::format("Label keys are written in lower case: {}", key);
    if (!isLowerLetter(key.front()) || !(isLowerLetter(key.back()) || isDigit(key.back())))
        return fmt::format("A label key begins with a letter and ends with a letter or digit: {}", key);
    for (const std::string_view reserved : {"com.docker.", "io.docker.", "org.dockerproject."}) {
        if (key.starts_with(reserved))
            return fmt::format("Label keys that begin with {} are Docker's own: {}", reserved, key);
    }
    if (key.find("..") != std::string_view::npos || key.find("--") != std::string_view::npos)
        return fmt::format("One dot or dash is enough in a label key: {}", key);
    return {};
}

/// A variable in the word is neither set nor declared by anything.
bool usesUndefined(const LabelPair& label, const Word& word)
{
    return std::any_of(label.entry->undefined.begin(), label.entry->undefined.end(),
        [&](const UndefinedUse& use) { return word.range.contains(use.range.begin); });
}

/// The instruction without one of its pairs; nullopt if a comment would go with it.
std::optional<Fix> withoutPair(const LintContext& context, const LabelPair& label)
{
    const auto& pairs = label.label->pairs;
    const Document& document = context.file().document;
    const auto index = static_cast<std::size_t>(label.pair - pairs.data());
    Range removed {label.pair->key.range.begin, label.pair->value.range.end};
    if (pairs.size() == 1)
        removed = wholeLines(document.source, context.statementOf(*label.instruction));
    else if (index > 0)
        removed.begin = pairs[index - 1].value.range.end;
    else
        removed.end = pairs[1].key.range.begin;
    if (holdsComment(document, removed))
        return std::nullopt;
    return Fix {
        .description = "Remove the label", .edits = {{.range = removed, .replacement = ""}}, .sameMeaning = false};
}

} // namespace

void checkLabelKey(LintContext& context, const RuleInfo& rule)
{
    forEachLabel(context, [&](const LabelPair& label) {
        std::string fault = label.key               ? faultOf(*label.key)
            : usesUndefined(label, label.pair->key) ? faultOf(label.pair->key.text)
                                                    : std::string();
        if (fault.empty())
            return;
        const Word& word = label.pair->key;
        std::optional<Fix> fix;
        const std::string key = label.key.value_or(word.text);
        const std::string better = lower(key);
        const std::size_t at = word.text.find(key);
        if (better != key && faultOf(better).empty() && at != std::string::npos) {
            const Range place = partOf(context, word, at, at + better.size());
            if (context.file().document.source.slice(place) == key)
                fix = Fix {.description = fmt::format("Write {}", better),
                    .edits = {{.range = place, .replacement = better}},
                    .sameMeaning = false};
        }
        context.report(rule, *label.instruction, word.range, std::move(fault), std::move(fix));
    });
}

void checkLabelMissing(LintContext& context, const RuleInfo& rule)
{
    const auto& schema = context.options().config.labelSchema;
    if (schema.empty())
        return;
    const auto& stages = context.file().stages;
    // A stage that is only copied from leaves no labels behind.
    std::vector<char> isCopiedFrom(stages.size(), 0);
    for (const StageEdge& edge : context.graph().edges) {
        if (edge.stage() != nullptr && edge.kind != EdgeKind::From)
            isCopiedFrom[*edge.stage()] = 1;
    }
    std::vector<std::set<std::string_view>> labels(stages.size());
    for (const Stage& stage : stages) {
        if (const auto base = context.graph().stages[stage.index].baseStage)
            labels[stage.index] = labels[*base];
        for (const Instruction& instruction : stage.instructions) {
            const Label* label = instruction.as<Label>();
            for (const KeyValue& pair : label != nullptr ? label->pairs : std::vector<KeyValue>()) {
                const auto wanted = schema.find(withoutQuotes(pair.key.text));
                if (wanted != schema.end())
                    labels[stage.index].insert(wanted->first);
            }
        }
    }
    // What another stage is built upon may leave a label to that one.
    for (std::size_t i = stages.size(); i-- > 0;) {
        if (const auto base = context.graph().stages[i].baseStage)
            labels[*base].insert(labels[i].begin(), labels[i].end());
    }
    for (const Stage& stage : stages) {
        if (isCopiedFrom[stage.index] != 0 || !context.isBuilt(stage))
            continue;
        for (const auto& [name, type] : schema) {
            if (!labels[stage.index].contains(name))
                context.report(
                    rule, stage.from, lineOf(context, stage.from), fmt::format("The label {} is missing", name));
        }
    }
}

void checkLabelSuperfluous(LintContext& context, const RuleInfo& rule)
{
    const LintConfig& config = context.options().config;
    if (!config.strictLabels)
        return;
    forEachLabel(context, [&](const LabelPair& label) {
        if (label.key && !config.labelSchema.contains(*label.key))
            context.report(rule, *label.instruction, label.pair->key.range,
                fmt::format("The label {} is not one of the schema", *label.key), withoutPair(context, label));
    });
}

void checkLabelEmpty(LintContext& context, const RuleInfo& rule)
{
    const auto& schema = context.options().config.labelSchema;
    if (schema.empty())
        return;
    forEachLabel(context, [&](const LabelPair& label) {
        if (label.key && schema.contains(*label.key) && withoutQuotes(label.pair->value.text).empty())
            context.report(rule, *label.instruction, {label.pair->key.range.begin, label.pair->value.range.end},
                fmt::format("The label {} is empty", *label.key));
    });
}

void checkLabelUrl(LintContext& context, const RuleInfo& rule)
{
    checkValues(context, rule, LabelType::Url, "a URL", isUri, asIs);
}

void checkLabelTime(LintContext& context, const RuleInfo& rule)
{
    checkValues(context, rule, LabelType::Rfc3339, "a time as in RFC 3339", isRfc3339, asIs);
}

void checkLabelLicense(LintContext& context, const RuleInfo& rule)
{
    checkValues(context, rule, LabelType::Spdx, "an SPDX licence identifier", isSpdxLicense,
        [](const std::string& value) { return std::string(spdxLicenseLike(value)); });
}

void checkLabelCommit(LintContext& context, const RuleInfo& rule)
{
    checkValues(context, rule, LabelType::Hash, "the hash of a Git commit", isGitHash,
        [](const std::string& value) { return lower(value); });
}

void checkLabelVersion(LintContext& context, const RuleInfo& rule)
{
    checkValues(context, rule, LabelType::Semver, "a semantic version", isSemanticVersion,
        [](const std::string& value) { return value.starts_with('v') ? value.substr(1) : std::string(); });
}

void checkLabelEmail(LintContext& context, const RuleInfo& rule)
{
    checkValues(context, rule, LabelType::Email, "an email address", isEmailAddress, asIs);
}

} // namespace darsena::dockerfile::lint_detail
