// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/theme/theme.h"

#include <QStyledItemDelegate>

namespace darsena::gui {

/// Paints the cells of the containers' table over ContainerModel's roles: names, images in monospace, a mark and a word
/// for the state, ports as pairs, times as "4 minutes ago".
class ContainerDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit ContainerDelegate(const Theme& theme, QObject* parent = nullptr);
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    /// "exit 137 · 4 minutes ago", "5 minutes (healthy)": what the Since column says.
    static QString sinceText(const QModelIndex& index);

private:
    void paintState(QPainter& painter, const QRect& box, const QModelIndex& index) const;

    const Theme& m_theme;
};

} // namespace darsena::gui
