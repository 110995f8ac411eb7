// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oci/reference.h"

#include <QTest>

using namespace darsena;
using namespace darsena::oci;

class TestReference : public QObject {
    Q_OBJECT

private slots:
    void valid_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("full");
        QTest::addColumn<QString>("familiar");
        const auto row = [](const char* text, const char* full, const char* familiar) { QTest::newRow(text) << QString(text) << QString(full) << QString(familiar); };
        row("busybox", "docker.io/library/busybox:latest", "busybox:latest");
        row("busybox:1.36", "docker.io/library/busybox:1.36", "busybox:1.36");
        row("user/app", "docker.io/user/app:latest", "user/app:latest");
        row("docker.io/busybox", "docker.io/library/busybox:latest", "busybox:latest");
        row("index.docker.io/library/busybox", "docker.io/library/busybox:latest", "busybox:latest");
        row("docker.io/library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest");
        row("localhost/x", "localhost/x:latest", "localhost/x:latest");
        row("localhost:5000/x", "localhost:5000/x:latest", "localhost:5000/x:latest");
        row("localhost:5000", "docker.io/library/localhost:5000", "localhost:5000");
        row("example.com/a/b:c", "example.com/a/b:c", "example.com/a/b:c");
        row("Example/a", "Example/a:latest", "Example/a:latest");
        row("[::1]:5000/x:y", "[::1]:5000/x:y", "[::1]:5000/x:y");
        row("a__b/c-_d", nullptr, nullptr);
        row("x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "docker.io/library/x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    }
    void valid()
    {
        QFETCH(QString, text);
        QFETCH(QString, full);
        QFETCH(QString, familiar);
        const auto reference = Reference::parse(text.toStdString());
        if (full.isEmpty()) {
            QVERIFY(!reference.ok());
            return;
        }
        QVERIFY2(reference.ok(), reference ? "" : reference.error().message().c_str());
        QCOMPARE(QString::fromStdString(reference->text()), full);
        QCOMPARE(QString::fromStdString(reference->familiar()), familiar);
        // Both forms name the same thing again.
        QVERIFY(*Reference::parse(reference->text()) == *reference);
        QVERIFY(*Reference::parse(reference->familiar()) == *reference);
    }
    void invalid_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray texts[] = { "", "UPPER", "a//b", "/a", "a/", "a:", "a:-x", "a b", "a:b c", "a@sha256:1", "a@md5:00", "-a", "a-", "a..b", "a___b", "a\nb", "../x", "a:b:c/d:e:f",
            "http://x/y", "exa mple.com/x", "x:" + QByteArray(129, 't'), QByteArray(300, 'x'), QByteArray(64, 'a'), "host.com:port/x", QByteArray("a\0b", 3) };
        for (const QByteArray& text : texts)
            QTest::addRow("%s", text.left(40).constData()) << text;
    }
    void invalid()
    {
        QFETCH(QByteArray, text);
        const auto reference = Reference::parse(text.toStdString());
        QVERIFY(!reference.ok());
        QVERIFY(reference.error().code() == ErrorCode::Invalid);
    }
};

QTEST_GUILESS_MAIN(TestReference)
#include "tst_reference.moc"
