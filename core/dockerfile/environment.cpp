// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/environment.h"

#include "core/dockerfile/text.h"

namespace darsena::dockerfile {

namespace {

/// "linux/arm64/v8" as os, architecture, variant.
struct PlatformParts {
    std::string os;
    std::string architecture;
    std::string variant;
};

PlatformParts splitPlatform(std::string_view platform)
{
    PlatformParts parts;
    for (std::string* part : {&parts.os, &parts.architecture}) {
        const std::size_t end = std::min(platform.find('/'), platform.size());
        *part = platform.substr(0, end);
        platform.remove_prefix(std::min(end + 1, platform.size()));
    }
    parts.variant = platform;
    return parts;
}

void addPlatform(VariableMap& variables, const std::string& prefix, std::string_view platform)
{
    const PlatformParts parts = splitPlatform(platform);
    variables[prefix + "PLATFORM"] = platform;
    variables[prefix + "OS"] = parts.os;
    variables[prefix + "OSVERSION"] = "";
    variables[prefix + "ARCH"] = parts.architecture;
    variables[prefix + "VARIANT"] = parts.variant;
}

} // namespace

VariableMap platformArgs(const StageOptions& options)
{
    VariableMap variables;
    addPlatform(variables, "TARGET", options.targetPlatform);
    addPlatform(variables, "BUILD", options.buildPlatform);
    variables["TARGETSTAGE"] = options.target.empty() ? "default" : lower(options.target);
    return variables;
}

bool isProxyArg(std::string_view name)
{
    const std::string wanted = upper(name);
    if (name != wanted && name != lower(name))
        return false;
    for (const std::string_view proxy : {"HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"}) {
        if (wanted == proxy)
            return true;
    }
    return false;
}

GlobalScope GlobalScope::of(const Dockerfile& file, const StageOptions& options)
{
    GlobalScope scope;
    scope.variables = platformArgs(options);
    if (options.target.empty() && !file.stages.empty() && !file.stages.back().name.empty())
        scope.variables["TARGETSTAGE"] = file.stages.back().name;
    for (auto& [name, value] : scope.variables) {
        scope.declared.insert(name);
        if (const auto given = options.buildArgs.find(name); given != options.buildArgs.end())
            value = given->second;
    }
    for (const Instruction& instruction : file.globalArgs) {
        for (const Arg::Variable& variable : std::get<Arg>(instruction.body).variables) {
            scope.declared.insert(variable.name);
            if (const auto given = options.buildArgs.find(variable.name); given != options.buildArgs.end()) {
                scope.variables[variable.name] = given->second;
            } else if (variable.value) {
                auto expanded
                    = expandWord(*variable.value, lookupIn(scope.variables), {.escape = file.document.escape});
                if (expanded)
                    scope.variables[variable.name] = std::move(expanded->text);
                else
                    scope.problems.push_back({.range = variable.word.range, .message = expanded.error().message()});
            }
        }
    }
    return scope;
}

void StageScope::apply(const Instruction& instruction, char escape)
{
    if (const Arg* arg = instruction.as<Arg>())
        applyArg(*arg, escape);
    else if (const Env* env = instruction.as<Env>())
        applyEnv(*env, escape);
}

void StageScope::applyArg(const Arg& arg, char escape)
{
    for (const Arg::Variable& variable : arg.variables) {
        m_declared.insert(variable.name);
        if (const auto given = m_options->buildArgs.find(variable.name); given != m_options->buildArgs.end()) {
            m_variables[variable.name] = given->second;
        } else if (variable.value) {
            // Each sees those before it in the same instruction.
            if (auto expanded = expandWord(*variable.value, lookup(), {.escape = escape}))
                m_variables[variable.name] = std::move(expanded->text);
        } else if (const auto global = m_global->variables.find(variable.name); global != m_global->variables.end()) {
            m_variables[variable.name] = global->second;
        }
    }
}

void StageScope::applyEnv(const Env& env, char escape)
{
    // All words see the variables from before the instruction.
    VariableMap added;
    for (const KeyValue& pair : env.pairs) {
        auto key = expandWord(pair.key.text, lookup(), {.escape = escape});
        auto value = expandWord(pair.value.text, lookup(), {.escape = escape});
        if (key && value)
            added[key->text] = std::move(value->text);
    }
    for (auto& [name, value] : added)
        m_variables[name] = std::move(value);
}

std::vector<ExpandedWord> expandedWords(const Instruction& instruction)
{
    std::vector<ExpandedWord> words;
    const auto add = [&](const Word& word) { words.push_back({.word = &word}); };
    const auto addOptional = [&](const std::optional<Word>& word) {
        if (word)
            add(*word);
    };
    const auto addPaths = [&](const SourcesAndDestination& paths) {
        for (const Word& source : paths.sources)
            add(source);
        add(paths.destination);
    };
    if (const Env* env = instruction.as<Env>()) {
        for (const KeyValue& pair : env->pairs) {
            add(pair.key);
            add(pair.value);
        }
    } else if (const Label* label = instruction.as<Label>()) {
        for (const KeyValue& pair : label->pairs) {
            add(pair.key);
            add(pair.value);
        }
    } else if (const Copy* copy = instruction.as<Copy>()) {
        addOptional(copy->chown);
        addOptional(copy->chmod);
        addPaths(copy->paths);
    } else if (const Add* added = instruction.as<Add>()) {
        addOptional(added->chown);
        addOptional(added->chmod);
        addOptional(added->checksum);
        addPaths(added->paths);
    } else if (const Workdir* workdir = instruction.as<Workdir>()) {
        add(workdir->path);
    } else if (const User* user = instruction.as<User>()) {
        add(user->user);
    } else if (const StopSignal* signal = instruction.as<StopSignal>()) {
        add(signal->signal);
    } else if (const Volume* volume = instruction.as<Volume>()) {
        for (const Word& path : volume->paths)
            add(path);
    } else if (const Expose* expose = instruction.as<Expose>()) {
        for (const Word& port : expose->ports)
            words.push_back({.word = &port, .isList = true});
    }
    return words;
}

} // namespace darsena::dockerfile
