// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/view.h"

#include <QString>

#include <cstdint>
#include <string_view>

namespace darsena::gui {

/// What layers hold and did, in words of the language of the moment.
namespace layertext {

/// A step of an image's history as one would write it in a Dockerfile, on one line: without the shell in front of it and
/// without what builders add ("#(nop)", "# buildkit", "|1 ARG=x").
QString instruction(std::string_view createdBy);

/// "-rwxr-sr-x": type and permission bits as ls writes them.
QString mode(const layers::IndexEntry& entry);
/// "file", "directory", "symbolic link"…
QString kind(const layers::IndexEntry& entry);
/// "2026-11-24 05:12": when the content changed last; empty for none.
QString time(std::int64_t seconds);

/// "added", "changed", "only metadata changed", "removed", "unchanged".
QString mark(const layers::View::Cell& cell);
/// Why something counts as changed: "mode 644 → 600, owner 0:0 → 1000:1000". Empty when nothing differs.
QString reasons(const layers::IndexEntry& before, const layers::IndexEntry& after, std::uint16_t bits);

/// 1.2 MB, digits as the language writes them.
QString bytes(std::uint64_t count);

} // namespace layertext

} // namespace darsena::gui
