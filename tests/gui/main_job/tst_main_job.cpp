// SPDX-License-Identifier: GPL-3.0-or-later
// The main job, end to end, as a person does it: a real three-stage project (a C program, compiled in a Debian root,
// tried in a second stage, shipped in busybox) in the real window, against a real helper. The docker client then builds
// the same project and must get the same image. A picture of every page is saved on the way.
#include "tests/suites/real_helper.h"

#include "core/api/client/calls.h"
#include "gui/app/build_page.h"
#include "gui/app/main_window.h"
#include "gui/app/studio.h"
#include "gui/graph/graph_view.h"
#include "gui/layers/layers_view.h"
#include "gui/models/container_model.h"
#include "gui/models/layer_list_model.h"
#include "gui/models/layer_tree_model.h"
#include "gui/models/log_store.h"
#include "gui/panels/builds/build_runner.h"
#include "gui/panels/containers/container_details.h"
#include "gui/panels/containers/containers_page.h"
#include "gui/panels/containers/run_dialog.h"
#include "gui/panels/images/images_page.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/log_panel.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QListView>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace darsena;
using namespace darsena::gui;

namespace {

constexpr int patience = 120'000;

QString picturesFolder()
{
    const QString wanted = qEnvironmentVariable("DARSENA_PICTURES");
    const QString path = wanted.isEmpty() ? QCoreApplication::applicationDirPath() + QStringLiteral("/pictures") : wanted;
    QDir().mkpath(path);
    return path;
}

/// Edges as text, sorted: "debian:bookworm -from-> build".
QStringList edgesOf(const GraphModel& model)
{
    QStringList edges;
    for (const GraphEdge& edge : model.edges) {
        const char* kind = edge.kind == dockerfile::EdgeKind::From ? "from" : edge.kind == dockerfile::EdgeKind::Copy ? "copy" : "mount";
        edges << QStringLiteral("%1 -%2-> %3")
                     .arg(model.nodes[std::size_t(edge.from)].title, QLatin1String(kind), model.nodes[std::size_t(edge.to)].title);
    }
    edges.sort();
    return edges;
}

/// The button of the dialog that is open now.
QPushButton* buttonNamed(QWidget* dialog, const QString& text)
{
    for (auto* button : dialog->findChildren<QPushButton*>()) {
        if (button->text().remove(u'&') == text && button->isVisible())
            return button;
    }
    return nullptr;
}

} // namespace

