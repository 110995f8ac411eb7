// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/savings/site.h"

#include "core/dockerfile/assist/refactor/shell_facts.h"
#include "core/dockerfile/history_text.h"
#include "core/dockerfile/lint/edits.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

namespace darsena::dockerfile::savings_detail {

namespace {

using namespace std::string_view_literals;
using shell::Command;
using shell::ListItem;
using shell::Separator;

/// The only command of an item, if nothing about it is conditional.
const Command* plainCommand(const ListItem& item)
{
    if (item.pipeline.negated || item.pipeline.commands.size() != 1 || item.separator == Separator::Background
        || item.pipeline.commands.front().kind != Command::Kind::Simple)
        return nullptr;
    return &item.pipeline.commands.front();
}

bool isStep(Separator separator)
{
    return separator == Separator::And || separator == Separator::Sequence || separator == Separator::End;
}

} // namespace

bool isPlainPath(std::string_view path)
{
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@%:";
    return path.starts_with('/') && path.find_first_not_of(allowed) == std::string_view::npos;
}

bool isWithin(std::string_view inner, std::string_view outer)
{
    return outer == "/" || (inner.starts_with(outer) && (inner.size() == outer.size() || inner[outer.size()] == '/'));
}

bool RemovedOperand::covers(std::string_view made) const
{
    return isPrefix ? made.starts_with(path) : isWithin(made, path);
}

std::optional<std::vector<TextEdit>> sorted(std::vector<TextEdit> edits)
{
    std::stable_sort(edits.begin(), edits.end(),
        [](const TextEdit& a, const TextEdit& b) { return a.range.begin < b.range.begin; });
    for (std::size_t i = 1; i < edits.size(); ++i) {
        if (edits[i].range.begin < edits[i - 1].range.end)
            return std::nullopt;
    }
    return edits;
}

const CacheFolder* cacheFolderOf(std::string_view path)
{
    static const std::vector<CacheFolder> table {
        {.path = "/var/lib/apt/lists", .manager = "apt", .programs = {"apt-get", "apt", "aptitude"}, .fetch = "update"},
        {.path = "/var/cache/apt", .manager = "apt", .programs = {"apt-get", "apt", "aptitude"}, .fetch = {}, .neverRead = true},
        {.path = "/var/cache/apk", .manager = "apk", .programs = {"apk"}, .fetch = {}, .neverRead = true},
        {.path = "/var/cache/dnf", .manager = "dnf", .programs = {"dnf", "dnf5", "microdnf", "yum"}, .fetch = {}, .neverRead = true},
        {.path = "/var/cache/libdnf5", .manager = "dnf", .programs = {"dnf", "dnf5", "microdnf", "yum"}, .fetch = {}, .neverRead = true},
        {.path = "/var/cache/yum", .manager = "yum", .programs = {"yum", "dnf"}, .fetch = {}, .neverRead = true},
        {.path = "/root/.cache/pip", .manager = "pip", .programs = {"pip", "pip3"}, .fetch = {}, .neverRead = true},
        {.path = "/root/.npm", .manager = "npm", .programs = {"npm", "npx"}, .fetch = {}, .neverRead = true},
        {.path = "/usr/local/share/.cache/yarn", .manager = "yarn", .programs = {"yarn"}, .fetch = {}, .neverRead = true},
        {.path = "/root/.cache/go-build", .manager = "Go", .programs = {"go"}, .fetch = {}, .neverRead = true},
        {.path = "/go/pkg/mod", .manager = "Go", .programs = {"go"}, .fetch = {}},
        {.path = "/usr/local/cargo/registry", .manager = "Cargo", .programs = {"cargo"}, .fetch = {}},
        {.path = "/root/.m2", .manager = "Maven", .programs = {"mvn", "mvnw"}, .fetch = {}},
        {.path = "/root/.gradle", .manager = "Gradle", .programs = {"gradle", "gradlew"}, .fetch = {}},
        {.path = "/usr/share/doc", .manager = {}, .programs = {}, .fetch = {}, .neverRead = true},
        {.path = "/usr/share/man", .manager = {}, .programs = {}, .fetch = {}, .neverRead = true},
        {.path = "/usr/share/info", .manager = {}, .programs = {}, .fetch = {}, .neverRead = true},
    };
    const auto found = std::find_if(table.begin(), table.end(), [&](const CacheFolder& each) { return isWithin(path, each.path); });
    return found == table.end() ? nullptr : &*found;
}

Site::Site(const Dockerfile& file)
    : m_file(file)
    , m_scripts(shell::scriptsOf(file))
{
    struct State {
        std::string workdir;
        std::string user = "root";
    };
    std::map<std::string, State> states;
    const StageOptions options;
    const GlobalScope global = GlobalScope::of(file, options);
    for (const Stage& stage : file.stages) {
        State state;
        if (const auto base = states.find(lower(stage.base)); base != states.end())
            state = base->second;
        StageScope scope(global, options);
        for (const Instruction& instruction : stage.instructions) {
            Placed placed {.stage = &stage, .instruction = &instruction,
                .statement = &file.document.statements[instruction.statement], .workdir = state.workdir, .user = state.user};
            const Run* run = instruction.as<Run>();
            if (run != nullptr && run->command.shellForm && run->heredocs.empty()) {
                const auto script = std::find_if(m_scripts.begin(), m_scripts.end(),
                    [&](const shell::EmbeddedScript& each) { return each.statement == instruction.statement; });
                if (script != m_scripts.end() && script->interpreter.kind == shell::Interpreter::Kind::Shell
                    && script->parsed.errors.empty() && !script->parsed.script.items.empty())
                    placed.script = &*script;
            }
            m_all.push_back(std::move(placed));
            scope.apply(instruction, file.document.escape);
            if (const Workdir* workdir = instruction.as<Workdir>())
                state.workdir = workdirAfter(
                    *workdir, {.scope = &scope, .shell = {}, .workdir = state.workdir, .escape = file.document.escape});
            else if (const User* user = instruction.as<User>())
                state.user = user->user.text;
        }
        if (!stage.name.empty())
            states[stage.name] = state;
    }
}

const Placed* Site::at(std::uint32_t line) const
{
    const auto found = std::find_if(m_all.begin(), m_all.end(), [&](const Placed& each) {
        return each.instruction->firstLine <= line && line <= each.instruction->lastLine;
    });
    return line == 0 || found == m_all.end() ? nullptr : &*found;
}

std::vector<const Placed*> Site::between(const Placed& first, const Placed& last) const
{
    std::vector<const Placed*> result;
    for (const Placed& each : m_all) {
        if (each.stage == first.stage && each.stage == last.stage && each.begin() > first.begin() && each.begin() < last.begin())
            result.push_back(&each);
    }
    return result;
}

const std::vector<RemovedOperand>& Site::removals(const Placed& run) const
{
    const auto known = m_removals.find(&run);
    return known != m_removals.end() ? known->second : m_removals.emplace(&run, findRemovals(run)).first->second;
}

std::vector<RemovedOperand> Site::findRemovals(const Placed& run) const
{
    std::vector<RemovedOperand> result;
    if (run.script == nullptr)
        return result;
    std::string folder = run.workdir;
    bool folderKnown = !folder.empty();
    const auto& items = run.script->parsed.script.items;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Command* command = plainCommand(items[i]);
        const bool conditional = (i > 0 && !isStep(items[i - 1].separator)) || !isStep(items[i].separator);
        if (command == nullptr || conditional) {
            // A "cd" in there may or may not have been.
            folderKnown = folderKnown && items[i].pipeline.commands.front().program() != "cd";
            continue;
        }
        if (command->program() == "cd") {
            const auto to = command->words.size() == 2 ? command->words[1].literal() : std::nullopt;
            folderKnown = to && (to->starts_with('/') || folderKnown);
            if (folderKnown)
                folder = cleanPath(folder, *to);
        }
        if (command->program() != "rm" || !command->redirections.empty())
            continue;
        std::vector<RemovedOperand> own;
        bool forced = false;
        bool known = true;
        for (std::size_t w = 1; w < command->words.size(); ++w) {
            std::string text = command->words[w].value();
            if (text.starts_with('-')) {
                forced = forced || (!text.starts_with("--") && text.find('f') != std::string::npos) || text == "--force";
                continue;
            }
            RemovedOperand operand {.item = i, .word = w, .path = {}, .isPrefix = text.ends_with('*')};
            if (operand.isPrefix)
                text.pop_back();
            const bool isFolder = operand.isPrefix && text.ends_with('/');
            if (!(text.starts_with('/') || folderKnown) || (!text.starts_with('/') && text.empty() && !operand.isPrefix)
                || text.find_first_of("*?[]{}$~`") != std::string::npos) {
                known = false;
                continue;
            }
            operand.path = cleanPath(folder, text);
            if (isFolder && operand.path != "/")
                operand.path += '/';
            if (operand.path != "/")
                own.push_back(std::move(operand));
            else
                known = false;
        }
        for (RemovedOperand& operand : own) {
            operand.alone = known && own.size() == 1;
            operand.forced = forced;
            result.push_back(std::move(operand));
        }
    }
    return result;
}

