// SPDX-License-Identifier: GPL-3.0-or-later
// Cache mounts for package managers: where each keeps what it downloads, and which clean-up empties it again.
#include "core/dockerfile/assist/refactor/place.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

namespace darsena::dockerfile::refactor_detail {

namespace {

using namespace std::string_view_literals;
using shell::Command;
using shell::ListItem;
using shell::Separator;

using Words = std::vector<std::string_view>;

struct CacheManager {
    std::string_view name; ///< as titles have it
    Words programs;
    Words subcommands; ///< one of them makes it download; empty: it does anyway
    Words targets;
    bool locked = false; ///< two at a time would spoil it
    bool home = false; ///< the targets are those of root
    Words cleanUp; ///< "clean all": its own command that empties the cache
    Words noCache {}; ///< its option to go without
};

const std::vector<CacheManager>& cacheManagers()
{
    static const std::vector<CacheManager> table {
        {.name = "apt", .programs = {"apt-get", "apt"}, .subcommands = {"install", "update", "upgrade", "dist-upgrade", "full-upgrade", "build-dep"},
            .targets = {"/var/cache/apt", "/var/lib/apt"}, .locked = true, .home = false, .cleanUp = {"clean", "autoclean", "distclean"}},
        {.name = "apk", .programs = {"apk"}, .subcommands = {"add", "update", "upgrade"}, .targets = {"/var/cache/apk"},
            .locked = true, .home = false, .cleanUp = {"cache clean"}, .noCache = {"--no-cache"}},
        {.name = "dnf", .programs = {"dnf", "dnf5", "microdnf"}, .subcommands = {"install", "update", "upgrade", "groupinstall", "makecache"},
            .targets = {"/var/cache/dnf", "/var/cache/libdnf5"}, .locked = true, .home = false, .cleanUp = {"clean all", "clean packages"}},
        {.name = "yum", .programs = {"yum"}, .subcommands = {"install", "update", "upgrade", "groupinstall", "makecache"},
            .targets = {"/var/cache/yum"}, .locked = true, .home = false, .cleanUp = {"clean all", "clean packages"}},
        {.name = "pip", .programs = {"pip", "pip3"}, .subcommands = {"install", "download", "wheel"}, .targets = {"/root/.cache/pip"},
            .locked = false, .home = true, .cleanUp = {"cache purge"}, .noCache = {"--no-cache-dir"}},
        {.name = "npm", .programs = {"npm"}, .subcommands = {"install", "i", "ci", "add", "update", "install-test"},
            .targets = {"/root/.npm"}, .locked = false, .home = true, .cleanUp = {"cache clean"}},
        {.name = "yarn", .programs = {"yarn", "yarnpkg"}, .subcommands = {"", "install", "add", "global"}, .targets = {"/usr/local/share/.cache/yarn"},
            .locked = false, .home = true, .cleanUp = {"cache clean"}},
        {.name = "pnpm", .programs = {"pnpm"}, .subcommands = {"install", "i", "add", "fetch", "update"},
            .targets = {"/root/.local/share/pnpm/store"}, .locked = false, .home = true, .cleanUp = {"store prune"}},
        {.name = "Go", .programs = {"go"}, .subcommands = {"build", "install", "test", "mod", "get", "run", "generate", "vet", "list"},
            .targets = {"/go/pkg/mod", "/root/.cache/go-build"}, .locked = false, .home = true, .cleanUp = {"clean"}},
        {.name = "Cargo", .programs = {"cargo"}, .subcommands = {"build", "install", "fetch", "test", "check", "run", "b", "vendor"},
            .targets = {"/usr/local/cargo/registry", "/usr/local/cargo/git/db"}, .locked = false, .home = false, .cleanUp = {"cache"}},
        {.name = "Maven", .programs = {"mvn", "mvnw"}, .subcommands = {}, .targets = {"/root/.m2"}, .locked = false, .home = true, .cleanUp = {}},
        {.name = "Gradle", .programs = {"gradle", "gradlew"}, .subcommands = {}, .targets = {"/root/.gradle"}, .locked = false, .home = true, .cleanUp = {}},
        {.name = "Composer", .programs = {"composer", "composer.phar"}, .subcommands = {"install", "update", "require", "create-project", "global"},
            .targets = {"/tmp/cache"}, .locked = false, .home = false, .cleanUp = {"clear-cache", "clearcache", "cc"}, .noCache = {"--no-cache"}},
        {.name = "Bundler", .programs = {"bundle", "bundler"}, .subcommands = {"", "install", "update"}, .targets = {"/usr/local/bundle/cache"},
            .locked = false, .home = false, .cleanUp = {"clean"}, .noCache = {"--no-cache"}},
    };
    return table;
}

/// A command's words with "sudo", "env" and "python -m" in front left out, the program without its folder.
std::vector<std::string> plainCommand(const Command& command)
{
    std::vector<std::string> words;
    for (const shell::ShellWord& word : command.words)
        words.push_back(word.value());
    const auto drop = [&](std::size_t count) { words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(std::min(count, words.size()))); };
    while (!words.empty() && (words.front() == "sudo" || words.front() == "env" || words.front() == "exec"))
        drop(1);
    if (words.size() > 2 && words[1] == "-m" && words.front().substr(words.front().rfind('/') + 1).starts_with("python"))
        drop(2);
    if (!words.empty())
        words.front() = words.front().substr(words.front().rfind('/') + 1);
    if (!words.empty() && words.front().starts_with("pip3."))
        words.front() = "pip3";
    return words;
}

bool contains(const Words& list, std::string_view word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool isBy(const CacheManager& manager, const std::vector<std::string>& words)
{
    return !words.empty() && contains(manager.programs, words.front());
}

bool downloads(const CacheManager& manager, const std::vector<std::string>& words)
{
    if (!isBy(manager, words))
        return false;
    if (manager.subcommands.empty() || (words.size() == 1 && contains(manager.subcommands, "")))
        return true;
    return std::any_of(words.begin() + 1, words.end(), [&](const std::string& word) { return contains(manager.subcommands, word); });
}

/// `rm` of nothing but the manager's caches, or its own command to empty them.
bool cleansUp(const CacheManager& manager, const ListItem& item)
{
    if (item.pipeline.negated || item.pipeline.commands.size() != 1 || item.pipeline.commands.front().kind != Command::Kind::Simple)
        return false;
    const std::vector<std::string> words = plainCommand(item.pipeline.commands.front());
    if (isBy(manager, words)) {
        std::string rest;
        for (std::size_t i = 1; i < words.size(); ++i) {
            if (!words[i].starts_with('-'))
                rest += (rest.empty() ? "" : " ") + words[i];
        }
        return contains(manager.cleanUp, rest);
    }
    if (words.empty() || words.front() != "rm")
        return false;
    std::size_t paths = 0;
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i].starts_with('-'))
            continue;
        std::string path = words[i];
        if (path.starts_with("~/"))
            path = "/root" + path.substr(1);
        else if (path.starts_with("$HOME/"))
            path = "/root" + path.substr(5);
        const bool inside = std::any_of(manager.targets.begin(), manager.targets.end(), [&](std::string_view target) {
            return path == target || path.starts_with(std::string(target) + "/") || path.starts_with(std::string(target) + "*");
        });
        if (!inside)
            return false;
        ++paths;
    }
    return paths > 0;
}

