// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/filter.h"
#include "gui/base/retranslator.h"
#include "gui/theme/theme.h"

#include <QWidget>

#include <array>

class QAction;
class QActionGroup;
class QLabel;
class QLineEdit;
class QTabBar;
class QToolButton;

namespace darsena::gui {

/// What one chooses above the files: which state they show, which changes, which paths, which sizes; and how. Only the
/// choice: the viewer acts on changed().
class TreeToolbar : public QWidget {
    Q_OBJECT
public:
    enum Scope {
        AsOfLayer, ///< all files one would see there, and what that layer removed
        OnlyLayer, ///< what the layer does
        Compared, ///< what is other than somewhere else
    };
    enum Kind { Added, Changed, MetadataOnly, Removed, Same, KindCount };

    explicit TreeToolbar(const Theme& theme, QWidget* parent = nullptr);

    Scope scope() const;
    void setScope(Scope scope);
    /// What is chosen, without the last path filter if that was wrong.
    layers::Criteria criteria() const;
    /// Something is filtered by more than the kind of change.
    bool filtersPaths() const;

    /// Numbers for the chips.
    void setTotals(const layers::View::Totals& totals);

    QTabBar* scopes() const { return m_scope; }
    QToolButton* chip(Kind kind) const { return m_chips[kind]; }
    QLineEdit* filter() const { return m_filter; }
    QLabel* complaint() const { return m_complaint; }
    /// Each a checkable command with its key: show added, changed, … files.
    QAction* kindAction(Kind kind) const { return m_kinds[kind]; }
    QAction* sortByName() const { return m_byName; } ///< checkable
    QAction* attributes() const { return m_attributes; } ///< checkable
    QAction* collapseAll() const { return m_collapse; } ///< the viewer acts on it
    QAction* expandAll() const { return m_expand; } ///< the viewer acts on it
    QAction* focusFilter() const { return m_focusFilter; }
    QAction* setIds() const { return m_setIds; } ///< checkable
    QAction* worldWritable() const { return m_worldWritable; } ///< checkable
    /// Checkable, one of them is: any size, ≥ 100 KB, ≥ 1 MB, ≥ 10 MB, ≥ 100 MB; data() is the number of bytes.
    QActionGroup* sizes() const { return m_sizes; }

Q_SIGNALS:
    /// criteria() is another.
    void changed();
    void scopeChanged();

private:
    void makeActions();
    void paintSigns();
    QWidget* makeUpperRow();
    QWidget* makeLowerRow();
    void readFilter();
    void kindToggled(int kind, bool shown);
    void describe();
    void retranslate();

    const Theme& m_theme;
    layers::PathFilter m_path;
    layers::View::Totals m_totals;
    std::array<bool, 3> m_sameShown { true, false, false }; // per scope
    QTabBar* m_scope;
    std::array<QToolButton*, KindCount> m_chips {};
    std::array<QAction*, KindCount> m_kinds {};
    QAction *m_byName, *m_attributes, *m_collapse, *m_expand, *m_focusFilter, *m_setIds, *m_worldWritable;
    QActionGroup* m_sizes;
    QToolButton* m_more;
    QLineEdit* m_filter;
    QLabel* m_complaint;
    Retranslator m_texts;
};

} // namespace darsena::gui
