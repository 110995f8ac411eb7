// SPDX-License-Identifier: GPL-3.0-or-later
// The Build page's second half: what happens to a project and a build. The first half puts the parts together.
#include "gui/app/build_page.h"

#include "gui/app/build_assist.h"
#include "gui/app/build_files.h"
#include "gui/app/build_notes.h"
#include "gui/app/status_strip.h"
#include "gui/app/build_desk.h"
#include "gui/base/text.h"
#include "gui/editor/dockerfile_editor.h"
#include "gui/editor/editor_tabs.h"
#include "gui/editor/outline_view.h"
#include "gui/graph/graph_view.h"
#include "gui/panels/builds/build_log_model.h"
#include "gui/panels/builds/build_log_view.h"
#include "gui/panels/builds/context_view.h"
#include "gui/panels/builds/problems_view.h"
#include "gui/panels/builds/step_panel.h"
#include "gui/panels/builds/timeline_view.h"
#include "gui/settings/settings.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTabBar>

namespace darsena::gui {
namespace {

constexpr int LongFileLines = 2000;

/// The project's folder, and the Dockerfile in front by its way from there.
ContextSpec contextOf(const EditorTabs& editors)
{
    return { editors.folder().toStdString(), QDir(editors.folder()).relativeFilePath(editors.dockerfilePath()).toStdString() };
}

} // namespace

void BuildPage::open(const QString& path, int line)
{
    const QFileInfo info(path);
    QString dockerfile = info.absoluteFilePath();
    if (info.isDir()) {
        const QDir folder(dockerfile);
        dockerfile = folder.filePath(QStringLiteral("Dockerfile"));
        for (const char* name : { "Dockerfile", "Containerfile", "dockerfile" }) {
            if (folder.exists(QLatin1String(name))) {
                dockerfile = folder.filePath(QLatin1String(name));
                break;
            }
        }
    }
    if (!QFileInfo::exists(dockerfile)) {
        projectFailed(tr("There is no Dockerfile at %1.").arg(QDir::toNativeSeparators(dockerfile)));
        return;
    }
    const QStringList others
        = m_context.settings.lastDockerfile() == dockerfile ? m_context.settings.openFiles() : QStringList();
    m_editors->openProject(dockerfile, others, line);
    m_stack->setCurrentIndex(1);
}

void BuildPage::askOpen()
{
    auto* dialog = new QFileDialog(this, tr("Open a Dockerfile"),
        m_editors->hasProject() ? m_editors->folder() : QDir::homePath(),
        tr("Dockerfiles (Dockerfile* *.Dockerfile *.dockerfile Containerfile*);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& chosen) { open(chosen); });
    dialog->open();
}

void BuildPage::projectLoaded()
{
    m_context.settings.setLastDockerfile(m_editors->projectDockerfile());
    m_context.settings.addRecentProject(m_editors->projectDockerfile());
    m_tag->setText(defaultTag());
    m_runner->forget();
    m_builtPath.clear();
    m_textSinceBuild = true;
    m_problems->setBuildError({}, 0);
    m_contextView->scan(contextOf(*m_editors));
    dockerfileChanged();
    m_status.setFileFormat(m_editors->format());
    m_stack->setCurrentIndex(1);
    updateBuildButton();
    if (isVisible())
        m_editors->dockerfile()->setFocus();
    Q_EMIT titleChanged();
}

bool BuildPage::buildIsOfThisFile() const
{
    const DockerfileEditor* editor = m_editors->dockerfile();
    return editor && m_builtPath == m_editors->dockerfilePath() && m_builtRevision == editor->revision();
}

void BuildPage::dockerfileChanged()
{
    DockerfileEditor* editor = m_editors->dockerfile();
    m_textSinceBuild = !buildIsOfThisFile();
    m_line = editor->currentLine();
    disconnect(editor, &DockerfileEditor::markClicked, this, nullptr);
    connect(editor, &DockerfileEditor::markClicked, this, [this](int line) {
        m_editors->showLine(line);
        m_graph->selectLine(line);
        selectLine(line);
    });
    m_assist->attach(editor);
    // The editor's own menu, and what the page knows of the line.
    editor->setContextMenuPolicy(Qt::CustomContextMenu);
    disconnect(editor, &QWidget::customContextMenuRequested, this, nullptr);
    connect(editor, &QWidget::customContextMenuRequested, this, [this, editor](const QPoint& at) {
        if (const int line = editor->lineAt(at); line >= 0) {
            editor->goToLine(line + 1);
            selectLine(line + 1);
        }
        QMenu* menu = editor->createStandardContextMenu();
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->addSeparator();
        menu->addAction(m_showLayer);
        menu->popup(editor->viewport()->mapToGlobal(at));
    });
    Q_EMIT titleChanged();
}

void BuildPage::projectFailed(const QString& sentence)
{
    if (m_editors->hasProject()) {
        m_context.navigator.notify(sentence);
        return;
    }
    m_stack->setCurrentIndex(0);
    m_empty->setTexts(tr("Open a Dockerfile"), sentence);
}

QString BuildPage::defaultTag() const
{
    QString name;
    for (const QChar letter : QFileInfo(m_editors->folder()).fileName().toLower()) {
        const bool plain = (letter >= QLatin1Char('a') && letter <= QLatin1Char('z')) || letter.isDigit();
        if (plain && letter.unicode() < 128)
            name += letter;
        else if (!name.isEmpty() && !name.endsWith(QLatin1Char('-')))
            name += QLatin1Char('-');
    }
    while (name.endsWith(QLatin1Char('-')))
        name.chop(1);
    return (name.isEmpty() ? QStringLiteral("image") : name) + QStringLiteral(":latest");
}

void BuildPage::analyse()
{
    DockerfileEditor* editor = m_editors->dockerfile();
    if (!editor)
        return;
    if (!m_editors->analysable()) { // too long: nothing is said rather than too late
        m_analysis.reset();
        m_problems->setFindings({});
        m_status.setProblems(0, 0);
        m_graph->setModel({});
        return;
    }
    Analyser::Request request;
    request.path = m_editors->dockerfilePath();
    request.revision = editor->revision();
    request.text = editor->bytes();
    request.target = m_target->currentData().toString().toStdString();
    request.ignoreText = m_editors->ignoreText();
    request.ignorePath = m_editors->ignorePath();
    m_assist->setTarget(request.target);
    m_assist->complete(request);
    m_analyser->request(std::move(request));
}

void BuildPage::show(const std::shared_ptr<const Analysis>& analysis)
{
    DockerfileEditor* editor = m_editors->dockerfile();
    if (!editor || analysis->path != m_editors->dockerfilePath())
        return;
    m_analysis = analysis;
    m_assist->analysed(*analysis);
    editor->setFindings(analysis->findings, analysis->revision);
    editor->setFolds(analysis->folds, analysis->revision);
    if (editor->lines() > LongFileLines)
        m_graphRest.start();
    else
        showGraph();
    m_problems->setFindings(analysis->findings);
    m_files->outline()->setOutline(analysis->outline, analysis->file.document.source);
    m_files->outline()->selectLine(m_line);
    int errors = 0;
    int warnings = 0;
    for (const dockerfile::Finding& finding : analysis->findings)
        ++(finding.severity == dockerfile::Severity::Error ? errors : warnings);
    m_status.setProblems(errors, warnings);
    fillTargets();
    updateTabs();
    updateNotes();
    showStep();
}

void BuildPage::showGraph()
{
    if (!m_analysis)
        return;
    m_graph->setModel(makeGraphModel(m_analysis->file, m_analysis->graph));
    updateNotes();
    m_graph->selectLine(m_line);
}

void BuildPage::fillTargets()
{
    const QSignalBlocker quiet(m_target);
    const QString chosen = m_target->currentData().toString();
    m_target->clear();
    m_target->addItem(tr("last stage"), QString());
    if (m_analysis) {
        const auto& stages = m_analysis->graph.stages;
        for (const dockerfile::StageNode& stage : stages) {
            const QString name = stage.name.empty() ? QString::number(stage.index) : toQString(stage.name);
            m_target->addItem(name, name);
        }
    }
    m_target->setCurrentIndex(std::max(0, m_target->findData(chosen)));
    m_target->setEnabled(m_target->count() > 2);
}

void BuildPage::selectLine(int line)
{
    m_line = line;
    m_files->outline()->selectLine(line);
    showStep();
}

void BuildPage::showStep()
{
    const dockerfile::Instruction* found = m_analysis ? instructionAtLine(m_analysis->file, m_line) : nullptr;
    if (!found) {
        m_step->showStep(0, {}, nullptr);
        return;
    }
    const StepState* step = m_textSinceBuild ? nullptr : m_runner->state().stepAtLine(int(found->firstLine));
    m_step->showStep(int(found->firstLine), toQString(found->original).simplified(), step);
    if (step)
        m_timeline->selectStep(m_runner->state().indexOf(step->info.step));
}

void BuildPage::updateNotes()
{
    DockerfileEditor* editor = m_editors->dockerfile();
    if (!editor || !m_analysis)
        return;
    const BuildNotes notes = makeBuildNotes(*m_analysis, m_runner->state(), m_runner->now(), m_textSinceBuild);
    QHash<int, LineNote> lines;
    RowStates rows;
    for (const BuildNote& note : notes) {
        lines.insert(note.line, { note.mark, note.lineText, note.strong });
        rows.insert(note.line, { note.mark, note.rowText });
    }
    editor->setNotes(lines);
    m_graph->setStates(rows);
}

void BuildPage::startBuild()
{
    if (m_runner->state().active() || !m_editors->hasProject())
        return;
    if (m_engine.state() != EngineClient::State::Connected) {
        m_context.navigator.notify(m_engine.stateSentence());
        m_desk->buildRefused(Error(ErrorCode::Unavailable, m_engine.stateSentence().toStdString()));
        return;
    }
    const bool noCache = sender() == m_buildNoCache;
    m_editors->saveAll([this, noCache](Result<void> saved) {
        if (!saved) {
            m_context.navigator.notify(errorSentence(saved.error()));
            m_desk->buildRefused(saved.error());
            return;
        }
        BuildRunner::Request request;
        request.context = contextOf(*m_editors);
        request.target = m_target->currentData().toString();
        request.tag = m_tag->text().trimmed();
        request.noCache = noCache;
        m_problems->setBuildError({}, 0);
        m_contextView->scan(request.context);
        if (m_tabs->currentIndex() != TimelineTab)
            m_tabs->setCurrentIndex(LogTab);
        m_builtPath = m_editors->dockerfilePath();
        m_builtRevision = m_editors->dockerfile()->revision();
        m_textSinceBuild = false;
        m_runner->start(request);
    });
}

void BuildPage::showLayer()
{
    const DockerfileEditor* editor = m_editors->dockerfile();
    if (!editor)
        return;
    const BuildState& state = m_runner->state();
    // Without a build of now, the image may be there of an earlier one.
    const QString image = state.phase() == BuildState::Phase::Succeeded ? state.imageId() : m_tag->text().trimmed();
    if (!image.isEmpty())
        m_context.navigator.openLayerOfLine(image, editor->currentLine());
}

void BuildPage::buildChanged()
{
    m_logModel->update();
    m_log->follow();
    m_timeline->refresh(m_runner->now());
    const BuildState& state = m_runner->state();
    const int total = int(state.steps().size());
    const QString name = m_tag->text();
    if (state.phase() == BuildState::Phase::Sending)
        m_status.setBuild(0, 0, tr("Sending the build context of %1: %2").arg(name, formatBytes(m_runner->sentBytes())));
    else if (state.active())
        m_status.setBuild(state.endedSteps(), total,
            tr("Building %1: %2 of %3 · %4").arg(name).arg(state.endedSteps()).arg(total).arg(
                formatDuration(std::chrono::milliseconds(m_runner->now()))));
    updateBuildButton();
    updateNotes();
    showStep();
}

void BuildPage::buildEnded()
{
    const BuildState& state = m_runner->state();
    m_status.setBuild(0, 0, {});
    const QString name = state.tags().isEmpty() ? m_tag->text() : state.tags().constFirst();
    switch (state.phase()) {
    case BuildState::Phase::Succeeded:
        m_context.navigator.notify(tr("%1 is built.").arg(name));
        break;
    case BuildState::Phase::Failed:
        m_problems->setBuildError(state.error(), state.errorLine());
        if (state.errorLine() > 0 && !m_textSinceBuild) {
            m_editors->showLine(state.errorLine());
            m_graph->selectLine(state.errorLine());
            selectLine(state.errorLine());
        }
        // A build that failed before its first step has no log to show the reason in.
        if (state.steps().empty())
            showProblems();
        m_context.navigator.notify(tr("The build failed."));
        break;
    case BuildState::Phase::Cancelled:
        m_context.navigator.notify(tr("The build was stopped."));
        break;
    default:
        break;
    }
    updateTabs();
    updateBuildButton();
    updateNotes();
}

void BuildPage::updateBuildButton()
{
    const BuildState& state = m_runner->state();
    const bool active = state.active();
    const bool connected = m_engine.state() == EngineClient::State::Connected;
    const QString key = m_buildAction->shortcut().toString(QKeySequence::NativeText);
    QString absent = m_engine.stateSentence();
    if (m_engine.state() == EngineClient::State::Absent)
        absent += QLatin1Char(' ') + tr("Start darsena-helper, or choose another engine in Settings.");
    m_build->setText(active ? tr("Stop") : tr("Build", "verb"));
    m_build->setIcon(
        m_context.theme.icon(active ? QStringLiteral("stop") : QStringLiteral("play"), active ? Theme::Ink::Text : Theme::Ink::OnAccent));
    setLook(m_build, active ? "" : "primary");
    m_build->setEnabled(active || (connected && m_editors->hasProject()));
    m_build->setToolTip(active ? QString()
            : connected        ? tr("Saves, sends the folder to the engine and builds it  (%1)").arg(key)
                               : absent);
    m_build->setAccessibleName(m_build->text());
    if (state.phase() == BuildState::Phase::Failed || state.phase() == BuildState::Phase::Cancelled)
        m_log->setEmptyText(state.error());
    else if (active)
        m_log->setEmptyText(tr("The build context is on its way to the engine."));
    else
        m_log->setEmptyText(connected ? tr("Nothing has been built yet: %1 builds.").arg(key) : absent);
    m_buildAction->setEnabled(!active && m_editors->hasProject());
    m_buildNoCache->setEnabled(m_buildAction->isEnabled());
    m_cancelAction->setEnabled(active);
    m_tag->setEnabled(!active);
    const bool built = state.phase() == BuildState::Phase::Succeeded;
    m_openImage->setVisible(built);
    m_runImage->setVisible(built);
    QString summary;
    const QString total = formatDuration(std::chrono::milliseconds(state.totalMilliseconds()));
    switch (state.phase()) {
    case BuildState::Phase::Succeeded: {
        qint64 saved = 0;
        for (const StepState& step : state.steps())
            saved += step.mark == Mark::Cached ? step.milliseconds : 0;
        summary = saved > 0
            ? tr("built in %1 · saved by cache %2").arg(total, formatDuration(std::chrono::milliseconds(saved)))
            : tr("built in %1").arg(total);
        break;
    }
    case BuildState::Phase::Failed:
        summary = tr("failed after %1").arg(total);
        break;
    case BuildState::Phase::Cancelled:
        summary = tr("stopped after %1").arg(total);
        break;
    case BuildState::Phase::Sending:
        summary = tr("sending the context");
        break;
    case BuildState::Phase::Running:
        summary = tr("%1 of %2 steps").arg(state.endedSteps()).arg(state.steps().size());
        break;
    case BuildState::Phase::None:
        break;
    }
    m_summary->setText(summary);
}

void BuildPage::updateTabs()
{
    m_tabs->setTabText(LogTab, tr("Log"));
    m_tabs->setTabText(TimelineTab, tr("Timeline"));
    const int problems = m_problems->topLevelItemCount();
    m_tabs->setTabText(ProblemsTab, problems > 0 ? tr("Problems %1").arg(problems) : tr("Problems"));
    m_tabs->setTabText(ContextTab,
        m_contextView->bytes() >= 0 ? tr("Context %1").arg(formatBytes(m_contextView->bytes())) : tr("Context"));
}

void BuildPage::showProblems()
{
    m_tabs->setCurrentIndex(ProblemsTab);
    m_problems->setFocus();
}

} // namespace darsena::gui