bool Site::onlyRemovesBefore(const shell::EmbeddedScript& script, std::size_t item)
{
    constexpr std::array harmless {"rm"sv, "echo"sv, "true"sv, ":"sv, "set"sv, "rmdir"sv};
    const auto& items = script.parsed.script.items;
    return std::all_of(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(item), [&](const ListItem& each) {
        const Command* command = plainCommand(each);
        if (command == nullptr)
            return false;
        const std::string program = command->program();
        const bool cleans = (program == "apt-get" || program == "apt") && command->words.size() == 2 && command->words[1].value() == "clean";
        return cleans || std::find(harmless.begin(), harmless.end(), program) != harmless.end();
    });
}

std::vector<TextEdit> Site::dropStatement(const Placed& placed) const
{
    return {{.range = lint_detail::wholeLines(source(), *placed.statement), .replacement = {}}};
}

std::optional<std::vector<TextEdit>> Site::dropItem(const Placed& run, std::size_t item) const
{
    if (run.script == nullptr)
        return std::nullopt;
    const auto& items = run.script->parsed.script.items;
    if (items.size() == 1)
        return dropStatement(run);
    const auto rangeOf = [&](std::size_t i) { return run.script->source(items[i].pipeline.range); };
    if (!isStep(items[item].separator) || (item > 0 && !isStep(items[item - 1].separator)))
        return std::nullopt;
    const Range removed = item == 0 ? Range {rangeOf(0).begin, rangeOf(1).begin} : Range {rangeOf(item - 1).end, rangeOf(item).end};
    // What follows would get a separator that it did not have.
    const bool fits = item == 0 || item + 1 == items.size() || items[item].separator == items[item - 1].separator;
    if (!fits || lint_detail::holdsComment(m_file.document, removed))
        return std::nullopt;
    return std::vector<TextEdit> {{.range = removed, .replacement = {}}};
}

