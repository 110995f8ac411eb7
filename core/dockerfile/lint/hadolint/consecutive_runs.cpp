// SPDX-License-Identifier: GPL-3.0-or-later
// DL3059: RUN instructions that follow each other.
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/lint/hadolint/commands.h"
#include "core/dockerfile/lint/hadolint/run_rules.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

using namespace std::string_view_literals;

/// What a shell keeps for the commands after it, which would then see it: a folder, variables, settings.
bool changesItsShell(const shell::Command& command)
{
    static constexpr std::array builtins {"."sv, "alias"sv, "cd"sv, "declare"sv, "eval"sv, "exec"sv, "exit"sv,
        "export"sv, "hash"sv, "popd"sv, "pushd"sv, "read"sv, "return"sv, "set"sv, "shopt"sv, "source"sv, "trap"sv,
        "ulimit"sv, "umask"sv, "unset"sv};
    return command.kind != shell::Command::Kind::Simple || command.words.empty()
        || std::binary_search(builtins.begin(), builtins.end(), command.program());
}

/// A line of commands joined by && and nothing else, which can be joined to another.
bool isPlainChain(const RunInstruction& run, bool isFirst)
{
    if (run.isTrigger() || run.scripts.size() != 1 || !run.statement->heredocs.empty())
        return false;
    const shell::ParsedScript& parsed = run.scripts.front()->parsed;
    const auto& items = parsed.script.items;
    if (run.scripts.front()->interpreter.kind != shell::Interpreter::Kind::Shell || items.empty()
        || !parsed.errors.empty())
        return false;
    const bool hasComment = std::any_of(parsed.tokens.begin(), parsed.tokens.end(),
        [](const shell::ShellToken& token) { return token.kind == shell::ShellTokenKind::Comment; });
    return !hasComment && std::all_of(items.begin(), items.end(), [&](const shell::ListItem& item) {
        const bool isLast = &item == &items.back();
        const bool isJoined
            = item.separator == (isLast ? shell::Separator::End : shell::Separator::And) && !item.pipeline.negated;
        const bool leavesTraces
            = isFirst && std::any_of(item.pipeline.commands.begin(), item.pipeline.commands.end(), changesItsShell);
        return isJoined && !leavesTraces;
    });
}

/// Both in one RUN; nullopt where something between them or in them would mean something else then.
std::optional<Fix> merged(const LintContext& context, const RunInstruction& first, const RunInstruction& second)
{
    const Document& document = context.file().document;
    if (!isPlainChain(first, true) || !isPlainChain(second, false))
        return std::nullopt;
    const shell::EmbeddedScript& before = *first.scripts.front();
    const shell::EmbeddedScript& after = *second.scripts.front();
    const std::uint32_t begin = before.source(before.parsed.script.items.back().pipeline.range).end;
    const std::uint32_t end = after.source(after.parsed.script.items.front().pipeline.range).begin;
    if (holdsComment(document, {begin, end}))
        return std::nullopt;
    return Fix {.description = "Merge the two RUN instructions",
        .edits = {{.range = {begin, end},
            .replacement = fmt::format(" {}{}    && ", context.escape(), lineBreakAt(document.source, begin))}},
        .sameMeaning = false};
}

bool haveSameFlags(const RunInstruction& a, const RunInstruction& b)
{
    const auto textsOf = [](const RunInstruction& run) {
        std::vector<std::string_view> texts;
        for (const Word& flag : run.statement->flags)
            texts.push_back(flag.text);
        std::sort(texts.begin(), texts.end());
        return texts;
    };
    return a.statement->flags.size() == b.statement->flags.size() && textsOf(a) == textsOf(b);
}

} // namespace

void checkConsecutiveRuns(LintContext& context, const RuleInfo& rule)
{
    // Whoever chained commands in a RUN has thought about what goes together.
    const RunInstruction* first = nullptr;
    const RunInstruction* previous = nullptr;
    for (const RunInstruction& run : context.runs().runs) {
        const bool follows = previous != nullptr && !run.isTrigger() && run.holder == previous->holder + 1;
        const bool isAlike = follows && haveSameFlags(*first, run) && run.commandCount < 2 && first->commandCount < 2;
        if (isAlike)
            reportRun(context, rule, run, run.statement->keyword.range, "This RUN could be one with the RUN before it",
                merged(context, *previous, run));
        else
            first = run.isTrigger() ? nullptr : &run;
        previous = run.isTrigger() ? nullptr : &run;
    }
}

} // namespace darsena::dockerfile::lint_detail
