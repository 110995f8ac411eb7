// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/entry.h"
#include "core/archive/stream.h"

#include <memory>
#include <optional>

namespace darsena::archive {

/// Bounds of one archive (rule R6). Going past any is TooLarge.
struct TarLimits {
    std::uint64_t entries = 1'000'000;
    std::uint64_t bytes = 64ULL << 30; ///< contents together, holes of sparse files included
    std::size_t pathLength = 4096;
    std::size_t linkLength = 4096;
    std::size_t xattrsPerEntry = 256;
    std::size_t xattrBytes = 1 << 20; ///< names and values of one entry
};

/// Reads a tar archive (v7, ustar, pax with global headers, GNU long names, GNU and pax sparse, Solaris) from an
/// uncompressed source, through libarchive's reader: only its tar formats are enabled, never its disk writer.
/// What is not read of a content is skipped with the source's own skip(). Not for two threads at once. Errors: Corrupt, TooLarge, and the source's own.
class TarReader {
public:
    /// The source must outlive the reader.
    static Result<std::unique_ptr<TarReader>> open(ByteSource& source, const TarLimits& limits = {});
    ~TarReader();
    TarReader(const TarReader&) = delete;
    TarReader& operator=(const TarReader&) = delete;

    /// The next member, or nothing at the end. What was not read of the last one's content is skipped.
    Result<std::optional<Entry>> next();
    /// After an error of next(): whether only that member could not be taken and next() may be called again.
    bool canGoOn() const;

    // Of the member that next() gave or could not take, in the archive; 0 before the first.
    std::uint64_t headerOffset() const; ///< where its headers begin, those of pax and GNU included
    std::uint64_t contentOffset() const; ///< where its content begins
    bool isSparse() const; ///< the content is stored with holes left out

    /// The next run of the current file's content. An empty run = the end. `offset` may jump over a hole, which reads
    /// as zeros. The bytes are valid until the next call.
    struct Run {
        std::uint64_t offset = 0;
        std::span<const std::byte> bytes;
    };
    Result<Run> nextRun();

    /// The whole content of the current file, holes filled. Errors: TooLarge past maxBytes.
    Result<std::string> content(std::size_t maxBytes);
    /// Writes the whole content of the current file, holes filled; returns its size.
    Result<std::uint64_t> copyContent(ByteSink& sink);

    /// After the end: reads what follows the archive's end mark (padding; a digest needs every byte).
    Result<void> drain();

private:
    struct State;
    explicit TarReader(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace darsena::archive
