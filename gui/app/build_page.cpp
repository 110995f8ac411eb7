// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/build_page.h"

#include "gui/app/build_assist.h"
#include "gui/app/build_desk.h"
#include "gui/app/build_files.h"
#include "gui/app/build_notes.h"
#include "gui/app/status_strip.h"
#include "gui/base/text.h"
#include "gui/editor/dockerfile_editor.h"
#include "gui/editor/editor_tabs.h"
#include "gui/editor/outline_view.h"
#include "gui/editor/project_tree.h"
#include "gui/graph/graph_export.h"
#include "gui/graph/graph_view.h"
#include "gui/panels/builds/build_log_model.h"
#include "gui/panels/builds/build_log_view.h"
#include "gui/panels/builds/context_view.h"
#include "gui/panels/builds/problems_panel.h"
#include "gui/panels/builds/problems_view.h"
#include "gui/panels/builds/step_panel.h"
#include "gui/panels/builds/timeline_view.h"
#include "gui/settings/settings.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/looks.h"
#include "gui/widgets/splitter.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>

namespace darsena::gui {

BuildPage::BuildPage(PageContext context, EngineClient& engine, StatusStrip& status, QWidget* parent)
    : Page(PageId::Build, parent)
    , m_context(context)
    , m_engine(engine)
    , m_status(status)
    , m_runner(new BuildRunner(engine, this))
    , m_analyser(new Analyser(this))
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(context.theme, QStringLiteral("dockerfile"), this))
    , m_editors(new EditorTabs(context, this))
    , m_files(new BuildFiles(context, *m_editors, this))
    , m_target(new QComboBox(this))
    , m_texts(this)
{
    makeCommands();

    setLook(m_target, "quiet");
    m_target->setObjectName(QStringLiteral("build.target"));
    m_target->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_editors->cornerLayout()->addWidget(m_target);
    m_editors->newMenu()->addAction(m_openProject);

    auto* upper = new Splitter(Qt::Horizontal, context.settings, QStringLiteral("build/columns"), this);
    upper->addWidget(m_files->sideBar());
    upper->addWidget(m_editors);
    upper->addWidget(makeGraphSide());
    upper->setStretchFactor(0, 0);
    upper->setStretchFactor(1, 1);
    upper->setStretchFactor(2, 1);
    upper->restore({ 190, 654, 540 });
    auto* main = new Splitter(Qt::Vertical, context.settings, QStringLiteral("build/main"), this);
    main->addWidget(upper);
    main->addWidget(makeBottom());
    main->setStretchFactor(0, 3);
    main->setStretchFactor(1, 1);
    main->restore({ 600, 220 });
    m_editors->setMinimumWidth(280);

    m_stack->addWidget(m_empty);
    m_stack->addWidget(main);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_stack);

    m_assist = new BuildAssist(context, m_engine, *m_editors, this);
    m_desk = new BuildDesk(*m_editors, *m_runner, m_engine,
        { .startBuild = [this] { startBuild(); }, .target = [this] { return m_target->currentData().toString(); } }, this);
    connectParts();
    m_texts([this] {
        m_openProject->setText(tr("Open a project"));
        m_buildAction->setText(tr("Build", "verb"));
        m_buildNoCache->setText(tr("Build without the cache"));
        m_cancelAction->setText(tr("Stop the build"));
        m_nextProblem->setText(tr("Next problem"));
        m_previousProblem->setText(tr("Previous problem"));
        m_fit->setText(tr("Fit the graph"));
        m_export->setText(tr("Save the graph as a picture…"));
        m_zoomIn->setText(tr("Enlarge the graph"));
        m_zoomOut->setText(tr("Shrink the graph"));
        m_showLog->setText(tr("Show the log"));
        m_showTimeline->setText(tr("Show the timeline"));
        m_showProblems->setText(tr("Show the problems"));
        m_showContext->setText(tr("Show the build context"));
        m_focusEditor->setText(tr("Go to the editor"));
        m_focusGraph->setText(tr("Go to the graph"));
        m_showLayer->setText(tr("Files of this line's layer"));
        m_empty->setTexts(tr("Open a Dockerfile"),
            tr("Darsena shows its stages as you type, builds it, and looks into what came out. Choose a folder with a "
               "Dockerfile in it."));
        m_empty->setButton(tr("Open a project…"));
        m_empty->setSecondButton(tr("New Dockerfile from a template…"));
        m_graphTitle->setText(tr("Stages"));
        m_target->setAccessibleName(tr("Stage to build"));
        m_target->setToolTip(tr("The stage to build"));
        m_tag->setAccessibleName(tr("Name of the image"));
        m_tag->setToolTip(tr("The name that the image gets"));
        m_tag->setPlaceholderText(tr("name of the image"));
        m_tabs->setAccessibleName(tr("Build panels"));
        m_log->setAccessibleName(tr("Log"));
        m_timeline->setAccessibleName(tr("Timeline"));
        m_openImage->setText(tr("Open image"));
        m_runImage->setText(tr("Run"));
        fillTargets();
        updateTabs();
        updateBuildButton();
        updateNotes();
    });
    showStep();
}

