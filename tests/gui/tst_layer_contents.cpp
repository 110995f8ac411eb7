// SPDX-License-Identifier: GPL-3.0-or-later
// What shows the content of files, by itself: shown in a window, used with keys and mouse.
#include "core/archive/tar_writer.h"
#include "gui/layers/content/file_compare.h"
#include "gui/layers/content/file_preview.h"
#include "gui/layers/content/hex_compare.h"
#include "gui/layers/content/hex_view.h"
#include "gui/layers/content/listing_pane.h"
#include "gui/layers/content/text_compare.h"
#include "gui/layers/content/text_pane.h"
#include "gui/widgets/empty_state.h"
#include "tests/gui/layer_image.h"
#include "tests/gui/widget_pictures.h"

#include <QBuffer>
#include <QClipboard>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace darsena;
using namespace darsena::gui;
using layers::Stack;

class TestLayerContents : public QObject {
    Q_OBJECT

    std::unique_ptr<WidgetPictures> m_pictures;

private Q_SLOTS:
    void initTestCase() { m_pictures = std::make_unique<WidgetPictures>(); }

    void hex()
    {
        HexView view(m_pictures->theme());
        QByteArray bytes;
        for (int i = 0; i < 1000; ++i)
            bytes += QByteArray("\x7f" "ELF\0\1\2 some letters", 19) + char(i);
        view.setBytes(bytes);
        QVERIFY(WidgetPictures::show(view, { 720, 360 }));
        view.setFocus();
        QCOMPARE(view.bytes().constData(), bytes.constData()); // shared, not copied
        QCOMPARE(HexView::rowText(bytes, 0), QStringLiteral("00000000: 7f 45 4c 46 00 01 02 20 73 6f 6d 65 20 6c 65 74  .ELF... some let"));

        QTest::keyClick(&view, Qt::Key_Right);
        QTest::keyClick(&view, Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(&view, Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(view.selectedHex(), QStringLiteral("45 4c 46"));
        QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("45 4c 46"));
        QCOMPARE(view.selectedCharacters(), QStringLiteral("ELF"));
        QTest::keyClick(&view, Qt::Key_Down);
        QCOMPARE(view.cursor(), 19);
        QTest::keyClick(&view, Qt::Key_Home);
        QCOMPARE(view.cursor(), 16);
        QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier);
        QCOMPARE(view.cursor(), bytes.size() - 1);
        QVERIFY(view.verticalScrollBar()->value() > 0);
        QTest::keyClick(&view, Qt::Key_Down);
        QCOMPARE(view.cursor(), bytes.size() - 1);
        QTest::keyClick(&view, Qt::Key_PageUp);
        QVERIFY(view.cursor() < bytes.size() - 16);
        QTest::keyClick(&view, Qt::Key_Home, Qt::ControlModifier);
        QCOMPARE(view.cursor(), 0);

        // The mouse in both columns.
        const QFontMetricsF metrics(m_pictures->theme().monospace(type::Base - 1));
        const double w = metrics.horizontalAdvance(u'0');
        const auto hexAt = [&](int column, int row) { return QPoint(int(12 + (10.5 + 3 * column + (column > 7 ? 1 : 0)) * w), row * (int(std::ceil(metrics.height())) + 3) + 5); };
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, hexAt(9, 2));
        QCOMPARE(view.cursor(), 41);
        QTest::mousePress(view.viewport(), Qt::LeftButton, {}, hexAt(0, 1));
        QMouseEvent drag(QEvent::MouseMove, hexAt(3, 1), view.viewport()->mapToGlobal(hexAt(3, 1)), Qt::LeftButton, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(view.viewport(), &drag);
        QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, hexAt(3, 1));
        QCOMPARE(view.selected().size(), 4);

        QByteArray other = bytes;
        other[33] = 'X';
        view.setOther(other);
        QVERIFY(m_pictures->take(view, QStringLiteral("hex")));

