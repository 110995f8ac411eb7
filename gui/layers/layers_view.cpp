// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/layers_view.h"

#include "gui/base/async.h"
#include "gui/base/text.h"
#include "gui/layers/delegates.h"
#include "gui/layers/file_details.h"
#include "gui/layers/layer_figures.h"
#include "gui/layers/waste_list.h"
#include "gui/models/file_tree_model.h"
#include "gui/models/layer_model.h"
#include "gui/models/path_order.h"
#include "gui/settings/settings.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/looks.h"
#include "gui/widgets/splitter.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QSet>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <utility>

namespace darsena::gui {

namespace {

/// A line below a list. The margins are the layout's: the style sheet has no ear for a label's own.
void addNote(QBoxLayout& column, QLabel* note)
{
    auto* row = new QHBoxLayout;
    row->setContentsMargins(space::L, space::S, space::L, space::S);
    row->addWidget(note);
    column.addLayout(row);
}

QToolButton* makeChangeFilter(QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setCheckable(true);
    button->setChecked(true);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

} // namespace

/// All that the view holds; the class outside stays small for those who include it.
class LayersView::Parts : public QObject {
public:
    Parts(LayersView& view, const PageContext& context, EngineClient& client);

    void show(const QString& reference, const QString& id);
    void clear();

private:
    void build(LayersView& view);
    QWidget* makeLayerList(); // left
    QWidget* makeFileTree(); // in the middle
    QWidget* makeSide(); // right: one file, or the waste
    void connectParts();
    void gotLayers(Result<std::vector<model::LayerSummary>> layers);
    void fetchNext();
    void layerChosen();
    void rebuildTree();
    void showTree(std::shared_ptr<const FileTree> tree);
    void allRead();
    void fileChosen();
    void goTo(qint64 layer, const QString& path);
    void applyFilter();
    void fail(const QString& title, const QString& sentence);
    void retranslate();
    void describeCounts();
    int currentRow() const;
    QString instructionOf(qint64 layer) const;
    FileTree::Scope scope() const { return m_scope->currentIndex() == 0 ? FileTree::Scope::OnlyLayer : FileTree::Scope::AsOfLayer; }
    void contextMenu(const QPoint& at);

    Theme& m_theme;
    Settings& m_settings;
    Navigator& m_navigator;
    EngineClient& m_client;

