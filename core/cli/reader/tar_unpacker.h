// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/tar_reader.h"
#include "core/os/beneath.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace darsena::cli {

struct UnpackedTar {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0; ///< of contents
    std::uint64_t skipped = 0; ///< devices, pipes, sockets, and links to what is not there
};

/// Unpacks a tar into a folder as an ordinary user would: modes without setuid and setgid (they would lend the user's own
/// rights to whatever the image holds), times, symbolic and hard links; the files belong to the user; no devices and no
/// extended attributes. All or nothing: everything is written beside its place and moved there at the end, and taken away
/// when something fails. No name in the archive leads out of the folder, whatever links it makes (os::Beneath).
/// One thread.
class TarUnpacker {
public:
    /// The folder must be there. Errors: System.
    static Result<TarUnpacker> create(const std::filesystem::path& folder);
    TarUnpacker(TarUnpacker&&) noexcept = default;
    ~TarUnpacker();

    /// Everything of a plain tar, to its end. Errors: Corrupt, TooLarge, System, and the source's.
    Result<void> unpack(archive::ByteSource& tar);
    /// Instead of unpacking: keeps the tar as it is, as one file.
    Result<void> keep(archive::ByteSource& tar);
    /// Moves what was unpacked to its place. With a name: the one thing that it was, under this name; a file that is there
    /// is replaced. Errors: Conflict when something is there already; Invalid when it was not one thing.
    Result<void> finish(const std::string& name = {});

    const UnpackedTar& sums() const { return m_sums; }

private:
    TarUnpacker(os::Beneath folder, os::Beneath aside, std::string asideName);

    Result<void> add(archive::TarReader& reader, const archive::Entry& entry);
    Result<void> addFile(archive::TarReader& reader, const archive::Entry& entry, const std::string& path);
    /// Those within what is moved, or the moved ones themselves in their new place.
    Result<void> finishInner();
    Result<void> finishMoved(const std::string& from, const std::string& to);
    Result<void> moveInto(const std::string& from, const std::string& to, bool replace);

    struct Directory {
        std::string path;
        std::uint32_t mode;
        struct timespec mtime;
    };

    os::Beneath m_folder;
    os::Beneath m_aside; ///< a folder in it
    std::string m_asideName; ///< "" when it is gone
    std::vector<Directory> m_directories; ///< get their modes at the end: a read-only one could not be filled
    UnpackedTar m_sums;
};

} // namespace darsena::cli
