// SPDX-License-Identifier: GPL-3.0-or-later
// Signature help, links and inlay hints.
#include "carets.h"

#include <QRegularExpression>
#include <QTest>

#include <fmt/format.h>

using namespace darsena::dockerfile;
using tests::someWorld;
using tests::withoutCaret;

namespace {

/// The label with the active parameter in brackets.
QString signature(const QString& marked)
{
    const auto [text, caret] = withoutCaret(marked.toStdString());
    const auto help = signatureHelp(readDockerfile(text), caret, someWorld());
    if (!help)
        return "none";
    std::string label = help->label;
    if (help->active >= 0) {
        const auto& parameter = help->parameters[static_cast<std::size_t>(help->active)];
        label.insert(parameter.end, ">");
        label.insert(parameter.begin, "<");
    }
    return QString::fromStdString(label);
}

/// "text -> target" a line.
QString linksOf(const QString& text)
{
    const Dockerfile file = readDockerfile(text.toStdString());
    std::string result;
    for (const Link& link : links(file, someWorld()))
        result += fmt::format(
            "{}{} -> {}", result.empty() ? "" : "\n", file.document.source.slice(link.range), link.target);
    return QString::fromStdString(result);
}

/// The text with hints in braces.
QString hinted(const QString& text, const Surroundings& world = someWorld())
{
    std::string result = text.toStdString();
    const auto hints = inlayHints(readDockerfile(result), world);
    for (std::size_t i = hints.size(); i-- > 0;)
        result.insert(hints[i].offset, "{" + hints[i].label + "}");
    return QString::fromStdString(result);
}

} // namespace

class TestEditorAids : public QObject {
    Q_OBJECT

private slots:
    void signatures_data();
    void signatures();
    void findsLinks_data();
    void findsLinks();
    void hints_data();
    void hints();
    void hintsOfTheBuild();
};

void TestEditorAids::signatures_data()
{
    QTest::addColumn<QString>("marked");
    QTest::addColumn<QString>("expected");
    const auto add = [](const char* name, const char* marked, const char* expected) {
        QTest::newRow(name) << QString(marked) << QString(expected);
    };
    add("FROM", "FROM |", "FROM [--platform=…] <image[:tag][@digest]> [AS name]");
    add("FROM's AS", "FROM a |", "FROM [--platform=…] image[:tag][@digest] [<AS> name]");
    add("FROM's name", "FROM a AS b|", "FROM [--platform=…] image[:tag][@digest] [AS <name>]");
    add("a flag", "FROM a\nCOPY --ch|mod=1 a b",
        "COPY [--from=…] [--chown=…] [<--chmod=…>] [--link] [--parents] [--exclude=…]… source… destination");
    add("a source", "FROM a\nADD a| b c",
        "ADD [--chown=…] [--chmod=…] [--checksum=…] [--unpack] [--keep-git-dir] [--link] [--exclude=…]… <source…> "
        "destination");
    add("a destination", "FROM a\nADD a b c|",
        "ADD [--chown=…] [--chmod=…] [--checksum=…] [--unpack] [--keep-git-dir] [--link] [--exclude=…]… source… "
        "<destination>");
    add("a mount", "FROM a\nRUN --mount=type=cache,target=/|",
        "--mount=type=cache,from=…,source=…,<target=…>,id=…,sharing=…,readonly,mode=…,uid=…,gid=…");
    add("another mount", "FROM a\nRUN --mount=type=|tmpfs true", "--mount=<type=tmpfs>,target=…,size=…");
    add("a program", "FROM a\nCMD [\"|", "CMD [\"<program>\", \"argument\"…]");
    add("an argument", "FROM a\nCMD [\"x\", \"|", "CMD [\"program\", \"<argument>\"…]");
    add("HEALTHCHECK", "FROM a\nHEALTHCHECK CMD x|",
        "HEALTHCHECK [--interval=…] [--timeout=…] [--start-period=…] [--start-interval=…] [--retries=…] CMD <command>");
    add("ONBUILD", "FROM a\nONBUILD WORKDIR |", "WORKDIR <path>");
    add("a group", "FROM a\nUSER a:|", "USER user[:<group>]");
    add("a directive", "# check=skip=all;err|or=true\nFROM a", "# check=skip=name,…;<error=true>;experimental=name,…");
    add("nothing in a keyword", "FRO|M a", "none");
    add("nothing in a comment", "FROM a\n# x|", "none");
}

void TestEditorAids::signatures()
{
    QFETCH(QString, marked);
    QFETCH(QString, expected);
    QCOMPARE(signature(marked), expected);
}

