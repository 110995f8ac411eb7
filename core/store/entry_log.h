// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/layers/index.h"

#include <cstdint>
#include <functional>
#include <string>

namespace darsena::store {

/// Where LayerUnpacker writes down what it did, in the order of the archive: a scratch file, so that a layer of a
/// million members needs no memory for them. At the end it becomes the layer's sorted index.
class EntryLog {
public:
    /// The descriptor of an empty file, open for reading and writing; not owned.
    explicit EntryLog(int fd)
        : m_fd(fd)
    {
    }

    enum class Kind : std::uint8_t {
        Entry, ///< a thing that was made
        Whiteout,
        Opaque, ///< a mark on a directory
    };
    Result<void> add(Kind kind, const layers::IndexEntry& entry);

    struct Finished {
        std::uint64_t opaque = 0;
        std::uint64_t implied = 0;
        std::uint64_t pendingLinks = 0;
    };
    /// Writes the index: per path the last entry counts, whiteouts and marks merge with it, hard links take what the
    /// file they name is. `directory` is called for every directory that remains, so that its mode and time can be set.
    Result<Finished> writeIndex(archive::ByteSink& sink, const std::function<Result<void>(const layers::IndexEntry&)>& directory);

private:
    Result<void> flush();
    int m_fd;
    std::string m_buffer;
    std::uint64_t m_bytes = 0;
    std::uint64_t m_count = 0;
};

} // namespace darsena::store
