// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/models/layer_tree_content.h"

#include <QAbstractItemModel>

#include <memory>
#include <unordered_map>
#include <vector>

namespace darsena::gui {

/// Shows a state of an image as a tree of files. A directory's rows are put together when a view first asks for them, so
/// that swapping in another state costs what is open and not what there is. The root itself is no row.
class LayerTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    using NodeId = layers::Stack::NodeId;

    enum Column { Name, Size, Mode, Owner, Modified, ColumnCount };
    enum Role {
        PathRole = Qt::UserRole + 1, ///< QString, absolute
        NodeRole, ///< uint, of the stack
        TypeRole, ///< int, layers::EntryType; a directory that no layer names is one
        MarkRole, ///< int, layers::Mark
        MetadataOnlyRole, ///< bool: changed, but neither content nor type nor link
        ChangesBeneathRole, ///< bool
        ReasonsRole, ///< QString: "mode 644 → 600"; empty unless changed
        BytesRole, ///< qint64: of a removed path what it was, else of what is visible and shown, here and beneath
        RemovedBytesRole, ///< qint64: removed, here and beneath
        FilesRole, ///< int: paths beneath that are no directories; of a removed directory those that went with it
        ShareRole, ///< double 0…1: of all bytes that are shown
        LinkRole, ///< QString: target of a link
        HardLinkRole, ///< bool
        LayerRole, ///< int: the layer that wrote what is shown; -1 = none
    };
    enum class Sort {
        Size, ///< largest first, removed bytes counted
        Name, ///< directories first
    };

    explicit LayerTreeModel(QObject* parent = nullptr);

    /// Resets the model. May be null.
    void setContent(std::shared_ptr<const LayerTreeContent> content);
    const std::shared_ptr<const LayerTreeContent>& content() const { return m_content; }
    /// Resets the model when it is another one.
    void setSort(Sort sort);
    Sort sort() const { return m_sort; }

    /// Invalid for the root, for what is not shown, and for nodes of no stack.
    QModelIndex indexOf(NodeId node, int column = Name) const;
    /// Stack::none for an invalid index.
    NodeId nodeOf(const QModelIndex& index) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    const std::vector<NodeId>& children(NodeId directory) const;
    QString path(NodeId node) const;
    QString display(NodeId node, int column) const;
    QString accessibleText(NodeId node) const;
    QString reasons(NodeId node) const;
    std::uint64_t shownBytes(NodeId node) const;
    double share(NodeId node) const;

    std::shared_ptr<const LayerTreeContent> m_content;
    Sort m_sort = Sort::Size;
    mutable std::unordered_map<NodeId, std::vector<NodeId>> m_children; // of the directories that were asked for
    mutable std::vector<std::int32_t> m_rowOf; // of their children
};

} // namespace darsena::gui
