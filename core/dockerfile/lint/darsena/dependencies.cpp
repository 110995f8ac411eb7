// SPDX-License-Identifier: GPL-3.0-or-later
// COPY of everything before the dependencies are installed: whatever file changes, all of them are fetched again.
#include "core/dockerfile/lint/darsena/rules.h"
#include "core/dockerfile/text.h"

#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

using namespace std::string_view_literals;
using shell::Command;
using shell::EmbeddedScript;

struct KnownInstaller {
    std::string_view program;
    std::string_view action; ///< "" = the command alone, with options at most
    std::string_view manifests; ///< what it reads, as sources of COPY; "" = more than that, so there is no fix
};

/// Those that need no source of the program itself.
constexpr std::array knownInstallers {
    KnownInstaller {"npm", "ci", "package.json package-lock.json*"},
    KnownInstaller {"npm", "install", "package.json package-lock.json*"},
    KnownInstaller {"npm", "i", "package.json package-lock.json*"},
    KnownInstaller {"yarn", "", "package.json yarn.lock*"},
    KnownInstaller {"yarn", "install", "package.json yarn.lock*"},
    KnownInstaller {"pnpm", "install", "package.json pnpm-lock.yaml*"},
    KnownInstaller {"pnpm", "i", "package.json pnpm-lock.yaml*"},
    KnownInstaller {"go", "mod", "go.mod go.sum*"},
    KnownInstaller {"bundle", "install", "Gemfile Gemfile.lock*"},
    KnownInstaller {"composer", "install", ""},
    KnownInstaller {"cargo", "fetch", ""},
    KnownInstaller {"dotnet", "restore", ""},
    KnownInstaller {"poetry", "install", ""},
    KnownInstaller {"mvn", "dependency:go-offline", "pom.xml"},
    KnownInstaller {"mvn", "dependency:resolve", "pom.xml"},
};

/// A dependency install: what it is called, and the manifests that it reads.
struct DependencyInstall {
    std::string name;
    std::string manifests;
};

/// "pip install -r requirements.txt": the files behind -r.
std::optional<DependencyInstall> pipInstall(const Command& command, std::string_view program)
{
    std::size_t at = 1;
    if (program.starts_with("python") && command.words.size() > 2 && command.words[1].value() == "-m")
        at = 3;
    else if (program != "pip" && program != "pip3")
        return std::nullopt;
    if (at == 3 && command.words[2].value() != "pip")
        return std::nullopt;
    DependencyInstall install {.name = "pip install", .manifests = {}};
    bool isInstall = false;
    bool onlyFiles = true;
    for (; at < command.words.size(); ++at) {
        const std::string word = command.words[at].value();
        if (word == "install") {
            isInstall = true;
        } else if ((word == "-r" || word == "--requirement") && at + 1 < command.words.size()) {
            const auto file = command.words[++at].literal();
            onlyFiles = onlyFiles && file && !file->starts_with('/') && file->find("..") == std::string::npos
                && file->find_first_of(" \t\"'$\\*?[") == std::string::npos && file->find('/') == std::string::npos;
            if (file)
                install.manifests += (install.manifests.empty() ? "" : " ") + *file;
        } else if (!word.starts_with('-')) {
            onlyFiles = false;
        }
    }
    if (!isInstall || install.manifests.empty())
        return std::nullopt;
    if (!onlyFiles)
        install.manifests.clear();
    return install;
}

std::optional<DependencyInstall> installOf(const Command& command)
{
    const std::string program = command.program();
    if (program.empty())
        return std::nullopt;
    if (auto pip = pipInstall(command, program))
        return pip;
    for (const KnownInstaller& installer : knownInstallers) {
        if (program != installer.program)
            continue;
        std::string action;
        std::size_t plain = 0;
        for (std::size_t i = 1; i < command.words.size(); ++i) {
            const std::string word = command.words[i].value();
            if (word.starts_with('-'))
                continue;
            ++plain;
            if (action.empty())
                action = word;
        }
        if (action != installer.action)
            continue;
        // "npm install express" installs something else than what the manifest lists.
        const bool isModDownload = program == "go" && command.words.size() == 3 && command.words[2].value() == "download";
        const bool named = program == "go" ? !isModDownload : plain > (installer.action.empty() ? 0U : 1U);
        const bool global = std::any_of(command.words.begin(), command.words.end(),
            [](const shell::ShellWord& word) { return word.value() == "-g" || word.value() == "--global"; });
        if (named || global)
            return std::nullopt;
        return DependencyInstall {.name = fmt::format("{}{}{}", program, action.empty() ? "" : " ", action),
            .manifests = std::string(installer.manifests)};
    }
    return std::nullopt;
}

