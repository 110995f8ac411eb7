// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"

#include <QSet>
#include <QTimer>
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

    /// @p source: the text that the items' ranges are of. Shown when the text has been still for a moment: thousands of
    /// rows are not made anew at each key.
    void setOutline(std::vector<dockerfile::OutlineItem> items, const dockerfile::SourceText& source);
    /// Selects the item of a line without a signal.
    void selectLine(int line);

Q_SIGNALS:
    void lineChosen(int line);

protected:
    void changeEvent(QEvent* event) override;

private:
    /// A row of the tree, as plain values: two outlines are compared before one replaces the other.
    struct Row {
        QString name, detail;
        bool stage = false;
        int depth = 0;
        int firstLine = 0, lastLine = 0;
        bool operator==(const Row&) const = default;
    };
    void addRows(const std::vector<dockerfile::OutlineItem>& items, const dockerfile::SourceText& source, int depth);
    void fill();
    void retranslate();

    const Theme& m_theme;
    std::vector<Row> m_rows; ///< shown
    std::vector<Row> m_next; ///< to be shown
    QTimer m_still;
    int m_line = 0;
    QSet<QString> m_folded;
};

} // namespace darsena::gui
