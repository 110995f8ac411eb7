// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/size_map.h"

#include "gui/base/text.h"
#include "gui/layers/sizes/size_colours.h"
#include "gui/layers/sizes/size_map_accessible.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace darsena::gui {

namespace {
using layers::Stack;

/// What a worker brings back.
struct Drawn {
    SizeBlocks blocks;
    QImage image;
};
} // namespace

SizeMap::SizeMap(const Theme& theme, LayOut layOut, Paint paint, bool levels, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_layOut(layOut)
    , m_paint(paint)
    , m_levels(levels)
{
    installSizeMapAccessibility();
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    connect(&theme, &Theme::changed, this, &SizeMap::redraw);
}

void SizeMap::setData(std::shared_ptr<const Stack> stack, std::shared_ptr<const layers::View> view, std::shared_ptr<const SizeTree> tree)
{
    if (stack != m_picture.stack) {
        // The same path is another node in another stack.
        const auto moved = [&](NodeId node, NodeId otherwise) {
            if (node == Stack::none || !m_picture.stack || !stack)
                return otherwise;
            const NodeId found = stack->find(m_picture.stack->node(node).path);
            return found == Stack::none ? otherwise : found;
        };
        m_top = moved(m_top, Stack::root);
        m_current = moved(m_current, Stack::none);
    }
    m_picture.stack = std::move(stack);
    m_picture.view = std::move(view);
    m_picture.tree = std::move(tree);
    m_pointed = Stack::none;
    if (m_picture.tree && m_picture.tree->bytes(m_top) == 0 && m_top != Stack::root) {
        m_top = Stack::root;
        Q_EMIT zoomed(m_top);
    }
    redraw();
}

void SizeMap::setColouring(SizeColouring colouring)
{
    if (m_picture.colouring == colouring)
        return;
    m_picture.colouring = colouring;
    redraw();
}

void SizeMap::redraw()
{
    if (!m_picture.stack || !m_picture.view || !m_picture.tree || width() < 8 || height() < 8) {
        m_job.cancel();
        m_blocks.clear();
        m_pixmap = {};
        update();
        return;
    }
    m_picture.tokens = m_theme.tokens();
    m_picture.colours = layerColours(m_picture.tokens);
    m_picture.font = m_theme.font(type::Small);
    m_picture.size = size();
    m_picture.pixelRatio = devicePixelRatioF();
    m_job.start(
        [picture = m_picture, top = m_top, layOut = m_layOut, paint = m_paint](std::stop_token stop) {
            Drawn drawn;
            const QRectF area(QPointF(), QSizeF(picture.size));
            drawn.blocks = layOut(*picture.tree, top, area);
            std::erase_if(drawn.blocks, [&](const SizeBlock& block) { return block.box.top() >= area.bottom(); });
            drawn.image = paint(picture, drawn.blocks, stop);
            return drawn;
        },
        [this](Drawn drawn) {
            m_blocks = std::move(drawn.blocks);
            m_pixmap = QPixmap::fromImage(std::move(drawn.image));
            update();
            Q_EMIT painted();
        });
}

void SizeMap::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    redraw();
}

void SizeMap::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        redraw(); // its words are in the picture
}

void SizeMap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Tokens& t = m_theme.tokens();
    painter.fillRect(rect(), t.surface);
    if (m_pixmap.isNull()) {
        if (m_job.running())
            return;
        painter.setPen(t.muted);
        painter.setFont(m_theme.font());
        painter.drawText(rect().adjusted(space::L, space::L, -space::L, -space::L), Qt::AlignCenter | Qt::TextWordWrap, currentText());
        return;
    }
    // While the window is being resized, the picture of before stretched to it.
    painter.drawPixmap(rect(), m_pixmap);
    if (m_blocks.empty()) {
        painter.setPen(t.muted);
        painter.setFont(m_theme.font());
        painter.drawText(rect().adjusted(space::L, space::L, -space::L, -space::L), Qt::AlignCenter | Qt::TextWordWrap, tr("There are no bytes here."));
    }
    if (const SizeBlock* block = shownBlock(m_pointed))
        drawFrame(painter, block->box, false);
    if (const SizeBlock* block = shownBlock(m_current))
        drawFrame(painter, block->box, hasFocus());
}

void SizeMap::drawFrame(QPainter& painter, const QRectF& box, bool strong) const
{
    // A dark and a light line: one of them is seen on any colour.
    const Tokens& t = m_theme.tokens();
    const QRectF snapped = QRectF(SizePicture::snapped(box)).adjusted(0.5, 0.5, -1.5, -1.5);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(t.text, strong ? 3 : 1));
    painter.drawRect(strong ? snapped.adjusted(1, 1, -1, -1) : snapped);
    painter.setPen(QPen(t.surface, 1));
    painter.drawRect(strong ? snapped.adjusted(3, 3, -3, -3) : snapped.adjusted(1, 1, -1, -1));
}

const SizeBlock* SizeMap::shownBlock(NodeId node) const
{
    // What is too small to be drawn is shown by the smallest directory around it that is.
    while (m_picture.stack && node != Stack::none) {
        if (const int found = blockOf(m_blocks, node); found >= 0)
            return &m_blocks[static_cast<std::size_t>(found)];
        node = m_picture.stack->node(node).parent;
    }
    return nullptr;
}

