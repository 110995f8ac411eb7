// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/panels/panel_engine.h"

#include "gui/layers/image_loaders.h"
#include "gui/layers/layers_view.h"
#include "gui/models/log_store.h"
#include "gui/panels/containers/container_details.h"
#include "gui/panels/containers/containers_page.h"
#include "gui/panels/containers/run_dialog.h"
#include "gui/panels/images/image_details.h"
#include "gui/panels/images/images_page.h"
#include "gui/settings/settings.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/json_view.h"
#include "gui/widgets/log_panel.h"
#include "gui/widgets/log_view.h"

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QPushButton>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QTreeView>

using namespace darsena;
using namespace darsena::gui;

namespace {

class TestNavigator : public Navigator {
public:
    void goTo(PageId) override { }
    void openImage(const QString& name) override { images << name; }
    void openContainer(const QString& name) override { containers << name; }
    void openDockerfile(const QString&, int) override { }
    void runImage(const QString& name) override { runs << name; }
    void notify(const QString& sentence) override { sentences << sentence; }
    QStringList images, containers, runs, sentences;
};

/// An engine, a connection to it, and both pages.
struct Fixture {
    explicit Fixture(Theme::Mode mode = Theme::Mode::Light, bool sample = true, bool running = true)
        : theme(*qApp, mode)
        , settings(dir.filePath(QStringLiteral("studio.conf")))
        , context { theme, settings, navigator }
        , client(dir.filePath(QStringLiteral("engine.sock")))
    {
        if (running) {
            engine = std::make_unique<PanelEngine>(client.socketPath());
            if (sample)
                fillSample(*engine);
        }
        images = std::make_unique<ImagesPage>(context, client, new LayersView(context, imageLoaders(client)));
        containers = std::make_unique<ContainersPage>(context, client);
        client.start();
    }
    QTableView* table(Page& page) { return page.findChild<QTableView*>(); }
    QStringList column(Page& page, int number)
    {
        QStringList texts;
        for (int row = 0; row < table(page)->model()->rowCount(); ++row)
            texts << table(page)->model()->index(row, number).data().toString();
        return texts;
    }
    void select(Page& page, const QString& name)
    {
        for (int row = 0; row < table(page)->model()->rowCount(); ++row) {
            if (table(page)->model()->index(row, 0).data().toString() == name)
                table(page)->selectionModel()->setCurrentIndex(
                    table(page)->model()->index(row, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        }
    }
    void show(Page& page)
    {
        page.resize(1384, 828);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
    }
    static QAction* command(Page& page, const QString& text)
    {
        for (QAction* action : page.commands()) {
            if (action->text() == text)
                return action;
        }
        return nullptr;
    }
    static Banner* banner(QWidget& widget)
    {
        for (Banner* one : widget.findChildren<Banner*>()) {
            if (!one->isHidden())
                return one;
        }
        return widget.findChild<Banner*>();
    }

    QTemporaryDir dir;
    Theme theme;
    Settings settings;
    TestNavigator navigator;
    PageContext context;
    EngineClient client;
    std::unique_ptr<PanelEngine> engine;
    std::unique_ptr<ImagesPage> images;
    std::unique_ptr<ContainersPage> containers;
};

QPushButton* buttonOf(QMessageBox* box, const QString& text)
{
    for (QAbstractButton* button : box->buttons()) {
        if (button->text() == text)
            return qobject_cast<QPushButton*>(button);
    }
    return nullptr;
}

} // namespace

class TestPages : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void containersFollowEvents()
    {
        Fixture f;
        f.show(*f.containers);
        QTRY_COMPARE(f.table(*f.containers)->model()->rowCount(), 8);
        QCOMPARE(f.containers->runningCount(), 4);
        f.select(*f.containers, QStringLiteral("web"));
        const auto lists = [&] { return f.engine->requests.filter("GET /containers/json?all=1").size(); };
        const auto before = lists();

        f.engine->container("web")->state = "exited";
        f.engine->container("web")->status = "Exited (3) 1 second ago";
        f.engine->sendEvent("container", "die", f.engine->container("web")->id);
        QTRY_COMPARE(f.containers->runningCount(), 3);
        QCOMPARE(f.table(*f.containers)->selectionModel()->selectedRows().size(), 1);
        QTRY_COMPARE(lists(), before + 2); // both pages ask, each for this one container only
        QVERIFY(f.engine->requests.filter("GET /containers/json?all=1").last().contains("filters"));

