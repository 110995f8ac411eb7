// SPDX-License-Identifier: GPL-3.0-or-later
// The layer viewer's pictures of sizes and its lists by themselves: shown in a window, used with keys and mouse.
#include "gui/layers/extraction/extract_dialog.h"
#include "gui/layers/lists/duplicates_view.h"
#include "gui/layers/lists/packages_view.h"
#include "gui/layers/lists/special_files_view.h"
#include "gui/layers/sizes/flame_view.h"
#include "gui/layers/sizes/size_pane.h"
#include "gui/layers/sizes/treemap_view.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/empty_state.h"
#include "tests/gui/layer_image.h"
#include "tests/gui/widget_pictures.h"

#include <QAccessible>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace darsena;
using namespace darsena::gui;
using layers::Stack;

namespace {

/// What the status bar would say.
class Sentences : public Navigator {
public:
    void goTo(PageId) override { }
    void openImage(const QString&) override { }
    void openContainer(const QString&) override { }
    void openDockerfile(const QString&, int) override { }
    void runImage(const QString&) override { }
    void notify(const QString& sentence) override { last = sentence; }
    QString last;
};

/// Whether a visible label of a widget says this, now or soon.
bool says(const QWidget& widget, const QString& text)
{
    return QTest::qWaitFor([&] {
        const auto labels = widget.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(), [&](QLabel* label) { return label->isVisible() && label->text().contains(text); });
    });
}

} // namespace

class TestLayerWidgets : public QObject {
    Q_OBJECT

    std::unique_ptr<WidgetPictures> m_pictures;
    LayerImage m_image;

    static QPoint centreOf(const SizeMap& map, Stack::NodeId node)
    {
        const int at = blockOf(map.blocks(), node);
        return at < 0 ? QPoint(-1, -1) : map.blocks()[std::size_t(at)].box.center().toPoint();
    }

private Q_SLOTS:
    void initTestCase() { m_pictures = std::make_unique<WidgetPictures>(); }

    void sizes()
    {
        SizePane pane(m_pictures->theme());
        pane.setLayerNames(m_image.names());
        pane.setData(m_image.stack(), m_image.whole(), {}, m_image.analysis());
        QVERIFY(WidgetPictures::show(pane, { 900, 620 }));
        SizeMap* map = pane.map();
        QTRY_VERIFY(!map->blocks().empty());
        const Stack::NodeId gcc = m_image.find("usr/lib/gcc/cc1");
        QTRY_VERIFY(centreOf(*map, gcc).x() > 0);
        QVERIFY(m_pictures->take(pane, QStringLiteral("sizes-treemap")));

        // A click chooses.
        QSignalSpy chosen(&pane, &SizePane::chosen);
        QTest::mouseClick(map, Qt::LeftButton, {}, centreOf(*map, gcc));
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.takeFirst().first().value<Stack::NodeId>(), gcc);
        QCOMPARE(map->current(), gcc);
        QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(map);
        QVERIFY(accessible);
        QCOMPARE(accessible->text(QAccessible::Value), map->describe(gcc));
        QVERIFY(map->describe(gcc).startsWith(QStringLiteral("/usr/lib/gcc/cc1 · ")));

        // The arrows go on from there, and say so.
        QTest::keyClick(map, Qt::Key_Left);
        QTest::keyClick(map, Qt::Key_Right);
        QTest::keyClick(map, Qt::Key_Down);
        QTest::keyClick(map, Qt::Key_Up);
        QVERIFY(chosen.size() >= 2);
        QVERIFY(map->current() != Stack::none);

