// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the layer viewer by themselves: shown in a window, used with keys and mouse.
#include "gui/layers/sizes/flame_view.h"
#include "gui/layers/sizes/size_pane.h"
#include "gui/layers/sizes/treemap_view.h"
#include "tests/gui/layer_image.h"

#include <QAccessible>
#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace darsena;
using namespace darsena::gui;
using layers::Stack;

class TestLayerWidgets : public QObject {
    Q_OBJECT

    std::unique_ptr<Theme> m_theme;
    LayerImage m_image;

    /// For people to look at, where DARSENA_PICTURES says; light and dark.
    void picture(QWidget& widget, const QString& name)
    {
        const QString folder = qEnvironmentVariable("DARSENA_PICTURES");
        for (const bool dark : { false, true }) {
            m_theme->setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
            QTest::qWait(250);
            const QImage image = widget.grab().toImage();
            QSet<QRgb> colours;
            for (int y = 0; y < image.height(); y += 5) {
                for (int x = 0; x < image.width(); x += 5)
                    colours.insert(image.pixel(x, y));
            }
            QVERIFY2(colours.size() > 4, qPrintable(name));
            if (!folder.isEmpty())
                QVERIFY(image.save(folder + u'/' + name + (dark ? QStringLiteral("-dark.png") : QStringLiteral("-light.png"))));
        }
        m_theme->setMode(ThemeMode::Light);
        QTest::qWait(100);
    }

    static void showIt(QWidget& widget, const QSize& size)
    {
        widget.resize(size);
        widget.show();
        widget.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&widget));
    }

    static QPoint centreOf(const SizeMap& map, Stack::NodeId node)
    {
        const int at = blockOf(map.blocks(), node);
        return at < 0 ? QPoint(-1, -1) : map.blocks()[std::size_t(at)].box.center().toPoint();
    }

private Q_SLOTS:
    void initTestCase() { m_theme = std::make_unique<Theme>(*qApp, ThemeMode::Light); }

    void sizes()
    {
        SizePane pane(*m_theme);
        pane.setLayerNames(m_image.names());
        pane.setData(m_image.stack(), m_image.whole(), {}, m_image.analysis());
        showIt(pane, { 900, 620 });
        SizeMap* map = pane.map();
        QTRY_VERIFY(!map->blocks().empty());
        const Stack::NodeId gcc = m_image.find("usr/lib/gcc/cc1");
        QTRY_VERIFY(centreOf(*map, gcc).x() > 0);
        picture(pane, QStringLiteral("sizes-treemap"));

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
        picture(pane, QStringLiteral("sizes-zoomed"));
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
        picture(pane, QStringLiteral("sizes-waste"));
        pane.setData(m_image.stack(), m_image.of(4), {}, m_image.analysis());
        pane.setColouring(SizeColouring::Mark);
        picture(pane, QStringLiteral("sizes-marks"));

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
        picture(pane, QStringLiteral("sizes-flame"));
    }

    void sizesOfNothing()
    {
        SizePane pane(*m_theme);
        showIt(pane, { 500, 300 });
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
};

QTEST_MAIN(TestLayerWidgets)
#include "tst_layer_widgets.moc"
