// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace darsena::gui {

class SizeMap;

/// Screen readers get a SizeMap's current block as its value. Any number of times.
void installSizeMapAccessibility();
/// The current block is another.
void tellAccessibleValue(SizeMap* map, const QString& text);

} // namespace darsena::gui
