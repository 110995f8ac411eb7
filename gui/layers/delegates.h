// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/theme/theme.h"

#include <QStyledItemDelegate>

namespace darsena::gui {

/// A layer in two lines: its number and instruction; a bar of its bytes (red: hidden by later layers) and its sizes.
/// Over LayerModel's roles.
class LayerDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    LayerDelegate(const Theme& theme, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    /// Widths of the two columns of sizes at the right; the header above uses the same.
    static constexpr int SizeColumn = 68;

private:
    const Theme& m_theme;
};

/// A file of a FileTreeModel: a mark and its name (added green with +, changed amber with a pencil's ~, removed red, struck,
/// with −), or its size with a bar.
class FileDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    FileDelegate(const Theme& theme, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    void paintName(QPainter& painter, const QRect& box, const QModelIndex& index) const;
    void paintSize(QPainter& painter, const QRect& box, const QModelIndex& index) const;

    const Theme& m_theme;
};

} // namespace darsena::gui
