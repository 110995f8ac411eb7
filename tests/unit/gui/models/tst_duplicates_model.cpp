// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/duplicates_model.h"

#include "tests/unit/core/layers/layer_lines.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;
using namespace darsena::layers;

class TestDuplicatesModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void groupsAndPlaces()
    {
        const auto stack = std::make_shared<const Stack>(stackOf({ layer({ { 'f', "a/x", "2000 x" }, { 'f', "b", "10 y" } }), layer({ { 'f', "c/x", "2000 x" }, { 'f', "d", "10 y" }, { 'f', "e", "10 y" } }) }));
        const auto view = std::make_shared<const View>(View::of(*stack, { 0, 1 }));
        DuplicatesModel model;
        const QAbstractItemModelTester tester(&model);
        QCOMPARE(model.rowCount(), 0);
        model.setGroups(stack, view, duplicates(*stack, *view));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.spare(), 2020U);
        const QModelIndex first = model.index(0, 0);
        QCOMPARE(first.data().toString(), QStringLiteral("x"));
        QCOMPARE(model.index(0, DuplicatesModel::Copies).data().toString(), QStringLiteral("2"));
        QCOMPARE(model.index(0, DuplicatesModel::Each).data().toString(), QStringLiteral("2.0 KB"));
        QCOMPARE(model.index(1, DuplicatesModel::Spare).data().toString(), QStringLiteral("20 B"));
        QCOMPARE(model.rowCount(first), 2);
        QCOMPARE(model.index(1, 0, first).data().toString(), QStringLiteral("/c/x"));
        QCOMPARE(model.index(1, DuplicatesModel::Copies, first).data().toString(), QStringLiteral("layer 1"));
        QCOMPARE(model.index(1, 0, first).data(DuplicatesModel::NodeRole).value<Stack::NodeId>(), stack->find("c/x"));
        QCOMPARE(model.index(1, 0, first).parent(), first);
        QCOMPARE(model.rowCount(model.index(0, 0, first)), 0);
        model.setGroups({}, {}, {});
        QCOMPARE(model.rowCount(), 0);
    }
};

QTEST_GUILESS_MAIN(TestDuplicatesModel)
#include "tst_duplicates_model.moc"
