// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/models/rows_model.h"
#include "gui/theme/theme.h"

#include <QSortFilterProxyModel>
#include <QWidget>

class QLabel;
class QLineEdit;
class QStackedWidget;
class QTableView;

namespace darsena::gui {

class EmptyState;

/// A list of the layer viewer: a line that sums up, a filter as one types, a table; or, in its place, what it would show.
class TableList : public QWidget {
    Q_OBJECT
public:
    TableList(const Theme& theme, const QString& icon, int columns, QWidget* parent = nullptr);

    RowsModel& model() { return m_model; }
    QTableView* table() const { return m_table; }
    QLineEdit* filter() const { return m_filter; }
    EmptyState* empty() const { return m_empty; }

    /// Shows the rows under a sentence.
    void showRows(std::vector<RowsModel::Row> rows, const QString& summary);
    void showMessage(const QString& title, const QString& sentence, const QString& button = {});
    void setSummary(const QString& summary);
    /// Columns that make way, the first of them first, where the first column would get narrow.
    void setSpareColumns(const QList<int>& columns);

Q_SIGNALS:
    /// RowsModel::DataRole of the row that is current now.
    void chosen(const QVariant& data);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitColumns();

    QList<int> m_spare;
    RowsModel m_model;
    QSortFilterProxyModel m_proxy;
    QLabel* m_summary;
    QLineEdit* m_filter;
    QTableView* m_table;
    EmptyState* m_empty;
    QStackedWidget* m_pages;
};

} // namespace darsena::gui