        // A hundred megabytes are a screenful.
        view.setBytes(QByteArray(100'000'000, 'x'));
        view.goTo(99'999'999);
        view.repaint();
        QCOMPARE(view.cursor(), 99'999'999);
        view.setBytes({});
        view.repaint();
        QTest::keyClick(&view, Qt::Key_Right);
        QCOMPARE(view.cursor(), 0);
        QVERIFY(view.selectedHex().isEmpty());
    }

    void preview()
    {
        const auto stack = std::make_shared<const Stack>(layers::stackOf({ layers::layer({ { 'f', "etc/motd", "20 a" }, { 'f', "bin/sh", "100 a" }, { 'h', "bin/dash", "bin/sh" },
            { 'f', "logo.png", "300 a" }, { 'f', "a.tar", "9000 a" }, { 'f', "log", "2000000 a" }, { 'f', "large", "20000000 a" }, { 'f', "giant", "999000000 a" }, { 'l', "lib/x", "../usr/lib/x" },
            { 'f', "empty", "0 a" }, { 'f', "missing", "5 a" }, { 'd', "var" }, { 'f', "run.sh", "200 a" } }) }));
        ScriptedLoader loader;
        loader.put(0, "etc/motd", "Welcome\n");
        loader.put(0, "bin/sh", QByteArray("\x7f" "ELF\x02\x01\x01", 7) + QByteArray(100, '\0'));
        loader.put(0, "run.sh", "#!/bin/sh\n# Starts the program\nset -e\nfor name in one two; do\n    echo \"Hola $name\"\ndone\nexec hello --port 80\n");
        loader.put(0, "log", QByteArray("one more line of a log\n").repeated(90'000));
        loader.put(0, "large", QByteArray(20'000'000, '\1'));
        loader.put(0, "empty", {});
        QImage image(160, 100, QImage::Format_ARGB32);
        image.fill(Qt::transparent);
        {
            QPainter painter(&image);
            painter.setBrush(QColor(0x0E8C8C));
            painter.drawEllipse(20, 10, 120, 80);
        }
        QByteArray png;
        QBuffer buffer(&png);
        buffer.open(QIODevice::WriteOnly);
        image.save(&buffer, "PNG");
        loader.put(0, "logo.png", png);
        archive::MemorySink sink;
        archive::TarWriter tar(sink);
        for (const char* name : { "usr/share/doc/hello/README", "usr/bin/hello", "etc/hello.conf" }) {
            archive::Entry entry;
            entry.path = name;
            entry.size = 5;
            entry.mtime = 1'700'000'000;
            QVERIFY(tar.addFile(entry, "hello").ok());
        }
        QVERIFY(tar.finish().ok());
        loader.put(0, "a.tar", QByteArray::fromStdString(sink.take()));

        FilePreview preview(m_pictures->theme());
        QVERIFY(WidgetPictures::show(preview, { 560, 380 }));
        auto* message = preview.findChild<EmptyState*>();
        const auto mode = [&](const char* name) { return preview.findChild<QToolButton*>(QStringLiteral("layers.preview.") + QLatin1String(name)); };
        const auto show = [&](const char* path) { preview.showFile(stack, stack->find(path)); };
        const auto says = [&](const QString& text) {
            return QTest::qWaitFor([&] {
                const auto labels = message->findChildren<QLabel*>();
                return message->isVisible() && std::any_of(labels.begin(), labels.end(), [&](QLabel* label) { return label->text().contains(text); });
            });
        };
        QVERIFY(says(QStringLiteral("No file is chosen")));
        QVERIFY(m_pictures->take(preview, QStringLiteral("preview-empty")));
        show("etc/motd");
        QVERIFY(says(QStringLiteral("The image is not open")));
        preview.setLoader(&loader);

        show("run.sh");
        QTRY_VERIFY(preview.content());
        auto* text = preview.findChild<TextPane*>();
        QTRY_VERIFY(text->isVisible());
        QVERIFY(text->content().starts_with("#!/bin/sh\n"));
        QVERIFY(text->isReadOnly());
        QVERIFY(text->lexer());
        QVERIFY(mode("text")->isVisible() && mode("hex")->isVisible() && !mode("picture")->isVisible());
        QVERIFY(m_pictures->take(preview, QStringLiteral("preview-text")));
        QTest::mouseClick(mode("hex"), Qt::LeftButton);
        auto* hexView = preview.findChild<HexView*>();
        QVERIFY(hexView->isVisible());
        QVERIFY(hexView->bytes().startsWith("#!/bin/sh"));
        // Keys do not change it, and Tab leaves it.
        QTest::mouseClick(mode("text"), Qt::LeftButton);
        text->setFocus();
        QTest::keyClicks(text, "x");
        QVERIFY(text->content().starts_with("#!/bin/sh\n"));
        QTest::keyClick(text, Qt::Key_Tab);
        QVERIFY(!text->hasFocus());

        // Another name of a file is the file.
        show("bin/dash");
        QTRY_VERIFY(preview.content() && preview.content()->facts.startsWith(QStringLiteral("ELF, 64-bit")));
        QTRY_VERIFY(hexView->isVisible());
        QVERIFY(m_pictures->take(preview, QStringLiteral("preview-elf")));
        show("logo.png");
        QTRY_VERIFY(preview.content() && preview.content()->kind == FileContent::Kind::Image);
        QTRY_VERIFY(mode("picture")->isVisible());
        QVERIFY(m_pictures->take(preview, QStringLiteral("preview-image")));
        show("a.tar");
        auto* listing = preview.findChild<ListingPane*>();
        QTRY_VERIFY(listing->isVisible());
        QCOMPARE(listing->model()->rowCount(), 3);
        QCOMPARE(listing->model()->index(0, 0).data().toString(), QStringLiteral("usr/share/doc/hello/README"));
        QVERIFY(m_pictures->take(preview, QStringLiteral("preview-archive")));

        // Of a long text its beginning; the rest when it is asked for.
        show("log");
        QTRY_VERIFY(text->isVisible() && preview.content()->text.cut);
        auto* all = preview.findChild<QPushButton*>(QStringLiteral("layers.preview.all"));
        QVERIFY(all->isVisible());
        QVERIFY(m_pictures->take(preview, QStringLiteral("preview-long")));
        QTest::mouseClick(all, Qt::LeftButton);
        QTRY_VERIFY(!preview.content()->text.cut);
        QCOMPARE(text->content().size(), 90'000U * 23);
        QVERIFY(!all->isVisible());

        // What is large is read when asked for, what is giant not at all.
        const int reads = loader.reads();
        show("large");
        QVERIFY(says(QStringLiteral("20 MB")));
        QCOMPARE(loader.reads(), reads);
        QVERIFY(m_pictures->take(preview, QStringLiteral("preview-large")));
        QTest::mouseClick(message->button(), Qt::LeftButton);
        QTRY_VERIFY(preview.content() && hexView->isVisible());
        QSignalSpy extract(&preview, &FilePreview::extractWanted);
        QTest::mouseClick(preview.findChild<QToolButton*>(QStringLiteral("layers.preview.extract")), Qt::LeftButton);
        QCOMPARE(extract.size(), 1);
        QCOMPARE(extract.first().first().value<Stack::NodeId>(), stack->find("large"));
        show("giant");
        QVERIFY(says(QStringLiteral("999 MB")));

        show("missing");
        QVERIFY(says(QStringLiteral("could not be read")));
        loader.put(0, "missing", "here now\n");
        QTest::mouseClick(message->button(), Qt::LeftButton);
        QTRY_VERIFY(text->isVisible());
        show("empty");
        QVERIFY(says(QStringLiteral("An empty file")));
        show("var");
        QVERIFY(says(QStringLiteral("A directory")));
        QSignalSpy link(&preview, &FilePreview::pathChosen);
        show("lib/x");
        QVERIFY(says(QStringLiteral("../usr/lib/x")));
        QTest::mouseClick(message->button(), Qt::LeftButton);
        QCOMPARE(link.size(), 1);
        QCOMPARE(link.first().first().toString(), QStringLiteral("/usr/lib/x"));

        // Of two that are asked for quickly the second is shown.
        show("log");
        show("etc/motd");
        QTRY_VERIFY(preview.content() && text->isVisible() && text->content() == "Welcome\n");
        QTest::qWait(50);
        QCOMPARE(text->content(), std::string("Welcome\n"));

        // Of many that are passed over only the first, which is under way by then, and the last are read.
        const int before = loader.reads();
        for (const char* path : { "run.sh", "log", "logo.png", "bin/sh", "a.tar", "log", "etc/motd", "run.sh" })
            show(path);
        QTRY_VERIFY(preview.content() && text->isVisible() && text->content().starts_with("#!/bin/sh"));
        QCOMPARE(loader.reads(), before + 2);
        // Of a loader that goes away in the middle nothing comes, and the next one is asked all the same.
        auto second = std::make_unique<ScriptedLoader>();
        second->put(0, "etc/motd", "second\n");
        preview.setLoader(second.get());
        show("etc/motd");
        second.reset();
        preview.setLoader(&loader);
        show("etc/motd");
        QTRY_VERIFY(preview.content() && text->content() == "Welcome\n");
    }

    void compare()
    {
        const auto stack = std::make_shared<const Stack>(layers::stackOf({
            layers::layer({ { 'f', "etc/app.conf", "100 a", 0644 }, { 'f', "bin/x", "100 a" }, { 'f', "huge", "90000000 a" } }),
            layers::layer({ { 'f', "etc/app.conf", "110 b", 0600 }, { 'f', "bin/x", "100 b" }, { 'f', "huge", "90000000 b" } }),
        }));
        QByteArray before = "# The program's settings\n[server]\nport = 80\nname = hola\nworkers = 2\n\n[log]\nlevel = info\n";
        for (int i = 0; i < 60; ++i)
            before += "entry" + QByteArray::number(i) + " = " + QByteArray::number(i * 7) + "\n";
        QByteArray after = before;
        after.replace("port = 80\n", "port = 8080\n").replace("workers = 2\n", "").replace("entry50 = 350\n", "entry50 = 350\nextra = new\nmore = new\n");
        ScriptedLoader loader;
        loader.put(0, "etc/app.conf", before);
        loader.put(1, "etc/app.conf", after);
        QByteArray binary("\x7f" "ELF\0\0\0\0", 8);
        binary += QByteArray(600, '\3');
        QByteArray changed = binary;
        changed[100] = 'A';
        changed[101] = 'B';
        changed[500] = 'C';
        changed += "tail";
        loader.put(0, "bin/x", binary);
        loader.put(1, "bin/x", changed);

        FileCompare compare(m_pictures->theme());
        QVERIFY(WidgetPictures::show(compare, { 1000, 420 }));
        QVERIFY(m_pictures->take(compare, QStringLiteral("compare-empty")));
        const auto side = [&](int layer, const char* path) {
            const Stack::NodeId node = stack->find(path);
            FileCompare::Side result { &loader, stack, Stack::none, QStringLiteral("layer %1").arg(layer) };
            if (node != Stack::none && layer < int(stack->versions(node).size()))
                result.version = stack->node(node).firstVersion + std::uint32_t(layer);
            return result;
        };
        compare.compare(QStringLiteral("etc/app.conf"), side(0, "etc/app.conf"), side(1, "etc/app.conf"));
        QTRY_VERIFY(compare.comparison());
        TextPane* left = compare.texts()->before();
        TextPane* right = compare.texts()->after();
        QTRY_VERIFY(left->isVisible() && right->isVisible());
        QCOMPARE(compare.texts()->changes(), 3);
        QCOMPARE(compare.texts()->currentChange(), 0);
        QCOMPARE(left->lines(), right->lines());
        QCOMPARE(left->text(2), QStringLiteral("port = 80\n"));
        QCOMPARE(right->text(2), QStringLiteral("port = 8080\n"));
        QVERIFY(m_pictures->take(compare, QStringLiteral("compare-text")));
        // F7 goes from change to change, both sides together.
        compare.setFocus();
        right->setFocus();
        QTest::keyClick(right, Qt::Key_F7);
        QCOMPARE(compare.texts()->currentChange(), 1);
        QTest::keyClick(right, Qt::Key_F7);
        QCOMPARE(compare.texts()->currentChange(), 2);
        QCOMPARE(left->verticalScrollBar()->value(), right->verticalScrollBar()->value());
        QVERIFY(left->verticalScrollBar()->value() > 0);
        QTest::keyClick(right, Qt::Key_F7);
        QCOMPARE(compare.texts()->currentChange(), 2);
        QTest::keyClick(right, Qt::Key_F7, Qt::ShiftModifier);
        QCOMPARE(compare.texts()->currentChange(), 1);
        left->verticalScrollBar()->setValue(5);
        QCOMPARE(right->verticalScrollBar()->value(), 5);

        QTest::mouseClick(compare.findChild<QToolButton*>(QStringLiteral("layers.compare.view.unified")), Qt::LeftButton);
        TextPane* unified = compare.texts()->unified();
        QVERIFY(unified->isVisible());
        QVERIFY(unified->content().starts_with("--- layer 0/etc/app.conf\n+++ layer 1/etc/app.conf\n@@ -1,8 +1,7 @@\n"));
        QVERIFY(unified->content().find("\n-port = 80\n+port = 8080\n") != std::string::npos);
        QVERIFY(m_pictures->take(compare, QStringLiteral("compare-unified")));
        QTest::mouseClick(compare.findChild<QToolButton*>(QStringLiteral("layers.compare.view.bytes")), Qt::LeftButton);
        QVERIFY(compare.bytes()->before()->isVisible());

        // In a narrow pane a text is shown unified, unless somebody chose otherwise.
        {
            FileCompare narrow(m_pictures->theme());
            QVERIFY(WidgetPictures::show(narrow, { 360, 300 }));
            narrow.compare(QStringLiteral("etc/app.conf"), side(0, "etc/app.conf"), side(1, "etc/app.conf"));
            QTRY_VERIFY(narrow.texts()->unified()->isVisible());
            QVERIFY(m_pictures->take(narrow, QStringLiteral("compare-narrow")));
            QTest::mouseClick(narrow.findChild<QToolButton*>(QStringLiteral("layers.compare.view.sides")), Qt::LeftButton);
            narrow.compare(QStringLiteral("etc/app.conf"), side(1, "etc/app.conf"), side(0, "etc/app.conf"));
            QTRY_VERIFY(narrow.comparison() && narrow.texts()->before()->isVisible());
        }
        QVERIFY(WidgetPictures::show(compare, compare.size()));

        // What is no text is compared byte by byte.
        compare.compare(QStringLiteral("bin/x"), side(0, "bin/x"), side(1, "bin/x"));
        QTRY_VERIFY(compare.comparison() && compare.comparison()->firstDifference == 100);
        QCOMPARE(compare.comparison()->differing, 7);
        HexView* bytes = compare.bytes()->before();
        QTRY_VERIFY(bytes->isVisible());
        QCOMPARE(bytes->cursor(), 100);
        bytes->setFocus();
        QTest::keyClick(bytes, Qt::Key_F7);
        QCOMPARE(compare.bytes()->after()->cursor(), 500);
        QTest::keyClick(bytes, Qt::Key_F7);
        QCOMPARE(compare.bytes()->after()->cursor(), binary.size());
        QTest::keyClick(bytes, Qt::Key_F7);
        QCOMPARE(compare.bytes()->after()->cursor(), binary.size());
        QTest::keyClick(bytes, Qt::Key_F7, Qt::ShiftModifier);
        QCOMPARE(compare.bytes()->after()->cursor(), 500);
        QVERIFY(m_pictures->take(compare, QStringLiteral("compare-bytes")));

        // A file that is on one side only.
        compare.compare(QStringLiteral("etc/app.conf"), side(7, "etc/app.conf"), side(1, "etc/app.conf"));
        QTRY_VERIFY(compare.comparison() && compare.comparison()->isText);
        QTRY_COMPARE(compare.texts()->changes(), 1);
        QVERIFY(m_pictures->take(compare, QStringLiteral("compare-added")));
        // The same, and what cannot be had.
        compare.compare(QStringLiteral("etc/app.conf"), side(1, "etc/app.conf"), side(1, "etc/app.conf"));
        QTRY_VERIFY(compare.comparison() && compare.comparison()->same);
        const int reads = loader.reads();
        compare.compare(QStringLiteral("etc/app.conf"), side(1, "etc/app.conf"), side(1, "etc/app.conf"));
        QVERIFY(compare.comparison());
        QCOMPARE(loader.reads(), reads);
        // Of many that are passed over the last is compared.
        for (int i = 0; i < 5; ++i) {
            compare.compare(QStringLiteral("etc/app.conf"), side(0, "etc/app.conf"), side(1, "etc/app.conf"));
            compare.compare(QStringLiteral("bin/x"), side(0, "bin/x"), side(1, "bin/x"));
        }
        QTRY_VERIFY(compare.comparison() && compare.comparison()->firstDifference == 100);
        QCOMPARE(loader.reads(), reads + 4);
        const auto says = [&](const QString& text) {
            return QTest::qWaitFor([&] {
                const auto labels = compare.findChild<EmptyState*>()->findChildren<QLabel*>();
                return std::any_of(labels.begin(), labels.end(), [&](QLabel* label) { return label->isVisible() && label->text().contains(text); });
            });
        };
        compare.compare(QStringLiteral("huge"), side(0, "huge"), side(1, "huge"));
        QVERIFY(says(QStringLiteral("90 MB")));
        compare.compare(QStringLiteral("x"), { nullptr, stack, 0, QStringLiteral("layer 0") }, {});
        QVERIFY(says(QStringLiteral("not open")));
    }
};

QTEST_MAIN(TestLayerContents)
#include "tst_layer_contents.moc"