BuildPage::~BuildPage() = default;

void BuildPage::makeCommands()
{
    const auto command = [this](const QKeySequence& key, auto slot) {
        auto* action = new QAction(this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, slot);
        addAction(action);
        return action;
    };
    m_openProject = command(QKeySequence::Open, &BuildPage::askOpen);
    m_buildAction = command(Qt::CTRL | Qt::Key_B, &BuildPage::startBuild);
    m_buildNoCache = command(Qt::CTRL | Qt::SHIFT | Qt::Key_B, &BuildPage::startBuild);
    m_cancelAction = command(Qt::CTRL | Qt::SHIFT | Qt::Key_X, [this] { m_runner->cancel(); });
    m_nextProblem = command(Qt::Key_F8, [this] {
        if (m_editors->dockerfile())
            m_editors->dockerfile()->goToProblem(true);
    });
    m_previousProblem = command(Qt::SHIFT | Qt::Key_F8, [this] {
        if (m_editors->dockerfile())
            m_editors->dockerfile()->goToProblem(false);
    });
    m_fit = command(Qt::CTRL | Qt::Key_0, [this] { m_graph->fit(); });
    m_export = command({}, [this] {
        auto* menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        fillExportMenu(
            menu, this, [this] { return m_graph->model(); }, [this] { return m_context.theme.tokens().dark; },
            [this](const QString& sentence) { m_context.navigator.notify(sentence); });
        menu->popup(m_graph->mapToGlobal(QPoint(m_graph->width() - menu->sizeHint().width() - space::S, space::XS)));
    });
    m_zoomIn = command(Qt::CTRL | Qt::Key_Plus, [this] { m_graph->zoomIn(); });
    m_zoomOut = command(Qt::CTRL | Qt::Key_Minus, [this] { m_graph->zoomOut(); });
    m_showLog = command(Qt::ALT | Qt::Key_1, [this] { m_tabs->setCurrentIndex(LogTab); });
    m_showTimeline = command(Qt::ALT | Qt::Key_2, [this] { m_tabs->setCurrentIndex(TimelineTab); });
    m_showProblems = command(Qt::ALT | Qt::Key_3, &BuildPage::showProblems);
    m_showContext = command(Qt::ALT | Qt::Key_4, [this] { m_tabs->setCurrentIndex(ContextTab); });
    m_focusEditor = command(Qt::CTRL | Qt::Key_E, [this] {
        if (CodeEditor* editor = m_editors->currentEditor())
            editor->setFocus();
    });
    m_focusGraph = command(Qt::CTRL | Qt::SHIFT | Qt::Key_G, [this] { m_graph->setFocus(); });
    m_showLayer = command(Qt::CTRL | Qt::ALT | Qt::Key_L, &BuildPage::showLayer);
    for (QAction* action : { m_editors->openAction(), m_editors->saveAction(), m_editors->closeAction() }) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    }
    m_fit->setIcon(m_context.theme.icon(QStringLiteral("fit"), Theme::Ink::Muted));
    m_export->setIcon(m_context.theme.icon(QStringLiteral("save"), Theme::Ink::Muted));
    m_zoomIn->setIcon(m_context.theme.icon(QStringLiteral("plus"), Theme::Ink::Muted));
    m_zoomOut->setIcon(m_context.theme.icon(QStringLiteral("minus"), Theme::Ink::Muted));
}

QList<QAction*> BuildPage::commands() const
{
    const QList<QAction*> first { m_buildAction, m_buildNoCache, m_cancelAction, m_openProject };
    const QList<QAction*> last { m_showLayer, m_nextProblem, m_previousProblem, m_focusEditor, m_focusGraph, m_fit, m_export, m_zoomIn,
        m_zoomOut, m_showLog, m_showTimeline, m_showProblems, m_showContext };
    return first + m_files->commands() + m_editors->commands() + m_assist->commands() + last;
}

