// SPDX-License-Identifier: GPL-3.0-or-later
#include "carets.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

using namespace darsena::dockerfile;
using tests::someWorld;
using tests::withoutCaret;

namespace {

std::vector<Completion> at(std::string_view marked, const Surroundings& world = someWorld())
{
    const auto [text, caret] = withoutCaret(marked);
    return complete(readDockerfile(text), caret, world);
}

/// The labels in order, snippets left out: "FROM, ARG".
std::string labels(std::string_view marked, const Surroundings& world = someWorld())
{
    std::string result;
    for (const Completion& item : at(marked, world)) {
        if (item.kind != CompletionKind::Snippet)
            result += (result.empty() ? "" : ", ") + item.label;
    }
    return result;
}

const Completion* find(const std::vector<Completion>& items, std::string_view label)
{
    const auto found
        = std::find_if(items.begin(), items.end(), [&](const Completion& item) { return item.label == label; });
    return found == items.end() ? nullptr : &*found;
}

bool offers(std::string_view marked, std::string_view label, const Surroundings& world = someWorld())
{
    return find(at(marked, world), label) != nullptr;
}

/// The text after the entry of this label was taken, with its replaced piece in brackets.
std::string taking(std::string_view marked, std::string_view label, const Surroundings& world = someWorld())
{
    const auto [text, caret] = withoutCaret(marked);
    const auto items = complete(readDockerfile(text), caret, world);
    const Completion* item = find(items, label);
    if (item == nullptr)
        return "not offered";
    return text.substr(0, item->replace.begin) + item->text + text.substr(item->replace.end);
}

} // namespace

class TestCompletion : public QObject {
    Q_OBJECT

private slots:
    void lists_data();
    void lists();
    void offered_data();
    void offered();
    void taken_data();
    void taken();
};

