// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/entry.h"
#include "core/archive/stream.h"

namespace darsena::archive {

/// Writes a tar archive: ustar headers, and a pax header where ustar cannot say it (long or non-ASCII names, big
/// numbers, xattrs as SCHILY.xattr.*). Deterministic: the same calls give the same bytes in every version of Darsena,
/// because layer digests depend on it; that is why this is ours and not libarchive's writer.
/// Whole seconds only; no user names, no access or change times, no device of origin.
class TarWriter {
public:
    /// The sink must outlive the writer.
    explicit TarWriter(ByteSink& sink)
        : m_sink(sink)
    {
    }

    /// Starts a member. For a File exactly entry.size bytes must follow through write(). Directories get a trailing
    /// slash. Errors: Invalid for an unfinished predecessor, an empty or NUL-bearing name, a Socket (tar has none).
    Result<void> add(const Entry& entry);
    Result<void> write(std::span<const std::byte> bytes);
    /// add + write of a whole file.
    Result<void> addFile(const Entry& entry, std::string_view content);
    /// The end mark: two zero blocks. Nothing may follow.
    Result<void> finish();

private:
    Result<void> pad();

    ByteSink& m_sink;
    std::uint64_t m_rest = 0; ///< content bytes that the current member still owes
    std::uint32_t m_padding = 0;
};

} // namespace darsena::archive