QWidget* BuildPage::makeGraphSide()
{
    auto* side = new Splitter(Qt::Vertical, m_context.settings, QStringLiteral("build/graph"), this);
    auto* upper = new QWidget(side);
    auto* header = new QWidget(upper);
    setLook(header, "bar");
    header->setFixedHeight(metric::TabBar);
    m_graphTitle = makeLabel({}, "strong", header);
    m_zoom = makeLabel({}, "small", header);
    m_zoom->setMinimumWidth(40);
    m_zoom->setAlignment(Qt::AlignCenter);
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(space::L, 0, space::S, 0);
    row->setSpacing(2);
    row->addWidget(m_graphTitle);
    row->addStretch(1);
    row->addWidget(makeIconButton(m_export, header));
    row->addWidget(makeIconButton(m_fit, header));
    row->addWidget(makeIconButton(m_zoomOut, header));
    row->addWidget(m_zoom);
    row->addWidget(makeIconButton(m_zoomIn, header));
    m_graph = new GraphView(m_context.theme, upper);
    // Their keys are the graph's while it has the keyboard; the text has the same ones.
    for (QAction* action : { m_fit, m_zoomIn, m_zoomOut }) {
        removeAction(action);
        upper->addAction(action);
    }
    auto* column = new QVBoxLayout(upper);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header);
    column->addWidget(m_graph, 1);
    m_step = new StepPanel(m_context.theme, side);
    side->addWidget(upper);
    side->addWidget(m_step);
    side->setStretchFactor(0, 1);
    side->setStretchFactor(1, 0);
    side->restore({ 460, 120 });
    return side;
}

