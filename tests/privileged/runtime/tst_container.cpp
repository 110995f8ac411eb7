// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/privileged/runtime/box.h"

using namespace darsena;
using namespace darsena::test;

class TstContainer : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (const char* reason = whyNot())
            QSKIP(reason);
    }
    void exitCodes_data();
    void exitCodes();
    void streams();
    void standardInput();
    void commandsThatDoNotStart_data();
    void commandsThatDoNotStart();
    void signals_();
};

void TstContainer::exitCodes_data()
{
    QTest::addColumn<int>("code");
    QTest::newRow("0") << 0;
    QTest::newRow("1") << 1;
    QTest::newRow("42") << 42;
    QTest::newRow("255") << 255;
}

void TstContainer::exitCodes()
{
    QFETCH(int, code);
    const Box box;
    const Outcome outcome = box.shell("exit " + std::to_string(code));
    QCOMPARE(outcome.failure, std::string());
    QCOMPARE(outcome.exit.code, code);
    QCOMPARE(outcome.exit.signal, 0);
    QVERIFY(outcome.exit.finishedAt >= outcome.exit.startedAt);
}

void TstContainer::streams()
{
    const Box box;
    const Outcome outcome = box.shell("echo out; echo err >&2; hostname; id -u");
    QCOMPARE(outcome.failure, std::string());
    QCOMPARE(outcome.out, std::string("out\nbox\n0\n"));
    QCOMPARE(outcome.err, std::string("err\n"));
    const std::string log = readText(box.base() / "box-json.log");
    QVERIFY(log.find(R"({"log":"out\n","stream":"stdout","time":"20)") != std::string::npos);
    QVERIFY(log.find(R"({"log":"err\n","stream":"stderr","time":"20)") != std::string::npos);
}

void TstContainer::standardInput()
{
    const Box box;
    const Outcome outcome = box.run({ "cat" }, "one\ntwo\n");
    QCOMPARE(outcome.failure, std::string());
    QCOMPARE(outcome.out, std::string("one\ntwo\n"));
    QCOMPARE(outcome.exit.code, 0);
}

void TstContainer::commandsThatDoNotStart_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("message");
    QTest::newRow("not in PATH") << "nonesuch" << 127 << "exec: \"nonesuch\": executable file not found in $PATH";
    QTest::newRow("no such file") << "/nonesuch" << 127 << "exec: \"/nonesuch\": stat /nonesuch: no such file or directory";
    QTest::newRow("no permission") << "/etc/passwd" << 126 << "exec: \"/etc/passwd\": permission denied";
    QTest::newRow("directory") << "/etc" << 126 << "exec: \"/etc\": is a directory";
    QTest::newRow("no program") << "/bin/noprogram" << 126 << "exec: \"/bin/noprogram\": exec format error";
}

void TstContainer::commandsThatDoNotStart()
{
    QFETCH(QString, command);
    QFETCH(int, exitCode);
    QFETCH(QString, message);
    const Box box;
    std::ofstream(box.lower() / "bin/noprogram") << "\x01\x02nothing";
    fs::permissions(box.lower() / "bin/noprogram", fs::perms::all);
    const Outcome outcome = box.run({ command.toStdString() });
    QCOMPARE(QString::fromStdString(outcome.failure), message);
    QCOMPARE(outcome.exit.code, exitCode);
    QCOMPARE(QString::fromStdString(outcome.exit.error), message);
}

void TstContainer::signals_()
{
    const Box box;
    for (const int number : { SIGKILL, SIGTERM }) {
        // The first process of a pid namespace ignores what it does not handle, but for SIGKILL.
        auto made = shim::Shim::launch(box.launch({ "sh", "-c", "trap 'trap - TERM; exit 143' TERM; while :; do sleep 0.05; done" }));
        QVERIFY2(made.ok(), made.ok() ? "" : made.error().message().c_str());
        QVERIFY(made->start().ok());
        QTest::qWait(100);
        QVERIFY(made->kill(number).ok());
        const auto exit = made->wait();
        QVERIFY(exit.ok());
        QCOMPARE(exit->code, 128 + number);
        QCOMPARE(made->kill(number).error().code(), ErrorCode::Conflict);
    }
}

QTEST_GUILESS_MAIN(TstContainer)
#include "tst_container.moc"
