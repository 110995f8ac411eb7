// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dockerfile/stages.h"

#include <string>

namespace darsena::cli {

/// {stages: [{index, name, base, platform, startLine, endLine, needed}], edges: [{from, to, kind, line, paths}]};
/// `from` is a stage's index or an image reference, `kind` "from", "copy" or "mount".
std::string graphAsJson(const dockerfile::StageGraph& graph);

/// SVG as a PNG image at twice its size in pixels, so that small text is sharp. Errors: Invalid, with librsvg's words.
Result<std::string> svgAsPng(const std::string& svg);

} // namespace darsena::cli
