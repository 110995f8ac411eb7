// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/graph/graph_view.h"

#include "gui/graph/edge_item.h"
#include "gui/graph/stage_item.h"
#include "gui/theme/theme.h"

#include <QAccessible>
#include <QGraphicsScene>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <cmath>

namespace darsena::gui {
namespace {

constexpr qreal Border = 24;
constexpr qreal MinZoom = 0.2;
constexpr qreal MaxZoom = 2.5;
constexpr qreal ZoomStep = 1.2;

} // namespace

GraphView::GraphView(const Theme& theme, QWidget* parent)
    : QGraphicsView(parent)
    , m_theme(theme)
    , m_layouts(this)
{
    setScene(new QGraphicsScene(this));
    setObjectName(QStringLiteral("graph"));
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    setTransformationAnchor(QGraphicsView::AnchorUnderMouse);
    setDragMode(QGraphicsView::NoDrag);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    connect(&theme, &Theme::changed, this, [this] {
        resetCachedContent();
        viewport()->update();
    });
    describe();
}

GraphView::~GraphView() = default;

void GraphView::setModel(GraphModel model)
{
    m_pending = std::move(model);
    startLayout();
}

void GraphView::startLayout()
{
    std::vector<qreal> widths;
    const QFontMetricsF metrics(m_theme.monospace(12));
    for (const GraphNode& node : m_pending.nodes)
        widths.push_back(node.kind == GraphNode::Kind::Image ? metrics.horizontalAdvance(node.title) : 0);
    m_layouts.start(
        [model = m_pending, widths = std::move(widths), room = QSizeF(viewport()->size())] {
            return layOut(model, widths, room);
        },
        [this](GraphLayout layout) {
            m_layout = std::move(layout);
            m_model = m_pending;
            rebuild();
        });
}

void GraphView::rebuild()
{
    m_hovered = nullptr;
    m_items.clear();
    m_edges.clear();
    scene()->clear();
    for (std::size_t i = 0; i < m_model.nodes.size(); ++i) {
        const QRectF& place = m_layout.nodes[i];
        auto* item = new StageItem(m_theme, m_model.nodes[i], int(i), place.size());
        item->setPos(place.topLeft());
        item->setStates(m_states);
        scene()->addItem(item);
        m_items.push_back(item);
    }
    for (std::size_t i = 0; i < m_model.edges.size(); ++i) {
        auto* item = new EdgeItem(m_theme, m_model.edges[i], m_layout.edges[i]);
        scene()->addItem(item);
        m_edges.push_back(item);
    }
    setSceneRect(m_layout.bounds.adjusted(-Border, -Border, Border, Border));
    if (m_fitting)
        applyFit();
    applySelection();
    Q_EMIT layoutChanged();
}

void GraphView::setStates(const RowStates& states)
{
    m_states = states;
    for (StageItem* item : m_items)
        item->setStates(states);
}

void GraphView::selectLine(int line)
{
    if (line == m_selectedLine)
        return;
    m_selectedLine = line;
    applySelection();
}

void GraphView::applySelection()
{
    const int chosen = m_model.nodeAtLine(m_selectedLine);
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        if (int(i) == chosen)
            m_items[i]->setSelectedRow(m_model.nodes[i].rowAtLine(m_selectedLine));
        else
            m_items[i]->setSelectedRow(std::nullopt);
    }
    for (EdgeItem* edge : m_edges)
        edge->setEmphasised(chosen >= 0 && (edge->edge().from == chosen || edge->edge().to == chosen));
    describe();
}

