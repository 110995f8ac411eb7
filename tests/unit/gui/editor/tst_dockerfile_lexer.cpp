// SPDX-License-Identifier: GPL-3.0-or-later
// The lexer reads only what a change can reach; what it shows must be what reading everything would.
#include "gui/editor/dockerfile_editor.h"
#include "gui/editor/highlight.h"
#include "gui/theme/theme.h"

#include "core/dockerfile/parser.h"

#include <QApplication>
#include <QRandomGenerator>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

namespace {

QByteArray shown(DockerfileEditor& editor)
{
    editor.SendScintilla(QsciScintilla::SCI_COLOURISE, ulong(editor.SendScintilla(QsciScintilla::SCI_GETENDSTYLED)), -1L);
    QByteArray styles;
    for (int i = 0; i < editor.length(); ++i)
        styles.append(char('a' + editor.SendScintilla(QsciScintilla::SCI_GETSTYLEAT, ulong(i))));
    return styles;
}

QByteArray expected(const std::string& text)
{
    QByteArray styles;
    for (const StyleRun& run : highlight(dockerfile::parse(text)))
        styles.append(QByteArray(int(run.end) - int(styles.size()), char('a' + int(run.style))));
    return styles;
}

} // namespace

class DockerfileLexerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void editingShowsWhatReadingAnewWould_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::newRow("plain") << QByteArray("# syntax=docker/dockerfile:1\n");
        QTest::newRow("backtick") << QByteArray("# escape=`\n");
    }
    void editingShowsWhatReadingAnewWould()
    {
        QFETCH(QByteArray, head);
        Theme theme(*qApp, ThemeMode::Dark);
        DockerfileEditor editor(theme);
        QByteArray text = head;
        for (int i = 0; i < 60; ++i)
            text += "FROM a AS b" + QByteArray::number(i)
                + "\nRUN <<EOF\necho $X\nEOF\n# word\nENV A=1 B=2\nRUN x \\\n  # in between\n  y `\n  z\nCMD [\"a\", \"b\"]\n\n";
        editor.setBytes(text.toStdString());
        QCOMPARE(shown(editor), expected(editor.bytes()));
        static const char* const pieces[] = { "\n", "\\\n", "<<EOF", "EOF\n", "#", " ", "\"", "RUN ", "FROM x\n", "# escape=`\n", "$A", "`\n", "[" };
        QRandomGenerator random(4);
        for (int i = 0; i < 400; ++i) {
            const int length = editor.length();
            const int place = random.bounded(length + 1);
            if (random.bounded(3) == 0 && length > place + 4) {
                editor.SendScintilla(QsciScintilla::SCI_DELETERANGE, ulong(place), long(random.bounded(4) + 1));
            } else {
                const char* piece = pieces[random.bounded(int(std::size(pieces)))];
                editor.SendScintilla(QsciScintilla::SCI_INSERTTEXT, ulong(place), piece);
            }
            if (i % 3 == 0) // several changes between two paintings too
                QCOMPARE(shown(editor), expected(editor.bytes()));
        }
    }
};

QTEST_MAIN(DockerfileLexerTest)
#include "tst_dockerfile_lexer.moc"
