// SPDX-License-Identifier: GPL-3.0-or-later
// The text editor in the real window: tabs, search, carets, folds, encodings, files that others change.
#include "tests/gui/studio_fixture.h"

#include "core/dockerfile/assist/assist.h"
#include "gui/editor/find_bar.h"
#include "gui/editor/language_editor.h"
#include "gui/editor/text_file.h"
#include "gui/settings/settings.h"

#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabBar>
#include <QSignalSpy>
#include <QToolButton>

using namespace darsena::gui;
using Sci = QsciScintillaBase;

namespace {

constexpr auto Ctrl = Qt::ControlModifier;
constexpr auto Shift = Qt::ShiftModifier;
constexpr auto Alt = Qt::AltModifier;

} // namespace

class EditorTest : public QObject {
    Q_OBJECT

    static CodeEditor* openTab(StudioFixture& f, const QString& name)
    {
        EditorTabs* tabs = f.studio().buildPage().editors();
        tabs->openFile(f.file(name));
        return QTest::qWaitFor([&] { return tabs->currentFile() && tabs->currentFile()->isLoaded(); }) ? tabs->currentEditor() : nullptr;
    }

private Q_SLOTS:
    void aComposeFileIsColoured()
    {
        StudioFixture f;
        f.write("compose.yaml", "services:\n  web:\n    image: nginx # the server\n");
        f.write("script.sh", "#!/bin/sh\nif true; then echo \"x\"; fi\n");
        f.write("plain.unknown", "text\n");
        QVERIFY(f.opened());
        auto* yaml = qobject_cast<LanguageEditor*>(openTab(f, "compose.yaml"));
        QVERIFY(yaml);
        QCOMPARE(yaml->language(), TextLanguage::Yaml);
        yaml->recolor();
        const auto style = [yaml](int place) { return yaml->SendScintilla(Sci::SCI_GETSTYLEAT, ulong(place)); };
        QVERIFY(style(0) != style(31)); // a key and a value
        QVERIFY(style(31) != style(38)); // a value and a comment
        auto* shell = qobject_cast<LanguageEditor*>(openTab(f, "script.sh"));
        QCOMPARE(shell->language(), TextLanguage::Shell);
        auto* plain = qobject_cast<LanguageEditor*>(openTab(f, "plain.unknown"));
        QCOMPARE(plain->language(), TextLanguage::Plain);
        QCOMPARE(plain->commentPrefix(), QString());
    }

    void severalDockerfilesOfAProject()
    {
        StudioFixture f("FROM busybox AS first\n");
        f.write("api.Dockerfile", "FROM alpine AS second\nRUN a\n");
        QVERIFY(f.opened());
        EditorTabs* tabs = f.studio().buildPage().editors();
        DockerfileEditor* first = tabs->dockerfile();
        QVERIFY(openTab(f, "api.Dockerfile"));
        QVERIFY(tabs->dockerfile() != first);
        QCOMPARE(tabs->dockerfilePath(), f.file("api.Dockerfile"));
        const auto stage = [&] {
            for (const GraphNode& node : f.graph()->model().nodes) {
                if (node.kind == GraphNode::Kind::Stage)
                    return node.title;
            }
            return QString();
        };
        QTRY_COMPARE(stage(), QStringLiteral("second"));
        // Another text in front keeps the graph; the first Dockerfile brings its own back.
        openTab(f, "hello.c");
        QTest::qWait(100);
        QCOMPARE(stage(), QStringLiteral("second"));
        f.child<QTabBar>("editor.tabs")->setCurrentIndex(0);
        QTRY_COMPARE(stage(), QStringLiteral("first"));
        QCOMPARE(tabs->dockerfile(), first);
    }

