// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QObject>

class QAction;
class QWidget;

namespace darsena::gui {

/// Keys that mean something only while a certain widget has the focus, and win there over the page's own (Ctrl+A in a
/// tree, Ctrl+R). The actions' shortcuts are used; the actions need not be on any widget.
class LocalKeys : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Both must outlive this, or die with it.
    void add(QWidget* widget, QAction* action);

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QHash<QObject*, QList<QAction*>> m_actions;
};

} // namespace darsena::gui
