// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/theme/tokens.h"

#include <QColor>

#include <vector>

namespace darsena::gui {

/// The colours of layers in pictures. Neighbours in the list differ by at least 3 : 1 in contrast, and each by as much from
/// the surface they lie on: dark and light take turns, and hues go along the blue-orange axis that all eyes tell apart. After
/// twelve layers they come again; blocks and legend therefore also say the layer's number.
std::vector<QColor> layerColours(const Tokens& tokens);
inline const QColor& layerColour(const std::vector<QColor>& colours, std::size_t layer) { return colours[layer % colours.size()]; }

/// The one of black-ish and white that can be read on a colour.
QColor inkOn(const QColor& colour);

} // namespace darsena::gui
