// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/layer_list_model.h"

#include "gui/models/layer_text.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace darsena::gui;

class TestLayerListModel : public QObject {
    Q_OBJECT
    static std::vector<LayerListModel::Row> sample()
    {
        return { { .layer = 0, .createdBy = QStringLiteral("/bin/sh -c #(nop) ADD file:ab in / "), .stored = 50 },
            { .layer = -1, .createdBy = QStringLiteral("/bin/sh -c #(nop)  CMD [\"sh\"]") },
            { .layer = 1, .createdBy = QStringLiteral("RUN /bin/sh -c make # buildkit"), .diffId = QStringLiteral("sha256:12") } };
    }
private Q_SLOTS:
    void sizesComeAsTheLayersAreRead()
    {
        LayerListModel model;
        QAbstractItemModelTester tester(&model);
        model.setRows(sample());
        QCOMPARE(model.layerCount(), 2);
        QCOMPARE(model.rowOfLayer(1), 2);
        QCOMPARE(model.rowOfLayer(-1), -1);
        QCOMPARE(model.index(1).data(LayerListModel::TopLayerRole).toInt(), 0);
        QCOMPARE(model.index(2).data(LayerListModel::BytesRole).toLongLong(), -1);

        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        model.setRead(1, 300, 4);
        QVERIFY(!changes.isEmpty());
        QCOMPARE(model.index(2).data(LayerListModel::TotalRole).toLongLong(), -1); // the base is not read
        model.setRead(0, 100, 2);
        QCOMPARE(model.index(0).data(LayerListModel::TotalRole).toLongLong(), 100);
        QCOMPARE(model.index(1).data(LayerListModel::TotalRole).toLongLong(), 100);
        QCOMPARE(model.index(2).data(LayerListModel::TotalRole).toLongLong(), 400);
        QCOMPARE(model.index(0).data(LayerListModel::ShareRole).toDouble(), 1.0 / 3);
        QCOMPARE(model.index(0).data(LayerListModel::StoredRole).toLongLong(), 50);
        QCOMPARE(model.totalBytes(), 400);

        QCOMPARE(model.index(0).data(LayerListModel::HiddenRole).toLongLong(), -1);
        model.setHidden({ 30, 0 });
        QCOMPARE(model.index(0).data(LayerListModel::HiddenShareRole).toDouble(), 0.1);
        QCOMPARE(model.index(1).data(LayerListModel::HiddenRole).toLongLong(), -1);
        QCOMPARE(model.index(0).data(Qt::AccessibleTextRole).toString(), QStringLiteral("Layer 0: ADD file:ab in /, adds 100 B, of which later layers hide 30 B"));
        model.setRows({});
        QCOMPARE(model.rowCount(), 0);
    }

    void instructions_data()
    {
        QTest::addColumn<QString>("written");
        QTest::addColumn<QString>("read");
        QTest::newRow("builder of old, no layer") << "/bin/sh -c #(nop)  ENV A=b" << "ENV A=b";
        QTest::newRow("builder of old, command") << "/bin/sh -c apt-get update" << "RUN apt-get update";
        QTest::newRow("builder of old, arguments") << "|2 A=1 B=2 /bin/sh -c make all" << "RUN make all";
        QTest::newRow("buildkit, command") << "RUN /bin/sh -c make # buildkit" << "RUN make";
        QTest::newRow("buildkit, arguments") << "RUN |1 A=1 /bin/sh -c make # buildkit" << "RUN make";
        QTest::newRow("buildkit, copy") << "COPY a b # buildkit" << "COPY a b";
        QTest::newRow("a shell of one's own") << "/bin/bash -o pipefail -c a | b" << "RUN a | b";
        QTest::newRow("several lines") << "/bin/sh -c a \\\n  && b" << "RUN a \\ && b";
        QTest::newRow("neither") << "bazel build ..." << "bazel build ...";
        QTest::newRow("nothing") << "" << "";
    }
    void instructions()
    {
        QFETCH(QString, written);
        QFETCH(QString, read);
        QCOMPARE(layertext::instruction(written.toStdString()), read);
    }

    void modesAsLsWritesThem()
    {
        darsena::layers::IndexEntry entry;
        entry.mode = 06751;
        QCOMPARE(layertext::mode(entry), QStringLiteral("-rwsr-s--x"));
        entry.type = darsena::layers::EntryType::Directory;
        entry.mode = 01776;
        QCOMPARE(layertext::mode(entry), QStringLiteral("drwxrwxrwT"));
        entry.type = darsena::layers::EntryType::CharDevice;
        entry.mode = 04600;
        QCOMPARE(layertext::mode(entry), QStringLiteral("crwS------"));
    }

    void reasonsInWords()
    {
        using namespace darsena::layers;
        IndexEntry before, after;
        before.link = "a";
        after.link = "b";
        after.uid = 1000;
        after.gid = 100;
        QCOMPARE(layertext::reasons(before, after, Content | Link | Owner | Time), QStringLiteral("content, link a → b, owner 0:0 → 1000:100, time"));
        after.type = EntryType::Directory;
        QCOMPARE(layertext::reasons(before, after, Type), QStringLiteral("file → directory"));
        QCOMPARE(layertext::reasons(before, before, StoredAgain), QStringLiteral("stored again, the same"));
        QCOMPARE(layertext::reasons(before, before, 0), QString());
    }
};

QTEST_GUILESS_MAIN(TestLayerListModel)
#include "tst_layer_list_model.moc"
