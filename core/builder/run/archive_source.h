// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

namespace darsena::builder {

/// Whether an open regular file is an archive that ADD takes apart: a tar, plain or compressed with gzip or zstd; a
/// compressed file that holds no tar is none. Leaves the descriptor at its start. Errors: Unsupported for bzip2 and xz, of
/// which it cannot be told what they hold (we decode neither), System.
Result<bool> isArchive(int fd);

} // namespace darsena::builder