void GraphView::describe()
{
    setAccessibleName(tr("Stage graph"));
    viewport()->setAccessibleName(accessibleName());
    QString text;
    const int chosen = m_model.nodeAtLine(m_selectedLine);
    if (chosen >= 0) {
        const GraphNode& node = m_model.nodes[std::size_t(chosen)];
        const int row = node.rowAtLine(m_selectedLine);
        text = row < 0
            ? tr("Stage %1").arg(node.title)
            : tr("Stage %1, line %2: %3 %4, %5")
                  .arg(node.title)
                  .arg(node.rows[std::size_t(row)].line)
                  .arg(node.rows[std::size_t(row)].keyword, node.rows[std::size_t(row)].text,
                      markName(m_states.value(node.rows[std::size_t(row)].line).mark));
    } else {
        int stages = 0;
        for (const GraphNode& node : m_model.nodes)
            stages += node.kind == GraphNode::Kind::Stage ? 1 : 0;
        text = tr("%n stage(s)", nullptr, stages);
    }
    if (text == accessibleDescription())
        return;
    setAccessibleDescription(text);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

void GraphView::zoomBy(qreal factor)
{
    const qreal wanted = std::clamp(transform().m11() * factor, MinZoom, MaxZoom);
    m_fitting = false;
    setTransform(QTransform::fromScale(wanted, wanted));
    Q_EMIT zoomChanged(zoomPercent());
}

void GraphView::zoomIn()
{
    zoomBy(ZoomStep);
}

void GraphView::zoomOut()
{
    zoomBy(1 / ZoomStep);
}

void GraphView::fit()
{
    m_fitting = true;
    applyFit();
}

void GraphView::applyFit()
{
    const QRectF scene = sceneRect();
    const QSizeF room = QSizeF(viewport()->size());
    if (scene.isEmpty() || room.isEmpty())
        return;
    const qreal scale
        = std::clamp(std::min({ room.width() / scene.width(), room.height() / scene.height(), 1.0 }), MinZoom, 1.0);
    setTransform(QTransform::fromScale(scale, scale));
    Q_EMIT zoomChanged(zoomPercent());
}

int GraphView::zoomPercent() const
{
    return int(std::lround(transform().m11() * 100));
}

QPoint GraphView::rowPosition(int line) const
{
    const int node = m_model.nodeAtLine(line);
    if (node < 0 || std::size_t(node) >= m_layout.nodes.size())
        return {};
    const QRectF& box = m_layout.nodes[std::size_t(node)];
    const int row = m_model.nodes[std::size_t(node)].rowAtLine(line);
    return mapFromScene(QPointF(box.center().x(), box.top() + rowCentre(row)));
}

StageItem* GraphView::itemAtPlace(QPoint place, int* row) const
{
    for (QGraphicsItem* item : items(place)) {
        if (auto* stage = qgraphicsitem_cast<StageItem*>(item)) {
            *row = stage->rowAt(stage->mapFromScene(mapToScene(place)));
            return stage;
        }
    }
    return nullptr;
}

void GraphView::choose(int node, int row)
{
    const GraphNode& chosen = m_model.nodes[std::size_t(node)];
    const int line = row >= 0 ? chosen.rows[std::size_t(row)].line : chosen.line;
    m_selectedLine = line;
    applySelection();
    ensureVisible(m_items[std::size_t(node)], 20, 20);
    Q_EMIT lineSelected(line);
}

void GraphView::mousePressEvent(QMouseEvent* event)
{
    int row = -1;
    StageItem* item = itemAtPlace(event->position().toPoint(), &row);
    if (item && item->node().kind == GraphNode::Kind::Stage && event->button() == Qt::LeftButton) {
        choose(item->index(), row);
        event->accept();
        return;
    }
    // Dragging the empty ground moves the picture.
    setDragMode(QGraphicsView::ScrollHandDrag);
    QGraphicsView::mousePressEvent(event);
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event)
{
    int row = -1;
    if (StageItem* item = itemAtPlace(event->position().toPoint(), &row);
        item && item->node().kind == GraphNode::Kind::Stage && m_selectedLine > 0) {
        Q_EMIT lineActivated(m_selectedLine);
        return;
    }
    QGraphicsView::mouseDoubleClickEvent(event);
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() == Qt::NoButton) {
        setDragMode(QGraphicsView::NoDrag);
        int row = -1;
        StageItem* item = itemAtPlace(event->position().toPoint(), &row);
        if (m_hovered && m_hovered != item)
            m_hovered->setHoveredRow(-1);
        m_hovered = item;
        const bool stage = item && item->node().kind == GraphNode::Kind::Stage;
        if (stage)
            item->setHoveredRow(row);
        viewport()->setCursor(stage ? Qt::PointingHandCursor : Qt::ArrowCursor);
        QString tip;
        if (stage && row >= 0) {
            const GraphRow& content = item->node().rows[std::size_t(row)];
            tip = content.keyword + QLatin1Char(' ') + content.text.left(600);
            const QString state = markName(m_states.value(content.line).mark);
            if (!state.isEmpty())
                tip += QStringLiteral("\n%1").arg(state);
        } else if (item) {
            tip = item->node().title;
        }
        // As plain text: a Dockerfile's words must not be read as markup.
        setToolTip(tip.isEmpty() ? QString() : QStringLiteral("<qt>%1</qt>").arg(tip.toHtmlEscaped().replace(
                                                   QLatin1Char('\n'), QStringLiteral("<br>"))));
    }
    QGraphicsView::mouseMoveEvent(event);
}

