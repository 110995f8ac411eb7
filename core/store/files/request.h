// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// What the engine and darsena-unpack say to one another about a container's files. The names in it are bytes that a
// client or container chose: JSON carries them in hexadecimal.
namespace darsena::store {

enum class FilesAction {
    Stat, ///< what a path is
    Read, ///< the same, and a tar of what is there
    Write, ///< a tar into a directory
    Export, ///< a tar of the whole root, without what is mounted in it
};

struct FilesRequest {
    FilesAction action = FilesAction::Stat;
    /// The view is the mount namespace of a running container; else a detached mount of its root, to which `mounts` are
    /// added.
    bool running = false;
    std::string path; ///< as the client sent it
    std::vector<std::string> mounts; ///< where the mounts that come along belong, in this order
    std::vector<std::string> hidden; ///< running: the engine's own mounts (/proc, /sys, /dev) that are not shown
    bool readOnlyRoot = false;
    /// The view is a layer's own directory, in which a device 0:0 means that there is nothing (overlayfs).
    bool layer = false;
    /// Write: a directory never replaces something else, nor something else a directory.
    bool keepKinds = false;
    /// Write: everything belongs to this user and group; else to whom the archive says.
    std::optional<std::pair<std::uint32_t, std::uint32_t>> owner;
    std::uint64_t maxBytes = 64ULL << 30; ///< Write: of contents
    std::uint64_t maxEntries = 1'000'000; ///< Write

    std::string toText() const;
    static Result<FilesRequest> parse(std::string_view text);
};

/// What a path of a container is, by lstat.
struct PathStat {
    std::string name; ///< its last component; "." and "/" as Docker counts them
    std::uint64_t size = 0;
    std::uint32_t mode = 0; ///< st_mode
    std::int64_t mtime = 0; ///< seconds
    std::int64_t mtimeNanoseconds = 0;
    std::string linkTarget; ///< of a symbolic link: where it leads in the container, an absolute path

    json::Object toJson() const;
    static Result<PathStat> fromJson(const json::Object& object);
};

/// A path as Docker's archive routes understand it: made absolute and clean without looking at links; a trailing "/" or
/// "/." means what is behind a last link.
struct RequestPath {
    std::string path; ///< "/a/b"; "/" for the root
    std::string name; ///< Go's filepath.Base of it with its ending: "b", "." after "/.", "/" for the root
    bool follow = false;
};
/// Errors: Invalid: empty, NUL, a name over 255 bytes, over 4096 bytes.
Result<RequestPath> parseRequestPath(std::string_view path);

} // namespace darsena::store
