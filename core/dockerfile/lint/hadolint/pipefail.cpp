// SPDX-License-Identifier: GPL-3.0-or-later
// DL4006: pipes in which a command may fail unnoticed.
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/lint/hadolint/commands.h"
#include "core/dockerfile/lint/hadolint/run_edits.h"
#include "core/dockerfile/lint/hadolint/run_rules.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

/// "set -o pipefail", "set -euxo pipefail".
bool turnsPipefailOn(const shell::Command& command)
{
    if (command.program() != "set")
        return false;
    for (std::size_t i = 2; i < command.words.size(); ++i) {
        const std::string before = command.words[i - 1].value();
        if (command.words[i].value() == "pipefail" && before.starts_with('-') && before.ends_with('o'))
            return true;
    }
    return false;
}

/// The first pipe of a script that pipefail is not on for; nullptr if there is none.
const shell::Pipeline* openPipe(const shell::Script& script)
{
    const shell::Pipeline* found = nullptr;
    bool isOn = false;
    shell::visitCommands(script, [&](const shell::Command& command, const shell::Pipeline& pipeline) {
        if (pipeline.commands.size() > 1 && !isOn && found == nullptr)
            found = &pipeline;
        isOn = isOn || turnsPipefailOn(command);
    });
    return found;
}

bool hasPipefail(const shell::Interpreter& interpreter)
{
    // The sh of Debian has no such option, whatever SHELL asks of it.
    return interpreter.kind != shell::Interpreter::Kind::Shell
        || (interpreter.pipefail && interpreter.name != "sh" && interpreter.name != "dash");
}

/// The shell that the fix asks for, in a stage whose shell is `current`.
std::string shellLine(const LintContext& context, const RunInstruction& run, const shell::Interpreter& current)
{
    const bool isLower = context.file().document.source.slice(run.statement->keyword.range) == "run";
    std::string_view name = isBusyBox(context, *run.stage) ? "ash" : "bash";
    if (current.name == "zsh" || current.name == "bash" || current.name == "ash")
        name = current.name;
    return fmt::format(
        "{} [\"/bin/{}\", \"-{}o\", \"pipefail\", \"-c\"]", isLower ? "shell" : "SHELL", name, current.errexit ? "e" : "");
}

std::optional<Fix> withPipefail(
    const LintContext& context, const RunInstruction& run, const shell::EmbeddedScript& script)
{
    const SourceText& source = context.file().document.source;
    const std::string& text = script.text.text();
    const shell::Interpreter& interpreter = script.interpreter;
    const bool isFed = script.heredoc && run.scripts.front() != &script;
    if (script.heredoc && (isFed || text.starts_with("#!"))) {
        // The script says what runs it, so SHELL would change nothing.
        if (interpreter.name != "bash" && interpreter.name != "zsh" && interpreter.name != "ash")
            return std::nullopt;
        const std::size_t lineEnd = text.starts_with("#!") ? std::min(text.find('\n'), text.size() - 1) + 1 : 0;
        const std::size_t blanks = std::min(text.find_first_not_of(" \t", lineEnd), text.size()) - lineEnd;
        const std::uint32_t at = script.text.source(static_cast<std::uint32_t>(lineEnd + blanks));
        const std::uint32_t lineBegin = source.lineRange(source.lineOf(at)).begin;
        return Fix {.description = "Add set -o pipefail",
            .edits = {{.range = {at, at},
                .replacement
                = fmt::format("set -o pipefail{}{}", lineBreakAt(source, at), source.slice({lineBegin, at}))}},
            .sameMeaning = false};
    }
    auto edit = instructionBefore(context, run, shellLine(context, run, interpreter));
    if (!edit)
        return std::nullopt;
    return Fix {.description = "Set SHELL with pipefail", .edits = {std::move(*edit)}, .sameMeaning = false};
}

} // namespace

void checkPipefail(LintContext& context, const RuleInfo& rule)
{
    for (const RunInstruction& run : context.runs().runs) {
        for (const shell::EmbeddedScript* script : run.scripts) {
            if (hasPipefail(script->interpreter))
                continue;
            const shell::Pipeline* pipe = openPipe(script->parsed.script);
            if (pipe == nullptr)
                continue;
            reportRun(context, rule, run, script->source(pipe->range),
                "If a command before the pipe fails, nobody notices: turn on pipefail",
                withPipefail(context, run, *script));
        }
    }
}

} // namespace darsena::dockerfile::lint_detail
