// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/catalog.h"

namespace darsena::store {

namespace {

/// Each entry takes the schema one version up; PRAGMA user_version says how many were run. Never change one that was
/// released: add another.
constexpr std::array<const char*, 2> migrations {
    R"sql(
CREATE TABLE blobs (
    digest TEXT PRIMARY KEY,
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE layers (
    chain TEXT PRIMARY KEY,
    diff TEXT NOT NULL,
    parent TEXT REFERENCES layers(chain),
    directory TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL,
    files INTEGER NOT NULL,
    tar_bytes INTEGER NOT NULL,
    blob TEXT REFERENCES blobs(digest),
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX layers_parent ON layers(parent);
CREATE INDEX layers_blob ON layers(blob);
CREATE TABLE images (
    id TEXT PRIMARY KEY REFERENCES blobs(digest),
    added INTEGER NOT NULL,
    last_tagged INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE image_layers (
    image TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    chain TEXT NOT NULL REFERENCES layers(chain),
    PRIMARY KEY (image, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_layers_chain ON image_layers(chain);
CREATE TABLE tags (
    reference TEXT PRIMARY KEY,
    image TEXT NOT NULL REFERENCES images(id) ON DELETE CASCADE,
    tagged INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_image ON tags(image);
CREATE TABLE snapshots (
    id TEXT PRIMARY KEY,
    chain TEXT REFERENCES layers(chain),
    directory TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;
CREATE INDEX snapshots_chain ON snapshots(chain);
CREATE TABLE build_cache (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    chain TEXT REFERENCES layers(chain),
    made_layer INTEGER NOT NULL,
    config TEXT NOT NULL,
    inputs TEXT NOT NULL,
    description TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    used_ms INTEGER NOT NULL,
    uses INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX build_cache_chain ON build_cache(chain);
CREATE INDEX build_cache_description ON build_cache(description, created_ms);
)sql",
    R"sql(
CREATE TABLE origins (
    image TEXT PRIMARY KEY REFERENCES images(id) ON DELETE CASCADE,
    steps TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
};

constexpr std::string_view layerColumns = "chain, diff, parent, directory, bytes, files, tar_bytes, blob, created";
constexpr std::string_view cacheColumns
    = "key, kind, chain, made_layer, config, inputs, description, bytes, duration_ms, created_ms, used_ms, uses";

LayerRow layerFrom(const Statement& row)
{
    return { row.digest(0), row.digest(1), row.digest(2), row.text(3), row.count(4), row.count(5), row.count(6), row.digest(7), row.integer(8) };
}

Time fromMilliseconds(std::int64_t value)
{
    return Time(std::chrono::milliseconds(value));
}

std::int64_t toMilliseconds(Time time)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

CacheRecord cacheFrom(const Statement& row)
{
    CacheRecord record;
    record.key = row.digest(0);
    record.kind = row.text(1);
    record.chain = row.digest(2);
    record.madeLayer = row.integer(3) != 0;
    record.configJson = row.text(4);
    record.inputsJson = row.text(5);
    record.description = row.text(6);
    record.bytes = row.count(7);
    record.duration = std::chrono::milliseconds(row.integer(8));
    record.created = fromMilliseconds(row.integer(9));
    record.lastUsed = fromMilliseconds(row.integer(10));
    record.uses = row.count(11);
    return record;
}

std::string textOf(const StepOrigins& origins)
{
    json::Array steps;
    for (const std::optional<StepOrigin>& origin : origins) {
        if (origin)
            steps.emplace_back(json::Object { { "dockerfile", origin->dockerfile }, { "line", origin->line }, { "endLine", origin->endLine }, { "stage", origin->stage } });
        else
            steps.emplace_back(nullptr);
    }
    return json::serialize(steps);
}

Result<StepOrigins> originsFrom(std::string_view text)
{
    const json::Value value = TRY(json::parse(text));
    StepOrigins origins;
    if (!value.is_array())
        return origins;
    for (const json::Value& step : value.get_array()) {
        std::optional<StepOrigin>& origin = origins.emplace_back();
        if (!step.is_object())
            continue;
        const json::Object& object = step.get_object();
        origin.emplace();
        origin->dockerfile = TRY(json::text(object, "dockerfile"));
        origin->line = static_cast<int>(TRY(json::integer(object, "line")));
        origin->endLine = static_cast<int>(TRY(json::integer(object, "endLine")));
        origin->stage = TRY(json::text(object, "stage"));
    }
    return origins;
}

} // namespace

Result<std::unique_ptr<Catalog>> Catalog::open(const std::filesystem::path& file)
{
    std::unique_ptr<Catalog> catalog(new Catalog(TRY(Database::open(file))));
    {
        Statement check(catalog->handle(), "PRAGMA quick_check(1)");
        if (!TRY(check.step()) || check.text(0) != "ok")
            return Error(ErrorCode::Corrupt, fmt::format("{}: {}", file.native(), check.text(0)));
    }
    TRY_CONTEXT(file.native(), catalog->migrate());
    return catalog;
}

Result<void> Catalog::migrate()
{
    std::int64_t version = 0;
    {
        Statement statement(handle(), "PRAGMA user_version");
        TRY(statement.step());
        version = statement.integer(0);
    }
    if (version < 0 || version > static_cast<std::int64_t>(migrations.size()))
        return Error(ErrorCode::Unsupported, fmt::format("catalogue version {}: written by a newer Darsena", version));
    for (auto next = static_cast<std::size_t>(version); next < migrations.size(); ++next) {
        const auto step = [&]() -> Result<void> {
            TRY(m_database->execute(migrations[next]));
            return m_database->execute(fmt::format("PRAGMA user_version={}", next + 1));
        };
        TRY(transaction(step));
    }
    return {};
}

Result<void> Catalog::transaction(const std::function<Result<void>()>& body)
{
    const std::lock_guard lock(m_mutex);
    if (m_depth > 0)
        return body(); // inside one already: its end decides
    TRY(m_database->execute("BEGIN IMMEDIATE"));
    ++m_depth;
    auto result = body();
    --m_depth;
    if (result)
        result = m_database->execute("COMMIT");
    if (!result)
        static_cast<void>(m_database->execute("ROLLBACK")); // some errors have rolled back already
    return result;
}

Result<std::optional<LayerRow>> Catalog::layer(const Digest& chain)
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(), fmt::format("SELECT {} FROM layers WHERE chain = ?", layerColumns));
    if (!TRY(query.bind(chain).step()))
        return std::optional<LayerRow>();
    return std::optional(layerFrom(query));
}

Result<std::vector<LayerRow>> Catalog::layers()
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(), fmt::format("SELECT {} FROM layers", layerColumns));
    std::vector<LayerRow> rows;
    while (TRY(query.step()))
        rows.push_back(layerFrom(query));
    return rows;
}

Result<void> Catalog::addLayer(const LayerRow& row)
{
    const std::lock_guard lock(m_mutex);
    Statement insert(handle(), fmt::format("INSERT INTO layers ({}) VALUES (?,?,?,?,?,?,?,?,?)", layerColumns));
    return insert.bind(row.chain).bind(row.diff).bind(row.parent).bind(row.directory).bind(row.bytes).bind(row.files).bind(row.tarBytes).bind(row.blob).bind(row.created).run();
}

Result<void> Catalog::removeLayer(const Digest& chain)
{
    const std::lock_guard lock(m_mutex);
    return Statement(handle(), "DELETE FROM layers WHERE chain = ?").bind(chain).run();
}

Result<std::optional<ImageRow>> Catalog::image(const Digest& id)
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(), "SELECT id, added, last_tagged FROM images WHERE id = ?");
    if (!TRY(query.bind(id).step()))
        return std::optional<ImageRow>();
    ImageRow row { query.digest(0), query.integer(1), query.integer(2), {} };
    Statement chains(handle(), "SELECT chain FROM image_layers WHERE image = ? ORDER BY position");
    chains.bind(id);
    while (TRY(chains.step()))
        row.chains.push_back(chains.digest(0));
    return std::optional(std::move(row));
}

Result<std::vector<ImageRow>> Catalog::images()
{
    const std::lock_guard lock(m_mutex);
    std::vector<Digest> ids;
    {
        Statement query(handle(), "SELECT id FROM images");
        while (TRY(query.step()))
            ids.push_back(query.digest(0));
    }
    std::vector<ImageRow> rows;
    for (const Digest& id : ids) {
        if (auto row = TRY(image(id)))
            rows.push_back(std::move(*row));
    }
    return rows;
}

Result<std::vector<Digest>> Catalog::imagesByPrefix(const std::string& hexPrefix)
{
    const std::lock_guard lock(m_mutex);
    // Ids are hex digits: everything that begins with the prefix lies between it and it followed by 'g'.
    Statement query(handle(), "SELECT id FROM images WHERE id >= ? AND id < ? LIMIT 2");
    query.bind(hexPrefix).bind(hexPrefix + "g");
    std::vector<Digest> ids;
    while (TRY(query.step()))
        ids.push_back(query.digest(0));
    return ids;
}

Result<void> Catalog::addImage(const ImageRow& row)
{
    return transaction([&]() -> Result<void> {
        TRY(Statement(handle(), "INSERT INTO images (id, added, last_tagged) VALUES (?,?,?)").bind(row.id).bind(row.added).bind(row.lastTagged).run());
        std::int64_t position = 0;
        for (const Digest& chain : row.chains)
            TRY(Statement(handle(), "INSERT INTO image_layers (image, position, chain) VALUES (?,?,?)").bind(row.id).bind(position++).bind(chain).run());
        return {};
    });
}

Result<void> Catalog::removeImage(const Digest& id)
{
    const std::lock_guard lock(m_mutex);
    return Statement(handle(), "DELETE FROM images WHERE id = ?").bind(id).run();
}

Result<StepOrigins> Catalog::origins(const Digest& image)
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(), "SELECT steps FROM origins WHERE image = ?");
    if (!TRY(query.bind(image).step()))
        return StepOrigins();
    return originsFrom(query.text(0)).valueOr({}); // as good as nothing
}

Result<void> Catalog::setOrigins(const Digest& image, const StepOrigins& origins)
{
    const std::lock_guard lock(m_mutex);
    return unsynced([&] {
        return Statement(handle(), "INSERT INTO origins (image, steps) VALUES (?,?) ON CONFLICT(image) DO UPDATE SET steps = excluded.steps")
            .bind(image)
            .bind(textOf(origins))
            .run();
    });
}

Result<std::optional<Digest>> Catalog::tagged(const std::string& reference)
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(), "SELECT image FROM tags WHERE reference = ?");
    if (!TRY(query.bind(reference).step()))
        return std::optional<Digest>();
    return std::optional(query.digest(0));
}

