// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/file_tree.h"
#include "gui/models/file_tree_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

namespace {

using Layers = std::vector<std::shared_ptr<const LayerFiles>>;

/// Layers from text, one path a line: "+ usr/bin/hello 880", "~ etc/passwd 12", "- src"; a name that ends in "/" is a
/// directory.
Layers layersOf(const QStringList& texts)
{
    Layers layers;
    for (const QString& text : texts) {
        auto layer = std::make_shared<LayerFiles>();
        layer->index = static_cast<std::int64_t>(layers.size());
        for (const QString& line : text.split(u'\n', Qt::SkipEmptyParts)) {
            const QStringList parts = line.trimmed().split(u' ');
            model::FileChange file;
            file.change = parts[0] == u"+" ? "added" : parts[0] == u"~" ? "changed" : "removed";
            file.type = parts[1].endsWith(u'/') ? "directory" : "file";
            file.path = QString(parts[1]).remove(QRegularExpression(QStringLiteral("/$"))).toStdString();
            file.size = parts.value(2).toLongLong();
            layer->files.push_back(file);
        }
        layers.push_back(layer);
    }
    return layers;
}

/// The tree as text: depth, mark, name, size, removed bytes and * where something beneath changed.
QStringList textOf(const FileTree& tree, std::int32_t node = 0, int depth = 0)
{
    const FileTree::Node& n = tree.node(node);
    static const char* const marks[] = { " ", "+", "~", "-" };
    QStringList lines { QStringLiteral("%1%2%3 %4%5%6")
                            .arg(QString(depth, u'.'), QString::fromLatin1(marks[static_cast<int>(n.change)]), QString::fromStdString(n.name))
                            .arg(n.size)
                            .arg(n.removedBytes ? QStringLiteral(" gone %1").arg(n.removedBytes) : QString(), n.changesBeneath ? QStringLiteral(" *") : QString()) };
    for (std::int32_t i = 0; i < n.childCount; ++i)
        lines += textOf(tree, n.firstChild + i, depth + 1);
    return lines;
}

} // namespace

