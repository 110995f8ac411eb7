// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/treemap_view.h"

#include "gui/layers/sizes/treemap_layout.h"

namespace darsena::gui {

TreemapView::TreemapView(const Theme& theme, QWidget* parent)
    : SizeMap(
        theme, [](const SizeTree& tree, NodeId top, const QRectF& area) { return layOutTreemap(tree, top, area); }, paintTreemap, false, parent)
{
    setObjectName(QStringLiteral("layers.treemap"));
}

} // namespace darsena::gui