Result<std::vector<std::string>> Catalog::tagsOf(const Digest& image)
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(), "SELECT reference FROM tags WHERE image = ? ORDER BY reference");
    query.bind(image);
    std::vector<std::string> references;
    while (TRY(query.step()))
        references.push_back(query.text(0));
    return references;
}

Result<void> Catalog::setTag(const std::string& reference, const Digest& image, std::int64_t now)
{
    return transaction([&]() -> Result<void> {
        TRY(Statement(handle(), "INSERT OR REPLACE INTO tags (reference, image, tagged) VALUES (?,?,?)").bind(reference).bind(image).bind(now).run());
        return Statement(handle(), "UPDATE images SET last_tagged = ? WHERE id = ?").bind(now).bind(image).run();
    });
}

Result<bool> Catalog::removeTag(const std::string& reference)
{
    const std::lock_guard lock(m_mutex);
    TRY(Statement(handle(), "DELETE FROM tags WHERE reference = ?").bind(reference).run());
    return m_database->changes() > 0;
}

Result<std::vector<std::pair<Digest, std::uint64_t>>> Catalog::blobs()
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(), "SELECT digest, size FROM blobs");
    std::vector<std::pair<Digest, std::uint64_t>> rows;
    while (TRY(query.step()))
        rows.emplace_back(query.digest(0), query.count(1));
    return rows;
}

