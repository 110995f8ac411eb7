// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/graph/graph_model.h"

#include <QByteArray>
#include <QString>

#include <functional>

class QMenu;
class QWidget;

namespace darsena::gui {

enum class GraphFormat { Svg, Png, Dot, Mermaid };

/// The picture in a file's format: what `darsena graph` prints. PNG at twice the size. Milliseconds: for a worker.
QByteArray exportGraph(const dockerfile::StagePicture& picture, GraphFormat format, bool dark);

/// Fills a menu: save as SVG, PNG, DOT or Mermaid (a dialog asks where), copy as an image, as Mermaid. @p model is asked
/// when an entry is chosen; @p failed is told what could not be written. Everything dies with @p parent.
void fillExportMenu(QMenu* menu, QWidget* parent, std::function<GraphModel()> model, std::function<bool()> dark,
    std::function<void(const QString& sentence)> failed);

} // namespace darsena::gui
