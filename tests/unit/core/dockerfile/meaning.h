// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/expand.h"
#include "core/dockerfile/format/shell_layout.h"
#include "core/dockerfile/stages.h"
#include "core/dockerfile/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

// What a Dockerfile means to the builder, as text that can be compared: the stage graph, and each instruction with its
// values. Not part of it: layout, case of keywords, what stages are called, `ENV k v` or `ENV k=v`, JSON's blanks, quotes around
// a value that need none, MAINTAINER or the label that replaced it, flags' order.

namespace darsena::dockerfile::test {

/// A value without its quotes, variables kept.
inline std::string plain(const std::string& value, char escape)
{
    ExpandOptions options {.escape = escape};
    options.keepUnset = true;
    const auto expanded = expandWord(value, [](std::string_view) { return std::optional<std::string>(); }, options);
    return expanded ? expanded->text : value;
}

inline std::string commandText(const CommandLine& command)
{
    // The builder makes /bin/sh -c of the shell form; a test with another SHELL has to know better.
    const std::vector<std::string>& words = command.arguments;
    const bool shell = command.shellForm || (words.size() == 3 && words[0] == "/bin/sh" && words[1] == "-c");
    if (shell && !words.empty())
        return "shell " + goQuoted(format_detail::withoutLayout(trim(words.back())));
    std::string text = "exec";
    for (const std::string& word : words)
        text += " " + goQuoted(word);
    return text;
}

inline std::string pathsText(const SourcesAndDestination& paths, char escape, const std::filesystem::path& workdir)
{
    std::string text;
    for (const Word& source : paths.sources)
        text += goQuoted(plain(source.text, escape)) + " ";
    for (const InlineFile& file : paths.files)
        text += fmt::format("<{} {} {}> ", goQuoted(file.name), goQuoted(file.content), file.expand);
    const std::string destination = plain(paths.destination.text, escape);
    return text + "-> " + goQuoted(destination.starts_with('$') ? destination : (workdir / destination).lexically_normal().string());
}

/// Whether ADD does with its sources what COPY would.
inline bool isPlainCopy(const Add& add)
{
    return !add.checksum && !add.keepGitDir && !add.unpack.value_or(false)
        && std::none_of(add.paths.sources.begin(), add.paths.sources.end(), [&](const Word& word) {
               const std::string name = lower(word.text);
               const bool archive = name.find(".tar") != std::string::npos || name.ends_with(".tgz") || name.ends_with("z2")
                   || name.ends_with(".txz") || name.ends_with(".gz") || name.ends_with(".xz");
               return name.find(':') != std::string::npos || name.find(".git") != std::string::npos
                   || (archive && add.unpack.value_or(true));
           });
}

inline std::string meaningOf(const Instruction& instruction, char escape, const std::filesystem::path& workdir = "?")
{
    const auto word = [&](const Word& value) { return goQuoted(plain(value.text, escape)); };
    const auto optionalWord = [&](std::string_view name, const std::optional<Word>& value) {
        return value ? fmt::format(" {}={}", name, goQuoted(plain(value->text, escape))) : std::string();
    };
    const auto pairs = [&](const std::vector<KeyValue>& list) {
        std::string text;
        for (const KeyValue& pair : list)
            text += word(pair.key) + "=" + (pair.legacy ? goQuoted(plain(pair.value.text, escape)) : word(pair.value)) + " ";
        return text;
    };
    std::string text = instruction.name + " ";
    // Image and platform of FROM are the graph's.
    if (const auto* arg = instruction.as<Arg>()) {
        for (const Arg::Variable& variable : arg->variables)
            text += variable.name + (variable.value ? "=" + goQuoted(plain(*variable.value, escape)) : std::string()) + " ";
    } else if (const auto* env = instruction.as<Env>()) {
        text += pairs(env->pairs);
    } else if (const auto* label = instruction.as<Label>()) {
        text += pairs(label->pairs);
    } else if (const auto* run = instruction.as<Run>()) {
        if (run->command.shellForm) {
            const RunScript script = run->script();
            text += goQuoted(format_detail::withoutLayout(script.text)) + script.executableName;
        } else {
            text += commandText(run->command);
        }
        std::vector<std::string> mounts;
        for (const Mount& mount : run->mounts) {
            std::string flag = mount.flag.text;
            if (const std::size_t from = mount.from ? flag.find("from=" + *mount.from) : std::string::npos; from != std::string::npos)
                flag.erase(from + 4, mount.from->size() + 1);
            mounts.push_back(flag);
        }
        text += fmt::format(" {} {} {}", fmt::join(mounts, " "), int(run->network), int(run->security));
    } else if (const auto* copy = instruction.as<Copy>()) {
        text += pathsText(copy->paths, escape, workdir) + (copy->from ? " from" : "") + optionalWord("chown", copy->chown)
            + optionalWord("chmod", copy->chmod) + fmt::format(" {} {}", copy->link, copy->parents);
        for (const Word& exclude : copy->excludes)
            text += " exclude " + word(exclude);
    } else if (const auto* add = instruction.as<Add>()) {
        const bool plainCopy = isPlainCopy(*add);
        if (plainCopy)
            text = "COPY ";
        text += pathsText(add->paths, escape, workdir) + optionalWord("chown", add->chown) + optionalWord("chmod", add->chmod);
        if (plainCopy)
            text += fmt::format(" {} false", add->link);
        else
            text += optionalWord("checksum", add->checksum) + fmt::format(" {} {} {}", add->link, add->keepGitDir, int(add->unpack.value_or(2)));
        for (const Word& exclude : add->excludes)
            text += " exclude " + word(exclude);
    } else if (const auto* folder = instruction.as<Workdir>()) {
        text += word(folder->path);
    } else if (const auto* user = instruction.as<User>()) {
        // root is 0 everywhere.
        std::string name = plain(user->user.text, escape);
        const std::size_t colon = name.find(':');
        const auto number = [](const std::string& each) { return each == "root" ? std::string("0") : each; };
        text += number(name.substr(0, colon)) + (colon == std::string::npos ? "" : ":" + number(name.substr(colon + 1)));
    } else if (const auto* expose = instruction.as<Expose>()) {
        // "8080:80" exposes 80.
        for (const Word& port : expose->ports) {
            const std::string written = lower(plain(port.text, escape));
            text += written.substr(written.rfind(':') + 1) + " ";
        }
    } else if (const auto* volume = instruction.as<Volume>()) {
        for (const Word& path : volume->paths)
            text += word(path) + " ";
    } else if (const auto* stopSignal = instruction.as<StopSignal>()) {
        text += word(stopSignal->signal);
    } else if (const auto* maintainer = instruction.as<Maintainer>()) {
        // Quotes around the whole name are part of it to the builder, but nobody's to mean.
        std::string name = maintainer->name.text;
        if (name.size() > 1 && name.front() == '"' && name.find('"', 1) == name.size() - 1)
            name = name.substr(1, name.size() - 2);
        text = "LABEL " + goQuoted("org.opencontainers.image.authors") + "=" + goQuoted(name) + " ";
    } else if (const auto* entrypoint = instruction.as<Entrypoint>()) {
        text += commandText(entrypoint->command);
    } else if (const auto* cmd = instruction.as<Cmd>()) {
        text += commandText(cmd->command);
    } else if (const auto* shell = instruction.as<Shell>()) {
        for (const std::string& argument : shell->arguments)
            text += goQuoted(argument) + " ";
    } else if (const auto* health = instruction.as<Healthcheck>()) {
        text += fmt::format("{} {} {} {} {} {} {}", health->none, commandText(health->command), health->interval.count(),
            health->timeout.count(), health->startPeriod.count(), health->startInterval.count(), health->retries);
    } else if (const auto* onBuild = instruction.as<OnBuild>()) {
        const auto inner = readInstruction(onBuild->expression, escape);
        text += inner ? meaningOf(*inner, escape) : onBuild->expression;
    }
    return text;
}

/// `neededOnly`: the target and what it takes from, numbered anew, as if nothing else stood in the file.
inline std::string meaningOf(const StageGraph& graph, const std::string& targetPlatform = StageOptions().targetPlatform,
    bool neededOnly = false)
{
    std::string text;
    std::vector<std::size_t> numbers;
    std::size_t next = 0;
    for (const StageNode& stage : graph.stages)
        numbers.push_back(neededOnly && !stage.needed ? next : next++);
    for (const StageNode& stage : graph.stages) {
        if (neededOnly && !stage.needed)
            continue;
        text += fmt::format("stage {} base {} platform {} needed {}\n", numbers[stage.index],
            stage.baseStage ? std::to_string(numbers[*stage.baseStage]) : stage.base,
            stage.platform.empty() && !stage.baseStage ? targetPlatform : stage.platform, stage.needed);
    }
    std::vector<std::string> edges;
    for (const StageEdge& edge : graph.edges) {
        if (neededOnly && !graph.stages[edge.to].needed)
            continue;
        edges.push_back(fmt::format("edge {} -> {} kind {} paths {}", edge.stage() ? std::to_string(numbers[*edge.stage()]) : *edge.image(),
            numbers[edge.to], int(edge.kind), fmt::join(edge.paths, " ")));
    }
    std::sort(edges.begin(), edges.end());
    return text + fmt::format("{}\n", fmt::join(edges, "\n"));
}

inline std::string meaningOf(const Dockerfile& file, const StageOptions& options = {}, bool neededOnly = false)
{
    const StageGraph graph = stageGraph(file, options);
    std::string text = meaningOf(graph, options.targetPlatform, neededOnly);
    const char escape = file.document.escape;
    for (const Instruction& arg : file.globalArgs)
        text += meaningOf(arg, escape) + "\n";
    std::vector<std::filesystem::path> workdirs;
    for (const Stage& stage : file.stages) {
        const std::size_t lengthBefore = text.size();
        text += meaningOf(stage.from, escape) + "\n";
        // A relative WORKDIR means a folder of the one before.
        const auto base = graph.stages[stage.index].baseStage;
        std::filesystem::path workdir = base ? workdirs[*base] : stage.base == "scratch" ? "/" : "?";
        // The last one counts.
        std::map<std::string, std::string> settings;
        for (const Instruction& instruction : stage.instructions) {
            if (const auto* next = instruction.as<Workdir>()) {
                workdir = (workdir / plain(next->path.text, escape)).lexically_normal();
                if (!workdir.has_filename() && workdir.has_relative_path())
                    workdir = workdir.parent_path();
                text += "WORKDIR " + workdir.string() + "\n";
            } else if (instruction.name == "CMD" || instruction.name == "ENTRYPOINT" || instruction.name == "HEALTHCHECK") {
                settings[instruction.name] = meaningOf(instruction, escape);
            } else {
                text += meaningOf(instruction, escape, workdir) + "\n";
            }
        }
        workdirs.push_back(workdir);
        for (const auto& [name, setting] : settings)
            text += setting + "\n";
        if (neededOnly && !graph.stages[stage.index].needed)
            text.resize(lengthBefore);
    }
    return text;
}

} // namespace darsena::dockerfile::test
