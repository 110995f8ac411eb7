// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/os/file.h"
#include "core/store/store.h"
#include "core/store/store_impl.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

namespace darsena::store {

namespace fs = std::filesystem;

namespace {

/// Every chain that must stay: what is referred to, and everything below it.
std::set<Digest> neededChains(const std::vector<LayerRow>& rows, std::vector<Digest> roots)
{
    std::map<Digest, Digest> parents;
    for (const LayerRow& row : rows)
        parents[row.chain] = row.parent;
    std::set<Digest> needed;
    for (Digest chain : roots) {
        while (!chain.empty() && needed.insert(chain).second) {
            const auto found = parents.find(chain);
            chain = found == parents.end() ? Digest() : found->second;
        }
    }
    return needed;
}

} // namespace

Result<std::uint64_t> Store::collectGarbage()
{
    Impl& impl = *m_impl;
    const fs::path trash = TRY(impl.makeTemporary("trash"));
    const ScopeGuard cleanUp([&] {
        // Outside every lock: big trees take their time.
        if (auto removed = os::removeTree(trash); !removed)
            log::warning("store: {}", removed.error().message());
    });
    std::uint64_t freed = 0;
    std::vector<LayerRow> removed;
    std::vector<Digest> blobs;
    const std::lock_guard lock(impl.referenceMutex);
    const auto sweep = [&]() -> Result<void> {
        const auto rows = TRY(impl.catalog->layers());
        std::vector<Digest> roots = TRY(impl.catalog->referencedChains());
        {
            const std::lock_guard holds(impl.holdMutex);
            for (const auto& [chain, count] : impl.holds)
                roots.push_back(chain);
        }
        const auto needed = neededChains(rows, std::move(roots));
        for (const LayerRow& row : rows) {
            if (!needed.contains(row.chain))
                removed.push_back(row);
        }
        // Children before parents, or the rows' references break: what is deeper has more layers below it.
        std::map<Digest, std::size_t> depth;
        std::map<Digest, Digest> parents;
        for (const LayerRow& row : rows)
            parents[row.chain] = row.parent;
        for (const LayerRow& row : removed) {
            std::size_t count = 0;
            for (Digest chain = row.chain; !chain.empty() && count < rows.size(); chain = parents[chain])
                ++count;
            depth[row.chain] = count;
        }
        std::ranges::sort(removed, [&](const LayerRow& left, const LayerRow& right) { return depth[left.chain] > depth[right.chain]; });
        for (const LayerRow& row : removed) {
            TRY(impl.catalog->removeLayer(row.chain));
            freed += row.bytes;
        }
        for (const auto& [digest, size] : TRY(impl.catalog->unusedBlobs())) {
            TRY(impl.catalog->removeBlob(digest));
            blobs.push_back(digest);
            freed += size;
        }
        return {};
    };
    TRY(impl.catalog->transaction(sweep));

    // Rows are gone and durable; what a crash leaves from here on is without a row and found at the next start.
    std::set<Digest> liveDiffs;
    for (const LayerRow& row : TRY(impl.catalog->layers()))
        liveDiffs.insert(row.diff);
    for (const LayerRow& row : removed) {
        if (::rename(impl.snapshotPath(row.directory).c_str(), (trash / row.directory).c_str()) != 0 && errno != ENOENT)
            log::warning("store: {}", Error::system(errno, impl.snapshotPath(row.directory).native()).message());
        if (!liveDiffs.contains(row.diff))
            ::unlink(impl.indexPath(row.diff).c_str());
    }
    for (const Digest& digest : blobs)
        ::unlink(impl.blobPath(digest).c_str());
    return freed;
}

Result<StoreUse> Store::use() const
{
    StoreUse use;
    use.images = TRY(m_impl->catalog->images()).size();
    std::vector<Digest> imageChains;
    for (const ImageRow& image : TRY(m_impl->catalog->images()))
        imageChains.insert(imageChains.end(), image.chains.begin(), image.chains.end());
    for (const SnapshotRow& snapshot : TRY(m_impl->catalog->snapshots()))
        imageChains.push_back(snapshot.chain);
    const auto rows = TRY(m_impl->catalog->layers());
    const auto needed = neededChains(rows, imageChains);
    for (const LayerRow& row : rows) {
        ++use.layers;
        use.layerBytes += row.bytes;
        if (!needed.contains(row.chain))
            use.cacheBytes += row.bytes;
    }
    for (const auto& [digest, size] : TRY(m_impl->catalog->blobs())) {
        ++use.blobs;
        use.blobBytes += size;
    }
    use.cacheRecords = TRY(m_impl->catalog->cacheRecords()).size();
    return use;
}

} // namespace darsena::store
