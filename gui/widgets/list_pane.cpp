// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/list_pane.h"

#include "gui/settings/settings.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/looks.h"
#include "gui/widgets/splitter.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <utility>

namespace darsena::gui {

ListPane::ListPane(const PageContext& context, const Shape& shape, QAbstractItemDelegate* delegate, QWidget* details, Page& page)
    : QWidget(&page)
    , m_page(page)
    , m_context(context)
    , m_tools(new QWidget(this))
    , m_toolRow(makeToolRow(m_tools))
    , m_filter(new QLineEdit(m_tools))
    , m_banner(new Banner(context.theme, this))
    , m_table(new QTableView(this))
    , m_empty(new EmptyState(context.theme, shape.name, this))
    , m_stack(new QStackedWidget(this))
    , m_column(new QVBoxLayout(this))
{
    makeTools();
    makeTable(shape, delegate);

    auto* split = new Splitter(Qt::Vertical, context.settings, shape.name + QStringLiteral("/main"));
    split->addWidget(m_table);
    split->addWidget(details);
    split->setStretchFactor(1, 1);
    split->restore(shape.split);
    m_stack->addWidget(split);
    m_stack->addWidget(m_empty);
    connect(m_empty, &EmptyState::triggered, this, [this] {
        if (m_emptyAction)
            m_emptyAction();
    });

    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_column->addWidget(m_tools);
    m_column->addWidget(m_banner);
    m_column->addWidget(m_stack, 1);
    auto* whole = new QVBoxLayout(&page);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(this);
}

void ListPane::makeTools()
{
    m_toolRow->addStretch(1);
    m_filter->setClearButtonEnabled(true);
    m_filter->setFixedWidth(260);
    m_filter->addAction(m_context.theme.icon(QStringLiteral("search"), Theme::Ink::Muted), QLineEdit::LeadingPosition);
    m_toolRow->addWidget(m_filter);
    connect(m_filter, &QLineEdit::textChanged, &m_proxy, &QSortFilterProxyModel::setFilterFixedString);
}

void ListPane::makeTable(const Shape& shape, QAbstractItemDelegate* delegate)
{
    m_proxy.setSourceModel(&shape.model);
    m_proxy.setSortRole(shape.sortRole);
    m_proxy.setSortCaseSensitivity(Qt::CaseInsensitive);
    m_proxy.setFilterRole(shape.searchRole);
    m_proxy.setFilterKeyColumn(0);
    m_proxy.setFilterCaseSensitivity(Qt::CaseInsensitive);

    m_table->setModel(&m_proxy);
    setUpTable(m_table, {});
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    delegate->setParent(m_table);
    m_table->setItemDelegate(delegate);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    for (int column = 0; column < shape.columnWidths.size(); ++column)
        m_table->horizontalHeader()->resizeSection(column, shape.columnWidths[column]);
    m_table->sortByColumn(shape.newestFirst, Qt::DescendingOrder);
    rememberHeader(m_table->horizontalHeader(), m_context.settings, shape.name + QStringLiteral("/table"));
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ListPane::choiceChanged);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &ListPane::choiceChanged);
    connect(m_table, &QTableView::customContextMenuRequested, this, &ListPane::showMenu);
}

QAction* ListPane::makeAction(const QString& icon, const QKeySequence& key, const std::function<void()>& run)
{
    auto* action = new QAction(m_context.theme.icon(icon), {}, &m_page);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_page.addAction(action);
    connect(action, &QAction::triggered, this, run);
    return action;
}

void ListPane::addButton(QAction* action)
{
    addToTools(makeButton({}, action->icon()), action);
}

void ListPane::addMainButton(QAction* action, const QString& icon)
{
    addToTools(makeButton({}, m_context.theme.icon(icon, Theme::Ink::OnAccent), "primary"), action);
}

void ListPane::addToTools(QPushButton* button, QAction* action)
{
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    connect(action, &QAction::changed, button, [button, action] {
        button->setText(action->text());
        button->setEnabled(action->isEnabled());
        button->setToolTip(action->toolTip());
    });
    m_toolRow->insertWidget(m_buttons++, button);
}

void ListPane::insertBelowTools(QWidget* widget)
{
    m_column->insertWidget(1, widget);
}

void ListPane::choose(int row)
{
    const QModelIndex source = m_proxy.sourceModel()->index(row, 0);
    QModelIndex index = m_proxy.mapFromSource(source);
    if (!index.isValid()) { // the filter hides it
        m_filter->clear();
        index = m_proxy.mapFromSource(source);
    }
    // Not setCurrentIndex() of the view: with Ctrl held, as after a shortcut, that would toggle.
    m_table->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_table->scrollTo(index);
}

QModelIndexList ListPane::chosen() const
{
    return m_table->selectionModel()->selectedRows();
}

QModelIndex ListPane::current() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() && m_table->selectionModel()->isRowSelected(index.row()) ? index : QModelIndex();
}

void ListPane::showList()
{
    m_stack->setCurrentIndex(0);
}

void ListPane::say(
    const QString& title, const QString& sentence, const QString& button, std::function<void()> action, const QString& command)
{
    m_empty->setTexts(title, sentence);
    m_empty->setButton(button);
    m_empty->setCommand(command);
    m_emptyAction = std::move(action);
    m_stack->setCurrentIndex(1);
}

void ListPane::addCopy(QMenu* menu, const QString& label, const QString& text)
{
    menu->addAction(m_context.theme.icon(QStringLiteral("copy")), label, this, [this, text] {
        QApplication::clipboard()->setText(text);
        m_context.navigator.notify(tr("Copied: %1").arg(text));
    });
}

void ListPane::showMenu(const QPoint& at)
{
    const QModelIndex index = m_table->indexAt(at);
    if (!index.isValid())
        return;
    auto* menu = new QMenu(m_table);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    Q_EMIT menuRequested(menu, index);
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

} // namespace darsena::gui