/// Takes whole commands out of a list, where what is left still follows each other as before.
void removeItems(const shell::EmbeddedScript& script, const CacheManager& manager, std::vector<TextEdit>& edits)
{
    const auto& items = script.parsed.script.items;
    const auto end = [&](std::size_t i) { return script.source(items[i].pipeline.range).end; };
    const auto begin = [&](std::size_t i) { return script.source(items[i].pipeline.range).begin; };
    const auto isStep = [](Separator separator) { return separator == Separator::And || separator == Separator::Sequence; };
    std::size_t removed = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!cleansUp(manager, items[i]) || removed + 1 == items.size())
            continue;
        const bool last = i + 1 == items.size();
        const bool first = i == removed;
        const bool fits = first ? isStep(items[i].separator)
                                : isStep(items[i - 1].separator) && (last || items[i].separator == items[i - 1].separator || items[i].separator == Separator::End);
        if (!fits)
            continue;
        edits.push_back({.range = first ? Range {begin(i), begin(i + 1)} : Range {end(i - 1), end(i)}, .replacement = {}});
        removed += first;
    }
}

void removeOptions(const shell::EmbeddedScript& script, const CacheManager& manager, std::vector<TextEdit>& edits)
{
    shell::visitCommands(script.parsed.script, [&](const Command& command, const shell::Pipeline&) {
        if (!downloads(manager, plainCommand(command)))
            return;
        for (std::size_t i = 1; i < command.words.size(); ++i) {
            if (!contains(manager.noCache, command.words[i].value()))
                continue;
            const Range before = script.source(command.words[i - 1].range);
            const Range word = script.source(command.words[i].range);
            // A line break before it stays: what follows may need it.
            const bool sameLine = word.begin == before.end + 1;
            edits.push_back({.range = {sameLine ? before.end : word.begin, word.end}, .replacement = {}});
        }
    });
}

