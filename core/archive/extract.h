// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/tar_reader.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace darsena::archive {

/// What a tar may put at a destination.
enum class ExtractInto {
    Folder, ///< everything beneath the destination, a folder that exists
    /// A single member that is no directory (a file, a link) becomes the destination itself, replacing what is there;
    /// anything else goes beneath it as with Folder.
    FileOrFolder,
};

struct ExtractOptions {
    TarLimits limits { .entries = 10'000'000 };
    std::function<void(std::uint64_t)> progress; ///< bytes of contents written so far
    std::stop_token stop;
};

struct Extracted {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0; ///< of contents
    std::uint64_t skipped = 0; ///< members that were left out, and are not among the entries
    /// What could not be as the archive says, in sentences: devices, which only root may make; what was left out, too. At most 100, then one that
    /// says that there were more.
    std::vector<std::string> remarks;
};

/// Unpacks a tar for a person, who owns the destination: everything made belongs to whoever runs this. Modes (without
/// set-user-id and set-group-id, which would now mean somebody else), times and links are the archive's; owners and xattrs
/// are not kept.
///
/// The archive is not trusted, and it is nobody's business to change what lies in the folder already:
/// a name that would lead out of it is an error; so is one that exists, or that the archive has twice as different things.
/// Directories are opened beneath the folder with links refused, and links are made last, so that nothing is ever written
/// through one. A hard link can only name a file that the same archive brought.
/// All or nothing: everything is made in a folder beside its place, ".darsena-extract-…", and moved there at the end, when
/// nothing is in its way; after any error, and when stopped, it is gone again.
///
/// Errors: Invalid (a name, a link), Conflict (something of that name is there), Corrupt, TooLarge, Cancelled, System.
/// Blocking: a worker thread's work.
Result<Extracted> extractTar(ByteSource& tar, const std::filesystem::path& destination, ExtractInto into, const ExtractOptions& options = {});

/// Keeps a stream as it is, as a file (0644) that replaces what is there once it is whole; stopped between two reads.
/// Errors: Conflict (a directory is there), Cancelled, System, the source's.
Result<Extracted> saveStream(ByteSource& stream, const std::filesystem::path& destination, const ExtractOptions& options = {});

} // namespace darsena::archive
