// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/flame_view.h"

#include "gui/layers/sizes/flame_layout.h"

namespace darsena::gui {

FlameView::FlameView(const Theme& theme, QWidget* parent)
    : SizeMap(
        theme, [](const SizeTree& tree, NodeId top, const QRectF& area) { return layOutFlame(tree, top, area); }, paintFlame, true, parent)
{
    setObjectName(QStringLiteral("layers.flame"));
}

} // namespace darsena::gui
