// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/stages.h"

#include <string>

namespace darsena::cli {

/// {stages: [{index, name, base, platform, startLine, endLine, needed}], edges: [{from, to, kind, line, paths}]};
/// `from` is a stage's index or an image reference, `kind` "from", "copy" or "mount".
std::string graphAsJson(const dockerfile::StageGraph& graph);
/// Graphviz: stages are boxes (filled: the target, grey: not needed), images dashed; FROM solid, COPY dashed, mounts
/// dotted.
std::string graphAsDot(const dockerfile::StageGraph& graph);
/// The same picture for Mermaid.
std::string graphAsMermaid(const dockerfile::StageGraph& graph);

} // namespace darsena::cli
