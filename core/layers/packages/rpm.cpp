// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/scope_guard.h"
#include "core/layers/packages/parsers.h"

#include <algorithm>
#include <cstring>

#include <sqlite3.h>

namespace darsena::layers::packages_detail {

namespace {

// rpm's header: numbers are big-endian. Count of entries · bytes of data · entries of 16 bytes (tag, type, offset into
// the data, count) · data.
constexpr std::size_t preambleBytes = 8;
constexpr std::size_t entryBytes = 16;
enum Tag : std::uint32_t { Name = 1000, Version = 1001, Release = 1002, Epoch = 1003, Architecture = 1022 };
enum Type : std::uint32_t { Int32 = 4, String = 6 };

std::uint32_t bigEndian(std::string_view bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

Error databaseError(sqlite3* database)
{
    return Error(ErrorCode::Corrupt,
        fmt::format("the rpm database: {}", database != nullptr ? sqlite3_errmsg(database) : "SQLite has no memory"));
}

/// A database that comes from an image: nothing in it may make SQLite call, write or run without end. `calls` counts
/// how often its machine has made a million steps; it must live as long as the database.
void tame(sqlite3* database, int& calls)
{
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, 100'000);
    sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 64 << 20);
    // One row takes some ten steps: this is far above what maxPackages allows.
    static constexpr int maxCalls = 100;
    sqlite3_progress_handler(
        database, 1'000'000, [](void* counter) { return ++*static_cast<int*>(counter) > maxCalls ? 1 : 0; }, &calls);
}

} // namespace

std::optional<Package> rpmHeader(std::string_view blob)
{
    if (blob.size() < preambleBytes)
        return std::nullopt;
    const std::uint64_t entries = bigEndian(blob, 0);
    const std::uint64_t dataBytes = bigEndian(blob, 4);
    if (entries > (blob.size() - preambleBytes) / entryBytes
        || dataBytes > blob.size() - preambleBytes - entries * entryBytes)
        return std::nullopt;
    const std::string_view data = blob.substr(preambleBytes + entries * entryBytes, dataBytes);
    const auto textAt = [&](std::uint32_t offset) {
        const std::string_view rest = data.substr(std::min<std::size_t>(offset, data.size()));
        return rest.substr(0, rest.find('\0'));
    };
    Package package {PackageKind::Rpm, {}, {}, {}};
    std::string version, release, epoch;
    for (std::uint64_t i = 0; i < entries; ++i) {
        const std::size_t at = preambleBytes + i * entryBytes;
        const std::uint32_t tag = bigEndian(blob, at), type = bigEndian(blob, at + 4), offset = bigEndian(blob, at + 8);
        if (tag == Epoch && type == Int32 && data.size() >= 4 && offset <= data.size() - 4)
            epoch = fmt::format("{}:", bigEndian(data, offset));
        if (type != String)
            continue;
        if (tag == Name)
            package.name = bounded(textAt(offset));
        else if (tag == Version)
            version = bounded(textAt(offset));
        else if (tag == Release)
            release = bounded(textAt(offset));
        else if (tag == Architecture)
            package.architecture = bounded(textAt(offset));
    }
    if (package.name.empty() || version.empty())
        return std::nullopt;
    package.version = epoch + version + (release.empty() ? "" : "-") + release;
    return package;
}

// rpmdb.sqlite: the table Packages has one header a row.
Result<std::vector<Package>> rpmPackages(std::string_view content)
{
    constexpr std::size_t headerBytes = 100;
    if (!content.starts_with(std::string_view("SQLite format 3\0", 16)) || content.size() < headerBytes)
        return Error(ErrorCode::Corrupt, "the rpm database: not a SQLite file");
    auto* bytes = static_cast<unsigned char*>(sqlite3_malloc64(content.size()));
    if (bytes == nullptr)
        return Error(ErrorCode::TooLarge, "the rpm database: no memory for it");
    std::memcpy(bytes, content.data(), content.size());
    // Its journal (rpmdb.sqlite-wal) is a file of its own and is not read; without it the file must not ask for one.
    bytes[18] = bytes[19] = 1;

    int calls = 0;
    sqlite3* database = nullptr;
    const int opened = sqlite3_open_v2(":memory:", &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, nullptr);
    const ScopeGuard close([&] { sqlite3_close(database); });
    if (opened != SQLITE_OK) {
        sqlite3_free(bytes);
        return databaseError(database);
    }
    // From here on the bytes are SQLite's, also when it fails.
    const auto size = static_cast<sqlite3_int64>(content.size());
    if (sqlite3_deserialize(
            database, "main", bytes, size, size, SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY)
        != SQLITE_OK)
        return databaseError(database);
    tame(database, calls);

    sqlite3_stmt* statement = nullptr;
    const ScopeGuard finalize([&] { sqlite3_finalize(statement); });
    if (sqlite3_prepare_v2(database, "SELECT blob FROM main.Packages", -1, &statement, nullptr) != SQLITE_OK)
        return databaseError(database);
    std::vector<Package> found;
    int step = SQLITE_ROW;
    while (found.size() < maxPackages && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        const auto* blob = static_cast<const char*>(sqlite3_column_blob(statement, 0));
        const int length = sqlite3_column_bytes(statement, 0);
        if (blob == nullptr)
            continue;
        if (auto package = rpmHeader({blob, static_cast<std::size_t>(length)}))
            found.push_back(std::move(*package));
    }
    if (step != SQLITE_ROW && step != SQLITE_DONE)
        return databaseError(database);
    return found;
}

} // namespace darsena::layers::packages_detail
