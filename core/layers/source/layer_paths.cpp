// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/layer_paths.h"

#include <algorithm>
#include <vector>

namespace darsena::layers {

namespace {

constexpr std::size_t maxLinks = 1'000'000;
constexpr std::size_t maxDepth = 512;
constexpr std::size_t maxPathBytes = 4096; // the kernel's PATH_MAX
constexpr int maxHops = 40;

/// The components of a path, put before what is still to be walked (which is kept last first).
void walkFirst(std::vector<std::string>& rest, std::string_view path)
{
    while (!path.empty()) {
        const std::size_t slash = path.rfind('/');
        const std::string_view last = slash == std::string_view::npos ? path : path.substr(slash + 1);
        if (!last.empty() && last != ".")
            rest.emplace_back(last);
        path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
    }
}

Error refused(std::string_view path, std::string_view why)
{
    return Error(ErrorCode::Invalid, fmt::format("\"{}\": {}", path.substr(0, 200), why));
}

} // namespace

Result<std::string> LayerPaths::canonicalDirectory(std::string_view directory) const
{
    std::vector<std::string> rest;
    walkFirst(rest, directory);
    std::string done;
    int hops = 0;
    while (!rest.empty()) {
        const std::string component = std::move(rest.back());
        rest.pop_back();
        if (component == "..") {
            const std::size_t slash = done.rfind('/');
            done.resize(slash == std::string::npos ? 0 : slash);
            continue;
        }
        const std::size_t before = done.size();
        done += done.empty() ? component : "/" + component;
        const auto link = m_links.find(done);
        if (link == m_links.end())
            continue;
        if (++hops > maxHops)
            return refused(directory, "too many links on the way");
        done.resize(link->second.starts_with('/') ? 0 : before);
        walkFirst(rest, link->second);
        if (rest.size() > maxDepth)
            return refused(directory, "links that lead too deep");
    }
    return done;
}

Result<void> LayerPaths::followParents(std::string& path)
{
    if (path.size() > maxPathBytes)
        return refused(path, fmt::format("a name of {} bytes, more than {}", path.size(), maxPathBytes));
    const std::size_t slash = path.rfind('/');
    if (m_links.empty() || slash == std::string::npos)
        return {};
    const std::string_view directory = std::string_view(path).substr(0, slash);
    if (!m_lastKnown || directory != m_lastDirectory) {
        m_lastKnown = false;
        m_lastCanonical = TRY(canonicalDirectory(directory));
        m_lastDirectory = directory;
        m_lastKnown = true;
    }
    if (m_lastCanonical == directory)
        return {};
    const std::string name = path.substr(slash + 1);
    path = m_lastCanonical.empty() ? name : m_lastCanonical + "/" + name;
    if (path.size() > maxPathBytes || static_cast<std::size_t>(std::ranges::count(path, '/')) >= maxDepth)
        return refused(path, "links that lead too deep");
    return {};
}

Result<archive::LayerName> LayerPaths::place(std::string_view member)
{
    archive::LayerName name = TRY(archive::parseLayerName(member, maxDepth));
    if (name.kind == archive::NameKind::Ignored)
        return name;
    if (name.kind == archive::NameKind::Opaque && !m_links.empty())
        name.path = TRY(canonicalDirectory(name.path)); // a mark speaks of the directory that a link leads to
    else
        TRY(followParents(name.path));
    return name;
}

Result<std::string> LayerPaths::target(std::string_view member)
{
    std::string path = TRY(archive::cleanMember(member, maxDepth));
    TRY(followParents(path));
    return path;
}

void LayerPaths::made(std::string_view path, EntryType type, std::string_view link)
{
    if (!m_links.empty() && type != EntryType::Directory) {
        // Whatever was there or below is gone, links included.
        auto first = m_links.lower_bound(std::string(path));
        auto last = first;
        while (last != m_links.end() && (last->first == path || archive::isBelow(last->first, path)))
            ++last;
        if (first != last) {
            m_links.erase(first, last);
            m_lastKnown = false;
        }
    } else if (!m_links.empty() && m_links.erase(std::string(path)) > 0) {
        m_lastKnown = false;
    }
    if (type == EntryType::Symlink && m_links.size() < maxLinks) {
        m_links.emplace(path, link);
        m_lastKnown = false;
    }
}

} // namespace darsena::layers
