// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/text.h"
#include "core/dockerfile/values.h"

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

template <typename Visit> void forEachPort(const LintContext& context, Visit visit)
{
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        if (entry.instruction->as<Expose>() == nullptr)
            continue;
        for (const EvaluatedWord& word : entry.words) {
            for (const std::string& text : word.list) {
                if (const auto port = parseExposedPort(text))
                    visit(*entry.instruction, *word.word, text, *port);
            }
        }
    }
}

} // namespace

void checkExposeProtocolCasing(LintContext& context, const RuleInfo& rule)
{
    forEachPort(context,
        [&](const Instruction& instruction, const Word& word, const std::string& text, const ExposedPort& port) {
            if (port.protocol == lower(port.protocol))
                return;
            std::optional<Fix> fix;
            if (word.text == text)
                fix = Fix {.description = "Write the protocol in lower case",
                    .edits = {{.range = word.range, .replacement = lower(text)}}};
            context.report(rule, instruction, word.range,
                fmt::format("Defined protocol '{}' in EXPOSE instruction should be lowercase", text), std::move(fix));
        });
}

void checkExposeFormat(LintContext& context, const RuleInfo& rule)
{
    forEachPort(context,
        [&](const Instruction& instruction, const Word& word, const std::string& text, const ExposedPort& port) {
            if (port.address.empty() && port.hostPort.empty())
                return;
            std::optional<Fix> fix;
            if (word.text == text)
                fix = Fix {.description = "Keep the container's port only",
                    .edits = {{.range = word.range, .replacement = text.substr(text.rfind(':') + 1)}}};
            context.report(rule, instruction, word.range,
                fmt::format("EXPOSE instruction should not define an IP address or host-port mapping, found '{}'", text),
                std::move(fix));
        });
}

} // namespace darsena::dockerfile::lint_detail
