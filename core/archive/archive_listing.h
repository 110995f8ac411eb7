// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/entry.h"
#include "core/base/result.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::archive {

/// Bounds of a listing (R6). Going past one cuts the list; it is no error.
struct ListingLimits {
    std::size_t entries = 20'000;
    std::uint64_t bytes = 1ULL << 30; ///< that a compressed tar may unpack to while it is gone through
};

/// One member, as written: names are not cleaned and not trusted.
struct ListedMember {
    std::string path; ///< at most 4096 bytes
    EntryType type = EntryType::File;
    std::string link;
    std::uint32_t mode = 0;
    std::uint64_t size = 0; ///< unpacked
    std::int64_t mtime = 0;
};

struct ArchiveListing {
    std::string format; ///< "tar", "tar, gzip", "zip", "ar"
    std::vector<ListedMember> members; ///< in the archive's order
    bool cut = false; ///< there are more, or what follows could not be read
};

/// Whether the bytes begin like something listArchive() may know: by magic numbers, no more.
bool looksLikeArchive(std::string_view bytes);

/// What an archive in memory holds: tar (plain, gzip, zstd, bzip2, xz), zip, ar (and so deb). Contents are not unpacked
/// but to be skipped. Damage after the first member cuts the list. Any thread.
/// Errors: Unsupported when it is none of these (also: compressed, but no tar inside), Corrupt, Cancelled.
Result<ArchiveListing> listArchive(std::string_view bytes, const ListingLimits& limits = {}, std::stop_token stop = {});

/// The beginning of what compressed bytes unpack to, at most maxBytes of it.
/// Errors: Unsupported when they are not compressed, Corrupt when not even the beginning can be had.
Result<std::string> unpackedStart(std::string_view bytes, std::size_t maxBytes);

} // namespace darsena::archive
