// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/os/file.h"
#include "core/store/layer_settle.h"
#include "core/store/layer_tar.h"
#include "core/store/store.h"
#include "core/store/store_impl.h"
#include "core/store/tree_copy.h"

#include <cerrno>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// Layers, drafts and the writable snapshots of containers.
namespace darsena::store {

namespace fs = std::filesystem;

namespace {

/// [a-zA-Z0-9][a-zA-Z0-9_.-]*, at most 200: it becomes a directory's name.
bool isSnapshotId(std::string_view id)
{
    const auto isAlnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    return !id.empty() && id.size() <= 200 && isAlnum(id.front())
        && std::ranges::all_of(id, [&](char c) { return isAlnum(c) || c == '_' || c == '.' || c == '-'; });
}

Result<void> makePair(const fs::path& directory)
{
    for (const char* name : { "fs", "work" }) {
        if (::mkdir((directory / name).c_str(), 0755) != 0)
            return Error::system(errno, (directory / name).native());
    }
    return {};
}

} // namespace

Result<Layer> Store::layer(const Digest& chainId) const
{
    const std::lock_guard lock(m_impl->referenceMutex);
    const auto row = TRY(m_impl->catalog->layer(chainId));
    if (!row)
        return Error(ErrorCode::NotFound, fmt::format("no such layer: {}", chainId.text()));
    return m_impl->layerFrom(*row);
}

Result<std::vector<Layer>> Store::chain(const Digest& chainId) const
{
    const std::lock_guard lock(m_impl->referenceMutex);
    std::vector<Layer> layers;
    for (const LayerRow& row : TRY(m_impl->rows(chainId)))
        layers.push_back(TRY(m_impl->layerFrom(row)));
    return layers;
}

Result<os::OverlaySpec> Store::readOnlyOverlay(const Digest& chainId) const
{
    if (chainId.empty())
        return Error(ErrorCode::NotFound, "an image without layers has no files");
    os::OverlaySpec spec;
    spec.lower = TRY(m_impl->directories(chainId));
    return spec;
}

Result<std::unique_ptr<LayerDraft>> Store::newLayer(std::optional<Digest> parentChain)
{
    const Digest parent = parentChain.value_or(Digest());
    std::shared_ptr<const void> hold;
    os::OverlaySpec spec;
    {
        const std::lock_guard lock(m_impl->referenceMutex);
        spec.lower = TRY(m_impl->directories(parent));
        hold = m_impl->hold(parent);
    }
    const fs::path directory = TRY(m_impl->makeTemporary("draft"));
    ScopeGuard cleanUp([&] { static_cast<void>(os::removeTree(directory)); });
    TRY(makePair(directory));
    TRY(m_impl->takeRootAttributes(directory / "fs", spec.lower));
    if (spec.lower.empty())
        spec.lower.push_back(m_impl->emptyPath());
    spec.upper = directory / "fs";
    spec.work = directory / "work";
    cleanUp.dismiss();
    return std::unique_ptr<LayerDraft>(new LayerDraft(*this, parent, Impl::newName(), directory, std::move(spec), std::move(hold)));
}

LayerDraft::LayerDraft(Store& store, Digest parent, std::string id, fs::path directory, os::OverlaySpec overlay, std::shared_ptr<const void> hold)
    : m_store(store)
    , m_parent(std::move(parent))
    , m_id(std::move(id))
    , m_directory(std::move(directory))
    , m_overlay(std::move(overlay))
    , m_hold(std::move(hold))
{
}

LayerDraft::~LayerDraft()
{
    if (m_directory.empty())
        return;
    if (auto removed = os::removeTree(m_directory); !removed)
        log::warning("store: {}", removed.error().message()); // the next start removes it
}

Result<bool> LayerDraft::empty() const
{
    if (m_directory.empty())
        return Error(ErrorCode::Internal, "the draft was committed");
    const auto upper = TRY(os::Beneath::open(m_overlay.upper));
    auto entries = upper.list(".", 1);
    if (!entries)
        return entries.error().code() == ErrorCode::TooLarge ? Result<bool>(false) : entries.error();
    return entries->empty();
}

Result<Layer> LayerDraft::commit()
{
    if (m_directory.empty())
        return Error(ErrorCode::Internal, "the draft was committed before");
    // Spent from here on, whatever happens.
    const fs::path directory = std::exchange(m_directory, {});
    const fs::path indexPath = directory.native() + ".index";
    const ScopeGuard cleanUp([&] {
        static_cast<void>(os::removeTree(directory));
        ::unlink(indexPath.c_str());
    });
    Store::Impl& impl = *m_store.m_impl;

    StagedLayer staged;
    {
        const UniqueFd index = TRY(os::openFile(indexPath, O_WRONLY | O_CREAT | O_EXCL));
        archive::FdSink sink(index.get());
        const auto upper = TRY(os::Beneath::open(m_overlay.upper));
        const LayerTar tar = TRY_CONTEXT("commit layer", packLayer(upper, nullptr, &sink));
        staged.row.diff = tar.diffId;
        staged.row.bytes = tar.sums.bytes;
        staged.row.files = tar.sums.files;
        staged.row.tarBytes = tar.tarBytes;
    }
    staged.row.parent = m_parent;
    staged.row.chain = oci::chainId(m_parent, staged.row.diff);
    staged.row.directory = m_id;
    staged.row.created = nowSeconds();
    staged.directory = directory;
    staged.index = indexPath;
    TRY(os::removeTree(directory / "work"));
    if (!TRY(impl.catalog->layer(staged.row.chain)))
        TRY(os::syncFileSystem(impl.rootFd.get()));

    const std::lock_guard lock(impl.referenceMutex);
    TRY(impl.commitStaged({ staged }));
    const auto row = TRY(impl.catalog->layer(staged.row.chain));
    if (!row)
        return Error(ErrorCode::Internal, "commit layer: the row is missing");
    return impl.layerFrom(*row);
}

Result<std::vector<layers::Index>> Store::indexes(const Image& image) const
{
    std::vector<layers::Index> result;
    for (const Digest& chain : image.chains) {
        const auto row = TRY(m_impl->catalog->layer(chain));
        if (!row)
            return Error(ErrorCode::NotFound, fmt::format("no such layer: {}", chain.text()));
        result.push_back(TRY_CONTEXT(fmt::format("layer {}", row->diff.shortHex()), layers::Index::read(m_impl->indexPath(row->diff))));
    }
    return result;
}

Result<std::vector<layers::FileChange>> Store::layerFiles(const Image& image, std::size_t n) const
{
    if (n >= image.chains.size())
        return Error(ErrorCode::NotFound, fmt::format("image {} has {} layers", image.id.shortHex(), image.chains.size()));
    const auto all = TRY(indexes(image));
    std::vector<const layers::Index*> stack;
    for (const layers::Index& index : all)
        stack.push_back(&index);
    return layers::layerFiles(stack, n);
}

Result<std::uint64_t> Store::unpackInto(archive::ByteSource& source, int directoryFd, std::stop_token stop) const
{
    UnpackJob job;
    job.mode = UnpackMode::Plain;
    job.limits.bytes = m_impl->options.maxLayerBytes;
    job.limits.entries = m_impl->options.maxLayerEntries;
    job.source = &source;
    job.targetFd = directoryFd;
    const UnpackReport report = TRY(runUnpack(m_impl->unpacker(), job, std::move(stop)));
    return report.entries;
}

Result<Layer> Store::importLayer(archive::ByteSource& source, std::stop_token stop)
{
    auto draft = TRY(newLayer(std::nullopt));
    const fs::path temporary = TRY(m_impl->makeTemporary("import"));
    const ScopeGuard cleanUp([&] { static_cast<void>(os::removeTree(temporary)); });
    const UniqueFd target = TRY(os::openFile(draft->overlay().upper, O_RDONLY | O_DIRECTORY));
    const UniqueFd index = TRY(os::openFile(temporary / "index", O_RDWR | O_CREAT | O_EXCL));
    const UniqueFd scratch = TRY(os::openFile(temporary / "scratch", O_RDWR | O_CREAT | O_EXCL));
    UnpackJob job;
    job.mode = UnpackMode::Layer;
    job.limits.bytes = m_impl->options.maxLayerBytes;
    job.limits.entries = m_impl->options.maxLayerEntries;
    job.formats = archive::Formats::All;
    job.source = &source;
    job.targetFd = target.get();
    job.indexFd = index.get();
    job.scratchFd = scratch.get();
    const UnpackReport report = TRY(runUnpack(m_impl->unpacker(), job, std::move(stop)));
    TRY(settleLayer(draft->overlay().upper, temporary / "index", {}, report));
    return draft->commit();
}

fs::path Store::unpackExecutable() const
{
    return m_impl->unpacker();
}

Result<os::OverlaySpec> Store::openSnapshot(const std::string& id, const Digest& chain)
{
    if (!isSnapshotId(id))
        return Error(ErrorCode::Invalid, fmt::format("\"{}\" is not a container id", id.substr(0, 200)));
    const std::lock_guard lock(m_impl->referenceMutex);
    os::OverlaySpec spec;
    spec.lower = TRY(m_impl->directories(chain));
    const std::string name = "c-" + id;
    const fs::path directory = m_impl->snapshotPath(name);
    const auto row = TRY(m_impl->catalog->snapshot(id));
    if (row && row->chain != chain)
        return Error(ErrorCode::Conflict, fmt::format("container {} has a writable layer on another image", id));
    if (!row) {
        const fs::path temporary = TRY(m_impl->makeTemporary("snapshot"));
        ScopeGuard cleanUp([&] { static_cast<void>(os::removeTree(temporary)); });
        TRY(makePair(temporary));
        TRY(m_impl->takeRootAttributes(temporary / "fs", spec.lower));
        TRY(os::renameNoReplace(temporary, directory));
        cleanUp.dismiss();
        TRY(m_impl->catalog->addSnapshot({ id, chain, name }));
    }
    spec.lower.insert(spec.lower.begin(), m_impl->basePath());
    spec.upper = directory / "fs";
    spec.work = directory / "work";
    return spec;
}

Result<void> Store::removeSnapshot(const std::string& id)
{
    const auto row = TRY(m_impl->catalog->snapshot(id));
    if (!row)
        return {};
    const fs::path trash = TRY(m_impl->makeTemporary("trash"));
    {
        const std::lock_guard lock(m_impl->referenceMutex);
        TRY(m_impl->catalog->removeSnapshot(id));
        if (::rename(m_impl->snapshotPath(row->directory).c_str(), (trash / "snapshot").c_str()) != 0 && errno != ENOENT)
            return Error::system(errno, m_impl->snapshotPath(row->directory).native());
    }
    return os::removeTree(trash);
}

Result<std::vector<std::string>> Store::snapshots() const
{
    std::vector<std::string> ids;
    for (const SnapshotRow& row : TRY(m_impl->catalog->snapshots()))
        ids.push_back(row.id);
    return ids;
}

Result<std::vector<PathChange>> Store::diffSnapshot(const std::string& id) const
{
    const auto row = TRY(m_impl->catalog->snapshot(id));
    if (!row)
        return Error(ErrorCode::NotFound, fmt::format("no writable layer of container {}", id));
    os::OverlaySpec below;
    below.lower = TRY(m_impl->directories(row->chain));
    below.lower.insert(below.lower.begin(), m_impl->basePath());
    UniqueFd mount = TRY(os::mountOverlay(below));
    const auto lower = TRY(os::Beneath::adopt(std::move(mount)));
    const auto upper = TRY(os::Beneath::open(m_impl->snapshotPath(row->directory) / "fs"));
    return store::diffSnapshot(upper, lower);
}

Result<std::vector<layers::FileChange>> Store::snapshotChanges(const std::string& id) const
{
    const auto row = TRY(m_impl->catalog->snapshot(id));
    if (!row)
        return Error(ErrorCode::NotFound, fmt::format("no writable layer of container {}", id));
    std::vector<layers::Index> all;
    for (const LayerRow& layer : TRY(m_impl->rows(row->chain)))
        all.push_back(TRY(layers::Index::read(m_impl->indexPath(layer.diff))));
    const auto upper = TRY(os::Beneath::open(m_impl->snapshotPath(row->directory) / "fs"));
    archive::MemorySink sink;
    TRY(packLayer(upper, nullptr, &sink));
    all.push_back(TRY(layers::Index::parse(sink.bytes())));
    std::vector<const layers::Index*> stack;
    for (const layers::Index& index : all)
        stack.push_back(&index);
    return layers::layerFiles(stack, stack.size() - 1);
}

Result<std::unique_ptr<LayerDraft>> Store::draftOfSnapshot(const std::string& id)
{
    const auto row = TRY(m_impl->catalog->snapshot(id));
    if (!row)
        return Error(ErrorCode::NotFound, fmt::format("no writable layer of container {}", id));
    auto draft = TRY(newLayer(row->chain));
    const auto upper = TRY(os::Beneath::open(m_impl->snapshotPath(row->directory) / "fs"));
    const auto copy = TRY(os::Beneath::open(draft->overlay().upper));
    TRY_CONTEXT(fmt::format("copy the files of container {}", id), copyUpperTree(upper, copy));
    return draft;
}

} // namespace darsena::store
