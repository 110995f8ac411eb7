// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/credentials.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena;
using namespace darsena::registry;

class TestCredentials : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    Credentials with(const QByteArray& config, CredentialHelper helper = {}) const
    {
        const QString path = m_folder.filePath(QStringLiteral("config.json"));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(config) != config.size())
            qFatal("cannot write the test's file");
        return Credentials({ m_folder.filePath(QStringLiteral("missing.json")).toStdString(), path.toStdString() }, std::move(helper));
    }

private slots:
    void auths()
    {
        // "ann:se:cret"
        const Credentials credentials = with("{\"auths\":{\"localhost:5000\":{\"auth\":\"YW5uOnNlOmNyZXQ=\"},\"https://other.example/v1/\":{\"username\":\"u\",\"password\":\"p\"}}}");
        const auto login = credentials.find("localhost:5000", "a/b");
        QVERIFY(login && *login);
        QCOMPARE((*login)->user, std::string("ann"));
        QCOMPARE((*login)->password, std::string("se:cret"));
        QCOMPARE((*credentials.find("other.example", "x"))->user, std::string("u"));
        // A name that only begins alike is another registry.
        QVERIFY(!*credentials.find("localhost:500", "a/b"));
        QVERIFY(!*credentials.find("ther.example", "x"));
        QVERIFY(!*credentials.find("docker.io", "library/x"));
    }
    void hub()
    {
        const Credentials credentials = with("{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"YTpi\"}}}");
        QCOMPARE((*credentials.find("docker.io", "library/x"))->password, std::string("b"));
    }
    void longestPathWins()
    {
        const Credentials credentials = with(
            "{\"auths\":{\"q.example\":{\"username\":\"all\",\"password\":\"1\"},\"q.example/team\":{\"username\":\"team\",\"password\":\"2\"}}}");
        QCOMPARE((*credentials.find("q.example", "team/app"))->user, std::string("team"));
        QCOMPARE((*credentials.find("q.example", "teams/app"))->user, std::string("all"));
    }
    void helpers()
    {
        std::vector<std::pair<std::string, std::string>> asked;
        const CredentialHelper helper = [&](const std::string& name, const std::string& input) -> Result<std::string> {
            asked.emplace_back(name, input);
            if (name == "none")
                return Error(ErrorCode::NotFound, "credentials not found");
            if (name == "broken")
                return Error(ErrorCode::Unavailable, "the keyring is locked");
            return std::string(input == "t.example" ? "{\"Username\":\"<token>\",\"Secret\":\"refresh\"}" : "{\"ServerURL\":\"x\",\"Username\":\"u\",\"Secret\":\"s\"}");
        };
        const Credentials credentials = with(
            "{\"auths\":{\"n.example\":{\"auth\":\"YTpi\"}},\"credHelpers\":{\"t.example\":\"tok\",\"n.example\":\"none\",\"b.example\":\"broken\",\"e.example\":\"../evil\"},\"credsStore\":\"store\"}", helper);
        QCOMPARE((*credentials.find("t.example", "x"))->identityToken, std::string("refresh"));
        QCOMPARE((*credentials.find("docker.io", "library/x"))->password, std::string("s"));
        QCOMPARE(asked.back(), std::pair(std::string("store"), std::string("https://index.docker.io/v1/")));
        // A helper that knows nothing leaves the file's own word.
        QCOMPARE((*credentials.find("n.example", "x"))->user, std::string("a"));
        const auto broken = credentials.find("b.example", "x");
        QVERIFY(!broken);
        QVERIFY(broken.error().message().find("locked") != std::string::npos);
        const std::size_t before = asked.size();
        QVERIFY(!credentials.find("e.example", "x"));
        QCOMPARE(asked.size(), before); // a path is never run
    }
    void realHelper()
    {
        const QString program = m_folder.filePath(QStringLiteral("docker-credential-test"));
        QFile file(program);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\nread -r name\nif [ \"$1 $name\" = 'get a.example' ]; then printf '{\"Username\":\"u\",\"Secret\":\"s\"}'; exit; fi\n"
                   "echo 'credentials not found in native keychain'; exit 1\n");
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        const QByteArray before = qgetenv("PATH");
        qputenv("PATH", m_folder.path().toUtf8() + ":" + before);
        const auto answer = runCredentialHelper("test", "a.example\n");
        const auto unknown = runCredentialHelper("test", "b.example\n");
        const auto missing = runCredentialHelper("not-installed-anywhere", "b.example");
        qputenv("PATH", before);
        QVERIFY2(answer, answer ? "" : answer.error().message().c_str());
        QCOMPARE(*answer, std::string("{\"Username\":\"u\",\"Secret\":\"s\"}"));
        QCOMPARE(unknown.error().code(), ErrorCode::NotFound);
        QCOMPARE(missing.error().code(), ErrorCode::Unavailable);
    }
    void wrongFiles()
    {
        QVERIFY(!with("{").find("a", "b"));
        QVERIFY(!with("[]").find("a", "b"));
        QVERIFY(!with("{\"auths\":[]}").find("a", "b"));
        QVERIFY(!with("{\"auths\":{\"a.example\":{\"auth\":\"?\"}}}").find("a.example", "b"));
        QVERIFY(!*with("").find("a", "b"));
        QVERIFY(!*with("{\"auths\":{\"a.example\":{}}}").find("a.example", "b"));
    }
};

QTEST_GUILESS_MAIN(TestCredentials)
#include "tst_credentials.moc"
