// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/source_address.h"

#include <QTest>

#include <set>

using namespace darsena;
using namespace darsena::cli;

namespace {

using Kind = SourceAddress::Kind;

const std::set<std::string> files {"image.tar", "a:b.tar", "layout", "app", "./app", "/data/x.tar", "busybox"};
const std::set<std::string> folders {"layout", "app", "./app"};

Result<SourceAddress> parse(const std::string& text)
{
    return parseAddress(
        text, [](const std::string& path) { return files.contains(path); },
        [](const std::string& path) { return !folders.contains(path) || path == "layout"; });
}

} // namespace

class TestSourceAddress : public QObject {
    Q_OBJECT
private slots:
    void understood_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("choice");
        const auto row = [](const char* text, Kind kind, const char* what, const char* choice = "") {
            QTest::newRow(text) << QString::fromLatin1(text) << int(kind) << QString::fromLatin1(what) << QString::fromLatin1(choice);
        };
        row("-", Kind::StandardInput, "");
        row("image.tar", Kind::Archive, "image.tar");
        row("layout", Kind::Archive, "layout");
        row("/data/x.tar", Kind::Archive, "/data/x.tar");
        row("busybox", Kind::Archive, "busybox");
        row("busybox:latest", Kind::Engine, "busybox:latest");
        // A project's folder is no image, whatever its name.
        row("app", Kind::Engine, "app");
        row("./app", Kind::Archive, "./app");
        row("engine:image.tar", Kind::Engine, "image.tar");
        row("localhost:5000/a/b:1", Kind::Engine, "localhost:5000/a/b:1");
        row("sha256:abc", Kind::Engine, "sha256:abc");
        row("docker://localhost:5000/a@x", Kind::Registry, "localhost:5000/a@x");
        row("docker-daemon:busybox:latest", Kind::DockerEngine, "busybox:latest");
        row("docker-archive:image.tar", Kind::Archive, "image.tar");
        row("docker-archive:image.tar:busybox:1", Kind::Archive, "image.tar", "busybox:1");
        row("docker-archive:a:b.tar", Kind::Archive, "a:b.tar");
        row("docker-archive:a:b.tar:x", Kind::Archive, "a:b.tar", "x");
        row("oci:layout:tag", Kind::Archive, "layout", "tag");
        row("oci:app:tag", Kind::Archive, "app", "tag"); // who says oci: means it
        row("oci-archive:image.tar:", Kind::Archive, "image.tar", "");
    }
    void understood()
    {
        QFETCH(QString, text);
        QFETCH(int, kind);
        QFETCH(QString, what);
        QFETCH(QString, choice);
        const auto address = parse(text.toStdString());
        QVERIFY2(address, address ? "" : address.error().message().c_str());
        QCOMPARE(int(address->kind), kind);
        QCOMPARE(QString::fromStdString(address->what), what);
        QCOMPARE(QString::fromStdString(address->choice), choice);
    }

    void refused_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* text, ErrorCode code, const char* says) {
            QTest::newRow(text) << QString::fromLatin1(text) << int(code) << QString::fromLatin1(says);
        };
        row("", ErrorCode::Invalid, "no image");
        row("docker://", ErrorCode::Invalid, "nothing is named");
        row("missing.tar", ErrorCode::NotFound, "missing.tar");
        row("./missing", ErrorCode::NotFound, "./missing");
        row("/missing", ErrorCode::NotFound, "/missing");
        row("docker-archive:missing:tag", ErrorCode::NotFound, "missing: there is no such file");
        row("containers-storage:x", ErrorCode::Unsupported, "podman.socket");
        row("https://registry.example/x", ErrorCode::Unsupported, "docker://NAME");
    }
    void refused()
    {
        QFETCH(QString, text);
        QFETCH(int, code);
        QFETCH(QString, says);
        const auto address = parse(text.toStdString());
        QVERIFY(!address);
        QCOMPARE(int(address.error().code()), code);
        QVERIFY2(QString::fromStdString(address.error().message()).contains(says), address.error().message().c_str());
    }
};

QTEST_GUILESS_MAIN(TestSourceAddress)
#include "tst_source_address.moc"
