// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/decompress.h"
#include "core/archive/tar_reader.h"
#include "core/os/beneath.h"
#include "core/store/files/request.h"

#include <string>
#include <vector>

namespace darsena::store {

/// Unpacks a tar into a directory of a container, as Docker does for PUT archive: what is in the way is replaced, existing
/// directories are kept and take the archive's attributes, links in the directory part of a name are followed inside the
/// container's root. Names that lead above the directory are refused.
class FilesWriter {
public:
    /// Opens the directory. Errors: NotFound; Invalid when it is none; Denied when it is mounted read-only.
    static Result<FilesWriter> create(const os::Beneath& root, const FilesRequest& request);

    Result<void> unpack(archive::ByteSource& source);

private:
    FilesWriter(const os::Beneath& root, const FilesRequest& request, std::string directory)
        : m_root(root)
        , m_request(request)
        , m_directory(std::move(directory))
    {
    }
    struct Finished {
        std::string path;
        std::uint32_t mode;
        std::int64_t mtime;
        std::uint32_t mtimeNanoseconds;
    };

    Result<void> place(archive::TarReader& reader, archive::Entry entry);
    Result<void> makeRoom(const archive::Entry& entry, int parent, const std::string& name);
    Result<void> makeFile(archive::TarReader& reader, const archive::Entry& entry, int parent, const std::string& name);
    Result<void> makeDirectory(const archive::Entry& entry, const std::string& path, int parent, const std::string& name);
    Result<void> makeLink(const archive::Entry& entry, int parent, const std::string& name);
    Result<void> makeSpecial(const archive::Entry& entry, int parent, const std::string& name);
    Result<void> finishDirectories();
    std::string inRoot(const std::string& member) const { return m_directory + "/" + member; }

    const os::Beneath& m_root;
    const FilesRequest& m_request;
    std::string m_directory; ///< from the root
    std::vector<Finished> m_directories;
};

} // namespace darsena::store
