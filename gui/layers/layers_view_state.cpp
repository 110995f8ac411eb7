// SPDX-License-Identifier: GPL-3.0-or-later
// What the layer viewer shows: from what is chosen to a state of the image, and from that, in a worker, to a content.
#include "core/layers/dive.h"
#include "gui/base/text.h"
#include "gui/layers/compare_bar.h"
#include "gui/layers/file_details.h"
#include "gui/layers/file_tree_pane.h"
#include "gui/layers/layer_figures.h"
#include "gui/layers/layer_list_pane.h"
#include "gui/layers/layer_side.h"
#include "gui/layers/layers_view_parts.h"
#include "gui/layers/side_panes.h"
#include "gui/layers/sizes/size_pane.h"
#include "gui/layers/tree_toolbar.h"
#include "gui/layers/waste/waste_pane.h"
#include "gui/models/path_history.h"
#include "gui/widgets/empty_state.h"

#include <QDateTime>
#include <QFileDialog>
#include <QInputDialog>
#include <QLocale>
#include <QMenu>
#include <QStackedWidget>

#include <algorithm>
#include <utility>

namespace darsena::gui {

namespace {

/// The steps of an image's history. One that says nothing of its layers, or says it wrongly, gets a step per layer.
std::vector<LayerListModel::Row> stepsOf(const layers::SourceImage& image)
{
    std::vector<LayerListModel::Row> rows;
    int layer = 0;
    const auto add = [&](LayerListModel::Row row) {
        const auto at = static_cast<std::size_t>(layer);
        row.layer = layer++;
        row.diffId = toQString(image.layers[at].diffId.text());
        row.stored = static_cast<qint64>(image.layers[at].storedBytes);
        rows.push_back(std::move(row));
    };
    const auto count = static_cast<int>(image.layers.size());
    for (const oci::HistoryEntry& entry : image.config.history) {
        LayerListModel::Row row;
        row.createdBy = toQString(entry.createdBy);
        row.comment = toQString(entry.comment);
        row.author = toQString(entry.author);
        row.created = QDateTime::fromString(toQString(entry.created), Qt::ISODateWithMs);
        if (entry.emptyLayer)
            rows.push_back(std::move(row));
        else if (layer < count)
            add(std::move(row));
    }
    while (layer < count)
        add({ .createdBy = toQString(image.layers[static_cast<std::size_t>(layer)].where) });
    return rows;
}

} // namespace

bool LayersView::Parts::comparesImages() const
{
    return m_comparison && m_files->toolbar()->scope() == TreeToolbar::Compared;
}

void LayersView::Parts::clear()
{
    m_job.cancel();
    m_scoreJob.cancel();
    stopComparing();
    m_panes->setState({});
    m_session.reset();
    m_state = {};
    m_stateView.reset();
    m_content.reset();
    m_files->forget();
    m_files->showContent({});
    m_files->say({});
    m_list->setSteps({});
    m_lines->setHistory({});
    m_waste->showWaste({}, {});
    m_sizes->setData({}, {});
    m_figures->forget();
    m_figures->done();
}

void LayersView::Parts::open(const ImageOrigin& origin)
{
    m_figures->setName(origin.kind == ImageOrigin::Kind::Engine && origin.name != shortId(origin.reference)
            ? origin.title() + QStringLiteral("   ") + shortId(origin.reference)
            : origin.title());
    if (m_session && m_session->origin().samePlace(origin) && !origin.choice)
        return;
    clear();
    m_stack->setCurrentIndex(0);
    m_figures->setProgress(LayersView::tr("Reading the layers…"), 0, 0);
    m_session = std::make_unique<ImageSession>(origin, m_loaders->make(origin));
    connectSession();
    m_session->start();
}

void LayersView::Parts::described()
{
    m_figures->setChoices(m_session->loader()->choices(), m_session->image().config.platform);
    m_list->setSteps(stepsOf(m_session->image()));
    m_follow = true;
    QStringList names;
    for (int layer = 0; layer < m_list->model().layerCount(); ++layer)
        names << m_list->model().instructionOfLayer(layer);
    m_sizes->setLayerNames(names);
    std::vector<dockerfile::HistoryEntry> history;
    const auto& origins = m_session->loader()->origins();
    for (const oci::HistoryEntry& entry : m_session->image().config.history) {
        const std::size_t n = history.size();
        const int told = n < origins.size() && origins[n] ? origins[n]->line : 0;
        history.push_back({ .createdBy = entry.createdBy, .emptyLayer = entry.emptyLayer, .line = static_cast<std::uint32_t>(told) });
    }
    m_lines->setHistory(std::move(history));
    // Of an engine's image the id is what it was asked by; not every loader tells it again.
    const ImageOrigin& origin = m_session->origin();
    m_waste->setImage(origin.kind == ImageOrigin::Kind::Engine ? origin.reference : toQString(m_session->image().id.text()));
    if (m_session->layerCount() == 0)
        m_files->say(LayersView::tr("This image has no layers: it is configuration only."));
}

void LayersView::Parts::followReading()
{
    int top = m_session->layerCount() - 1;
    while (top >= 0 && !m_session->hasUpTo(top))
        --top;
    if (!m_follow || top < 0)
        return;
    m_following = true;
    m_list->chooseLayer(top);
    m_following = false;
    m_follow = !m_session->isComplete();
}

void LayersView::Parts::chooseWantedLine()
{
    if (m_wantedLine == 0 || !m_session || !m_session->isDescribed() || !m_lines->ready())
        return;
    const int line = std::exchange(m_wantedLine, 0);
    const int layer = m_lines->layerOfLine(line);
    if (layer >= 0)
        m_list->chooseLayer(layer);
    else
        m_context.navigator.notify(LayersView::tr("No layer of this image comes from line %1.").arg(line));
}

void LayersView::Parts::analysed()
{
    const auto& analysis = m_session->analysis();
    std::vector<qint64> hidden;
    for (const layers::LayerFigures& figures : analysis->layers)
        hidden.push_back(static_cast<qint64>(figures.storedBytes - figures.visibleBytes));
    m_list->model().setHidden(hidden);
    m_figures->setAnalysis(analysis);
    m_waste->showWaste(m_session->stack(), analysis);
    showPictures();
    m_scoreJob.start([stack = m_session->stack()] { return layers::diveScore(*stack).efficiency; },
        [this](double score) { m_figures->setDiveScore(score); });
}

void LayersView::Parts::failed(const Error& error)
{
    m_figures->done();
    if (m_session->stack()) {
        m_figures->say(LayersView::tr("Not all layers could be read: %1").arg(errorSentence(error)));
        return;
    }
    if (m_session->origin().kind == ImageOrigin::Kind::Engine && error.code() == ErrorCode::Unsupported)
        fail(LayersView::tr("This engine does not show the inside of layers"),
            LayersView::tr("Darsena's own engine keeps an index of each layer's files. Load the image there to look into it."));
    else
        fail(LayersView::tr("The layers of %1 could not be read").arg(m_session->origin().title()), errorSentence(error));
    m_session.release()->deleteLater(); // so that opening it again reads again; its signal leads here
}

std::optional<LayersView::Parts::State> LayersView::Parts::wantedState()
{
    const TreeToolbar& tools = *m_files->toolbar();
    const bool comparing = tools.scope() == TreeToolbar::Compared;
    m_files->compareBar()->setVisible(comparing);
    const int layer = m_list->layer();
    if (!m_session || layer < 0)
        return {};
    if (!m_session->hasUpTo(layer)) {
        m_files->say(LayersView::tr("Reading the layers up to this one…"));
        return {};
    }
    const auto to = static_cast<std::size_t>(layer);
    if (!comparing)
        return State { m_session->stack(), { to, to }, layers::Strictness::Everything, m_list->isOnEmptyStep() && tools.scope() == TreeToolbar::OnlyLayer };
    const auto strictness = m_files->compareBar()->ignoresTimes() ? layers::Strictness::Semantic : layers::Strictness::Everything;
    if (m_comparison) {
        m_comparison->compare(m_session->stack(), to + 1, strictness);
        describeComparison();
        if (!m_comparison->stack())
            return {};
        return State { m_comparison->stack(), { 1, 1 }, strictness, false };
    }
    describeComparison(m_base >= layer ? LayersView::tr("choose a layer above it") : QString());
    return State { m_session->stack(), { std::min(static_cast<std::size_t>(m_base) + 1, to), to }, strictness, m_base >= layer };
}

void LayersView::Parts::refresh()
{
    if (const std::optional<State> state = wantedState())
        show(*state);
    else if (m_content && (m_files->toolbar()->scope() == TreeToolbar::Compared || !m_session)) {
        m_content.reset();
        m_panes->setState({});
        m_files->showContent({});
    }
}

void LayersView::Parts::show(State state)
{
    struct Made {
        std::shared_ptr<const layers::View> view;
        std::shared_ptr<const LayerTreeContent> content;
    };
    const auto known = state == m_state ? m_stateView : nullptr;
    layers::Criteria criteria = m_files->toolbar()->criteria();
    if (state.nothing)
        criteria.same = criteria.added = criteria.changed = criteria.removed = false;
    m_job.start(
        [state, known, criteria](std::stop_token stop) {
            Made made;
            made.view = known ? known : std::make_shared<const layers::View>(layers::View::of(*state.stack, state.range, state.strictness));
            made.content = LayerTreeContent::make(state.stack, made.view, criteria, stop);
            return made;
        },
        [this, state](const Made& made) {
            m_state = state;
            m_stateView = made.view;
            m_content = made.content;
            showPanes();
            m_files->showContent(m_content);
            showPictures();
            sayPaths();
        });
}

void LayersView::Parts::sayPaths()
{
    if (!m_content)
        return;
    if (m_state.nothing && m_list->isOnEmptyStep())
        m_files->say(LayersView::tr("This step changes the image's configuration and no file."));
    else if (m_content->matches() == 0)
        m_files->say(m_files->toolbar()->filtersPaths() ? LayersView::tr("No file passes the filters.") : LayersView::tr("Nothing differs."));
    else if (m_content->selection)
        m_files->say(LayersView::tr("%1 of %Ln path(s)", nullptr, static_cast<int>(m_content->all())).arg(QLocale().toString(m_content->matches())));
    else
        m_files->say(LayersView::tr("%Ln path(s)", nullptr, static_cast<int>(m_content->all())));
}

void LayersView::Parts::showPictures()
{
    if (m_files->picture() != m_sizes)
        return;
    if (!m_content)
        return m_sizes->setData({}, {});
    const bool same = m_session && m_content->stack == m_session->stack();
    m_sizes->setData(m_content->stack, m_content->view, m_content->selection, same ? m_session->analysis() : nullptr);
    m_sizes->setCurrent(m_files->currentNode());
}

void LayersView::Parts::showPanes()
{
    const auto count = static_cast<std::size_t>(std::max(0, m_list->layer() + 1));
    SidePanes::State state { m_content, { m_session->loader(), m_session->stack(), count, m_session->origin().title() }, {} };
    if (m_comparison && m_content->stack == m_comparison->stack()) {
        ImageSession& other = m_comparison->other();
        state.other = { other.loader(), other.stack(), other.stack()->layerCount(), other.origin().title() };
    }
    m_panes->setState(state);
}

void LayersView::Parts::fileChosen(NodeId node)
{
    const auto& content = m_files->model().content();
    if (!content || node == layers::Stack::none)
        m_details->clear();
    else
        m_details->showFile(content, node, comparesImages() ? nullptr : &m_list->model());
    m_panes->setCurrent(node);
    m_sizes->setCurrent(node);
    m_extract->setEnabled(node != layers::Stack::none);
}

void LayersView::Parts::goTo(int layer, const QString& path)
{
    if (comparesImages())
        stopComparing();
    m_files->goTo(path);
    m_list->chooseLayer(layer);
    m_side->showTab(m_details);
}

void LayersView::Parts::onlyTouching(NodeId node)
{
    if (!m_session || !m_content || m_content->stack != m_session->stack())
        return;
    QSet<int> touching;
    for (const PathTouch& touch : pathHistory(*m_content->stack, node))
        touching.insert(touch.layer);
    m_list->showOnlyTouching(u'/' + toQString(m_content->stack->node(node).path), touching);
}

void LayersView::Parts::compareMenu(QMenu& menu)
{
    const LayerListModel& model = m_list->model();
    const int top = m_list->layer();
    for (int layer = 0; layer < std::max(1, top) && layer < model.layerCount(); ++layer) {
        const QString text = LayersView::tr("Layer %1 · %2").arg(layer).arg(menu.fontMetrics().elidedText(model.instructionOfLayer(layer), Qt::ElideRight, 320));
        QAction* action = menu.addAction(QString(text).replace(u'&', QStringLiteral("&&")), this, [this, layer] { compareWithLayer(layer); });
        action->setCheckable(true);
        action->setChecked(!m_comparison && layer == m_base);
    }
    menu.addSeparator();
    menu.addAction(LayersView::tr("Another image of the engine…"), this, [this] { askForImage(ImageOrigin::Kind::Engine); })
        ->setEnabled(m_loaders->can(ImageOrigin::Kind::Engine));
    menu.addAction(LayersView::tr("The image of an archive…"), this, [this] { askForImage(ImageOrigin::Kind::Archive); })
        ->setEnabled(m_loaders->can(ImageOrigin::Kind::Archive));
    menu.addAction(LayersView::tr("The image of a registry…"), this, [this] { askForImage(ImageOrigin::Kind::Registry); })
        ->setEnabled(m_loaders->can(ImageOrigin::Kind::Registry));
}

void LayersView::Parts::compareWithLayer(int layer)
{
    m_comparison.reset();
    m_base = layer;
    if (m_files->toolbar()->scope() == TreeToolbar::Compared)
        refresh();
    else
        m_files->toolbar()->setScope(TreeToolbar::Compared);
}

void LayersView::Parts::compareWithImage(const ImageOrigin& origin)
{
    m_comparison = std::make_unique<ImageComparison>(origin, m_loaders->make(origin));
    connect(m_comparison.get(), &ImageComparison::compared, this, [this] { refresh(); });
    connect(m_comparison.get(), &ImageComparison::progressed, this, [this](qint64 done, qint64 total) {
        describeComparison(total > 0 ? LayersView::tr("reading, %1 of %2").arg(formatBytes(done), formatBytes(total)) : LayersView::tr("reading…"));
    });
    connect(m_comparison.get(), &ImageComparison::failed, this, [this](const Error& error) { describeComparison(errorSentence(error)); });
    if (m_files->toolbar()->scope() == TreeToolbar::Compared)
        refresh();
    else
        m_files->toolbar()->setScope(TreeToolbar::Compared);
    describeComparison(LayersView::tr("reading…"));
}

void LayersView::Parts::stopComparing()
{
    if (m_comparison)
        m_comparison.release()->deleteLater(); // it may be what leads here
    m_base = 0;
    if (m_files->toolbar()->scope() == TreeToolbar::Compared)
        m_files->toolbar()->setScope(TreeToolbar::AsOfLayer);
}

void LayersView::Parts::describeComparison(const QString& note)
{
    if (!m_session)
        return m_files->compareBar()->describe({}, {});
    const int layer = m_list->layer();
    if (!m_comparison) {
        m_files->compareBar()->describe(LayersView::tr("Layer %1").arg(layer), LayersView::tr("layer %1").arg(m_base), note);
        return;
    }
    const QString title = m_session->origin().title();
    const bool whole = layer == m_session->layerCount() - 1;
    m_files->compareBar()->describe(whole ? title : LayersView::tr("%1 as of layer %2").arg(title).arg(layer), m_comparison->other().origin().title(), note);
}

void LayersView::Parts::askForImage(ImageOrigin::Kind kind)
{
    if (kind == ImageOrigin::Kind::Archive) {
        auto* dialog = new QFileDialog(&m_view, LayersView::tr("Compare with the image of an archive"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
            compareWithImage({ .kind = ImageOrigin::Kind::Archive, .reference = path, .name = path.section(u'/', -1) });
        });
        dialog->open();
        return;
    }
    auto* dialog = new QInputDialog(&m_view);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(QStringLiteral("layers.askForImage"));
    dialog->setWindowTitle(LayersView::tr("Compare with another image"));
    dialog->setLabelText(kind == ImageOrigin::Kind::Engine ? LayersView::tr("Name or ID of an image of the engine:")
                                                           : LayersView::tr("Reference of an image in a registry, such as registry.example.org/team/app:1.2:"));
    connect(dialog, &QInputDialog::textValueSelected, this, [this, kind](const QString& text) {
        if (!text.trimmed().isEmpty())
            compareWithImage({ .kind = kind, .reference = text.trimmed() });
    });
    dialog->open();
}

} // namespace darsena::gui
