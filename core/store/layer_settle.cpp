// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/layer_settle.h"

#include "core/archive/stream.h"
#include "core/layers/index.h"
#include "core/os/beneath.h"
#include "core/os/file.h"
#include "core/store/xattrs.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace darsena::store {

namespace {

using layers::EntryType;
using layers::IndexEntry;

bool isWhiteout(const struct stat& status)
{
    return S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0);
}

/// The layers below, as overlayfs would show them.
class Lower {
public:
    static Result<Lower> open(const std::vector<std::filesystem::path>& baseFirst)
    {
        Lower lower;
        for (auto path = baseFirst.rbegin(); path != baseFirst.rend(); ++path)
            lower.m_layers.push_back(TRY(os::Beneath::open(*path)));
        return lower;
    }

    /// The layer that provides a path. Nothing = it is not there, or is hidden.
    const os::Beneath* find(std::string_view path) const
    {
        for (const os::Beneath& layer : m_layers) {
            bool hides = false;
            const os::Beneath* found = look(layer, path, hides);
            if (found || hides)
                return found;
        }
        return nullptr;
    }

private:
    /// `hides`: nothing of the layers further down can show through here.
    static const os::Beneath* look(const os::Beneath& layer, std::string_view path, bool& hides)
    {
        std::size_t end = 0;
        while (end < path.size()) {
            end = std::min(path.find('/', end + (end > 0 ? 1 : 0)), path.size());
            const std::string_view prefix = path.substr(0, end);
            auto fd = layer.open(prefix, O_PATH | O_NOFOLLOW, 0, os::Links::Refuse);
            if (!fd)
                return nullptr;
            struct stat status {};
            if (::fstat(fd->get(), &status) != 0)
                return nullptr;
            if (isWhiteout(status)) {
                hides = true;
                return nullptr;
            }
            if (end == path.size())
                return &layer;
            if (!S_ISDIR(status.st_mode)) {
                hides = true;
                return nullptr;
            }
            auto directory = layer.open(prefix, O_RDONLY | O_DIRECTORY, 0, os::Links::Refuse);
            if (directory) {
                const auto opaque = readXattr(directory->get(), "trusted.overlay.opaque");
                hides = hides || (opaque && *opaque && **opaque == "y");
            }
        }
        return nullptr;
    }

    std::vector<os::Beneath> m_layers; ///< topmost first
};

Result<void> markOpaque(const os::Beneath& target, std::string_view path)
{
    const UniqueFd fd = TRY(target.open(path.empty() ? "." : path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, os::Links::Refuse));
    if (::fsetxattr(fd.get(), "trusted.overlay.opaque", "y", 1, 0) != 0)
        return Error::system(errno, fmt::format("mark \"{}\" opaque", path));
    return {};
}

Result<void> takeAttributes(const os::Beneath& target, const Lower& lower, std::string_view path)
{
    const os::Beneath* layer = lower.find(path);
    if (!layer)
        return {};
    const UniqueFd from = TRY(layer->open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_DIRECTORY, 0, os::Links::Refuse));
    struct stat status {};
    if (::fstat(from.get(), &status) != 0)
        return Error::system(errno, path);
    const UniqueFd to = TRY(target.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, os::Links::Refuse));
    const struct timespec times[2] = { { 0, UTIME_OMIT }, status.st_mtim };
    if (::fchown(to.get(), status.st_uid, status.st_gid) != 0 || ::fchmod(to.get(), status.st_mode & 07777U) != 0)
        return Error::system(errno, path);
    const auto xattrs = TRY_CONTEXT(path, readXattrs(from.get()));
    TRY_CONTEXT(path, setXattrs(to.get(), xattrs));
    if (::futimens(to.get(), times) != 0)
        return Error::system(errno, path);
    return {};
}

Result<void> copyFromLower(const os::Beneath& target, const Lower& lower, IndexEntry& entry)
{
    const std::string linked(entry.link);
    const os::Beneath* layer = lower.find(linked);
    auto from = layer ? layer->open(linked, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0, os::Links::Refuse)
                      : Result<UniqueFd>(Error(ErrorCode::NotFound, "not there"));
    struct stat status {};
    if (!from || ::fstat(from->get(), &status) != 0 || !S_ISREG(status.st_mode))
        return Error(ErrorCode::Corrupt, fmt::format("\"{}\" is a hard link to \"{}\", which is no file of this layer or of one below", entry.path, linked));
    const UniqueFd to = TRY(target.createFile(entry.path, 0600));
    archive::FdSource source(from->get());
    archive::FdSink sink(to.get());
    archive::HashingSink hashing(&sink);
    entry.size = TRY_CONTEXT(entry.path, archive::copy(source, hashing));
    entry.content = layers::contentBytes(hashing.finish());
    const auto xattrs = TRY(readXattrs(from->get()));
    const struct timespec times[2] = { { 0, UTIME_OMIT }, status.st_mtim };
    if (::fchown(to.get(), status.st_uid, status.st_gid) != 0 || ::fchmod(to.get(), status.st_mode & 07777U) != 0)
        return Error::system(errno, entry.path);
    TRY(setXattrs(to.get(), xattrs));
    if (::futimens(to.get(), times) != 0)
        return Error::system(errno, entry.path);
    entry.hardLink = false;
    entry.link = {};
    entry.mode = status.st_mode & 07777U;
    entry.uid = status.st_uid;
    entry.gid = status.st_gid;
    entry.mtime = status.st_mtim.tv_sec;
    entry.xattrs = layers::xattrHash(xattrs);
    return {};
}

} // namespace

Result<void> settleLayer(const std::filesystem::path& directory, const std::filesystem::path& indexFile,
    const std::vector<std::filesystem::path>& lowerPaths, const UnpackReport& report)
{
    // On a base nothing can be hidden or taken after; a hard link to nothing is still an error.
    if ((lowerPaths.empty() || (report.opaqueDirectories == 0 && report.impliedDirectories == 0)) && report.pendingLinks == 0)
        return {};
    const layers::Index index = TRY(layers::Index::read(indexFile));
    const os::Beneath target = TRY(os::Beneath::open(directory));
    const Lower lower = TRY(Lower::open(lowerPaths));
    for (const IndexEntry& entry : index.entries()) {
        if (entry.type != EntryType::Directory)
            continue;
        if (entry.implied && !entry.path.empty())
            TRY(takeAttributes(target, lower, entry.path));
        if (entry.opaque)
            TRY(markOpaque(target, entry.path));
    }
    if (report.pendingLinks == 0)
        return {};

    const std::filesystem::path rewritten = indexFile.native() + ".new";
    const UniqueFd fd = TRY(os::openFile(rewritten, O_WRONLY | O_CREAT | O_EXCL));
    archive::FdSink sink(fd.get());
    layers::IndexWriter writer(sink);
    for (const IndexEntry& entry : index.entries()) {
        IndexEntry settled = entry;
        const bool pending = entry.hardLink && std::ranges::all_of(entry.content, [](std::uint8_t byte) { return byte == 0; });
        if (pending)
            TRY(copyFromLower(target, lower, settled));
        TRY(writer.add(settled));
    }
    TRY(writer.finish());
    if (::rename(rewritten.c_str(), indexFile.c_str()) != 0)
        return Error::system(errno, indexFile.native());
    return {};
}

} // namespace darsena::store