/// Whether commands here run as root, as far as the file tells.
bool runsAsRoot(const RefactorPlace& place, const Selected& selected)
{
    const Stage* stage = selected.stage;
    std::size_t before = selected.instruction->statement;
    while (stage != nullptr) {
        const User* last = nullptr;
        for (const Instruction& instruction : stage->instructions) {
            if (const User* user = instruction.as<User>(); user != nullptr && instruction.statement < before)
                last = user;
        }
        if (last != nullptr) {
            const std::string name = last->user.text.substr(0, last->user.text.find(':'));
            return name == "root" || name == "0";
        }
        const Stage* base = nullptr;
        for (const Stage& each : place.file().stages) {
            if (each.index < stage->index && !each.name.empty() && each.name == stage->base)
                base = &each;
        }
        stage = base;
        before = place.file().document.statements.size();
    }
    return true;
}

std::string withoutSlash(std::string path)
{
    while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    return path;
}

/// The mounts of a manager that an instruction has not got yet.
std::vector<std::string> missingMounts(const CacheManager& manager, const Run& run, std::string_view image)
{
    std::vector<std::string> result;
    for (std::string_view target : manager.targets) {
        // Only the image of Composer has its cache there.
        if (target == "/tmp/cache" && image.find("composer") == std::string_view::npos)
            target = "/root/.composer/cache";
        // That is where the dnf of newer Fedoras keeps it.
        if (target == "/var/cache/libdnf5" && image.find("fedora") == std::string_view::npos)
            continue;
        const bool there = std::any_of(run.mounts.begin(), run.mounts.end(),
            [&](const Mount& mount) { return withoutSlash(mount.target) == target; });
        if (!there)
            result.push_back(fmt::format("--mount=type=cache,target={}{}", target, manager.locked ? ",sharing=locked" : ""));
    }
    return result;
}

} // namespace

void offerCacheMount(const RefactorPlace& place, Offers& offers)
{
    const Selected* selected = place.only();
    const Run* run = selected != nullptr ? selected->instruction->as<Run>() : nullptr;
    const shell::EmbeddedScript* script = selected != nullptr ? place.scriptOf(*selected) : nullptr;
    if (run == nullptr || script == nullptr || script->interpreter.kind != shell::Interpreter::Kind::Shell
        || !run->command.shellForm)
        return;
    const Statement& statement = *selected->statement;
    const std::uint32_t at = statement.flags.empty() ? statement.keyword.range.end : statement.flags.back().range.end;
    const std::string lineBreak = fmt::format(" {}{}    ", place.file().document.escape, place.lineBreak());
    for (const CacheManager& manager : cacheManagers()) {
        bool used = false;
        shell::visitCommands(script->parsed.script,
            [&](const Command& command, const shell::Pipeline&) { used = used || downloads(manager, plainCommand(command)); });
        if (!used || (manager.home && !runsAsRoot(place, *selected)))
            continue;
        const std::vector<std::string> mounts = missingMounts(manager, *run, lower(selected->stage->base));
        if (mounts.empty())
            continue;
        std::string text;
        for (std::size_t i = 0; i < mounts.size(); ++i)
            text += (i == 0 && statement.flags.empty() ? " " : lineBreak) + mounts[i];
        if (mounts.size() > 1 || !statement.flags.empty()) {
            // What follows begins a line of its own; the blank before it is there already.
            text += lineBreak.substr(0, lineBreak.size() - 1);
        }
        std::vector<TextEdit> cleaned;
        removeItems(*script, manager, cleaned);
        removeOptions(*script, manager, cleaned);
        if (!cleaned.empty()) {
            cleaned.push_back({.range = {at, at}, .replacement = text});
            offers.push_back({.id = "add-cache-mount",
                .title = fmt::format("Keep the downloads of {} in a cache mount and leave out the clean-up", manager.name),
                .edits = std::move(cleaned)});
        }
        offers.push_back({.id = "add-cache-mount",
            .title = fmt::format("Keep the downloads of {} in a cache mount", manager.name),
            .edits = {{.range = {at, at}, .replacement = std::move(text)}}});
    }
}

} // namespace darsena::dockerfile::refactor_detail
