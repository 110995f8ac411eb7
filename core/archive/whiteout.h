// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace darsena::archive {

/// What a member's name means in a layer (image-spec layer.md, "Whiteouts").
enum class NameKind {
    Plain, ///< an ordinary member
    Whiteout, ///< ".wh.NAME": NAME of the layers below is removed
    Opaque, ///< ".wh..wh..opq": everything below in this directory is hidden
    Ignored, ///< other ".wh..wh.*": bookkeeping of aufs
};

struct LayerName {
    NameKind kind = NameKind::Plain;
    /// Clean and relative, "" = the layer's root: no empty, "." or ".." component. Of a whiteout: the path that it
    /// removes; of an opaque mark: the directory.
    std::string path;
};

/// Cleans a member's name: relative, without empty, "." and ".." components; "" = the root. ".." is resolved lexically; a
/// name that would leave the root is refused (Invalid), and so are NUL, components over 255 bytes and more than maxDepth.
Result<std::string> cleanMember(std::string_view member, std::size_t maxDepth = 512);

/// Cleans a member's name (cleanMember) and tells what it means. Whiteouts of nothing, of "." and of ".." and a
/// whiteout as a directory part are refused (Invalid).
Result<LayerName> parseLayerName(std::string_view member, std::size_t maxDepth = 512);

/// ".wh.NAME" in the directory of path.
std::string whiteoutMember(std::string_view path);
/// "DIR/.wh..wh..opq".
std::string opaqueMember(std::string_view directory);

/// xattrs that are never taken from or written into a layer: overlayfs' own (trusted.overlay.*, user.overlay.*), and
/// all of trusted.*. Smuggled ones could redirect a directory or expose a lower file.
bool isForbiddenXattr(std::string_view name);

/// Order of paths in layers and indexes: component by component, bytes compared, so that what is inside a directory
/// follows it directly ("a", "a/b", "a.b").
bool pathBefore(std::string_view left, std::string_view right);
/// path is below directory ("" = everything but the root itself).
bool isBelow(std::string_view path, std::string_view directory);

} // namespace darsena::archive
