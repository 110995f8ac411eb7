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
    if (command.kind != shell::Command::Kind::Simple || command.words.empty() || command.words.front().parts.empty()
        || command.words.front().parts.front().text != "set")
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
    return fmt::format("{} [\"/bin/{}\", \"-{}o\", \"pipefail\", \"-c\"]", isLower ? "shell" : "SHELL", name,
        current.errexit ? "e" : "");
}

/// The script says what runs it, so SHELL would change nothing: "#!" at its front, or `RUN bash <<EOF`.
bool namesItsShell(const RunInstruction& run, const shell::EmbeddedScript& script)
{
    return script.heredoc && (run.scripts.front() != &script || script.text.text().starts_with("#!"));
}

/// In such a script.
std::optional<Fix> withSetting(const LintContext& context, const shell::EmbeddedScript& script)
{
    const std::string& name = script.interpreter.name;
    if (name != "bash" && name != "zsh" && name != "ash")
        return std::nullopt;
    const SourceText& source = context.file().document.source;
    const std::string& text = script.text.text();
    const std::size_t line = text.starts_with("#!") ? std::min(text.find('\n'), text.size() - 1) + 1 : 0;
    const std::size_t begin = std::min(text.find_first_not_of(" \t", line), text.size());
    const std::uint32_t at = script.text.source(static_cast<std::uint32_t>(begin));
    const std::string_view indent = source.slice({source.lineRange(source.lineOf(at)).begin, at});
    return Fix {.description = "Add set -o pipefail",
        .edits
        = {{.range = {at, at}, .replacement = fmt::format("set -o pipefail{}{}", lineBreakAt(source, at), indent)}},
        .sameMeaning = false};
}

std::optional<Fix> withShell(
    const LintContext& context, const RunInstruction& before, const shell::Interpreter& interpreter)
{
    auto edit = instructionBefore(context, before, shellLine(context, before, interpreter));
    if (!edit)
        return std::nullopt;
    return Fix {.description = "Set SHELL with pipefail", .edits = {std::move(*edit)}, .sameMeaning = false};
}

} // namespace

void checkPipefail(LintContext& context, const RuleInfo& rule)
{
    // One SHELL is enough for all that follow, so all fixes of a stage put the same one at the same place.
    const std::vector<Statement>& statements = context.file().document.statements;
    const RunInstruction* first = nullptr;
    const Statement* seen = statements.data();
    for (const RunInstruction& run : context.runs().runs) {
        for (; seen < run.holder; ++seen) {
            if (seen->name == "shell" || seen->name == "from")
                first = nullptr;
        }
        for (const shell::EmbeddedScript* script : run.scripts) {
            if (hasPipefail(script->interpreter))
                continue;
            const shell::Pipeline* pipe = openPipe(script->parsed.script);
            if (pipe == nullptr)
                continue;
            std::optional<Fix> fix;
            if (namesItsShell(run, *script)) {
                fix = withSetting(context, *script);
            } else if (!run.isTrigger()) {
                first = first == nullptr ? &run : first;
                fix = withShell(context, *first, script->interpreter);
            }
            reportRun(context, rule, run, script->source(pipe->range),
                "If a command before the pipe fails, nobody notices: turn on pipefail", std::move(fix));
        }
    }
}

} // namespace darsena::dockerfile::lint_detail
