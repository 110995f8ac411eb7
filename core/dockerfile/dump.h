// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/dockerfile/document.h"

#include <string>

namespace darsena::dockerfile {

/// BuildKit's dump of the tree (Node.Dump): one s-expression a line, without a line break at the end.
std::string dumpSexp(const Document& document);

/// The tree with all places, as `darsena parse --format json` prints it: {escape, directives, instructions, comments,
/// tokens, problems}. Every range is {begin, end, line, column, endLine, endColumn}: byte offsets, then 1-based places.
json::Object dumpJson(const Document& document);

} // namespace darsena::dockerfile