        f.engine->sendEvent("container", "exec_start: ls", f.engine->container("web")->id);
        f.engine->containers.erase(f.engine->containers.begin() + 1);
        f.engine->sendEvent("container", "destroy", "db5c0e7d1b9a42f6038e11");
        QTRY_COMPARE(f.table(*f.containers)->model()->rowCount(), 7);
    }

    void actionsOnSeveral()
    {
        Fixture f;
        f.show(*f.containers);
        QTRY_COMPARE(f.table(*f.containers)->model()->rowCount(), 8);
        QAction* stop = Fixture::command(*f.containers, QStringLiteral("Stop"));
        QVERIFY(!stop->isEnabled());
        f.table(*f.containers)->selectAll();
        QVERIFY(stop->isEnabled());
        f.engine->refusals["db5c0e7d1b9a42f6038e11/stop"] = { "500 Internal Server Error", "the cgroup is busy" };
        f.select(*f.containers, QStringLiteral("web"));
        f.table(*f.containers)->selectAll();
        stop->trigger();
        QTRY_COMPARE(f.containers->runningCount(), 1);
        QTRY_VERIFY(Fixture::banner(*f.containers)->text().contains(QStringLiteral("db")));
        QVERIFY(Fixture::banner(*f.containers)->text().contains(QStringLiteral("The cgroup is busy.")));
    }

    void removalAsksAndSaysWhatGoes()
    {
        Fixture f;
        f.show(*f.containers);
        QTRY_COMPARE(f.table(*f.containers)->model()->rowCount(), 8);
        f.select(*f.containers, QStringLiteral("web"));
        Fixture::command(*f.containers, QStringLiteral("Remove…"))->trigger();
        auto* box = f.containers->findChild<QMessageBox*>();
        QVERIFY(box && box->isVisible());
        QVERIFY(box->informativeText().contains(QStringLiteral("killed first")));
        QVERIFY(f.engine->container("web"));
        buttonOf(box, QStringLiteral("Remove"))->click();
        QTRY_VERIFY(!f.engine->container("web"));
        QTRY_COMPARE(f.table(*f.containers)->model()->rowCount(), 7);
    }

    void logFollows()
    {
        Fixture f;
        f.show(*f.containers);
        QTRY_COMPARE(f.table(*f.containers)->model()->rowCount(), 8);
        f.select(*f.containers, QStringLiteral("web"));
        auto* details = f.containers->findChild<ContainerDetails*>();
        LogStore& store = details->log()->store();
        QTRY_COMPARE(store.endLine(), 400);
        f.engine->writeLog("last words\n", true);
        QTRY_COMPARE(store.endLine(), 401);
        QCOMPARE(store.line(400).text, "last words");
        QCOMPARE(store.line(400).stream, LogStream::Err);

        auto* field = details->log()->findChild<QLineEdit*>();
        field->setText(QStringLiteral("LAST w"));
        auto* view = details->log()->view();
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_COMPARE((QTest::keyClick(field, Qt::Key_Return), view->currentLine()), 400);
        view->selectAll();
        view->copy();
        QVERIFY(QApplication::clipboard()->text().endsWith(QStringLiteral("last words")));
        QVERIFY(!QApplication::clipboard()->text().contains(QChar(0x1b)));

        const QString file = f.dir.filePath(QStringLiteral("web.log"));
        details->log()->save(file);
        QTRY_VERIFY(QFile::exists(file));
        QFile saved(file);
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QCOMPARE(saved.readAll().count('\n'), 401);

        // Another container: another log.
        f.select(*f.containers, QStringLiteral("prueba"));
        QTRY_VERIFY(f.engine->requests.filter("prueba5c0e7d1b9a42f6038e11/logs").size() == 1);
        QTRY_COMPARE(store.endLine(), 400);
    }

    void inspectIsSearched()
    {
        Fixture f;
        f.show(*f.containers);
        QTRY_COMPARE(f.table(*f.containers)->model()->rowCount(), 8);
        f.select(*f.containers, QStringLiteral("web"));
        auto* details = f.containers->findChild<ContainerDetails*>();
        details->findChild<QTabBar*>()->setCurrentIndex(1);
        auto* json = details->findChild<JsonView*>();
        QTRY_VERIFY(json->tree()->model()->rowCount() > 0);
        json->findChild<QLineEdit*>()->setText(QStringLiteral("4711"));
        QCOMPARE(json->tree()->model()->rowCount(), 1);
        const QModelIndex state = json->tree()->model()->index(0, 0);
        const QModelIndex pid = json->tree()->model()->index(0, 0, state);
        QCOMPARE(pid.data(JsonTreeModel::PathRole).toString(), QStringLiteral(".State.Pid"));
        json->tree()->setCurrentIndex(pid);
        f.containers->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(f.containers.get()));
        json->tree()->setFocus();
        QTest::keyClick(json->tree(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("4711"));
    }

