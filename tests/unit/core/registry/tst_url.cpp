// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/url.h"

#include <QTest>

using namespace darsena;
using namespace darsena::registry;

class TestUrl : public QObject {
    Q_OBJECT
private slots:
    void parts()
    {
        const auto url = Url::parse("https://Registry.Example.org:5443/v2/a?b=c#part");
        QVERIFY(url);
        QCOMPARE(url->scheme(), std::string("https"));
        QCOMPARE(url->host(), std::string("registry.example.org"));
        QCOMPARE(url->port(), 5443);
        QVERIFY(url->text().ends_with("/v2/a?b=c"));
        QCOMPARE(Url::parse("http://a/")->port(), 80);
        QCOMPARE(Url::parse("https://a/")->port(), 443);
    }
    void refused_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : { "", "/v2/", "ftp://a/", "file:///etc/passwd", "https://user:secret@a/", "https://a/ b", "https://a/\r\nX: y",
                 "https://", "javascript:1", "gopher://a/" })
            QTest::newRow(text) << QString::fromUtf8(text);
        QTest::newRow("long") << QStringLiteral("https://a/") + QString(9000, u'x');
    }
    void refused()
    {
        QFETCH(QString, text);
        const auto url = Url::parse(text.toStdString());
        QVERIFY(!url);
        QCOMPARE(url.error().code(), ErrorCode::Invalid);
    }
    void resolves()
    {
        const Url here = *Url::parse("https://a.example/v2/x/blobs/1");
        QCOMPARE(here.resolve("/other")->text(), std::string("https://a.example/other"));
        QCOMPARE(here.resolve("https://b.example/y")->host(), std::string("b.example"));
        QCOMPARE(here.resolve("//b.example/y")->text(), std::string("https://b.example/y"));
        QVERIFY(!here.resolve("file:///etc/passwd"));
        QVERIFY(!here.resolve("https://user:secret@b.example/"));
        QVERIFY(!here.resolve("https://b.example/\nX: y"));
    }
    void loopback_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("yes");
        QTest::newRow("name") << "http://localhost:5000/" << true;
        QTest::newRow("case") << "http://LOCALHOST/" << true;
        QTest::newRow("four") << "http://127.8.9.1/" << true;
        QTest::newRow("six") << "http://[::1]:5000/" << true;
        QTest::newRow("domain") << "http://localhost.example.org/" << false;
        QTest::newRow("number first") << "http://127.example.org/" << false;
        QTest::newRow("127.0.0.1.example") << "http://127.0.0.1.example.org/" << false;
        QTest::newRow("other") << "http://10.0.0.1/" << false;
    }
    void loopback()
    {
        QFETCH(QString, text);
        QFETCH(bool, yes);
        QCOMPARE(Url::parse(text.toStdString())->isLoopback(), yes);
    }
    void query()
    {
        const Url url = *Url::parse("https://a/token?x=1");
        QCOMPARE(url.with("scope", "repository:a/b:pull")->text(), std::string("https://a/token?x=1&scope=repository%3Aa%2Fb%3Apull"));
        QCOMPARE(Url::parse("https://a/token")->with("a", "é")->text(), std::string("https://a/token?a=%C3%A9"));
    }
};

QTEST_GUILESS_MAIN(TestUrl)
#include "tst_url.moc"
