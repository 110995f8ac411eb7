// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/unified_diff.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena::cli;

class TestUnifiedDiff : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asDiffPrintsIt_data();
    void asDiffPrintsIt();
    void patchTakesIt();
    void whatIsNoText();
};

namespace {

void write(const QString& path, const std::string& text)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), qint64(text.size())) != qint64(text.size()))
        qFatal("cannot write");
}

std::string numbered(int from, int to, const char* extra = "")
{
    std::string text;
    for (int i = from; i <= to; ++i)
        text += std::to_string(i) + extra + "\n";
    return text;
}

} // namespace

void TestUnifiedDiff::asDiffPrintsIt_data()
{
    QTest::addColumn<std::string>("before");
    QTest::addColumn<std::string>("after");
    QTest::newRow("the same") << std::string("a\n") << std::string("a\n");
    QTest::newRow("one line") << std::string("a\nb\nc\n") << std::string("a\nB\nc\n");
    QTest::newRow("from nothing") << std::string() << std::string("a\nb\n");
    QTest::newRow("to nothing") << std::string("a\nb\n") << std::string();
    QTest::newRow("at the end") << numbered(1, 20) << numbered(1, 21);
    QTest::newRow("at the beginning") << numbered(2, 20) << numbered(1, 20);
    QTest::newRow("two changes near one another")
        << numbered(1, 20) << "1\n2\nx\n4\n5\n6\n7\n8\n9\ny\n" + numbered(11, 20);
    QTest::newRow("two changes far apart")
        << numbered(1, 30) << numbered(1, 4) + "x\n" + numbered(6, 19) + "y\n" + numbered(21, 30);
    QTest::newRow("a last line without a break") << std::string("a\nb") << std::string("a\nb\n");
    QTest::newRow("both without a break") << std::string("a\nb") << std::string("a\nc");
    QTest::newRow("only white space") << std::string("a b\n") << std::string("a  b\n");
}

void TestUnifiedDiff::asDiffPrintsIt()
{
    QFETCH(std::string, before);
    QFETCH(std::string, after);
    const QString program = QStandardPaths::findExecutable(QStringLiteral("diff"));
    if (program.isEmpty())
        QSKIP("needs diff");
    QTemporaryDir folder;
    write(folder.filePath(QStringLiteral("a")), before);
    write(folder.filePath(QStringLiteral("b")), after);
    QProcess diff;
    diff.setWorkingDirectory(folder.path());
    diff.start(program,
        {QStringLiteral("-u"), QStringLiteral("--label"), QStringLiteral("one"), QStringLiteral("--label"),
            QStringLiteral("two"), QStringLiteral("a"), QStringLiteral("b")});
    QVERIFY(diff.waitForFinished());
    QCOMPARE(QByteArray::fromStdString(unifiedDiff(before, after, "one", "two")), diff.readAllStandardOutput());
}

/// Texts at random: whatever lines are taken for the same, patch makes the one of the other.
void TestUnifiedDiff::patchTakesIt()
{
    const QString program = QStandardPaths::findExecutable(QStringLiteral("patch"));
    if (program.isEmpty())
        QSKIP("needs patch");
    QRandomGenerator random(7);
    QTemporaryDir folder;
    for (int round = 0; round < 60; ++round) {
        std::string texts[2];
        for (std::string& text : texts) {
            for (int i = random.bounded(40); i-- > 0;)
                text += std::string(1, static_cast<char>('a' + random.bounded(4)))
                    + (i == 0 && random.bounded(2) == 0 ? "" : "\n");
        }
        if (texts[0] == texts[1])
            continue;
        const QString file = folder.filePath(QStringLiteral("f"));
        write(file, texts[0]);
        write(folder.filePath(QStringLiteral("p")), unifiedDiff(texts[0], texts[1], "f", "f"));
        QProcess patch;
        patch.setWorkingDirectory(folder.path());
        patch.start(
            program, {QStringLiteral("--posix"), QStringLiteral("-s"), QStringLiteral("f"), QStringLiteral("p")});
        QVERIFY(patch.waitForFinished());
        QCOMPARE(patch.exitCode(), 0);
        QFile result(file);
        const bool opened = result.open(QIODevice::ReadOnly); // patch removes what it leaves empty
        QCOMPARE(opened ? result.readAll() : QByteArray(), QByteArray::fromStdString(texts[1]));
        result.close();
        QFile::remove(file);
    }
}

void TestUnifiedDiff::whatIsNoText()
{
    const std::string binary("a\0b", 3);
    QCOMPARE(unifiedDiff(binary, "a", "x:/f", "y:/f"), "Binary files x:/f and y:/f differ\n");
    QCOMPARE(unifiedDiff(binary, binary, "x", "y"), "");
    // Names from images do nothing to a terminal.
    QCOMPARE(unifiedDiff("a\n", "b\n", "x\x1b[1m", "y").find('\x1b'), std::string::npos);
}

QTEST_APPLESS_MAIN(TestUnifiedDiff)
#include "tst_unified_diff.moc"
