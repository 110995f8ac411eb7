// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/layer_tree_model.h"

#include "tests/unit/core/layers/layer_lines.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;
using layers::layer;
using layers::LayerRange;

namespace {

std::shared_ptr<const layers::Stack> sample()
{
    return std::make_shared<const layers::Stack>(layers::stackOf({
        layer({ { 'd', "etc" }, { 'f', "etc/passwd", "10 a", 0644 }, { 'f', "etc/motd", "4 m" }, { 'd', "src" }, { 'f', "src/assets.tar", "400 t" },
            { 'f', "src/hello.c", "20 c" }, { 'd', "usr" }, { 'i', "usr/bin" }, { 'f', "usr/bin/sh", "100 sh" }, { 'l', "usr/bin/dash", "sh" } }),
        layer({ { 'f', "etc/passwd", "10 a", 0600 }, { 'f', "etc/motd", "6 n" }, { 'w', "src" }, { 'i', "usr" }, { 'i', "usr/bin" },
            { 'f', "usr/bin/hello", "80 h", 04755 } }),
        layer({ { 'f', "late", "1 l" } }),
    }));
}

std::shared_ptr<const LayerTreeContent> contentOf(const std::shared_ptr<const layers::Stack>& stack, LayerRange range, const layers::Criteria& criteria = {})
{
    return LayerTreeContent::make(stack, std::make_shared<const layers::View>(layers::View::of(*stack, range)), criteria);
}

layers::Criteria filteredBy(const char* text)
{
    layers::Criteria criteria;
    auto filter = layers::PathFilter::parse(text);
    if (!filter)
        qFatal("%s", filter.error().message().c_str());
    criteria.path = *filter;
    return criteria;
}

/// Every row: depth, mark, name, bytes; "!" where something beneath is other, "gone" what was removed.
QStringList textOf(const LayerTreeModel& model, const QModelIndex& parent = {}, int depth = 0)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex index = model.index(row, 0, parent);
        static const char* const marks[] = { "?", "", "+", "~", "-" };
        QString line = QString(depth, u'.') + QLatin1String(marks[index.data(LayerTreeModel::MarkRole).toInt()]) + index.data().toString()
            + QStringLiteral(" %1").arg(index.data(LayerTreeModel::BytesRole).toLongLong());
        if (index.data(LayerTreeModel::RemovedBytesRole).toLongLong() > 0)
            line += QStringLiteral(" gone %1").arg(index.data(LayerTreeModel::RemovedBytesRole).toLongLong());
        if (index.data(LayerTreeModel::ChangesBeneathRole).toBool())
            line += QStringLiteral(" !");
        lines << line << textOf(model, index, depth + 1);
    }
    return lines;
}

QModelIndex at(const LayerTreeModel& model, const char* path)
{
    return model.indexOf(model.content()->stack->find(path));
}

} // namespace

class TestLayerTreeModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isEmptyWithoutContent()
    {
        LayerTreeModel model;
        QAbstractItemModelTester tester(&model);
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(!model.indexOf(0).isValid());
        QVERIFY(!model.indexOf(7).isValid());
    }

    void showsAStateLargestFirst()
    {
        LayerTreeModel model;
        QAbstractItemModelTester tester(&model);
        const auto stack = sample();
        model.setContent(contentOf(stack, { 1, 1 }));
        QCOMPARE(textOf(model),
            QStringList({ "-src 420 gone 420 !", ".-assets.tar 400 gone 400", ".-hello.c 20 gone 20", "usr 180 !", ".bin 180 !", "..sh 100", "..+hello 80",
                "..dash 0", "etc 16 !", ".~passwd 10", ".~motd 6" }));
    }

    void sortsByNameWithDirectoriesFirst()
    {
        LayerTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setContent(contentOf(sample(), { 2, 2 }));
        model.setSort(LayerTreeModel::Sort::Name);
        QCOMPARE(textOf(model), QStringList({ "etc 16", ".motd 6", ".passwd 10", "usr 180", ".bin 180", "..dash 0", "..hello 80", "..sh 100", "+late 1" }));
    }

    void leavesOutWhatIsNotThereYet()
    {
        LayerTreeModel model;
        const auto stack = sample();
        model.setContent(contentOf(stack, { 0, 0 }));
        QVERIFY(!at(model, "late").isValid());
        QVERIFY(!at(model, "usr/bin/hello").isValid());
        QVERIFY(at(model, "src/hello.c").isValid());
    }

    void onlyWhatALayerDid()
    {
        LayerTreeModel model;
        QAbstractItemModelTester tester(&model);
        layers::Criteria criteria;
        criteria.same = false;
        model.setContent(contentOf(sample(), { 1, 1 }, criteria));
        // usr and its bin weigh what this layer put there.
        QCOMPARE(textOf(model),
            QStringList({ "-src 420 gone 420 !", ".-assets.tar 400 gone 400", ".-hello.c 20 gone 20", "usr 80 !", ".bin 80 !", "..+hello 80", "etc 16 !",
                ".~passwd 10", ".~motd 6" }));
        criteria.metadataOnly = false;
        model.setContent(contentOf(sample(), { 1, 1 }, criteria));
        QVERIFY(!at(model, "etc/passwd").isValid());
        QVERIFY(at(model, "etc/motd").isValid());
    }

    void filtersAndWeighsWhatIsLeft()
    {
        LayerTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setContent(contentOf(sample(), { 1, 1 }, filteredBy("h*")));
        QCOMPARE(textOf(model), QStringList({ "usr 80 !", ".bin 80 !", "..+hello 80", "-src 20 gone 20 !", ".-hello.c 20 gone 20" }));
        QCOMPARE(model.content()->matches(), 2u);
        model.setContent(contentOf(sample(), { 1, 1 }, filteredBy("/^/etc/m/")));
        QCOMPARE(textOf(model), QStringList({ "etc 6 !", ".~motd 6" }));
        model.setContent(contentOf(sample(), { 1, 1 }, filteredBy("nothing of the kind")));
        QCOMPARE(model.rowCount(), 0);
    }

    void saysWhy()
    {
        LayerTreeModel model;
        model.setContent(contentOf(sample(), { 1, 1 }));
        const QModelIndex passwd = at(model, "etc/passwd");
        QVERIFY(passwd.data(LayerTreeModel::MetadataOnlyRole).toBool());
        QCOMPARE(passwd.data(LayerTreeModel::ReasonsRole).toString(), QStringLiteral("mode 644 → 600"));
        QCOMPARE(passwd.data(Qt::AccessibleTextRole).toString(), QStringLiteral("passwd, only metadata changed: mode 644 → 600, 10 B"));
        QCOMPARE(passwd.data(Qt::ToolTipRole).toString(), QStringLiteral("/etc/passwd\nmode 644 → 600"));
        QVERIFY(!at(model, "etc/motd").data(LayerTreeModel::MetadataOnlyRole).toBool());
        QCOMPARE(at(model, "etc/motd").data(LayerTreeModel::ReasonsRole).toString(), QStringLiteral("content"));
        QCOMPARE(at(model, "usr/bin/sh").data(LayerTreeModel::ReasonsRole).toString(), QString());
    }

    void rolesOfOneFile()
    {
        LayerTreeModel model;
        model.setContent(contentOf(sample(), { 1, 1 }));
        const QModelIndex hello = at(model, "usr/bin/hello");
        QCOMPARE(hello.data(LayerTreeModel::PathRole).toString(), QStringLiteral("/usr/bin/hello"));
        QCOMPARE(hello.data(LayerTreeModel::NodeRole).toUInt(), model.content()->stack->find("usr/bin/hello"));
        QCOMPARE(hello.data(LayerTreeModel::LayerRole).toInt(), 1);
        QCOMPARE(hello.siblingAtColumn(LayerTreeModel::Mode).data().toString(), QStringLiteral("-rwsr-xr-x"));
        QCOMPARE(hello.siblingAtColumn(LayerTreeModel::Owner).data().toString(), QStringLiteral("0:0"));
        QCOMPARE(hello.data(LayerTreeModel::ShareRole).toDouble(), 80.0 / 616);
        const QModelIndex dash = at(model, "usr/bin/dash");
        QCOMPARE(dash.data(LayerTreeModel::TypeRole).toInt(), int(layers::EntryType::Symlink));
        QCOMPARE(dash.data(LayerTreeModel::LinkRole).toString(), QStringLiteral("sh"));
        // Nobody said what mode usr/bin has.
        QCOMPARE(at(model, "usr/bin").siblingAtColumn(LayerTreeModel::Mode).data().toString(), QString());
        QCOMPARE(at(model, "src").data(LayerTreeModel::FilesRole).toInt(), 2);
    }

    void comparesWithALayerFurtherDown()
    {
        LayerTreeModel model;
        QAbstractItemModelTester tester(&model);
        layers::Criteria criteria;
        criteria.same = false;
        model.setContent(contentOf(sample(), { 1, 2 }, criteria));
        QVERIFY(at(model, "late").isValid());
        QCOMPARE(at(model, "late").data(LayerTreeModel::MarkRole).toInt(), int(layers::Mark::Added));
        QCOMPARE(at(model, "usr/bin/hello").data(LayerTreeModel::MarkRole).toInt(), int(layers::Mark::Added));
    }

    /// The rows of a directory are put together when they are asked for: what is closed is not looked at.
    void indexesOfDeepPathsAreFoundWithoutOpeningTheirParents()
    {
        LayerTreeModel model;
        QAbstractItemModelTester tester(&model);
        std::vector<layers::Line> lines;
        for (int i = 0; i < 3000; ++i)
            lines.push_back({ 'f', fmt::format("a/{}/b/{}", i % 50, i), fmt::format("{} x", i + 1) });
        const auto stack = std::make_shared<const layers::Stack>(layers::stackOf({ layer(lines) }));
        model.setContent(contentOf(stack, { 0, 0 }));
        for (const layers::Line& line : lines) {
            const QModelIndex index = at(model, line.path.c_str());
            QVERIFY(index.isValid());
            QCOMPARE(index.data(LayerTreeModel::PathRole).toString(), QStringLiteral("/%1").arg(QString::fromStdString(line.path)));
            QCOMPARE(model.index(index.row(), 0, index.parent()), index);
        }
    }
};

QTEST_GUILESS_MAIN(TestLayerTreeModel)
#include "tst_layer_tree_model.moc"
