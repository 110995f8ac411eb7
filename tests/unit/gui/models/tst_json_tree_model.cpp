// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/json_tree_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace darsena::gui;

class TestJsonTreeModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tree()
    {
        JsonTreeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(model.setJson("{\"A\":{\"b c\":[1,{\"x\":\"y\"},null,true]},\"E\":[],\"n\":12345678901}").isEmpty());
        QCOMPARE(model.rowCount(), 3);
        const QModelIndex a = model.index(0, 0);
        const QModelIndex list = model.index(0, 0, a);
        QCOMPARE(list.data(JsonTreeModel::PathRole).toString(), QStringLiteral(".A[\"b c\"]"));
        const QModelIndex object = model.index(1, 0, list);
        QCOMPARE(model.index(0, 0, object).data(JsonTreeModel::PathRole).toString(), QStringLiteral(".A[\"b c\"][1].x"));
        QCOMPARE(model.index(0, 1, object).data().toString(), QStringLiteral("y"));
        QCOMPARE(model.index(0, 1, list).data().toString(), QStringLiteral("1"));
        QCOMPARE(model.index(2, 1, list).data().toString(), QStringLiteral("null"));
        QCOMPARE(model.index(1, 1).data().toString(), QStringLiteral("[ ]"));
        QCOMPARE(model.index(2, 1).data().toString(), QStringLiteral("12345678901"));
        QVERIFY(model.setJson("[{\"x\":1}]").isEmpty());
        QCOMPARE(model.index(0, 0, model.index(0, 0)).data(JsonTreeModel::PathRole).toString(), QStringLiteral(".[0].x"));
        QVERIFY(!model.setJson("{broken").isEmpty());
        QCOMPARE(model.rowCount(), 0);
    }
    void deepDocumentsAreBounded()
    {
        JsonTreeModel model;
        model.setJson(QByteArray(500, '[') + QByteArray(500, ']'));
        QModelIndex at = model.index(0, 0);
        int depth = 0;
        while (at.isValid()) {
            at = model.index(0, 0, at);
            ++depth;
        }
        QVERIFY(depth > 10 && depth < 100);
    }
};

QTEST_GUILESS_MAIN(TestJsonTreeModel)
#include "tst_json_tree_model.moc"
