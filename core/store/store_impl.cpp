// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/store_impl.h"

#include "core/base/log.h"
#include "core/os/file.h"
#include "core/store/layer_settle.h"
#include "core/store/xattrs.h"

#include <cerrno>
#include <charconv>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::store {

namespace fs = std::filesystem;

std::int64_t nowSeconds()
{
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Time parseTime(std::string_view text)
{
    // 2006-01-02T15:04:05[.fraction](Z|+07:00)
    struct tm parts {};
    const std::string copy(text);
    const char* rest = ::strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (!rest)
        return {};
    Time time = std::chrono::system_clock::from_time_t(::timegm(&parts));
    std::string_view tail(rest);
    if (tail.starts_with('.')) {
        std::int64_t nanoseconds = 0;
        std::int64_t unit = 100'000'000;
        tail.remove_prefix(1);
        while (!tail.empty() && tail.front() >= '0' && tail.front() <= '9') {
            nanoseconds += (tail.front() - '0') * unit;
            unit /= 10;
            tail.remove_prefix(1);
        }
        time += std::chrono::duration_cast<Time::duration>(std::chrono::nanoseconds(nanoseconds));
    }
    if (tail.size() == 6 && (tail[0] == '+' || tail[0] == '-') && tail[3] == ':') {
        int hours = 0;
        int minutes = 0;
        std::from_chars(tail.data() + 1, tail.data() + 3, hours);
        std::from_chars(tail.data() + 4, tail.data() + 6, minutes);
        const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
        time += tail[0] == '+' ? -offset : offset;
    }
    return time;
}

Store::Impl::Impl(fs::path rootPath, StoreOptions storeOptions)
    : root(std::move(rootPath))
    , options(std::move(storeOptions))
{
}

std::string Store::Impl::newName()
{
    static constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    std::array<std::uint8_t, 10> random {};
    while (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
        continue;
    std::string name;
    for (std::uint8_t byte : random)
        name += alphabet[byte & 31];
    return name;
}

Result<fs::path> Store::Impl::makeTemporary(std::string_view purpose) const
{
    fs::path path = root / "tmp" / fmt::format("{}-{}", purpose, newName());
    if (::mkdir(path.c_str(), 0700) != 0)
        return Error::system(errno, path.native());
    return path;
}

Result<void> Store::Impl::stageBlob(const fs::path& temporary, std::string_view bytes) const
{
    const UniqueFd fd = TRY(os::openFile(temporary, O_WRONLY | O_CREAT | O_EXCL, 0600));
    TRY_CONTEXT(temporary.native(), os::writeAll(fd.get(), bytes));
    return os::syncFile(fd.get());
}

Result<void> Store::Impl::placeBlob(const fs::path& temporary, const Digest& digest) const
{
    const fs::path target = blobPath(digest);
    struct stat status {};
    if (::lstat(target.c_str(), &status) == 0)
        return {}; // the same content by its name
    if (::rename(temporary.c_str(), target.c_str()) != 0)
        return Error::system(errno, target.native());
    return os::syncDirectory(target.parent_path());
}

Result<void> Store::Impl::placeLayers(const std::vector<StagedLayer>& staged, std::vector<const StagedLayer*>& moved)
{
    for (const StagedLayer& layer : staged) {
        if (TRY(catalog->layer(layer.row.chain)))
            continue;
        if (!layer.blob.empty())
            TRY(placeBlob(layer.blob, layer.row.blob));
        TRY(os::renameNoReplace(layer.directory, snapshotPath(layer.row.directory)));
        moved.push_back(&layer);
        if (::rename(layer.index.c_str(), indexPath(layer.row.diff).c_str()) != 0)
            return Error::system(errno, layer.index.native());
    }
    if (moved.empty())
        return {};
    TRY(os::syncDirectory(root / "snapshots"));
    TRY(os::syncDirectory(root / "index"));
    for (const StagedLayer* layer : moved) {
        if (!layer->row.blob.empty())
            TRY(catalog->addBlob(layer->row.blob, layer->blobBytes));
        TRY(catalog->addLayer(layer->row));
    }
    return {};
}

Result<void> Store::Impl::commitStaged(const std::vector<StagedLayer>& layers, const std::function<Result<void>()>& rows)
{
    std::vector<const StagedLayer*> moved;
    const auto body = [&]() -> Result<void> {
        TRY(placeLayers(layers, moved));
        return rows ? rows() : Result<void>();
    };
    auto result = catalog->transaction(body);
    if (!result) {
        // Back to tmp/, whose owner removes it. An index that stays behind is found at the next start.
        for (const StagedLayer* layer : moved)
            static_cast<void>(::rename(snapshotPath(layer->row.directory).c_str(), layer->directory.c_str()));
    }
    return result;
}

std::shared_ptr<const void> Store::Impl::hold(const Digest& chain)
{
    if (chain.empty())
        return {};
    {
        const std::lock_guard lock(holdMutex);
        ++holds[chain];
    }
    // The store outlives what it hands out (store.h), so the plain pointer is good.
    return std::shared_ptr<const void>(static_cast<const void*>(this), [this, chain](const void*) {
        const std::lock_guard lock(holdMutex);
        if (--holds[chain] == 0)
            holds.erase(chain);
    });
}

Result<Layer> Store::Impl::layerFrom(const LayerRow& row)
{
    Layer layer;
    layer.chainId = row.chain;
    layer.diffId = row.diff;
    layer.parent = row.parent;
    layer.directory = snapshotPath(row.directory) / "fs";
    layer.bytes = row.bytes;
    layer.files = row.files;
    layer.tarBytes = row.tarBytes;
    layer.hold = hold(row.chain);
    struct stat status {};
    if (::lstat(layer.directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
        return Error(ErrorCode::Corrupt, fmt::format("layer {} has no files any longer: {} is missing", row.diff.shortHex(), layer.directory.native()));
    return layer;
}

Result<std::vector<LayerRow>> Store::Impl::rows(const Digest& chain)
{
    std::vector<LayerRow> result;
    for (Digest next = chain; !next.empty();) {
        auto row = TRY(catalog->layer(next));
        if (!row)
            return Error(ErrorCode::NotFound, fmt::format("no such layer: {}", next.text()));
        next = row->parent;
        result.push_back(std::move(*row));
        if (result.size() > 2 * oci::maxLayers)
            return Error(ErrorCode::Corrupt, fmt::format("layer {}: its chain does not end", chain.text()));
    }
    std::ranges::reverse(result);
    return result;
}

Result<std::vector<fs::path>> Store::Impl::directories(const Digest& chain)
{
    std::vector<fs::path> paths;
    for (const LayerRow& row : TRY(rows(chain)))
        paths.push_back(TRY(layerFrom(row)).directory);
    return paths;
}

Result<std::string> Store::Impl::configBytes(const Digest& image) const
{
    std::string bytes = TRY_CONTEXT(fmt::format("image {}", image.shortHex()), os::readFile(blobPath(image), oci::maxConfigBytes));
    if (Digest::ofText(bytes) != image)
        return Error(ErrorCode::Corrupt, fmt::format("image {}: its stored configuration was changed", image.shortHex()));
    return bytes;
}

Result<Image> Store::Impl::imageFrom(const ImageRow& row)
{
    Image image;
    image.id = row.id;
    image.configJson = TRY(configBytes(row.id));
    image.config = TRY(oci::ImageConfig::parse(image.configJson));
    image.references = TRY(catalog->tagsOf(row.id));
    image.chains = row.chains;
    for (const Digest& chain : row.chains) {
        if (const auto layer = TRY(catalog->layer(chain)))
            image.bytes += layer->bytes;
    }
    image.created = parseTime(image.config.created);
    image.lastTagged = Time(std::chrono::seconds(row.lastTagged));
    return image;
}

fs::path Store::Impl::unpacker() const
{
    if (!options.libexec.empty())
        return options.libexec / "darsena-unpack";
    std::error_code ignored;
    return fs::read_symlink("/proc/self/exe", ignored).parent_path() / "darsena-unpack";
}

Result<UnpackReport> Store::Impl::unpackLayer(int inputFd, const fs::path& stage, std::function<void(std::uint64_t)> progress, std::stop_token stop) const
{
    const fs::path files = stage / "fs";
    if (::mkdir(files.c_str(), 0755) != 0 || ::chmod(files.c_str(), 0755) != 0)
        return Error::system(errno, files.native());
    const UniqueFd target = TRY(os::openFile(files, O_RDONLY | O_DIRECTORY));
    const UniqueFd index = TRY(os::openFile(stage / "index", O_RDWR | O_CREAT | O_EXCL));
    const fs::path scratchPath = stage / "scratch";
    const UniqueFd scratch = TRY(os::openFile(scratchPath, O_RDWR | O_CREAT | O_EXCL));
    ::unlink(scratchPath.c_str());
    UnpackJob job;
    job.mode = UnpackMode::Layer;
    job.limits.bytes = options.maxLayerBytes;
    job.limits.entries = options.maxLayerEntries;
    job.inputFd = inputFd;
    job.targetFd = target.get();
    job.indexFd = index.get();
    job.scratchFd = scratch.get();
    job.progress = std::move(progress);
    return runUnpack(unpacker(), job, std::move(stop));
}

Result<StagedLayer> Store::Impl::settle(const fs::path& stage, const UnpackReport& report, const Digest& parent, const std::vector<fs::path>& lower) const
{
    const fs::path index = stage / "index";
    TRY(settleLayer(stage / "fs", index, lower, report));
    StagedLayer staged;
    staged.row.diff = report.diffId;
    staged.row.parent = parent;
    staged.row.chain = oci::chainId(parent, report.diffId);
    staged.row.directory = newName();
    staged.row.tarBytes = report.tarBytes;
    staged.row.created = nowSeconds();
    // The index is read once whole: a damaged one is noticed now and not when somebody looks at the layer.
    const layers::Index read = TRY(layers::Index::read(index));
    staged.row.bytes = read.sums().bytes;
    staged.row.files = read.sums().files;
    staged.directory = stage;
    // It leaves the directory that becomes the snapshot.
    staged.index = stage.native() + ".index";
    if (::rename(index.c_str(), staged.index.c_str()) != 0)
        return Error::system(errno, index.native());
    return staged;
}

Result<StagedLayer> Store::Impl::stageLayer(int inputFd, const fs::path& stage, const Digest& parent, const std::vector<fs::path>& lower,
    std::function<void(std::uint64_t)> progress, std::stop_token stop) const
{
    const UnpackReport report = TRY(unpackLayer(inputFd, stage, std::move(progress), std::move(stop)));
    return settle(stage, report, parent, lower);
}

Result<void> Store::Impl::takeRootAttributes(const fs::path& upper, const std::vector<fs::path>& lower) const
{
    struct stat status {};
    status.st_mode = 0755;
    if (!lower.empty() && ::stat(lower.back().c_str(), &status) != 0)
        return Error::system(errno, lower.back().native());
    if (::chown(upper.c_str(), status.st_uid, status.st_gid) != 0 || ::chmod(upper.c_str(), status.st_mode & 07777U) != 0)
        return Error::system(errno, upper.native());
    return {};
}

} // namespace darsena::store
