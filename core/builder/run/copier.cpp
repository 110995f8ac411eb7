// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/copier.h"

#include "core/builder/plan/path_match.h"
#include "core/builder/run/file_copy.h"
#include "core/builder/run/inside.h"
#include "core/os/file.h"

#include <fmt/format.h>

#include <array>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::builder {

namespace {

/// Whole seconds: what comes back from the layer's tar is the same.
std::array<struct timespec, 2> wholeSeconds(const struct stat& attributes)
{
    const struct timespec modified { attributes.st_mtim.tv_sec, 0 };
    return { modified, modified };
}

} // namespace

Owner Copier::ownerOf(const SelectedEntry& entry) const
{
    if (m_options.owner)
        return *m_options.owner;
    if (m_options.keepOwner)
        return { entry.attributes.st_uid, entry.attributes.st_gid };
    return {};
}

Result<bool> Copier::isDirectory(const std::string& path) const
{
    const auto found = m_root.stat(path, true);
    if (found)
        return S_ISDIR(found->st_mode);
    if (found.error().systemError() == ENOENT || found.error().systemError() == ENOTDIR)
        return false;
    return found.error();
}

Result<void> Copier::makeParents(const std::string& path) const
{
    const auto made = m_root.makeDirectories(path, 0755, madeOwner().uid, madeOwner().gid);
    if (!made && (made.error().systemError() == ENOTDIR || made.error().systemError() == EEXIST))
        return Error(ErrorCode::Invalid, fmt::format("cannot copy to {}: a part of this path is a file", path));
    return made;
}

