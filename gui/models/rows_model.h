// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QStringList>
#include <QVariant>

#include <vector>

namespace darsena::gui {

/// A table that is given whole: rows of texts, each with the value that it sorts by and something of the owner's. For lists
/// that are computed elsewhere and only shown.
class RowsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role { SortRole = Qt::UserRole, DataRole };

    struct Row {
        QStringList cells;
        QVariantList sort; ///< per column; where it ends the text is
        QVariant data; ///< of all columns
        QString toolTip;
    };

    explicit RowsModel(int columns, QObject* parent = nullptr);

    void setHeaders(const QStringList& headers);
    void setRightAligned(const QList<int>& columns) { m_right = columns; }
    void setRows(std::vector<Row> rows);
    const std::vector<Row>& rows() const { return m_rows; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const int m_columns;
    QStringList m_headers;
    QList<int> m_right;
    std::vector<Row> m_rows;
};

} // namespace darsena::gui