    void runForm()
    {
        Fixture f;
        f.show(*f.containers);
        QTRY_COMPARE(f.table(*f.containers)->model()->rowCount(), 8);
        RunDialog dialog(f.context, f.client);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        QStringList started;
        connect(&dialog, &RunDialog::started, this, [&](const QString& id) { started << id; });
        dialog.setRequest({ .image = QStringLiteral("hello:old"),
            .name = QStringLiteral("mine"),
            .command = QStringLiteral("sh -c 'echo $A; sleep 1'"),
            .environment = QStringLiteral("A=1 2\n\nB=x"),
            .ports = QStringLiteral("8080:80, 53:53/udp"),
            .network = QStringLiteral("none"),
            .removeAfter = true });
        dialog.show();
        QCOMPARE(dialog.request().dockerCommand().join(u'|'),
            QStringLiteral("docker|run|-d|--rm|--name|mine|-e|A=1 2|-e|B=x|-p|8080:80|-p|53:53/udp|--network|none|hello:old|sh|-c|echo $A; sleep 1"));

        // What goes wrong is said, and what was typed stays.
        f.engine->refusals["/containers/create"] = { "409 Conflict", "the name mine is taken" };
        dialog.run();
        QTRY_VERIFY(dialog.banner()->text().contains(QStringLiteral("The name mine is taken.")));
        QVERIFY(dialog.isVisible());
        QCOMPARE(dialog.request().name, QStringLiteral("mine"));

        dialog.run();
        QTRY_COMPARE(started, QStringList { QStringLiteral("feed0001feed0001") });
        QVERIFY(!dialog.isVisible());
        const QByteArray body = f.engine->bodies.at(f.engine->requests.indexOf(f.engine->requests.filter("/containers/create").last()));
        const auto sent = model::parse<model::ContainerCreate>(body.toStdString());
        QVERIFY(sent);
        QVERIFY(sent->hostConfig.autoRemove);
        QCOMPARE(sent->hostConfig.portBindings.at("53/udp").at(0).hostPort, std::string("53"));
        QCOMPARE(sent->config.cmd->at(2), std::string("echo $A; sleep 1"));
        QTRY_COMPARE(f.containers->runningCount(), 5);
    }

    void wrongForms_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("said");
        QTest::newRow("quote") << "command" << "echo 'x" << "quote";
        QTest::newRow("environment") << "environment" << "A=1\nB" << "NAME=value";
        QTest::newRow("port") << "ports" << "80000:1" << "65535";
        QTest::newRow("protocol") << "ports" << "80:80/http" << "protocol";
        QTest::newRow("name") << "name" << "a b" << "letters";
        QTest::newRow("image") << "image" << " " << "image";
    }
    void wrongForms()
    {
        QFETCH(QString, field);
        QFETCH(QString, text);
        QFETCH(QString, said);
        RunRequest request;
        request.image = field == u"image" ? text : QStringLiteral("x");
        (field == u"command"           ? request.command
                : field == u"environment" ? request.environment
                : field == u"ports"       ? request.ports
                                          : request.name)
            = field == u"image" ? QString() : text;
        const auto model = request.toModel();
        QVERIFY(!model);
        QVERIFY2(QString::fromStdString(model.error().message()).contains(said), model.error().message().c_str());
    }

    void imagesAndLayers()
    {
        Fixture f;
        f.show(*f.images);
        QTRY_COMPARE(f.table(*f.images)->model()->rowCount(), 5);
        QVERIFY(f.column(*f.images, 0).contains(QStringLiteral("registry.example.org:5000/team/hello")));
        QTRY_VERIFY(f.column(*f.images, 5).contains(QStringLiteral("looper, prueba, nuevo")));
        f.images->openImage(QStringLiteral("hello:old"));
        auto* layers = f.images->findChild<QListView*>(QStringLiteral("layers.list"));
        QTRY_COMPARE(layers->model()->rowCount(), 6);
        QTRY_COMPARE(layers->currentIndex().row(), 4); // the topmost layer, once it is read
        auto* tree = f.images->findChild<LayersView*>()->findChild<QTreeView*>(QStringLiteral("layers.tree"));
        QTRY_COMPARE(tree->model()->rowCount(), 3);
        QTRY_VERIFY(f.images->findChild<LayersView*>()->findChildren<QLabel*>().size() > 0);
        const auto labels = [&] {
            QStringList texts;
            for (auto* label : f.images->findChild<LayersView*>()->findChildren<QLabel*>())
                texts << label->text();
            return texts;
        };
        QTRY_VERIFY(labels().contains(QStringLiteral("78 MB"))); // wasted
        // As of this layer: all of it.
        f.images->findChild<QTabBar*>(QStringLiteral("scope"))->setCurrentIndex(0);
        QTRY_COMPARE(tree->model()->rowCount(), 5);
        auto* filter = f.images->findChild<LayersView*>()->findChild<QLineEdit*>(QStringLiteral("layers.filter"));
        filter->setText(QStringLiteral("*.c"));
        QTRY_COMPARE(tree->model()->rowCount(), 1);
        filter->clear();
        QTRY_COMPARE(tree->model()->rowCount(), 5);
    }