Result<void> Catalog::addBlob(const Digest& digest, std::uint64_t size)
{
    const std::lock_guard lock(m_mutex);
    return Statement(handle(), "INSERT OR IGNORE INTO blobs (digest, size) VALUES (?,?)").bind(digest).bind(size).run();
}

Result<void> Catalog::removeBlob(const Digest& digest)
{
    const std::lock_guard lock(m_mutex);
    return Statement(handle(), "DELETE FROM blobs WHERE digest = ?").bind(digest).run();
}

Result<std::vector<std::pair<Digest, std::uint64_t>>> Catalog::unusedBlobs()
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(),
        "SELECT digest, size FROM blobs WHERE NOT EXISTS (SELECT 1 FROM images WHERE id = digest)"
        " AND NOT EXISTS (SELECT 1 FROM layers WHERE blob = digest)");
    std::vector<std::pair<Digest, std::uint64_t>> rows;
    while (TRY(query.step()))
        rows.emplace_back(query.digest(0), query.count(1));
    return rows;
}

Result<std::optional<SnapshotRow>> Catalog::snapshot(const std::string& id)
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(), "SELECT id, chain, directory FROM snapshots WHERE id = ?");
    if (!TRY(query.bind(id).step()))
        return std::optional<SnapshotRow>();
    return std::optional(SnapshotRow { query.text(0), query.digest(1), query.text(2) });
}

