// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/http/target.h"
#include "core/engine/build_service.h"

namespace darsena::server {

/// What the query of POST /build asks for. Errors: Invalid; Unsupported, naming it, for what would change the result and is
/// not done: it is never silently ignored.
Result<engine::BuildParameters> parseBuildQuery(const http::Query& query);

} // namespace darsena::server
