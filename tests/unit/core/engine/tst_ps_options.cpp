// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ps_options.h"
#include "core/engine/process_list.h"

#include <QtTest>

#include <unistd.h>

using namespace darsena;
using namespace darsena::engine;

class TestPsOptions : public QObject {
    Q_OBJECT

private slots:
    void choosesColumns_data()
    {
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<QString>("titles");
        const QString full = "UID PID PPID C STIME TTY TIME CMD";
        const QString user = "USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND";
        QTest::newRow("none") << "" << full;
        QTest::newRow("-ef") << "-ef" << full;
        QTest::newRow("-e -f") << "-e  -f" << full;
        QTest::newRow("-e") << "-e" << "PID TTY TIME CMD";
        QTest::newRow("aux") << "aux" << user;
        QTest::newRow("-aux") << "-aux" << user;
        QTest::newRow("ax") << "ax" << "PID TTY STAT TIME COMMAND";
        QTest::newRow("-j") << "-ej" << "PID PGID SID TTY TIME CMD";
        QTest::newRow("-o") << "-o pid,args" << "PID COMMAND";
        QTest::newRow("-oLIST") << "-opid,cmd" << "PID CMD";
        QTest::newRow("-eo") << "-eo pid,comm,user" << "PID COMMAND USER";
        QTest::newRow("axo") << "axo pid,rss,%cpu" << "PID RSS %CPU";
        QTest::newRow("twice") << "-o pid -o ppid,etime" << "PID PPID ELAPSED";
        QTest::newRow("own title") << "-o pid,args=WHAT" << "PID WHAT";
        QTest::newRow("own title first") << "-o args=WHAT,pid" << "WHAT PID";
        QTest::newRow("a list goes before a format") << "-f -o pid" << "PID";
    }
    void choosesColumns()
    {
        QFETCH(QString, arguments);
        QFETCH(QString, titles);
        const auto columns = parsePsArguments(arguments.toStdString());
        QVERIFY2(columns.ok(), columns ? "" : columns.error().message().c_str());
        QStringList found;
        for (const PsColumn& column : *columns)
            found += QString::fromStdString(column.title);
        QCOMPARE(found.join(' '), titles);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<QString>("message");
        QTest::newRow("unknown column") << "-o pid,nonsense" << "nonsense";
        QTest::newRow("unknown option") << "-ef -Q" << "'Q'";
        QTest::newRow("threads") << "-eLf" << "'L'";
        QTest::newRow("environment") << "auxe" << "'e'";
        QTest::newRow("long") << "--forest" << "--forest";
        QTest::newRow("no list") << "-eo" << "must follow";
        QTest::newRow("no number") << "-o user" << "Couldn't find PID field in ps output";
        QTest::newRow("a renamed number") << "-o pid=X" << "Couldn't find PID field in ps output";
        QTest::newRow("a dash") << "-" << "improper";
        QTest::newRow("control character") << "-o pid\n" << "control";
        QTest::newRow("endless") << QString("-o pid") + QString(",pid").repeated(500) << "too many";
        QTest::newRow("long text") << QString(10000, 'a') << "too many";
    }
    void refuses()
    {
        QFETCH(QString, arguments);
        QFETCH(QString, message);
        const auto columns = parsePsArguments(arguments.toStdString());
        QVERIFY(!columns);
        QVERIFY2(QString::fromStdString(columns.error().message()).contains(message), columns.error().message().c_str());
    }

    void readsAProcess()
    {
        const auto columns = parsePsArguments("-o pid,ppid,uid,comm,args,stat,nlwp,rss,lstart,user,group,psr,etimes").value();
        const auto list = listProcesses({::getpid(), 0x7ffffff0}, columns);
        QCOMPARE(list.processes.size(), std::size_t{1}); // the second is none
        const auto& row = list.processes.front();
        QCOMPARE(row.size(), columns.size());
        QCOMPARE(row[0], std::to_string(::getpid()));
        QCOMPARE(row[1], std::to_string(::getppid()));
        QCOMPARE(row[2], std::to_string(::geteuid()));
        QVERIFY(row[4].find("tst_ps_options") != std::string::npos);
        QVERIFY(row[5].starts_with('R'));
        QVERIFY(std::stol(row[6]) >= 1);
        QVERIFY(std::stol(row[7]) > 100);
        QCOMPARE(row[8].size(), std::string("Tue Nov 24 16:16:45 2026").size());
    }
};

QTEST_GUILESS_MAIN(TestPsOptions)
#include "tst_ps_options.moc"
