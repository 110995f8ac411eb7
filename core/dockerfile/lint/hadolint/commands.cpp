// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/hadolint/commands.h"

#include "core/dockerfile/lint/hadolint/instruction_rules.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>

namespace darsena::dockerfile::lint_detail {

namespace {

using namespace std::string_view_literals;

/// "/usr/bin/apt-get" is apt-get; "./top" is something of the project's own.
std::string_view withoutFolder(std::string_view path)
{
    return path.starts_with('/') ? path.substr(path.rfind('/') + 1) : path;
}

/// Programs that a rule asks for, sorted.
bool isAskedFor(std::string_view program)
{
    static constexpr std::array programs {"apk"sv, "apt"sv, "apt-get"sv, "cd"sv, "curl"sv, "dnf"sv, "export"sv,
        "free"sv, "gem"sv, "go"sv, "ifconfig"sv, "kill"sv, "ln"sv, "microdnf"sv, "mount"sv, "npm"sv, "ps"sv, "rm"sv,
        "service"sv, "shutdown"sv, "ssh"sv, "sudo"sv, "top"sv, "useradd"sv, "vim"sv, "wget"sv, "yarn"sv, "yum"sv,
        "zypper"sv};
    return std::binary_search(programs.begin(), programs.end(), program) || program.starts_with("pip")
        || program.starts_with("python");
}

/// A program that runs the command behind it, and its flags that take the next word.
struct Wrapper {
    std::string_view name;
    std::string_view flagsWithValue; ///< letters
    std::size_t operands; ///< words of its own, before the command
    bool takesAssignments;
};
constexpr std::array wrappers {
    Wrapper {"chronic", "", 0, false},
    Wrapper {"command", "", 0, false},
    Wrapper {"doas", "uC", 0, false},
    Wrapper {"eatmydata", "", 0, false},
    Wrapper {"env", "uCS", 0, true},
    Wrapper {"exec", "a", 0, false},
    Wrapper {"ionice", "cnp", 0, false},
    Wrapper {"nice", "n", 0, false},
    Wrapper {"nohup", "", 0, false},
    Wrapper {"stdbuf", "ioe", 0, false},
    Wrapper {"sudo", "ugCDhprRTU", 0, true},
    Wrapper {"time", "fo", 0, false},
    Wrapper {"timeout", "ks", 1, false},
    Wrapper {"xargs", "adEILnPs", 0, false},
};

const Wrapper* wrapperNamed(std::string_view program)
{
    const auto found = std::find_if(
        wrappers.begin(), wrappers.end(), [&](const Wrapper& wrapper) { return wrapper.name == program; });
    return found == wrappers.end() ? nullptr : &*found;
}

/// A word as the reader of arguments takes it: text, whether it is plain, and where.
Argument argumentOf(const shell::EmbeddedScript& script, const shell::ShellWord& word)
{
    Argument argument {.text = {}, .range = script.source(word.range)};
    for (const shell::WordPart& part : word.parts) {
        using Kind = shell::WordPart::Kind;
        switch (part.kind) {
        case Kind::Literal:
        case Kind::SingleQuoted:
            argument.text += part.text;
            break;
        case Kind::Variable:
            argument.text += "$" + part.text;
            argument.plain = false;
            break;
        case Kind::Glob:
        case Kind::Tilde:
        case Kind::Brace:
            argument.text
                += std::string_view(script.text.text()).substr(part.range.begin, part.range.end - part.range.begin);
            argument.plain = false;
            break;
        default:
            argument.text += "$()";
            argument.plain = false;
        }
    }
    return argument;
}

/// Where the command behind a wrapper begins.
std::size_t behindWrapper(const Wrapper& wrapper, const std::vector<Argument>& words, std::size_t at)
{
    std::size_t operands = wrapper.operands;
    for (++at; at < words.size(); ++at) {
        const std::string& text = words[at].text;
        if (text == "--")
            return at + 1;
        if (words[at].isFlag()) {
            const bool takesNext = words[at].longFlag().empty() && text.size() == 2
                && wrapper.flagsWithValue.find(text[1]) != std::string_view::npos;
            at += takesNext ? 1 : 0;
        } else if (wrapper.takesAssignments && text.find('=') != std::string::npos) {
            continue;
        } else if (operands > 0) {
            --operands;
        } else {
            break;
        }
    }
    return at;
}

/// Puts the commands of all RUN instructions together.
class RunCollector {
public:
    explicit RunCollector(const LintContext& context)
        : m_context(context)
    { }
    std::shared_ptr<const RunIndex> run() &&;

private:
    void addScript(RunInstruction& run, const shell::EmbeddedScript& script);
    void addExecForm(RunInstruction& run);
    void addCommand(RunInstruction& run, const RunCommand& base, const std::vector<Argument>& words);

