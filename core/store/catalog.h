// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/result.h"
#include "core/store/build_cache.h"
#include "core/store/sqlite.h"
#include "core/store/types.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace darsena::store {

struct LayerRow {
    Digest chain;
    Digest diff;
    Digest parent; ///< chain; empty for a base
    std::string directory; ///< name below snapshots/
    std::uint64_t bytes = 0;
    std::uint64_t files = 0;
    std::uint64_t tarBytes = 0;
    Digest blob; ///< the layer as it came; empty = its tar is made anew from the files
    std::int64_t created = 0; ///< seconds
};

struct ImageRow {
    Digest id;
    std::int64_t added = 0;
    std::int64_t lastTagged = 0;
    std::vector<Digest> chains; ///< base first
};

struct SnapshotRow {
    std::string id;
    Digest chain; ///< empty: on an empty root
    std::string directory;
};

/// The database of the store: what is there and what refers to what. A row never names bytes that are not on disk: callers
/// put those there first (DESIGN §5). Any thread; several calls that belong together go into transaction().
class Catalog {
public:
    /// Creates or migrates. Errors: Corrupt, Unsupported (written by a newer Darsena), System.
    static Result<std::unique_ptr<Catalog>> open(const std::filesystem::path& file);

    /// Runs a function with the catalogue locked: all of its writes are kept, or none when it gives an error.
    Result<void> transaction(const std::function<Result<void>()>& body);

    Result<std::optional<LayerRow>> layer(const Digest& chain);
    Result<std::vector<LayerRow>> layers();
    Result<void> addLayer(const LayerRow& row);
    Result<void> removeLayer(const Digest& chain);

    Result<std::optional<ImageRow>> image(const Digest& id);
    Result<std::vector<ImageRow>> images();
    /// Ids that begin with some hex digits; at most two.
    Result<std::vector<Digest>> imagesByPrefix(const std::string& hexPrefix);
    Result<void> addImage(const ImageRow& row);
    Result<void> removeImage(const Digest& id);

    /// Where an image's steps come from; empty when nobody said.
    Result<StepOrigins> origins(const Digest& image);
    /// Replaces them.
    Result<void> setOrigins(const Digest& image, const StepOrigins& origins);

    Result<std::optional<Digest>> tagged(const std::string& reference);
    Result<std::vector<std::string>> tagsOf(const Digest& image);
    Result<void> setTag(const std::string& reference, const Digest& image, std::int64_t now);
    /// False when there was none.
    Result<bool> removeTag(const std::string& reference);

    Result<std::vector<std::pair<Digest, std::uint64_t>>> blobs();
    Result<void> addBlob(const Digest& digest, std::uint64_t size);
    Result<void> removeBlob(const Digest& digest);
    /// Blobs that neither an image nor a layer needs.
    Result<std::vector<std::pair<Digest, std::uint64_t>>> unusedBlobs();

    Result<std::optional<SnapshotRow>> snapshot(const std::string& id);
    Result<std::vector<SnapshotRow>> snapshots();
    Result<void> addSnapshot(const SnapshotRow& row);
    Result<void> removeSnapshot(const std::string& id);

    Result<std::optional<CacheRecord>> cacheRecord(const Digest& key);
    Result<std::vector<CacheRecord>> cacheRecords();
    Result<std::vector<CacheRecord>> cacheRecordsOf(const std::string& description, std::size_t limit);
    Result<void> addCacheRecord(const CacheRecord& record);
    Result<void> touchCacheRecord(const Digest& key, std::int64_t nowMilliseconds);
    Result<void> removeCacheRecord(const Digest& key);

    /// Chains that images, cache records and snapshots name directly.
    Result<std::vector<Digest>> referencedChains();

private:
    explicit Catalog(std::unique_ptr<Database> database)
        : m_database(std::move(database))
    {
    }
    Result<void> migrate();
    sqlite3* handle() { return m_database->handle(); }

    std::recursive_mutex m_mutex; ///< recursive: transaction() holds it while its body calls the others
    std::unique_ptr<Database> m_database;
    /// Runs statements whose loss at a power cut is no damage: they are written, not flushed. The lock is held.
    Result<void> unsynced(const std::function<Result<void>()>& body);
    int m_depth = 0;
};

} // namespace darsena::store
