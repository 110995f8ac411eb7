// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/owner.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

#include <sys/stat.h>

using namespace darsena;
using namespace darsena::builder;

/// --chown against the account files of an image, which the image controls.
class OwnerTest : public QObject {
    Q_OBJECT
private slots:
    void resolves_data();
    void resolves();
    void refuses_data();
    void refuses();
    void hostileFiles();

private:
    static Result<Owner> resolve(const QTemporaryDir& root, const QString& text)
    {
        const auto beneath = os::Beneath::open(root.path().toStdString());
        if (!beneath)
            return beneath.error();
        return resolveOwner(*beneath, text.toStdString());
    }
    static void accounts(const QTemporaryDir& root)
    {
        const std::filesystem::path etc = std::filesystem::path(root.path().toStdString()) / "etc";
        std::filesystem::create_directories(etc);
        std::ofstream(etc / "passwd") << "root:x:0:0::/:/bin/sh\nweb:x:33:34::/:/bin/sh\n1000:x:7:7::/:\nbad:x:4294967296:0::/:\nshort\n";
        std::ofstream(etc / "group") << "root:x:0:\nstaff:x:50:web\n";
    }
};

void OwnerTest::resolves_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<unsigned>("uid");
    QTest::addColumn<unsigned>("gid");
    QTest::addRow("number") << "12" << 12U << 12U;
    QTest::addRow("numbers") << "12:13" << 12U << 13U;
    QTest::addRow("name") << "web" << 33U << 34U;
    QTest::addRow("names") << "web:staff" << 33U << 50U;
    QTest::addRow("number and name") << "5:staff" << 5U << 50U;
    QTest::addRow("a number is never a name") << "1000" << 1000U << 1000U;
}

void OwnerTest::resolves()
{
    QFETCH(QString, text);
    QFETCH(unsigned, uid);
    QFETCH(unsigned, gid);
    const QTemporaryDir root;
    accounts(root);
    const auto owner = resolve(root, text);
    QVERIFY2(owner.ok(), owner.ok() ? "" : owner.error().message().c_str());
    QCOMPARE(owner->uid, uid);
    QCOMPARE(owner->gid, gid);
}

void OwnerTest::refuses_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : { "", ":", "web:", ":staff", "nobody", "web:nobody", "4294967296", "4294967295", "-1", "+1", "1e3", "0x0", "bad", "short" })
        QTest::addRow("'%s'", text) << text;
}

void OwnerTest::refuses()
{
    QFETCH(QString, text);
    const QTemporaryDir root;
    accounts(root);
    QVERIFY(!resolve(root, text).ok());
}

void OwnerTest::hostileFiles()
{
    const QTemporaryDir root;
    const std::filesystem::path etc = std::filesystem::path(root.path().toStdString()) / "etc";
    std::filesystem::create_directories(etc);
    // No file: numbers still work, names do not.
    QVERIFY(resolve(root, "1:1").ok());
    QVERIFY(!resolve(root, "web").ok());
    // CVE-2024-9676: a FIFO must not make us wait, a link must not leave the root, a giant must not fill the memory.
    QCOMPARE(::mkfifo((etc / "passwd").c_str(), 0600), 0);
    QVERIFY(!resolve(root, "web").ok());
    std::filesystem::remove(etc / "passwd");
    std::filesystem::create_symlink("/etc/passwd", etc / "passwd");
    QVERIFY(!resolve(root, "root").ok());
    std::filesystem::remove(etc / "passwd");
    std::ofstream(etc / "passwd") << "web:x:1:1::/:\n";
    std::filesystem::resize_file(etc / "passwd", std::uintmax_t(5) << 30);
    QVERIFY(!resolve(root, "web").ok());
}

QTEST_GUILESS_MAIN(OwnerTest)
#include "tst_owner.moc"
