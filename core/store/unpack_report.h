// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace darsena::store {

/// What darsena-unpack makes of the stream.
enum class UnpackMode {
    Layer, ///< an image layer: whiteouts become overlayfs' form, an index is written
    Plain, ///< an ordinary archive: no whiteouts, no devices, no index
    Members, ///< an archive to be looked into: each regular file becomes a numbered file, names are only reported
};

/// Bounds of one stream (rule R6).
struct UnpackLimits {
    std::uint64_t bytes = 64ULL << 30; ///< contents, holes included
    std::uint64_t entries = 1'000'000;
    std::uint64_t depth = 512;
    /// Content bytes per input byte, once there is more than 1 GiB of content: what a bomb has and a layer has not.
    std::uint64_t ratio = 300;
};

/// A member of an archive unpacked with UnpackMode::Members.
struct Member {
    std::string path; ///< clean, relative
    std::uint64_t file = 0; ///< name of its file in the target directory
    std::uint64_t size = 0;
    std::string link; ///< of a link: what it says; then there is no file
    bool isLink = false;
};

/// What darsena-unpack says at the end, one JSON document on its standard output. It comes from a process that read
/// hostile bytes: everything is checked again where it matters.
struct UnpackReport {
    Digest diffId; ///< sha256 of the uncompressed stream, all of it
    std::uint64_t tarBytes = 0; ///< its length
    std::uint64_t inputBytes = 0; ///< length of the stream as it came
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0; ///< contents
    std::uint64_t opaqueDirectories = 0; ///< to be marked by the store: trusted.* needs CAP_SYS_ADMIN
    std::uint64_t impliedDirectories = 0; ///< that no member named: they take after the layers below
    std::uint64_t pendingLinks = 0; ///< hard links to files of the layers below
    std::uint64_t dropped = 0; ///< 0:0 devices and sockets, which a layer cannot hold
    std::vector<Member> members;

    json::Object toJson() const;
    static Result<UnpackReport> fromJson(const json::Object& object);
};

/// An error as JSON, so that the store gives the caller the unpacker's own code and words.
json::Object errorToJson(const Error& error);
Error errorFromJson(const json::Object& object);

} // namespace darsena::store
