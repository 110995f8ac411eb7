// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/result.h"
#include "core/store/types.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace darsena::store {

class Catalog;
class Store;

/// What one build step gave, under the digest of everything that went into it. Records are made by builds of this
/// engine only, never from what an image claims of itself (CVE-2024-24557).
struct CacheRecord {
    Digest key;
    std::string kind; ///< "run", "copy", "from", …: the builder's word
    Digest chain; ///< layer chain after the step; empty for a step on an empty root
    bool madeLayer = false; ///< false: the step changed no file, `chain` is its parent's
    std::string configJson; ///< state of the configuration after the step, in the builder's own form
    std::string inputsJson; ///< what went into the key, for "why did this run again"
    std::string description; ///< the instruction, for people
    std::uint64_t bytes = 0;
    std::chrono::milliseconds duration { 0 };
    Time created;
    Time lastUsed;
    std::uint64_t uses = 0;
};

/// Any thread. A record keeps its layer from garbage collection.
class BuildCache {
public:
    /// Counts as a use. Nothing = no such record, or its layer is gone.
    Result<std::optional<CacheRecord>> find(const Digest& key);
    /// Looks without counting as a use (forecast, and builds, which count all at once: used()).
    Result<std::optional<CacheRecord>> peek(const Digest& key) const;
    /// Counts a use of each, in one transaction: a write for every step would be what a build with nothing to do spends
    /// its time on. Keys that are gone are passed over.
    Result<void> used(const std::vector<Digest>& keys);
    /// Newest first: to tell which input of an earlier run differed.
    Result<std::vector<CacheRecord>> findByDescription(const std::string& description, std::size_t limit = 8) const;
    /// Replaces a record with the same key. The layer must exist (NotFound).
    Result<void> add(const CacheRecord& record);
    Result<std::vector<CacheRecord>> records() const;
    /// Removes records last used before a time (all: Time::max()) and then the layers that nothing else needs.
    struct Pruned {
        std::vector<Digest> keys;
        std::uint64_t freed = 0;
    };
    Result<Pruned> prune(Time usedBefore = Time::max());
    /// Removes these records, those that are still there, and then the layers that nothing else needs.
    Result<Pruned> remove(const std::vector<Digest>& keys);

private:
    friend class Store;
    BuildCache(Store& store, Catalog& catalog)
        : m_store(store)
        , m_catalog(catalog)
    {
    }
    Store& m_store;
    Catalog& m_catalog;
};

} // namespace darsena::store
