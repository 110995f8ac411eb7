// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/retranslator.h"
#include "gui/models/json_tree_model.h"
#include "gui/theme/theme.h"

#include <QSet>
#include <QSortFilterProxyModel>
#include <QWidget>

class QAction;
class QLabel;
class QLineEdit;
class QTreeView;

namespace darsena::gui {

/// A JSON document as a tree: searched as one types (keys and values), values and their paths copied.
class JsonView : public QWidget {
    Q_OBJECT
public:
    explicit JsonView(const Theme& theme, QWidget* parent = nullptr);

    /// What was open and chosen stays so where the new document has it too.
    void setJson(const QByteArray& json);
    void clear();
    QTreeView* tree() const { return m_tree; }

private:
    void filter();
    void copy(int role);

    const Theme& m_theme;
    JsonTreeModel m_model;
    QSortFilterProxyModel m_proxy;
    QByteArray m_json;
    QLineEdit* m_field;
    QTreeView* m_tree;
    QLabel* m_path;
    QAction* m_copyValue;
    QAction* m_copyPath;
    QAction* m_copyAll;
    QSet<QString> m_open;
    Retranslator m_texts;
};

} // namespace darsena::gui
