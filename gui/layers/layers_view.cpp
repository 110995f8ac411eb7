// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/layers_view.h"

#include "gui/base/text.h"
#include "gui/layers/compare_bar.h"
#include "gui/layers/extraction/extract_dialog.h"
#include "gui/layers/file_details.h"
#include "gui/layers/file_tree_pane.h"
#include "gui/layers/layer_figures.h"
#include "gui/layers/layer_list_pane.h"
#include "gui/layers/layer_side.h"
#include "gui/layers/layers_view_parts.h"
#include "gui/layers/local_keys.h"
#include "gui/layers/side_panes.h"
#include "gui/layers/sizes/size_pane.h"
#include "gui/layers/tree_toolbar.h"
#include "gui/layers/waste/waste_pane.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/splitter.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QListView>
#include <QMenu>
#include <QMimeData>
#include <QStackedWidget>
#include <QTabBar>
#include <QTreeView>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace darsena::gui {

LayersView::Parts::Parts(LayersView& view, const PageContext& context, std::unique_ptr<LoaderFactory> loaders)
    : m_view(view)
    , m_context(context)
    , m_loaders(std::move(loaders))
    , m_job(this)
    , m_scoreJob(this)
    , m_texts(&view)
{
    build();
    makeActions();
    connectPanes();
    connectSide();
    view.setAcceptDrops(m_loaders->can(ImageOrigin::Kind::Archive));
    view.installEventFilter(this);
    m_texts([this] { retranslate(); });
    const int side = std::max(394, m_side->barWidth());
    m_split->restore({ 370, 1384 - 370 - side, side });
}

LayersView::Parts::~Parts() = default;

void LayersView::Parts::build()
{
    const Theme& theme = m_context.theme;
    m_list = new LayerListPane(m_context);
    m_files = new FileTreePane(m_context);
    m_sizes = new SizePane(theme);
    m_files->addPicture(m_sizes);
    m_side = new LayerSide;
    m_details = new FileDetails(theme);
    m_lines = new LayerLines(m_context.navigator.dockerfileDesk(), this);
    m_details->setLines(m_lines);
    m_waste = new WastePane(m_context, *m_lines);
    m_side->addTab(m_details);
    m_side->addTab(m_waste);
    m_panes = new SidePanes(*m_side, theme, this);

    m_split = new Splitter(Qt::Horizontal, m_context.settings, QStringLiteral("layers/main"));
    m_split->addWidget(m_list);
    m_split->addWidget(m_files);
    m_split->addWidget(m_side);
    m_split->setStretchFactor(1, 1);
    // Their tabs hold much that can be narrow; what is widest among it shall not make all of it wide.
    m_list->setMinimumWidth(240);
    m_files->setMinimumWidth(360);
    m_side->setMinimumWidth(260);
    auto* whole = new QWidget;
    auto* wholeColumn = new QVBoxLayout(whole);
    wholeColumn->setContentsMargins(0, 0, 0, 0);
    wholeColumn->setSpacing(0);
    m_figures = new LayerFigures(theme);
    m_figures->addTool(m_files->ways());
    wholeColumn->addWidget(m_figures);
    wholeColumn->addWidget(m_split, 1);
    m_empty = new EmptyState(theme, QStringLiteral("images"));
    m_stack = new QStackedWidget;
    m_stack->addWidget(whole);
    m_stack->addWidget(m_empty);
    auto* column = new QVBoxLayout(&m_view);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack);

    // From the layers one goes on to the files, then to what is known of one; what narrows them comes after.
    QWidget::setTabOrder(m_list->view(), m_files->view());
    QWidget::setTabOrder(m_files->view(), m_side->bar());
}

