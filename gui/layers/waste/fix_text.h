// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/waste/layer_fixes.h"

#include <QString>

namespace darsena::gui {

// What the list says of waste and of edits, in the studio's language.

/// "Remove it in the RUN of line 6"; of advice, what to do: "Use a smaller or a newer base image".
QString fixTitle(const dockerfile::SavingFix& fix, const WasteRow& row);
/// Why it saves, or why there is nothing to apply.
QString fixReason(const dockerfile::SavingFix& fix, const WasteRow& row);
/// "stored in 2, removed in 4 · 212 files"
QString wasteStory(const WasteRow& row);

} // namespace darsena::gui