        // Page Up goes to the parent, Enter into it, Backspace out again.
        pane.setCurrent(gcc);
        QTest::keyClick(map, Qt::Key_PageUp);
        QCOMPARE(map->current(), m_image.find("usr/lib/gcc"));
        QSignalSpy drawn(map, &SizeMap::painted);
        QTest::keyClick(map, Qt::Key_Return);
        QCOMPARE(map->top(), m_image.find("usr/lib/gcc"));
        QTRY_VERIFY(!drawn.isEmpty() && map->blocks().front().node == m_image.find("usr/lib/gcc"));
        QTest::keyClick(map, Qt::Key_PageDown);
        QCOMPARE(map->current(), gcc);
        QVERIFY(m_pictures->take(pane, QStringLiteral("sizes-zoomed")));
        QTest::keyClick(map, Qt::Key_Backspace);
        QCOMPARE(map->top(), m_image.find("usr/lib"));
        QTest::keyClick(map, Qt::Key_Escape);
        QCOMPARE(map->top(), m_image.find("usr"));
        // And the crumbs lead to the root.
        auto* root = pane.findChild<QPushButton*>();
        QVERIFY(root);
        QCOMPARE(root->text(), QStringLiteral("/"));
        QTest::mouseClick(root, Qt::LeftButton);
        QCOMPARE(map->top(), Stack::root);

        // A double click goes in, one step from a file.
        QTRY_COMPARE(map->blocks().front().node, Stack::root);
        QTest::mouseDClick(map, Qt::LeftButton, {}, centreOf(*map, gcc));
        QCOMPARE(map->top(), m_image.find("usr/lib/gcc"));
        map->zoomTo(Stack::root);

        // Colours of changes and waste; the legend changes with them.
        auto* colours = pane.findChild<QComboBox*>(QStringLiteral("layers.sizes.colouring"));
        QCOMPARE(colours->count(), 3);
        const QString first = pane.legend()->item(0)->text();
        QVERIFY2(first.contains(QStringLiteral("RUN apt-get")), qPrintable(first));
        QSignalSpy layer(&pane, &SizePane::layerChosen);
        pane.legend()->setCurrentRow(0);
        QTest::keyClick(pane.legend(), Qt::Key_Return);
        QCOMPARE(layer.size(), 1);
        QCOMPARE(layer.first().first().toInt(), 1);
        colours->setFocus();
        QTest::keyClick(colours, Qt::Key_End);
        QTRY_COMPARE(pane.colouring(), SizeColouring::Waste);
        QTRY_VERIFY(pane.legend()->item(0) && pane.legend()->item(0)->text().startsWith(QStringLiteral("− wasted")));
        QVERIFY(m_pictures->take(pane, QStringLiteral("sizes-waste")));
        pane.setData(m_image.stack(), m_image.of(4), {}, m_image.analysis());
        pane.setColouring(SizeColouring::Mark);
        QVERIFY(m_pictures->take(pane, QStringLiteral("sizes-marks")));

