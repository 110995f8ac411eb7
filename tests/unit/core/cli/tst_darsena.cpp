// SPDX-License-Identifier: GPL-3.0-or-later
// The program as people script it: what it prints and what it exits with.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QScopeGuard>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

namespace {

struct Outcome {
    int status = -1;
    QByteArray out;
    QByteArray err;
};

} // namespace

class TestDarsena : public QObject {
    Q_OBJECT

private slots:
    void init();
    void lintFormats();
    void lintReports();
    void lintStatus_data();
    void lintStatus();
    void lintReadsTheIgnoreFile();
    void lintOptions();
    void lintReadsTheConfiguration();
    void lintConfigurationDecidesTheStatus();
    void lintMends();
    void lintWithShellCheck();
    void parseFormats();
    void formats();
    void formatsInPlace();
    void formatsShellCode();
    void graphFormats();
    void graphRefusals();
    void wrongUse_data();
    void wrongUse();
    void layersWithoutAnEngine();
    void bytesThatAreNoText();

private:
    void write(const QString& name, const QByteArray& text);
    Outcome run(const QStringList& arguments, const QByteArray& input = {});

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestDarsena::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestDarsena::write(const QString& name, const QByteArray& text)
{
    QFile file(m_folder->filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

Outcome TestDarsena::run(const QStringList& arguments, const QByteArray& input)
{
    QProcess process;
    process.setWorkingDirectory(m_folder->path());
    process.start(QStringLiteral(DARSENA_BIN_DIR "/darsena"), arguments);
    process.write(input);
    process.closeWriteChannel();
    Outcome outcome;
    if (process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit)
        outcome.status = process.exitCode();
    outcome.out = process.readAllStandardOutput();
    outcome.err = process.readAllStandardError();
    return outcome;
}

void TestDarsena::lintFormats()
{
    write("Dockerfile", "FROM a:1 as b\n");
    const Outcome text = run({"lint", "Dockerfile"});
    QCOMPARE(text.out, QByteArray("Dockerfile:1:10: warning: 'as' and 'FROM' keywords' casing do not match [FromAsCasing]\n"));
    QCOMPARE(text.status, 1);

    const Outcome json = run({"lint", "--format", "json", "-"}, "FROM a:1 as b\n");
    QCOMPARE(json.status, 1);
    const QJsonObject finding = QJsonDocument::fromJson(json.out).array().at(0).toObject();
    QCOMPARE(finding["file"].toString(), "-");
    QCOMPARE(finding["rule"].toString(), "FromAsCasing");
    QCOMPARE(finding["severity"].toString(), "warning");
    QCOMPARE(finding["line"].toInt(), 1);
    QCOMPARE(finding["column"].toInt(), 10);
    QCOMPARE(finding["endLine"].toInt(), 1);
    QCOMPARE(finding["endColumn"].toInt(), 12);
    QVERIFY(finding["url"].toString().startsWith("https://"));
    QCOMPARE(finding["fix"]["edits"][0]["text"].toString(), "AS");

    const Outcome sarif = run({"lint", "--format=sarif", "Dockerfile"});
    const QJsonObject sarifRun = QJsonDocument::fromJson(sarif.out)["runs"][0].toObject();
    QCOMPARE(sarifRun["results"][0]["ruleId"].toString(), "FromAsCasing");
    QCOMPARE(sarifRun["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"].toInt(), 10);
    const QJsonArray rules = sarifRun["tool"]["driver"]["rules"].toArray();
    QVERIFY(rules.size() > 22 + 38);
    for (const QJsonValue& rule : rules) {
        if (rule["id"] == "DL3057") {
            QCOMPARE(rule["defaultConfiguration"]["enabled"].toBool(), false);
            QVERIFY(rule["help"]["markdown"].toString().startsWith("# A HEALTHCHECK"));
            QCOMPARE(rule["properties"]["tags"][0].toString(), "hadolint");
            QVERIFY(rule["helpUri"].toString().endsWith("/DL3057"));
        }
    }
    const QJsonValue change = sarifRun["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    QCOMPARE(change["insertedContent"]["text"].toString(), "AS");
    QCOMPARE(change["deletedRegion"]["endColumn"].toInt(), 12);
}

void TestDarsena::lintReports()
{
    write("bad<&>", "FROM a:1 as b\nFROM a:1 as c\nLABEL \x01=\"\"\n");
    write("good", "FROM a:1\n");
    for (const char* format : {"checkstyle", "junit"}) {
        const Outcome outcome = run({"lint", "--ignore", "UnusedStage", "--format", format, "bad<&>", "good"});
        QCOMPARE(outcome.status, 1);
        QXmlStreamReader xml(outcome.out);
        int elements = 0;
        QStringList files;
        QString lines;
        while (!xml.atEnd()) {
            if (xml.readNext() != QXmlStreamReader::StartElement)
                continue;
            if (xml.name() == QLatin1String("file") || xml.name() == QLatin1String("testsuite"))
                files << xml.attributes().value("name").toString();
            elements += xml.name() == QLatin1String("error") || xml.name() == QLatin1String("failure");
            lines += xml.attributes().value("line").toString();
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QCOMPARE(files, (QStringList {"bad<&>", "good"}));
        QCOMPARE(elements, 3);
        QVERIFY(lines.isEmpty() || lines == "123");
    }
    const Outcome gitLab = run({"lint", "--ignore", "UnusedStage", "--format", "gitlab", "bad<&>", "good"});
    const QJsonArray issues = QJsonDocument::fromJson(gitLab.out).array();
    QCOMPARE(issues.size(), 3);
    QCOMPARE(issues[0]["check_name"].toString(), "FromAsCasing");
    QCOMPARE(issues[1]["location"]["path"].toString(), "bad<&>");
    QCOMPARE(issues[1]["location"]["lines"]["begin"].toInt(), 2);
    QCOMPARE(issues[1]["severity"].toString(), "major");
    // The same sentence twice is told apart; a line more above changes nothing.
    QVERIFY(issues[0]["fingerprint"] != issues[1]["fingerprint"]);
    write("bad<&>", "\nFROM a:1 as b\nFROM a:1 as c\n");
    const QJsonArray later = QJsonDocument::fromJson(run({"lint", "--ignore", "UnusedStage", "--format", "gitlab", "bad<&>"}).out).array();
    QCOMPARE(later[1]["fingerprint"], issues[1]["fingerprint"]);
}

void TestDarsena::lintStatus_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<int>("status");
    QTest::newRow("clean") << QByteArray("FROM a:1\n") << QStringList() << 0;
    QTest::newRow("warning") << QByteArray("FROM a:1 as b\n") << QStringList() << 1;
    QTest::newRow("warning below") << QByteArray("FROM a:1 as b\n") << QStringList {"--severity", "error"} << 0;
    QTest::newRow("refused") << QByteArray("FRM a\n") << QStringList {"--severity", "error"} << 1;
    QTest::newRow("ignored") << QByteArray("FROM a:1 as b\n") << QStringList {"--ignore", "FromAsCasing"} << 0;
    QTest::newRow("empty") << QByteArray() << QStringList() << 1;
}

void TestDarsena::lintStatus()
{
    QFETCH(QByteArray, text);
    QFETCH(QStringList, options);
    QFETCH(int, status);
    QCOMPARE(run(QStringList {"lint"} + options + QStringList {"-"}, text).status, status);
}

void TestDarsena::lintReadsTheIgnoreFile()
{
    write("Dockerfile", "FROM a:1\nCOPY x.log /\n");
    write(".dockerignore", "*.log\n");
    QVERIFY(run({"lint", "Dockerfile"}).out.contains("CopyIgnoredFile"));
    // The file of the Dockerfile's own name wins.
    write("Dockerfile.dockerignore", "nothing\n");
    QCOMPARE(run({"lint", "Dockerfile"}).out, QByteArray());
    write("Dockerfile.dockerignore", "[a\n");
    const Outcome bad = run({"lint", "Dockerfile"});
    QCOMPARE(bad.status, 2);
    QVERIFY2(bad.err.contains("Dockerfile.dockerignore: line 1"), bad.err);
}

void TestDarsena::lintOptions()
{
    write("one", "FROM a:1 AS x\nUSER $undefined\nFROM b:1\n");
    write("two", "FROM a:1 as y\n");
    QCOMPARE(run({"lint", "--target", "1", "one"}).status, 0);
    QCOMPARE(run({"lint", "--target", "x", "one"}).out.count('\n'), 1);
    QCOMPARE(run({"lint", "--ignore", "UnusedStage", "one", "two"}).out.count('\n'), 2);
    const Outcome partly = run({"lint", "missing", "two"});
    QCOMPARE(partly.status, 2);
    QVERIFY(partly.out.contains("two:1:10"));
    QVERIFY(partly.err.contains("missing"));
    QCOMPARE(run({"lint", "--build-arg", "base=b", "-"}, "ARG base=a\nFROM ${base:?}\n").status, 0);
}

void TestDarsena::lintReadsTheConfiguration()
{
    const QByteArray text = "FROM a:1\nMAINTAINER me\n";
    QVERIFY(QDir(m_folder->path()).mkpath("sub"));
    QVERIFY(QDir(m_folder->path()).mkpath("home/.config"));
    write("sub/Dockerfile", text);
    write("home/.config/hadolint.yaml", "ignored: [MaintainerDeprecated]\n");
    qputenv("HOME", m_folder->filePath("home").toUtf8());
    qunsetenv("XDG_CONFIG_HOME");
    const auto rules = [&](const QStringList& arguments) {
        const Outcome outcome = run(QStringList {"lint"} + arguments, text);
        QStringList found;
        for (const QByteArray& line : outcome.out.split('\n')) {
            if (line.contains('['))
                found << QString::fromUtf8(line.mid(line.lastIndexOf('[')));
        }
        return found.join(' ');
    };
    QCOMPARE(rules({"sub/Dockerfile"}), "[DL4000]");
    write(".hadolint.yml", "ignored: [DL4000]\n");
    QCOMPARE(rules({"sub/Dockerfile"}), "[MaintainerDeprecated]");
    QCOMPARE(rules({"-"}), "[MaintainerDeprecated]");
    write("sub/.hadolint.yaml", "override: {info: [DL3057]}\n");
    QCOMPARE(rules({"sub/Dockerfile"}), "[DL3057] [DL4000] [MaintainerDeprecated]");
    QCOMPARE(rules({"-"}), "[MaintainerDeprecated]");
    write("other", "ignored: [DL4000, MaintainerDeprecated]\n");
    QCOMPARE(rules({"--config", "other", "sub/Dockerfile"}), "");
    QCOMPARE(rules({"--config", "/dev/null", "sub/Dockerfile"}), "[DL4000] [MaintainerDeprecated]");

    write("wrong", "ignored:\n  - DL4000\nno-fail: perhaps\n");
    const Outcome wrong = run({"lint", "--config", "wrong", "sub/Dockerfile"});
    QCOMPARE(wrong.status, 2);
    QVERIFY2(wrong.err.contains("wrong: line 3: no-fail is true or false"), wrong.err);
    QCOMPARE(run({"lint", "--config", "missing", "sub/Dockerfile"}).status, 2);
}

void TestDarsena::lintConfigurationDecidesTheStatus()
{
    write("Dockerfile", "FROM a:latest\n");
    const auto status = [&](const QByteArray& config) {
        write(".hadolint.yaml", config);
        const Outcome outcome = run({"lint", "Dockerfile"});
        // What does not make it fail is told all the same.
        return outcome.out.contains("[DL3007]") ? outcome.status : -1;
    };
    QCOMPARE(status(""), 1);
    QCOMPARE(status("failure-threshold: error\n"), 0);
    QCOMPARE(status("failure-threshold: warning\n"), 1);
    QCOMPARE(status("failure-threshold: none\n"), 1);
    QCOMPARE(status("failure-threshold: error\noverride: {error: [DL3007]}\n"), 1);
    QCOMPARE(status("failure-threshold: warning\noverride: {style: [DL3007]}\n"), 0);
    QCOMPARE(status("no-fail: true\n"), 0);
    write(".hadolint.yaml", "no-fail: true\n");
    QCOMPARE(run({"lint", "missing"}).status, 2);
}

void TestDarsena::lintMends()
{
    write("Dockerfile", "FROM a as B\nENV x y\n");
    const Outcome mended = run({"lint", "--fix", "--severity", "error", "Dockerfile"});
    QCOMPARE(mended.status, 0);
    QCOMPARE(mended.out, QByteArray());
    QVERIFY2(mended.err.contains("Dockerfile:1:8: mended: Write AS [FromAsCasing]"), mended.err.constData());
    QFile file(m_folder->filePath("Dockerfile"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().startsWith("FROM a AS b\nENV x=y\n"));
    QCOMPARE(run({"lint", "--fix", "-"}, "FROM a as b\n").status, 2);
}

/// The program's findings in place of ours where it is installed; ours where it is not, fails, or takes too long.
void TestDarsena::lintWithShellCheck()
{
    // SC2140 is one that only shellcheck itself knows.
    write("Dockerfile", "FROM a:1\nRUN rm $HOME && \\\n    echo \"a\"b\"c\"\n");
    const QByteArray ours = run({"lint", "--shellcheck", "never", "Dockerfile"}).out;
    QVERIFY2(ours.contains("Dockerfile:2:8: info: ") && ours.contains("[SC2086]"), ours.constData());
    QVERIFY(!ours.contains("SC2140"));
    QCOMPARE(run({"lint", "--shellcheck", "perhaps", "Dockerfile"}).status, 2);

    const QByteArray path = qgetenv("PATH");
    const auto restore = qScopeGuard([&] { qputenv("PATH", path); });
    QDir(m_folder->path()).mkdir("bin");
    const QString program = m_folder->filePath("bin/shellcheck");
    for (const char* script : {"", "exit 0", "echo no; exit 1", "echo '{\"comments\":[]}'; exit 3", "kill $$"}) {
        write("bin/shellcheck", QByteArray("#!/bin/sh\n") + script + "\n");
        QFile::setPermissions(program, QFile::ReadOwner | (*script ? QFile::ExeOwner : QFile::Permissions()));
        qputenv("PATH", QFile::encodeName(m_folder->filePath("bin")) + (*script ? ":/usr/bin:/bin" : ""));
        QCOMPARE(run({"lint", "Dockerfile"}).out, ours);
    }
    write("bin/shellcheck", "#!/bin/sh\ncat *.sh >seen; echo '{\"comments\":[]}'\n");
    QFile::setPermissions(program, QFile::ReadOwner | QFile::ExeOwner);
    qputenv("PATH", QFile::encodeName(m_folder->filePath("bin")) + ":/usr/bin:/bin");
    QVERIFY(!run({"lint", "Dockerfile"}).out.contains("SC2086"));

    qputenv("PATH", path);
    if (QStandardPaths::findExecutable("shellcheck").isEmpty())
        QSKIP("shellcheck is not installed");
    write("Other", "FROM a:1\nRUN cd /x; y\n");
    const QByteArray theirs = run({"lint", "Dockerfile", "Other"}).out;
    QVERIFY2(
        theirs.contains("Dockerfile:2:8: info: ") && theirs.contains("Dockerfile:3:13: warning: "), theirs.constData());
    QVERIFY2(theirs.contains("[SC2140]") && theirs.contains("Other:2:5: warning: "), theirs.constData());
}

void TestDarsena::parseFormats()
{
    write("Dockerfile", "FROM a\nRUN b \\\n  c\n");
    const Outcome sexp = run({"parse", "--format", "sexp", "Dockerfile"});
    QCOMPARE(sexp.out, QByteArray("(from \"a\")\n(run \"b   c\")\n"));
    QCOMPARE(sexp.status, 0);
    const QJsonDocument tree = QJsonDocument::fromJson(run({"parse", "Dockerfile"}).out);
    QCOMPARE(tree["instructions"].toArray().size(), 2);
    QCOMPARE(tree["instructions"][1]["arguments"][0]["range"]["endLine"].toInt(), 3);
    QString joined;
    for (const auto& token : tree["tokens"].toArray())
        joined += token.toObject()["text"].toString();
    QCOMPARE(joined.toUtf8(), QByteArray("FROM a\nRUN b \\\n  c\n"));

    const Outcome bad = run({"parse", "--format=sexp", "-"}, "FROM a\nENV b\n");
    QCOMPARE(bad.status, 2);
    QCOMPARE(bad.out, QByteArray());
    QCOMPARE(bad.err, QByteArray("-:2:1: ENV must have two arguments\n"));
}

void TestDarsena::formats()
{
    write("messy", "from a   as b\nrun  x && \\\ny\n");
    write("tidy", "FROM a AS b\n");
    const Outcome printed = run({"fmt", "messy"});
    QCOMPARE(printed.out, QByteArray("FROM a AS b\nRUN x && \\\ny\n"));
    QCOMPARE(printed.status, 0);
    QCOMPARE(run({"fmt", "-"}, "from   a").out, QByteArray("FROM a\n"));
    QCOMPARE(run({"fmt", "--indent", "2", "--case", "lower", "messy"}).out, QByteArray("from a as b\nrun x && \\\n  y\n"));
    const Outcome checked = run({"fmt", "--check", "messy", "tidy"});
    QCOMPARE(checked.out, QByteArray("messy\n"));
    QCOMPARE(checked.status, 1);
    QCOMPARE(run({"fmt", "--check", "tidy"}).status, 0);
    QCOMPARE(run({"fmt", "--check", "missing", "messy"}).status, 2);
    // What the builder would refuse is left as it is.
    const Outcome broken = run({"fmt", "-"}, "frob   x\nrun   y\n");
    QCOMPARE(broken.out, QByteArray("frob   x\nRUN y\n"));
    QCOMPARE(broken.status, 0);
    QCOMPARE(run({"fmt", "-"}, QByteArray("FROM a\0b\xff\n", 10)).out, QByteArray("FROM a\0b\xff\n", 10));
    for (const QStringList& wrong : {QStringList {"fmt"}, {"fmt", "--indent", "99", "tidy"}, {"fmt", "--case", "x", "tidy"},
             {"fmt", "--check", "--write", "tidy"}})
        QCOMPARE(run(wrong).status, 2);
}

void TestDarsena::formatsInPlace()
{
    write("messy", "from  a\n");
    write("tidy", "FROM a\n");
    QVERIFY(QFile::link("messy", m_folder->filePath("link")));
    QVERIFY(QFile::setPermissions(m_folder->filePath("messy"), QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup));
    const auto content = [&](const QString& name) {
        QFile file(m_folder->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const Outcome outcome = run({"fmt", "--write", "link", "tidy"});
    QCOMPARE(outcome.out, QByteArray("link\n"));
    QCOMPARE(outcome.status, 0);
    QCOMPARE(content("messy"), QByteArray("FROM a\n"));
    QVERIFY(QFileInfo(m_folder->filePath("link")).isSymbolicLink());
    QVERIFY(!(QFile::permissions(m_folder->filePath("messy")) & QFile::ReadOther));
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden).size(), 3);
    QCOMPARE(run({"fmt", "-w", "missing"}).status, 2);
    QCOMPARE(run({"fmt", "-w", "-"}, "from a").out, QByteArray("FROM a\n"));
}

void TestDarsena::formatsShellCode()
{
    if (QStandardPaths::findExecutable("shfmt").isEmpty())
        QSKIP("shfmt is not installed");
    const QByteArray text = "FROM a\nRUN <<EOF\nif  x;then\ny\nfi   # why\nEOF\n"
                            "RUN set -e;  \\\n  a  b|c &&   \\\nd; \\\n for i in 1  2;do \\\necho $i;done\n"
                            "RUN a  &&   b\nRUN a \\\n# kept\n   b\nRUN python3 <<EOF\nif  x:\n  y\nEOF\nRUN a  'open\nCMD a   b\n";
    const Outcome formatted = run({"fmt", "--shell", "-"}, text);
    QCOMPARE(formatted.out,
        QByteArray("FROM a\nRUN <<EOF\nif x; then\n    y\nfi # why\nEOF\n"
                   "RUN set -e; \\\n    a b | c \\\n    && d; \\\n    for i in 1 2; do \\\n        echo $i; \\\n    done\n"
                   "RUN a && b\nRUN a \\\n   # kept\n   b\nRUN python3 <<EOF\nif  x:\n  y\nEOF\nRUN a  'open\nCMD a   b\n"));
    QCOMPARE(run({"fmt", "--shell", "-"}, formatted.out).out, formatted.out);
}

void TestDarsena::graphFormats()
{
    write("Dockerfile", "FROM a:1 AS x\nRUN y\nFROM scratch\nCOPY --from=x /z /\n");
    const Outcome json = run({"graph", "Dockerfile"});
    QCOMPARE(json.status, 0);
    QCOMPARE(json.out,
        QByteArray(R"({"stages":[{"index":0,"name":"x","base":"a:1","platform":"","startLine":1,"endLine":2,"needed":true},)"
                   R"({"index":1,"name":"","base":"scratch","platform":"","startLine":3,"endLine":4,"needed":true}],)"
                   R"("edges":[{"from":"a:1","to":0,"kind":"from","line":1,"paths":[]},)"
                   R"({"from":"scratch","to":1,"kind":"from","line":3,"paths":[]},)"
                   R"({"from":0,"to":1,"kind":"copy","line":4,"paths":["/z"]}]})"
                   "\n"));
    const Outcome dot = run({"graph", "--format", "dot", "Dockerfile"});
    QVERIFY(dot.out.startsWith("digraph"));
    QVERIFY(dot.out.contains("s0 -> s1 [style=dashed, arrowhead=empty, label=\"/z\"]"));
    const Outcome mermaid = run({"graph", "--format", "mermaid", "--target", "x", "Dockerfile"});
    QVERIFY(mermaid.out.startsWith("flowchart LR\n"));
    QVERIFY(mermaid.out.contains("s0 -.->|\"/z\"| s1"));
    QVERIFY(mermaid.out.contains("style s1 opacity"));
    const Outcome svg = run({"graph", "--format", "svg", "Dockerfile"});
    QVERIFY(svg.out.startsWith("<svg "));
    QVERIFY(svg.out.contains(">COPY --from=x /z /</text>"));
    const Outcome png = run({"graph", "--format", "png", "--dark", "Dockerfile"});
    QVERIFY(png.out.startsWith("\x89PNG\r\n"));
}

void TestDarsena::graphRefusals()
{
    const Outcome unknown = run({"graph", "--target", "no", "-"}, "FROM a AS now\n");
    QCOMPARE(unknown.status, 2);
    QCOMPARE(unknown.err, QByteArray("darsena: -:1:6: target stage \"no\" could not be found (did you mean now?)\n"));
    QCOMPARE(run({"graph", "-"}, "RUN a\n").status, 2);
    QCOMPARE(run({"graph", "missing"}).status, 2);
}

void TestDarsena::wrongUse_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("no file") << QStringList {"lint"};
    QTest::newRow("unknown format") << QStringList {"lint", "--format", "xml", "-"};
    QTest::newRow("unknown option") << QStringList {"graph", "--what", "-"};
    QTest::newRow("unknown command") << QStringList {"frobnicate"};
    QTest::newRow("a folder") << QStringList {"lint", "."};
    QTest::newRow("build arg without a name") << QStringList {"lint", "--build-arg", "=x", "-"};
}

void TestDarsena::wrongUse()
{
    QFETCH(QStringList, arguments);
    const Outcome outcome = run(arguments, "FROM a\n");
    QCOMPARE(outcome.status, 2);
    QVERIFY(!outcome.err.isEmpty());
}

void TestDarsena::layersWithoutAnEngine()
{
    const Outcome outcome = run({"layers", "--socket", "none.sock", "busybox"});
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.err.startsWith("darsena: busybox: "), outcome.err);
}

void TestDarsena::bytesThatAreNoText()
{
    const QByteArray hostile = QByteArray("FROM a\nRUN \xFF\0 <<\xFE\n", 18) + QByteArray(70'000, 'x');
    for (const QStringList& arguments : {QStringList {"lint", "--format=json", "-"}, QStringList {"parse", "-"}}) {
        const Outcome outcome = run(arguments, hostile);
        QVERIFY(outcome.status == 1 || outcome.status == 2);
        QVERIFY(!QJsonDocument::fromJson(outcome.out).isNull());
    }
}

QTEST_GUILESS_MAIN(TestDarsena)
#include "tst_darsena.moc"