bool copiesEverything(const EvaluatedInstruction& entry, const SourcesAndDestination& paths)
{
    return std::any_of(paths.sources.begin(), paths.sources.end(), [&](const Word& source) {
        const std::string* text = entry.textOf(source);
        return text != nullptr && (*text == "." || *text == "./" || *text == "/" || *text == "*" || *text == "./*");
    });
}

/// The manifests copied and the install run before everything is copied.
std::optional<Fix> installFirst(const LintContext& context, const EvaluatedInstruction& copy, const EvaluatedInstruction& run,
    const EmbeddedScript& script, const DependencyInstall& install)
{
    const Document& document = context.file().document;
    const Statement& copied = context.statementOf(*copy.instruction);
    const Statement& ran = context.statementOf(*run.instruction);
    // One command, right behind: nothing else is moved.
    const bool isNext = run.instruction->statement == copy.instruction->statement + 1;
    const bool isOne = script.parsed.script.items.size() == 1 && script.parsed.errors.empty() && !script.heredoc;
    const auto& words = copied.arguments;
    if (install.manifests.empty() || !isNext || !isOne || copied.name != "copy" || copied.jsonForm || words.size() != 2
        || !ran.heredocs.empty() || !copied.heredocs.empty() || !ran.commentsAbove.empty())
        return std::nullopt;
    const std::string& destination = words[1].text;
    // The command works where the files go.
    const bool isHere = destination == "." || destination == "./"
        || (copy.workdir && destination.starts_with('/') && cleanPath({}, destination) == cleanPath({}, *copy.workdir));
    if (!isHere || !trim(document.source.slice({copied.range.end, ran.keyword.range.begin})).empty())
        return std::nullopt;
    std::string line(document.source.slice({copied.range.begin, words.front().range.begin}));
    line += fmt::format("{} {}", install.manifests, destination);
    if (!destination.ends_with('/'))
        line += '/';
    const std::string_view between = document.source.slice({copied.range.end, ran.range.begin});
    line += between;
    line += document.source.slice(ran.range);
    line += between;
    return Fix {.description = fmt::format("Run {} before everything is copied", install.name),
        .edits = {{.range = {copied.range.begin, copied.range.begin}, .replacement = std::move(line)},
            {.range = {copied.range.end, ran.range.end}, .replacement = ""}},
        .sameMeaning = false};
}

} // namespace

void checkCopyBeforeDependencies(LintContext& context, const RuleInfo& rule)
{
    const auto& scripts = context.scripts();
    auto script = scripts.begin();
    const Stage* stage = nullptr;
    const EvaluatedInstruction* everything = nullptr; ///< the COPY, until an install is seen
    std::vector<char> isInstalled(context.file().stages.size(), 0);
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        if (std::exchange(stage, entry.stage) != entry.stage) {
            everything = nullptr;
            if (const auto base = context.graph().stages[stage->index].baseStage)
                isInstalled[stage->index] = isInstalled[*base];
        }
        if (const Copy* copy = entry.instruction->as<Copy>(); copy != nullptr && !copy->from) {
            if (everything == nullptr && copiesEverything(entry, copy->paths))
                everything = &entry;
            continue;
        }
        const Run* run = entry.instruction->as<Run>();
        if (run == nullptr)
            continue;
        while (script != scripts.end() && script->statement < entry.instruction->statement)
            ++script;
        for (; script != scripts.end() && script->statement == entry.instruction->statement; ++script) {
            std::optional<DependencyInstall> install;
            const Command* command = nullptr;
            visitCommands(script->parsed.script, [&](const Command& each, const shell::Pipeline&) {
                if (!install && (install = installOf(each)))
                    command = &each;
            });
            if (!install)
                continue;
            // With a cache mount nothing is fetched twice.
            const bool isCached = std::any_of(run->mounts.begin(), run->mounts.end(),
                [](const Mount& mount) { return mount.type == MountType::Cache; });
            if (everything != nullptr && isInstalled[stage->index] == 0 && !isCached)
                context.report(rule, *everything->instruction,
                    everything->instruction->as<Copy>()->paths.sources.front().range,
                    fmt::format("With everything copied here, any change makes {} at line {} start over", install->name,
                        entry.instruction->firstLine),
                    installFirst(context, *everything, entry, *script, *install));
            isInstalled[stage->index] = 1;
        }
    }
}

} // namespace darsena::dockerfile::lint_detail
