// SPDX-License-Identifier: GPL-3.0-or-later
// Files that one layer adds and a later one removes: they are hidden, and still shipped.
#include "core/dockerfile/lint/darsena/rules.h"
#include "core/dockerfile/text.h"

#include <map>
#include <set>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

using shell::Command;
using shell::EmbeddedScript;
using shell::ShellWord;
using shell::WordPart;

/// What "rm" is given: a path and all below it, or all paths that begin so.
struct RemovedPath {
    std::string path;
    bool isPrefix = false; ///< "dir/*", "name*"
    Range range; ///< in the file
    std::string written;

    bool covers(std::string_view made) const
    {
        return made.starts_with(path) && (isPrefix || made.size() == path.size() || made[path.size()] == '/');
    }
};

/// The first of some paths that a removal covers; their end if there is none. Those that begin as it does are next to one
/// another, and what is below it comes a little behind those.
template <typename Paths> auto firstCovered(const Paths& paths, const RemovedPath& removal)
{
    const auto keyOf = [](const auto& entry) -> const std::string& {
        if constexpr (requires { entry.first; })
            return entry.first;
        else
            return entry;
    };
    auto found = paths.lower_bound(removal.path);
    if (found != paths.end() && !removal.covers(keyOf(*found)))
        found = paths.lower_bound(removal.path + "/");
    return found != paths.end() && removal.covers(keyOf(*found)) ? found : paths.end();
}

/// What the commands of one instruction make and remove.
class LayerChanges {
public:
    LayerChanges(const LintContext& context, const EvaluatedInstruction& entry)
        : m_context(context)
        , m_entry(entry)
        // A working directory that is not known is the same one until WORKDIR names another.
        , m_folder(entry.workdir.value_or("/\x01"))
    { }

    void readCopy(const SourcesAndDestination& paths);
    void readScript(const EmbeddedScript& script);

    std::set<std::string, std::less<>> made;
    std::vector<RemovedPath> removed;

private:
    void readDownload(const Command& command, std::string_view program);
    void readRemovals(const EmbeddedScript& script, const Command& command);
    void make(std::string_view path)
    {
        if (!path.empty() && path != "-")
            made.insert(cleanPath(m_folder, path));
    }

    const LintContext& m_context;
    const EvaluatedInstruction& m_entry;
    std::string m_folder;
};

void LayerChanges::readCopy(const SourcesAndDestination& paths)
{
    const std::string* destination = m_entry.textOf(paths.destination);
    if (destination == nullptr || destination->empty())
        return;
    const bool isFolder
        = destination->ends_with('/') || *destination == "." || paths.sources.size() + paths.files.size() > 1;
    for (const Word& source : paths.sources) {
        const std::string* text = m_entry.textOf(source);
        const std::string_view name = text != nullptr ? lastPathPart(*text) : std::string_view();
        if (name.empty() || name == "." || name == ".." || name.find_first_of("*?[") != std::string_view::npos)
            continue;
        make(isFolder ? fmt::format("{}/{}", *destination, name) : *destination);
    }
    for (const InlineFile& file : paths.files)
        make(isFolder ? fmt::format("{}/{}", *destination, file.name) : *destination);
}

/// "-o file", "-ofile", "--output=file" and the like: the value, `at` moved on; nullopt if the word is another option.
std::optional<std::string> downloadOption(
    const std::vector<ShellWord>& words, std::size_t& at, char shortName, std::string_view longName)
{
    const std::string word = words[at].value();
    const auto next = [&] { return at + 1 < words.size() ? words[++at].literal().value_or("") : std::string(); };
    if (word == longName)
        return next();
    if (word.starts_with(longName) && word.substr(longName.size()).starts_with('='))
        return word.substr(longName.size() + 1);
    if (word.size() < 2 || word.front() != '-' || word[1] == '-')
        return std::nullopt;
    const std::size_t letter = word.find(shortName, 1);
    if (letter == std::string::npos)
        return std::nullopt;
    return letter + 1 == word.size() ? next() : word.substr(letter + 1);
}

void LayerChanges::readDownload(const Command& command, std::string_view program)
{
    const bool isCurl = program == "curl";
    bool keepsNames = !isCurl;
    std::vector<std::string> names;
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        const std::string word = command.words[i].value();
        const bool isRemoteName
            = isCurl && (word == "--remote-name" || (word.starts_with('-') && !word.starts_with("--") && word.ends_with('O')));
        if (isRemoteName) {
            keepsNames = true;
        } else if (const auto file = downloadOption(command.words, i, isCurl ? 'o' : 'O', isCurl ? "--output" : "--output-document")) {
            make(*file);
            keepsNames = false;
        } else if (word.find("://") != std::string::npos && command.words[i].literal()) {
            names.emplace_back(lastPathPart(word));
        }
    }
    for (const std::string& name : names) {
        if (keepsNames)
            make(name);
    }
    for (const shell::Redirection& redirection : command.redirections) {
        if (redirection.op == ">" || redirection.op == ">>")
            make(redirection.target.literal().value_or(""));
    }
}

