// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/models/file_tree.h"

#include <QAbstractItemModel>
#include <QRegularExpression>

#include <memory>
#include <vector>

namespace darsena::gui {

/// Shows a FileTree, sorted and filtered by itself, because a proxy over 100 000 rows costs more than the rows.
/// A directory's rows are sorted when a view first asks for them.
class FileTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Name, Size, ColumnCount };
    enum Role {
        PathRole = Qt::UserRole + 1, ///< QString, absolute
        NodeRole, ///< int, index into the tree
        KindRole, ///< int, FileTree::Kind
        ChangeRole, ///< int, FileTree::Change
        ChangesBeneathRole, ///< bool
        SizeRole, ///< qint64
        RemovedBytesRole, ///< qint64
        FilesRole, ///< int, paths beneath that are no directories
        ShareRole, ///< double 0…1, of the root's size
        LinkRole, ///< QString, target of a link
    };
    enum class Sort { Name, Size };

    explicit FileTreeModel(QObject* parent = nullptr);

    void setTree(std::shared_ptr<const FileTree> tree);
    const FileTree* tree() const { return m_tree.get(); }

    /// Substring of the path; with * or ? a glob of the whole path or name; between slashes, /like this/, a regular
    /// expression. Case does not matter. Returns false, and keeps the filter as it was, when the expression is wrong.
    bool setFilter(const QString& text);
    /// Which marks are shown; None stands for unmarked paths. Directories that lead to a shown path always are.
    void setShown(FileTree::Change change, bool shown);
    void setSort(Sort sort);
    /// Paths that match while a filter is set, otherwise all.
    int matches() const { return m_matches; }
    bool filtering() const { return m_filtering; }

    QModelIndex indexOf(int node) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    static int nodeOf(const QModelIndex& index) { return static_cast<int>(index.internalId()); }
    std::size_t visibleChildren(int node) const;
    void arrange(int node) const;
    void refilter();

    std::shared_ptr<const FileTree> m_tree;
    // Beside the tree's nodes: the order of each run of children, how many of it are shown, and each node's row.
    mutable std::vector<std::int32_t> m_order;
    mutable std::vector<std::int32_t> m_rowOf;
    mutable std::vector<std::int32_t> m_shownChildren; // -1 = not arranged yet
    std::vector<bool> m_visible; // empty = all
    bool m_showChange[4] = { true, true, true, true };
    QString m_needle;
    QRegularExpression m_pattern;
    bool m_filtering = false;
    int m_matches = 0;
    Sort m_sort = Sort::Name;
};

} // namespace darsena::gui
