// SPDX-License-Identifier: GPL-3.0-or-later
// The layer viewer in the real window with a real archive of 100 000 files, which the real child process takes apart: every
// scope, filter, comparison and picture, a preview, before and after, an extraction.
#include "tests/gui/studio_fixture.h"

#include "gui/layers/content/comparison.h"
#include "gui/layers/content/file_compare.h"
#include "gui/layers/content/file_preview.h"
#include "gui/layers/extraction/extract_dialog.h"
#include "gui/layers/file_tree_pane.h"
#include "gui/layers/layer_list_pane.h"
#include "gui/layers/layer_side.h"
#include "gui/layers/layers_view.h"
#include "gui/layers/sizes/size_map.h"
#include "gui/layers/sizes/size_pane.h"
#include "gui/layers/tree_toolbar.h"
#include "gui/layers/waste/layer_fixes.h"
#include "gui/layers/waste/waste_pane.h"
#include "gui/models/layer_list_model.h"
#include "gui/models/layer_tree_model.h"

#include "core/archive/tar_writer.h"
#include "core/base/digest.h"
#include "core/oci/image.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QDirIterator>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QTabBar>
#include <QTreeView>

#include <fmt/format.h>

#include <set>

using namespace darsena;
using namespace darsena::gui;

namespace {

constexpr int layerCount = 30;
constexpr int filesPerLayer = 3334;

std::string pathOf(int number)
{
    return fmt::format("usr/share/part{:03d}/folder{:02d}/file-{:06d}.txt", number / 800, number / 40 % 20, number);
}

/// The tar of a layer; directories before what is in them.
class LayerMaker {
public:
    LayerMaker()
        : m_writer(m_sink)
    {
    }
    void add(const std::string& path, const std::string& content, std::uint32_t mode = 0644)
    {
        for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
            archive::Entry directory;
            directory.path = path.substr(0, slash);
            directory.type = archive::EntryType::Directory;
            directory.mode = 0755;
            if (m_directories.insert(directory.path).second)
                must(m_writer.add(directory));
        }
        archive::Entry file;
        file.path = path;
        file.mode = mode;
        file.size = content.size();
        file.mtime = 1'700'000'000;
        must(m_writer.addFile(file, content));
    }
    std::string finish()
    {
        must(m_writer.finish());
        return m_sink.take();
    }

private:
    static void must(const Result<void>& result)
    {
        if (!result)
            qFatal("%s", result.error().message().c_str());
    }
    archive::MemorySink m_sink;
    archive::TarWriter m_writer;
    std::set<std::string> m_directories;
};

/// 100 020 files in 30 layers. Layer 10 writes /etc/motd again, layer 20 makes it private, layer 29 removes one folder of 40
/// files and a large file of layer 5, and adds a file with the setuid bit.
std::string layerTar(int number)
{
    LayerMaker maker;
    if (number == 0)
        maker.add("etc/motd", "Welcome\nto the first layer\n");
    if (number == 5)
        maker.add("opt/cache/large.bin", std::string(3'000'000, 'L'));
    if (number == 10)
        maker.add("etc/motd", "Welcome\nto the eleventh layer\n");
    if (number == 20)
        maker.add("etc/motd", "Welcome\nto the eleventh layer\n", 0600);
    if (number == layerCount - 1) {
        maker.add("opt/cache/.wh.large.bin", "");
        maker.add("usr/share/part000/.wh.folder01", "");
        maker.add("usr/bin/become", "#!/bin/sh\n", 04755);
    }
    for (int i = 0; i < filesPerLayer; ++i)
        maker.add(pathOf(number * filesPerLayer + i), fmt::format("{:063d}\n", number * filesPerLayer + i));
    return maker.finish();
}