    QString m_reference;
    QString m_id;
    LayerModel m_layers;
    FileTreeModel m_files;
    std::vector<std::shared_ptr<const LayerFiles>> m_read; // as far as they have come
    std::shared_ptr<LayerFiles> m_reading;
    std::unique_ptr<EngineStream> m_stream;
    std::shared_ptr<const LayerWaste> m_waste;
    LatestOnly m_treeJob;
    LatestOnly m_wasteJob;
    QSet<QString> m_expanded; // directories the person opened, kept from layer to layer
    QString m_currentPath; // the file chosen, kept from layer to layer

    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    LayerFigures* m_figures = nullptr;
    QLabel *m_layersHead = nullptr, *m_addsHead = nullptr, *m_totalHead = nullptr;
    QListView* m_list = nullptr;
    QLabel* m_legend = nullptr;
    QTabBar* m_scope = nullptr;
    QToolButton *m_added = nullptr, *m_changed = nullptr, *m_removed = nullptr, *m_sort = nullptr;
    QLineEdit* m_filter = nullptr;
    QTreeView* m_tree = nullptr;
    QLabel* m_treeNote = nullptr;
    QTabBar* m_side = nullptr;
    QStackedWidget* m_sideStack = nullptr;
    FileDetails* m_details = nullptr;
    WasteList* m_wasteList = nullptr;
    Retranslator m_texts;
};

LayersView::Parts::Parts(LayersView& view, const PageContext& context, EngineClient& client)
    : m_theme(context.theme)
    , m_settings(context.settings)
    , m_navigator(context.navigator)
    , m_client(client)
    , m_treeJob(this)
    , m_wasteJob(this)
    , m_texts(&view)
{
    build(view);
    m_texts([this] { retranslate(); });
}

QWidget* LayersView::Parts::makeLayerList()
{
    auto* left = new QWidget;
    setLook(left, "surface");
    auto* leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 0, 0, 0);
    leftColumn->setSpacing(0);
    auto* head = new QWidget;
    setLook(head, "bar");
    head->setFixedHeight(metric::TabBar);
    auto* headRow = new QHBoxLayout(head);
    headRow->setContentsMargins(space::M + 26, 0, space::M, 0);
    headRow->setSpacing(0);
    m_layersHead = makeLabel({}, "small");
    m_addsHead = makeLabel({}, "small");
    m_totalHead = makeLabel({}, "small");
    for (QLabel* label : { m_addsHead, m_totalHead }) {
        label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        label->setFixedWidth(LayerDelegate::SizeColumn);
    }
    headRow->addWidget(m_layersHead, 1);
    headRow->addWidget(m_addsHead);
    headRow->addWidget(m_totalHead);
    m_list = new QListView;
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setModel(&m_layers);
    m_list->setItemDelegate(new LayerDelegate(m_theme, m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_legend = makeLabel({}, "small");
    m_legend->setTextFormat(Qt::RichText);
    leftColumn->addWidget(head);
    leftColumn->addWidget(m_list, 1);
    addNote(*leftColumn, m_legend);
    return left;
}

QWidget* LayersView::Parts::makeFileTree()
{
    auto* middle = new QWidget;
    setLook(middle, "surface");
    auto* middleColumn = new QVBoxLayout(middle);
    middleColumn->setContentsMargins(0, 0, 0, 0);
    middleColumn->setSpacing(0);
    auto* tools = new QWidget;
    setLook(tools, "bar");
    auto* toolRow = new QHBoxLayout(tools);
    toolRow->setContentsMargins(space::XS, 0, space::S, 0);
    toolRow->setSpacing(space::XS);
    m_scope = new QTabBar;
    m_scope->setObjectName(QStringLiteral("scope"));
    m_scope->setDrawBase(false);
    m_scope->setExpanding(false);
    m_scope->addTab({});
    m_scope->addTab({});
    toolRow->addWidget(m_scope);
    toolRow->addStretch(1);
    m_added = makeChangeFilter(tools);
    m_changed = makeChangeFilter(tools);
    m_removed = makeChangeFilter(tools);
    m_sort = new QToolButton;
    m_sort->setCheckable(true);
    m_sort->setIcon(m_theme.icon(QStringLiteral("view-sort-descending"), Theme::Ink::Muted));
    for (QToolButton* button : { m_added, m_changed, m_removed, m_sort })
        toolRow->addWidget(button);
    m_filter = new QLineEdit;
    m_filter->setClearButtonEnabled(true);
    m_filter->setMinimumWidth(190);
    m_filter->setMaximumWidth(260);
    toolRow->addWidget(m_filter, 1);
    m_tree = new QTreeView;
    m_tree->setModel(&m_files);
    setUpTree(m_tree, {});
    m_tree->setAllColumnsShowFocus(false); // else the style frames the row
    m_tree->setItemDelegate(new FileDelegate(m_theme, m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setIndentation(16);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(FileTreeModel::Name, QHeaderView::Stretch);
    m_tree->header()->setSectionResizeMode(FileTreeModel::Size, QHeaderView::Fixed);
    m_tree->header()->resizeSection(FileTreeModel::Size, 190);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_treeNote = makeLabel({}, "small");
    m_treeNote->setWordWrap(true);
    middleColumn->addWidget(tools);
    middleColumn->addWidget(m_tree, 1);
    addNote(*middleColumn, m_treeNote);
    return middle;
}

QWidget* LayersView::Parts::makeSide()
{
    auto* right = new QWidget;
    setLook(right, "surface");
    auto* rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(0, 0, 0, 0);
    rightColumn->setSpacing(0);
    auto* sideBar = new QWidget;
    setLook(sideBar, "bar");
    auto* sideRow = new QHBoxLayout(sideBar);
    sideRow->setContentsMargins(space::XS, 0, 0, 0);
    m_side = new QTabBar;
    m_side->setObjectName(QStringLiteral("side"));
    m_side->setDrawBase(false);
    m_side->setExpanding(false);
    m_side->addTab({});
    m_side->addTab({});
    sideRow->addWidget(m_side);
    sideRow->addStretch(1);
    m_details = new FileDetails(m_theme);
    m_wasteList = new WasteList(m_theme);
    m_sideStack = new QStackedWidget;
    m_sideStack->addWidget(m_details);
    m_sideStack->addWidget(m_wasteList);
    rightColumn->addWidget(sideBar);
    rightColumn->addWidget(m_sideStack, 1);
    return right;
}

void LayersView::Parts::build(LayersView& view)
{
    auto* split = new Splitter(Qt::Horizontal, m_settings, QStringLiteral("layers/main"));
    split->addWidget(makeLayerList());
    split->addWidget(makeFileTree());
    split->addWidget(makeSide());
    split->setStretchFactor(1, 1);
    split->restore({ 380, 640, 320 });
    auto* whole = new QWidget;
    auto* wholeColumn = new QVBoxLayout(whole);
    wholeColumn->setContentsMargins(0, 0, 0, 0);
    wholeColumn->setSpacing(0);
    m_figures = new LayerFigures(m_theme);
    wholeColumn->addWidget(m_figures);
    wholeColumn->addWidget(split, 1);
    m_empty = new EmptyState(m_theme, QStringLiteral("images"));
    m_stack = new QStackedWidget;
    m_stack->addWidget(whole);
    m_stack->addWidget(m_empty);
    auto* column = new QVBoxLayout(&view);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack);
    connectParts();
}

void LayersView::Parts::connectParts()
{
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] { layerChosen(); });
    connect(m_scope, &QTabBar::currentChanged, this, [this] { rebuildTree(); });
    connect(m_filter, &QLineEdit::textChanged, this, [this] { applyFilter(); });
    connect(m_sort, &QToolButton::toggled, this, [this](bool bySize) {
        m_files.setSort(bySize ? FileTreeModel::Sort::Size : FileTreeModel::Sort::Name);
        showTree({});
    });
    const auto filterBy = [this](QToolButton* button, FileTree::Change change) {
        connect(button, &QToolButton::toggled, this, [this, change](bool shown) {
            m_files.setShown(change, shown);
            showTree({});
        });
    };
    filterBy(m_added, FileTree::Change::Added);
    filterBy(m_changed, FileTree::Change::Changed);
    filterBy(m_removed, FileTree::Change::Removed);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        if (!current.isValid())
            return;
        m_currentPath = current.data(FileTreeModel::PathRole).toString();
        m_side->setCurrentIndex(0);
        fileChosen();
    });
    connect(m_tree, &QTreeView::expanded, this, [this](const QModelIndex& index) { m_expanded.insert(index.data(FileTreeModel::PathRole).toString()); });
    connect(m_tree, &QTreeView::collapsed, this, [this](const QModelIndex& index) { m_expanded.remove(index.data(FileTreeModel::PathRole).toString()); });
    connect(m_tree, &QTreeView::customContextMenuRequested, this, [this](const QPoint& at) { contextMenu(at); });
    connect(m_side, &QTabBar::currentChanged, m_sideStack, &QStackedWidget::setCurrentIndex);
    connect(m_details, &FileDetails::layerChosen, this, [this](qint64 layer) {
        goTo(layer, m_tree->currentIndex().data(FileTreeModel::PathRole).toString());
    });
    connect(m_wasteList, &WasteList::chosen, this, [this](qint64 layer, const QString& path) { goTo(layer, path); });
    connect(&m_theme, &Theme::changed, this, [this] { retranslate(); });
}