void TestCompletion::lists_data()
{
    QTest::addColumn<QString>("marked");
    QTest::addColumn<QString>("expected");
    const auto add = [](const char* name, const char* marked, const char* expected) {
        QTest::newRow(name) << QString(marked) << QString(expected);
    };
    add("only FROM and ARG may come first", "|", "FROM, ARG, # syntax=docker/dockerfile:1, # check=, # escape=`");
    add("prefix without case", "fr|", "FROM");
    add("before FROM no RUN", "ARG A=1\nru|", "");
    add("after FROM", "FROM a\nwo|", "WORKDIR");
    add("the file's case", "from a\nrun true\nco|", "copy");
    add("a continued line is no place for an instruction", "FROM a\nRUN echo \\\n  co|", "");
    add("ONBUILD's", "FROM a\nONBUILD |",
        "ARG, CMD, COPY, ENTRYPOINT, ENV, RUN, WORKDIR, ADD, EXPOSE, HEALTHCHECK, LABEL, SHELL, STOPSIGNAL, USER, "
        "VOLUME");
    add("ONBUILD's prefix", "FROM a\nONBUILD us|", "USER");
    add("flags of FROM", "FROM --|", "--platform=");
    add("flags not given yet", "FROM a\nCOPY --from=x --l|", "--link");
    add("a flag once", "FROM a\nCOPY --link --li|", "");
    add("mounts may be repeated", "FROM a\nRUN --mount=type=ssh --m|", "--mount=");
    add("flags in ONBUILD", "FROM a\nONBUILD COPY --ch|", "--chown=, --chmod=");
    add("flags on a continued line", "FROM a\nHEALTHCHECK --interval=5s \\\n  --st|",
        "--start-period=, --start-interval=");
    add("no flags behind --", "FROM a\nCOPY -- --f|", "");
    add("stages for --from", "FROM a AS one\nFROM b AS two\nFROM c\nCOPY --from=|",
        "two, one, docs, debian:12, nginx:1.27, a, b, c");
    add("unnamed stages by number", "FROM a\nFROM b AS two\nFROM c\nCOPY --from=|",
        "two, 0, docs, debian:12, nginx:1.27, a, b, c");
    add("not the own stage, not a later one", "FROM a AS one\nCOPY --from=o| x y\nFROM b AS other\n", "");
    add("earlier stages for FROM", "FROM a AS one\nFROM o|\nFROM b AS other\n", "one");
    add("mount from by name only", "FROM a\nFROM b AS two\nFROM c\nRUN --mount=from=t|", "two");
    add("mount from has no numbers", "FROM a\nFROM b\nRUN --mount=from=0|", "");
    add("mount types", "FROM a\nRUN --mount=type=|", "bind, cache, secret, ssh, tmpfs");
    add("cache keys", "FROM a\nRUN --mount=type=cache,|",
        "target=, from=, source=, id=, sharing=, readonly, mode=, uid=, gid=");
    add("keys not given yet", "FROM a\nRUN --mount=type=tmpfs,target=/tmp,|", "size=");
    add("an alias counts as given", "FROM a\nRUN --mount=type=tmpfs,dst=/tmp,|", "size=");
    add("aliases for who writes them", "FROM a\nRUN --mount=type=cache,ds|", "dst=");
    add("secret keys", "FROM a\nRUN --mount=type=secret,|", "target=, id=, env=, required, mode=, uid=, gid=");
    add("sharing", "FROM a\nRUN --mount=type=cache,sharing=|,target=/x true", "shared, locked, private");
    add("no sharing for bind", "FROM a\nRUN --mount=type=bind,sh|", "");
    add("ids of other mounts", "FROM a\nRUN --mount=type=secret,id=npmrc true\nRUN --mount=type=secret,id=|", "npmrc");
    add("network", "FROM a\nRUN --network=|", "default, none, host");
    add("variables with a brace", "FROM a\nENV ONE=1 TWO=2\nRUN echo ${T|", "TWO");
    add("variables of the scope", "ARG BASE=a\nFROM $|",
        "BASE, BUILDARCH, BUILDOS, BUILDOSVERSION, BUILDPLATFORM, BUILDVARIANT, TARGETARCH, TARGETOS, TARGETOSVERSION, "
        "TARGETPLATFORM, TARGETSTAGE, TARGETVARIANT");
    add("global arguments are not seen in a stage", "ARG BASE=a\nFROM $BASE\nRUN echo $B|", "");
    add("declared again they are", "ARG BASE=a\nFROM $BASE\nARG BASE\nRUN echo $B|", "BASE");
    add("of the stage it is from", "FROM a AS one\nENV X=1\nFROM one\nENV Y=$|", "X, PATH");
    add("of the image", "FROM debian:12\nWORKDIR /$L|", "LANG");
    add("not what comes later", "FROM a\nRUN echo $X|\nENV X1=1", "");
    add("not in single quotes", "FROM a\nENV X=1\nRUN echo '$X|'", "");
    add("in double quotes", "FROM a\nENV X=1\nRUN echo \"$X|\"", "X");
    add("not behind an escape", "FROM a\nENV X=1\nRUN echo \\$X|", "");
    add("CMD does not see ARGs", "FROM a\nARG AA=1\nENV AB=2\nCMD echo $A|", "AB");
    add("operators", "FROM a\nARG V=1\nRUN echo ${V:|", ":-, :+, :?");
    add("heredoc of RUN", "FROM a\nARG V=1\nRUN <<EOF\necho $V|\nEOF\n", "V");
    add("quoted heredoc of COPY", "FROM a\nARG V=1\nCOPY <<'EOF' /x\n$V|\nEOF\n", "");
    add("heredoc of COPY", "FROM a\nARG V=1\nCOPY <<EOF /x\n'$V|'\nEOF\n", "V");
    add("powershell", "FROM a\nSHELL [\"powershell\"]\nENV Vx=1\nRUN echo $Env:V|", "Vx");
    add("powershell's own", "FROM a\nSHELL [\"powershell\"]\nENV Vx=1\nRUN echo $V|", "");
    add("cmd", "FROM a\nSHELL [\"cmd\", \"/S\", \"/C\"]\nENV Vx=1\nRUN echo %V|", "Vx");
    add("no variables in --from", "FROM a AS one\nARG V=1\nFROM a\nCOPY --from=$|", "");
    add("platform", "FROM --platform=linux/arm|", "linux/arm64, linux/arm/v7, linux/arm/v6");
    add("platform's variables", "FROM --platform=$BUILDPL|", "BUILDPLATFORM");
    add("images", "FROM deb|", "debian:12, debian");
    add("a digest", "FROM debian:12@|", "debian:12@sha256:0123");
    add("AS", "FROM debian:12 |", "AS");
    add("as", "from debian:12 |", "as");
    add("names of stages", "FROM a AS build\nFROM a AS bu|", "builder");
    add("paths", "FROM a\nCOPY |", "src/, go.mod, go.sum, --from=, --chown=, --chmod=, --link, --parents, --exclude=");
    add("paths below", "FROM a\nCOPY src/|", "main.go, util/");
    add("paths with a dot", "FROM a\nCOPY ./src/m|", "main.go");
    add("no context paths for --from", "FROM a AS b\nWORKDIR /out\nFROM a\nCOPY --from=b /|", "/out");
    add("paths in JSON", "FROM a\nCOPY [\"|", "src/, go.mod, go.sum, my file");
    add("ADD's paths", "FROM a\nADD go.mod go|  /", "go.mod, go.sum");
    add("bind source", "FROM a\nRUN --mount=source=go.m|", "go.mod");
    add("bind source of a stage", "FROM a AS b\nFROM a\nRUN --mount=from=b,source=go.m|", "");
    add("users", "FROM debian:12\nUSER |", "www-data, root, nobody, 1000, 65532");
    add("users made", "FROM debian:12\nRUN useradd -m -s /bin/sh app\nUSER a|", "app");
    add("users made by busybox", "FROM alpine\nRUN addgroup -S grp && adduser -S -G grp app\nCOPY --chown=|",
        "app, root, nobody, 1000, 65532");
    add("groups", "FROM alpine\nRUN addgroup -S grp && adduser -S -G grp app\nCOPY --chown=app:g|", "grp");
    add("users of the base stage", "FROM alpine AS base\nRUN adduser -D web\nFROM base\nUSER w|", "web");
    add("signals", "FROM a\nSTOPSIGNAL sigq|", "SIGQUIT");
    add("ports", "FROM nginx:1.27\nEXPOSE 80|", "80/tcp, 80, 8080, 8000");
    add("protocols", "FROM a\nEXPOSE 53/|", "53/tcp, 53/udp, 53/sctp");
    add("heredoc words", "FROM a\nRUN <<|", "EOF, EOT, END, \"EOF\", \"EOT\", \"END\"");
    add("heredoc words with tabs", "FROM a\nCOPY <<-E| /x", "EOF, EOT, END");
    add("the end of a heredoc", "FROM a\nRUN <<DONE\necho\nDO|", "DONE");
    add("HEALTHCHECK", "FROM a\nHEALTHCHECK |",
        "CMD, NONE, --interval=, --timeout=, --start-period=, --start-interval=, --retries=");
    add("HEALTHCHECK with flags", "FROM a\nHEALTHCHECK --retries=3 n|", "");
    add("durations", "FROM a\nHEALTHCHECK --interval=1|", "10s, 1m, 1m30s");
    add("directives", "# |\nFROM a",
        "syntax=, check=, escape=, hadolint ignore=, hadolint global ignore=, hadolint stage ignore=, hadolint shell=");
    add("no directives further down", "FROM a\n# s|", "");
    add("check options", "# check=|\nFROM a", "skip=, error=, experimental=");
    add("check names", "# check=skip=StageN|\nFROM a", "StageNameCasing");
    add("check names not given yet", "# check=skip=StageNameCasing,Stage|,FromAsCasing\nFROM a", "");
    add("check names below", "FROM a\n# check=skip=JSONA|\nCMD x", "JSONArgsRecommended");
    add("escape", "# escape=|\nFROM a", "`, \\");
    add("nothing behind the escape", "FROM a\nRUN a \\ |\n b", "");
    add("arguments to declare", "ARG ONE=1\nFROM a\nARG O|", "ONE");
    add("platform arguments to declare", "FROM a\nARG TARGETA|", "TARGETARCH");
    add("labels", "FROM a\nLABEL org.opencontainers.image.li|", "org.opencontainers.image.licenses");
    add("folders", "FROM a\nWORKDIR /ap|", "/app");
    add("a folder used", "FROM a\nWORKDIR /opt/thing\nCOPY go.mod /opt/t|", "/opt/thing");
    add("a relative folder", "FROM a\nWORKDIR /opt\nWORKDIR thing\nWORKDIR it\nCOPY go.mod /opt/t|",
        "/opt/thing, /opt/thing/it");
    add("proxies of commands", "FROM a\nRUN curl -x $HTTP|", "HTTP_PROXY, HTTPS_PROXY");
    add("no proxies elsewhere", "FROM a\nENV a=$HTTP|", "");
    add("what a stage made",
        "FROM a AS b\nWORKDIR /src\nCOPY go.mod ./\nRUN go build -o /out/app . && rm -rf /tmp/x \"/opt/$x\" "
        "/dist/*\nFROM c\nCOPY --from=b /|",
        "/src, /src/, /src/go.mod, /out/app, /opt, /dist");
    add("of a stage by number, and of its base",
        "FROM a AS b\nWORKDIR /one\nFROM b\nWORKDIR two\nFROM c\nCOPY --from=1 /|", "/one, /one/two");
    add("a program that is there", "FROM a\nCOPY server /usr/local/bin/\nENTRYPOINT [\"/usr/local/bin/s|\"]",
        "/usr/local/bin/server");
    add("caches", "FROM a\nRUN --mount=type=cache,target=/root/.cache/p|", "/root/.cache/pip, /root/.cache/pypoetry");
    add("the cache of the tool first", "FROM a\nRUN --mount=type=cache,target=/var/cache/a| apk add x",
        "/var/cache/apk, /var/cache/apt");
    add("the secret's file", "FROM a\nRUN --mount=type=secret,id=tok,target=/run|", "/run/secrets/tok");
}