Result<std::vector<SnapshotRow>> Catalog::snapshots()
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(), "SELECT id, chain, directory FROM snapshots ORDER BY id");
    std::vector<SnapshotRow> rows;
    while (TRY(query.step()))
        rows.push_back({ query.text(0), query.digest(1), query.text(2) });
    return rows;
}

Result<void> Catalog::unsynced(const std::function<Result<void>()>& body)
{
    if (m_depth > 0)
        return body(); // the transaction around it decides
    TRY(m_database->execute("PRAGMA synchronous=NORMAL"));
    const auto result = body();
    TRY(m_database->execute("PRAGMA synchronous=FULL"));
    return result;
}

Result<void> Catalog::addSnapshot(const SnapshotRow& row)
{
    const std::lock_guard lock(m_mutex);
    return unsynced([&] {
        return Statement(handle(), "INSERT INTO snapshots (id, chain, directory) VALUES (?,?,?)").bind(row.id).bind(row.chain).bind(row.directory).run();
    });
}

Result<void> Catalog::removeSnapshot(const std::string& id)
{
    const std::lock_guard lock(m_mutex);
    return unsynced([&] { return Statement(handle(), "DELETE FROM snapshots WHERE id = ?").bind(id).run(); });
}

Result<std::optional<CacheRecord>> Catalog::cacheRecord(const Digest& key)
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(), fmt::format("SELECT {} FROM build_cache WHERE key = ?", cacheColumns));
    if (!TRY(query.bind(key).step()))
        return std::optional<CacheRecord>();
    return std::optional(cacheFrom(query));
}

Result<std::vector<CacheRecord>> Catalog::cacheRecords()
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(), fmt::format("SELECT {} FROM build_cache ORDER BY created_ms DESC", cacheColumns));
    std::vector<CacheRecord> records;
    while (TRY(query.step()))
        records.push_back(cacheFrom(query));
    return records;
}

Result<std::vector<CacheRecord>> Catalog::cacheRecordsOf(const std::string& description, std::size_t limit)
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(), fmt::format("SELECT {} FROM build_cache WHERE description = ? ORDER BY created_ms DESC LIMIT ?", cacheColumns));
    query.bind(description).bind(static_cast<std::int64_t>(limit));
    std::vector<CacheRecord> records;
    while (TRY(query.step()))
        records.push_back(cacheFrom(query));
    return records;
}

Result<void> Catalog::addCacheRecord(const CacheRecord& record)
{
    const std::lock_guard lock(m_mutex);
    Statement insert(handle(), fmt::format("INSERT OR REPLACE INTO build_cache ({}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", cacheColumns));
    return insert.bind(record.key).bind(record.kind).bind(record.chain).bind(std::int64_t { record.madeLayer }).bind(record.configJson)
        .bind(record.inputsJson).bind(record.description).bind(record.bytes).bind(static_cast<std::int64_t>(record.duration.count()))
        .bind(toMilliseconds(record.created)).bind(toMilliseconds(record.lastUsed)).bind(record.uses).run();
}

Result<void> Catalog::touchCacheRecord(const Digest& key, std::int64_t nowMilliseconds)
{
    const std::lock_guard lock(m_mutex);
    return Statement(handle(), "UPDATE build_cache SET used_ms = ?, uses = uses + 1 WHERE key = ?").bind(nowMilliseconds).bind(key).run();
}

Result<void> Catalog::removeCacheRecord(const Digest& key)
{
    const std::lock_guard lock(m_mutex);
    return Statement(handle(), "DELETE FROM build_cache WHERE key = ?").bind(key).run();
}

Result<std::vector<Digest>> Catalog::referencedChains()
{
    const std::lock_guard lock(m_mutex);
    Statement query(handle(),
        "SELECT chain FROM image_layers UNION SELECT chain FROM build_cache WHERE chain IS NOT NULL"
        " UNION SELECT chain FROM snapshots WHERE chain IS NOT NULL");
    std::vector<Digest> chains;
    while (TRY(query.step()))
        chains.push_back(query.digest(0));
    return chains;
}

} // namespace darsena::store
