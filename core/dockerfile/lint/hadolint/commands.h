// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint/context.h"

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::lint_detail {

// The commands that RUN instructions run, as the rules on package managers and tools look at them. Internal to
// lint/hadolint.

struct RunInstruction;

/// An argument of a command.
struct Argument {
    /// Quotes and escapes resolved; "$name" where a variable is expanded, "$()" where something else is.
    std::string text;
    Range range; ///< in the file
    bool plain = true; ///< nothing is expanded in it

    bool isFlag() const { return text.size() > 1 && text.front() == '-' && text != "--"; }
    /// "progress" of "--progress=dot"; empty for any other word.
    std::string_view longFlag() const;
    /// "yq" of "-yq"; empty for any other word.
    std::string_view shortFlags() const;
};

/// A command of a RUN. What stands before it and only says how it is run (sudo, env, exec, time, xargs …) is seen
/// through: "sudo apt-get update" is two commands, sudo and apt-get.
struct RunCommand {
    const RunInstruction* run = nullptr;
    const shell::EmbeddedScript* script = nullptr; ///< nullptr: the instruction is in exec form
    const shell::Command* command = nullptr; ///< nullptr in exec form
    std::string program; ///< without its folder: "pip3"
    Range programRange; ///< in the file
    std::vector<Argument> arguments;
    bool inSubshell = false; ///< of (…) or $(…)

    /// One of the words is an argument, wherever it stands.
    bool has(std::initializer_list<std::string_view> words) const { return find(words) != nullptr; }
    const Argument* find(std::initializer_list<std::string_view> words) const;
    /// A flag is given: "--yes", or "y" in "-qy". A name of one letter is a short flag.
    bool hasFlag(std::initializer_list<std::string_view> names) const;
    /// The arguments that are no flags, behind the first that is `subcommand` (if one is given; none without it);
    /// `withValue` names the flags whose value is the next word.
    std::vector<const Argument*> operands(
        std::string_view subcommand, std::initializer_list<std::string_view> withValue) const;
    /// From the program to its last argument.
    Range range() const;
};

/// A RUN, or the RUN in an ONBUILD.
struct RunInstruction {
    const Stage* stage = nullptr;
    const Statement* statement = nullptr; ///< the RUN itself
    const Statement* holder = nullptr; ///< the same, or the ONBUILD around it
    std::vector<const shell::EmbeddedScript*> scripts; ///< none in exec form
    std::vector<RunCommand> commands; ///< those of programs that a rule asks for, in order of place
    std::size_t commandCount = 0; ///< all of them

    bool isTrigger() const { return statement != holder; }
    /// It has a cache or tmpfs mount on this folder, on one in it, or on one around it: what is there stays outside.
    bool keepsOutside(std::string_view folder) const;
    /// It has a cache mount whose target has one of these in it.
    bool hasCacheMountNamed(std::initializer_list<std::string_view> parts) const;
    bool hasMount(std::string_view type) const;
};

struct RunIndex {
    std::vector<RunInstruction> runs; ///< in order of place
    std::map<std::string_view, std::vector<const RunCommand*>> byProgram;
    std::vector<std::size_t> roots; ///< by stage: the one that it goes back to, itself if its base is no stage
};

/// Visits the commands of a program, in order of place: visit(command).
template <typename Visitor>
void forEachCommand(const LintContext& context, std::initializer_list<std::string_view> programs, const Visitor& visit)
{
    for (const std::string_view program : programs) {
        const auto found = context.runs().byProgram.find(program);
        if (found == context.runs().byProgram.end())
            continue;
        for (const RunCommand* command : found->second)
            visit(*command);
    }
}

/// "pip install", "pip3.12 install", "python3 -m pip install".
bool isPipInstall(const RunCommand& command);
/// Visits those: visit(command).
template <typename Visitor> void forEachPipInstall(const LintContext& context, const Visitor& visit)
{
    for (const auto& [program, commands] : context.runs().byProgram) {
        if (!program.starts_with("pip") && !program.starts_with("python"))
            continue;
        for (const RunCommand* command : commands) {
            if (isPipInstall(*command))
                visit(*command);
        }
    }
}

/// The image that a stage goes back to, over the stages in between.
const std::string& rootImage(const LintContext& context, const Stage& stage);
/// Its tools are BusyBox's, as far as the name tells: alpine, busybox, wolfi and those built on them.
bool isBusyBox(const LintContext& context, const Stage& stage);
/// By index: what the stage holds goes into an image, for it is the last one or the target, or another is FROM it.
std::vector<char> stagesInImages(const LintContext& context);

/// Reports something about words of a RUN.
void reportRun(LintContext& context, const RuleInfo& rule, const RunInstruction& run, Range words, std::string message,
    std::optional<Fix> fix = {});

} // namespace darsena::dockerfile::lint_detail
