// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/volumes/local_options.h"

#include <QtTest>

#include <sys/mount.h>

using namespace darsena;
using namespace darsena::volumes;

class TestLocalOptions : public QObject {
    Q_OBJECT

private slots:
    void checks_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("device");
        QTest::addColumn<QString>("o");
        QTest::addColumn<QString>("message"); // empty = taken
        QTest::newRow("tmpfs") << "tmpfs" << "tmpfs" << "size=1m,uid=1000" << "";
        QTest::newRow("bind") << "none" << "/srv" << "bind" << "";
        QTest::newRow("nfs") << "nfs" << ":/export" << "addr=10.0.0.1,rw,nfsvers=4" << "";
        QTest::newRow("type alone") << "tmpfs" << "" << "" << "missing required option: \"device\"";
        QTest::newRow("device alone") << "" << "x" << "" << "missing required option: \"type\"";
        QTest::newRow("o alone") << "" << "" << "size=1" << "missing required option: \"device\"";
        QTest::newRow("remount") << "none" << "/srv" << "bind,remount" << "invalid mount option \"remount\"";
        QTest::newRow("move") << "none" << "/srv" << "move" << "invalid mount option \"move\"";
        QTest::newRow("a second source") << "ext4" << "/dev/x" << "source=/dev/y" << "invalid mount option \"source=/dev/y\"";
        QTest::newRow("no value") << "tmpfs" << "tmpfs" << "size=" << "invalid mount option \"size=\"";
        QTest::newRow("no key") << "tmpfs" << "tmpfs" << "=1m" << "invalid mount option \"=1m\"";
        QTest::newRow("bind of a relative path") << "none" << "srv" << "bind" << "the path must be absolute";
        QTest::newRow("bind with options of a file system") << "none" << "/srv" << "bind,size=1m" << "a bind takes none";
        QTest::newRow("very many") << "tmpfs" << "tmpfs" << QString("a,").repeated(100) << "more than 64 mount options";
        QTest::newRow("a page of them") << "tmpfs" << "tmpfs" << QString("a").repeated(5000) << "too long";
    }
    void checks()
    {
        QFETCH(QString, type);
        QFETCH(QString, device);
        QFETCH(QString, o);
        QFETCH(QString, message);
        DriverOptions options;
        for (const auto& [key, value] : {std::pair("type", type), std::pair("device", device), std::pair("o", o)}) {
            if (!value.isEmpty())
                options[key] = value.toStdString();
        }
        const auto checked = checkOptions(options);
        QCOMPARE(checked.ok(), message.isEmpty());
        if (!checked) {
            QCOMPARE(checked.error().code(), ErrorCode::Invalid);
            QVERIFY2(QString::fromStdString(checked.error().message()).contains(message), checked.error().message().c_str());
        }
    }

    void refusesOtherNames()
    {
        QCOMPARE(checkOptions({{"colour", "red"}}).error().message(), std::string("invalid option: \"colour\""));
        QCOMPARE(checkOptions({{"size", "1g"}}).error().message(), std::string("quota size requested but no quota support"));
        QVERIFY(checkOptions({}).ok());
    }

    void readsFlagsInTheirOrder()
    {
        const LocalMount mount
            = parseOptions({{"type", "tmpfs"}, {"device", "tmpfs"}, {"o", "ro,rw,nosuid,noexec,noatime,relatime,size=1m,noswap"}}).value();
        QVERIFY(!mount.bind);
        QCOMPARE(mount.attributes, std::uint64_t{MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC});
        const std::vector<os::MountParameter> wanted{{"size", "1m"}, {"noswap", ""}};
        QVERIFY(mount.parameters == wanted);
        const LocalMount bind = parseOptions({{"type", "none"}, {"device", "/srv"}, {"o", "rbind,ro,rslave"}}).value();
        QVERIFY(bind.bind && bind.recursive);
        QCOMPARE(bind.propagation, std::uint64_t{MS_SLAVE});
        QCOMPARE(bind.legacyFlags, static_cast<unsigned long>(MS_BIND | MS_REC | MS_RDONLY));
    }

    void containersTakeBackOnlyWhatWasNotAskedFor()
    {
        using Texts = std::vector<std::string>;
        const auto of = [](const char* o) { return containerOptions(parseOptions({{"type", "tmpfs"}, {"device", "x"}, {"o", o}}).value()); };
        QVERIFY(of("size=1m") == (Texts{"suid", "dev"}));
        QVERIFY(of("nosuid") == (Texts{"dev"}));
        QVERIFY(of("nosuid,nodev") == (Texts{}));
    }
};

QTEST_GUILESS_MAIN(TestLocalOptions)
#include "tst_local_options.moc"
