// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace darsena::store {

/// One prepared statement. Binding and stepping report the first failure at step().
class Statement {
public:
    Statement(sqlite3* database, std::string_view sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(std::int64_t value);
    Statement& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
    Statement& bind(std::string_view text);
    Statement& bind(const char* text) { return bind(std::string_view(text)); }
    Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
    /// The hex digits; NULL for the empty digest.
    Statement& bind(const Digest& digest);

    /// Whether there is a row. Errors: System with ENOSPC for a full disk, Corrupt for a damaged file, Internal.
    Result<bool> step();
    /// Steps a statement that gives no rows.
    Result<void> run();

    std::int64_t integer(int column) const;
    std::uint64_t count(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    std::string text(int column) const;
    /// Empty for NULL. A digest that is none (a damaged row) is empty, too.
    Digest digest(int column) const;

private:
    sqlite3* m_database;
    sqlite3_stmt* m_statement = nullptr;
    int m_next = 1;
    int m_status;
};

/// An open database: WAL, synchronous FULL, foreign keys on. Not for two threads at once.
class Database {
public:
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Result<void> execute(const std::string& sql);
    sqlite3* handle() { return m_handle; }
    std::uint64_t changes() const;

private:
    explicit Database(sqlite3* handle)
        : m_handle(handle)
    {
    }
    sqlite3* m_handle;
};

/// The error of the last call on a database.
Error sqliteError(sqlite3* database, int status);

} // namespace darsena::store