void GraphView::leaveEvent(QEvent* event)
{
    if (m_hovered)
        m_hovered->setHoveredRow(-1);
    m_hovered = nullptr;
    QGraphicsView::leaveEvent(event);
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    if (event->modifiers() & Qt::ControlModifier) {
        zoomBy(std::pow(ZoomStep, event->angleDelta().y() / 120.0));
        event->accept();
        return;
    }
    QGraphicsView::wheelEvent(event);
}

void GraphView::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Home:
    case Qt::Key_End:
        moveSelection(event->key());
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_selectedLine > 0)
            Q_EMIT lineActivated(m_selectedLine);
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomIn();
        return;
    case Qt::Key_Minus:
        zoomOut();
        return;
    case Qt::Key_0:
        fit();
        return;
    default:
        QGraphicsView::keyPressEvent(event);
    }
}

void GraphView::moveSelection(int key)
{
    std::vector<int> stages;
    for (std::size_t i = 0; i < m_model.nodes.size(); ++i) {
        if (m_model.nodes[i].kind == GraphNode::Kind::Stage && !m_model.nodes[i].rows.empty())
            stages.push_back(int(i));
    }
    if (stages.empty())
        return;
    const int current = m_model.nodeAtLine(m_selectedLine);
    if (current < 0) {
        choose(stages.front(), 0);
        return;
    }
    const auto place = std::find(stages.begin(), stages.end(), current);
    const GraphNode& node = m_model.nodes[std::size_t(current)];
    const int row = std::max(0, node.rowAtLine(m_selectedLine));
    const int last = int(node.rows.size()) - 1;
    const auto step = [&](int by) -> int {
        const auto at = std::distance(stages.begin(), place) + by;
        return at >= 0 && at < std::ssize(stages) ? stages[std::size_t(at)] : -1;
    };
    switch (key) {
    case Qt::Key_Up:
        if (row > 0)
            choose(current, row - 1);
        else if (step(-1) >= 0)
            choose(step(-1), int(m_model.nodes[std::size_t(step(-1))].rows.size()) - 1);
        break;
    case Qt::Key_Down:
        if (row < last)
            choose(current, row + 1);
        else if (step(1) >= 0)
            choose(step(1), 0);
        break;
    case Qt::Key_Left:
        if (step(-1) >= 0)
            choose(step(-1), 0);
        break;
    case Qt::Key_Right:
        if (step(1) >= 0)
            choose(step(1), 0);
        break;
    case Qt::Key_Home:
        choose(stages.front(), 0);
        break;
    case Qt::Key_End:
        choose(stages.back(), int(m_model.nodes[std::size_t(stages.back())].rows.size()) - 1);
        break;
    default:
        break;
    }
}

void GraphView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    if (m_fitting)
        applyFit();
}

void GraphView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange) {
        describe();
        viewport()->update();
    }
    QGraphicsView::changeEvent(event);
}

void GraphView::drawBackground(QPainter* painter, const QRectF& rect)
{
    painter->fillRect(rect, m_theme.tokens().page);
}

} // namespace darsena::gui