Result<void> Copier::makeKept(
    const os::Beneath& tree, const std::string& source, const std::string& kept, const std::string& path) const
{
    if (kept.empty())
        return makeParents(path);
    const auto above = [](const std::string& text) {
        const std::size_t slash = text.rfind('/');
        return slash == std::string::npos ? std::string() : text.substr(0, slash);
    };
    TRY(makeKept(tree, above(source), above(kept), parentOf(path)));
    if (m_root.exists(path))
        return {};
    TRY(makeParents(path));
    SelectedEntry entry;
    entry.attributes = TRY_CONTEXT(source, tree.stat(source, true));
    const UniqueFd made = TRY_CONTEXT(path, m_root.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    return setAttributes(made.get(), entry).withContext(path);
}

Result<void> Copier::setAttributes(int fd, const SelectedEntry& entry) const
{
    const Owner owner = ownerOf(entry);
    if (::fchown(fd, owner.uid, owner.gid) != 0)
        return Error::system(errno, "change owner");
    mode_t mode = entry.attributes.st_mode & 07777;
    if (m_options.chmod)
        mode = m_options.chmod->apply(mode, entry.isDirectory());
    if (::fchmod(fd, mode) != 0)
        return Error::system(errno, "change mode");
    return {};
}

Result<void> Copier::copyFile(int from, const SelectedEntry& entry, int directory, const std::string& name)
{
    const UniqueFd to = UniqueFd::adopt(::openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!to)
        return Error::system(errno, "create");
    TRY(copyContent(from, to.get(), entry.attributes.st_size, m_stop));
    TRY(setAttributes(to.get(), entry));
    // After the owner: changing that clears a capability.
    TRY(copyAttributes(from, to.get()));
    if (::futimens(to.get(), wholeSeconds(entry.attributes).data()) != 0)
        return Error::system(errno, "set time");
    return {};
}

Result<void> Copier::copyEntry(
    const os::Beneath& tree, const SelectedEntry& entry, int directory, const std::string& name, const std::string& path)
{
    struct stat existing {};
    if (::fstatat(directory, name.c_str(), &existing, AT_SYMLINK_NOFOLLOW) == 0) {
        if (S_ISDIR(existing.st_mode))
            return Error(ErrorCode::Invalid, fmt::format("cannot replace the directory {} with a file", path));
        if (::unlinkat(directory, name.c_str(), 0) != 0)
            return Error::system(errno, "replace " + path);
    } else if (errno != ENOENT) {
        return Error::system(errno, path);
    }

    const auto times = wholeSeconds(entry.attributes);
    const Owner owner = ownerOf(entry);
    if (entry.isRegular()) {
        const std::pair<dev_t, ino_t> inode { entry.attributes.st_dev, entry.attributes.st_ino };
        if (entry.attributes.st_nlink > 1) {
            if (const auto first = m_linked.find(inode); first != m_linked.end())
                return m_root.hardLink(first->second, path);
        }
        // The root of a selection was followed when it was a link; what is below was not.
        const UniqueFd from = TRY_CONTEXT(entry.source, entry.name.empty() ? tree.openRegular(entry.source)
                                                                           : tree.open(entry.source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
        TRY_CONTEXT(path, copyFile(from.get(), entry, directory, name));
        if (entry.attributes.st_nlink > 1)
            m_linked[inode] = path;
        return {};
    }
    if (entry.isLink()) {
        if (::symlinkat(entry.link.c_str(), directory, name.c_str()) != 0)
            return Error::system(errno, path);
    } else {
        // Devices and FIFOs of a stage or image: nodes only, nothing opens them.
        mode_t mode = entry.attributes.st_mode;
        if (m_options.chmod)
            mode = (mode & S_IFMT) | m_options.chmod->apply(mode & 07777, false);
        if (::mknodat(directory, name.c_str(), mode & (S_IFMT | 0700), entry.attributes.st_rdev) != 0)
            return Error::system(errno, path);
        TRY(m_root.setMode(path, mode & 07777));
    }
    if (::fchownat(directory, name.c_str(), owner.uid, owner.gid, AT_SYMLINK_NOFOLLOW) != 0
        || ::utimensat(directory, name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) != 0)
        return Error::system(errno, path);
    return {};
}

Result<void> Copier::copyTree(const os::Beneath& tree, const SelectedRoot& root, const std::string& destination)
{
    struct Made {
        std::string path;
        const SelectedEntry* entry;
    };
    std::vector<Made> directories;
    std::string parent;
    UniqueFd parentFd;
    for (const SelectedEntry& entry : root.entries) {
        if (m_stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        const std::string path = joinPath(destination, entry.name);
        if (entry.isDirectory()) {
            const auto existing = m_root.stat(path);
            if (!existing && existing.error().systemError() != ENOENT)
                return existing.error();
            if (existing && !S_ISDIR(existing->st_mode)) {
                // A link to a directory (/lib -> usr/lib) takes the files, and stays.
                if (S_ISLNK(existing->st_mode) && TRY(isDirectory(path)))
                    continue;
                return Error(ErrorCode::Invalid, fmt::format("cannot copy the directory \"{}\" to {}: that is a file", entry.source, path));
            }
            if (!existing)
                TRY(makeParents(path));
            // The destination itself keeps what it was; below, what is copied decides.
            if (!existing || !entry.name.empty())
                directories.push_back({ path, &entry });
            continue;
        }
        const std::string directory = parentOf(path);
        if (!parentFd || directory != parent) {
            parentFd = TRY_CONTEXT(directory, m_root.open(directory, O_PATH | O_DIRECTORY));
            parent = directory;
        }
        TRY(copyEntry(tree, entry, parentFd.get(), std::string(baseName(path)), path));
    }
    // Last and from the inside out: whatever is put into a directory changes its time.
    for (auto made = directories.rbegin(); made != directories.rend(); ++made) {
        const UniqueFd fd = TRY_CONTEXT(made->path, m_root.open(made->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
        TRY_CONTEXT(made->path, setAttributes(fd.get(), *made->entry));
        if (::futimens(fd.get(), wholeSeconds(made->entry->attributes).data()) != 0)
            return Error::system(errno, made->path);
    }
    return {};
}

Result<void> Copier::copy(const os::Beneath& tree, const Selection& selection)
{
    // Links in the destination are resolved once, also one that points at nothing yet: then that is what is made.
    const std::string destination = TRY(resolveInside(m_root, m_options.destination));
    const bool existing = TRY(isDirectory(destination));
    const bool intoDirectory = m_options.destinationIsDirectory || m_options.parents || selection.roots.size() > 1 || existing;
    for (const SelectedRoot& root : selection.roots) {
        const SelectedEntry& first = root.entries.front();
        if (!root.parents.empty()) {
            const std::string source = root.isDirectory() ? first.source : parentOf("/" + first.source).substr(1);
            TRY(makeKept(tree, source, root.parents, joinPath(destination, root.parents)));
        }
        if (root.isDirectory()) {
            TRY(copyTree(tree, root, joinPath(destination, root.parents)));
            continue;
        }
        const std::string path = intoDirectory ? joinPath(joinPath(destination, root.parents), root.fileName) : destination;
        TRY(makeParents(parentOf(path)));
        const UniqueFd directory = TRY_CONTEXT(path, m_root.open(parentOf(path), O_PATH | O_DIRECTORY));
        TRY(copyEntry(tree, first, directory.get(), std::string(baseName(path)), path));
    }
    return {};
}

Result<void> Copier::write(const std::vector<CopyStep::File>& files, std::chrono::system_clock::time_point now)
{
    const std::string destination = TRY(resolveInside(m_root, m_options.destination));
    const bool intoDirectory = m_options.destinationIsDirectory || TRY(isDirectory(destination));
    for (const CopyStep::File& file : files) {
        const std::string path = intoDirectory ? joinPath(destination, file.name) : destination;
        TRY(makeParents(parentOf(path)));
        if (const auto existing = m_root.stat(path); existing && S_ISDIR(existing->st_mode))
            return Error(ErrorCode::Invalid, fmt::format("cannot replace the directory {} with a file", path));
        else if (existing)
            TRY(m_root.remove(path));
        SelectedEntry entry;
        entry.attributes.st_mode = S_IFREG | 0644;
        entry.attributes.st_mtim.tv_sec = std::chrono::system_clock::to_time_t(now);
        const UniqueFd fd = TRY_CONTEXT(path, m_root.createFile(path, 0600));
        TRY_CONTEXT(path, os::writeAll(fd.get(), file.content));
        TRY_CONTEXT(path, setAttributes(fd.get(), entry));
        if (::futimens(fd.get(), wholeSeconds(entry.attributes).data()) != 0)
            return Error::system(errno, path);
    }
    return {};
}

} // namespace darsena::builder
