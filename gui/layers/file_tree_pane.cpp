// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/file_tree_pane.h"

#include "gui/layers/compare_bar.h"
#include "gui/layers/delegates.h"
#include "gui/layers/tree_toolbar.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTabBar>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <deque>
#include <utility>

namespace darsena::gui {

namespace {
constexpr int mostOpened = 5000; // rows that "expand everything" shows at most: nobody reads more, and it stays quick
constexpr std::uint32_t fewMatches = 300; // of a filter: as many are shown without being asked
constexpr std::size_t smallTree = 60;
constexpr int leastName = 160; // px
constexpr int leastSize = 96; // a number and a stump of its bar
} // namespace

FileTreePane::FileTreePane(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_toolbar(new TreeToolbar(context.theme))
    , m_compare(new CompareBar(context.theme))
    , m_ways(new QTabBar)
    , m_stack(new QStackedWidget)
    , m_tree(new QTreeView)
    , m_note(makeLabel({}, "small"))
    , m_texts(this)
{
    setLook(this, "surface");
    m_tree->setItemDelegate(new FileDelegate(context.theme, m_tree));
    makeTree();
    m_stack->addWidget(m_tree);
    m_ways->setObjectName(QStringLiteral("layers.ways"));
    m_ways->setDrawBase(false);
    m_ways->setExpanding(false);
    m_ways->addTab({});
    m_compare->hide();
    m_note->setWordWrap(true);
    m_note->setObjectName(QStringLiteral("layers.note"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_toolbar);
    column->addWidget(m_compare);
    column->addWidget(m_stack, 1);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(space::S, 0, space::L, 0);
    foot->addWidget(m_note, 1);
    m_note->setMargin(space::S);
    column->addLayout(foot);

    connect(m_ways, &QTabBar::currentChanged, this, [this](int way) {
        m_stack->setCurrentIndex(way);
        Q_EMIT pictureChanged();
    });
    connect(m_toolbar->attributes(), &QAction::toggled, this, &FileTreePane::showAttributes);
    connect(m_toolbar->collapseAll(), &QAction::triggered, this, &FileTreePane::collapseAll);
    connect(m_toolbar->expandAll(), &QAction::triggered, this, &FileTreePane::expandAll);
    connect(m_toolbar->sortByName(), &QAction::toggled, this, [this](bool byName) {
        m_bringIntoView = true;
        m_model.setSort(byName ? LayerTreeModel::Sort::Name : LayerTreeModel::Sort::Size);
        restore();
    });
    m_texts([this] {
        m_tree->setAccessibleName(tr("Files"));
        //: A way to look at the files of an image.
        m_ways->setTabText(0, tr("Tree"));
        m_ways->setAccessibleName(tr("How the files are shown"));
        Q_EMIT m_model.headerDataChanged(Qt::Horizontal, 0, LayerTreeModel::ColumnCount - 1);
        fitColumns();
    });
}

void FileTreePane::makeTree()
{
    m_tree->setObjectName(QStringLiteral("layers.tree"));
    m_tree->setModel(&m_model);
    setUpTree(m_tree, {});
    m_tree->setAllColumnsShowFocus(false); // else the style frames the row
    m_tree->setAnimated(false);
    m_tree->setIndentation(16);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    QHeaderView* header = m_tree->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(QHeaderView::Interactive);
    header->resizeSection(LayerTreeModel::Mode, 88);
    header->resizeSection(LayerTreeModel::Owner, 72);
    header->resizeSection(LayerTreeModel::Modified, 122);
    header->moveSection(LayerTreeModel::Size, LayerTreeModel::Modified); // sizes stay at the right
    m_tree->viewport()->installEventFilter(this);
    showAttributes(false);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        if (m_restoring || !current.isValid())
            return;
        m_currentPath = pathOf(current);
        Q_EMIT chosen(m_model.nodeOf(current));
    });
    connect(m_tree, &QTreeView::expanded, this, [this](const QModelIndex& index) {
        if (!m_restoring)
            m_open.insert(pathOf(index));
    });
    connect(m_tree, &QTreeView::collapsed, this, [this](const QModelIndex& index) {
        if (!m_restoring)
            m_open.remove(pathOf(index));
    });
    connect(m_tree, &QTreeView::customContextMenuRequested, this, [this](const QPoint& at) {
        const QModelIndex index = m_tree->indexAt(at);
        if (index.isValid())
            Q_EMIT menuRequested(m_tree->viewport()->mapToGlobal(at), m_model.nodeOf(index));
    });
}

void FileTreePane::addPicture(QWidget* picture)
{
    m_stack->addWidget(picture);
    m_ways->addTab({});
}

void FileTreePane::setPictureTitle(QWidget* picture, const QString& title)
{
    m_ways->setTabText(m_stack->indexOf(picture), title);
}

QWidget* FileTreePane::picture() const
{
    return m_stack->currentWidget() == m_tree ? nullptr : m_stack->currentWidget();
}

QString FileTreePane::pathOf(const QModelIndex& index) const
{
    return index.data(LayerTreeModel::PathRole).toString();
}

void FileTreePane::showAttributes(bool shown)
{
    for (const int column : { LayerTreeModel::Mode, LayerTreeModel::Owner, LayerTreeModel::Modified })
        m_tree->setColumnHidden(column, !shown);
    m_tree->setHeaderHidden(!shown);
    fitColumns();
}

/// Names take what the other columns leave, but never so little that they cannot be read: bars of sizes give way first.
void FileTreePane::fitColumns()
{
    QHeaderView* header = m_tree->header();
    widenToTitles(header);
    int room = m_tree->viewport()->width();
    for (const int column : { LayerTreeModel::Mode, LayerTreeModel::Owner, LayerTreeModel::Modified })
        room -= m_tree->columnWidth(column); // 0 when hidden
    const int size = m_tree->isColumnHidden(LayerTreeModel::Mode) ? 170 : std::clamp(room - leastName, leastSize, 130);
    header->resizeSection(LayerTreeModel::Size, size);
    header->resizeSection(LayerTreeModel::Name, std::max(leastName, room - size));
}

bool FileTreePane::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize)
        fitColumns();
    return QWidget::eventFilter(watched, event);
}

