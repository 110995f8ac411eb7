// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/container_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

namespace {

model::ContainerSummary summary(const std::string& id, const std::string& name, const std::string& state, const std::string& status = {})
{
    model::ContainerSummary container;
    container.id = id;
    container.names = { "/" + name };
    container.state = state;
    container.status = status;
    container.image = "busybox";
    return container;
}

QStringList names(const ContainerModel& model)
{
    QStringList list;
    for (int row = 0; row < model.rowCount(); ++row)
        list << model.index(row, 0).data().toString();
    list.sort();
    return list;
}

} // namespace

class TestContainerModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void statuses_data()
    {
        QTest::addColumn<QString>("sentence");
        QTest::addColumn<int>("exitCode"); // -1000 = none
        QTest::addColumn<qint64>("age"); // -1 = none
        QTest::addColumn<QString>("health");
        QTest::newRow("empty") << "" << -1000 << qint64(-1) << "";
        QTest::newRow("created") << "Created" << -1000 << qint64(-1) << "";
        QTest::newRow("just now") << "Up Less than a second" << -1000 << qint64(0) << "";
        QTest::newRow("seconds") << "Up 34 seconds" << -1000 << qint64(34) << "";
        QTest::newRow("a minute") << "Up About a minute" << -1000 << qint64(60) << "";
        QTest::newRow("an hour, healthy") << "Up About an hour (healthy)" << -1000 << qint64(3600) << "healthy";
        QTest::newRow("health starting") << "Up 3 seconds (health: starting)" << -1000 << qint64(3) << "starting";
        QTest::newRow("paused") << "Up 2 weeks (Paused)" << -1000 << qint64(2 * 7 * 86400) << "";
        QTest::newRow("exited") << "Exited (137) 2 hours ago" << 137 << qint64(7200) << "";
        QTest::newRow("restarting") << "Restarting (1) 5 seconds ago" << 1 << qint64(5) << "";
        QTest::newRow("another language") << "En marcha 3 horas" << -1000 << qint64(-1) << "";
    }
    void statuses()
    {
        QFETCH(QString, sentence);
        QFETCH(int, exitCode);
        QFETCH(qint64, age);
        QFETCH(QString, health);
        const ContainerStatus status = ContainerStatus::parse(sentence, 1'000'000'000);
        QCOMPARE(status.exitCode.value_or(-1000), exitCode);
        QCOMPARE(status.since ? 1'000'000'000 - *status.since : -1, age);
        QCOMPARE(status.health, health);
    }

    void followsTheEngine()
    {
        ContainerModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setContainers({ summary("aaaa1", "web", "running"), summary("bbbb2", "db", "running") });
        QCOMPARE(names(model), (QStringList { "db", "web" }));

        // A row that stays is changed where it is: a view keeps its selection.
        const QPersistentModelIndex web = model.index(model.rowOf("web"), 0);
        QSignalSpy removed(&model, &ContainerModel::rowsRemoved);
        QSignalSpy reset(&model, &ContainerModel::modelReset);
        model.setContainers({ summary("cccc3", "new", "created"), summary("aaaa1", "web", "exited", "Exited (1) 2 seconds ago") });
        QCOMPARE(names(model), (QStringList { "new", "web" }));
        QCOMPARE(web.data(ContainerModel::StateRole).toString(), QStringLiteral("exited"));
        QVERIFY(web.data(ContainerModel::ErrorRole).toBool());
        QCOMPARE(removed.count(), 1);
        QCOMPARE(reset.count(), 0);

        model.upsert(summary("dddd4", "late", "running"));
        model.upsert(summary("dddd4", "renamed", "running"));
        QCOMPARE(names(model), (QStringList { "new", "renamed", "web" }));
        QCOMPARE(model.count("running"), 1);
        model.remove("dddd4");
        model.remove("nobody");
        QCOMPARE(names(model), (QStringList { "new", "web" }));

        model.setBusy("aaaa1", "stopping");
        model.upsert(summary("aaaa1", "web", "running"));
        QCOMPARE(web.data(ContainerModel::BusyRole).toString(), QStringLiteral("stopping"));
        QVERIFY(model.rowOf("aaaa") >= 0);
        QCOMPARE(model.rowOf("aa"), -1);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void ports()
    {
        ContainerModel model;
        auto container = summary("aaaa1", "web", "running");
        container.ports = { { "", 6379, 0, "tcp" }, { "0.0.0.0", 80, 8080, "tcp" }, { "::", 80, 8080, "tcp" }, { "127.0.0.1", 53, 5353, "udp" } };
        model.upsert(container);
        QCOMPARE(model.index(0, ContainerModel::Ports).data().toString(), QStringLiteral("8080 → 80, 127.0.0.1:5353 → 53/udp, 6379"));
    }

    void oddSummaries()
    {
        ContainerModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model::ContainerSummary nameless;
        nameless.id = "eeee5";
        model.setContainers({ nameless, nameless });
        QVERIFY(model.rowCount() >= 1);
        QCOMPARE(model.index(0, 0).data().toString(), QString());
    }
};

QTEST_GUILESS_MAIN(TestContainerModel)
#include "tst_container_model.moc"
