// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/sizes/size_map.h"

namespace darsena::gui {

/// Sizes as a treemap: directories as frames with a strip that names them, files as blocks.
class TreemapView : public SizeMap {
    Q_OBJECT
public:
    explicit TreemapView(const Theme& theme, QWidget* parent = nullptr);
};

} // namespace darsena::gui
