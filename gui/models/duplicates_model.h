// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/duplicates.h"

#include <QAbstractItemModel>

#include <memory>
#include <vector>

namespace darsena::gui {

/// Groups of equal files, and beneath each the places where they are.
class DuplicatesModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Path, Copies, Each, Spare, ColumnCount };
    enum Role { NodeRole = Qt::UserRole }; ///< of a group its first place

    using QAbstractItemModel::QAbstractItemModel;

    /// The stack is kept.
    void setGroups(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::View> view, std::vector<layers::DuplicateGroup> groups);
    const std::vector<layers::DuplicateGroup>& groups() const { return m_groups; }
    std::uint64_t spare() const; ///< of all groups

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// The headings in another language.
    void retranslate() { Q_EMIT headerDataChanged(Qt::Horizontal, 0, ColumnCount - 1); }

private:
    QString pathOf(layers::Stack::NodeId node) const;

    std::shared_ptr<const layers::Stack> m_stack;
    std::shared_ptr<const layers::View> m_view;
    std::vector<layers::DuplicateGroup> m_groups;
};

} // namespace darsena::gui
