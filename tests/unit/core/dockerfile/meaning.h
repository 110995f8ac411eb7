// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/expand.h"
#include "core/dockerfile/format/shell_layout.h"
#include "core/dockerfile/stages.h"
#include "core/dockerfile/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

// What a Dockerfile means to the builder, as text that can be compared: the stage graph, and each instruction with its
// values. Not part of it: layout, case of keywords and of stage names, `ENV k v` or `ENV k=v`, JSON's blanks, quotes around
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
    std::string text = command.shellForm ? "shell" : "exec";
    for (const std::string& argument : command.arguments)
        text += " " + goQuoted(command.shellForm ? format_detail::withoutLayout(argument) : argument);
    return text;
}

inline std::string pathsText(const SourcesAndDestination& paths, char escape)
{
    std::string text;
    for (const Word& source : paths.sources)
        text += goQuoted(plain(source.text, escape)) + " ";
    for (const InlineFile& file : paths.files)
        text += fmt::format("<{} {} {}> ", goQuoted(file.name), goQuoted(file.content), file.expand);
    return text + "-> " + goQuoted(plain(paths.destination.text, escape));
}

inline bool isPlainCopy(const Add& add)
{
    return std::none_of(add.paths.sources.begin(), add.paths.sources.end(), [&add](const Word& source) {
        const std::string& text = source.text;
        const bool archive = std::any_of(text.begin(), text.end(), [](char c) { return c == '*' || c == '?' || c == '$'; })
            || text.find(".t") != std::string::npos || text.find(".gz") != std::string::npos || text.ends_with('/') || text == ".";
        return text.find("://") != std::string::npos || text.starts_with("git@") || (archive && add.unpack != false);
    });
}

inline std::string meaningOf(const Instruction& instruction, char escape)
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
    if (const auto* from = instruction.as<From>()) {
        text += word(from->image) + optionalWord("platform", from->platform)
            + (from->alias ? " as " + lower(from->alias->text) : std::string());
    } else if (const auto* arg = instruction.as<Arg>()) {
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
        for (const Mount& mount : run->mounts)
            mounts.push_back(mount.flag.text);
        text += fmt::format(" {} {} {}", fmt::join(mounts, " "), int(run->network), int(run->security));
    } else if (const auto* copy = instruction.as<Copy>()) {
        text += pathsText(copy->paths, escape) + optionalWord("from", copy->from) + optionalWord("chown", copy->chown)
            + optionalWord("chmod", copy->chmod) + fmt::format(" {} {}", copy->link, copy->parents);
        for (const Word& exclude : copy->excludes)
            text += " exclude " + word(exclude);
    } else if (const auto* add = instruction.as<Add>()) {
        // What is neither fetched nor unpacked is copied.
        if (isPlainCopy(*add))
            text = "COPY ";
        text += pathsText(add->paths, escape) + optionalWord("chown", add->chown) + optionalWord("chmod", add->chmod)
            + optionalWord("checksum", add->checksum)
            + (isPlainCopy(*add) ? fmt::format(" {} false", add->link)
                                 : fmt::format(" {} {} {}", add->link, add->keepGitDir, int(add->unpack.value_or(2))));
        for (const Word& exclude : add->excludes)
            text += " exclude " + word(exclude);
    } else if (const auto* workdir = instruction.as<Workdir>()) {
        text += word(workdir->path);
    } else if (const auto* user = instruction.as<User>()) {
        text += word(user->user);
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
        text = "LABEL " + goQuoted("org.opencontainers.image.authors") + "=" + word(maintainer->name) + " ";
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

inline std::string meaningOf(const StageGraph& graph)
{
    std::string text;
    for (const StageNode& stage : graph.stages)
        text += fmt::format("stage {} {} base {} platform {} needed {}\n", stage.index, lower(stage.name),
            stage.baseStage ? std::to_string(*stage.baseStage) : stage.base, stage.platform, stage.needed);
    std::vector<std::string> edges;
    for (const StageEdge& edge : graph.edges)
        edges.push_back(fmt::format("edge {} -> {} kind {} paths {}", edge.stage() ? std::to_string(*edge.stage()) : *edge.image(),
            edge.to, int(edge.kind), fmt::join(edge.paths, " ")));
    std::sort(edges.begin(), edges.end());
    return text + fmt::format("{}\n", fmt::join(edges, "\n"));
}

inline std::string meaningOf(const Dockerfile& file, const StageOptions& options = {})
{
    std::string text = meaningOf(stageGraph(file, options));
    const char escape = file.document.escape;
    for (const Instruction& arg : file.globalArgs)
        text += meaningOf(arg, escape) + "\n";
    for (const Stage& stage : file.stages) {
        text += meaningOf(stage.from, escape) + "\n";
        for (const Instruction& instruction : stage.instructions)
            text += meaningOf(instruction, escape) + "\n";
    }
    return text;
}

} // namespace darsena::dockerfile::test