    void tabsAreSteppedAndClosed()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        QVERIFY(openTab(f, "hello.c"));
        auto* bar = f.child<QTabBar>("editor.tabs");
        QCOMPARE(bar->count(), 2);
        CodeEditor* editor = f.studio().buildPage().editors()->currentEditor();
        editor->setFocus();
        QTest::keyClick(editor, Qt::Key_PageDown, Ctrl);
        QCOMPARE(bar->currentIndex(), 0);
        QTest::keyClick(f.editor(), Qt::Key_PageUp, Ctrl);
        QCOMPARE(bar->currentIndex(), 1);
        QTest::mouseClick(bar, Qt::MiddleButton, {}, bar->tabRect(1).center());
        QTRY_COMPARE(bar->count(), 1);
        QTest::mouseClick(bar, Qt::MiddleButton, {}, bar->tabRect(0).center()); // the project stays
        QTest::qWait(50);
        QCOMPARE(bar->count(), 1);
    }

    void findCountsAndSteps()
    {
        StudioFixture f("FROM a\nRUN x\nrun y\nRUN z\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        QTest::keyClick(f.editor(), Qt::Key_F, Ctrl);
        auto* what = f.child<QLineEdit>("editor.find.what");
        QTRY_VERIFY(what->hasFocus());
        auto* count = f.child<QLabel>("editor.find.count");
        QTest::keyClicks(what, "run");
        QTRY_COMPARE(count->text(), QStringLiteral("1 of 3"));
        QVERIFY(f.underlined(7, FindBar::MatchIndicator));
        QTest::keyClick(what, Qt::Key_Return);
        QTRY_COMPARE(count->text(), QStringLiteral("2 of 3"));
        QTest::keyClick(what, Qt::Key_Return, Shift);
        QTRY_COMPARE(count->text(), QStringLiteral("1 of 3"));
        QTest::keyClick(what, Qt::Key_C, Alt); // match case
        QTest::keyClick(what, Qt::Key_A, Ctrl);
        QTest::keyClicks(what, "RUN");
        QTRY_COMPARE(count->text(), QStringLiteral("1 of 2"));
        QTest::keyClick(what, Qt::Key_R, Alt); // regular expression
        QTest::keyClick(what, Qt::Key_A, Ctrl);
        QTest::keyClicks(what, "^RUN [xz]$");
        QTRY_COMPARE(count->text(), QStringLiteral("1 of 2"));
        QTest::keyClick(what, Qt::Key_A, Ctrl);
        QTest::keyClicks(what, "(");
        QTRY_VERIFY(!count->text().isEmpty() && !count->text().contains(QLatin1String("of")));
        QTest::keyClick(what, Qt::Key_A, Ctrl);
        QTest::keyClicks(what, "RUN");
        QTRY_COMPARE(count->text(), QStringLiteral("1 of 2"));
        QTest::keyClick(what, Qt::Key_Escape);
        QTRY_VERIFY(f.editor()->hasFocus());
        QVERIFY(!f.underlined(7, FindBar::MatchIndicator));
        QTest::keyClick(f.editor(), Qt::Key_F3); // goes on while the bar is shut
        QTRY_COMPARE(f.editor()->currentLine(), 4);
    }

    void replacingAllIsOneUndoStep()
    {
        QByteArray text = "FROM a\n";
        for (int i = 0; i < 300; ++i)
            text += "RUN echo one\n";
        StudioFixture f(text);
        QVERIFY(f.opened());
        f.editor()->setFocus();
        QTest::keyClick(f.editor(), Qt::Key_H, Ctrl);
        auto* what = f.child<QLineEdit>("editor.find.what");
        QTRY_VERIFY(what->hasFocus());
        f.child<QToolButton>("editor.find.regex")->setChecked(true);
        QTest::keyClicks(what, "echo (\\w+)");
        f.child<QLineEdit>("editor.find.with")->setText(QStringLiteral("printf $1"));
        QTRY_COMPARE(f.child<QLabel>("editor.find.count")->text(), QStringLiteral("1 of 300"));
        f.child<QPushButton>("editor.find.all")->click();
        QTRY_VERIFY(f.editor()->bytes() == QByteArray(text).replace("echo", "printf").toStdString());
        f.editor()->setFocus();
        QTest::keyClick(f.editor(), Qt::Key_Z, Ctrl);
        QVERIFY(f.editor()->bytes() == text.toStdString());
    }

    void replacingOneAfterTheOther()
    {
        StudioFixture f("FROM a\nRUN b\nRUN b\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        QTest::keyClick(f.editor(), Qt::Key_H, Ctrl);
        auto* what = f.child<QLineEdit>("editor.find.what");
        QTest::keyClicks(what, "b");
        QTRY_COMPARE(f.child<QLabel>("editor.find.count")->text(), QStringLiteral("1 of 2"));
        auto* with = f.child<QLineEdit>("editor.find.with");
        with->setFocus();
        QTest::keyClicks(with, "cc");
        QTest::keyClick(with, Qt::Key_Return);
        QTRY_COMPARE(f.editor()->bytes(), std::string("FROM a\nRUN cc\nRUN b\n"));
        QTRY_COMPARE(f.child<QLabel>("editor.find.count")->text(), QStringLiteral("1 of 1"));
        QTest::keyClick(with, Qt::Key_Return);
        QTRY_COMPARE(f.editor()->bytes(), std::string("FROM a\nRUN cc\nRUN cc\n"));
    }

    void searchingInTheSelection()
    {
        StudioFixture f("FROM a\nRUN a\nRUN a\nRUN a\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        f.editor()->setSelection(1, 0, 3, 0);
        QTest::keyClick(f.editor(), Qt::Key_F, Ctrl);
        QVERIFY(f.child<QToolButton>("editor.find.selection")->isChecked());
        QTest::keyClicks(f.child<QLineEdit>("editor.find.what"), "a");
        QTRY_VERIFY(f.child<QLabel>("editor.find.count")->text().endsWith(QLatin1String("of 2")));
    }

    void goesToALine()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        f.editor()->setFocus();
        f.editor()->setCursorPosition(2, 0);
        QTest::keyClick(f.editor(), Qt::Key_G, Ctrl);
        auto* field = f.child<QLineEdit>("editor.goto.line");
        QTRY_VERIFY(field->hasFocus());
        QTest::keyClicks(field, "12:5");
        QCOMPARE(f.editor()->currentLine(), 12); // shown while typing
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(f.editor()->currentLine(), 3);
        QTest::keyClick(f.editor(), Qt::Key_G, Ctrl);
        QTest::keyClicks(field, "12:5");
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(f.editor()->hasFocus());
        int lineNumber = 0;
        int column = 0;
        f.editor()->getCursorPosition(&lineNumber, &column);
        QCOMPARE(lineNumber, 11);
        QCOMPARE(column, 4);
    }

    void severalCarets()
    {
        StudioFixture f("FROM a AS base\nFROM base\nCOPY --from=base x y\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        f.editor()->setCursorPosition(0, 11);
        QTest::keyClick(f.editor(), Qt::Key_D, Ctrl);
        QTest::keyClick(f.editor(), Qt::Key_D, Ctrl);
        QTest::keyClick(f.editor(), Qt::Key_D, Ctrl);
        QCOMPARE(f.editor()->SendScintilla(Sci::SCI_GETSELECTIONS), 3L);
        QTest::keyClicks(f.editor(), "os");
        QCOMPARE(f.editor()->bytes(), std::string("FROM a AS os\nFROM os\nCOPY --from=os x y\n"));
        QTest::keyClick(f.editor(), Qt::Key_Escape);
        QCOMPARE(f.editor()->SendScintilla(Sci::SCI_GETSELECTIONS), 1L);
    }

    void aCaretAtEveryOccurrence()
    {
        StudioFixture f("FROM a AS base\nFROM base\nCOPY --from=base x y\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        f.editor()->setCursorPosition(1, 6);
        QTest::keyClick(f.editor(), Qt::Key_L, Ctrl | Shift);
        QCOMPARE(f.editor()->SendScintilla(Sci::SCI_GETSELECTIONS), 3L);
    }

    void altClickAddsACaret()
    {
        StudioFixture f("FROM a\nRUN b\nRUN c\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        f.editor()->setCursorPosition(1, 0);
        const auto place = [&](int position) {
            return QPoint(int(f.editor()->SendScintilla(Sci::SCI_POINTXFROMPOSITION, 0UL, long(position))),
                int(f.editor()->SendScintilla(Sci::SCI_POINTYFROMPOSITION, 0UL, long(position))) + 8);
        };
        QTest::mouseClick(f.editor()->viewport(), Qt::LeftButton, Alt, place(13));
        QCOMPARE(f.editor()->SendScintilla(Sci::SCI_GETSELECTIONS), 2L);
        QTest::keyClicks(f.editor(), "#");
        QCOMPARE(f.editor()->bytes(), std::string("FROM a\n#RUN b\n#RUN c\n"));
    }

    void commentsComeAndGo()
    {
        StudioFixture f("FROM a\nRUN b \\\n    c\n\nRUN d\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        f.editor()->setSelection(1, 0, 5, 0);
        QTest::keyClick(f.editor(), Qt::Key_Slash, Ctrl);
        QCOMPARE(f.editor()->bytes(), std::string("FROM a\n# RUN b \\\n#     c\n\n# RUN d\n"));
        f.editor()->setSelection(1, 0, 5, 0);
        QTest::keyClick(f.editor(), Qt::Key_Slash, Ctrl);
        QCOMPARE(f.editor()->bytes(), std::string("FROM a\nRUN b \\\n    c\n\nRUN d\n"));
    }

    void linesAreMovedAndDoubled()
    {
        StudioFixture f("FROM a\nRUN b\nRUN c\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        f.editor()->setCursorPosition(1, 2);
        QTest::keyClick(f.editor(), Qt::Key_Down, Alt);
        QCOMPARE(f.editor()->bytes(), std::string("FROM a\nRUN c\nRUN b\n"));
        QTest::keyClick(f.editor(), Qt::Key_Up, Alt);
        QCOMPARE(f.editor()->bytes(), std::string("FROM a\nRUN b\nRUN c\n"));
        QTest::keyClick(f.editor(), Qt::Key_D, Ctrl | Shift);
        QCOMPARE(f.editor()->bytes(), std::string("FROM a\nRUN b\nRUN b\nRUN c\n"));
    }

    void theTextIsZoomedByKeys()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        f.editor()->setFocus();
        const auto zoom = [&] { return f.editor()->SendScintilla(Sci::SCI_GETZOOM); };
        QTest::keyClick(f.editor(), Qt::Key_Plus, Ctrl);
        QTest::keyClick(f.editor(), Qt::Key_Plus, Ctrl);
        QCOMPARE(zoom(), 2L);
        QTest::keyClick(f.editor(), Qt::Key_Minus, Ctrl);
        QCOMPARE(zoom(), 1L);
        QTest::keyClick(f.editor(), Qt::Key_0, Ctrl);
        QCOMPARE(zoom(), 0L);
    }

    void stagesAndHeredocsFold()
    {
        StudioFixture f("FROM a AS one\nRUN <<EOF\nx\ny\nEOF\nRUN b \\\n  c\n\nFROM b AS two\nRUN d\n");
        QVERIFY(f.opened());
        if (darsena::dockerfile::folds(darsena::dockerfile::readDockerfile("FROM a\nRUN b \\\n c\n")).empty())
            QSKIP("core/dockerfile has no folds yet");
        const auto isHeader = [&](int number) {
            return (f.editor()->SendScintilla(Sci::SCI_GETFOLDLEVEL, ulong(number - 1)) & Sci::SC_FOLDLEVELHEADERFLAG) != 0;
        };
        QTRY_VERIFY(isHeader(1));
        QVERIFY(isHeader(2));
        QVERIFY(isHeader(6));
        QVERIFY(isHeader(9));
        f.editor()->setFocus();
        f.editor()->setCursorPosition(2, 0);
        QTRY_VERIFY(f.editor()->hasFocus());
        QTest::keyClick(f.editor(), Qt::Key_BracketLeft, Ctrl | Shift);
        QVERIFY(f.editor()->SendScintilla(Sci::SCI_GETLINEVISIBLE, 2UL) == 0);
        QVERIFY(f.editor()->SendScintilla(Sci::SCI_GETLINEVISIBLE, 5UL) != 0);
        QCOMPARE(f.editor()->currentLine(), 2);
        // A line that is folded away opens when one goes there.
        f.studio().buildPage().editors()->showLine(4);
        QVERIFY(f.editor()->SendScintilla(Sci::SCI_GETLINEVISIBLE, 3UL) != 0);
        QTest::keyClick(f.editor(), Qt::Key_BracketLeft, Ctrl | Shift);
        QTest::keyClick(f.editor(), Qt::Key_BracketLeft, Ctrl | Shift);
        QVERIFY(f.editor()->SendScintilla(Sci::SCI_GETLINEVISIBLE, 5UL) == 0); // the stage
        QTest::keyClick(f.editor(), Qt::Key_BracketRight, Ctrl | Shift);
        QVERIFY(f.editor()->SendScintilla(Sci::SCI_GETLINEVISIBLE, 5UL) != 0);
    }

    void changesOfOtherLinesAreMerged()
    {
        StudioFixture f("FROM a\nRUN b\nRUN c\nRUN d\nRUN e\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        f.editor()->setCursorPosition(4, 4);
        QTest::keyClicks(f.editor(), "2");
        f.write("Dockerfile", "FROM z\nRUN b\nRUN c\nRUN d\nRUN e\n");
        QTRY_COMPARE(f.editor()->bytes(), std::string("FROM z\nRUN b\nRUN c\nRUN d\nRUN 2e\n"));
        QVERIFY(f.editor()->isModified());
        int lineNumber = 0;
        int column = 0;
        f.editor()->getCursorPosition(&lineNumber, &column);
        QCOMPARE(lineNumber, 4); // the caret stays in its line
        QTest::keyClick(f.editor(), Qt::Key_S, Ctrl);
        QTRY_COMPARE(f.read("Dockerfile"), QByteArray("FROM z\nRUN b\nRUN c\nRUN d\nRUN 2e\n"));
    }

    void aConflictShowsBothOnDemandAndNeverOverwrites()
    {
        StudioFixture f("FROM a\nRUN b\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        f.editor()->setCursorPosition(1, 4);
        QTest::keyClicks(f.editor(), "mine");
        f.write("Dockerfile", "FROM a\nRUN theirs\n");
        auto* bar = f.child<QWidget>("editor.conflict");
        QTRY_VERIFY(bar->isVisible());
        QTest::keyClick(f.editor(), Qt::Key_S, Ctrl); // not before it is decided
        QTest::qWait(200);
        QCOMPARE(f.read("Dockerfile"), QByteArray("FROM a\nRUN theirs\n"));
        for (QPushButton* button : bar->findChildren<QPushButton*>()) {
            if (button->text() == QLatin1String("Show both"))
                button->click();
        }
        QTRY_VERIFY(f.editor()->bytes().find("=======") != std::string::npos);
        QVERIFY(!bar->isVisible());
        QVERIFY(f.editor()->bytes().find("RUN mineb") != std::string::npos);
        QVERIFY(f.editor()->bytes().find("RUN theirs") != std::string::npos);
    }

    void aDeletedFileIsSaidAndComesBackWithASave()
    {
        StudioFixture f("FROM a\n");
        QVERIFY(f.opened());
        QFile::remove(f.file("Dockerfile"));
        QTRY_VERIFY(f.studio().buildPage().editors()->currentFile()->isModified());
        f.editor()->setFocus();
        QTest::keyClick(f.editor(), Qt::Key_S, Ctrl);
        QTRY_COMPARE(f.read("Dockerfile"), QByteArray("FROM a\n"));
    }

    void encodingsAndLineEndsAreKept_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("said");
        QTest::newRow("latin-1") << QByteArray("# a\xF1o\nx\n") << "Latin-1 · LF";
        QTest::newRow("utf-16") << QByteArray("\xFF\xFE#\0\xF1\0\n\0", 8) << "UTF-16 LE · LF";
        QTest::newRow("mixed") << QByteArray("a\r\nb\nc\n") << "UTF-8 · CRLF and LF mixed";
        QTest::newRow("mark, crlf") << QByteArray("\xEF\xBB\xBF" "a\r\nb\r\n") << "UTF-8 BOM · CRLF";
        QTest::newRow("bytes") << QByteArray("a\n\xFF\x01\x80\n") << "not UTF-8 · LF";
    }
    void encodingsAndLineEndsAreKept()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, said);
        StudioFixture f;
        f.write("notes.txt", bytes);
        QVERIFY(f.opened());
        CodeEditor* editor = openTab(f, "notes.txt");
        QVERIFY(editor);
        QCOMPARE(f.studio().buildPage().editors()->format(), said);
        editor->setFocus();
        QTest::keyClicks(editor, "z");
        QTest::keyClick(editor, Qt::Key_Backspace);
        QTest::keyClicks(editor, "z");
        QTest::keyClick(editor, Qt::Key_S, Ctrl);
        QTRY_VERIFY(f.read("notes.txt") != bytes);
        QTest::keyClick(editor, Qt::Key_Backspace);
        QTest::keyClick(editor, Qt::Key_S, Ctrl);
        QTRY_COMPARE(f.read("notes.txt"), bytes);
    }

    void optionsApplyAtOnceToEveryTab()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        CodeEditor* other = openTab(f, "hello.c");
        EditorOptions options = f.studio().settings().editor();
        options.wrapLines = true;
        options.showWhitespace = true;
        options.indentGuides = false;
        f.studio().settings().setEditor(options);
        for (CodeEditor* editor : { other, static_cast<CodeEditor*>(f.editor()) }) {
            QVERIFY(editor->wrapMode() != QsciScintilla::WrapNone);
            QCOMPARE(editor->whitespaceVisibility(), QsciScintilla::WsVisible);
            QVERIFY(!editor->indentationGuides());
        }
        other->setFocus();
        QTest::keyClick(other, Qt::Key_Z, Alt);
        QCOMPARE(f.editor()->wrapMode(), QsciScintilla::WrapNone);
        QVERIFY(!f.studio().settings().editor().wrapLines);
    }

    void savingWhileSavingLosesNothing()
    {
        StudioFixture f("FROM a\n");
        QVERIFY(f.opened());
        EditorTabs* tabs = f.studio().buildPage().editors();
        f.editor()->setFocus();
        for (int i = 0; i < 20; ++i) {
            QTest::keyClicks(f.editor(), "#");
            tabs->saveCurrent();
            if (i % 5 == 0)
                QTest::qWait(5);
        }
        const QByteArray wanted = QByteArray(20, '#') + "FROM a\n";
        QTRY_COMPARE(f.read("Dockerfile"), wanted);
        QTRY_VERIFY(!tabs->currentFile()->isModified());
        // Nothing of ours was taken for another program's.
        QTest::qWait(500);
        QCOMPARE(f.editor()->bytes(), wanted.toStdString());
        QVERIFY(!f.child<QWidget>("editor.conflict")->isVisible());
    }

    void aDockerfileInAFolderIsOfTheSameContext()
    {
        StudioFixture f("FROM busybox:1.36\n");
        f.write("docker/api.Dockerfile", "FROM busybox:1.36\nCOPY hello.c /\n");
        f.write("docker/api.Dockerfile.dockerignore", "*.c\n");
        QVERIFY(f.opened());
        EditorTabs* tabs = f.studio().buildPage().editors();
        QVERIFY(openTab(f, "docker/api.Dockerfile"));
        QCOMPARE(tabs->folder(), f.project());
        QCOMPARE(tabs->ignorePath(), f.file("docker/api.Dockerfile.dockerignore"));
        // The .dockerignore counts though it is in no tab.
        QTRY_VERIFY(std::any_of(tabs->dockerfile()->findings().begin(), tabs->dockerfile()->findings().end(),
            [](const auto& finding) { return finding.rule == "CopyIgnoredFile"; }));
    }

    void readOnlyFilesSaySo()
    {
        StudioFixture f;
        f.write("notes.txt", "fixed\n");
        QFile::setPermissions(f.file("notes.txt"), QFile::ReadOwner);
        QVERIFY(f.opened());
        CodeEditor* editor = openTab(f, "notes.txt");
        QVERIFY(f.studio().buildPage().editors()->format().contains(QLatin1String("read only")));
        QSignalSpy refused(editor, &CodeEditor::refused);
        editor->setFocus();
        QTest::keyClicks(editor, "z");
        QCOMPARE(editor->bytes(), std::string("fixed\n"));
        QVERIFY(refused.count() > 0);
    }

    void twentyMegabytesOpenWithoutAFreeze()
    {
        StudioFixture f;
        QByteArray big;
        big.reserve(20 * 1024 * 1024);
        while (big.size() < 20 * 1024 * 1024)
            big += "RUN echo a line of some length that a log or a list of files might well have\n";
        f.write("big.txt", big);
        f.write("big.Dockerfile", "FROM a\n" + big);
        QVERIFY(f.opened());
        // The longest time for which the window did not answer.
        QElapsedTimer sinceBeat;
        qint64 longest = 0;
        QTimer beat;
        connect(&beat, &QTimer::timeout, this, [&] {
            longest = std::max(longest, sinceBeat.elapsed());
            sinceBeat.start();
        });
        for (const char* name : { "big.txt", "big.Dockerfile" }) {
            sinceBeat.start();
            beat.start(5);
            CodeEditor* editor = openTab(f, QString::fromLatin1(name));
            QVERIFY(editor);
            QTRY_VERIFY(editor->length() > 20 * 1024 * 1024);
            QTest::qWait(300);
            editor->setFocus();
            for (int i = 0; i < 5; ++i) {
                QTest::keyClicks(editor, "z");
                QTest::qWait(20);
            }
            beat.stop();
            qInfo("%s: the window was busy for %lld ms at most", name, longest);
            QVERIFY(longest < 2000); // a freeze would be many seconds; how quick it is, a bench says
            QVERIFY(f.studio().buildPage().editors()->format().contains(QLatin1String("large")));
        }
    }
};

QTEST_MAIN(EditorTest)
#include "tst_editor.moc"
