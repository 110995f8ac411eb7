// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/layers/index.h"

#include <cstdint>
#include <functional>
#include <string>

namespace darsena::layers {

/// Where whoever goes through a layer writes down what its members are, in the order of the archive. At the end it becomes
/// the layer's sorted index. What does not fit the memory given goes to a scratch file, so that a layer of a million members
/// needs none for them. Costs: 120 bytes a member and its path and link, in the file; 24 bytes a member in memory, at the end.
/// One thread.
class EntryLog {
public:
    /// The descriptor of an empty file, open for reading and writing; not owned. It is not touched before there are more
    /// than `memoryBytes`.
    explicit EntryLog(int fd, std::size_t memoryBytes = 128 * 1024)
        : m_fd(fd)
        , m_memoryBytes(memoryBytes)
    {
    }
    ~EntryLog();
    EntryLog(const EntryLog&) = delete;
    EntryLog& operator=(const EntryLog&) = delete;

    enum class Kind : std::uint8_t {
        Entry, ///< a thing that was made
        Whiteout,
        Opaque, ///< a mark on a directory
    };
    /// `offset`: of the member in the archive, for messages.
    Result<void> add(Kind kind, const IndexEntry& entry, std::uint64_t offset = 0);

    /// How often add() was called.
    std::uint64_t count() const { return m_count; }

    struct Finished {
        std::uint64_t opaque = 0;
        std::uint64_t implied = 0;
        std::uint64_t pendingLinks = 0;
    };
    using Emit = std::function<Result<void>(const IndexEntry&)>;
    /// Told of what is strange about a path; `offset` is that of the member.
    using Oddity = std::function<void(std::string_view path, std::uint64_t offset, std::string_view sentence)>;
    /// Gives the entries of the index, in path order: per path the last member counts, and what is no directory ends what
    /// came before it beneath its path; whiteouts and marks merge with what the layer itself has there; hard links take
    /// what the file is that they name; directories that nobody named but something lies in are implied. Views in an entry
    /// live as long as the log. Once; nothing may be added after.
    Result<Finished> merge(const Emit& emit, const Oddity& odd = {});
    /// Writes the index. `directory` is called for every directory that remains, so that its mode and time can be set.
    Result<Finished> writeIndex(archive::ByteSink& sink, const Emit& directory);

private:
    Result<void> flush();
    int m_fd;
    std::size_t m_memoryBytes;
    std::string m_buffer;
    std::uint64_t m_bytes = 0; ///< in the file
    void* m_mapped = nullptr; ///< m_bytes of it
    std::uint64_t m_count = 0;
};

} // namespace darsena::layers