    const LintContext& m_context;
};

std::shared_ptr<const RunIndex> RunCollector::run() &&
{
    auto index = std::make_shared<RunIndex>();
    const auto& statements = m_context.file().document.statements;
    const auto& stages = m_context.file().stages;
    const std::vector<shell::EmbeddedScript>& scripts = m_context.scripts();
    auto script = scripts.begin();
    std::size_t nextStage = 0;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        if (nextStage < stages.size() && stages[nextStage].from.statement == i)
            ++nextStage;
        const Statement& holder = statements[i];
        const Statement& statement = holder.trigger.empty() ? holder : holder.trigger.front();
        if (statement.name != "run" || nextStage == 0 || !m_context.isBuilt(stages[nextStage - 1]))
            continue;
        RunInstruction& run = index->runs.emplace_back();
        run.stage = &stages[nextStage - 1];
        run.statement = &statement;
        run.holder = &holder;
        while (script != scripts.end() && script->statement < i)
            ++script;
        for (; script != scripts.end() && script->statement == i; ++script)
            addScript(run, *script);
        if (statement.jsonForm)
            addExecForm(run);
    }
    for (const StageNode& node : m_context.graph().stages)
        index->roots.push_back(node.baseStage ? index->roots[*node.baseStage] : node.index);
    // Only now, since the runs do not move any more.
    for (RunInstruction& run : index->runs) {
        for (RunCommand& command : run.commands) {
            command.run = &run;
            index->byProgram[command.program].push_back(&command);
        }
    }
    return index;
}

void RunCollector::addScript(RunInstruction& run, const shell::EmbeddedScript& script)
{
    run.scripts.push_back(&script);
    std::uint32_t subshellEnd = 0;
    std::uint32_t simpleEnd = 0;
    shell::visitCommands(script.parsed.script, [&](const shell::Command& command, const shell::Pipeline&) {
        // What stands within a simple command stands in a substitution.
        const bool inSubshell = command.range.begin < std::max(subshellEnd, simpleEnd);
        if (command.kind == shell::Command::Kind::Subshell)
            subshellEnd = std::max(subshellEnd, command.range.end);
        if (command.kind != shell::Command::Kind::Simple)
            return;
        simpleEnd = std::max(simpleEnd, command.range.end);
        if (command.words.empty())
            return;
        ++run.commandCount;
        const std::string first = command.program();
        const std::string_view program = withoutFolder(first);
        if (!isAskedFor(program) && wrapperNamed(program) == nullptr)
            return;
        std::vector<Argument> words;
        words.reserve(command.words.size());
        for (const shell::ShellWord& word : command.words)
            words.push_back(argumentOf(script, word));
        RunCommand base;
        base.script = &script;
        base.command = &command;
        base.inSubshell = inSubshell;
        addCommand(run, base, words);
    });
}

void RunCollector::addExecForm(RunInstruction& run)
{
    std::vector<Argument> words;
    for (const Word& word : run.statement->arguments)
        words.push_back({.text = word.text, .range = word.range});
    run.commandCount += words.empty() ? 0 : 1;
    addCommand(run, RunCommand(), words);
}

void RunCollector::addCommand(RunInstruction& run, const RunCommand& base, const std::vector<Argument>& words)
{
    for (std::size_t at = 0; at < words.size();) {
        const std::string_view program = withoutFolder(words[at].text);
        if (words[at].plain && isAskedFor(program)) {
            RunCommand& added = run.commands.emplace_back(base);
            added.program = program;
            added.programRange = words[at].range;
            added.arguments.assign(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
        }
        const Wrapper* wrapper = wrapperNamed(program);
        if (wrapper == nullptr)
            return;
        at = behindWrapper(*wrapper, words, at);
    }
}

/// The target of a --mount flag of a type; nullopt for other flags.
std::optional<std::string_view> targetOfMount(std::string_view flag, std::string_view type)
{
    if (!flag.starts_with("--mount="))
        return std::nullopt;
    flag.remove_prefix(8);
    bool isOfType = type == "bind";
    std::string_view target;
    while (!flag.empty()) {
        const std::string_view field = flag.substr(0, flag.find(','));
        flag.remove_prefix(std::min(field.size() + 1, flag.size()));
        const std::string key = lower(field.substr(0, field.find('=')));
        const std::string_view value = field.substr(std::min(key.size() + 1, field.size()));
        if (key == "type")
            isOfType = lower(value) == type;
        else if (key == "target" || key == "dst" || key == "destination")
            target = value;
    }
    return isOfType ? std::optional(target) : std::nullopt;
}

/// A folder, or one in it.
bool isWithin(std::string_view path, std::string_view folder)
{
    return path.starts_with(folder)
        && (path.size() == folder.size() || folder.ends_with('/') || path[folder.size()] == '/');
}

} // namespace

std::string_view Argument::longFlag() const
{
    if (!text.starts_with("--"))
        return {};
    const std::string_view name = std::string_view(text).substr(2);
    return name.substr(0, name.find('='));
}

std::string_view Argument::shortFlags() const
{
    return isFlag() && !text.starts_with("--") ? std::string_view(text).substr(1) : std::string_view();
}

const Argument* RunCommand::find(std::initializer_list<std::string_view> words) const
{
    const auto found = std::find_if(arguments.begin(), arguments.end(),
        [&](const Argument& argument) { return std::find(words.begin(), words.end(), argument.text) != words.end(); });
    return found == arguments.end() ? nullptr : &*found;
}

bool RunCommand::hasFlag(std::initializer_list<std::string_view> names) const
{
    return std::any_of(arguments.begin(), arguments.end(), [&](const Argument& argument) {
        return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
            return name.size() == 1 ? argument.shortFlags().find(name.front()) != std::string_view::npos
                                    : argument.longFlag() == name;
        });
    });
}

