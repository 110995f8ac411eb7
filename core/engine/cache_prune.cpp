// SPDX-License-Identifier: GPL-3.0-or-later
// What the builds remember, as `docker system df` and `docker builder prune` see it.
#include "core/engine/build_manager.h"

#include "core/engine/texts.h"

#include <set>

namespace darsena::engine {

namespace {

constexpr std::size_t kBatch = 64; ///< records between two looks at whether the client is still there

/// Layers that images have as well: a record of one costs nothing and frees nothing.
Result<std::set<Digest>> imageLayers(store::Store& store)
{
    std::set<Digest> chains;
    for (const store::Image& image : TRY(store.images()))
        chains.insert(image.chains.begin(), image.chains.end());
    return chains;
}

/// A record that made no layer names its parent's, or none.
bool isShared(const store::CacheRecord& record, const std::set<Digest>& images)
{
    return record.chain.empty() || images.contains(record.chain);
}

Result<bool> matches(const Filters& filters, const store::CacheRecord& record, bool shared)
{
    const bool sharedFits = !filters.has("shared") || TRY(filters.boolean("shared", true)) == shared;
    const bool privateFits = !filters.has("private") || TRY(filters.boolean("private", true)) != shared;
    const bool useFits = !filters.has("inuse") || !TRY(filters.boolean("inuse", true));
    return sharedFits && privateFits && useFits && filters.matchesPrefix("id", record.key.hex()) && filters.matchesExactly("type", "regular")
        && filters.matchesExactly("description", record.description) && filters.matchesLabels({});
}

} // namespace

Result<std::vector<model::BuildCacheRecord>> BuildManager::cache()
{
    const std::set<Digest> images = TRY(imageLayers(*m_parts.store));
    std::set<Digest> counted;
    std::vector<model::BuildCacheRecord> list;
    for (const store::CacheRecord& record : TRY(m_parts.store->buildCache().records())) {
        model::BuildCacheRecord entry;
        entry.id = record.key.hex();
        entry.type = "regular";
        entry.description = record.description;
        entry.shared = isShared(record, images);
        // Several records can stand for one layer: it is counted once.
        if (record.madeLayer && !record.chain.empty() && counted.insert(record.chain).second) {
            if (const auto layer = m_parts.store->layer(record.chain)) // a damaged one is the start scan's to tell of
                entry.size = static_cast<std::int64_t>(layer->bytes);
        }
        entry.createdAt = model::Time(record.created.time_since_epoch());
        entry.lastUsedAt = model::Time(record.lastUsed.time_since_epoch());
        entry.usageCount = static_cast<std::int64_t>(record.uses);
        list.push_back(std::move(entry));
    }
    return list;
}

Result<model::BuildCachePruned> BuildManager::prune(const CachePruneOptions& options, std::stop_token stop)
{
    const Filters& filters = options.filters;
    TRY(filters.allowOnly({"description", "id", "inuse", "label", "label!", "private", "shared", "type", "until", "unused-for"})
            .withContext("failed to prune build cache"));
    std::optional<model::Time> unusedSince;
    for (const char* key : {"until", "unused-for"}) {
        for (const std::string& text : filters.values(key))
            unusedSince = TRY(parseMoment(text, now()));
    }
    const std::set<Digest> images = TRY(imageLayers(*m_parts.store));
    auto records = TRY(m_parts.store->buildCache().records());
    std::ranges::stable_sort(records, std::greater<>(), &store::CacheRecord::lastUsed);
    std::vector<Digest> keys;
    std::int64_t kept = 0;
    for (const store::CacheRecord& record : records) {
        const bool shared = isShared(record, images);
        const bool wanted = (options.all || !shared) && (!unusedSince || model::Time(record.lastUsed.time_since_epoch()) < *unusedSince)
            && TRY(matches(filters, record, shared));
        const std::int64_t bytes = shared || !record.madeLayer ? 0 : static_cast<std::int64_t>(record.bytes);
        if (wanted && (options.keepBytes <= 0 || kept + bytes > options.keepBytes))
            keys.push_back(record.key);
        else
            kept += bytes;
    }
    std::ranges::reverse(keys); // what was used longest ago goes first
    model::BuildCachePruned result;
    for (std::size_t at = 0; at < keys.size() && !stop.stop_requested(); at += kBatch) {
        const auto end = std::min(at + kBatch, keys.size());
        const std::vector<Digest> batch(keys.begin() + static_cast<std::ptrdiff_t>(at), keys.begin() + static_cast<std::ptrdiff_t>(end));
        const auto pruned = TRY(m_parts.store->buildCache().remove(batch));
        for (const Digest& key : pruned.keys)
            result.cachesDeleted.push_back(key.hex());
        result.spaceReclaimed += static_cast<std::int64_t>(pruned.freed);
    }
    m_parts.events.publish("builder", "prune", "", {{"reclaimed", std::to_string(result.spaceReclaimed)}});
    return result;
}

} // namespace darsena::engine
