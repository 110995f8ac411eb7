// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detach_keys.h"

#include <QtTest>

using namespace darsena;
using namespace darsena::engine;

class TestDetachKeys : public QObject {
    Q_OBJECT

private slots:
    void findsTheDefault()
    {
        DetachKeys keys = DetachKeys::parse("").value();
        auto fed = keys.feed("ab\x10");
        QCOMPARE(fed.pass, std::string("ab"));
        QVERIFY(!fed.detach);
        fed = keys.feed("\x11more");
        QVERIFY(fed.detach);
        QCOMPARE(fed.pass, std::string());
    }

    void givesBackWhatWasNone()
    {
        DetachKeys keys = DetachKeys::parse("ctrl-p,ctrl-q").value();
        QCOMPARE(keys.feed("\x10x").pass, std::string("\x10x"));
        QCOMPARE(keys.feed("\x10").pass, std::string());
        QCOMPARE(keys.feed("\x10").pass, std::string("\x10"));
        QVERIFY(keys.feed("\x11").detach);
    }

    void parses()
    {
        for (const char* good : {"a", "ctrl-a", "ctrl-@", "ctrl-[", "a,b,ctrl-_"})
            QVERIFY2(DetachKeys::parse(good).ok(), good);
        for (const char* bad : {",", "ctrl-", "ctrl-A", "ab", "ctrl-1", "a,,b"})
            QVERIFY2(!DetachKeys::parse(bad).ok(), bad);
    }
};

QTEST_GUILESS_MAIN(TestDetachKeys)
#include "tst_detach_keys.moc"
