// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/runtimes.h"

#include <QtTest>

#include <filesystem>

using namespace darsena;
using namespace darsena::engine;

class TestRuntimes : public QObject {
    Q_OBJECT

private slots:
    void oursIsTheDefault()
    {
        const auto runtimes = Runtimes::find({});
        QVERIFY(runtimes.ok());
        QVERIFY(runtimes->program("").value().empty());
        QVERIFY(runtimes->program("darsena").value().empty());
        QVERIFY(!runtimes->others().contains("darsena"));
    }

    void unknownOnesAreRefused()
    {
        const auto program = Runtimes::find({})->program("kata");
        QCOMPARE(program.error().code(), ErrorCode::Invalid);
        QCOMPARE(program.error().message(), std::string("unknown or invalid runtime name: kata"));
    }

    void configuredOnesAreFound()
    {
        // The real path: /bin may be a link.
        const auto real = std::filesystem::canonical("/bin/sh");
        const auto runtimes = Runtimes::find({{"x.y-z_1", "/bin/sh"}});
        QVERIFY2(runtimes.ok(), runtimes ? "" : runtimes.error().message().c_str());
        QCOMPARE(runtimes->program("x.y-z_1").value(), real);
        // One that is configured goes before the one that is found.
        QCOMPARE(Runtimes::find({{"runc", "/bin/sh"}})->program("runc").value(), real);
        QCOMPARE(Runtimes::find({{"runc", "/bin/sh"}})->program("io.containerd.runc.v2").value(), real);
    }

    void badOnesAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("path");
        QTest::newRow("relative") << "x" << "sh";
        QTest::newRow("missing") << "x" << "/nonesuch/sh";
        QTest::newRow("a folder") << "x" << "/usr";
        QTest::newRow("not executable") << "x" << "/etc/passwd";
        QTest::newRow("empty name") << "" << "/bin/sh";
        QTest::newRow("name with a slash") << "a/b" << "/bin/sh";
        QTest::newRow("our name") << "darsena" << "/bin/sh";
    }
    void badOnesAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(QString, path);
        QVERIFY(!Runtimes::find({{name.toStdString(), path.toStdString()}}).ok());
    }

    void onesThatOthersCanChangeAreRefused()
    {
        QTemporaryDir folder; // of this user's, or below a folder that all may write to
        const std::filesystem::path program = std::filesystem::path(folder.path().toStdString()) / "runtime";
        std::filesystem::copy_file("/bin/true", program);
        QCOMPARE(Runtimes::find({{"x", program}}).error().code(), ErrorCode::Denied);
    }
};

QTEST_GUILESS_MAIN(TestRuntimes)
#include "tst_runtimes.moc"
