// SPDX-License-Identifier: GPL-3.0-or-later
// The layer viewer: in the real window with an engine that lists a few files, and by itself with loaders that the test
// feeds.
#include "tests/gui/fake_images.h"
#include "tests/gui/panels/panel_engine.h"
#include "tests/gui/studio_fixture.h"
#include "tests/gui/widget_pictures.h"

#include "gui/layers/compare_bar.h"
#include "gui/layers/content/comparison.h"
#include "gui/layers/content/file_compare.h"
#include "gui/layers/content/file_preview.h"
#include "gui/layers/extraction/extract_dialog.h"
#include "gui/layers/file_details.h"
#include "gui/layers/file_tree_pane.h"
#include "gui/layers/layer_figures.h"
#include "gui/layers/layer_list_pane.h"
#include "gui/layers/layer_side.h"
#include "gui/layers/layers_view.h"
#include "gui/layers/tree_toolbar.h"
#include "gui/models/layer_list_model.h"
#include "gui/models/layer_tree_model.h"
#include "gui/panels/images/image_details.h"
#include "gui/panels/images/images_page.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QAction>
#include <QActionGroup>
#include <QCheckBox>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QTabBar>
#include <QToolButton>
#include <QTreeView>

using namespace darsena;
using namespace darsena::gui;
using layers::layer;

namespace {

class QuietNavigator : public Navigator {
public:
    void goTo(PageId) override { }
    void openImage(const QString&) override { }
    void openContainer(const QString&) override { }
    void openDockerfile(const QString&, int) override { }
    void runImage(const QString&) override { }
    void notify(const QString& sentence) override { sentences << sentence; }
    QStringList sentences;
};

FakeImages::Image sampleImage()
{
    return { { layer({ { 'd', "etc" }, { 'f', "etc/motd", "40 m" }, { 'f', "etc/passwd", "100 p", 0644 }, { 'd', "src" }, { 'f', "src/big.tar", "5000000 t" },
                   { 'f', "src/hello.c", "200 c" }, { 'd', "usr" }, { 'd', "usr/bin" }, { 'f', "usr/bin/sh", "900 s", 0755 }, { 'l', "usr/bin/dash", "sh" } }),
                 layer({ { 'd', "usr" }, { 'd', "usr/bin" }, { 'f', "usr/bin/hello", "700000 h", 04755 }, { 'd', "tmp", "777" } }),
                 layer({ { 'd', "etc" }, { 'f', "etc/passwd", "100 p", 0600 }, { 'f', "etc/motd", "44 n" }, { 'w', "src" } }),
                 layer({ { 'd', "etc" }, { 'f', "etc/motd", "44 n", 0755, 7 } }) },
        { "/bin/sh -c #(nop) ADD file:0 in / ", "RUN /bin/sh -c make # buildkit", "RUN /bin/sh -c rm -rf /src && chmod 600 /etc/passwd # buildkit",
            "-CMD [\"hello\"]", "RUN /bin/sh -c touch /etc/motd # buildkit" } };
}

/// The viewer by itself.
struct Viewer {
    explicit Viewer(const FakeImages::Image& image = sampleImage(), ThemeMode mode = ThemeMode::Light)
        : theme(*qApp, mode)
        , settings(dir.filePath(QStringLiteral("studio.conf")))
    {
        shelf.images[QStringLiteral("hello")] = image;
        view = std::make_unique<LayersView>(PageContext { theme, settings, navigator }, std::make_unique<FakeImages>(shelf));
        view->resize(1384, 780);
        view->show();
        view->activateWindow();
        tester = std::make_unique<QAbstractItemModelTester>(&files()->model());
    }
    bool open(const char* reference = "hello")
    {
        view->openFromRegistry(QLatin1String(reference));
        shelf.last().giveAll();
        return QTest::qWaitForWindowActive(view.get()) && settled();
    }
    LayerListPane* list() { return view->findChild<LayerListPane*>(); }
    FileTreePane* files() { return view->findChild<FileTreePane*>(); }
    TreeToolbar* tools() { return files()->toolbar(); }
    QTreeView* tree() { return files()->view(); }
    LayerTreeModel& model() { return files()->model(); }
    FileDetails* details() { return view->findChild<FileDetails*>(); }
    template<typename T>
    T* named(const char* name)
    {
        return view->findChild<T*>(QLatin1String(name));
    }
    QString note() { return named<QLabel>("layers.note")->text(); }

    /// What is asked for is shown.
    bool settled()
    {
        QTest::qWait(30);
        return QTest::qWaitFor([this] { return model().content() != nullptr; });
    }
    /// The paths that the model has, opened or not.
    QStringList paths()
    {
        QStringList all;
        const std::function<void(const QModelIndex&)> walk = [&](const QModelIndex& parent) {
            for (int row = 0; row < model().rowCount(parent); ++row) {
                const QModelIndex index = model().index(row, 0, parent);
                all << index.data(LayerTreeModel::PathRole).toString();
                walk(index);
            }
        };
        walk({});
        all.sort();
        return all;
    }
    QModelIndex at(const QString& path) { return !model().content() ? QModelIndex() : model().indexOf(model().content()->stack->find(path.mid(1).toStdString())); }
    void key(QWidget* widget, int key, Qt::KeyboardModifiers modifiers = {})
    {
        widget->setFocus();
        QTest::keyClick(widget, Qt::Key(key), modifiers);
    }
    QString texts(QWidget* within)
    {
        QStringList all;
        for (auto* label : within->findChildren<QLabel*>())
            all << label->text();
        for (auto* text : within->findChildren<QTextEdit*>())
            all << text->toPlainText();
        for (auto* button : within->findChildren<QPushButton*>())
            all << button->text();
        return all.join(u'\n');
    }

