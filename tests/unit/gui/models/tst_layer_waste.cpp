// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/layer_model.h"
#include "gui/models/layer_waste.h"

#include <QAbstractItemModelTester>
#include <QTest>

#include <numeric>

using namespace darsena;
using namespace darsena::gui;

class TestLayerWaste : public QObject {
    Q_OBJECT

    /// "+ a 10; - b; ~ c 3" is one layer; a name that ends in "/" is a directory.
    static std::vector<std::shared_ptr<const LayerFiles>> layersOf(const QStringList& texts)
    {
        std::vector<std::shared_ptr<const LayerFiles>> layers;
        for (const QString& text : texts) {
            auto layer = std::make_shared<LayerFiles>();
            layer->index = static_cast<std::int64_t>(layers.size());
            for (const QString& entry : text.split(u';', Qt::SkipEmptyParts)) {
                const QStringList parts = entry.trimmed().split(u' ');
                model::FileChange file;
                file.change = parts[0] == u"+" ? "added" : parts[0] == u"~" ? "changed" : "removed";
                file.type = parts[1].endsWith(u'/') ? "directory" : parts[0] == u"=" ? "hardlink" : "file";
                file.path = parts[1].toStdString();
                file.size = parts.value(2).toLongLong();
                layer->files.push_back(file);
            }
            layers.push_back(layer);
        }
        return layers;
    }

private Q_SLOTS:
    void cases_data()
    {
        QTest::addColumn<QStringList>("layers");
        QTest::addColumn<QList<qint64>>("hidden");
        QTest::addColumn<QStringList>("items");
        QTest::newRow("nothing") << QStringList {} << QList<qint64> {} << QStringList {};
        QTest::newRow("no waste") << QStringList { "+ a 10", "+ b 5" } << QList<qint64> { 0, 0 } << QStringList {};
        QTest::newRow("a file removed") << QStringList { "+ a 10", "- a" } << QList<qint64> { 10, 0 } << QStringList { "/a 10 in 0 by 1 removed" };
        QTest::newRow("a directory removed, which dive misses")
            << QStringList { "+ d/; + d/x 10; + d/y 5", "- d" } << QList<qint64> { 15, 0 } << QStringList { "/d 15 in 0 by 1 removed" };
        QTest::newRow("three copies waste two") << QStringList { "+ a 10", "~ a 10", "~ a 10" } << QList<qint64> { 10, 10, 0 }
                                                << QStringList { "/a 10 in 0 by 1 replaced", "/a 10 in 1 by 2 replaced" };
        QTest::newRow("a directory that a file replaces")
            << QStringList { "+ d/; + d/x 10", "~ d 3" } << QList<qint64> { 10, 0 } << QStringList { "/d 10 in 0 by 1 replaced" };
        QTest::newRow("a directory named again hides nothing") << QStringList { "+ d/; + d/x 10", "~ d/" } << QList<qint64> { 0, 0 } << QStringList {};
        QTest::newRow("what was never there") << QStringList { "+ a 1", "- ghost" } << QList<qint64> { 0, 0 } << QStringList {};
        QTest::newRow("removed and put again in one layer")
            << QStringList { "+ d/; + d/x 10", "- d; + d/; + d/y 1" } << QList<qint64> { 10, 0 } << QStringList { "/d 10 in 0 by 1 removed" };
        QTest::newRow("neighbours of the name stay") << QStringList { "+ d/; + d/x 10; + d-e 7; + d.f 8", "- d" } << QList<qint64> { 10, 0 }
                                                     << QStringList { "/d 10 in 0 by 1 removed" };
    }
    void cases()
    {
        QFETCH(QStringList, layers);
        QFETCH(QList<qint64>, hidden);
        QFETCH(QStringList, items);
        const auto input = layersOf(layers);
        const LayerWaste waste = LayerWaste::of(input);
        QCOMPARE(QList<qint64>(waste.hidden.begin(), waste.hidden.end()), hidden);
        QStringList got;
        for (const LayerWaste::Item& item : waste.items)
            got << QStringLiteral("%1 %2 in %3 by %4 %5").arg(QString::fromStdString(item.path)).arg(item.bytes).arg(item.storedIn).arg(item.hiddenBy).arg(item.removed ? u"removed" : u"replaced");
        QCOMPARE(got, items);
        QCOMPARE(waste.bytes, std::accumulate(hidden.begin(), hidden.end(), qint64(0)));
    }

    void model()
    {
        LayerModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        std::vector<model::LayerSummary> layers(3);
        layers[0].bytes = 400;
        layers[0].instruction = "FROM\n  debian";
        layers[1].index = 1;
        layers[1].emptyLayer = true;
        layers[1].createdBy = "ENV A=1";
        layers[2].index = 2;
        layers[2].bytes = 100;
        model.setLayers(layers);
        model.setHidden({ 200, 0, 0 });
        QCOMPARE(model.totalBytes(), 500);
        QCOMPARE(model.index(0).data().toString(), QStringLiteral("FROM debian"));
        QCOMPARE(model.index(1).data().toString(), QStringLiteral("ENV A=1"));
        QCOMPARE(model.index(2).data(LayerModel::ShareRole).toDouble(), 0.25);
        QCOMPARE(model.index(0).data(LayerModel::HiddenShareRole).toDouble(), 0.5);
        QCOMPARE(model.index(2).data(LayerModel::TotalRole).toLongLong(), 500);
        model.setLayers({});
        QCOMPARE(model.totalBytes(), 0);
    }
};

QTEST_GUILESS_MAIN(TestLayerWaste)
#include "tst_layer_waste.moc"
