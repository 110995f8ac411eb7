// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/context.h"
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

bool isSecretName(std::string_view name)
{
    static constexpr std::array secretWords {"apikey"sv, "auth"sv, "credential"sv, "credentials"sv, "key"sv,
        "password"sv, "pword"sv, "passwd"sv, "secret"sv, "token"sv};
    static constexpr std::array harmlessWords {"public"sv, "file"sv, "version"sv};
    return hasWord(name, secretWords) && !hasWord(name, harmlessWords);
}

} // namespace

void checkUndefinedVar(LintContext& context, const RuleInfo& rule)
{
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        for (const UndefinedUse& use : entry.undefined) {
            std::string message = fmt::format("Usage of undefined variable '${}'", use.name);
            if (!use.suggestion.empty())
                message += fmt::format(" (did you mean ${}?)", use.suggestion);
            context.report(rule, *entry.instruction, use.range, std::move(message));
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