void LayersView::Parts::retranslate()
{
    m_layersHead->setText(LayersView::tr("Layers"));
    //: Column: bytes that a layer adds.
    m_addsHead->setText(LayersView::tr("adds"));
    //: Column: bytes of all layers so far.
    m_totalHead->setText(LayersView::tr("total"));
    m_list->setAccessibleName(LayersView::tr("Layers"));
    m_legend->setText(QStringLiteral("<span style='color:%1'>■</span> %2").arg(m_theme.tokens().failed.name(), LayersView::tr("bytes that a later layer hides")));
    m_filter->setPlaceholderText(LayersView::tr("Filter: name, *.so, /regex/"));
    m_filter->setAccessibleName(LayersView::tr("Filter the files"));
    m_added->setToolTip(LayersView::tr("Show added files"));
    m_changed->setToolTip(LayersView::tr("Show changed files"));
    m_removed->setToolTip(LayersView::tr("Show removed files"));
    m_sort->setToolTip(LayersView::tr("Largest first"));
    m_sort->setAccessibleName(LayersView::tr("Largest first"));
    m_tree->setAccessibleName(LayersView::tr("Files"));
    m_scope->setTabText(0, LayersView::tr("Only this layer"));
    m_scope->setTabText(1, LayersView::tr("As of this layer"));
    m_scope->setAccessibleName(LayersView::tr("Which files are shown"));
    m_details->setAccessibleName(LayersView::tr("The file chosen"));
    m_wasteList->setAccessibleName(LayersView::tr("Waste"));
    m_side->setTabText(0, LayersView::tr("File"));
    m_side->setTabText(1, LayersView::tr("Waste"));
    describeCounts();
}

