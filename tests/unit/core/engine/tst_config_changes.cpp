// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/config_changes.h"

#include <QtTest>

using namespace darsena;
using namespace darsena::engine;
using Texts = std::vector<std::string>;

class TestConfigChanges : public QObject {
    Q_OBJECT

private slots:
    void carriesOutWhatADockerfileSays()
    {
        oci::ExecutionConfig base;
        base.env = {"A=1"};
        base.cmd = Texts{"old"};
        const auto changed = applyChanges(base,
            {"ENV B=$A C=3", "entrypoint [\"prog\"]", "CMD [\"x\", \"y\"]", "EXPOSE 80 53/udp", "LABEL k=v", "USER 1:2", "VOLUME /data", "WORKDIR /w", "WORKDIR sub",
                "STOPSIGNAL SIGINT", "ONBUILD RUN true", "HEALTHCHECK --retries=2 CMD true"});
        QVERIFY2(changed.ok(), changed ? "" : changed.error().message().c_str());
        QCOMPARE(changed->env, (Texts{"A=1", "B=1", "C=3"}));
        QCOMPARE(*changed->entrypoint, Texts{"prog"});
        QCOMPARE(*changed->cmd, (Texts{"x", "y"}));
        QCOMPARE(changed->exposedPorts, (Texts{"53/udp", "80/tcp"}));
        QCOMPARE(changed->labels.at("k"), std::string("v"));
        QCOMPARE(changed->user, std::string("1:2"));
        QCOMPARE(changed->volumes, Texts{"/data"});
        QCOMPARE(changed->workingDir, std::string("/w/sub"));
        QCOMPARE(changed->stopSignal, std::string("SIGINT"));
        QCOMPARE(changed->onBuild, Texts{"RUN true"});
        QCOMPARE(changed->healthcheck->retries, 2);
    }
    void anEntrypointTakesTheCommandAway()
    {
        oci::ExecutionConfig base;
        base.cmd = Texts{"old"};
        const auto changed = applyChanges(base, {"ENTRYPOINT [\"prog\"]"});
        QVERIFY(changed.ok());
        QVERIFY(!changed->cmd || changed->cmd->empty());
    }
    void nothingChangesNothing()
    {
        oci::ExecutionConfig base;
        base.env = {"A=1"};
        QVERIFY(*applyChanges(base, {}) == base);
        QVERIFY(*applyChanges(base, {"", "  "}) == base);
    }
    void refuses_data()
    {
        QTest::addColumn<QByteArray>("change");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("run") << QByteArray("RUN true") << QByteArray("run is not a valid change command");
        QTest::newRow("from") << QByteArray("FROM x") << QByteArray("from is not a valid change command");
        QTest::newRow("copy") << QByteArray("COPY a b") << QByteArray("copy is not a valid change command");
        QTest::newRow("unknown") << QByteArray("JUMP") << QByteArray("jump is not a valid change command");
        QTest::newRow("second line") << QByteArray("ENV a=b\nRUN true") << QByteArray("run is not a valid change command");
        QTest::newRow("second stage") << QByteArray("ENV a=b\nFROM x") << QByteArray("not a valid change command");
        QTest::newRow("port") << QByteArray("EXPOSE 99999") << QByteArray("99999");
        QTest::newRow("empty") << QByteArray("ENV") << QByteArray("ENV");
    }
    void refuses()
    {
        QFETCH(QByteArray, change);
        QFETCH(QByteArray, says);
        const auto changed = applyChanges({}, {change.toStdString()});
        QVERIFY(!changed.ok());
        QCOMPARE(changed.error().code(), ErrorCode::Invalid);
        QVERIFY2(changed.error().message().find(says.toStdString()) != std::string::npos, changed.error().message().c_str());
    }
};

QTEST_APPLESS_MAIN(TestConfigChanges)
#include "tst_config_changes.moc"