void LayerChanges::readRemovals(const EmbeddedScript& script, const Command& command)
{
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        const ShellWord& word = command.words[i];
        std::string text = word.value();
        const bool isKnown = std::all_of(word.parts.begin(), word.parts.end(), [](const WordPart& part) {
            return part.kind == WordPart::Kind::Literal || part.kind == WordPart::Kind::SingleQuoted
                || part.kind == WordPart::Kind::Glob;
        });
        if (!isKnown || text.empty() || text.starts_with('-'))
            continue;
        RemovedPath removal {.path = {}, .isPrefix = text.ends_with('*'), .range = script.source(word.range), .written = text};
        if (removal.isPrefix)
            text.pop_back();
        if (text.find_first_of("*?[") != std::string::npos)
            continue;
        removal.path = cleanPath(m_folder, text);
        if (removal.isPrefix && (text.ends_with('/') || text.empty()))
            removal.path += removal.path == "/" ? "" : "/";
        // All there is would be a matter of its own.
        if (removal.path != "/")
            removed.push_back(std::move(removal));
    }
}

void LayerChanges::readScript(const EmbeddedScript& script)
{
    visitCommands(script.parsed.script, [&](const Command& command, const shell::Pipeline&) {
        const std::string program = command.program();
        if (program.empty())
            return;
        const std::string first = command.words.size() > 1 ? command.words[1].value() : std::string();
        const auto has = [&](std::initializer_list<std::string_view> wanted) {
            return std::any_of(command.words.begin() + 1, command.words.end(), [&](const ShellWord& word) {
                return std::find(wanted.begin(), wanted.end(), word.value()) != wanted.end();
            });
        };
        if (program == "cd") {
            m_folder = cleanPath(m_folder, command.words.size() > 1 ? command.words[1].literal().value_or("\x02") : "\x02");
        } else if (program == "curl" || program == "wget") {
            readDownload(command, program);
        } else if (program == "git" && first == "clone") {
            if (const auto folder = command.words.back().literal())
                make(folder->ends_with(".git") ? lastPathPart(*folder).substr(0, lastPathPart(*folder).size() - 4)
                                               : lastPathPart(*folder));
        } else if ((program == "apt-get" || program == "apt") && has({"update"})) {
            make("/var/lib/apt/lists/lists");
        } else if (program == "yum" || program == "dnf" || program == "microdnf") {
            if (has({"install", "update", "upgrade", "makecache"})) {
                make("/var/cache/dnf/cache");
                make("/var/cache/yum/cache");
            } else if (has({"clean"})) {
                removed.push_back({.path = "/var/cache/dnf",
                    .isPrefix = false,
                    .range = script.source(command.range),
                    .written = "/var/cache/" + std::string(program == "yum" ? "yum" : "dnf")});
            }
        } else if (program == "rm") {
            readRemovals(script, command);
        }
    });
    const auto isMounted = [&](std::string_view path) {
        const auto& mounts = m_entry.instruction->as<Run>()->mounts;
        return std::any_of(mounts.begin(), mounts.end(), [&](const Mount& mount) {
            return !mount.target.empty() && path.starts_with(cleanPath({}, mount.target));
        });
    };
    std::erase_if(made, isMounted);
    std::erase_if(removed, [&](const RemovedPath& removal) { return isMounted(removal.path); });
}

/// The stages whose layers the image has.
std::vector<char> shippedStages(const LintContext& context)
{
    std::vector<char> result(context.file().stages.size(), 0);
    for (auto stage = context.graph().target; stage; stage = context.graph().stages[*stage].baseStage)
        result[*stage] = 1;
    return result;
}

void reportRemovals(LintContext& context, const RuleInfo& rule, const EvaluatedInstruction& entry,
    const LayerChanges& changes, const std::map<std::string, std::uint32_t, std::less<>>& before)
{
    for (const RemovedPath& removal : changes.removed) {
        const auto found = firstCovered(before, removal);
        // What the instruction removes of its own is not what was there before.
        if (found == before.end() || firstCovered(changes.made, removal) != changes.made.end())
            continue;
        context.report(rule, *entry.instruction, removal.range,
            fmt::format("{} stays in the layer of line {}: to remove it here makes the image no smaller", removal.written,
                found->second));
    }
}

} // namespace

void checkRemovedInLaterLayer(LintContext& context, const RuleInfo& rule)
{
    const std::vector<char> shipped = shippedStages(context);
    const auto& scripts = context.scripts();
    auto script = scripts.begin();
    const Stage* stage = nullptr;
    std::map<std::string, std::uint32_t, std::less<>> before;
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        if (std::exchange(stage, entry.stage) != entry.stage)
            before.clear();
        if (shipped[entry.stage->index] == 0)
            continue;
        LayerChanges changes(context, entry);
        if (const Copy* copy = entry.instruction->as<Copy>())
            changes.readCopy(copy->paths);
        else if (const Add* add = entry.instruction->as<Add>())
            changes.readCopy(add->paths);
        else if (entry.instruction->as<Run>() == nullptr)
            continue;
        while (script != scripts.end() && script->statement < entry.instruction->statement)
            ++script;
        for (; script != scripts.end() && script->statement == entry.instruction->statement; ++script)
            changes.readScript(*script);
        reportRemovals(context, rule, entry, changes, before);
        for (const RemovedPath& removal : changes.removed) {
            for (auto gone = firstCovered(changes.made, removal); gone != changes.made.end();
                 gone = firstCovered(changes.made, removal))
                changes.made.erase(gone);
        }
        for (const std::string& path : changes.made)
            before[path] = entry.instruction->firstLine;
    }
}

} // namespace darsena::dockerfile::lint_detail