QWidget* BuildPage::makeBottom()
{
    auto* bottom = new QWidget(this);
    auto* header = new QWidget(bottom);
    setLook(header, "bar");
    header->setFixedHeight(metric::TabBar + space::S);
    m_tabs = new QTabBar(header);
    m_tabs->setObjectName(QStringLiteral("build.panels"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    for (int i = 0; i < 4; ++i)
        m_tabs->addTab({});
    m_summary = makeLabel({}, "small", header);
    m_summary->setObjectName(QStringLiteral("build.summary"));
    m_tag = new QLineEdit(header);
    m_tag->setObjectName(QStringLiteral("build.tag"));
    m_tag->setFont(m_context.theme.monospace(12));
    m_tag->setMinimumWidth(150);
    m_tag->setMaximumWidth(220);
    m_openImage = makeButton({}, m_context.theme.icon(QStringLiteral("images"), Theme::Ink::Muted), "", header);
    m_openImage->setObjectName(QStringLiteral("build.openImage"));
    m_runImage = makeButton({}, m_context.theme.icon(QStringLiteral("play"), Theme::Ink::Muted), "", header);
    m_runImage->setObjectName(QStringLiteral("build.runImage"));
    m_openImage->hide();
    m_runImage->hide();
    m_build = makeButton({}, m_context.theme.icon(QStringLiteral("play"), Theme::Ink::OnAccent), "primary", header);
    m_build->setObjectName(QStringLiteral("build.start"));
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(space::S, 0, space::S, 0);
    row->setSpacing(space::S);
    row->addWidget(m_tabs);
    row->addStretch(1);
    row->addWidget(m_summary);
    row->addSpacing(space::XS);
    row->addWidget(m_openImage);
    row->addWidget(m_runImage);
    row->addWidget(m_tag);
    row->addWidget(m_build);

    m_panels = new QStackedWidget(bottom);
    m_logModel = new BuildLogModel(m_runner->state(), this);
    m_log = new BuildLogView(m_context.theme, m_logModel, bottom);
    m_timeline = new TimelineView(m_context.theme, m_runner->state(), bottom);
    m_problemsPanel = new ProblemsPanel(m_context.theme, m_context.settings, bottom);
    m_problems = m_problemsPanel->list();
    m_contextView = new ContextView(m_context.theme, bottom);
    for (QWidget* panel : { static_cast<QWidget*>(m_log), static_cast<QWidget*>(m_timeline),
             static_cast<QWidget*>(m_problemsPanel), static_cast<QWidget*>(m_contextView) })
        m_panels->addWidget(panel);
    auto* column = new QVBoxLayout(bottom);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header);
    column->addWidget(m_panels, 1);
    return bottom;
}

void BuildPage::connectParts()
{
    connect(m_empty, &EmptyState::triggered, this, &BuildPage::askOpen);
    connect(m_empty, &EmptyState::secondTriggered, m_files, &BuildFiles::openWizard);
    connect(m_files, &BuildFiles::projectMade, this, [this](const QString& dockerfile) { open(dockerfile); });
    connect(m_editors, &EditorTabs::projectLoaded, this, &BuildPage::projectLoaded);
    connect(m_editors, &EditorTabs::projectFailed, this, &BuildPage::projectFailed);
    connect(m_editors, &EditorTabs::textChanged, this, [this] {
        m_textSinceBuild = !buildIsOfThisFile();
        analyse();
    });
    connect(m_editors, &EditorTabs::dockerfileChanged, this, &BuildPage::dockerfileChanged);
    connect(m_editors, &EditorTabs::currentLineChanged, this, [this](int line) {
        selectLine(line);
        m_graph->selectLine(line);
    });
    connect(m_editors, &EditorTabs::currentFileChanged, this, [this] { m_status.setFileFormat(m_editors->format()); });
    connect(m_editors, &EditorTabs::notice, this, [this](const QString& text) { m_context.navigator.notify(text); });
    connect(m_analyser, &Analyser::finished, this, &BuildPage::show);
    m_graphRest.setSingleShot(true);
    m_graphRest.setInterval(400);
    connect(&m_graphRest, &QTimer::timeout, this, &BuildPage::showGraph);
    connect(m_assist, &BuildAssist::changed, this, &BuildPage::analyse);
    connect(m_files->outline(), &OutlineView::lineChosen, this, [this](int line) {
        m_editors->showLine(line);
        m_graph->selectLine(line);
        selectLine(line);
    });
    connect(m_graph, &GraphView::lineSelected, this, [this](int line) {
        m_editors->showLine(line);
        selectLine(line);
    });
    connect(m_graph, &GraphView::lineActivated, this, [this](int line) {
        m_editors->showLine(line);
        if (m_editors->dockerfile())
            m_editors->dockerfile()->setFocus();
    });
    connect(m_graph, &GraphView::zoomChanged, this,
        [this](int percent) { m_zoom->setText(tr("%1 %", "zoom of the graph").arg(percent)); });
    connect(m_target, &QComboBox::activated, this, &BuildPage::analyse);
    connect(m_target, &QComboBox::activated, m_desk, &DockerfileDesk::changed);
    connect(m_tabs, &QTabBar::currentChanged, m_panels, &QStackedWidget::setCurrentIndex);
    connect(m_problemsPanel, &ProblemsPanel::fixWanted, this, [this](const dockerfile::Finding& finding) {
        // The list is of the text that was analysed last; another one is on its way to it.
        DockerfileEditor* editor = m_editors->dockerfile();
        if (editor && m_analysis && m_analysis->revision == editor->revision())
            editor->applyFix(*finding.fix);
    });
    connect(m_problemsPanel, &ProblemsPanel::lineChosen, this, [this](int line) {
        m_editors->showLine(line);
        selectLine(line);
        m_graph->selectLine(line);
        if (m_editors->dockerfile())
            m_editors->dockerfile()->setFocus();
    });
    const auto chooseStep = [this](int step) {
        if (step < 0 || step >= int(m_runner->state().steps().size()))
            return;
        const int line = int(m_runner->state().steps()[std::size_t(step)].info.startLine);
        if (line > 0 && !m_textSinceBuild) {
            m_editors->showLine(line);
            m_graph->selectLine(line);
            selectLine(line);
        }
    };
    connect(m_log, &BuildLogView::stepActivated, this, chooseStep);
    connect(m_timeline, &TimelineView::stepSelected, this, chooseStep);
    connect(m_step, &StepPanel::logRequested, this, [this] {
        const StepState* step = m_runner->state().stepAtLine(m_line);
        if (!step)
            return;
        m_tabs->setCurrentIndex(LogTab);
        m_log->showStep(m_runner->state().indexOf(step->info.step));
        m_log->setFocus();
    });
    connect(m_contextView, &ContextView::bytesChanged, this, &BuildPage::updateTabs);
    connect(m_runner, &BuildRunner::planned, this, [this] { m_logModel->reset(); });
    connect(m_runner, &BuildRunner::changed, this, &BuildPage::buildChanged);
    connect(m_runner, &BuildRunner::ended, this, &BuildPage::buildEnded);
    connect(m_build, &QPushButton::clicked, this, [this] {
        if (m_runner->state().active())
            m_runner->cancel();
        else
            startBuild();
    });
    const auto image = [this] {
        const BuildState& state = m_runner->state();
        return state.tags().isEmpty() ? state.imageId() : state.tags().constFirst();
    };
    connect(m_openImage, &QPushButton::clicked, this, [this, image] { m_context.navigator.openImage(image()); });
    connect(m_runImage, &QPushButton::clicked, this, [this, image] { m_context.navigator.runImage(image()); });
    connect(&m_engine, &EngineClient::stateChanged, this, &BuildPage::updateBuildButton);
}

QString BuildPage::title() const
{
    return tr("Build", "noun, the page");
}

QStringList BuildPage::breadcrumb() const
{
    if (!m_editors->hasProject())
        return {};
    QString folder = QDir::toNativeSeparators(m_editors->folder());
    if (folder.startsWith(QDir::homePath() + QLatin1Char('/')))
        folder = QLatin1Char('~') + folder.mid(QDir::homePath().size());
    return { folder };
}

void BuildPage::activated()
{
    if (CodeEditor* editor = m_editors->currentEditor())
        editor->setFocus();
}

void BuildPage::aboutToClose()
{
    m_editors->keepUnsavedNow();
    m_context.settings.setOpenFiles(m_editors->otherFiles());
}

} // namespace darsena::gui
