// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/image_paths.h"

#include <algorithm>
#include <array>
#include <set>

namespace darsena::dockerfile::assist_detail {

namespace {

/// What every image has is nothing that a stage made.
constexpr std::array<std::string_view, 11> systemPaths {"/bin/", "/boot/", "/dev/", "/etc/apt/", "/proc/",
    "/root/.cache", "/sbin/", "/sys/", "/tmp/", "/usr/bin/", "/var/lib/apt/"};
/// More would only make the list long.
constexpr std::size_t maxCommandPaths = 60;

bool isPathCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
        || std::string_view("/._-+@").find(c) != std::string_view::npos;
}

class PathCollector {
public:
    std::vector<ImagePath> take() { return std::move(m_paths); }

    void beginStage() { m_commandPaths = 0; }
    void add(const Instruction& instruction);

private:
    void add(std::string path, bool folder, bool inCommand = false);
    /// From the WORKDIR where the path is relative; empty if that is not known.
    std::string absolute(std::string_view path) const;
    void addCopy(const SourcesAndDestination& paths);
    void addCommand(std::string_view code);

    std::string m_workdir;
    std::size_t m_commandPaths = 0;
    std::set<std::string, std::less<>> m_seen;
    std::vector<ImagePath> m_paths;
};

void PathCollector::add(std::string path, bool folder, bool inCommand)
{
    if (path.size() < 2 || path.front() != '/' || path.find_first_of("$\"'\\*?[") != std::string::npos)
        return;
    if (m_seen.insert(path).second)
        m_paths.push_back({.path = std::move(path), .folder = folder, .inCommand = inCommand});
}

std::string PathCollector::absolute(std::string_view path) const
{
    if (path.starts_with('/'))
        return std::string(path);
    while (path.starts_with("./"))
        path.remove_prefix(2);
    if (m_workdir.empty() || path.starts_with(".."))
        return {};
    const std::string_view slash = m_workdir.ends_with('/') ? "" : "/";
    return path.empty() || path == "." ? m_workdir + std::string(slash)
                                       : m_workdir + std::string(slash) + std::string(path);
}

/// A folder takes its sources by their last names.
void PathCollector::addCopy(const SourcesAndDestination& paths)
{
    const std::string destination = absolute(paths.destination.text);
    const bool folder = destination.ends_with('/') || paths.sources.size() > 1;
    add(destination, folder);
    if (!folder || destination.empty())
        return;
    for (const Word& source : paths.sources) {
        std::string_view name = source.text;
        if (name.ends_with('/') || name.find("://") != std::string_view::npos)
            continue;
        name.remove_prefix(std::min(name.rfind('/') + 1, name.size()));
        if (!name.empty() && name.find('.') != 0)
            add(destination + (destination.ends_with('/') ? "" : "/") + std::string(name), false);
    }
}

void PathCollector::addCommand(std::string_view code)
{
    for (std::size_t at = code.find('/'); at != std::string_view::npos && m_commandPaths < maxCommandPaths;) {
        const bool begins = at == 0 || std::string_view(" \t\n\"'=;&|>(").find(code[at - 1]) != std::string_view::npos;
        std::size_t end = at;
        while (end < code.size() && isPathCharacter(code[end]))
            ++end;
        std::string_view path = code.substr(at, end - at);
        // "/app/*" names the folder, "/$x" nothing.
        const char behind = end < code.size() ? code[end] : ' ';
        const bool isCut = std::string_view("*?[{$:").find(behind) != std::string_view::npos;
        if (isCut)
            path = path.substr(0, path.rfind('/'));
        const bool isSystem = std::any_of(
            systemPaths.begin(), systemPaths.end(), [&](std::string_view system) { return path.starts_with(system); });
        if (begins && path.size() > 1 && path.find("//") == std::string_view::npos && !isSystem) {
            add(std::string(path), isCut || path.ends_with('/'), true);
            ++m_commandPaths;
        }
        at = code.find('/', std::max(end, at + 1));
    }
}

void PathCollector::add(const Instruction& instruction)
{
    if (const Workdir* workdir = instruction.as<Workdir>()) {
        m_workdir = absolute(workdir->path.text);
        if (m_workdir.find_first_of("$\"'") != std::string::npos)
            m_workdir.clear();
        add(m_workdir, true);
    } else if (const Copy* copy = instruction.as<Copy>()) {
        addCopy(copy->paths);
    } else if (const Add* added = instruction.as<Add>()) {
        addCopy(added->paths);
    } else if (const Volume* volume = instruction.as<Volume>()) {
        for (const Word& path : volume->paths)
            add(path.text, true);
    } else if (const Run* run = instruction.as<Run>()) {
        for (const std::string& argument : run->command.arguments)
            addCommand(argument);
        for (const Heredoc& heredoc : run->heredocs)
            addCommand(heredoc.content);
    }
}

} // namespace

std::vector<ImagePath> imagePaths(const Dockerfile& file, const std::vector<std::size_t>& chain, std::size_t before)
{
    PathCollector collector;
    for (const std::size_t stage : chain) {
        collector.beginStage();
        for (const Instruction& instruction : file.stages[stage].instructions) {
            if (instruction.statement < before)
                collector.add(instruction);
        }
    }
    return collector.take();
}

} // namespace darsena::dockerfile::assist_detail
