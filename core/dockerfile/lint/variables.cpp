// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

using namespace std::string_view_literals;

/// Whether one of the words stands in a name between '_' or its ends; case does not count.
bool hasWord(std::string_view name, std::span<const std::string_view> words)
{
    const std::string text = lower(name);
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('_', begin), text.size());
        const std::string_view part = std::string_view(text).substr(begin, end - begin);
        if (std::find(words.begin(), words.end(), part) != words.end())
            return true;
        begin = end + 1;
    }
    return false;
}

bool isAsciiLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isSecretName(std::string_view name)
{
    static constexpr std::array secretWords {"apikey"sv, "auth"sv, "credential"sv, "credentials"sv, "key"sv,
        "password"sv, "pword"sv, "passwd"sv, "secret"sv, "token"sv};
    static constexpr std::array harmlessWords {"public"sv, "file"sv, "version"sv};
    return hasWord(name, secretWords) && !hasWord(name, harmlessWords);
}

/// The variable that is meant, or a declaration, so that a build argument can set it.
std::optional<Fix> fixUndefined(const LintContext& context, const Instruction& instruction, const UndefinedUse& use)
{
    const SourceText& source = context.file().document.source;
    if (!use.suggestion.empty()) {
        const auto name = nameInUse(source, use.range, use.name);
        if (!name)
            return std::nullopt;
        return Fix {.description = fmt::format("Write ${}", use.suggestion),
            .edits = {{.range = *name, .replacement = use.suggestion}},
            .sameMeaning = false};
    }
    // "$1" and "$@" are read as names here, and can be none.
    if (use.name.empty() || !(use.name.front() == '_' || isAsciiLetter(use.name.front())))
        return std::nullopt;
    const bool isLower = context.keywordOf(instruction) == lower(context.keywordOf(instruction));
    const std::string line = fmt::format("{} {}", isLower ? "arg" : "ARG", use.name);
    return Fix {.description = fmt::format("Declare ARG {}", use.name),
        .edits = {insertLineBefore(source, context.statementOf(instruction), line)},
        .sameMeaning = false};
}

} // namespace

void checkUndefinedVar(LintContext& context, const RuleInfo& rule)
{
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        for (const UndefinedUse& use : entry.undefined) {
            std::string message = fmt::format("Usage of undefined variable '${}'", use.name);
            if (!use.suggestion.empty())
                message += fmt::format(" (did you mean ${}?)", use.suggestion);
            context.report(rule, *entry.instruction, use.range, std::move(message),
                fixUndefined(context, *entry.instruction, use));
        }
    }
}

void checkSecrets(LintContext& context, const RuleInfo& rule)
{
    const auto report = [&](const Instruction& instruction, std::string_view name, Range range) {
        if (isSecretName(name))
            context.report(rule, instruction, range,
                fmt::format(
                    "Do not use ARG or ENV instructions for sensitive data ({} {})", instruction.name, goQuoted(name)));
    };
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        if (const Arg* arg = entry.instruction->as<Arg>()) {
            for (const Arg::Variable& variable : arg->variables)
                report(*entry.instruction, variable.name, variable.word.range);
        } else if (const Env* env = entry.instruction->as<Env>()) {
            for (const KeyValue& pair : env->pairs) {
                if (const std::string* name = entry.textOf(pair.key))
                    report(*entry.instruction, *name, pair.key.range);
            }
        }
    }
}

} // namespace darsena::dockerfile::lint_detail
