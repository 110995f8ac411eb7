// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"
#include "gui/base/retranslator.h"
#include "gui/editor/analysis.h"
#include "gui/panels/builds/build_runner.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTabBar;
class QToolButton;

namespace darsena::gui {

class BuildAssist;
class BuildDesk;
class BuildFiles;
class BuildLogModel;
class BuildLogView;
class ContextView;
class EditorTabs;
class EmptyState;
class GraphView;
class ProblemsPanel;
class ProblemsView;
class StatusStrip;
class StepPanel;
class TimelineView;

/// The Build page: editor, stage graph, step, and below them log, timeline, problems and context. It composes three
/// features (editor, graph, builds) that do not know each other: what one says is told to the others here.
class BuildPage : public Page {
    Q_OBJECT
public:
    BuildPage(PageContext context, EngineClient& engine, StatusStrip& status, QWidget* parent = nullptr);
    ~BuildPage() override;

    QString title() const override;
    QStringList breadcrumb() const override;
    QList<QAction*> commands() const override;
    void activated() override;
    void aboutToClose() override;

    /// A Dockerfile, or a folder with one; @p line 0 = where it was left.
    void open(const QString& path, int line = 0);
    void showProblems();

    // For tests.
    EditorTabs* editors() const { return m_editors; }
    GraphView* graph() const { return m_graph; }
    BuildFiles* files() const { return m_files; }
    BuildAssist* assist() const { return m_assist; }
    BuildDesk* desk() const { return m_desk; }
    BuildRunner* runner() const { return m_runner; }

private:
    enum Tab { LogTab, TimelineTab, ProblemsTab, ContextTab };

    QWidget* makeGraphSide();
    QWidget* makeBottom();
    void makeCommands();
    void connectParts();
    void askOpen();
    void projectLoaded();
    void projectFailed(const QString& sentence);
    void dockerfileChanged();
    bool buildIsOfThisFile() const;
    void analyse();
    void show(const std::shared_ptr<const Analysis>& analysis);
    void showGraph();
    void fillTargets();
    void selectLine(int line);
    void showStep();
    void startBuild();
    void buildChanged();
    void buildEnded();
    void showLayer();
    void updateNotes();
    void updateBuildButton();
    void updateTabs();
    QString defaultTag() const;

    PageContext m_context;
    EngineClient& m_engine;
    StatusStrip& m_status;
    BuildRunner* m_runner;
    Analyser* m_analyser;

    QStackedWidget* m_stack; ///< empty state, workbench
    EmptyState* m_empty;
    EditorTabs* m_editors;
    BuildFiles* m_files;
    QComboBox* m_target;
    GraphView* m_graph;
    QLabel* m_graphTitle;
    QLabel* m_zoom;
    StepPanel* m_step;
    QTabBar* m_tabs;
    QStackedWidget* m_panels;
    BuildLogModel* m_logModel;
    BuildLogView* m_log;
    TimelineView* m_timeline;
    ProblemsPanel* m_problemsPanel;
    ProblemsView* m_problems;
    ContextView* m_contextView;
    QLabel* m_summary;
    QLineEdit* m_tag;
    QPushButton* m_build;
    QPushButton* m_openImage;
    QPushButton* m_runImage;

    BuildAssist* m_assist;
    BuildDesk* m_desk;
    QAction* m_openProject;
    QAction* m_buildAction;
    QAction* m_buildNoCache;
    QAction* m_cancelAction;
    QAction* m_nextProblem;
    QAction* m_previousProblem;
    QAction* m_fit;
    QAction* m_export;
    QAction* m_zoomIn;
    QAction* m_zoomOut;
    QAction* m_showLog;
    QAction* m_showTimeline;
    QAction* m_showProblems;
    QAction* m_showContext;
    QAction* m_focusEditor;
    QAction* m_focusGraph;
    QAction* m_showLayer;

    std::shared_ptr<const Analysis> m_analysis;
    QTimer m_graphRest; ///< a long file's graph is drawn when typing rests
    int m_line = 0;
    QString m_builtPath; ///< of the Dockerfile that the runner's build is of
    quint64 m_builtRevision = 0;
    bool m_textSinceBuild = true; ///< another Dockerfile, or edited after the last build began: its lines do not match
    Retranslator m_texts;
};

} // namespace darsena::gui