    QTemporaryDir dir;
    Theme theme;
    Settings settings;
    QuietNavigator navigator;
    FakeImages::Shelf shelf;
    std::unique_ptr<LayersView> view;
    std::unique_ptr<QAbstractItemModelTester> tester;
};

const QStringList onlyThird { "/etc", "/etc/motd", "/etc/passwd", "/src", "/src/big.tar", "/src/hello.c" };

} // namespace

class LayersTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void layersAreShownAsTheyCome()
    {
        Viewer v;
        v.view->openFromRegistry(QStringLiteral("hello"));
        FakeLoader& loader = v.shelf.last();
        QVERIFY(loader.started);
        QCOMPARE(v.shelf.asked.back().kind, ImageOrigin::Kind::Registry);
        QVERIFY(v.named<QPushButton>("layers.cancel")->isVisible());
        loader.describe();
        LayerListModel& list = v.list()->model();
        QCOMPARE(list.rowCount(), 5);
        QCOMPARE(list.index(1).data().toString(), QStringLiteral("RUN make"));
        QCOMPARE(list.index(3).data(LayerListModel::LayerRole).toInt(), -1);
        QCOMPARE(v.list()->layer(), 3); // the topmost

        loader.give(0);
        QVERIFY(v.named<QLabel>("layers.progress")->text().contains(QStringLiteral("1.0 KB of 4.0 KB")));
        // What can be looked at is, until somebody chooses.
        QTRY_COMPARE(v.list()->layer(), 0);
        QTRY_COMPARE(v.model().rowCount(), 3);
        v.list()->chooseLayer(3);
        QTRY_VERIFY(v.note().contains(QStringLiteral("Reading the layers up to this one")));
        v.list()->chooseLayer(0);
        QCOMPARE(list.index(0).data(LayerListModel::TotalRole).toLongLong(), 5'001'240);
        QCOMPARE(list.index(1).data(LayerListModel::BytesRole).toLongLong(), -1);

        loader.give(3);
        loader.give(2);
        loader.give(1);
        loader.finish();
        QVERIFY(!v.named<QPushButton>("layers.cancel")->isVisible());
        // The base's /src, and the first passwd and both motds that were replaced.
        QTRY_COMPARE(list.index(0).data(LayerListModel::HiddenRole).toLongLong(), 5'000'200 + 100 + 40);
        QTRY_VERIFY(v.texts(v.view->findChild<LayerFigures*>()).contains(QStringLiteral("dive score")));
        QCOMPARE(list.index(0).data(LayerListModel::StoredRole).toLongLong(), 5'001'240 / 2 + 1);
        QCOMPARE(v.list()->layer(), 0); // somebody chose it
    }

    void cancelKeepsWhatHasCome()
    {
        Viewer v;
        v.view->openFromRegistry(QStringLiteral("hello"));
        v.shelf.last().describe();
        v.shelf.last().give(0);
        v.list()->chooseLayer(0);
        QTRY_COMPARE(v.model().rowCount(), 3);
        v.named<QPushButton>("layers.cancel")->click();
        QTRY_VERIFY(!v.shelf.loaders.back()); // which ends the reading
        QVERIFY(!v.named<QPushButton>("layers.cancel")->isVisible());
        QCOMPARE(v.model().rowCount(), 3);
        v.named<QTreeView>("layers.tree")->setCurrentIndex(v.model().index(0, 0));
        v.key(v.tree(), Qt::Key_E, Qt::ControlModifier); // nobody to ask
        QVERIFY(!v.view->findChild<ExtractDialog*>());
    }

    void failures()
    {
        Viewer v;
        v.view->openFromRegistry(QStringLiteral("hello"));
        v.shelf.last().fail(Error(ErrorCode::Corrupt, "hello.tar: layer 2 ends at byte 512"));
        QTRY_VERIFY(v.texts(v.view.get()).contains(QStringLiteral("Hello.tar: layer 2 ends at byte 512.")));
        // Opening it again reads again; what came before it broke stays.
        v.view->openFromRegistry(QStringLiteral("hello"));
        QCOMPARE(v.shelf.loaders.size(), 2u);
        v.shelf.last().describe();
        v.shelf.last().give(0);
        v.list()->chooseLayer(0);
        QTRY_COMPARE(v.model().rowCount(), 3);
        v.shelf.last().fail(Error(ErrorCode::Corrupt, "layer 1 is cut off"));
        QTRY_VERIFY(v.named<QLabel>("layers.progress")->text().contains(QStringLiteral("Layer 1 is cut off.")));
        QCOMPARE(v.model().rowCount(), 3);
    }

    void scopes()
    {
        Viewer v;
        QVERIFY(v.open());
        v.list()->chooseLayer(2);
        QTRY_COMPARE(v.paths(), onlyThird);
        QCOMPARE(v.note(), QStringLiteral("5 of 12 path(s)"));
        QVERIFY(!v.tools()->chip(TreeToolbar::Same)->isEnabled());

        v.tools()->setScope(TreeToolbar::AsOfLayer);
        QTRY_VERIFY(v.paths().contains(QStringLiteral("/usr/bin/hello")));
        QCOMPARE(v.at("/src").data(LayerTreeModel::MarkRole).toInt(), int(layers::Mark::Removed));
        QCOMPARE(v.at("/usr/bin/hello").data(LayerTreeModel::MarkRole).toInt(), int(layers::Mark::Same));
        QVERIFY(!v.files()->compareBar()->isVisible());

        // Since the base: the first choice.
        v.tools()->setScope(TreeToolbar::Compared);
        QTRY_COMPARE(v.paths(), QStringList(onlyThird) + QStringList({ "/tmp", "/usr", "/usr/bin", "/usr/bin/hello" }));
        QVERIFY(v.files()->compareBar()->isVisible());
        QCOMPARE(v.named<QLabel>("layers.compared")->text(), QStringLiteral("Layer 2 compared with layer 0"));
        QCOMPARE(v.at("/usr/bin/hello").data(LayerTreeModel::MarkRole).toInt(), int(layers::Mark::Added));

        // With the one below, by the menu.
        QMenu* menu = v.files()->compareBar()->menu();
        Q_EMIT menu->aboutToShow();
        QCOMPARE(menu->actions().at(0)->isChecked(), true);
        QVERIFY(menu->actions().at(1)->text().startsWith(QStringLiteral("Layer 1 · RUN make")));
        menu->actions().at(1)->trigger();
        QTRY_COMPARE(v.paths(), onlyThird);
        // With itself or one above there is nothing to see, and it says so.
        v.list()->chooseLayer(1);
        QTRY_COMPARE(v.paths(), QStringList());
        QVERIFY(v.named<QLabel>("layers.compared")->text().contains(QStringLiteral("choose a layer above it")));

        // Times can be left out: layer 3 changes nothing else.
        v.list()->chooseLayer(3);
        Q_EMIT menu->aboutToShow();
        menu->actions().at(2)->trigger();
        QTRY_COMPARE(v.paths(), QStringList({ "/etc", "/etc/motd" }));
        QVERIFY(v.at("/etc/motd").data(LayerTreeModel::MetadataOnlyRole).toBool());
        v.files()->compareBar()->times()->setChecked(true);
        QTRY_COMPARE(v.paths(), QStringList());
        v.named<QToolButton>("layers.compareClose")->click();
        QCOMPARE(v.tools()->scope(), TreeToolbar::AsOfLayer);

        // The step that made no layer did nothing.
        v.tools()->setScope(TreeToolbar::OnlyLayer);
        v.list()->view()->setCurrentIndex(v.list()->model().index(3));
        QTRY_COMPARE(v.note(), QStringLiteral("This step changes the image's configuration and no file."));
        QCOMPARE(v.paths(), QStringList());
    }

    void keysAmongTheFiles()
    {
        Viewer v;
        QVERIFY(v.open());
        v.list()->chooseLayer(2);
        v.tools()->setScope(TreeToolbar::AsOfLayer);
        QTRY_VERIFY(v.paths().contains(QStringLiteral("/usr/bin/sh")));
        const auto ctrl = Qt::ControlModifier;
        v.key(v.tree(), Qt::Key_U, ctrl);
        QTRY_COMPARE(v.paths(), onlyThird);
        v.key(v.tree(), Qt::Key_R, ctrl);
        QTRY_COMPARE(v.paths(), QStringList({ "/etc", "/etc/motd", "/etc/passwd" }));
        v.key(v.tree(), Qt::Key_M, ctrl | Qt::ShiftModifier);
        QTRY_COMPARE(v.paths(), QStringList({ "/etc", "/etc/motd" }));
        v.key(v.tree(), Qt::Key_M, ctrl);
        QTRY_COMPARE(v.paths(), QStringList());
        QVERIFY(v.tools()->chip(TreeToolbar::Changed)->font().strikeOut()); // not by the colour alone
        v.list()->chooseLayer(1);
        QTRY_COMPARE(v.paths(), QStringList({ "/tmp", "/usr", "/usr/bin", "/usr/bin/hello" }));
        v.key(v.tree(), Qt::Key_A, ctrl);
        QTRY_COMPARE(v.paths(), QStringList());
        for (const int one : { Qt::Key_A, Qt::Key_M, Qt::Key_R, Qt::Key_U })
            v.key(v.tree(), one, ctrl);
        QTRY_VERIFY(v.paths().contains(QStringLiteral("/usr/bin/sh")));

        // Open and close.
        v.tree()->setCurrentIndex(v.at("/usr"));
        v.key(v.tree(), Qt::Key_Space, ctrl);
        QVERIFY(!v.tree()->isExpanded(v.at("/usr")));
        v.key(v.tree(), Qt::Key_Space);
        QVERIFY(v.tree()->isExpanded(v.at("/usr")));
        v.key(v.tree(), Qt::Key_Space);
        QVERIFY(!v.tree()->isExpanded(v.at("/usr")));
        v.key(v.tree(), Qt::Key_Space, ctrl | Qt::ShiftModifier);
        QVERIFY(v.tree()->isExpanded(v.at("/usr/bin")));

        // Attributes, and the order.
        QVERIFY(v.tree()->isColumnHidden(LayerTreeModel::Mode));
        v.key(v.tree(), Qt::Key_B, ctrl);
        QVERIFY(!v.tree()->isColumnHidden(LayerTreeModel::Owner));
        QCOMPARE(v.model().index(0, 0).data().toString(), QStringLiteral("src"));
        v.key(v.tree(), Qt::Key_O, ctrl);
        QCOMPARE(v.model().index(0, 0).data().toString(), QStringLiteral("etc"));
        QVERIFY(v.tree()->isExpanded(v.at("/usr/bin"))); // what was open stays

        // Typing finds among what is open.
        v.tree()->setCurrentIndex(v.at("/etc"));
        v.tree()->setFocus();
        QTest::keyClicks(v.tree(), QStringLiteral("hel"));
        QCOMPARE(v.tree()->currentIndex().data(LayerTreeModel::PathRole).toString(), QStringLiteral("/src/hello.c"));

        v.key(v.tree(), Qt::Key_F, ctrl);
        QVERIFY(v.tools()->filter()->hasFocus());
        v.key(v.tree(), Qt::Key_F6);
        QVERIFY(v.view->findChild<LayerSide*>()->bar()->hasFocus());
        v.list()->view()->setFocus();
        QTest::keyClick(v.list()->view(), Qt::Key_Tab);
        QVERIFY(v.tree()->hasFocus());
    }

    void keysAmongTheLayers()
    {
        Viewer v;
        QVERIFY(v.open());
        v.key(v.list()->view(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(v.tools()->scope(), TreeToolbar::Compared);
        QTRY_VERIFY(v.paths().contains(QStringLiteral("/usr/bin/hello")));
        v.key(v.list()->view(), Qt::Key_L, Qt::ControlModifier);
        QCOMPARE(v.tools()->scope(), TreeToolbar::AsOfLayer);
        v.key(v.list()->view(), Qt::Key_Up);
        v.key(v.list()->view(), Qt::Key_Up);
        QCOMPARE(v.list()->layer(), 2);
        v.key(v.list()->view(), Qt::Key_Home);
        QCOMPARE(v.list()->layer(), 0);
        QTRY_COMPARE(v.model().content()->view->range(), (layers::LayerRange { 0, 0 }));
    }

    void filters()
    {
        Viewer v;
        QVERIFY(v.open());
        v.list()->chooseLayer(1);
        v.tools()->setScope(TreeToolbar::AsOfLayer);
        QTRY_VERIFY(v.paths().contains(QStringLiteral("/src/big.tar")));
        const auto filtered = [&](const char* text) {
            v.tools()->filter()->setText(QLatin1String(text));
            QTest::qWait(60);
            return v.paths();
        };
        QTRY_COMPARE(filtered("HELLO"), QStringList({ "/src", "/src/hello.c", "/usr", "/usr/bin", "/usr/bin/hello" }));
        QVERIFY(v.tree()->isExpanded(v.at("/usr/bin"))); // few enough to be opened unasked
        QTRY_COMPARE(filtered("*.tar"), QStringList({ "/src", "/src/big.tar" }));
        QTRY_COMPARE(filtered("/bin/(sh|dash)$/"), QStringList({ "/usr", "/usr/bin", "/usr/bin/dash", "/usr/bin/sh" }));
        QCOMPARE(v.named<QLabel>("layers.complaint")->isVisible(), false);
        QCOMPARE(filtered("/(/"), QStringList({ "/usr", "/usr/bin", "/usr/bin/dash", "/usr/bin/sh" })); // as it was
        QVERIFY(v.named<QLabel>("layers.complaint")->isVisible());
        QVERIFY(v.named<QLabel>("layers.complaint")->text().startsWith(QStringLiteral("This is no regular expression: ")));
        QTRY_COMPARE(filtered("nowhere"), QStringList());
        QCOMPARE(v.note(), QStringLiteral("No file passes the filters."));
        v.tools()->filter()->clear();
        QTRY_VERIFY(v.paths().size() > 8);

        QAction* megabyte = v.tools()->sizes()->actions().at(2);
        megabyte->trigger();
        QTRY_COMPARE(v.paths(), QStringList({ "/src", "/src/big.tar" }));
        QCOMPARE(v.named<QToolButton>("layers.more")->text(), QStringLiteral("1"));
        v.tools()->sizes()->actions().at(0)->trigger();
        v.tools()->setIds()->trigger();
        QTRY_COMPARE(v.paths(), QStringList({ "/usr", "/usr/bin", "/usr/bin/hello" }));
        v.tools()->setIds()->trigger();
        v.tools()->worldWritable()->trigger();
        QTRY_COMPARE(v.paths(), QStringList({ "/tmp" }));
    }

    void whatIsOpenAndChosenStays()
    {
        std::vector<layers::Line> many;
        for (int i = 0; i < 400; ++i)
            many.push_back({ 'f', fmt::format("d{}/f{}", i / 20, i), fmt::format("{} x", 1000 + i) });
        Viewer v({ { layer(many), layer({ { 'f', "d3/new", "5000 n" } }) } });
        QVERIFY(v.open());
        v.tools()->setScope(TreeToolbar::AsOfLayer);
        v.tools()->sortByName()->trigger(); // by size, what is seen at the top may have to go elsewhere
        QTRY_COMPARE(v.model().rowCount(), 20);
        QVERIFY(!v.tree()->isExpanded(v.at("/d3"))); // too many to open unasked
        for (const char* path : { "/d3", "/d7", "/d11" })
            v.tree()->expand(v.at(path));
        v.tree()->setCurrentIndex(v.at("/d7/f145"));
        v.tree()->verticalScrollBar()->setValue(300);
        const QString top = v.tree()->indexAt(QPoint(1, 1)).data(LayerTreeModel::PathRole).toString();
        v.list()->chooseLayer(0);
        QTRY_VERIFY(!v.at("/d3/new").isValid());
        QVERIFY(v.tree()->isExpanded(v.at("/d3")) && v.tree()->isExpanded(v.at("/d11")) && !v.tree()->isExpanded(v.at("/d4")));
        QCOMPARE(v.files()->currentPath(), QStringLiteral("/d7/f145"));
        QCOMPARE(v.tree()->currentIndex().data(LayerTreeModel::PathRole).toString(), QStringLiteral("/d7/f145"));
        QCOMPARE(v.tree()->indexAt(QPoint(1, 1)).data(LayerTreeModel::PathRole).toString(), top);
        // A filter hides what is chosen; it comes back with it.
        v.tools()->filter()->setText(QStringLiteral("f3"));
        QTRY_VERIFY(!v.tree()->currentIndex().isValid());
        v.tools()->filter()->clear();
        QTRY_COMPARE(v.tree()->currentIndex().data(LayerTreeModel::PathRole).toString(), QStringLiteral("/d7/f145"));
    }

    void detailsAndHistoryOfAPath()
    {
        Viewer v;
        QVERIFY(v.open());
        v.list()->chooseLayer(2);
        QTRY_COMPARE(v.paths(), onlyThird);
        v.tree()->setCurrentIndex(v.at("/etc/passwd"));
        const QString told = v.texts(v.details());
        QVERIFY2(told.contains(QStringLiteral("only metadata changed: mode 644 → 600")), qPrintable(told));
        QVERIFY(told.contains(QStringLiteral("-rw-------  0600")));
        QVERIFY(told.contains(QStringLiteral("2 · RUN rm -rf /src")));
        v.tree()->setCurrentIndex(v.at("/src/hello.c"));
        QVERIFY2(v.texts(v.details()).contains(QStringLiteral("2 · removes it with /src")), qPrintable(v.texts(v.details())));

        // Only the layers that touch it; and to the one that adds it.
        v.details()->findChild<QPushButton*>(QStringLiteral("layers.onlyTouching"))->click();
        QVERIFY(v.list()->view()->isRowHidden(1) && v.list()->view()->isRowHidden(3) && !v.list()->view()->isRowHidden(2));
        QCOMPARE(v.list()->touchedPath(), QStringLiteral("/src/hello.c"));
        for (auto* button : v.details()->findChildren<QPushButton*>()) {
            if (button->text().startsWith(QStringLiteral("0 · adds it"))) {
                button->click();
                break;
            }
        }
        QCOMPARE(v.list()->layer(), 0);
        QTRY_COMPARE(v.tree()->currentIndex().data(LayerTreeModel::PathRole).toString(), QStringLiteral("/src/hello.c"));
        QTRY_COMPARE(v.tree()->currentIndex().data(LayerTreeModel::MarkRole).toInt(), int(layers::Mark::Added));
        v.named<QToolButton>("layers.widen")->click();
        QVERIFY(!v.list()->view()->isRowHidden(1));
    }

    void whatAnImageSaysOfAStep()
    {
        Viewer v;
        QVERIFY(v.open());
        v.list()->chooseLayer(2);
        QTRY_COMPARE(v.named<QTextEdit>("layers.command")->toPlainText(), QStringLiteral("RUN /bin/sh -c rm -rf /src && chmod 600 /etc/passwd # buildkit"));
        QTRY_VERIFY(v.texts(v.list()).contains(QStringLiteral("Ana")));
        QVERIFY(v.texts(v.list()).contains(QString::fromStdString(Digest::ofText("2").text())));
    }

    void comparesWithAnotherImage()
    {
        Viewer v;
        v.shelf.images[QStringLiteral("hello:old")] = { { layer({ { 'd', "etc" }, { 'f', "etc/motd", "1 old" }, { 'f', "gone", "30 g" } }) } };
        QVERIFY(v.open());
        v.tools()->setScope(TreeToolbar::Compared);
        QMenu* menu = v.files()->compareBar()->menu();
        Q_EMIT menu->aboutToShow();
        const QList<QAction*> actions = menu->actions();
        const auto ask = std::find_if(actions.begin(), actions.end(), [](const QAction* one) { return one->text() == QStringLiteral("The image of a registry…"); });
        QVERIFY(ask != actions.end());
        (*ask)->trigger();
        auto* dialog = v.view->findChild<QInputDialog*>(QStringLiteral("layers.askForImage"));
        QVERIFY(dialog && dialog->isVisible());
        dialog->setTextValue(QStringLiteral("hello:old"));
        dialog->accept();
        QCOMPARE(v.shelf.asked.back().reference, QStringLiteral("hello:old"));
        QVERIFY(v.named<QLabel>("layers.compared")->text().contains(QStringLiteral("reading")));
        v.shelf.last().giveAll();
        QTRY_VERIFY(v.paths().contains(QStringLiteral("/gone")));
        QCOMPARE(v.named<QLabel>("layers.compared")->text(), QStringLiteral("hello compared with hello:old"));
        QCOMPARE(v.at("/gone").data(LayerTreeModel::MarkRole).toInt(), int(layers::Mark::Removed));
        QCOMPARE(v.at("/usr/bin/hello").data(LayerTreeModel::MarkRole).toInt(), int(layers::Mark::Added));
        QCOMPARE(v.at("/etc/motd").data(LayerTreeModel::MarkRole).toInt(), int(layers::Mark::Changed));
        v.tree()->setCurrentIndex(v.at("/etc/motd"));
        QVERIFY(!v.texts(v.details()).contains(QStringLiteral("Layers that touch it"))); // there are none of either image

        // As of another layer of the one that is shown.
        v.list()->chooseLayer(0);
        QTRY_VERIFY(!v.paths().contains(QStringLiteral("/usr/bin/hello")));
        QCOMPARE(v.named<QLabel>("layers.compared")->text(), QStringLiteral("hello as of layer 0 compared with hello:old"));

        v.named<QToolButton>("layers.compareClose")->click();
        QTRY_VERIFY(!v.paths().contains(QStringLiteral("/gone")));
        QTRY_VERIFY(!v.shelf.loaders.back());

        // One that cannot be read says why and leaves the viewer as it is.
        v.tools()->setScope(TreeToolbar::Compared);
        Q_EMIT menu->aboutToShow();
        menu->actions().at(menu->actions().size() - 3)->trigger();
        const auto dialogs = v.view->findChildren<QInputDialog*>(QStringLiteral("layers.askForImage"));
        dialogs.back()->setTextValue(QStringLiteral("hello:old"));
        dialogs.back()->accept();
        v.shelf.last().fail(Error(ErrorCode::NotFound, "no such image"));
        QTRY_VERIFY(v.named<QLabel>("layers.compared")->text().contains(QStringLiteral("No such image.")));
    }

    void extracts()
    {
        Viewer v;
        QVERIFY(v.open());
        v.tools()->setScope(TreeToolbar::AsOfLayer);
        v.list()->chooseLayer(2);
        QTRY_VERIFY(v.at("/src/hello.c").isValid());
        v.tree()->setCurrentIndex(v.at("/src/hello.c"));
        v.key(v.tree(), Qt::Key_E, Qt::ControlModifier);
        auto* dialog = v.view->findChild<ExtractDialog*>();
        QVERIFY(dialog && dialog->isVisible());
        const ImageLoader::ExtractRequest request = dialog->request();
        QCOMPARE(request.path, QStringLiteral("src/hello.c"));
        QCOMPARE(request.layer, 1u); // which still has what this layer removes
        dialog->reject();
    }

    void contentsBesideTheFiles()
    {
        Viewer v;
        v.shelf.images[QStringLiteral("hello:old")] = { { layer({ { 'd', "etc" }, { 'f', "etc/motd", "1 old" } }) } };
        QVERIFY(v.open());
        v.list()->chooseLayer(2);
        QTRY_COMPARE(v.paths(), onlyThird);
        auto* side = v.view->findChild<LayerSide*>();
        QStringList tabs;
        for (int i = 0; i < side->bar()->count(); ++i)
            tabs << side->bar()->tabText(i);
        side->bar()->setCurrentIndex(static_cast<int>(tabs.indexOf(QStringLiteral("Content"))));
        // Nothing of its content is other: it is shown as it is.
        v.tree()->setCurrentIndex(v.at("/etc/passwd"));
        QTRY_VERIFY(v.view->findChild<FilePreview*>()->content());
        QCOMPARE(v.view->findChild<FilePreview*>()->isVisible(), true);
        // Before and after.
        v.tree()->setCurrentIndex(v.at("/etc/motd"));
        auto* compare = v.view->findChild<FileCompare*>();
        QTRY_VERIFY(compare->isVisible() && compare->comparison());
        QCOMPARE(compare->comparison()->before, QByteArray("etc/motd of layer 0"));
        QCOMPARE(compare->comparison()->after, QByteArray("etc/motd of layer 2"));
        for (const char* tab : { "Packages", "Copies", "Special" }) {
            QVERIFY2(tabs.contains(QLatin1String(tab)), tab);
            side->bar()->setCurrentIndex(static_cast<int>(tabs.indexOf(QLatin1String(tab))));
            QTest::qWait(20);
        }
    }

    void platforms()
    {
        FakeImages::Image image = sampleImage();
        layers::SourceChoice arm, amd;
        arm.platform = { "linux", "arm64", "v8" };
        arm.number = 1;
        amd.platform = { "linux", "amd64", "" };
        image.choices = { amd, arm };
        Viewer v(image);
        QVERIFY(v.open());
        auto* button = v.named<QToolButton>("layers.platform");
        QVERIFY(button->isVisible());
        QVERIFY(button->text().startsWith(QStringLiteral("linux/amd64")));
        QCOMPARE(button->menu()->actions().at(1)->text(), QStringLiteral("linux/arm64/v8"));
        button->menu()->actions().at(1)->trigger();
        QCOMPARE(v.shelf.asked.size(), 2u);
        QCOMPARE(v.shelf.asked.back().choice->number, 1u);
    }

    void imagesOutOfTheOrdinary()
    {
        Viewer v { FakeImages::Image() };
        v.view->openFromRegistry(QStringLiteral("hello"));
        v.shelf.last().giveAll();
        QTRY_VERIFY(v.note().contains(QStringLiteral("no layers")));
        QCOMPARE(v.paths(), QStringList());

        // No history; an empty layer; the same layer twice.
        const auto same = layer({ { 'f', "a", "10 a" } });
        v.shelf.images[QStringLiteral("odd")] = { { same, layer({}), same } };
        v.view->openFromRegistry(QStringLiteral("odd"));
        v.shelf.last().giveAll();
        QCOMPARE(v.list()->model().rowCount(), 3);
        QCOMPARE(v.list()->model().index(0).data().toString(), QStringLiteral("layer.tar of 0"));
        QTRY_COMPARE(v.paths(), QStringList({ "/a" }));
        QTRY_COMPARE(v.at("/a").data(LayerTreeModel::ReasonsRole).toString(), QStringLiteral("stored again, the same"));
        v.list()->chooseLayer(1);
        QTRY_COMPARE(v.paths(), QStringList());
        QCOMPARE(v.note(), QStringLiteral("Nothing differs."));

        // A history that knows nothing of the last layer.
        v.shelf.images[QStringLiteral("short")] = { { same, same }, { "COPY a /" } };
        v.view->openFromRegistry(QStringLiteral("short"));
        v.shelf.last().giveAll();
        QCOMPARE(v.list()->model().rowCount(), 2);
        QCOMPARE(v.list()->model().index(1).data().toString(), QStringLiteral("layer.tar of 1"));
    }

    /// Everything that can have the focus says what it is.
    void everyControlHasAName()
    {
        Viewer v;
        QVERIFY(v.open());
        v.tree()->setCurrentIndex(v.model().index(0, 0));
        v.tools()->setScope(TreeToolbar::Compared);
        for (QWidget* widget : v.view->findChildren<QWidget*>()) {
            if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus) || widget->objectName().startsWith(QStringLiteral("qt_")))
                continue;
            const auto* button = qobject_cast<QAbstractButton*>(widget);
            const QString name = widget->accessibleName().isEmpty() && button ? button->text() : widget->accessibleName();
            QVERIFY2(!name.isEmpty(), qPrintable(QStringLiteral("%1 %2").arg(QLatin1String(widget->metaObject()->className()), widget->objectName())));
        }
    }

    void anArchiveIsLookedIntoWithoutAnEngine()
    {
        Viewer v; // for its theme and settings
        EngineClient client(v.dir.filePath(QStringLiteral("nobody.sock")));
        FakeImages::Shelf shelf;
        const QString path = v.dir.filePath(QStringLiteral("hello.tar"));
        shelf.images[path] = sampleImage();
        const PageContext context { v.theme, v.settings, v.navigator };
        ImagesPage page(context, client, new LayersView(context, std::make_unique<FakeImages>(shelf)));
        client.start();
        page.resize(1384, 780);
        page.show();
        page.activated();
        page.openArchive(path);
        QCOMPARE(shelf.asked.back().kind, ImageOrigin::Kind::Archive);
        shelf.last().giveAll();
        QTRY_COMPARE(page.breadcrumb(), QStringList({ "hello.tar", "Layers" }));
        auto* tree = page.findChild<QTreeView*>(QStringLiteral("layers.tree"));
        QTRY_VERIFY(tree->isVisible() && tree->model()->rowCount() > 0);
        QVERIFY(!page.findChild<ImageDetails*>()->tabs()->isTabEnabled(1)); // its configuration is not the engine's to tell
        page.findChild<ImageDetails*>()->wholePage()->setChecked(false);
        QTRY_VERIFY(!tree->isVisible());
        QCOMPARE(page.breadcrumb(), QStringList());
    }

    /// For people to look at: DARSENA_PICTURES names the folder.
    void pictures_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<bool>("spanish");
        QTest::newRow("light") << false << false;
        QTest::newRow("dark") << true << false;
        QTest::newRow("es") << false << true;
    }
    void pictures()
    {
        const QString folder = qEnvironmentVariable("DARSENA_PICTURES");
        if (folder.isEmpty())
            QSKIP("DARSENA_PICTURES names no folder");
        QFETCH(bool, dark);
        QFETCH(bool, spanish);
        std::optional<InSpanish> language;
        if (spanish)
            language.emplace();
        Viewer v(sampleImage(), dark ? ThemeMode::Dark : ThemeMode::Light);
        v.shelf.images[QStringLiteral("registry.example.org/hello:old")] = { { layer({ { 'd', "etc" }, { 'f', "etc/motd", "1 old" }, { 'f', "gone", "30000 g" } }) } };
        const auto take = [&](const char* name) {
            QTest::qWait(400);
            QVERIFY(v.view->grab().save(QStringLiteral("%1/viewer-%2-%3.png").arg(folder, QLatin1String(name), QLatin1String(QTest::currentDataTag()))));
        };
        v.view->openFromRegistry(QStringLiteral("hello"));
        v.shelf.last().describe();
        v.shelf.last().give(0);
        take("reading");
        for (std::size_t i = 1; i < 4; ++i)
            v.shelf.last().give(i);
        v.shelf.last().finish();
        v.tools()->setScope(TreeToolbar::AsOfLayer);
        v.list()->chooseLayer(2);
        QTRY_VERIFY(v.at("/src/hello.c").isValid());
        v.tree()->setCurrentIndex(v.at("/src/hello.c"));
        take("asof-file");
        v.details()->findChild<QPushButton*>(QStringLiteral("layers.onlyTouching"))->click();
        v.tools()->filter()->setText(QStringLiteral("/(/"));
        take("narrowed-complaint");
        v.tools()->filter()->clear();
        auto* side = v.view->findChild<LayerSide*>();
        v.tree()->setCurrentIndex(v.at("/etc/motd"));
        side->bar()->setCurrentIndex(1);
        take("content");
        v.files()->ways()->setCurrentIndex(1);
        take("sizes");
        v.files()->ways()->setCurrentIndex(0);
        side->bar()->setCurrentIndex(0);
        v.tools()->setScope(TreeToolbar::Compared);
        take("compared-layer");
        QMenu* menu = v.files()->compareBar()->menu();
        Q_EMIT menu->aboutToShow();
        menu->actions().back()->trigger();
        auto* dialog = v.view->findChild<QInputDialog*>(QStringLiteral("layers.askForImage"));
        dialog->setTextValue(QStringLiteral("registry.example.org/hello:old"));
        dialog->accept();
        v.shelf.last().giveAll();
        v.tools()->attributes()->trigger();
        take("compared-image");
    }

    /// For people to look at: DARSENA_TIMES=1 prints how long the window stands still, and when what was asked for is shown.
    void times()
    {
        if (!qEnvironmentVariableIsSet("DARSENA_TIMES"))
            QSKIP("DARSENA_TIMES is not set");
        FakeImages::Image image;
        for (int i = 0; i < 60; ++i) {
            std::vector<layers::Line> lines;
            lines.reserve(5000);
            for (int k = 0; k < 5000; ++k)
                lines.push_back({ 'f', fmt::format("d{}/s{}/file-{}-{}", k % 100, k % 7, i, k), fmt::format("{} x", (k * 37) % 9000 + 1) });
            image.layers.push_back(layer(lines));
        }
        Viewer v(image);
        v.tester.reset(); // it looks at every row
        QElapsedTimer clock, tick;
        qint64 longest = 0;
        QTimer beat;
        connect(&beat, &QTimer::timeout, this, [&] { longest = std::max(longest, tick.restart()); });
        beat.start(0);
        const auto measure = [&](const char* what, const std::function<void()>& act, bool other = true) {
            QTest::qWait(200);
            const std::shared_ptr<const LayerTreeContent> before = v.model().content();
            longest = 0;
            tick.start();
            clock.start();
            act();
            QVERIFY(QTest::qWaitFor([&] { return !other || v.model().content() != before; }, 30'000));
            const qint64 until = clock.elapsed();
            QTest::qWait(100);
            qInfo("%-28s longest standstill %3lld ms, shown after %4lld ms", what, static_cast<long long>(longest), static_cast<long long>(until));
        };
        measure("open", [&] {
            v.view->openFromRegistry(QStringLiteral("hello"));
            v.shelf.last().giveAll();
        });
        v.tools()->setScope(TreeToolbar::AsOfLayer);
        QTest::qWait(500);
        measure("layer 30", [&] { v.list()->chooseLayer(30); });
        measure("layer 59", [&] { v.list()->chooseLayer(59); });
        measure("show no unchanged", [&] { v.tools()->kindAction(TreeToolbar::Same)->trigger(); });
        measure("show unchanged", [&] { v.tools()->kindAction(TreeToolbar::Same)->trigger(); });
        measure("filter f", [&] { v.tools()->filter()->setText(QStringLiteral("f")); });
        measure("filter fi", [&] { v.tools()->filter()->setText(QStringLiteral("fi")); });
        measure("filter /-42[0-9]+$/", [&] { v.tools()->filter()->setText(QStringLiteral("/-42[0-9]+$/")); });
        measure("no filter", [&] { v.tools()->filter()->clear(); });
        measure("expand everything", [&] { v.files()->expandAll(); }, false);
        measure("by name", [&] { v.tools()->sortByName()->trigger(); }, false);
        measure("layer 30, all open", [&] { v.list()->chooseLayer(30); });
        measure("collapse everything", [&] { v.files()->collapseAll(); }, false);
        measure("since the base", [&] { v.tools()->setScope(TreeToolbar::Compared); });
    }

    void inTheRealWindow()
    {
        QTemporaryDir dir;
        Studio::Options options;
        options.socket = dir.filePath(QStringLiteral("engine.sock"));
        PanelEngine engine(options.socket);
        fillSample(engine);
        StudioFixture f(helloDockerfile, options);
        QVERIFY(f.opened());
        f.window().resize(1440, 900);
        f.window().goTo(PageId::Images);
        static_cast<Navigator&>(f.window()).openImage(QStringLiteral("hello:old"));
        auto* tree = f.child<QTreeView>("layers.tree");
        QTRY_COMPARE(tree->model()->rowCount(), 3);
        auto* list = f.child<QListView>("layers.list");
        QCOMPARE(list->model()->rowCount(), 6);
        // Ctrl+R among the files hides what was removed, and runs no image.
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_R, Qt::ControlModifier);
        QTRY_COMPARE(tree->model()->rowCount(), 1);
        QVERIFY(!f.window().findChild<QDialog*>());
        // F1 tells of the keys.
        f.window().showShortcuts();
        auto* shortcuts = f.child<QDialog>("shortcuts");
        QVERIFY(shortcuts);
        QStringList listed;
        for (auto* label : shortcuts->findChildren<QLabel*>())
            listed << label->text();
        for (const char* text : { "Show removed files", "All changes since the base layer", "Collapse everything", "Extract…", "Filter the files" })
            QVERIFY2(listed.contains(QString::fromUtf8(text)), text);
        shortcuts->close();
    }
};

QTEST_MAIN(LayersTest)
#include "tst_layers.moc"