std::vector<const Argument*> RunCommand::operands(
    std::string_view subcommand, std::initializer_list<std::string_view> withValue) const
{
    std::vector<const Argument*> result;
    bool isBehind = subcommand.empty();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Argument& argument = arguments[i];
        if (argument.isFlag()) {
            const std::string_view letters = argument.shortFlags();
            const bool takesNext = std::any_of(withValue.begin(), withValue.end(), [&](std::string_view name) {
                if (argument.text.find('=') != std::string::npos)
                    return false;
                // go's long flags have one dash.
                return name.size() == 1 ? letters.ends_with(name) : argument.longFlag() == name || letters == name;
            });
            i += takesNext ? 1 : 0;
        } else if (!isBehind) {
            isBehind = argument.text == subcommand;
        } else if (argument.text != "--") {
            result.push_back(&argument);
        }
    }
    return result;
}

Range RunCommand::range() const
{
    return {programRange.begin, arguments.empty() ? programRange.end : arguments.back().range.end};
}

bool RunInstruction::keepsOutside(std::string_view folder) const
{
    return std::any_of(statement->flags.begin(), statement->flags.end(), [&](const Word& flag) {
        auto target = targetOfMount(flag.text, "cache");
        if (!target)
            target = targetOfMount(flag.text, "tmpfs");
        return target && !target->empty() && (isWithin(*target, folder) || isWithin(folder, *target));
    });
}

bool RunInstruction::hasCacheMountNamed(std::initializer_list<std::string_view> parts) const
{
    return std::any_of(statement->flags.begin(), statement->flags.end(), [&](const Word& flag) {
        const auto target = targetOfMount(flag.text, "cache");
        return target && std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
            return target->find(part) != std::string_view::npos;
        });
    });
}

bool RunInstruction::hasMount(std::string_view type) const
{
    return std::any_of(statement->flags.begin(), statement->flags.end(),
        [&](const Word& flag) { return targetOfMount(flag.text, type).has_value(); });
}

const RunIndex& LintContext::runs() const
{
    if (!m_runs)
        m_runs = RunCollector(*this).run();
    return *m_runs;
}

bool isPipInstall(const RunCommand& command)
{
    const auto& arguments = command.arguments;
    if (command.program.starts_with("pip")) {
        return command.has({"install"}) && command.program.find("pipx") == std::string::npos
            && command.program.find("pipenv") == std::string::npos;
    }
    for (std::size_t i = 0; i + 2 < arguments.size(); ++i) {
        if (arguments[i].text == "-m")
            return arguments[i + 1].text == "pip" && command.has({"install"});
    }
    return false;
}

const std::string& rootImage(const LintContext& context, const Stage& stage)
{
    return context.graph().stages[context.runs().roots[stage.index]].base;
}

bool isBusyBox(const LintContext& context, const Stage& stage)
{
    const std::string& image = rootImage(context, stage);
    constexpr std::array names {"alpine"sv, "busybox"sv, "wolfi"sv, "chainguard"sv};
    return std::any_of(
        names.begin(), names.end(), [&](std::string_view name) { return image.find(name) != std::string::npos; });
}

std::vector<char> stagesInImages(const LintContext& context)
{
    const StageGraph& graph = context.graph();
    std::vector<char> result(graph.stages.size(), 0);
    if (!result.empty())
        result.back() = 1;
    if (graph.target)
        result[*graph.target] = 1;
    for (const StageNode& node : graph.stages) {
        if (node.baseStage)
            result[*node.baseStage] = 1;
    }
    return result;
}

void reportRun(LintContext& context, const RuleInfo& rule, const RunInstruction& run, Range words, std::string message,
    std::optional<Fix> fix)
{
    reportIn(context, rule, *run.holder, words, std::move(message), std::move(fix));
}

} // namespace darsena::dockerfile::lint_detail
