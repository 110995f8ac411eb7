// SPDX-License-Identifier: GPL-3.0-or-later
// What whoever looks into layers reads: the index of one, single files, trees.
#include "core/archive/whiteout.h"
#include "core/os/beneath.h"
#include "core/os/file.h"
#include "core/store/files/files_process.h"
#include "core/store/store.h"
#include "core/store/store_impl.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

namespace darsena::store {

namespace {

/// 0 when it is not there.
std::uint64_t sizeOf(const std::filesystem::path& file)
{
    struct stat status {};
    return ::lstat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
}

Result<Store::OpenFile> withSize(UniqueFd fd)
{
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0)
        return Error::system(errno, "stat");
    if (!S_ISREG(status.st_mode))
        return Error(ErrorCode::Invalid, "not a regular file");
    return Store::OpenFile { std::move(fd), static_cast<std::uint64_t>(status.st_size) };
}

} // namespace

Result<LayerSizes> Store::layerSizes(const Digest& chainId) const
{
    const auto row = TRY(m_impl->catalog->layer(chainId));
    if (!row)
        return Error(ErrorCode::NotFound, fmt::format("no such layer: {}", chainId.text()));
    LayerSizes sizes;
    sizes.tarBytes = row->tarBytes;
    sizes.storedBytes = row->blob.empty() ? row->tarBytes : sizeOf(m_impl->blobPath(row->blob));
    sizes.indexBytes = sizeOf(m_impl->indexPath(row->diff));
    return sizes;
}

Result<Store::OpenFile> Store::openIndex(const Digest& chainId) const
{
    const auto row = TRY(m_impl->catalog->layer(chainId));
    if (!row)
        return Error(ErrorCode::NotFound, fmt::format("no such layer: {}", chainId.text()));
    auto fd = os::openFile(m_impl->indexPath(row->diff), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    auto opened = fd ? withSize(std::move(*fd)) : Result<OpenFile>(fd.error());
    if (!opened)
        return opened.error().as(ErrorCode::Corrupt).withContext(fmt::format("the file index of layer {}", row->diff.shortHex()));
    return opened;
}

Result<Store::OpenFile> Store::openFile(const Digest& chainId, std::string_view path) const
{
    const std::string clean = TRY(archive::cleanMember(path));
    const Layer held = TRY(layer(chainId));
    const auto files = TRY(os::Beneath::open(held.directory));
    auto fd = files.openRegular(clean.empty() ? "." : clean, os::Links::Refuse);
    if (fd)
        return withSize(std::move(*fd));
    switch (fd.error().systemError()) {
    case ENOENT:
    case ENOTDIR:
        return fd.error().as(ErrorCode::NotFound);
    case ELOOP:
        return fd.error().as(ErrorCode::Invalid); // a link, or a path through one, which no layer has
    default:
        return fd.error();
    }
}

Result<void> Store::writeTree(const Digest& chainId, std::string_view path, bool onlyTopmost, const TarBegin& begin, std::stop_token stop) const
{
    const std::string clean = TRY(archive::cleanMember(path));
    const std::vector<Layer> held = TRY(chain(chainId)); // keeps them while we read
    if (held.empty())
        return Error(ErrorCode::NotFound, fmt::format("no such layer: {}", chainId.text()));
    os::OverlaySpec spec;
    if (onlyTopmost) {
        spec.lower.push_back(held.back().directory);
    } else {
        // An overlay even of a single layer: a base may hold whiteouts.
        if (held.size() == 1)
            spec.lower.push_back(m_impl->emptyPath());
        for (const Layer& layer : held)
            spec.lower.push_back(layer.directory);
    }
    FilesJob job;
    job.request.action = clean.empty() ? FilesAction::Export : FilesAction::Read;
    job.request.path = "/" + clean;
    job.request.layer = onlyTopmost;
    job.view = TRY(os::mountOverlay(spec));
    job.begin = [&](const PathStat&) { return begin(); };
    return runFiles(unpackExecutable(), std::move(job), std::move(stop));
}

} // namespace darsena::store