void LayersView::Parts::describeCounts()
{
    const FileTree::Totals totals = m_files.tree() ? m_files.tree()->totals() : FileTree::Totals();
    const QLocale locale;
    m_added->setText(QStringLiteral("+ %1").arg(locale.toString(qlonglong(totals.added))));
    m_changed->setText(QStringLiteral("✎ %1").arg(locale.toString(qlonglong(totals.changed))));
    m_removed->setText(QStringLiteral("− %1").arg(locale.toString(qlonglong(totals.removed))));
    m_added->setAccessibleName(LayersView::tr("%n added", nullptr, static_cast<int>(totals.added)));
    m_changed->setAccessibleName(LayersView::tr("%n changed", nullptr, static_cast<int>(totals.changed)));
    m_removed->setAccessibleName(LayersView::tr("%n removed", nullptr, static_cast<int>(totals.removed)));
}

void LayersView::Parts::fail(const QString& title, const QString& sentence)
{
    m_empty->setTexts(title, sentence);
    m_stack->setCurrentIndex(1);
}

void LayersView::Parts::clear()
{
    m_id.clear();
    m_stream.reset();
    m_treeJob.cancel();
    m_wasteJob.cancel();
    m_read.clear();
    m_reading.reset();
    m_waste.reset();
    m_files.setTree({});
    m_layers.setLayers({});
    m_details->clear();
    m_wasteList->showWaste({});
}

void LayersView::Parts::show(const QString& reference, const QString& id)
{
    m_reference = reference;
    m_figures->setName(reference == id ? shortId(id) : reference + QStringLiteral("   ") + shortId(id));
    if (id == m_id)
        return;
    clear();
    m_id = id;
    m_stack->setCurrentIndex(0);
    m_figures->forget();
    m_figures->setProgress(LayersView::tr("Reading the layers…"));
    m_client.send(client::imageLayers(id.toStdString()), this, [this, id](Result<std::vector<model::LayerSummary>> layers) {
        if (id == m_id)
            gotLayers(std::move(layers));
    });
}

void LayersView::Parts::gotLayers(Result<std::vector<model::LayerSummary>> layers)
{
    if (!layers) {
        m_figures->setProgress({});
        const QString id = std::exchange(m_id, {}); // so that choosing it again asks again
        if (!m_client.isDarsena() && (layers.error().code() == ErrorCode::NotFound || layers.error().code() == ErrorCode::Unsupported))
            fail(LayersView::tr("This engine does not show the inside of layers"),
                LayersView::tr("Darsena's own engine keeps an index of each layer's files. Load the image there to look into it."));
        else
            fail(LayersView::tr("The layers could not be read"), errorSentence(layers.error()));
        return;
    }
    int last = -1;
    for (std::size_t i = 0; i < layers->size(); ++i) {
        if (!layers->at(i).emptyLayer)
            last = static_cast<int>(i);
    }
    m_layers.setLayers(std::move(*layers));
    m_figures->setSize(m_layers.totalBytes());
    fetchNext();
    if (m_layers.rowCount() == 0)
        return;
    m_list->setCurrentIndex(m_layers.index(std::max(0, last)));
}

