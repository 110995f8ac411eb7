// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/view.h"
#include "gui/theme/theme.h"

#include <QStyledItemDelegate>

namespace darsena::gui {

/// Draws the sign of a change: +, a pencil, a label (only metadata), −; nothing for what is the same. Returns the colour of
/// text that goes with it.
QColor paintChange(QPainter& painter, const QRectF& box, layers::Mark mark, bool metadataOnly, const Tokens& tokens);

/// A layer in two lines: its number and instruction; a bar of its bytes (red: hidden by later layers) and its three sizes.
/// Over LayerListModel's roles.
class LayerDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    LayerDelegate(const Theme& theme, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    /// Whether there is a column for sizes at rest: not every source knows them.
    void showRest(bool shown) { m_rest = shown; }

    /// Width of each of the three columns of sizes at the right; the header above uses the same.
    static constexpr int SizeColumn = 60;

private:
    const Theme& m_theme;
    bool m_rest = false;
};

/// A file of a LayerTreeModel: a mark and its name (added green with +, changed amber with a pencil, only metadata blue with
/// a tag, removed red and struck with −), its size with a bar, or an attribute.
class FileDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    FileDelegate(const Theme& theme, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QColor paintMark(QPainter& painter, const QRectF& box, const QModelIndex& index) const;
    QString noteOf(const QModelIndex& index) const;
    void paintName(QPainter& painter, const QRect& box, const QModelIndex& index) const;
    void paintSize(QPainter& painter, const QRect& box, const QModelIndex& index) const;
    void paintAttribute(QPainter& painter, const QRect& box, const QModelIndex& index) const;

    const Theme& m_theme;
};

} // namespace darsena::gui