class TestFileTree : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void trees_data()
    {
        QTest::addColumn<QStringList>("layers");
        QTest::addColumn<bool>("asOf");
        QTest::addColumn<QStringList>("expected");

        QTest::newRow("nothing") << QStringList {} << true << QStringList { " / 0" };
        QTest::newRow("one layer, parents not named")
            << QStringList { "+ usr/bin/hello 880\n+ etc/passwd 20" } << true
            << QStringList { " / 900 *", ". etc 20 *", "..+passwd 20", ". usr 880 *", ".. bin 880 *", "...+hello 880" };
        const QStringList source { "+ src/ \n+ src/a 10\n+ src/sub/b 5\n+ srcx 1", "- src" };
        QTest::newRow("a removed directory takes all along, as of")
            << source << true
            << QStringList { " / 1 gone 15 *", ".-src 15 gone 15 *", "..-a 10 gone 10", "..-sub 5 gone 5 *", "...-b 5 gone 5", ". srcx 1" };
        QTest::newRow("a removed directory, only this layer")
            << source << false << QStringList { " / 0 gone 15 *", ".-src 15 gone 15 *", "..-a 10 gone 10", "..-sub 5 gone 5 *", "...-b 5 gone 5" };
        QTest::newRow("removed below is gone above")
            << QStringList { "+ a 1\n+ d/x 2", "- a\n- d", "+ b 3" } << true << QStringList { " / 3 *", ".+b 3" };
        QTest::newRow("changed, and only what changed")
            << QStringList { "+ etc/passwd 10\n+ etc/group 3", "~ etc/passwd 12" } << false
            << QStringList { " / 12 *", ". etc 12 *", "..~passwd 12" };
        QTest::newRow("directory replaced by a file")
            << QStringList { "+ d/ \n+ d/x 7", "~ d 2" } << true << QStringList { " / 2 gone 7 *", ".~d 2 gone 7 *", "..-x 7 gone 7" };
        QTest::newRow("removed and put again in one layer")
            << QStringList { "+ d/ \n+ d/x 7", "- d\n+ d/ \n+ d/y 1" } << true
            << QStringList { " / 1 gone 7 *", ".+d 1 gone 7 *", "..-x 7 gone 7", "..+y 1" };
        QTest::newRow("what was never below can be removed")
            << QStringList { "- ghost" } << true << QStringList { " / 0 *", ".-ghost 0" };
        QTest::newRow("names that sort around the slash")
            << QStringList { "+ a/ \n+ a-b 1\n+ a/z 2\n+ a.c 4" } << true
            << QStringList { " / 7 *", ".+a 2 *", "..+z 2", ".+a-b 1", ".+a.c 4" };
    }
    void trees()
    {
        QFETCH(QStringList, layers);
        QFETCH(bool, asOf);
        QFETCH(QStringList, expected);
        const Layers input = layersOf(layers);
        const auto tree = FileTree::build(input, asOf ? FileTree::Scope::AsOfLayer : FileTree::Scope::OnlyLayer);
        QCOMPARE(textOf(*tree), expected);
    }

    void findsByPath()
    {
        const Layers layers = layersOf({ "+ usr/bin/hello 880\n+ usr/lib/x 1" });
        const auto tree = FileTree::build(layers, FileTree::Scope::AsOfLayer);
        const auto hello = tree->find("/usr/bin/hello");
        QVERIFY(hello > 0);
        QCOMPARE(tree->path(hello), std::string("/usr/bin/hello"));
        QCOMPARE(tree->find("/"), 0);
        QCOMPARE(tree->find("/usr/bin/hallo"), -1);
        QCOMPARE(tree->totals().added, 2);
    }

    void model()
    {
        FileTreeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 0);
        const Layers layers = layersOf({ "+ usr/bin/hello 880\n+ usr/big 9000\n+ etc/passwd 5\n+ zero 0", "~ etc/passwd 7\n- usr/big" });
        const auto tree = FileTree::build(layers, FileTree::Scope::AsOfLayer);
        model.setTree(tree);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("etc"));
        QCOMPARE(model.index(2, 0).data().toString(), QStringLiteral("zero"));
        QVERIFY(!model.hasChildren(model.index(2, 0)));

        model.setSort(FileTreeModel::Sort::Size);
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("usr"));

        QVERIFY(model.setFilter(QStringLiteral("HELL")));
        QCOMPARE(model.matches(), 1);
        QCOMPARE(model.rowCount(), 1);
        const QModelIndex hello = model.indexOf(tree->find("/usr/bin/hello"));
        QVERIFY(hello.isValid());
        QCOMPARE(hello.data(FileTreeModel::PathRole).toString(), QStringLiteral("/usr/bin/hello"));
        QVERIFY(!model.indexOf(tree->find("/etc/passwd")).isValid());

        QVERIFY(model.setFilter(QStringLiteral("*ss?d")));
        QCOMPARE(model.matches(), 1);
        QVERIFY(model.setFilter(QStringLiteral("/^.usr/")));
        QCOMPARE(model.matches(), 4);
        QVERIFY(!model.setFilter(QStringLiteral("/(/")));
        QCOMPARE(model.matches(), 4);
        QVERIFY(model.setFilter(QString()));

        for (const auto change : { FileTree::Change::None, FileTree::Change::Added, FileTree::Change::Changed })
            model.setShown(change, false);
        QCOMPARE(model.rowCount(), 1);
        const QModelIndex usr = model.index(0, 0);
        QCOMPARE(model.rowCount(usr), 1);
        QCOMPARE(model.index(0, 0, usr).data(FileTreeModel::ChangeRole).toInt(), static_cast<int>(FileTree::Change::Removed));
        model.setTree(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void manyFiles()
    {
        auto layer = std::make_shared<LayerFiles>();
        for (int i = 0; i < 100'000; ++i) {
            model::FileChange file;
            file.path = "usr/share/d" + std::to_string(i % 300) + "/f" + std::to_string(i);
            file.type = "file";
            file.size = i;
            file.change = "added";
            layer->files.push_back(file);
        }
        const Layers layers { layer };
        const auto tree = FileTree::build(layers, FileTree::Scope::AsOfLayer);
        QCOMPARE(tree->nodes().size(), std::size_t(100'000 + 300 + 3));
        QCOMPARE(tree->node(0).files, 100'000);
        FileTreeModel model;
        model.setTree(tree);
        QVERIFY(model.setFilter(QStringLiteral("f9999")));
        QCOMPARE(model.matches(), 11);
    }
};

QTEST_GUILESS_MAIN(TestFileTree)
#include "tst_file_tree.moc"
