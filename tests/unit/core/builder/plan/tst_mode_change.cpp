// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/plan/mode_change.h"

#include <QTest>

using namespace darsena::builder;

class ModeChangeTest : public QObject {
    Q_OBJECT
private slots:
    void applies_data();
    void applies();
    void refuses_data();
    void refuses();
};

void ModeChangeTest::applies_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("mode");
    QTest::addColumn<bool>("directory");
    QTest::addColumn<int>("expected");
    const auto row = [](const char* text, int mode, bool directory, int expected) {
        QTest::addRow("%s %o %d", text, static_cast<unsigned>(mode), directory) << text << mode << directory << expected;
    };
    row("755", 0644, false, 0755);
    row("4755", 0644, false, 04755);
    row("0", 0777, true, 0);
    row("u=rwX,go=rX", 0600, true, 0755);
    row("u=rwX,go=rX", 0600, false, 0644);
    row("u=rwX,go=rX", 0700, false, 0755);
    row("+x", 0644, false, 0755);
    row("a-w", 0666, false, 0444);
    row("g+s", 0755, true, 02755);
    row("u+s,o+t", 0755, false, 05755);
    row("go=u", 0640, false, 0666);
    row("o=", 0777, false, 0770);
    row("u-x+w", 0555, false, 0655);
}

void ModeChangeTest::applies()
{
    QFETCH(QString, text);
    QFETCH(int, mode);
    QFETCH(bool, directory);
    QFETCH(int, expected);
    const auto change = ModeChange::parse(text.toStdString());
    QVERIFY2(change.ok(), change.ok() ? "" : change.error().message().c_str());
    QCOMPARE(static_cast<int>(change->apply(static_cast<mode_t>(mode), directory)), expected);
}

void ModeChangeTest::refuses_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : { "", "8", "77777", "10000", "u", "u=rw,", ",u=r", "u=z", "rw", "0x7", "-1", "75 5" })
        QTest::addRow("'%s'", text) << text;
}

void ModeChangeTest::refuses()
{
    QFETCH(QString, text);
    const auto change = ModeChange::parse(text.toStdString());
    QVERIFY(!change.ok());
    QVERIFY(QString::fromStdString(change.error().message()).contains(text));
}

QTEST_GUILESS_MAIN(ModeChangeTest)
#include "tst_mode_change.moc"