void TestEditorAids::findsLinks_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto add = [](const char* name, const char* text, const char* expected) {
        QTest::newRow(name) << QString(text) << QString(expected);
    };
    add("an official image", "FROM debian:12@sha256:0123456789012345678901234567890123456789012345678901234567890123",
        "debian:12@sha256:0123456789012345678901234567890123456789012345678901234567890123 -> "
        "https://hub.docker.com/_/debian");
    add("registries",
        "FROM docker.io/grafana/grafana:1\nFROM ghcr.io/a/b/c:2\nFROM quay.io/x/y\nFROM "
        "mcr.microsoft.com/dotnet/sdk:8.0\nFROM localhost:5000/x",
        "docker.io/grafana/grafana:1 -> https://hub.docker.com/r/grafana/grafana\n"
        "ghcr.io/a/b/c:2 -> https://github.com/a/b/pkgs/container/b%2Fc\n"
        "quay.io/x/y -> https://quay.io/repository/x/y\n"
        "mcr.microsoft.com/dotnet/sdk:8.0 -> https://mcr.microsoft.com/artifact/mar/dotnet/sdk");
    add("a variable's image", "ARG V=3\nFROM python:$V", "python:$V -> https://hub.docker.com/_/python");
    add("no page for what is not known", "FROM scratch\nFROM docs\nFROM $X", "");
    add("stages", "FROM scratch AS a\nFROM a\nCOPY --from=a x y\nCOPY --from=nginx:1 x y\nRUN --mount=from=a true",
        "a -> #L1\na -> #L1\nnginx:1 -> https://hub.docker.com/_/nginx\na -> #L1");
    add("where a stage makes a path",
        "FROM scratch AS a\nRUN x \\\n  -o /out/app\nFROM a AS b\nCOPY y /etc/z/\nFROM scratch\nCOPY --from=b /out/app "
        "/out/a /etc/z/ /",
        "a -> #L1\ny -> file:///home/ana/project/y\nb -> #L4\n/out/app -> #L3\n/etc/z/ -> #L5");
    add("files", "FROM scratch\nCOPY ./src/a.c b* my$X /x/\nADD [\"my file\", \"/\"]\nCOPY --chmod=1 . /y",
        "./src/a.c -> file:///home/ana/project/src/a.c\nmy file -> file:///home/ana/project/my%20file");
    add("a mount's file", "FROM scratch\nRUN --mount=type=bind,source=go.mod,target=x true",
        "go.mod -> file:///home/ana/project/go.mod");
    add("addresses",
        "FROM scratch\nADD https://example.com/a.tgz /\nADD git@github.com:moby/buildkit.git#v1 /b\n# see "
        "https://example.org/x.\nRUN curl -o x \"http://example.net/a?b=1\" https://$HOST/",
        "https://example.com/a.tgz -> https://example.com/a.tgz\ngit@github.com:moby/buildkit.git#v1 -> "
        "https://github.com/moby/buildkit\n"
        "https://example.org/x -> https://example.org/x\nhttp://example.net/a?b=1 -> http://example.net/a?b=1");
    add("rules", "# check=skip=StageNameCasing\nFROM scratch\n# hadolint ignore=DL3006,DL3007\nRUN x",
        "StageNameCasing -> https://docs.docker.com/go/dockerfile/rule/stage-name-casing/\n"
        "DL3006 -> https://github.com/hadolint/hadolint/wiki/DL3006\nDL3007 -> "
        "https://github.com/hadolint/hadolint/wiki/DL3007");
}

void TestEditorAids::findsLinks()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(linksOf(text), expected);
}

void TestEditorAids::hints_data()
{
    QTest::addColumn<QString>("expected"); // the text without hints is made from it
    const auto add = [](const char* name, const char* expected) { QTest::newRow(name) << QString(expected); };
    add("FROM", "ARG V=12\nFROM debian:$V{= debian:12}{117 MB}\n");
    add("an image's size", "FROM nginx:1.27{192 MB} AS a\nFROM a\n");
    add("a platform", "FROM --platform=$BUILDPLATFORM{= linux/amd64} a\n");
    add("words", "FROM a\nENV A=1\nENV B=$A-x{= 1-x} C=y\nCOPY x /opt/$B{= /opt/1-x}\nEXPOSE ${A}0{= 10}\n");
    add("not what is unset", "FROM a\nCOPY $X /y\nCOPY x ${X:-d}\nFROM scratch\nCOPY $X /y\nCOPY x ${X:-d}{= d}\n");
    add("not PATH", "FROM a\nENV PATH=/x:$PATH\n");
    add("folders", "FROM a\nWORKDIR rel\nWORKDIR /a\nWORKDIR b{= /a/b}\nARG V=v\nWORKDIR $V{= /a/b/v}\n");
    add("folders of the image",
        "FROM nginx:1.27{192 MB} AS x\nWORKDIR html{= /usr/share/nginx/html}\nFROM x\nWORKDIR y{= "
        "/usr/share/nginx/html/y}\n");
    add("arguments", "ARG V=1\nFROM a\nARG V{= 1} W TARGETARCH{= amd64}\n");
    add("stages by number", "FROM a AS build\nFROM b\nCOPY --from=0{= build} x y\n");
}

void TestEditorAids::hints()
{
    QFETCH(QString, expected);
    QString text = expected;
    text.replace(QRegularExpression("\\{= [^}]*\\}|\\{[0-9]+ MB\\}"), "");
    QCOMPARE(hinted(text), expected);
}

void TestEditorAids::hintsOfTheBuild()
{
    Surroundings world;
    world.stages.buildArgs["V"] = "7";
    world.stages.target = "a";
    QCOMPARE(hinted("ARG V=1\nFROM x:$V AS a\nFROM b\nARG V\nWORKDIR /$V\n", world),
        QString("ARG V=1{= 7}\nFROM x:$V{= x:7} AS a\nFROM b\nARG V{= 7}\nWORKDIR /$V{= /7}\n"));
}

QTEST_MAIN(TestEditorAids)
#include "tst_editor_aids.moc"
