// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/graph/graph_layout.h"
#include "gui/graph/graph_model.h"

#include <QGraphicsItem>

namespace darsena::gui {

class Theme;

/// An arrow between cards with its label: FROM is a plain line, COPY --from one in the accent colour, a mount is dotted.
class EdgeItem : public QGraphicsItem {
public:
    EdgeItem(const Theme& theme, GraphEdge edge, EdgeRoute route);

    const GraphEdge& edge() const { return m_edge; }
    /// Drawn stronger while a card it touches is selected.
    void setEmphasised(bool emphasised);

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    QRectF labelBox() const;

    const Theme& m_theme;
    GraphEdge m_edge;
    EdgeRoute m_route;
    QString m_label;
    bool m_emphasised = false;
};

} // namespace darsena::gui