void LayersView::Parts::fetchNext()
{
    // Steps without a layer have no files to ask for.
    while (m_read.size() < m_layers.layers().size() && m_layers.layers()[m_read.size()].emptyLayer) {
        auto none = std::make_shared<LayerFiles>();
        none->index = m_layers.layers()[m_read.size()].index;
        m_read.push_back(std::move(none));
    }
    if (m_read.size() == m_layers.layers().size()) {
        allRead();
        return;
    }
    const model::LayerSummary& layer = m_layers.layers()[m_read.size()];
    m_figures->setProgress(LayersView::tr("Reading layer %1 of %2…").arg(m_read.size() + 1).arg(m_layers.layers().size()));
    m_reading = std::make_shared<LayerFiles>();
    m_reading->index = layer.index;
    m_reading->files.reserve(static_cast<std::size_t>(std::clamp<std::int64_t>(layer.files, 0, 1'000'000)));
    m_stream = m_client.stream(
        client::layerFiles(m_id.toStdString(), layer.index),
        [this](std::vector<model::FileChange>& files) {
            m_reading->files.insert(m_reading->files.end(), std::make_move_iterator(files.begin()), std::make_move_iterator(files.end()));
        },
        [this](const Result<void>& ended) {
            m_stream.release()->deleteLater();
            if (!ended) {
                m_figures->setProgress({});
                fail(LayersView::tr("Layer %1 could not be read").arg(m_read.size()), errorSentence(ended.error()));
                m_id.clear();
                return;
            }
            m_read.push_back(std::exchange(m_reading, {}));
            if (currentRow() == static_cast<int>(m_read.size()) - 1)
                rebuildTree();
            fetchNext();
        });
}

void LayersView::Parts::allRead()
{
    m_figures->setProgress({});
    rebuildTree();
    m_wasteJob.start([layers = m_read] { return std::make_shared<const LayerWaste>(LayerWaste::of(layers)); },
        [this](std::shared_ptr<const LayerWaste> waste) {
            m_waste = std::move(waste);
            m_layers.setHidden(m_waste->hidden);
            m_wasteList->showWaste(m_waste);
            m_figures->setWasted(m_waste->bytes);
        });
}

int LayersView::Parts::currentRow() const
{
    return m_list->currentIndex().row();
}

QString LayersView::Parts::instructionOf(qint64 layer) const
{
    for (int row = 0; row < m_layers.rowCount(); ++row) {
        const QModelIndex index = m_layers.index(row);
        if (index.data(LayerModel::IndexRole).toLongLong() == layer)
            return index.data(LayerModel::InstructionRole).toString();
    }
    return {};
}

void LayersView::Parts::layerChosen()
{
    rebuildTree();
}

void LayersView::Parts::rebuildTree()
{
    const int row = currentRow();
    if (row < 0)
        return;
    const QModelIndex layer = m_layers.index(row);
    if (row >= static_cast<int>(m_read.size())) {
        m_treeNote->setText(LayersView::tr("Reading the layers up to this one…"));
        m_treeNote->show();
        return;
    }
    const std::vector<std::shared_ptr<const LayerFiles>> below(m_read.begin(), m_read.begin() + row + 1);
    const bool empty = layer.data(LayerModel::EmptyRole).toBool() && scope() == FileTree::Scope::OnlyLayer;
    m_treeJob.start([below, scope = scope()] { return FileTree::build(below, scope); }, [this, empty](std::shared_ptr<const FileTree> tree) {
        m_treeNote->setText(empty ? LayersView::tr("This step changes the image's configuration and no file.")
                : tree->nodes().size() == 1 ? LayersView::tr("No files.")
                                            : QString());
        m_treeNote->setVisible(!m_treeNote->text().isEmpty());
        showTree(std::move(tree));
    });
}