std::optional<std::vector<TextEdit>> Site::dropWord(const Placed& run, std::size_t item, std::size_t word) const
{
    const Command* command = plainCommand(run.script->parsed.script.items[item]);
    if (command == nullptr || word == 0 || word >= command->words.size())
        return std::nullopt;
    const Range removed {run.script->source(command->words[word - 1].range).end, run.script->source(command->words[word].range).end};
    if (lint_detail::holdsComment(m_file.document, removed))
        return std::nullopt;
    return std::vector<TextEdit> {{.range = removed, .replacement = {}}};
}

std::optional<std::vector<TextEdit>> Site::dropOperand(const Placed& run, const RemovedOperand& operand) const
{
    return operand.alone ? dropItem(run, operand.item) : dropWord(run, operand.item, operand.word);
}

std::optional<TextEdit> Site::appendCommand(const Placed& run, std::string_view command) const
{
    if (run.script == nullptr)
        return std::nullopt;
    const refactor_detail::ShellFacts facts = refactor_detail::factsOf(*run.script);
    const auto& items = run.script->parsed.script.items;
    const Command* last = plainCommand(items.back());
    const bool leaves = last != nullptr && (last->program() == "exit" || last->program() == "exec");
    if (!facts.usable || leaves || items.back().pipeline.negated)
        return std::nullopt;
    const std::uint32_t at = run.script->source(items.back().pipeline.range).end;
    const bool overLines = run.statement->lastLine > run.statement->firstLine;
    return TextEdit {.range = {at, at},
        .replacement = overLines
            ? fmt::format(" {}{}    && {}", m_file.document.escape, lint_detail::lineBreakAt(source(), at), command)
            : fmt::format(" && {}", command)};
}

TextEdit Site::addFlag(const Placed& placed, std::string_view flag) const
{
    const Statement& statement = *placed.statement;
    const std::uint32_t at = statement.flags.empty() ? statement.keyword.range.end : statement.flags.back().range.end;
    return {.range = {at, at}, .replacement = fmt::format(" {}", flag)};
}

bool Site::isAccepted(std::vector<TextEdit> edits) const
{
    const std::string& before = source().text();
    const std::string text = applyFix(before, Fix {.description = {}, .edits = std::move(edits)});
    if (text == before)
        return false;
    const Dockerfile after = readDockerfile(text);
    return after.problems.size() <= m_file.problems.size()
        && stageGraph(after).refusals().size() <= stageGraph(m_file).refusals().size();
}

std::string bucketOf(const Site& site, const WasteEntry& entry, std::string_view path)
{
    if (const CacheFolder* folder = cacheFolderOf(path))
        return std::string(folder->path);
    const Placed* hidden = entry.how == WasteEntry::How::Overwritten ? nullptr : site.at(entry.hiddenBy);
    if (hidden != nullptr) {
        for (const RemovedOperand& operand : site.removals(*hidden)) {
            if (operand.covers(path))
                return operand.written();
        }
    }
    return {};
}

} // namespace darsena::dockerfile::savings_detail
