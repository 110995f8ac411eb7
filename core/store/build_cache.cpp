// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/build_cache.h"

#include "core/store/store.h"
#include "core/store/store_impl.h"

namespace darsena::store {

Result<std::optional<CacheRecord>> BuildCache::find(const Digest& key)
{
    auto record = TRY(peek(key));
    if (record) {
        const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
        TRY(m_catalog.touchCacheRecord(key, now.count()));
        record->lastUsed = Time(now);
        ++record->uses;
    }
    return record;
}

Result<std::optional<CacheRecord>> BuildCache::peek(const Digest& key) const
{
    auto record = TRY(m_catalog.cacheRecord(key));
    // A layer whose files are gone (a damaged disk) is built anew rather than failed on.
    if (record && !record->chain.empty() && !m_store.layer(record->chain).ok())
        record.reset();
    return record;
}

Result<void> BuildCache::used(const std::vector<Digest>& keys)
{
    if (keys.empty())
        return {};
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
    return m_catalog.transaction([&]() -> Result<void> {
        for (const Digest& key : keys)
            TRY(m_catalog.touchCacheRecord(key, now.count()));
        return {};
    });
}

Result<std::vector<CacheRecord>> BuildCache::findByDescription(const std::string& description, std::size_t limit) const
{
    return m_catalog.cacheRecordsOf(description, limit);
}

Result<void> BuildCache::add(const CacheRecord& given)
{
    CacheRecord record = given;
    if (record.created == Time())
        record.created = std::chrono::system_clock::now();
    if (record.lastUsed == Time())
        record.lastUsed = record.created;
    const std::lock_guard lock(m_store.m_impl->referenceMutex);
    if (!record.chain.empty() && !TRY(m_catalog.layer(record.chain)))
        return Error(ErrorCode::NotFound, fmt::format("no such layer: {}", record.chain.text()));
    return m_catalog.addCacheRecord(record);
}

Result<std::vector<CacheRecord>> BuildCache::records() const
{
    return m_catalog.cacheRecords();
}

Result<BuildCache::Pruned> BuildCache::prune(Time usedBefore)
{
    std::vector<Digest> keys;
    for (const CacheRecord& record : TRY(m_catalog.cacheRecords())) {
        if (record.lastUsed < usedBefore || usedBefore == Time::max())
            keys.push_back(record.key);
    }
    return remove(keys);
}

Result<BuildCache::Pruned> BuildCache::remove(const std::vector<Digest>& keys)
{
    Pruned pruned;
    const auto removeAll = [&]() -> Result<void> {
        for (const Digest& key : keys) {
            if (!TRY(m_catalog.cacheRecord(key)))
                continue;
            TRY(m_catalog.removeCacheRecord(key));
            pruned.keys.push_back(key);
        }
        return {};
    };
    TRY(m_catalog.transaction(removeAll));
    pruned.freed = TRY(m_store.collectGarbage());
    return pruned;
}

} // namespace darsena::store