void FileTreePane::say(const QString& sentence)
{
    m_note->setText(sentence);
}

void FileTreePane::forget()
{
    m_open.clear();
    m_currentPath.clear();
    m_bringIntoView = false;
}

FileTreePane::NodeId FileTreePane::currentNode() const
{
    return m_model.nodeOf(m_tree->currentIndex());
}

void FileTreePane::showContent(std::shared_ptr<const LayerTreeContent> content)
{
    const QModelIndex top = m_tree->indexAt(QPoint(1, 1));
    const QString topPath = top.isValid() ? pathOf(top) : QString();
    const int offset = top.isValid() ? m_tree->visualRect(top).top() : 0;
    const int scrolled = m_tree->verticalScrollBar()->value();
    {
        const QScopedValueRollback quiet(m_restoring, true);
        m_model.setContent(std::move(content));
    }
    m_toolbar->setTotals(m_model.content() ? m_model.content()->view->totals() : layers::View::Totals());
    restore();
    if (m_bringIntoView || !m_model.content())
        return;
    const QModelIndex again = topPath.isEmpty() ? QModelIndex() : m_model.indexOf(m_model.content()->stack->find(topPath.mid(1).toStdString()));
    if (again.isValid()) {
        m_tree->scrollTo(again, QAbstractItemView::PositionAtTop);
        m_tree->verticalScrollBar()->setValue(m_tree->verticalScrollBar()->value() - offset);
    } else {
        m_tree->verticalScrollBar()->setValue(scrolled);
    }
}

/// After a reset. The view has nothing laid out yet, so that opening a directory only notes that it is open.
void FileTreePane::restore()
{
    const auto& content = m_model.content();
    if (!content) {
        Q_EMIT chosen(layers::Stack::none);
        return;
    }
    {
        const QScopedValueRollback quiet(m_restoring, true);
        openKept();
        const QModelIndex current = m_currentPath.isEmpty() ? QModelIndex() : m_model.indexOf(content->stack->find(m_currentPath.mid(1).toStdString()));
        m_tree->setCurrentIndex(current);
        if (current.isValid() && m_bringIntoView)
            m_tree->scrollTo(current, QAbstractItemView::PositionAtCenter);
        m_bringIntoView = m_bringIntoView && !current.isValid();
    }
    Q_EMIT chosen(currentNode());
}

void FileTreePane::openKept()
{
    const LayerTreeContent& content = *m_model.content();
    for (const QString& path : std::as_const(m_open)) {
        const QModelIndex index = m_model.indexOf(content.stack->find(path.mid(1).toStdString()));
        if (index.isValid())
            m_tree->expand(index);
    }
    // A short tree, or one that a filter made short, opens wholly.
    if (content.stack->nodes().size() > smallTree && !(content.selection && content.matches() < fewMatches))
        return;
    for (NodeId node = 1; node < content.stack->nodes().size(); ++node) {
        if (content.stack->node(node).end > node + 1 && content.shows(node))
            m_tree->expand(m_model.indexOf(node));
    }
}

void FileTreePane::goTo(const QString& path)
{
    m_currentPath = path;
    m_bringIntoView = true;
    for (qsizetype slash = path.indexOf(u'/', 1); slash > 0; slash = path.indexOf(u'/', slash + 1)) {
        const QString parent = path.left(slash);
        m_open.insert(parent);
        if (m_model.content())
            m_tree->expand(m_model.indexOf(m_model.content()->stack->find(parent.mid(1).toStdString())));
    }
    if (!m_model.content())
        return;
    const QModelIndex index = m_model.indexOf(m_model.content()->stack->find(path.mid(1).toStdString()));
    if (!index.isValid())
        return;
    m_bringIntoView = false;
    m_tree->setCurrentIndex(index);
    m_tree->scrollTo(index, QAbstractItemView::PositionAtCenter);
}

void FileTreePane::toggleCurrent()
{
    const QModelIndex current = m_tree->currentIndex().siblingAtColumn(0);
    if (m_model.hasChildren(current) && current.isValid())
        m_tree->setExpanded(current, !m_tree->isExpanded(current));
}

void FileTreePane::collapseAll()
{
    m_open.clear();
    const QScopedValueRollback quiet(m_restoring, true);
    m_tree->collapseAll();
}

void FileTreePane::expandAll()
{
    if (!m_model.content())
        return;
    // Breadth first, so that the bound cuts off what lies deep and not what comes late.
    std::deque<QModelIndex> next { QModelIndex() };
    int rows = 0;
    while (!next.empty() && rows < mostOpened) {
        const QModelIndex parent = next.front();
        next.pop_front();
        const int count = m_model.rowCount(parent);
        rows += count;
        if (parent.isValid())
            m_open.insert(pathOf(parent));
        for (int row = 0; row < count; ++row) {
            const QModelIndex child = m_model.index(row, 0, parent);
            if (m_model.hasChildren(child))
                next.push_back(child);
        }
    }
    // A content swapped in opens them all at once, which opening them one by one would not.
    showContent(m_model.content());
}

} // namespace darsena::gui