    void imageActions()
    {
        Fixture f;
        f.show(*f.images);
        QTRY_COMPARE(f.table(*f.images)->model()->rowCount(), 5);
        f.select(*f.images, QStringLiteral("node"));
        Fixture::command(*f.images, QStringLiteral("Run…"))->trigger();
        QCOMPARE(f.navigator.runs, QStringList { QStringLiteral("node:22-slim") });

        f.engine->refusals["DELETE /images/"] = { "409 Conflict", "image is used by container web" };
        Fixture::command(*f.images, QStringLiteral("Remove…"))->trigger();
        auto* box = f.images->findChild<QMessageBox*>();
        QVERIFY(box && box->isVisible());
        QVERIFY(box->informativeText().contains(QStringLiteral("web")));
        buttonOf(box, QStringLiteral("Remove"))->click();
        QTRY_VERIFY(Fixture::banner(*f.images)->text().contains(QStringLiteral("Image is used by container web.")));

        const QString archive = f.dir.filePath(QStringLiteral("hello.tar"));
        {
            QFile file(archive);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray(300'000, 'x'));
        }
        f.images->loadArchive(archive);
        QTRY_VERIFY(f.navigator.sentences.join(u' ').contains(QStringLiteral("hello.tar is loaded: hello:old")));
        f.images->loadArchive(f.dir.filePath(QStringLiteral("missing.tar")));
        QTRY_VERIFY(Fixture::banner(*f.images)->text().contains(QStringLiteral("missing.tar was not loaded.")));
    }

    void noEngineAndBack()
    {
        Fixture f(Theme::Mode::Light, true, false);
        f.show(*f.containers);
        auto* empty = f.containers->findChild<EmptyState*>();
        QTRY_VERIFY(empty->isVisible() && empty->accessibleName().contains(QStringLiteral("does not answer")));
        f.engine = std::make_unique<PanelEngine>(f.client.socketPath());
        fillSample(*f.engine);
        QTRY_COMPARE(f.table(*f.containers)->model()->rowCount(), 8);
        QVERIFY(f.table(*f.containers)->isVisible());
        f.engine->die();
        QTRY_VERIFY(empty->isVisible());
    }

    void emptyPagesTeach()
    {
        Fixture f(Theme::Mode::Light, false);
        f.show(*f.images);
        f.show(*f.containers);
        for (Page* page : { static_cast<Page*>(f.images.get()), static_cast<Page*>(f.containers.get()) }) {
            auto* empty = page->findChild<EmptyState*>();
            QTRY_VERIFY(empty->isVisible() && empty->accessibleName().startsWith(QStringLiteral("No ")));
            QVERIFY(empty->button()->isVisible());
        }
    }

    /// A view of a million lines asks for what it shows: scrolling to any place costs the same.
    void millionLines()
    {
        Fixture f(Theme::Mode::Light, false);
        LogPanel panel(f.theme);
        panel.resize(900, 500);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QByteArray block;
        for (int i = 0; i < 1000; ++i)
            block += "some line of a log that goes on and on, number " + QByteArray::number(i) + '\n';
        for (int i = 0; i < 1000; ++i)
            panel.store().append(LogStream::Out, block);
        QCOMPARE(panel.store().endLine(), 1'000'000);
        QTRY_VERIFY(panel.view()->following());
        panel.view()->goTo(500'000);
        QCOMPARE(panel.view()->currentLine(), 500'000);
        panel.view()->repaint();
        QVERIFY(!panel.view()->following());
    }

    void everythingHasAName()
    {
        Fixture f;
        f.show(*f.images);
        f.show(*f.containers);
        QTRY_COMPARE(f.table(*f.containers)->model()->rowCount(), 8);
        QStringList nameless;
        for (Page* page : { static_cast<Page*>(f.images.get()), static_cast<Page*>(f.containers.get()) }) {
            for (QWidget* widget : page->findChildren<QWidget*>()) {
                // Labels and buttons that have nothing to say yet.
                const bool empty = !widget->isVisible() && (qobject_cast<QPushButton*>(widget) || qobject_cast<QLabel*>(widget));
                if (empty || widget->focusPolicy() == Qt::NoFocus || widget->inherits("QScrollBar") || widget->inherits("QHeaderView") || widget->objectName().startsWith(u"qt_"))
                    continue;
                QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
                const bool named = !widget->accessibleName().isEmpty() || (face && !face->text(QAccessible::Name).isEmpty());
                if (!named && !widget->inherits("QScrollArea") && !widget->inherits("QAbstractScrollArea"))
                    nameless << QString::fromLatin1(widget->metaObject()->className());
            }
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u' ')));
    }

    void pictures_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<QString>("language");
        QTest::newRow("light-en") << false << "en";
        QTest::newRow("dark-en") << true << "en";
        QTest::newRow("light-es") << false << "es";
        QTest::newRow("dark-es") << true << "es";
    }
    /// For people to look at: DARSENA_PICTURES names the folder.
    void pictures()
    {
        const QString folder = qEnvironmentVariable("DARSENA_PICTURES");
        if (folder.isEmpty())
            QSKIP("DARSENA_PICTURES names no folder");
        QDir().mkpath(folder);
        QFETCH(bool, dark);
        QFETCH(QString, language);
        const QString suffix = QLatin1Char('-') + QString::fromLatin1(QTest::currentDataTag()) + QStringLiteral(".png");
        QTranslator translator;
        if (language == u"es" && translator.load(qEnvironmentVariable("DARSENA_ES_QM")))
            QCoreApplication::installTranslator(&translator);
        QLocale::setDefault(QLocale(language));
        Fixture f(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        f.show(*f.containers);
        QTRY_COMPARE(f.table(*f.containers)->model()->rowCount(), 8);
        f.select(*f.containers, QStringLiteral("web"));
        QTRY_COMPARE(f.containers->findChild<ContainerDetails*>()->log()->store().endLine(), 400);
        f.engine->writeLog("cannot reach the data base: connection refused\n", true);
        QTest::qWait(200);
        QVERIFY(f.containers->grab().save(folder + QStringLiteral("/containers-log") + suffix));
        f.containers->findChild<ContainerDetails*>()->findChild<QTabBar*>()->setCurrentIndex(1);
        QTest::qWait(200);
        f.containers->findChild<JsonView*>()->tree()->expandAll();
        QVERIFY(f.containers->grab().save(folder + QStringLiteral("/containers-inspect") + suffix));

        f.show(*f.images);
        QTRY_COMPARE(f.table(*f.images)->model()->rowCount(), 5);
        f.images->openImage(QStringLiteral("hello:old"));
        QTest::qWait(600);
        QVERIFY(f.images->grab().save(folder + QStringLiteral("/images") + suffix));
        for (QAction* action : f.images->commands()) {
            if (action->isCheckable())
                action->setChecked(true);
        }
        auto* view = f.images->findChild<LayersView*>();
        view->findChild<QTabBar*>(QStringLiteral("side"))->setCurrentIndex(1);
        QTest::qWait(200);
        QVERIFY(f.images->grab().save(folder + QStringLiteral("/layers-only") + suffix));
        view->findChild<QTabBar*>(QStringLiteral("scope"))->setCurrentIndex(0);
        QTest::qWait(300);
        auto* tree = view->findChild<QTreeView*>(QStringLiteral("layers.tree"));
        tree->setCurrentIndex(tree->model()->index(1, 0));
        QTest::qWait(200);
        QVERIFY(f.images->grab().save(folder + QStringLiteral("/layers-asof") + suffix));

        RunDialog dialog(f.context, f.client);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.setRequest({ QStringLiteral("hello:old"), QStringLiteral("saludo"), QStringLiteral("hello --lang 'es MX'"), QStringLiteral("TZ=UTC"), QStringLiteral("8080:80"), {}, true });
        dialog.banner()->showProblem(RunDialog::tr("The container was not created."), QStringLiteral("The name saludo is taken by container 5c0e7d1b9a42."));
        dialog.show();
        QTest::qWait(200);
        QVERIFY(dialog.grab().save(folder + QStringLiteral("/run") + suffix));
        QCoreApplication::removeTranslator(&translator);
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    }
};

QTEST_MAIN(TestPages)
#include "tst_pages.moc"