SizeMap::NodeId SizeMap::nodeAt(const QPointF& point) const
{
    const int at = blockAt(m_blocks, point);
    return at < 0 ? Stack::none : m_blocks[static_cast<std::size_t>(at)].node;
}

bool SizeMap::isWithin(NodeId node, NodeId directory) const
{
    return m_picture.stack && node >= directory && node < m_picture.stack->node(directory).end;
}

void SizeMap::zoomTo(NodeId directory)
{
    if (!m_picture.stack || directory >= m_picture.stack->nodes().size() || directory == m_top)
        return;
    m_top = directory;
    redraw();
    Q_EMIT zoomed(m_top);
}

void SizeMap::zoomOut()
{
    if (!m_picture.stack || m_top == Stack::root)
        return;
    const NodeId from = m_top;
    zoomTo(m_picture.stack->node(m_top).parent);
    choose(from);
}

void SizeMap::zoomIn(NodeId node)
{
    if (!m_picture.tree || node == Stack::none)
        return;
    // Of a file: one step towards it.
    if (m_picture.tree->children(node).empty()) {
        NodeId step = m_picture.stack->node(node).parent;
        if (step == Stack::none || step == m_top)
            return;
        node = step;
    }
    zoomTo(node);
}

void SizeMap::setCurrent(NodeId node)
{
    if (m_current == node)
        return;
    m_current = node;
    if (node != Stack::none && !isWithin(node, m_top))
        zoomTo(Stack::root);
    update();
    tellAccessibleValue(this, currentText());
}

void SizeMap::choose(NodeId node)
{
    if (node == Stack::none)
        return;
    setCurrent(node);
    Q_EMIT chosen(node);
}

void SizeMap::move(Direction direction)
{
    const SizeBlock* block = shownBlock(m_current);
    if (!block) {
        if (!m_blocks.empty())
            choose(m_blocks.front().node);
        return;
    }
    const int next = blockBeside(m_blocks, static_cast<int>(block - m_blocks.data()), direction, !m_levels);
    if (next >= 0)
        choose(m_blocks[static_cast<std::size_t>(next)].node);
}

void SizeMap::keyPressEvent(QKeyEvent* event)
{
    if (!m_picture.tree || !m_picture.stack)
        return QWidget::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Left: return move(Direction::Left);
    case Qt::Key_Right: return move(Direction::Right);
    case Qt::Key_Up: return move(Direction::Up);
    case Qt::Key_Down: return move(Direction::Down);
    case Qt::Key_Return:
    case Qt::Key_Enter: return zoomIn(m_current);
    case Qt::Key_Backspace: return zoomOut();
    case Qt::Key_Home: return zoomTo(Stack::root);
    case Qt::Key_Escape:
        if (m_top == Stack::root)
            break; // the page may have something to leave
        return zoomOut();
    case Qt::Key_PageDown:
        if (const auto inside = m_picture.tree->children(m_current == Stack::none ? m_top : m_current); !inside.empty())
            choose(inside.front());
        return;
    case Qt::Key_PageUp:
        if (m_current != Stack::none && m_current != m_top)
            choose(m_picture.stack->node(m_current).parent);
        return;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void SizeMap::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        choose(nodeAt(event->position()));
    else if (event->button() == Qt::BackButton)
        zoomOut();
}

void SizeMap::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        zoomIn(nodeAt(event->position()));
}

void SizeMap::mouseMoveEvent(QMouseEvent* event)
{
    const NodeId node = nodeAt(event->position());
    if (node == m_pointed)
        return;
    m_pointed = node;
    update();
    Q_EMIT pointed(node);
}

void SizeMap::leaveEvent(QEvent*)
{
    m_pointed = Stack::none;
    update();
    Q_EMIT pointed(Stack::none);
}

void SizeMap::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void SizeMap::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

bool SizeMap::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    auto* help = static_cast<QHelpEvent*>(event);
    const NodeId node = nodeAt(help->pos());
    if (node == Stack::none)
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), describe(node), this);
    return true;
}

QString SizeMap::describe(NodeId node) const
{
    if (!m_picture.stack || !m_picture.tree || node >= m_picture.stack->nodes().size())
        return {};
    const QString path = u'/' + toQString(m_picture.stack->node(node).path);
    const QString bytes = formatBytes(static_cast<qint64>(m_picture.tree->bytes(node)));
    const auto& cell = m_picture.view->cell(node);
    const std::uint64_t wasted = m_picture.tree->wasted(node);
    if (wasted > 0)
        return tr("%1 · %2, of which %3 are wasted").arg(path, bytes, formatBytes(static_cast<qint64>(wasted)));
    if (!m_picture.tree->children(node).empty())
        return tr("%1 · %2 in %Ln file(s)", nullptr, static_cast<int>(cell.files + (m_picture.tree->measure() == SizeMeasure::Changes ? cell.removedFiles : 0)))
            .arg(path, bytes);
    const std::uint32_t layer = m_picture.tree->layer(node);
    return layer == Stack::none ? tr("%1 · %2").arg(path, bytes) : tr("%1 · %2 · stored in layer %3").arg(path, bytes).arg(layer);
}

QString SizeMap::currentText() const
{
    if (!m_picture.stack || !m_picture.tree)
        return tr("There is no image to show yet.");
    return m_current == Stack::none ? tr("Nothing is chosen.") : describe(m_current);
}

} // namespace darsena::gui
