// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/rows_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <QTest>

using namespace darsena::gui;

class TestRowsModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rowsAndRoles()
    {
        RowsModel model(2);
        const QAbstractItemModelTester tester(&model);
        QSignalSpy headers(&model, &QAbstractItemModel::headerDataChanged);
        model.setHeaders({ "Name", "Size" });
        QCOMPARE(headers.size(), 1);
        model.setRightAligned({ 1 });
        model.setRows({ { { "b", "9 B" }, { QVariant(), 9 }, 70, "tip" }, { { "a", "10 B" }, { QVariant(), 10 }, 71, {} } });
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("9 B"));
        QCOMPARE(model.index(0, 1).data(RowsModel::DataRole).toInt(), 70);
        QCOMPARE(model.index(0, 0).data(RowsModel::SortRole).toString(), QStringLiteral("b"));
        QCOMPARE(model.index(0, 0).data(Qt::ToolTipRole).toString(), QStringLiteral("tip"));
        QVERIFY(!model.index(1, 0).data(Qt::ToolTipRole).isValid());
        QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("Size"));
        QVERIFY(model.index(0, 1).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);

        QSortFilterProxyModel proxy;
        const QAbstractItemModelTester proxyTester(&proxy);
        proxy.setSourceModel(&model);
        proxy.setSortRole(RowsModel::SortRole);
        proxy.sort(1, Qt::DescendingOrder); // by the number, not by its text
        QCOMPARE(proxy.index(0, 0).data().toString(), QStringLiteral("a"));
        proxy.sort(0, Qt::DescendingOrder);
        QCOMPARE(proxy.index(0, 0).data().toString(), QStringLiteral("b"));
        model.setRows({});
        QCOMPARE(proxy.rowCount(), 0);
    }
};

QTEST_GUILESS_MAIN(TestRowsModel)
#include "tst_rows_model.moc"
