// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/sqlite.h"

#include <cerrno>

#include <sqlite3.h>

namespace darsena::store {

Error sqliteError(sqlite3* database, int status)
{
    const std::string text = std::string("catalogue: ") + (database ? sqlite3_errmsg(database) : sqlite3_errstr(status));
    switch (status & 0xff) {
    case SQLITE_FULL:
        return Error::system(ENOSPC, "catalogue");
    case SQLITE_IOERR:
        return Error::system(database && sqlite3_system_errno(database) != 0 ? sqlite3_system_errno(database) : EIO, "catalogue");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return Error(ErrorCode::Corrupt, text);
    case SQLITE_CONSTRAINT:
        return Error(ErrorCode::Conflict, text);
    default:
        return Error(ErrorCode::Internal, text);
    }
}

Statement::Statement(sqlite3* database, std::string_view sql)
    : m_database(database)
    , m_status(sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &m_statement, nullptr))
{
}

Statement::~Statement()
{
    sqlite3_finalize(m_statement);
}

Statement& Statement::bind(std::int64_t value)
{
    if (m_status == SQLITE_OK)
        m_status = sqlite3_bind_int64(m_statement, m_next++, value);
    return *this;
}

Statement& Statement::bind(std::string_view text)
{
    if (m_status == SQLITE_OK)
        m_status = sqlite3_bind_text64(m_statement, m_next++, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT, SQLITE_UTF8); // NOLINT: SQLite's own cast
    return *this;
}

Statement& Statement::bind(const Digest& digest)
{
    if (!digest.empty())
        return bind(digest.hex());
    if (m_status == SQLITE_OK)
        m_status = sqlite3_bind_null(m_statement, m_next++);
    return *this;
}

Result<bool> Statement::step()
{
    if (m_status != SQLITE_OK)
        return sqliteError(m_database, m_status);
    const int status = sqlite3_step(m_statement);
    if (status == SQLITE_ROW)
        return true;
    if (status == SQLITE_DONE)
        return false;
    return sqliteError(m_database, status);
}

Result<void> Statement::run()
{
    TRY(step());
    return {};
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

std::string Statement::text(int column) const
{
    const void* bytes = sqlite3_column_blob(m_statement, column);
    const int length = sqlite3_column_bytes(m_statement, column);
    return bytes ? std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(length)) : std::string();
}

Digest Statement::digest(int column) const
{
    auto digest = Digest::fromHex(text(column));
    return digest ? *digest : Digest();
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file)
{
    sqlite3* handle = nullptr;
    const int status = sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    std::unique_ptr<Database> database(new Database(handle));
    if (status != SQLITE_OK)
        return sqliteError(handle, status).withContext(file.native());
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, 5000);
    for (const char* pragma : { "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON", "PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON" })
        TRY_CONTEXT(file.native(), database->execute(pragma));
    return database;
}

Database::~Database()
{
    sqlite3_close_v2(m_handle);
}

Result<void> Database::execute(const std::string& sql)
{
    const int status = sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr);
    return status == SQLITE_OK ? Result<void>() : sqliteError(m_handle, status);
}

std::uint64_t Database::changes() const
{
    return static_cast<std::uint64_t>(sqlite3_changes64(m_handle));
}

} // namespace darsena::store