void TestCompletion::lists()
{
    QFETCH(QString, marked);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(labels(marked.toStdString())), expected);
}

void TestCompletion::offered_data()
{
    QTest::addColumn<QString>("marked");
    QTest::addColumn<QString>("label");
    const auto add = [](const char* name, const char* marked, const char* label) {
        QTest::newRow(name) << QString(marked) << QString(label);
    };
    add("a snippet", "FROM a\nRUN|", "RUN <<EOF");
    add("the shell", "FROM a\nSHELL |", "[\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]");
    add("a begun shell", "FROM a\nSHELL [\"/bin/ba|", "[\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]");
    add("exec form", "FROM a\nCMD |", "[\"program\", \"argument\"]");
    add("flags and paths", "FROM a\nCOPY |", "go.mod");
}

void TestCompletion::offered()
{
    QFETCH(QString, marked);
    QFETCH(QString, label);
    QVERIFY(offers(marked.toStdString(), label.toStdString()));
}

void TestCompletion::taken_data()
{
    QTest::addColumn<QString>("marked");
    QTest::addColumn<QString>("label");
    QTest::addColumn<QString>("expected");
    const auto add = [](const char* name, const char* marked, const char* label, const char* expected) {
        QTest::newRow(name) << QString(marked) << QString(label) << QString(expected);
    };
    add("instruction", "FROM a\nwo|", "WORKDIR", "FROM a\nWORKDIR ");
    add("in the middle", "FROM a\nWO|RK /x", "WORKDIR", "FROM a\nWORKDIR /x");
    add("the whole stage name", "FROM a AS build\nFROM b\nCOPY --from=bu|xx /a /b", "build",
        "FROM a AS build\nFROM b\nCOPY --from=build /a /b");
    add("a flag keeps its value", "FROM a\nCOPY --fr|=build /a /b", "--from=", "FROM a\nCOPY --from=build /a /b");
    add("closes the brace", "FROM a\nENV X=1\nRUN echo ${|", "X", "FROM a\nENV X=1\nRUN echo ${X}");
    add("but once", "FROM a\nENV X=1\nRUN echo ${|}", "X", "FROM a\nENV X=1\nRUN echo ${X}");
    add("an operator", "FROM a\nENV X=1\nRUN echo ${X|}", ":-", "FROM a\nENV X=1\nRUN echo ${X:-${1:word}$0}");
    add("a path's last piece", "FROM a\nCOPY src/ma| /x", "main.go", "FROM a\nCOPY src/main.go /x");
    add("lower case", "from a\nco|", "copy", "from a\ncopy ");
    add("a mount's key", "FROM a\nRUN --mount=type=cache,tar|=/x",
        "target=", "FROM a\nRUN --mount=type=cache,target=/x");
    add("a comment's directive", "#|\nFROM a", "syntax=", "# syntax=\nFROM a");
    add("the escape of the file", "# escape=`\nFROM a\nRUN|", "RUN --mount=type=cache command",
        "# escape=`\nFROM a\nRUN --mount=type=cache,target=${1:/root/.cache} `\n    ${2:command}$0");
}

void TestCompletion::taken()
{
    QFETCH(QString, marked);
    QFETCH(QString, label);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(taking(marked.toStdString(), label.toStdString())), expected);
}

QTEST_MAIN(TestCompletion)
#include "tst_completion.moc"
