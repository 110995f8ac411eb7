// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"
#include "gui/base/retranslator.h"
#include "gui/models/layer_tree_model.h"

#include <QSet>
#include <QWidget>

class QLabel;
class QStackedWidget;
class QTabBar;
class QTreeView;
class QVBoxLayout;

namespace darsena::gui {

class CompareBar;
class TreeToolbar;

/// The middle of the layer viewer: the files as a tree, or as pictures that others add, below what one chooses of them.
/// What is open, where one stands and what one sees at the top are kept, by path, from one content to the next.
class FileTreePane : public QWidget {
    Q_OBJECT
public:
    using NodeId = layers::Stack::NodeId;

    explicit FileTreePane(const PageContext& context, QWidget* parent = nullptr);

    TreeToolbar* toolbar() const { return m_toolbar; }
    CompareBar* compareBar() const { return m_compare; }
    QTreeView* view() const { return m_tree; }
    LayerTreeModel& model() { return m_model; }

    /// Another way to look at the same content: a treemap, a flame view. Takes the widget over.
    void addPicture(QWidget* picture);
    void setPictureTitle(QWidget* picture, const QString& title);
    /// The picture that is in front; nullptr: the tree.
    QWidget* picture() const;
    /// Chooses between the tree and the pictures. The viewer puts it where it belongs.
    QTabBar* ways() const { return m_ways; }

    /// May be null: nothing is known (yet).
    void showContent(std::shared_ptr<const LayerTreeContent> content);
    /// A sentence below the files; empty: none.
    void say(const QString& sentence);
    /// Nothing of what was open and chosen is kept.
    void forget();

    /// Absolute; empty: nothing is chosen.
    const QString& currentPath() const { return m_currentPath; }
    /// Stack::none: nothing is chosen, or it is not shown.
    NodeId currentNode() const;
    /// Opens what leads there, chooses it and brings it into view, now or as soon as a content shows it.
    void goTo(const QString& path);
    void toggleCurrent();
    void collapseAll();
    /// As much as can be looked at: stops at some thousand rows.
    void expandAll();

Q_SIGNALS:
    /// Another file is chosen, or the same one of another content; Stack::none: none.
    void chosen(darsena::layers::Stack::NodeId node);
    void menuRequested(const QPoint& globalPos, darsena::layers::Stack::NodeId node);
    void pictureChanged();

private:
    void makeTree();
    void restore();
    void openKept();
    void showAttributes(bool shown);
    void fitColumns();
    bool eventFilter(QObject* watched, QEvent* event) override;
    QString pathOf(const QModelIndex& index) const;

    LayerTreeModel m_model;
    TreeToolbar* m_toolbar;
    CompareBar* m_compare;
    QTabBar* m_ways;
    QStackedWidget* m_stack;
    QTreeView* m_tree;
    QLabel* m_note;
    QSet<QString> m_open; // paths of directories
    QString m_currentPath;
    bool m_bringIntoView = false;
    bool m_restoring = false;
    Retranslator m_texts;
};

} // namespace darsena::gui
