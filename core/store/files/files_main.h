// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace darsena::store {

/// darsena-unpack --files: does one FilesRequest in a container, confined. Descriptors: 0 the tar to write · 1 the report:
/// a line {"stat": …} before the first byte of a tar, a last line {"done": true} or {"error": …} · 3 the request ·
/// 4 the tar that was read · 5 the view · 6… the mounts. Returns the exit code.
int filesMain();

} // namespace darsena::store
