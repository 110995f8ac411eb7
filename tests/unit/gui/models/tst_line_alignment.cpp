// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/line_alignment.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace darsena;
using namespace darsena::gui;

namespace {

/// "=1:1 ~2:2 +:3 -3:" with lines from 1.
QString text(const Alignment& aligned)
{
    QStringList words;
    for (const AlignedRow& row : aligned.rows) {
        const auto number = [](std::size_t line) { return line == AlignedRow::none ? QString() : QString::number(line + 1); };
        words.append(QString(QLatin1Char("=~+-"[int(row.kind)])) + number(row.before) + u':' + number(row.after));
    }
    return words.join(u' ');
}

void write(const QString& path, const std::string& bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes.data(), qint64(bytes.size())) != qint64(bytes.size()))
        qFatal("cannot write");
}

} // namespace

class TestLineAlignment : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rows_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<QString>("rows");
        QTest::addColumn<int>("changes");
        QTest::newRow("nothing") << QByteArray() << QByteArray() << "" << 0;
        QTest::newRow("same") << QByteArray("a\nb\n") << QByteArray("a\nb\n") << "=1:1 =2:2" << 0;
        QTest::newRow("new file") << QByteArray() << QByteArray("a\nb\n") << "+:1 +:2" << 1;
        QTest::newRow("at the top") << QByteArray("b\n") << QByteArray("a\nb\n") << "+:1 =1:2" << 1;
        QTest::newRow("gone") << QByteArray("a\nb\nc\n") << QByteArray("a\nc\n") << "=1:1 -2: =3:2" << 1;
        QTest::newRow("replaced by more") << QByteArray("a\nb\nc\n") << QByteArray("a\nx\ny\nc\n") << "=1:1 ~2:2 +:3 =3:4" << 1;
        QTest::newRow("two changes") << QByteArray("a\nb\nc\nd\n") << QByteArray("x\nb\nc\n") << "~1:1 =2:2 =3:3 -4:" << 2;
        QTest::newRow("a line's end") << QByteArray("a\nb") << QByteArray("a\nb\n") << "=1:1 ~2:2" << 1;
    }
    void rows()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        QFETCH(QString, rows);
        QFETCH(int, changes);
        const std::string a = before.toStdString(), b = after.toStdString();
        const Alignment kept = alignLines(splitLines(a), splitLines(b));
        QCOMPARE(text(kept), rows);
        QCOMPARE(int(kept.changes.size()), changes);
        for (const std::size_t change : kept.changes)
            QVERIFY(kept.rows[change].kind != AlignedRow::Kind::Same);
    }
    void parts()
    {
        const auto part = [](std::string_view a, std::string_view b) {
            const LinePart p = differingPart(a, b);
            return QStringLiteral("%1|%2").arg(QString::fromUtf8(a.data() + p.begin, qsizetype(p.endBefore - p.begin)), QString::fromUtf8(b.data() + p.begin, qsizetype(p.endAfter - p.begin)));
        };
        QCOMPARE(part("port=80", "port=8080"), QStringLiteral("|80"));
        QCOMPARE(part("one two three", "one 2 three"), QStringLiteral("two|2"));
        QCOMPARE(part("same", "same"), QStringLiteral("|"));
        QCOMPARE(part("", "x"), QStringLiteral("|x"));
        // ñ and ó share a first byte, © and é neither: whole letters all the same.
        QCOMPARE(part("año", "aóo"), QStringLiteral("ñ|ó"));
        QCOMPARE(part("aĀb", "a\u0140b"), QStringLiteral("Ā|ŀ")); // C4 80 and C5 80 share the last
    }
    /// patch, which nobody here wrote, makes the second text of the first.
    void patchUnderstandsIt()
    {
        if (QStandardPaths::findExecutable(QStringLiteral("patch")).isEmpty())
            QSKIP("patch is not installed");
        QTemporaryDir dir;
        std::mt19937 random(3);
        for (int round = 0; round < 40; ++round) {
            std::string before, after;
            for (int i = 0; i < 60; ++i) {
                const std::string line = "line " + std::to_string(random() % 30) + "\n";
                const auto chance = random() % 10;
                if (chance != 0)
                    before += line;
                if (chance != 1)
                    after += chance == 2 ? "other\n" : line;
            }
            if (round % 3 == 0)
                after += "no end";
            const std::string diff = unifiedDiff(splitLines(before), splitLines(after), "a/f", "b/f");
            if (before == after) {
                QVERIFY(diff.empty());
                continue;
            }
            write(dir.filePath("f"), before);
            write(dir.filePath("diff"), diff);
            QProcess patch;
            patch.setWorkingDirectory(dir.path());
            patch.start("patch", { "-p1", "--fuzz=0", "-i", "diff" });
            QVERIFY(patch.waitForFinished());
            QVERIFY2(patch.exitCode() == 0, patch.readAllStandardOutput() + QByteArray::fromStdString(diff));
            QFile result(dir.filePath("f"));
            QVERIFY(result.open(QIODevice::ReadOnly));
            QCOMPARE(result.readAll().toStdString(), after);
        }
    }
};

QTEST_GUILESS_MAIN(TestLineAlignment)
#include "tst_line_alignment.moc"