void LayersView::Parts::makeActions()
{
    const auto make = [this](QKeyCombination key) {
        auto* action = new QAction(this);
        action->setShortcut(QKeySequence(key));
        return action;
    };
    m_toggle = make(Qt::Key_Space);
    m_asOf = make(Qt::CTRL | Qt::Key_L);
    m_aggregated = make(Qt::CTRL | Qt::Key_A);
    m_extract = make(Qt::CTRL | Qt::Key_E);
    m_nextPane = make(Qt::Key_F6);
    connect(m_toggle, &QAction::triggered, m_files, &FileTreePane::toggleCurrent);
    connect(m_asOf, &QAction::triggered, this, [this] { m_files->toolbar()->setScope(TreeToolbar::AsOfLayer); });
    connect(m_aggregated, &QAction::triggered, this, [this] { compareWithLayer(0); });
    connect(m_extract, &QAction::triggered, this, [this] { extract(m_files->currentNode()); });
    connect(m_nextPane, &QAction::triggered, this, [this] {
        QWidget* const panes[] = { m_list->view(), m_files->view(), m_side->bar() };
        const auto* at = std::find_if(std::begin(panes), std::end(panes), [](const QWidget* pane) { return pane->hasFocus(); });
        panes[(at == std::end(panes) ? 0 : at - std::begin(panes) + 1) % 3]->setFocus(Qt::TabFocusReason);
    });

    // Keys as in dive: the same key may mean one thing among the layers and another among the files.
    m_keys = new LocalKeys(this);
    for (QAction* action : { m_asOf, m_aggregated, m_nextPane })
        m_keys->add(m_list->view(), action);
    const TreeToolbar& tools = *m_files->toolbar();
    for (QAction* action : { m_toggle, m_asOf, m_extract, m_nextPane, tools.collapseAll(), tools.expandAll(), tools.sortByName(), tools.attributes(),
             tools.focusFilter() })
        m_keys->add(m_files->view(), action);
    for (int kind = 0; kind < TreeToolbar::KindCount; ++kind)
        m_keys->add(m_files->view(), tools.kindAction(static_cast<TreeToolbar::Kind>(kind)));
    m_keys->add(m_list->view(), tools.focusFilter());
    m_keys->add(m_side->bar(), m_nextPane);
}

QList<QAction*> LayersView::Parts::commands() const
{
    const TreeToolbar& tools = *m_files->toolbar();
    QList<QAction*> all { m_asOf, m_aggregated, tools.focusFilter(), tools.sortByName(), tools.attributes(), m_toggle, tools.collapseAll(), tools.expandAll(),
        m_extract, m_nextPane };
    for (int kind = 0; kind < TreeToolbar::KindCount; ++kind)
        all << tools.kindAction(static_cast<TreeToolbar::Kind>(kind));
    return all;
}

void LayersView::Parts::connectSession()
{
    ImageSession* session = m_session.get();
    connect(session, &ImageSession::described, this, [this] { described(); });
    connect(session, &ImageSession::layerRead, this, [this](int layer) {
        const auto& index = m_session->loader()->indexes()[static_cast<std::size_t>(layer)];
        m_list->model().setRead(layer, static_cast<qint64>(index->sums().bytes), static_cast<int>(index->sums().files));
        const auto& facts = m_session->loader()->facts();
        if (static_cast<std::size_t>(layer) < facts.size() && facts[static_cast<std::size_t>(layer)].storedBytes > 0)
            m_list->model().setStored(layer, static_cast<qint64>(facts[static_cast<std::size_t>(layer)].storedBytes));
        m_figures->setSize(m_list->model().totalBytes());
    });
    connect(session, &ImageSession::progressed, this, [this](qint64 done, qint64 total) {
        m_figures->setProgress(LayersView::tr("Reading the layers…"), done, total);
    });
    connect(session, &ImageSession::stacked, this, [this] {
        followReading();
        refresh();
    });
    connect(session, &ImageSession::analysed, this, [this] { analysed(); });
    connect(session, &ImageSession::ended, m_figures, &LayerFigures::done);
    connect(session, &ImageSession::failed, this, [this](const Error& error) { failed(error); });
}