void writeArchive(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("cannot write %s", qPrintable(path));
    archive::FdSink sink(file.handle());
    archive::TarWriter writer(sink);
    const auto member = [&](const std::string& name, const std::string& content) {
        archive::Entry entry;
        entry.path = name;
        entry.mode = 0644;
        entry.size = content.size();
        if (!writer.addFile(entry, content))
            qFatal("cannot write the archive");
    };
    oci::ImageConfig config;
    config.platform = oci::Platform::host();
    json::Array names;
    for (int n = 0; n < layerCount; ++n) {
        const std::string tar = layerTar(n);
        config.diffIds.push_back(Digest::ofText(tar));
        oci::HistoryEntry step;
        step.createdBy = fmt::format("RUN /bin/sh -c step {} # buildkit", n);
        config.history.push_back(step);
        names.push_back(json::Value(fmt::format("{}/layer.tar", n)));
        member(fmt::format("{}/layer.tar", n), tar);
    }
    member("config.json", config.serialize());
    const json::Array manifest { json::Object { { "Config", "config.json" }, { "RepoTags", json::Array { "large:1" } }, { "Layers", std::move(names) } } };
    member("manifest.json", json::serialize(json::Value(manifest)));
    if (!writer.finish())
        qFatal("cannot write the archive");
}

} // namespace

class LayersLargeTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    QString m_archive;
    std::unique_ptr<StudioFixture> m_studio;
    std::unique_ptr<QAbstractItemModelTester> m_treeTester, m_listTester;

    template<typename T>
    T* part()
    {
        T* found = m_studio->window().findChild<T*>();
        if (!found)
            qFatal("the window has no %s", T::staticMetaObject.className());
        return found;
    }
    LayerTreeModel& model() { return part<FileTreePane>()->model(); }
    const LayerTreeContent* content() { return model().content().get(); }
    TreeToolbar* tools() { return part<FileTreePane>()->toolbar(); }
    QModelIndex at(const char* path)
    {
        const auto node = content() ? content()->stack->find(path) : layers::Stack::none;
        return node == layers::Stack::none ? QModelIndex() : model().indexOf(node);
    }
    QString mark(const char* path)
    {
        static const char* const names[] = { "absent", "same", "added", "changed", "removed" };
        const QModelIndex index = at(path);
        return index.isValid() ? QString::fromLatin1(names[index.data(LayerTreeModel::MarkRole).toInt()]) : QStringLiteral("not shown");
    }
    bool showsRange(std::size_t from, std::size_t to)
    {
        return QTest::qWaitFor([&] { return content() && content()->view->range() == layers::LayerRange { from, to }; }, 20'000);
    }
    void filter(const QString& text)
    {
        auto* field = tools()->findChild<QLineEdit*>();
        field->setFocus();
        field->clear();
        QTest::keyClicks(field, text);
    }
    bool matches(std::uint32_t wanted)
    {
        const bool reached = QTest::qWaitFor([&] { return content() && content()->matches() == wanted; }, 20'000);
        if (!reached)
            qWarning("%u match, not %u", content() ? content()->matches() : 0, wanted);
        return reached;
    }
    void sideTab(const QString& title)
    {
        QTabBar* bar = part<LayerSide>()->bar();
        for (int i = 0; i < bar->count(); ++i) {
            if (bar->tabText(i).startsWith(title))
                bar->setCurrentIndex(i);
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CACHE_HOME", m_dir.filePath(QStringLiteral("cache")).toUtf8());
        // The studio looks for the program beside itself.
        const QString program = QCoreApplication::applicationDirPath() + QStringLiteral("/darsena");
        if (!QFileInfo::exists(program))
            QVERIFY(QFile::link(QStringLiteral(DARSENA_BIN_DIR "/darsena"), program));
        m_archive = m_dir.filePath(QStringLiteral("large.tar"));
        writeArchive(m_archive);
        m_studio = std::make_unique<StudioFixture>();
        QVERIFY(m_studio->opened());
        m_studio->window().resize(1440, 900);
        m_studio->window().goTo(PageId::Images);
        part<LayersView>()->openArchive(m_archive);
        m_treeTester = std::make_unique<QAbstractItemModelTester>(&model());
        m_listTester = std::make_unique<QAbstractItemModelTester>(&part<LayerListPane>()->model());
        QVERIFY(showsRange(layerCount - 1, layerCount - 1));
        QTRY_COMPARE_WITH_TIMEOUT(content()->stack->nodes().size() > 100'000, true, 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(content()->stack->layer(0) != nullptr, 60'000);
    }
    void cleanupTestCase()
    {
        m_treeTester.reset();
        m_listTester.reset();
        m_studio.reset();
    }

    void whatTheTopLayerDid()
    {
        tools()->setScope(TreeToolbar::OnlyLayer);
        QVERIFY(showsRange(layerCount - 1, layerCount - 1));
        QTRY_COMPARE(mark("usr/bin/become"), QStringLiteral("added"));
        QCOMPARE(mark("opt/cache/large.bin"), QStringLiteral("removed"));
        QCOMPARE(mark("usr/share/part000/folder01"), QStringLiteral("removed"));
        QCOMPARE(at("usr/share/part000/folder01").data(LayerTreeModel::FilesRole).toInt(), 40);
        QCOMPARE(mark("etc/motd"), QStringLiteral("not shown"));
    }
    void asOfALayer()
    {
        tools()->setScope(TreeToolbar::AsOfLayer);
        part<LayerListPane>()->chooseLayer(20);
        QVERIFY(showsRange(20, 20));
        QTRY_COMPARE(mark("etc/motd"), QStringLiteral("changed"));
        QVERIFY(at("etc/motd").data(LayerTreeModel::MetadataOnlyRole).toBool());
        QVERIFY(at("etc/motd").data(LayerTreeModel::ReasonsRole).toString().contains(QStringLiteral("644 → 600")));
        QCOMPARE(mark("opt/cache/large.bin"), QStringLiteral("same"));
        QCOMPARE(mark("usr/bin/become"), QStringLiteral("not shown"));
    }
    void everyLayerInTurn()
    {
        auto* list = part<LayerListPane>()->view();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Home);
        QVERIFY(showsRange(0, 0));
        for (std::size_t n = 1; n < layerCount; ++n) {
            QTest::keyClick(list, Qt::Key_Down);
            QVERIFY(showsRange(n, n));
        }
    }
    void allSinceTheBase()
    {
        auto* list = part<LayerListPane>()->view();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_A, Qt::ControlModifier);
        QVERIFY(showsRange(1, layerCount - 1));
        QTRY_COMPARE(mark("etc/motd"), QStringLiteral("changed"));
        QCOMPARE(mark("opt/cache/large.bin"), QStringLiteral("not shown")); // it came and went
        tools()->setScope(TreeToolbar::AsOfLayer);
        QVERIFY(showsRange(layerCount - 1, layerCount - 1));
    }
    void filters()
    {
        tools()->setScope(TreeToolbar::AsOfLayer);
        part<LayerListPane>()->chooseLayer(layerCount - 1);
        QVERIFY(showsRange(layerCount - 1, layerCount - 1));
        filter(QStringLiteral("file-000123"));
        QVERIFY(matches(1));
        filter(QStringLiteral("*-09999?.txt"));
        QVERIFY(matches(10));
        filter(QStringLiteral("/folder07/file-.*5\\.txt$/"));
        // Four of the 40 files of each of the 125 folders 07, which end in 5.
        QVERIFY(matches(125 * 4));
        filter(QStringLiteral("/(/"));
        // What is wrong with it is told below the field.
        QTRY_VERIFY(std::ranges::any_of(part<FileTreePane>()->findChildren<QLabel*>(), [](const QLabel* label) { return label->isVisible() && label->text().contains(QStringLiteral("missing )")); }));
        filter({});
        QVERIFY(matches(content()->all()));
    }
    void kindsOfChange()
    {
        tools()->setScope(TreeToolbar::OnlyLayer);
        QVERIFY(showsRange(layerCount - 1, layerCount - 1));
        QTRY_COMPARE(mark("usr/bin/become"), QStringLiteral("added"));
        auto* tree = part<FileTreePane>()->view();
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_A, Qt::ControlModifier);
        QTRY_COMPARE(mark("usr/bin/become"), QStringLiteral("not shown"));
        QCOMPARE(mark("opt/cache/large.bin"), QStringLiteral("removed"));
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_A, Qt::ControlModifier);
        QTRY_COMPARE(mark("usr/bin/become"), QStringLiteral("added"));
    }
    void sizes()
    {
        auto* pane = part<FileTreePane>();
        tools()->setScope(TreeToolbar::AsOfLayer);
        part<LayerListPane>()->chooseLayer(6);
        QVERIFY(showsRange(6, 6));
        pane->ways()->setCurrentIndex(1);
        auto* sizes = part<SizePane>();
        for (const auto kind : { SizePane::Kind::Treemap, SizePane::Kind::Flame }) {
            sizes->setKind(kind);
            QTRY_VERIFY(sizes->map()->isVisible());
            QTest::qWait(200);
            QImage picture = sizes->map()->grab().toImage();
            QSet<QRgb> colours;
            for (int y = 0; y < picture.height(); y += 5) {
                for (int x = 0; x < picture.width(); x += 5)
                    colours.insert(picture.pixel(x, y));
            }
            QVERIFY(colours.size() > 8);
        }
        pane->ways()->setCurrentIndex(0);
    }
    void previews()
    {
        tools()->setScope(TreeToolbar::AsOfLayer);
        part<LayerListPane>()->chooseLayer(layerCount - 1);
        QVERIFY(showsRange(layerCount - 1, layerCount - 1));
        sideTab(QStringLiteral("Content"));
        QTRY_VERIFY(at("usr/bin/become").isValid());
        part<FileTreePane>()->goTo(QStringLiteral("/usr/share/part062/folder10/file-050000.txt"));
        QTRY_VERIFY_WITH_TIMEOUT(part<FilePreview>()->content(), 20'000);
    }
    void beforeAndAfter()
    {
        part<LayerListPane>()->chooseLayer(10);
        QVERIFY(showsRange(10, 10));
        QTRY_COMPARE(mark("etc/motd"), QStringLiteral("changed"));
        sideTab(QStringLiteral("Content"));
        part<FileTreePane>()->goTo(QStringLiteral("/etc/motd"));
        auto* compare = part<FileCompare>();
        QTRY_VERIFY_WITH_TIMEOUT(compare->isVisible() && compare->comparison(), 20'000);
        QCOMPARE(compare->comparison()->before, QByteArray("Welcome\nto the first layer\n"));
        QCOMPARE(compare->comparison()->after, QByteArray("Welcome\nto the eleventh layer\n"));
    }
    void extracts()
    {
        part<LayerListPane>()->chooseLayer(layerCount - 1);
        QVERIFY(showsRange(layerCount - 1, layerCount - 1));
        QTRY_VERIFY(at("usr/share/part000/folder02").isValid());
        part<FileTreePane>()->goTo(QStringLiteral("/usr/share/part000/folder02"));
        auto* tree = part<FileTreePane>()->view();
        QTRY_COMPARE(part<FileTreePane>()->currentPath(), QStringLiteral("/usr/share/part000/folder02"));
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_E, Qt::ControlModifier);
        QTRY_VERIFY(m_studio->window().findChild<ExtractDialog*>());
        auto* dialog = m_studio->window().findChild<ExtractDialog*>();
        QCOMPARE(dialog->request().path, QStringLiteral("usr/share/part000/folder02"));
        const QString out = m_dir.filePath(QStringLiteral("out"));
        QDir().mkpath(out);
        auto* destination = dialog->findChild<QLineEdit*>();
        destination->setFocus();
        destination->selectAll();
        QTest::keyClicks(destination, out + QStringLiteral("/folder02"));
        QTest::keyClick(destination, Qt::Key_Return);
        const QString folder = out + QStringLiteral("/folder02");
        const auto extracted = [&] {
            int files = 0;
            for (QDirIterator each(folder, QDir::Files, QDirIterator::Subdirectories); each.hasNext(); each.next())
                ++files;
            return files;
        };
        QTRY_COMPARE_WITH_TIMEOUT(extracted(), 40, 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(!m_studio->window().findChild<ExtractDialog*>(), 10'000);
        QFile one(QDirIterator(folder, { QStringLiteral("file-000080.txt") }, QDir::Files, QDirIterator::Subdirectories).next());
        QVERIFY(one.open(QIODevice::ReadOnly));
        QCOMPARE(one.readAll(), QByteArray::fromStdString(fmt::format("{:063d}\n", 80)));
    }
    void waste()
    {
        sideTab(QStringLiteral("Waste"));
        // The large file, 40 files of 64 bytes and two copies of /etc/motd.
        const auto wasted = [&] {
            const auto plan = part<WastePane>()->fixes().plan();
            return plan && std::ranges::any_of(plan->rows, [](const WasteRow& row) { return row.bytes == 3'000'000; });
        };
        QTRY_VERIFY_WITH_TIMEOUT(wasted(), 20'000);
    }
};

QTEST_MAIN(LayersLargeTest)
#include "tst_layers_large.moc"
