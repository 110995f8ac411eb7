// SPDX-License-Identifier: GPL-3.0-or-later
// Private to this folder: what an answer looked like in older versions of the API. The wire types are those of the newest;
// clients of older versions miss members that went away since, or take new ones for something else.
#pragma once

#include "core/api/server/router.h"
#include "core/base/json.h"

namespace darsena::server {

/// One image of GET /images/json and /system/df.
void shapeImageSummary(json::Object& image, ApiVersion version);
/// GET /images/{name}/json.
void shapeImage(json::Object& image, ApiVersion version);
/// GET /containers/{id}/json.
void shapeContainer(json::Object& container, ApiVersion version);
/// GET /info.
void shapeInfo(json::Object& info, ApiVersion version);
/// GET /system/df.
void shapeDiskUsage(json::Object& usage, ApiVersion version);

} // namespace darsena::server