class TestMainJob : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir { QDir::tempPath() + QStringLiteral("/darsena-XXXXXX") }; // its name is in the pictures
    std::unique_ptr<tests::RealHelper> m_helper;
    std::unique_ptr<Studio> m_studio;
    QString m_imageId;

    QString project() const { return m_dir.filePath(QStringLiteral("hola")); }

    template<typename T>
    T* child(const char* name)
    {
        return m_studio->window().findChild<T*>(QLatin1String(name));
    }
    template<typename T>
    T* page()
    {
        return m_studio->window().findChild<T*>();
    }
    static QAction* command(Page& page, const QString& text)
    {
        for (QAction* action : page.commands()) {
            if (action->text().remove(u'&') == text)
                return action;
        }
        return nullptr;
    }

    /// Runs the real docker client on our helper. Returns why it cannot be had; what the client refuses fails the test.
    QString docker(const QStringList& arguments, QByteArray& output) const
    {
        const QString program = QStandardPaths::findExecutable(QStringLiteral("docker"));
        if (program.isEmpty())
            return QStringLiteral("needs the docker client (installer/test.sh unpacks it)");
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("DOCKER_HOST"), QStringLiteral("unix://") + m_helper->socket());
        environment.insert(QStringLiteral("DOCKER_CONFIG"), m_dir.filePath(QStringLiteral("docker-config")));
        environment.insert(QStringLiteral("DOCKER_BUILDKIT"), QStringLiteral("0"));
        process.setProcessEnvironment(environment);
        process.start(program, arguments);
        process.waitForFinished(patience);
        output = process.exitCode() == 0 ? process.readAllStandardOutput() : "docker failed: " + process.readAllStandardError();
        return {};
    }

    /// The window as it is, in both languages, light and dark.
    void takePictures(const QString& what)
    {
        for (const char* language : { "es", "en" }) {
            for (const auto mode : { Theme::Mode::Light, Theme::Mode::Dark }) {
                m_studio->language().set(QLatin1String(language));
                m_studio->theme().setMode(mode);
                QTest::qWait(200); // painted
                const QString name = QStringLiteral("%1/real-%2-%3-%4.png")
                                         .arg(picturesFolder(), what, mode == Theme::Mode::Dark ? QStringLiteral("dark") : QStringLiteral("light"), QLatin1String(language));
                QVERIFY2(m_studio->window().grab().save(name), qPrintable(name));
            }
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        QString why;
        m_helper = tests::RealHelper::start(why);
        if (!m_helper && why.startsWith(QLatin1String("needs root")))
            QSKIP(qPrintable(why));
        QVERIFY2(m_helper, qPrintable(why));
        for (const char* image : { "busybox", "debian" }) {
            why = m_helper->loadBaseImage(QLatin1String(image));
            QVERIFY2(why.isEmpty(), qPrintable(why));
        }
        QDir().mkpath(project());
        const QDir source(QStringLiteral(DARSENA_SOURCE_DIR "/tests/e2e/projects/hola"));
        for (const QString& name : source.entryList(QDir::Files | QDir::Hidden))
            QVERIFY(QFile::copy(source.filePath(name), project() + u'/' + name));
        qputenv("XDG_DATA_HOME", m_dir.filePath(QStringLiteral("data")).toUtf8());
    }
    void cleanupTestCase()
    {
        m_studio.reset();
        m_helper.reset();
    }

    void opensAndShowsTheStages()
    {
        m_studio = std::make_unique<Studio>(*qApp,
            Studio::Options { .path = project(),
                .socket = m_helper->socket(),
                .language = QStringLiteral("en"),
                .theme = Theme::Mode::Dark,
                .settingsFile = m_dir.filePath(QStringLiteral("studio.conf")) });
        m_studio->start();
        m_studio->window().resize(1440, 900);
        QVERIFY(QTest::qWaitForWindowExposed(&m_studio->window()));
        GraphView* graph = m_studio->buildPage().graph();
        QTRY_VERIFY_WITH_TIMEOUT(!graph->layout().nodes.empty(), patience);

        QStringList stages;
        for (const GraphNode& node : graph->model().nodes) {
            if (node.kind == GraphNode::Kind::Stage)
                stages << node.title;
        }
        QCOMPARE(stages, (QStringList { "build", "check", "final" }));
        QCOMPARE(edgesOf(graph->model()),
            (QStringList { "build -from-> check", "busybox -from-> final", "check -copy-> final", "debian:bookworm -from-> build" }));
        QTRY_COMPARE_WITH_TIMEOUT(m_studio->engine().state(), EngineClient::State::Connected, patience);
    }

    void builds()
    {
        auto* button = child<QPushButton>("build.start");
        QTRY_VERIFY(button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
        const BuildState& state = m_studio->buildPage().runner()->state();
        QTRY_VERIFY_WITH_TIMEOUT(state.phase() != BuildState::Phase::None && !state.active(), patience);
        QVERIFY2(state.phase() == BuildState::Phase::Succeeded, qPrintable(state.error()));
        for (const StepState& step : state.steps())
            QVERIFY2(step.mark == Mark::Done || step.mark == Mark::Cached, qPrintable(stepTitle(step.info)));
        m_imageId = state.imageId();
        QVERIFY(m_imageId.startsWith(QLatin1String("sha256:")));
        takePictures(QStringLiteral("build"));
    }

    /// The real docker client on the same project: everything is in the cache, and the image is the same.
    void dockerBuildsTheSameImage()
    {
        QByteArray said;
        if (const QString why = docker({ "build", "-q", project() }, said); !why.isEmpty())
            QSKIP(qPrintable(why));
        QCOMPARE(QString::fromUtf8(said).trimmed(), m_imageId);
    }

    void findsTheFileInItsLayer()
    {
        auto* button = child<QPushButton>("build.openImage");
        QTRY_VERIFY(button->isVisible() && button->isEnabled());
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_COMPARE(m_studio->window().currentPage(), static_cast<Page*>(page<ImagesPage>()));

        auto* viewer = page<ImagesPage>()->findChild<LayersView*>();
        auto* layers = viewer->findChild<QListView*>(QStringLiteral("layers.list"));
        QModelIndex copy;
        QTRY_VERIFY_WITH_TIMEOUT(([&] {
            for (int row = 0; row < layers->model()->rowCount(); ++row) {
                const QModelIndex index = layers->model()->index(row, 0);
                if (index.data(LayerListModel::InstructionRole).toString().startsWith(QLatin1String("COPY")))
                    copy = index;
            }
            return copy.isValid();
        }()), patience);
        QTest::mouseClick(layers->viewport(), Qt::LeftButton, {}, layers->visualRect(copy).center());

        auto* tree = viewer->findChild<QTreeView*>(QStringLiteral("layers.tree"));
        auto* files = qobject_cast<LayerTreeModel*>(tree->model());
        QVERIFY(files);
        const auto find = [&]() -> QModelIndex {
            const auto matches = files->match(files->index(0, 0), LayerTreeModel::PathRole, QStringLiteral("/usr/bin/hola"), 1,
                Qt::MatchExactly | Qt::MatchRecursive);
            return matches.isEmpty() ? QModelIndex() : matches.first();
        };
        QTRY_VERIFY_WITH_TIMEOUT(find().isValid(), patience);
        const QModelIndex hola = find();
        QCOMPARE(hola.data(LayerTreeModel::MarkRole).toInt(), int(layers::Mark::Added));
        tree->setCurrentIndex(hola);

        const qint64 size = hola.data(LayerTreeModel::BytesRole).toLongLong();
        QVERIFY2(size > 400'000 && size < 2'000'000, qPrintable(QString::number(size))); // a static C program
        takePictures(QStringLiteral("images"));

        // What busybox's stat says of the file inside a container of that image.
        QByteArray said;
        if (const QString why = docker({ "run", "--rm", "--network", "none", "--entrypoint", "stat", m_imageId, "-c", "%s", "/usr/bin/hola" }, said);
            !why.isEmpty())
            QSKIP(qPrintable(why));
        QCOMPARE(size, said.trimmed().toLongLong());
    }

    void runsAndShowsItsLog()
    {
        m_studio->window().goTo(PageId::Build);
        auto* button = child<QPushButton>("build.runImage");
        QTRY_VERIFY(button->isVisible());
        QTest::mouseClick(button, Qt::LeftButton);
        RunDialog* form = nullptr;
        QTRY_VERIFY((form = m_studio->window().findChild<RunDialog*>()) && form->isVisible());
        auto request = form->request();
        request.name = QStringLiteral("hola");
        request.network = QStringLiteral("none");
        form->setRequest(request);
        QPushButton* run = nullptr;
        QTRY_VERIFY((run = buttonNamed(form, QStringLiteral("Run"))) && run->isEnabled());
        QTest::mouseClick(run, Qt::LeftButton);

        auto* containers = page<ContainersPage>();
        QTRY_COMPARE_WITH_TIMEOUT(containers->runningCount(), 1, patience);
        QTRY_COMPARE(m_studio->window().currentPage(), static_cast<Page*>(containers));
        LogStore& log = containers->findChild<ContainerDetails*>()->log()->store();
        QTRY_VERIFY_WITH_TIMEOUT(log.endLine() >= 2, patience);
        QCOMPARE(log.line(0).text, QByteArray("Hola, Darsena: 1"));
        takePictures(QStringLiteral("containers"));
    }

    void stopsAndRemoves()
    {
        auto* containers = page<ContainersPage>();
        auto* table = containers->findChild<QTableView*>();
        QAction* stop = command(*containers, QStringLiteral("Stop"));
        QVERIFY(stop);
        stop->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(containers->runningCount(), 0, patience);
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->index(0, 0).data(ContainerModel::ExitCodeRole).toInt(), 0, patience);
        LogStore& log = containers->findChild<ContainerDetails*>()->log()->store();
        QTRY_COMPARE_WITH_TIMEOUT(log.line(log.endLine() - 1).text, QByteArray("Adios"), patience);

        QAction* remove = command(*containers, QStringLiteral("Remove"));
        if (!remove)
            remove = command(*containers, QStringLiteral("Remove…"));
        QVERIFY(remove);
        remove->trigger();
        QMessageBox* box = nullptr;
        QTRY_VERIFY((box = containers->findChild<QMessageBox*>()) && box->isVisible());
        QPushButton* yes = buttonNamed(box, QStringLiteral("Remove"));
        QVERIFY(yes);
        QTest::mouseClick(yes, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 0, patience);
        const auto left = m_helper->transport().send(client::listContainers(true));
        QVERIFY(left.ok());
        QVERIFY(left->empty());
    }
};

QTEST_MAIN(TestMainJob)
#include "tst_main_job.moc"
