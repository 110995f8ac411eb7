// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <functional>
#include <string>
#include <string_view>

namespace darsena::cli {

/// Where an image is, as people write it.
struct SourceAddress {
    enum class Kind {
        Archive, ///< a file or an OCI layout's folder
        StandardInput, ///< an archive, too
        Registry,
        Engine,
        DockerEngine, ///< docker's own, and no other
    };
    Kind kind = Kind::Engine;
    std::string what; ///< a path; a name or id
    std::string choice; ///< which image of an archive: a name or a tag; "" = whatever there is

    bool operator==(const SourceAddress&) const = default;
};

/// Understands, in this order: "-"; skopeo's docker-archive:PATH[:NAME], oci-archive:PATH[:TAG], oci:PATH[:TAG],
/// docker://NAME and docker-daemon:NAME; engine:NAME; the path of something that holds an image; else the name of an image
/// of an engine. Pure but for `exists`, which says whether a path is there, and `holdsImage`, which says whether what is
/// there is a file or an image's folder: a project's folder often has the name of its image.
/// Errors: Invalid; NotFound for what can only be a path; Unsupported, saying what to do instead.
Result<SourceAddress> parseAddress(std::string_view text, const std::function<bool(const std::string& path)>& exists,
    const std::function<bool(const std::string& path)>& holdsImage);
/// The same, asking the file system.
Result<SourceAddress> parseAddress(std::string_view text);

} // namespace darsena::cli
