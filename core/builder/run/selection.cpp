// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/selection.h"

#include "core/builder/plan/path_match.h"
#include "core/os/file.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace darsena::builder {

namespace {

constexpr std::size_t maxEntries = 1'000'000;
constexpr int maxDepth = 256;

std::string joined(std::string_view directory, std::string_view name)
{
    if (directory.empty())
        return std::string(name);
    return fmt::format("{}/{}", directory, name);
}

std::string joined(const std::vector<std::string>& components)
{
    std::string path;
    for (const std::string& component : components)
        path = joined(path, component);
    return path;
}

Result<Digest> hashFile(int fd, std::stop_token stop)
{
    Hasher hasher;
    // On the heap: worker threads have small stacks.
    std::vector<std::byte> buffer(256 << 10);
    for (;;) {
        if (stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        const std::size_t count = TRY(os::readSome(fd, buffer));
        if (count == 0)
            return hasher.finish();
        hasher.update(std::span(buffer).first(count));
    }
}

Result<std::string> readLinkAt(int directory, const std::string& name)
{
    std::array<char, 4097> buffer {};
    const ssize_t length = ::readlinkat(directory, name.c_str(), buffer.data(), buffer.size());
    if (length < 0)
        return Error::system(errno, "readlink " + name);
    if (static_cast<std::size_t>(length) >= buffer.size())
        return Error(ErrorCode::TooLarge, fmt::format("the link {} is too long", name));
    return std::string(buffer.data(), static_cast<std::size_t>(length));
}

class Selector {
public:
    Selector(const os::Beneath& tree, const SelectOptions& options, std::stop_token stop)
        : m_tree(tree)
        , m_options(options)
        , m_stop(std::move(stop))
    {
    }

    Result<void> addSource(const std::string& written);
    Selection take() { return std::move(m_selection); }

private:
    Result<void> addPath(const std::string& written, const std::string& path, std::size_t pivot, bool fromPattern);
    Result<void> match(const std::string& written, const std::vector<std::string>& components, std::size_t at,
        const std::string& path, std::size_t pivot);
    Result<void> walk(SelectedRoot& root, const os::Beneath& directory, const std::string& source, const std::string& name, int depth);
    Result<SelectedEntry> readEntry(int directory, const std::string& fileName, std::string source, std::string name, const struct stat& attributes);
    template<typename Open>
    Result<Digest> contentOf(const std::string& path, Open open);
    bool ignored(const std::string& path) const { return m_options.ignore && m_options.ignore->ignores(path); }
    Error missing(const std::string& written, const std::string& path) const;

    const os::Beneath& m_tree;
    const SelectOptions& m_options;
    std::stop_token m_stop;
    Selection m_selection;
    std::size_t m_count = 0;
    std::set<std::string> m_matched; ///< of the pattern at hand: "**" finds a path in several ways
};

Error Selector::missing(const std::string& written, const std::string& path) const
{
    if (m_options.ignore) {
        const auto verdict = m_options.ignore->decide(path);
        if (verdict.ignored) {
            const std::string where = verdict.line == 0 ? m_options.ignoreName : fmt::format("line {} of {}", verdict.line, m_options.ignoreName);
            return Error(ErrorCode::NotFound,
                fmt::format("\"{}\" is not in {}: \"{}\" in {} leaves it out", written, m_options.treeName, verdict.pattern, where));
        }
    }
    return Error(ErrorCode::NotFound, fmt::format("\"{}\" was not found in {}", written, m_options.treeName));
}

Result<void> Selector::addSource(const std::string& written)
{
    std::vector<std::string> components = cleanSource(written);
    // --parents keeps the directories behind "/./", or all of them.
    std::size_t pivot = 0;
    if (m_options.parents) {
        if (const std::size_t dot = written.find("/./"); dot != std::string::npos)
            pivot = cleanSource(written.substr(0, dot)).size();
    }
    if (!hasWildcard(written))
        return addPath(written, joined(components), pivot, false);
    m_matched.clear();
    TRY(match(written, components, 0, {}, pivot));
    if (m_matched.empty())
        m_selection.unmatched.push_back(written);
    return {};
}

Result<void> Selector::match(const std::string& written, const std::vector<std::string>& components, std::size_t at,
    const std::string& path, std::size_t pivot)
{
    if (m_stop.stop_requested())
        return Error(ErrorCode::Cancelled, "cancelled");
    if (at == components.size()) {
        if (!m_matched.insert(path).second)
            return {};
        return addPath(written, path, pivot, true);
    }
    const std::string& component = components[at];
    const bool last = at + 1 == components.size();
    if (!hasWildcard(component)) {
        const std::string next = joined(path, component);
        const auto found = m_tree.stat(next, true);
        if (!found || (!last && !S_ISDIR(found->st_mode)))
            return {};
        return match(written, components, at + 1, next, pivot);
    }
    const bool anyDepth = m_options.parents && component == "**";
    if (anyDepth)
        TRY(match(written, components, at + 1, path, pivot));
    const auto entries = m_tree.list(path.empty() ? "." : path, maxEntries);
    if (!entries)
        return entries.error().systemError() == ENOTDIR ? Result<void>() : Result<void>(entries.error());
    for (const os::DirectoryEntry& entry : *entries) {
        const std::string next = joined(path, entry.name);
        if (anyDepth) {
            if (entry.type == DT_DIR && std::count(next.begin(), next.end(), '/') < maxDepth)
                TRY(match(written, components, at, next, pivot));
            continue;
        }
        if (!TRY(matchComponent(component, entry.name)))
            continue;
        if (!last) {
            const auto found = m_tree.stat(next, true);
            if (!found || !S_ISDIR(found->st_mode))
                continue;
        }
        TRY(match(written, components, at + 1, next, pivot));
    }
    return {};
}

Result<void> Selector::addPath(const std::string& written, const std::string& path, std::size_t pivot, bool fromPattern)
{
    const auto attributes = m_tree.stat(path.empty() ? "." : path, true);
    if (!attributes) {
        const int error = attributes.error().systemError();
        if (error != ENOENT && error != ENOTDIR && error != ELOOP)
            return attributes.error();
        if (!fromPattern)
            return missing(written, path);
        return {}; // a dangling link that a pattern happened to match
    }
    const bool directory = S_ISDIR(attributes->st_mode);
    if (!path.empty() && ignored(path) && (!directory || m_options.ignore->ignoresAllBelow(path))) {
        if (!fromPattern)
            return missing(written, path);
        m_matched.erase(path);
        return {};
    }

    SelectedRoot root;
    root.written = written;
    const std::size_t slash = path.rfind('/');
    root.fileName = slash == std::string::npos ? path : path.substr(slash + 1);
    if (!directory && m_options.excludes.ignores(root.fileName))
        return {};
    if (m_options.parents) {
        std::vector<std::string> kept = cleanSource(path);
        kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(std::min(pivot, kept.size())));
        if (!directory && !kept.empty())
            kept.pop_back();
        root.parents = joined(kept);
    }
    if (++m_count > maxEntries)
        return Error(ErrorCode::TooLarge, fmt::format("more than {} files are to be copied", maxEntries));

    if (directory) {
        SelectedEntry entry;
        entry.source = path;
        entry.attributes = *attributes;
        // The context's own directory is wherever it was unpacked; what it is like there says nothing.
        if (m_options.context && path.empty())
            entry.attributes.st_mode = S_IFDIR | 0755;
        root.entries.push_back(std::move(entry));
        const os::Beneath inside = TRY_CONTEXT(path, m_tree.openDirectory(path.empty() ? "." : path));
        TRY(walk(root, inside, path, {}, 0));
    } else {
        SelectedEntry entry;
        entry.source = path;
        entry.attributes = *attributes;
        if (!S_ISREG(attributes->st_mode) && m_options.context)
            return Error(ErrorCode::Invalid, fmt::format("\"{}\" is neither a file, a directory nor a link; {} may hold nothing else", path, m_options.treeName));
        if (S_ISREG(attributes->st_mode) && m_options.hash) {
            entry.content = TRY_CONTEXT(path, contentOf(path, [&] { return m_tree.openRegular(path); }));
        }
        root.entries.push_back(std::move(entry));
    }
    m_selection.roots.push_back(std::move(root));
    return {};
}

template<typename Open>
Result<Digest> Selector::contentOf(const std::string& path, Open open)
{
    if (m_options.known) {
        if (const auto known = m_options.known->find(path))
            return *known;
    }
    const UniqueFd file = TRY(open());
    Digest digest = TRY(hashFile(file.get(), m_stop));
    if (m_options.known)
        m_options.known->add(path, digest);
    return digest;
}

Result<SelectedEntry> Selector::readEntry(
    int directory, const std::string& fileName, std::string source, std::string name, const struct stat& attributes)
{
    SelectedEntry entry;
    entry.source = std::move(source);
    entry.name = std::move(name);
    entry.attributes = attributes;
    if (entry.isLink())
        entry.link = TRY(readLinkAt(directory, fileName));
    if (entry.isRegular() && m_options.hash) {
        entry.content = TRY_CONTEXT(entry.source, contentOf(entry.source, [&]() -> Result<UniqueFd> {
            UniqueFd file = UniqueFd::adopt(::openat(directory, fileName.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
            if (!file)
                return Error::system(errno, "open");
            return file;
        }));
    }
    return entry;
}

Result<void> Selector::walk(SelectedRoot& root, const os::Beneath& directory, const std::string& source, const std::string& name, int depth)
{
    if (depth > maxDepth)
        return Error(ErrorCode::TooLarge, fmt::format("directories are nested more than {} deep at \"{}\"", maxDepth, source));
    const std::vector<os::DirectoryEntry> entries = TRY_CONTEXT(source, directory.list(".", maxEntries));
    for (const os::DirectoryEntry& item : entries) {
        if (m_stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        const std::string path = joined(source, item.name);
        const std::string relative = joined(name, item.name);
        struct stat attributes {};
        if (::fstatat(directory.rootFd(), item.name.c_str(), &attributes, AT_SYMLINK_NOFOLLOW) != 0)
            return Error::system(errno, "stat " + path);
        const bool isDirectory = S_ISDIR(attributes.st_mode);
        const bool left = ignored(path) || m_options.excludes.ignores(relative);
        if (left && !isDirectory)
            continue;
        if (left && (!ignored(path) || m_options.ignore->ignoresAllBelow(path))
            && (!m_options.excludes.ignores(relative) || m_options.excludes.ignoresAllBelow(relative)))
            continue;
        if (S_ISSOCK(attributes.st_mode))
            continue; // a layer cannot hold sockets; one that a process left behind is no reason to fail
        if (m_options.context && !isDirectory && !S_ISREG(attributes.st_mode) && !S_ISLNK(attributes.st_mode))
            return Error(ErrorCode::Invalid, fmt::format("\"{}\" is neither a file, a directory nor a link; {} may hold nothing else", path, m_options.treeName));
        if (++m_count > maxEntries)
            return Error(ErrorCode::TooLarge, fmt::format("more than {} files are to be copied", maxEntries));

        const std::size_t at = root.entries.size();
        root.entries.push_back(TRY(readEntry(directory.rootFd(), item.name, path, relative, attributes)));
        if (!isDirectory)
            continue;
        const os::Beneath inside = TRY_CONTEXT(path, directory.openDirectory(item.name, os::Links::Refuse));
        TRY(walk(root, inside, path, relative, depth + 1));
        // A directory that is left out comes along only for what an exception in it brings back.
        if (left && root.entries.size() == at + 1)
            root.entries.pop_back();
    }
    return {};
}

} // namespace

std::optional<Digest> ContentHashes::find(const std::string& path) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_digests.find(path);
    return found == m_digests.end() ? std::nullopt : std::optional(found->second);
}

void ContentHashes::add(const std::string& path, const Digest& digest)
{
    const std::lock_guard lock(m_mutex);
    m_digests.emplace(path, digest);
}

Result<Selection> select(
    const os::Beneath& tree, const std::vector<std::string>& sources, const SelectOptions& options, std::stop_token stop)
{
    Selector selector(tree, options, std::move(stop));
    for (const std::string& source : sources)
        TRY(selector.addSource(source));
    return selector.take();
}

void addToInputs(KeyInputs& inputs, const Selection& selection, bool owners)
{
    for (const SelectedRoot& root : selection.roots) {
        for (const SelectedEntry& entry : root.entries) {
            // The source path is what people recognise; where it goes follows from it and from the instruction's text.
            std::string value = fmt::format("{:o} {}", entry.attributes.st_mode,
                entry.isLink() ? "-> " + entry.link : entry.isRegular() ? entry.content.hex() : fmt::to_string(entry.attributes.st_rdev));
            if (owners)
                value += fmt::format(" {}:{}", entry.attributes.st_uid, entry.attributes.st_gid);
            inputs.add(KeyInputs::Kind::File, entry.source.empty() ? "." : entry.source, value);
        }
    }
}

} // namespace darsena::builder
