// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/store/unpack_report.h"

#include <filesystem>
#include <vector>

namespace darsena::store {

/// What unpacking alone cannot do, since it sees one layer only and has no CAP_SYS_ADMIN: marks opaque directories for
/// overlayfs; gives directories that the archive did not name the owner, mode and xattrs that they have below; copies
/// files that hard links name in layers below.
/// `directory` holds the unpacked files, `index` their index (rewritten when links were copied), `lower` the layers
/// below, base first.
Result<void> settleLayer(const std::filesystem::path& directory, const std::filesystem::path& index,
    const std::vector<std::filesystem::path>& lower, const UnpackReport& report);

} // namespace darsena::store
