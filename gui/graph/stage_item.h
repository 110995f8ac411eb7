// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/graph/graph_model.h"
#include "gui/graph/row_state.h"

#include <QGraphicsItem>

namespace darsena::gui {

class Theme;

/// A stage's card or an image's pill, as one item: header, rows, marks. The view keeps states and selection in it.
class StageItem : public QGraphicsItem {
public:
    enum { Type = UserType + 1 };

    StageItem(const Theme& theme, GraphNode node, int index, QSizeF size);

    int type() const override { return Type; }
    int index() const { return m_index; }
    const GraphNode& node() const { return m_node; }

    void setStates(const RowStates& states);
    /// @p row -1 = the card as a whole; card not selected: nullopt.
    void setSelectedRow(std::optional<int> row);
    void setHoveredRow(int row);
    /// The row at a place of the item; -1 = header or outside.
    int rowAt(QPointF place) const;

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    void paintPill(QPainter& painter) const;
    void paintCard(QPainter& painter) const;
    void paintRow(QPainter& painter, int row) const;
    Mark cardMark() const;
    QString headerNote() const;

    const Theme& m_theme;
    GraphNode m_node;
    int m_index;
    QSizeF m_size;
    RowStates m_states;
    std::optional<int> m_selectedRow;
    int m_hoveredRow = -1;
};

} // namespace darsena::gui
