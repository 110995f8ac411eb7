// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/async.h"
#include "gui/graph/graph_layout.h"
#include "gui/graph/graph_model.h"
#include "gui/graph/row_state.h"

#include <QGraphicsView>

namespace darsena::gui {

class EdgeItem;
class StageItem;
class Theme;

/// The stage graph: cards, rows, edges. Selecting a row here and a line in the editor are the same thing: the owner
/// connects lineSelected() and selectLine().
/// Keys: arrows go from row to row and card to card, Enter opens the line, + − zoom, 0 fits, Ctrl+wheel zooms.
class GraphView : public QGraphicsView {
    Q_OBJECT
public:
    explicit GraphView(const Theme& theme, QWidget* parent = nullptr);
    ~GraphView() override;

    /// Lays out in a worker and then shows; the picture before stays until then.
    void setModel(GraphModel model);
    const GraphModel& model() const { return m_model; }
    /// Live states of rows; cheap, at any time.
    void setStates(const RowStates& states);
    /// Selects the row of a line without emitting lineSelected(); a line of no stage selects nothing.
    void selectLine(int line);
    int selectedLine() const { return m_selectedLine; }

    void zoomIn();
    void zoomOut();
    /// Shows the whole graph, never larger than life, and keeps doing so until the user zooms.
    void fit();
    int zoomPercent() const;

    /// The card and the places of the picture now, for tests. Empty before the first layout.
    const GraphLayout& layout() const { return m_layout; }
    /// The place of a row in viewport coordinates; for tests.
    QPoint rowPosition(int line) const;

Q_SIGNALS:
    void lineSelected(int line);
    /// Enter or double click: the user wants to go there.
    void lineActivated(int line);
    void zoomChanged(int percent);
    void layoutChanged();

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;

private:
    void startLayout();
    void rebuild();
    void applySelection();
    void applyFit();
    void zoomBy(qreal factor);
    void choose(int node, int row);
    void moveSelection(int key);
    StageItem* itemAtPlace(QPoint place, int* row) const;
    void describe();

    const Theme& m_theme;
    GraphModel m_model;
    GraphModel m_pending;
    GraphLayout m_layout;
    RowStates m_states;
    std::vector<StageItem*> m_items;
    std::vector<EdgeItem*> m_edges;
    StageItem* m_hovered = nullptr;
    int m_selectedLine = 0;
    bool m_fitting = true;
    LatestOnly m_layouts;
};

} // namespace darsena::gui
