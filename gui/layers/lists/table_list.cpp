// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/lists/table_list.h"

#include "gui/widgets/empty_state.h"
#include "gui/widgets/looks.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace darsena::gui {

namespace {
constexpr int LeastFirstColumn = 150;
} // namespace

TableList::TableList(const Theme& theme, const QString& icon, int columns, QWidget* parent)
    : QWidget(parent)
    , m_model(columns)
    , m_summary(makeLabel({}, "muted"))
    , m_filter(new QLineEdit)
    , m_table(new QTableView)
    , m_empty(new EmptyState(theme, icon))
    , m_pages(new QStackedWidget)
{
    setLook(this, "surface");
    m_proxy.setSourceModel(&m_model);
    m_proxy.setSortRole(RowsModel::SortRole);
    m_proxy.setSortCaseSensitivity(Qt::CaseInsensitive);
    m_proxy.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_proxy.setFilterKeyColumn(-1);
    m_table->setModel(&m_proxy);
    setUpTable(m_table, {});
    m_table->verticalHeader()->setDefaultSectionSize(26);
    m_table->setFont(theme.font(type::Base - 1));
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_summary->setWordWrap(true);
    m_filter->setClearButtonEnabled(true);

    auto* body = new QWidget;
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(space::M, space::S, space::M, space::S);
    head->setSpacing(space::S);
    head->addWidget(m_summary);
    head->addWidget(m_filter);
    column->addLayout(head);
    column->addWidget(m_table, 1);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(body);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_pages);

    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) { m_proxy.setFilterFixedString(text); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (index.isValid())
            Q_EMIT chosen(index.data(RowsModel::DataRole));
    });
}

void TableList::showRows(std::vector<RowsModel::Row> rows, const QString& summary)
{
    m_model.setRows(std::move(rows));
    m_summary->setText(summary);
    m_pages->setCurrentIndex(1);
    fitColumns();
}

void TableList::setSummary(const QString& summary)
{
    m_summary->setText(summary);
}

void TableList::setSpareColumns(const QList<int>& columns)
{
    m_spare = columns;
    fitColumns();
}

void TableList::fitColumns()
{
    QHeaderView* header = m_table->horizontalHeader();
    for (const int column : m_spare)
        m_table->setColumnHidden(column, false);
    widenToTitles(header);
    const auto others = [&] {
        int wide = 0;
        for (int column = 1; column < m_model.columnCount(); ++column)
            wide += header->sectionSize(column);
        return wide;
    };
    for (const int column : m_spare) {
        if (width() - others() >= LeastFirstColumn)
            break;
        m_table->setColumnHidden(column, true);
    }
}

void TableList::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitColumns();
}

void TableList::showMessage(const QString& title, const QString& sentence, const QString& button)
{
    m_model.setRows({});
    m_empty->setTexts(title, sentence);
    m_empty->setButton(button);
    m_pages->setCurrentIndex(0);
}

} // namespace darsena::gui
