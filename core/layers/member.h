// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/entry.h"
#include "core/layers/index.h"

#include <vector>

namespace darsena::layers {

/// The xattrs that a layer carries: security.capability, POSIX ACLs and user.*, without overlayfs' own. The others are
/// of the machine that packed (SELinux, IMA) or would change what overlayfs shows.
bool isLayerXattr(std::string_view name);
std::vector<archive::Xattr> layerXattrs(const std::vector<archive::Xattr>& all);

/// What an index says of a member: everything but path, link and content. Links are always 0777, and only files and
/// directories have xattrs. A hard link is a File with `hardLink` set and no size.
IndexEntry describe(const archive::Entry& member);

} // namespace darsena::layers
