// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/tar_writer.h"
#include "core/os/beneath.h"
#include "core/store/files/request.h"

#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace darsena::store {

/// What a failure to open a client's path means to the client: NotFound or Invalid; others stay.
Error pathError(const Error& error);

/// Whether overlayfs' whiteouts, devices 0:0, are what they are or stand for nothing.
enum class Whiteouts { AreDevices, AreNothing };

/// What a path of the container is. Errors: NotFound; Invalid: something else in place of a directory, a circle of links; Denied for what is no file of the container (proc, sys).
Result<PathStat> statPath(const os::Beneath& root, const RequestPath& path, Whiteouts whiteouts = Whiteouts::AreDevices);

/// Writes trees of a container, which may change meanwhile, as tar. Opens directories and regular files only; reads by
/// descriptor; follows nothing. A file that becomes shorter is filled up with zeros, one that grows is cut, what vanishes
/// is left out; sockets are left out, too. In name order: the same tree gives the same bytes.
class FilesReader {
public:
    explicit FilesReader(archive::ByteSink& sink, Whiteouts whiteouts = Whiteouts::AreDevices)
        : m_tar(sink)
        , m_whiteouts(whiteouts)
        , m_buffer(256 * 1024)
    {
    }

    /// What a path is and, of a directory, everything in it; members are named as path.name says.
    Result<void> add(const os::Beneath& root, const RequestPath& path);
    /// What is in a directory, by names relative to it.
    Result<void> addContents(const os::Beneath& directory);
    Result<void> finish() { return m_tar.finish(); }

private:
    Result<void> addEntry(const os::Beneath& directory, const std::string& name, const std::string& member, int depth);
    Result<void> addDirectory(const os::Beneath& directory, archive::Entry entry, int depth);
    Result<void> addFile(const os::Beneath& directory, const std::string& name, archive::Entry entry);
    Result<void> addContents(const os::Beneath& directory, const std::string& prefix, int depth);

    archive::TarWriter m_tar;
    Whiteouts m_whiteouts;
    std::vector<std::byte> m_buffer;
    std::map<std::pair<dev_t, ino_t>, std::string> m_linked; ///< of files with several names: the first one's member
};

} // namespace darsena::store