void LayersView::Parts::connectPanes()
{
    connect(m_figures, &LayerFigures::cancelled, this, [this] {
        if (m_session)
            m_session->stop();
        m_figures->say(LayersView::tr("Reading was cancelled; what has come stays."));
    });
    connect(m_figures, &LayerFigures::choiceMade, this, [this](const layers::SourceChoice& choice) {
        ImageOrigin origin = m_session->origin();
        origin.choice = choice;
        clear();
        open(origin);
    });
    connect(m_list, &LayerListPane::chosen, this, [this] {
        m_follow = m_follow && m_following;
        refresh();
    });
    const TreeToolbar* tools = m_files->toolbar();
    connect(tools, &TreeToolbar::scopeChanged, this, [this] { refresh(); });
    connect(tools, &TreeToolbar::changed, this, [this] { refresh(); });
    const CompareBar* compare = m_files->compareBar();
    connect(compare, &CompareBar::menuRequested, this, [this] { compareMenu(*m_files->compareBar()->menu()); });
    connect(compare, &CompareBar::ignoreTimesChanged, this, [this] { refresh(); });
    connect(compare, &CompareBar::closed, this, [this] { stopComparing(); });
    connect(m_files, &FileTreePane::menuRequested, this, [this](const QPoint& at, NodeId node) { fileMenu(at, node); });
    connect(m_files, &FileTreePane::pictureChanged, this, [this] { showPictures(); });
}

void LayersView::Parts::connectSide()
{
    connect(m_files, &FileTreePane::chosen, this, [this](NodeId node) { fileChosen(node); });
    connect(m_sizes, &SizePane::chosen, this, [this](NodeId node) {
        if (m_content && node < m_content->stack->nodes().size())
            m_files->goTo(u'/' + toQString(m_content->stack->node(node).path));
    });
    connect(m_sizes, &SizePane::layerChosen, m_list, &LayerListPane::chooseLayer);
    connect(m_panes, &SidePanes::pathChosen, m_files, &FileTreePane::goTo);
    connect(m_panes, &SidePanes::extractWanted, this, [this](NodeId node) { extract(node); });
    connect(m_details, &FileDetails::layerChosen, this, [this](int layer) { goTo(layer, m_files->currentPath()); });
    connect(m_details, &FileDetails::onlyTouching, this, [this](NodeId node) { onlyTouching(node); });
    connect(m_lines, &LayerLines::changed, this, [this] { chooseWantedLine(); });
    connect(m_details, &FileDetails::lineChosen, this, [this](int line) { m_context.navigator.openDockerfile(m_lines->text().path, line); });
    connect(m_waste, &WastePane::chosen, this, [this](int layer, const QString& path) { goTo(layer, path); });
}

void LayersView::Parts::showLayerOfLine(int line)
{
    m_wantedLine = line;
    chooseWantedLine();
}

void LayersView::Parts::retranslate()
{
    m_toggle->setText(LayersView::tr("Open or close a directory"));
    m_asOf->setText(LayersView::tr("Files as of this layer"));
    m_aggregated->setText(LayersView::tr("All changes since the base layer"));
    m_extract->setText(LayersView::tr("Extract…"));
    m_nextPane->setText(LayersView::tr("Next part: layers, files, details"));
    m_side->setTitle(m_details, LayersView::tr("File"));
    m_side->setTitle(m_waste, LayersView::tr("Waste"));
    m_side->bar()->setAccessibleName(LayersView::tr("Details"));
    m_details->setAccessibleName(LayersView::tr("The file chosen"));
    m_waste->setAccessibleName(LayersView::tr("Waste"));
    //: A way to look at files: what takes the space, as a picture.
    m_files->setPictureTitle(m_sizes, LayersView::tr("Sizes"));
    m_sizes->setAccessibleName(LayersView::tr("Sizes"));
    describeComparison();
    sayPaths();
}

void LayersView::Parts::fail(const QString& title, const QString& sentence)
{
    m_empty->setTexts(title, sentence);
    m_stack->setCurrentIndex(1);
}

