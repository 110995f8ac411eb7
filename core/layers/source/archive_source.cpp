// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/archive_source.h"

#include "core/archive/decompress.h"
#include "core/layers/source/archive_images.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::layers {

namespace fs = std::filesystem;

namespace {

// Plain bytes for one compressed byte, once there is more than 1 GiB: what a bomb has and an image has not.
constexpr std::uint64_t maxRatio = 300;
constexpr std::uint64_t ratioFreeBytes = 1ULL << 30;

Result<UniqueFd> makeScratch(const fs::path& folder)
{
    if (auto fd = UniqueFd::adopt(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)))
        return fd;
    if (errno != EOPNOTSUPP && errno != EISDIR)
        return Error::system(errno, folder.native());
    // Not every file system has nameless files.
    std::string name = folder / "darsena-XXXXXX";
    auto fd = UniqueFd::adopt(::mkostemp(name.data(), O_CLOEXEC));
    if (!fd)
        return Error::system(errno, name);
    ::unlink(name.c_str());
    return fd;
}

Result<UniqueFd> keepPlain(archive::ByteSource& stream, const fs::path& scratch, const std::function<void(std::uint64_t)>& progress,
    const std::stop_token& stop)
{
    UniqueFd file = TRY(makeScratch(scratch));
    auto plain = TRY(archive::Decompressor::create(stream));
    archive::FdSink sink(file.get());
    std::vector<std::byte> buffer(256 * 1024);
    for (std::uint64_t total = 0;;) {
        if (stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        const std::size_t count = TRY_CONTEXT(fmt::format("byte {}", total), plain->read(buffer));
        if (count == 0)
            return file;
        TRY_CONTEXT("scratch file", sink.write(std::span(buffer).first(count)));
        total += count;
        if (total > ratioFreeBytes && total / maxRatio > plain->consumed())
            return Error(ErrorCode::TooLarge,
                fmt::format("{} bytes from {}: more than {} times is taken for a bomb", total, plain->consumed(), maxRatio));
        if (progress)
            progress(plain->consumed());
    }
}

Result<std::unique_ptr<ImageSource>> sourceOf(UniqueFd file, std::string label, std::stop_token stop)
{
    auto shared = std::make_shared<const UniqueFd>(std::move(file));
    auto files = TRY_CONTEXT(label, ImageFiles::ofTar(std::move(shared), std::move(stop)));
    return std::unique_ptr<ImageSource>(std::make_unique<ArchiveImages>(std::move(label), std::move(files)));
}

} // namespace

Result<std::unique_ptr<ImageSource>> openArchive(const fs::path& path, const fs::path& scratch, std::stop_token stop)
{
    std::string label = path.filename().empty() ? path.parent_path().filename() : path.filename();
    auto file = UniqueFd::adopt(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0)
        return errno == ENOENT ? Error(ErrorCode::NotFound, fmt::format("{}: there is no such file", path.native())) : Error::system(errno, path.native());
    if (S_ISDIR(status.st_mode)) {
        auto files = TRY(ImageFiles::ofFolder(path));
        return std::unique_ptr<ImageSource>(std::make_unique<ArchiveImages>(std::move(label), std::move(files)));
    }
    if (!S_ISREG(status.st_mode))
        return Error(ErrorCode::Invalid, fmt::format("{}: neither a file nor a folder", path.native()));
    std::array<std::byte, 6> start {};
    const ssize_t count = ::pread(file.get(), start.data(), start.size(), 0);
    if (count < 0)
        return Error::system(errno, path.native());
    if (archive::detectCompression(std::span(start).first(static_cast<std::size_t>(count))) == archive::Compression::None)
        return sourceOf(std::move(file), std::move(label), std::move(stop));
    archive::FdSource stream(file.get());
    UniqueFd plain = TRY_CONTEXT(label, keepPlain(stream, scratch, {}, stop));
    return sourceOf(std::move(plain), std::move(label), std::move(stop));
}

Result<std::unique_ptr<ImageSource>> openStream(archive::ByteSource& stream, std::string name, const fs::path& scratch,
    const std::function<void(std::uint64_t)>& progress, std::stop_token stop)
{
    UniqueFd plain = TRY_CONTEXT(name, keepPlain(stream, scratch, progress, stop));
    return sourceOf(std::move(plain), std::move(name), std::move(stop));
}

} // namespace darsena::layers
