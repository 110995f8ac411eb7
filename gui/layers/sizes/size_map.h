// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/async.h"
#include "gui/layers/sizes/size_picture.h"
#include "gui/theme/theme.h"

#include <QPixmap>
#include <QWidget>

namespace darsena::gui {

/// A picture of the sizes of what is in a directory, in which one looks around: the mouse tells what is under it, a click
/// or the arrows choose, Enter or a double click goes in, Backspace goes out (Escape too, while there is something to go
/// out of), Page Down and Page Up go down to the largest inside and up to the parent. Layout and painting happen in a
/// worker; meanwhile the old picture is shown. What the picture is, is a subclass's.
class SizeMap : public QWidget {
    Q_OBJECT
public:
    using NodeId = layers::Stack::NodeId;

    /// All of one image, or nothing. What is chosen and looked at stays where the new stack has its path.
    void setData(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::View> view, std::shared_ptr<const SizeTree> tree);
    void setColouring(SizeColouring colouring);
    SizeColouring colouring() const { return m_picture.colouring; }

    /// The directory that fills the picture.
    NodeId top() const { return m_top; }
    void zoomTo(NodeId directory);
    /// What is chosen; Stack::none: nothing. Setting it tells no one; what lies outside the picture moves it there.
    NodeId current() const { return m_current; }
    void setCurrent(NodeId node);
    /// "/usr/lib/libc.so.6, 1.9 MB, layer 2": of what is chosen; a sentence where there is nothing.
    QString currentText() const;
    /// The same of any node.
    QString describe(NodeId node) const;

    const SizeBlocks& blocks() const { return m_blocks; } ///< as painted last

    QSize sizeHint() const override { return QSize(480, 320); }
    QSize minimumSizeHint() const override { return QSize(120, 80); }

Q_SIGNALS:
    void chosen(darsena::layers::Stack::NodeId node);
    /// top() is another.
    void zoomed(darsena::layers::Stack::NodeId directory);
    /// The mouse is over another node, or over none.
    void pointed(darsena::layers::Stack::NodeId node);
    /// blocks() are new.
    void painted();

protected:
    using LayOut = SizeBlocks (*)(const SizeTree&, NodeId, const QRectF&);
    using Paint = QImage (*)(const SizePicture&, const SizeBlocks&, std::stop_token);
    /// @p levels: Up and Down go to parent and children, as the rows of the picture do.
    SizeMap(const Theme& theme, LayOut layOut, Paint paint, bool levels, QWidget* parent);

    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    void redraw();
    void choose(NodeId node);
    void zoomOut();
    void zoomIn(NodeId node);
    void move(Direction direction);
    const SizeBlock* shownBlock(NodeId node) const;
    NodeId nodeAt(const QPointF& point) const;
    bool isWithin(NodeId node, NodeId directory) const;
    void drawFrame(QPainter& painter, const QRectF& box, bool strong) const;

    const Theme& m_theme;
    const LayOut m_layOut;
    const Paint m_paint;
    const bool m_levels;
    SizePicture m_picture;
    SizeBlocks m_blocks;
    QPixmap m_pixmap;
    NodeId m_top = layers::Stack::root;
    NodeId m_current = layers::Stack::none;
    NodeId m_pointed = layers::Stack::none;
    LatestOnly m_job { this };
};

} // namespace darsena::gui
