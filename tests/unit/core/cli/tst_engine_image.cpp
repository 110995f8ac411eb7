// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/engine_image.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace darsena;
using namespace darsena::cli;

class TestEngineImage : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    /// Something at a path; whether anybody listens is known only when asked.
    std::string there(const char* name)
    {
        const QString path = m_folder.filePath(QString::fromLatin1(name));
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write the test's file");
        return path.toStdString();
    }

private slots:
    void init()
    {
        for (const char* name : {"DARSENA_SOCKET", "DOCKER_HOST", "XDG_RUNTIME_DIR"})
            qunsetenv(name);
    }

    void whatIsAskedForIsTheOnlyOne()
    {
        qputenv("DARSENA_SOCKET", "/ours.sock");
        qputenv("DOCKER_HOST", "unix:///theirs.sock");
        const auto given = findEngines("/given.sock", false);
        QCOMPARE(given->size(), 1u);
        QCOMPARE(given->front().socket, std::string("/given.sock"));
        const auto environment = findEngines({}, false);
        QCOMPARE(environment->size(), 1u);
        QCOMPARE(environment->front().socket, std::string("/ours.sock"));
    }

    void dockersOwn()
    {
        const std::string socket = there("docker.sock");
        qputenv("DARSENA_SOCKET", "/ours.sock");
        qputenv("DOCKER_HOST", QByteArray::fromStdString("unix://" + socket));
        const auto engines = findEngines({}, true);
        QVERIFY(engines);
        QCOMPARE(engines->size(), 1u);
        QCOMPARE(engines->front().socket, socket);
    }

    void whatIsThereInOrder()
    {
        const std::string docker = there("docker.sock");
        const std::string podman = there("podman/podman.sock");
        qputenv("DOCKER_HOST", QByteArray::fromStdString("unix://" + docker));
        qputenv("XDG_RUNTIME_DIR", m_folder.path().toUtf8());
        const auto engines = findEngines({}, false);
        QVERIFY(engines);
        const auto at = [&](const std::string& socket) { return std::ranges::find(*engines, socket, &EngineAt::socket); };
        QVERIFY(at(docker) != engines->end());
        QVERIFY(at(podman) != engines->end());
        QVERIFY(at(docker) < at(podman));
    }

    void otherMachinesAreNotAsked()
    {
        qputenv("DOCKER_HOST", "tcp://10.0.0.1:2375");
        const auto engines = findEngines({}, true);
        QCOMPARE(engines.error().code(), ErrorCode::Unsupported);
        QVERIFY(engines.error().message().find("tcp://10.0.0.1:2375") != std::string::npos);
        qputenv("DOCKER_HOST", "unix:///nobody/here.sock");
        const auto nobody = findEngines({}, true);
        QCOMPARE(nobody.error().code(), ErrorCode::Unavailable);
        QVERIFY(nobody.error().message().find("docker://NAME") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestEngineImage)
#include "tst_engine_image.moc"
