// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/sizes/size_map.h"

namespace darsena::gui {

/// Sizes as rows: a directory over what is in it, each as wide as its bytes. A directory's lower edge shows how much of it
/// each layer stores. Up and Down go to the parent and to what is inside.
class FlameView : public SizeMap {
    Q_OBJECT
public:
    explicit FlameView(const Theme& theme, QWidget* parent = nullptr);
};

} // namespace darsena::gui