void LayersView::Parts::showTree(std::shared_ptr<const FileTree> tree)
{
    const QString current = m_currentPath;
    const QSet<QString> open = m_expanded;
    if (tree)
        m_files.setTree(std::move(tree));
    describeCounts();
    const FileTree* shown = m_files.tree();
    if (!shown)
        return;
    // What was open stays open; a short tree, or one that a filter made short, opens wholly.
    const QSignalBlocker quiet(m_tree);
    const bool small = shown->nodes().size() < 60 || (m_files.filtering() && m_files.matches() < 300);
    if (small)
        m_tree->expandAll();
    for (const QString& path : open) {
        const QModelIndex index = m_files.indexOf(shown->find(path.toStdString()));
        if (index.isValid())
            m_tree->expand(index);
    }
    m_expanded = open;
    const QModelIndex index = current.isEmpty() ? QModelIndex() : m_files.indexOf(shown->find(current.toStdString()));
    if (index.isValid()) {
        m_tree->setCurrentIndex(index);
        m_tree->scrollTo(index);
    }
    fileChosen();
}

void LayersView::Parts::applyFilter()
{
    const bool valid = m_files.setFilter(m_filter->text());
    m_filter->setToolTip(valid ? QString() : LayersView::tr("This is no regular expression."));
    setLook(m_filter, valid ? "" : "failed");
    if (valid)
        showTree({});
}

void LayersView::Parts::fileChosen()
{
    const QModelIndex index = m_tree->currentIndex();
    const FileTree* tree = m_files.tree();
    if (!index.isValid() || !tree) {
        m_details->clear();
        return;
    }
    const FileTree::Node& node = tree->node(index.data(FileTreeModel::NodeRole).toInt());
    const std::string path = tree->path(index.data(FileTreeModel::NodeRole).toInt());
    std::vector<FileDetails::Touch> touches;
    for (const auto& layer : m_read) {
        // Paths come sorted from the engine, but nothing depends on it: a look at each is a few milliseconds.
        for (const model::FileChange& file : layer->files) {
            if (trimmedPath(file.path) != std::string_view(path).substr(1))
                continue;
            const auto change = file.change == "removed" ? FileTree::Change::Removed
                : file.change == "added"                 ? FileTree::Change::Added
                                                         : FileTree::Change::Changed;
            touches.push_back({ layer->index, instructionOf(layer->index), change, file.size });
            break;
        }
    }
    const QString writtenBy = node.layer < 0 ? QString() : QStringLiteral("%1 · %2").arg(node.layer).arg(instructionOf(node.layer));
    m_details->showFile(QString::fromStdString(path), node, writtenBy, std::move(touches));
}

void LayersView::Parts::goTo(qint64 layer, const QString& path)
{
    for (int row = 0; row < m_layers.rowCount(); ++row) {
        const QModelIndex index = m_layers.index(row);
        if (index.data(LayerModel::IndexRole).toLongLong() != layer)
            continue;
        m_currentPath = path;
        // Its parents open with it.
        for (qsizetype slash = path.indexOf(u'/', 1); slash > 0; slash = path.indexOf(u'/', slash + 1))
            m_expanded.insert(path.left(slash));
        if (m_list->currentIndex() == index)
            rebuildTree();
        else
            m_list->setCurrentIndex(index);
    }
}

void LayersView::Parts::contextMenu(const QPoint& at)
{
    const QModelIndex index = m_tree->indexAt(at);
    if (!index.isValid())
        return;
    auto* menu = new QMenu(m_tree);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString path = index.data(FileTreeModel::PathRole).toString();
    menu->addAction(m_theme.icon(QStringLiteral("copy")), LayersView::tr("Copy the path"), this, [path] { QApplication::clipboard()->setText(path); });
    menu->addAction(LayersView::tr("Expand all beneath"), this, [this, index = QPersistentModelIndex(index)] { m_tree->expandRecursively(index, 6); });
    menu->addAction(LayersView::tr("Collapse everything"), this, [this] {
        m_expanded.clear();
        m_tree->collapseAll();
    });
    menu->popup(m_tree->viewport()->mapToGlobal(at));
}

LayersView::LayersView(const PageContext& context, EngineClient& client, QWidget* parent)
    : ImageViewer(parent)
    , m(std::make_unique<Parts>(*this, context, client))
{
}

LayersView::~LayersView() = default;

void LayersView::showImage(const QString& reference, const QString& id)
{
    m->show(reference, id);
}

void LayersView::clear()
{
    m->clear();
}

} // namespace darsena::gui