void LayersView::Parts::fileMenu(const QPoint& at, NodeId node)
{
    auto* menu = new QMenu(&m_view);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString path = u'/' + toQString(m_content->stack->node(node).path);
    menu->addAction(m_context.theme.icon(QStringLiteral("copy")), LayersView::tr("Copy the path"), this, [path] { QApplication::clipboard()->setText(path); });
    menu->addAction(LayersView::tr("List only layers that touch it"), this, [this, node] { onlyTouching(node); })->setEnabled(!comparesImages());
    menu->addSeparator();
    const bool can = m_session && m_session->loader() && !comparesImages();
    menu->addAction(m_extract->text(), this, [this, node] { extract(node); })->setEnabled(can);
    menu->addSeparator();
    menu->addActions({ m_files->toolbar()->expandAll(), m_files->toolbar()->collapseAll() });
    menu->popup(at);
}

void LayersView::Parts::extract(NodeId node)
{
    if (!m_session || !m_session->loader() || !m_content || m_content->stack != m_session->stack() || node >= m_content->stack->nodes().size())
        return;
    const layers::IndexEntry* entry = m_content->entry(node);
    const layers::View::Cell& cell = m_content->view->cell(node);
    ExtractDialog::Subject subject;
    subject.layer = m_content->view->range().to;
    // What this layer removed is as the one below has it.
    if (cell.mark == layers::Mark::Removed && m_content->view->range().from > 0)
        subject.layer = m_content->view->range().from - 1;
    subject.path = toQString(m_content->stack->node(node).path);
    subject.isFile = entry && entry->type == layers::EntryType::File;
    subject.name = m_session->origin().title();
    subject.bytes = static_cast<qint64>(std::max(cell.bytes, cell.removedBytes));
    auto* dialog = new ExtractDialog(m_context.theme, m_context.navigator, m_session->loader(), subject, &m_view);
    dialog->open();
}

bool LayersView::Parts::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::DragEnter && event->type() != QEvent::Drop)
        return QObject::eventFilter(watched, event);
    auto* drop = static_cast<QDropEvent*>(event);
    const QList<QUrl> urls = drop->mimeData()->urls();
    if (urls.size() != 1 || !urls.first().isLocalFile())
        return false;
    drop->acceptProposedAction();
    if (event->type() == QEvent::Drop)
        m_view.openArchive(urls.first().toLocalFile());
    return true;
}

LayersView::LayersView(const PageContext& context, std::unique_ptr<LoaderFactory> loaders, QWidget* parent)
    : ImageViewer(parent)
    , m(std::make_unique<Parts>(*this, context, std::move(loaders)))
{
}

LayersView::~LayersView() = default;

void LayersView::showImage(const QString& reference, const QString& id)
{
    m->open({ .kind = ImageOrigin::Kind::Engine, .reference = id, .name = reference == id ? shortId(id) : reference });
}

void LayersView::clear()
{
    m->clear();
}

QList<QAction*> LayersView::commands() const
{
    return m->commands();
}

bool LayersView::canOpenArchives() const
{
    return m->loaders().can(ImageOrigin::Kind::Archive);
}

bool LayersView::canOpenRegistries() const
{
    return m->loaders().can(ImageOrigin::Kind::Registry);
}

void LayersView::openArchive(const QString& path)
{
    if (!canOpenArchives())
        return;
    const QString name = path.section(u'/', -1, -1, QString::SectionSkipEmpty);
    m->open({ .kind = ImageOrigin::Kind::Archive, .reference = path, .name = name });
    Q_EMIT opened(name);
}

void LayersView::openFromRegistry(const QString& reference)
{
    if (!canOpenRegistries())
        return;
    m->open({ .kind = ImageOrigin::Kind::Registry, .reference = reference });
    Q_EMIT opened(reference);
}

void LayersView::showLayerOfLine(int line)
{
    m->showLayerOfLine(line);
}

void LayersView::open(const ImageOrigin& origin)
{
    m->open(origin);
}

} // namespace darsena::gui
