// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"

#include <QKeySequence>
#include <QList>
#include <QModelIndex>
#include <QSortFilterProxyModel>

#include <functional>

class QAbstractItemDelegate;
class QAbstractItemModel;
class QBoxLayout;
class QLineEdit;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace darsena::gui {

class Banner;
class EmptyState;

/// The body of a page that lists what the engine has: a row of tools with a filter, a banner, the table, below it the
/// details of what is chosen; or, in place of the last two, one EmptyState. The page gives it model, delegate, details
/// and actions, and sets the texts.
class ListPane : public QWidget {
    Q_OBJECT
public:
    struct Shape {
        QString name; ///< "containers": the icon, and the name under which the settings keep columns and sizes
        QAbstractItemModel& model; ///< must outlive the pane
        int sortRole = 0;
        int searchRole = 0; ///< of column 0: the text in which the filter looks
        QList<int> columnWidths;
        int newestFirst = 0; ///< the column by which the table is sorted until somebody sorts it otherwise
        QList<int> split; ///< px of table and details, until somebody moves the line
    };
    /// Fills @p page, and takes @p delegate and @p details over.
    ListPane(const PageContext& context, const Shape& shape, QAbstractItemDelegate* delegate, QWidget* details, Page& page);

    /// A command of the page, for its buttons, its context menu and the palette.
    QAction* makeAction(const QString& icon, const QKeySequence& key, const std::function<void()>& run);
    /// A button in the row of tools, kept in step with its action.
    void addButton(QAction* action);
    /// The page's main one, filled, so that @p icon has another ink there than in a menu.
    void addMainButton(QAction* action, const QString& icon);
    /// Between tools and banner: the progress of something under way.
    void insertBelowTools(QWidget* widget);

    QWidget* tools() const { return m_tools; }
    QLineEdit* filter() const { return m_filter; }
    QTableView* table() const { return m_table; }
    Banner* banner() const { return m_banner; }

    /// Chooses a row of the model alone, and makes it visible; a filter that hides it is cleared.
    void choose(int row);
    /// The chosen rows, as indexes of the table's model.
    QModelIndexList chosen() const;
    /// The row whose details are shown: the current one if it is chosen, else invalid.
    QModelIndex current() const;

    void showList();
    /// Shows an EmptyState instead. No text, no button; @p command is a line to copy.
    void say(const QString& title, const QString& sentence, const QString& button = {}, std::function<void()> action = {},
        const QString& command = {});

    /// Adds to a menu what puts @p text on the clipboard and says so.
    void addCopy(QMenu* menu, const QString& label, const QString& text);

Q_SIGNALS:
    /// chosen() or current() is another.
    void choiceChanged();
    /// The context menu of a row is about to show: fill it.
    void menuRequested(QMenu* menu, const QModelIndex& index);

private:
    void makeTools();
    void addToTools(QPushButton* button, QAction* action);
    void makeTable(const Shape& shape, QAbstractItemDelegate* delegate);
    void showMenu(const QPoint& at);

    Page& m_page;
    PageContext m_context;
    QSortFilterProxyModel m_proxy;
    QWidget* m_tools;
    QBoxLayout* m_toolRow;
    QLineEdit* m_filter;
    Banner* m_banner;
    QTableView* m_table;
    EmptyState* m_empty;
    QStackedWidget* m_stack;
    QBoxLayout* m_column;
    int m_buttons = 0;
    std::function<void()> m_emptyAction;
};

} // namespace darsena::gui
