// SPDX-License-Identifier: GPL-3.0-or-later
// Which line made which history entry: histories as the builders wrote them, and what holds for every file and history.
#include "core/dockerfile/blame.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace darsena::dockerfile;

namespace {

// Cases, tests/data/dockerfile/blame/<case>: a Dockerfile and, for each builder, <builder>.history: an entry a line, as
//
//     3-4 ambiguous layer "RUN …"     lines of the file, or "-"; the certainty unless it is certain; "layer" or "empty"
//     ! target=build                  settings: target=STAGE, arg=NAME=VALUE, stage=NUMBER (the one found), fit=no
const QString folder = QStringLiteral(DARSENA_TEST_DATA "/dockerfile/blame/");

struct Case {
    std::vector<HistoryEntry> history;
    QStringList expected;
    StageOptions options;
    int stage = -1;
    bool fits = true;
};

QString readText(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

Case readCase(const QString& path)
{
    Case result;
    for (const QString& line : readText(path).split('\n', Qt::SkipEmptyParts)) {
        if (line.startsWith("! ")) {
            const QString key = line.mid(2).section('=', 0, 0);
            const QString value = line.section('=', 1);
            if (key == "target")
                result.options.target = value.toStdString();
            else if (key == "arg")
                result.options.buildArgs[value.section('=', 0, 0).toStdString()] = value.section('=', 1).toStdString();
            else if (key == "stage")
                result.stage = value.toInt();
            else if (key == "fit")
                result.fits = value == "yes";
            continue;
        }
        const qsizetype text = line.indexOf('"');
        const QStringList words = line.left(text).split(' ', Qt::SkipEmptyParts);
        const QJsonArray array = QJsonDocument::fromJson(("[" + line.mid(text) + "]").toUtf8()).array();
        result.history.push_back({.createdBy = array.at(0).toString().toStdString(), .emptyLayer = words.last() == "empty"});
        result.expected << words.mid(0, words.size() - 1).join(' ');
    }
    return result;
}

QString lineText(const std::optional<BlamedLines>& lines)
{
    if (!lines)
        return "-";
    QString text = QString::number(lines->firstLine);
    if (lines->lastLine != lines->firstLine)
        text += "-" + QString::number(lines->lastLine);
    if (lines->certainty != BlameCertainty::Certain)
        text += " " + QString::fromUtf8(name(lines->certainty).data());
    return text;
}

} // namespace

class BlameTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void historiesOfBuilders_data()
    {
        QTest::addColumn<QString>("path");
        for (const QString& name : QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            for (const QString& file : QDir(folder + name).entryList({"*.history"}))
                QTest::newRow(qPrintable(name + "/" + file)) << folder + name + "/" + file;
        }
    }
    void historiesOfBuilders()
    {
        QFETCH(QString, path);
        const Dockerfile file = readDockerfile(readText(path.section('/', 0, -2) + "/Dockerfile").toStdString());
        QVERIFY2(file.ok(), file.error().message().c_str());
        const Case given = readCase(path);
        const Blame result = blame(file, given.history, given.options);
        QCOMPARE(result.entries.size(), given.history.size());
        QStringList found;
        QStringList wanted;
        for (std::size_t i = 0; i < given.history.size(); ++i) {
            const QString text = " " + QString::fromStdString(given.history[i].createdBy);
            found << lineText(result.entries[i]) + text;
            wanted << given.expected[qsizetype(i)] + text;
        }
        QCOMPARE(found.join('\n'), wanted.join('\n'));
        QVERIFY2(result.fits() == given.fits, qPrintable(QString::number(result.fit)));
        if (given.stage >= 0)
            QCOMPARE(int(result.target), given.stage);
    }

    void linesThatTheBuilderTold()
    {
        const Dockerfile file = readDockerfile("FROM busybox\nRUN a\nRUN same\nRUN same\nRUN same\nCMD x\n");
        std::vector<HistoryEntry> history {{"RUN /bin/sh -c a", false}, {"RUN /bin/sh -c same", false}, {"CMD x", true}};
        QCOMPARE(lineText(blame(file, history).entries[1]), "5 ambiguous");
        history[1].line = 4;
        QCOMPARE(lineText(blame(file, history).entries[1]), "4");
        // Another instruction stands there by now.
        history[1].line = 2;
        QCOMPARE(lineText(blame(file, history).entries[1]), "5 ambiguous");
    }

    void layersOfOneCommit()
    {
        // buildah without --layers: all instructions in the layer of the last.
        const Dockerfile file = readDockerfile("FROM busybox\nENV A=1\nCOPY a /a\nRUN make\nCMD [\"true\"]\n");
        const std::vector<HistoryEntry> history {{"", false}, {"/bin/sh -c #(nop) ENV A=1", true},
            {"/bin/sh -c #(nop) COPY file:" + std::string(64, 'a') + " in /a ", true}, {"/bin/sh -c make", true},
            {"/bin/sh -c #(nop) CMD [\"true\"]", false}};
        const Blame result = blame(file, history);
        QCOMPARE(result.layers.size(), std::size_t(2));
        QVERIFY(!result.layers[0]);
        QCOMPARE(lineText(result.layers[1]), "3-5 ambiguous");
    }

