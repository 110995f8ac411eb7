// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/store.h"

#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/os/file.h"
#include "core/store/heal.h"
#include "core/store/snapshot_base.h"
#include "core/store/store_impl.h"

#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// Opening, images and names. Layers and snapshots: store_layers.cpp. Archives: load.cpp, save.cpp. Upkeep: heal.cpp,
// garbage.cpp.
namespace darsena::store {

namespace fs = std::filesystem;

namespace {

bool isHex(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Error noSuchImage(std::string_view name)
{
    return Error(ErrorCode::NotFound, fmt::format("No such image: {}", name));
}

} // namespace

Store::Store(fs::path root)
    : m_root(std::move(root))
{
}

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const fs::path& root, StoreOptions options)
{
    // 0700: files of images are set-user-id and world-writable as they please (CVE-2021-41091).
    TRY(os::makeDirectories(root, 0700));
    if (::chmod(root.c_str(), 0700) != 0)
        return Error::system(errno, root.native());
    for (const char* name : { "blobs", "blobs/sha256", "snapshots", "index", "tmp", "empty" })
        TRY(os::makeDirectories(root / name, std::string_view(name) == "empty" ? 0755 : 0700));
    TRY(makeSnapshotBase(root / "base"));

    std::error_code error;
    fs::path canonical = fs::canonical(root, error);
    if (error)
        return Error::system(error.value(), root.native());
    std::unique_ptr<Store> store(new Store(std::move(canonical)));
    store->m_impl = std::make_unique<Impl>(store->m_root, std::move(options));
    Impl& impl = *store->m_impl;
    impl.lockFile = TRY(os::openFile(impl.root / "lock", O_RDWR | O_CREAT, 0600));
    // A process that a killed engine was just starting has the lock still, until it executes its program.
    int locked = -1;
    for (int tries = 0; tries < 100 && (locked = ::flock(impl.lockFile.get(), LOCK_EX | LOCK_NB)) != 0 && errno == EWOULDBLOCK; ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (locked != 0) {
        if (errno == EWOULDBLOCK)
            return Error(ErrorCode::Unavailable, fmt::format("{} is in use by another process", impl.root.native()));
        return Error::system(errno, impl.root.native());
    }
    impl.rootFd = TRY(os::openFile(impl.root, O_RDONLY | O_DIRECTORY));
    impl.catalog = TRY(Catalog::open(impl.root / "catalog.db"));
    store->m_buildCache.reset(new BuildCache(*store, *impl.catalog));
    store->m_healReport = TRY(heal(impl));
    for (const std::string& sentence : store->m_healReport.healed)
        log::info("store: {}", sentence);
    for (const std::string& sentence : store->m_healReport.damaged)
        log::warning("store: {}", sentence);
    return store;
}

Result<Image> Store::image(const Digest& id) const
{
    const auto row = TRY(m_impl->catalog->image(id));
    if (!row)
        return noSuchImage(id.text());
    return m_impl->imageFrom(*row);
}

Result<Image> Store::find(std::string_view nameOrId) const
{
    if (auto digest = Digest::parse(nameOrId))
        return image(*digest);
    if (auto digest = Digest::fromHex(nameOrId))
        return image(*digest);
    const auto reference = oci::Reference::parse(nameOrId);
    if (reference) {
        if (const auto id = TRY(m_impl->catalog->tagged(reference->text())))
            return image(*id);
    }
    std::string_view prefix = nameOrId;
    if (prefix.starts_with("sha256:"))
        prefix.remove_prefix(7);
    if (isHex(prefix)) {
        const auto ids = TRY(m_impl->catalog->imagesByPrefix(std::string(prefix)));
        if (ids.size() > 1)
            return Error(ErrorCode::Conflict, fmt::format("{} is the beginning of more than one image id", nameOrId));
        if (ids.size() == 1)
            return image(ids.front());
    }
    if (!reference)
        return reference.error();
    return noSuchImage(reference->familiar());
}

Result<std::vector<Image>> Store::images() const
{
    std::vector<Image> images;
    for (const ImageRow& row : TRY(m_impl->catalog->images())) {
        auto image = m_impl->imageFrom(row);
        if (image)
            images.push_back(std::move(*image));
        else // one damaged image never hides the others
            log::warning("store: {}", image.error().message());
    }
    std::ranges::stable_sort(images, std::ranges::greater(), &Image::created);
    return images;
}

Result<Image> Store::addImage(const oci::ImageConfig& config)
{
    return addImage(config, {});
}

Result<Image> Store::addImage(const oci::ImageConfig& config, const StepOrigins& origins)
{
    const std::string bytes = config.serialize();
    const Digest id = Digest::ofText(bytes);
    const auto temporary = TRY(m_impl->makeTemporary("image"));
    const ScopeGuard cleanUp([&] { static_cast<void>(os::removeTree(temporary)); });
    TRY(m_impl->stageBlob(temporary / "config", bytes));

    {
        const std::lock_guard lock(m_impl->referenceMutex);
        // A build that changes nothing writes nothing.
        const auto remember = [&]() -> Result<void> {
            return origins.empty() || TRY(m_impl->catalog->origins(id)) == origins ? Result<void>() : m_impl->catalog->setOrigins(id, origins);
        };
        const auto add = [&]() -> Result<void> {
            if (TRY(m_impl->catalog->image(id)))
                return remember();
            ImageRow row { id, nowSeconds(), nowSeconds(), oci::chainIds(config.diffIds) };
            for (const Digest& chain : row.chains) {
                if (!TRY(m_impl->catalog->layer(chain)))
                    return Error(ErrorCode::NotFound, fmt::format("image {}: layer {} does not exist", id.shortHex(), chain.text()));
            }
            TRY(m_impl->placeBlob(temporary / "config", id));
            TRY(m_impl->catalog->addBlob(id, bytes.size()));
            TRY(m_impl->catalog->addImage(row));
            return remember();
        };
        TRY(m_impl->catalog->transaction(add));
    }
    return image(id);
}

Result<StepOrigins> Store::origins(const Digest& image) const
{
    return m_impl->catalog->origins(image);
}

Result<std::optional<Digest>> Store::tag(const Digest& id, const oci::Reference& reference)
{
    std::optional<Digest> previous;
    const auto set = [&]() -> Result<void> {
        if (!TRY(m_impl->catalog->image(id)))
            return noSuchImage(id.text());
        previous = TRY(m_impl->catalog->tagged(reference.text()));
        return m_impl->catalog->setTag(reference.text(), id, nowSeconds());
    };
    TRY(m_impl->catalog->transaction(set));
    if (previous && *previous == id)
        previous.reset();
    return previous;
}

Result<void> Store::untag(const oci::Reference& reference)
{
    if (!TRY(m_impl->catalog->removeTag(reference.text())))
        return noSuchImage(reference.familiar());
    return {};
}

Result<RemoveReport> Store::remove(std::string_view nameOrId, bool force)
{
    RemoveReport report;
    const Image found = TRY(find(nameOrId));
    const auto reference = oci::Reference::parse(nameOrId);
    const bool byName = reference && std::ranges::find(found.references, reference->text()) != found.references.end();
    const auto remove = [&]() -> Result<void> {
        const auto names = TRY(m_impl->catalog->tagsOf(found.id));
        if (byName) {
            TRY(m_impl->catalog->removeTag(reference->text()));
            report.untagged.push_back(reference->text());
            if (names.size() > 1)
                return {};
        } else {
            if (names.size() > 1 && !force)
                return Error(ErrorCode::Conflict, fmt::format("conflict: unable to delete {} (must be forced) - image is referenced in multiple repositories", found.id.shortHex()));
            report.untagged = names; // their rows go with the image's
        }
        report.deleted.push_back(found.id);
        return m_impl->catalog->removeImage(found.id);
    };
    TRY(m_impl->catalog->transaction(remove));
    if (!report.deleted.empty())
        report.freed = TRY(collectGarbage());
    return report;
}

Result<RemoveReport> Store::prune(bool all, const std::function<bool(const Digest&)>& inUse)
{
    RemoveReport report;
    for (const ImageRow& row : TRY(m_impl->catalog->images())) {
        if (inUse && inUse(row.id))
            continue;
        const auto remove = [&]() -> Result<void> {
            const auto names = TRY(m_impl->catalog->tagsOf(row.id));
            if (!all && !names.empty())
                return {};
            report.untagged.insert(report.untagged.end(), names.begin(), names.end());
            report.deleted.push_back(row.id);
            return m_impl->catalog->removeImage(row.id);
        };
        TRY(m_impl->catalog->transaction(remove));
    }
    report.freed = TRY(collectGarbage());
    return report;
}

} // namespace darsena::store
