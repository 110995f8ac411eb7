// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"

#include <QTreeWidget>

#include <vector>

namespace darsena::gui {

class Theme;

/// The outline of the open Dockerfile: its stages, below each its instructions. A click or Enter goes to the place; the
/// caret's line is the selected item. What was folded stays folded while the text changes.
class OutlineView : public QTreeWidget {
    Q_OBJECT
public:
    explicit OutlineView(const Theme& theme, QWidget* parent = nullptr);

    /// @p source: the text that the items' ranges are of.
    void setOutline(std::vector<dockerfile::OutlineItem> items, const dockerfile::SourceText& source);
    /// Selects the item of a line without a signal.
    void selectLine(int line);

Q_SIGNALS:
    void lineChosen(int line);

protected:
    void changeEvent(QEvent* event) override;

private:
    void add(QTreeWidgetItem* parent, const dockerfile::OutlineItem& item, const dockerfile::SourceText& source);
    void retranslate();

    const Theme& m_theme;
    QSet<QString> m_folded;
};

} // namespace darsena::gui