    void layersFollowTheirEntries()
    {
        const Dockerfile file = readDockerfile("FROM busybox\nWORKDIR /a\nRUN make\nENV A=1\nCOPY b /c\n");
        const std::vector<HistoryEntry> history {{"", false}, {"WORKDIR /a", true}, {"RUN /bin/sh -c make # buildkit", false},
            {"ENV A=1", true}, {"COPY b /c # buildkit", false}};
        const Blame result = blame(file, history);
        QStringList lines;
        for (const auto& layer : result.layers)
            lines << lineText(layer);
        QCOMPARE(lines.join(", "), "-, 3, 5");
    }

    /// Whatever is taken out of file or history, what is left is found in order and nothing is found that is not alike.
    void anyPartOfAFileFindsItsOwn()
    {
        std::vector<HistoryEntry> all;
        std::vector<std::string> lines;
        for (int i = 0; i < 9; ++i) {
            const std::string number = std::to_string(i);
            lines.push_back(i % 3 == 0 ? "RUN step" + number + " --now" : i % 3 == 1 ? "COPY f" + number + " /d" + number : "ENV E" + number + "=v");
            all.push_back({.createdBy = i % 3 == 0 ? "RUN /bin/sh -c step" + number + " --now # buildkit" : lines.back(), .emptyLayer = i % 3 == 2});
        }
        for (unsigned kept = 0; kept < 512; ++kept) {
            std::string text = "FROM busybox\n";
            std::vector<std::uint32_t> lineOf(9, 0);
            std::uint32_t line = 1;
            for (unsigned i = 0; i < 9; ++i) {
                if ((kept >> i & 1U) != 0) {
                    text += lines[i] + "\n";
                    lineOf[i] = ++line;
                }
            }
            const Blame result = blame(readDockerfile(text), all);
            for (unsigned i = 0; i < 9; ++i) {
                // "step3 --now" and "step6 --now" have a word in common, and may stand for one another once one is gone.
                if (lineOf[i] != 0)
                    QVERIFY2(result.entries[i] && (result.entries[i]->firstLine == lineOf[i] || result.entries[i]->certainty == BlameCertainty::Similar),
                        qPrintable(QString("%1 of %2").arg(i).arg(QString::fromStdString(text))));
                else
                    QVERIFY(!result.entries[i] || result.entries[i]->certainty == BlameCertainty::Similar);
            }
        }
    }

    void hostileHistories_data()
    {
        QTest::addColumn<QByteArray>("createdBy");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("zero bytes") << QByteArray("RUN \0\1\377", 7);
        QTest::newRow("wild bytes") << QByteArray("COPY \1 \1\1");
        QTest::newRow("bar only") << QByteArray("|");
        QTest::newRow("endless count") << QByteArray("|99999999999999999999999 /bin/sh -c x");
        QTest::newRow("nop only") << QByteArray("#(nop)");
        QTest::newRow("hash cut off") << QByteArray("/bin/sh -c #(nop) COPY file:");
        QTest::newRow("flag without end") << QByteArray("COPY --chown=1");
        QTest::newRow("open brace") << QByteArray("ENV A=${");
        QTest::newRow("long") << "RUN " + QByteArray("x ").repeated(1 << 19);
        QTest::newRow("one long word") << "RUN " + QByteArray(1 << 20, 'x');
    }
    void hostileHistories()
    {
        QFETCH(QByteArray, createdBy);
        const Dockerfile file = readDockerfile("FROM busybox\nRUN x\nCOPY $A ${B\nCOPY a ${C}\nENV A=$\nADD a b\n");
        std::vector<HistoryEntry> history(600, {.createdBy = createdBy.toStdString(), .emptyLayer = false});
        const Blame result = blame(file, history);
        QCOMPARE(result.entries.size(), std::size_t(600));
        QCOMPARE(result.layers.size(), std::size_t(600));
    }

    void filesWithoutInstructions()
    {
        const std::vector<HistoryEntry> history {{"RUN /bin/sh -c x", false}, {"CMD x", true}};
        for (const char* text : {"", "FROM busybox", "RUN x", "FROM a AS b\nFROM b AS a\n", "nonsense"}) {
            const Blame result = blame(readDockerfile(text), history);
            QCOMPARE(result.entries, std::vector<std::optional<BlamedLines>>(2));
            QVERIFY(!result.fits());
        }
    }
};

QTEST_APPLESS_MAIN(BlameTest)
#include "tst_blame.moc"