        // The flame view shows the same, and Down goes to what is inside.
        pane.setData(m_image.stack(), m_image.whole(), {}, m_image.analysis());
        pane.setColouring(SizeColouring::Layer);
        QTest::mouseClick(pane.findChild<QToolButton*>(QStringLiteral("layers.sizes.flame")), Qt::LeftButton);
        QCOMPARE(pane.kind(), SizePane::Kind::Flame);
        map = pane.map();
        QTRY_VERIFY(blockOf(map->blocks(), gcc) >= 0);
        pane.setCurrent(m_image.find("usr/lib"));
        map->setFocus();
        QTest::keyClick(map, Qt::Key_Down);
        QCOMPARE(m_image.stack()->node(map->current()).parent, m_image.find("usr/lib"));
        QTest::keyClick(map, Qt::Key_Up);
        QCOMPARE(map->current(), m_image.find("usr/lib"));
        QVERIFY(m_pictures->take(pane, QStringLiteral("sizes-flame")));
    }

    void sizesOfNothing()
    {
        SizePane pane(m_pictures->theme());
        QVERIFY(WidgetPictures::show(pane, { 500, 300 }));
        QCOMPARE(pane.map()->currentText(), QStringLiteral("There is no image to show yet."));
        QTest::keyClick(pane.map(), Qt::Key_Right);
        QTest::mouseClick(pane.map(), Qt::LeftButton);
        QCOMPARE(pane.map()->current(), Stack::none);
        const auto empty = std::make_shared<const Stack>(Stack::build({}).value());
        pane.setData(empty, std::make_shared<const layers::View>(layers::View::of(*empty, {})));
        QSignalSpy drawn(pane.map(), &SizeMap::painted);
        QVERIFY(drawn.wait());
        QVERIFY(pane.map()->blocks().empty());
        QTest::keyClick(pane.map(), Qt::Key_Return);
        pane.setData({}, {});
        QCOMPARE(pane.map()->currentText(), QStringLiteral("There is no image to show yet."));
    }

    void duplicates()
    {
        DuplicatesView view(m_pictures->theme());
        QVERIFY(WidgetPictures::show(view, { 460, 360 }));
        QVERIFY(says(view, QStringLiteral("Looking for copies")));
        QVERIFY(m_pictures->take(view, QStringLiteral("duplicates-empty")));
        const auto stack = std::make_shared<const Stack>(layers::stackOf({ layers::layer({ { 'f', "usr/lib/libssl.so", "700000 s" }, { 'f', "opt/app/libssl.so", "700000 s" }, { 'f', "etc/a", "20 a" } }),
            layers::layer({ { 'f', "srv/logo.png", "41000 p" }, { 'f', "usr/share/logo.png", "41000 p" }, { 'f', "var/www/logo.png", "41000 p" } }) }));
        view.setData(stack, std::make_shared<const layers::View>(layers::View::of(*stack, { 0, 1 })));
        QVERIFY(says(view, QStringLiteral("would spare 782 KB")));
        QSignalSpy chosen(&view, &DuplicatesView::chosen);
        view.tree()->setFocus();
        QTest::keyClick(view.tree(), Qt::Key_Down);
        view.tree()->setCurrentIndex(view.tree()->model()->index(1, 0));
        QTest::keyClick(view.tree(), Qt::Key_Right); // opens the group
        QTest::keyClick(view.tree(), Qt::Key_Down);
        QTest::keyClick(view.tree(), Qt::Key_Down);
        QCOMPARE(chosen.last().first().value<Stack::NodeId>(), stack->find("usr/share/logo.png"));
        QVERIFY(m_pictures->take(view, QStringLiteral("duplicates")));
        view.resize(340, 300);
        QTRY_VERIFY(view.tree()->isColumnHidden(DuplicatesModel::Each));
        QVERIFY(m_pictures->take(view, QStringLiteral("duplicates-narrow")));
        const auto single = std::make_shared<const Stack>(layers::stackOf({ layers::layer({ { 'f', "a", "20 a" } }) }));
        view.setData(single, std::make_shared<const layers::View>(layers::View::of(*single, { 0, 0 })));
        QVERIFY(says(view, QStringLiteral("No file is there twice")));
        view.setData({}, {});
        QVERIFY(says(view, QStringLiteral("Looking for copies")));
    }

    void specialFiles()
    {
        SpecialFilesView view(m_pictures->theme());
        QVERIFY(WidgetPictures::show(view, { 520, 300 }));
        QVERIFY(says(view, QStringLiteral("Looking for files")));
        view.setData(m_image.stack(), m_image.whole());
        QVERIFY(says(view, QStringLiteral("1 program(s) run with another user's rights. 1 other path(s)")));
        QCOMPARE(view.table()->model()->rowCount(), 2);
        QSignalSpy chosen(&view, &SpecialFilesView::nodeChosen);
        view.table()->setFocus();
        view.table()->selectRow(0);
        QTest::keyClick(view.table(), Qt::Key_Down);
        QCOMPARE(chosen.last().first().value<Stack::NodeId>(), m_image.find("usr/bin/passwd"));
        QVERIFY(m_pictures->take(view, QStringLiteral("special")));
        QTest::keyClicks(view.filter(), "everybody");
        QCOMPARE(view.table()->model()->rowCount(), 1);
        QCOMPARE(view.table()->model()->index(0, 0).data().toString(), QStringLiteral("/tmp"));
        const auto plain = std::make_shared<const Stack>(layers::stackOf({ layers::layer({ { 'f', "a", "20 a" } }) }));
        view.setData(plain, std::make_shared<const layers::View>(layers::View::of(*plain, { 0, 0 })));
        QVERIFY(says(view, QStringLiteral("No file has special rights")));
    }

    void packages()
    {
        ScriptedLoader loader;
        loader.put(0, "var/lib/dpkg/status", "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-1\n\nPackage: perl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.36\n\n");
        loader.put(1, "var/lib/dpkg/status", "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-2\n\nPackage: gcc-12\nStatus: install ok installed\nArchitecture: amd64\nVersion: 12.2.0-14\n\n");
        PackagesView view(m_pictures->theme());
        const PackagesView::State base { &loader, m_image.stack(), 1 };
        const PackagesView::State whole { &loader, m_image.stack(), 5 };
        view.setState(base);
        QTest::qWait(30);
        QCOMPARE(loader.reads(), 0); // nobody looks at it
        QVERIFY(WidgetPictures::show(view, { 520, 300 }));
        QVERIFY(says(view, QStringLiteral("2 package(s) are installed.")));
        QCOMPARE(view.table()->model()->index(0, 0).data().toString(), QStringLiteral("bash"));
        QVERIFY(m_pictures->take(view, QStringLiteral("packages")));
        // Where it is narrow the name stays and what matters least goes.
        view.resize(340, 300);
        QTRY_VERIFY(view.table()->isColumnHidden(3) && !view.table()->isColumnHidden(1));
        QVERIFY(view.table()->columnWidth(0) >= 100);
        QVERIFY(m_pictures->take(view, QStringLiteral("packages-narrow")));
        view.resize(520, 300);
        QTRY_VERIFY(!view.table()->isColumnHidden(3));
        view.setState(base);
        QCOMPARE(view.table()->model()->rowCount(), 2); // the same: nothing is read again
        QTest::keyClicks(view.filter(), "PERL");
        QCOMPARE(view.table()->model()->rowCount(), 1);
        view.filter()->clear();
        view.setStates(base, whole);
        QVERIFY(says(view, QStringLiteral("1 added, 1 removed, 1 in another version.")));
        QCOMPARE(view.table()->model()->index(0, 1).data().toString(), QStringLiteral("5.2-1"));
        QCOMPARE(view.table()->model()->index(0, 2).data().toString(), QStringLiteral("5.2-2"));
        QVERIFY(m_pictures->take(view, QStringLiteral("packages-changes")));
        view.setStates(whole, whole);
        QVERIFY(says(view, QStringLiteral("The packages are the same")));
        const auto none = std::make_shared<const Stack>(layers::stackOf({ layers::layer({ { 'f', "a", "20 a" } }) }));
        view.setState({ &loader, none, 1 });
        QVERIFY(says(view, QStringLiteral("No packages are known")));
        // What cannot be read is said.
        ScriptedLoader empty;
        view.setState({ &empty, m_image.stack(), 1 });
        QVERIFY(says(view, QStringLiteral("Not read: /var/lib/dpkg/status")));
        view.clear();
        QVERIFY(says(view, QStringLiteral("Reading packages")));
    }

    void extract()
    {
        QTemporaryDir folder;
        ScriptedLoader loader;
        Sentences sentences;
        QWidget window;
        QVERIFY(WidgetPictures::show(window, { 700, 400 }));
        const auto open = [&](const ExtractDialog::Subject& subject) {
            QPointer<ExtractDialog> dialog(new ExtractDialog(m_pictures->theme(), sentences, &loader, subject, &window));
            dialog->open();
            return dialog;
        };
        const auto button = [](ExtractDialog* dialog, const char* name) { return dialog->findChild<QPushButton*>(QStringLiteral("layers.extract.") + QLatin1String(name)); };

        // A directory, as a tar of one layer.
        QPointer<ExtractDialog> dialog = open({ 4, "usr/lib", false, "hello-old", 3'000'000 });
        QVERIFY(QTest::qWaitForWindowExposed(dialog));
        auto* destination = dialog->findChild<QLineEdit*>(QStringLiteral("layers.extract.destination"));
        QCOMPARE(destination->text(), ExtractDialog::defaultFolder() + QStringLiteral("/lib"));
        QVERIFY(m_pictures->take(*dialog, QStringLiteral("extract")));
        QTest::mouseClick(dialog->findChild<QRadioButton*>(QStringLiteral("layers.extract.tar")), Qt::LeftButton, {}, QPoint(8, 8));
        QVERIFY(destination->text().endsWith(QStringLiteral("/lib.tar")));
        QTest::mouseClick(dialog->findChild<QRadioButton*>(QStringLiteral("layers.extract.only")), Qt::LeftButton, {}, QPoint(8, 8));
        // A place that does not exist is told before anything is done, and what was typed stays.
        destination->selectAll();
        QTest::keyClicks(destination, folder.filePath("missing/lib.tar"));
        QTest::mouseClick(button(dialog, "start"), Qt::LeftButton);
        QVERIFY(says(*dialog, QStringLiteral("There is no folder")));
        QVERIFY(loader.m_extracts.empty());
        QVERIFY(m_pictures->take(*dialog, QStringLiteral("extract-problem")));
        destination->selectAll();
        QTest::keyClicks(destination, folder.filePath("lib.tar"));
        QTest::keyClick(destination, Qt::Key_Return);
        QCOMPARE(loader.m_extracts.size(), 1U);
        QCOMPARE(loader.m_extracts[0].path, QStringLiteral("usr/lib"));
        QCOMPARE(loader.m_extracts[0].layer, 4U);
        QVERIFY(loader.m_extracts[0].onlyLayer && loader.m_extracts[0].asTar);
        QCOMPARE(loader.m_extracts[0].destination, folder.filePath("lib.tar"));
        QVERIFY(dialog->findChild<QProgressBar*>()->isVisible());
        QTRY_VERIFY(!dialog);
        QCOMPARE(sentences.last, QStringLiteral("Extracted to %1.").arg(folder.filePath("lib.tar")));

        // A file has nothing to choose. An error is shown and can be mended.
        loader.m_extractResult = Error(ErrorCode::System, "no space left on device");
        dialog = open({ 1, "etc/passwd", true, "hello", 0 });
        QVERIFY(!dialog->findChild<QRadioButton*>(QStringLiteral("layers.extract.tar"))->isVisible());
        destination = dialog->findChild<QLineEdit*>(QStringLiteral("layers.extract.destination"));
        destination->selectAll();
        QTest::keyClicks(destination, folder.filePath("passwd"));
        QTest::mouseClick(button(dialog, "start"), Qt::LeftButton);
        QVERIFY(says(*dialog, QStringLiteral("No space left on device.")));
        QVERIFY(!loader.m_extracts[1].onlyLayer && !loader.m_extracts[1].asTar);
        // Nothing of somebody's is overwritten.
        QFile mine(folder.filePath("mine"));
        QVERIFY(mine.open(QIODevice::WriteOnly));
        destination->selectAll();
        QTest::keyClicks(destination, folder.filePath("mine"));
        QTest::mouseClick(button(dialog, "start"), Qt::LeftButton);
        QVERIFY(says(*dialog, QStringLiteral("is there already")));
        QCOMPARE(loader.m_extracts.size(), 2U);
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!dialog);

        // Cancelled while it works.
        loader.m_hangs = true;
        dialog = open({ 0, QString(), false, "hello", 0 });
        destination = dialog->findChild<QLineEdit*>(QStringLiteral("layers.extract.destination"));
        QVERIFY(destination->text().endsWith(QStringLiteral("/hello")));
        destination->selectAll();
        QTest::keyClicks(destination, folder.filePath("everything"));
        QTest::mouseClick(button(dialog, "start"), Qt::LeftButton);
        QVERIFY(m_pictures->take(*dialog, QStringLiteral("extract-working")));
        QTest::mouseClick(button(dialog, "cancel"), Qt::LeftButton);
        QTRY_VERIFY(!dialog);
        QVERIFY(sentences.last.contains(QStringLiteral("cancelled")));
    }
};

QTEST_MAIN(TestLayerWidgets)
#include "tst_layer_widgets.moc"
