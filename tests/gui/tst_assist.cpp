// SPDX-License-Identifier: GPL-3.0-or-later
// Writing a Dockerfile in the real window: squiggles and fixes, completion with snippets, explanations, renaming.
#include "tests/gui/studio_fixture.h"

#include "gui/app/build_assist.h"
#include "gui/editor/assist_card.h"
#include "gui/editor/assistant.h"
#include "gui/editor/completer.h"
#include "gui/editor/completion_popup.h"
#include "gui/editor/rename_field.h"
#include "gui/editor/text_file.h"

#include "gui/panels/builds/problems_view.h"

#include <QDesktopServices>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScopeGuard>
#include <QScreen>
#include <QSignalSpy>
#include <QTextBrowser>
#include <QTreeView>

using namespace darsena;
using namespace darsena::gui;

namespace {

const char* const twoStages = "FROM debian:12 AS build\n"
                              "ARG VERSION=1.0\n"
                              "WORKDIR /src\n"
                              "COPY hello.c .\n"
                              "RUN make VERSION=$VERSION\n"
                              "\n"
                              "FROM busybox:1.36\n"
                              "COPY --from=build /src/hello /usr/bin/hello\n"
                              "CMD [\"hello\"]\n";

} // namespace

class AssistTest : public QObject {
    Q_OBJECT

    std::unique_ptr<StudioFixture> open(const QByteArray& text)
    {
        auto fixture = std::make_unique<StudioFixture>(text);
        if (!fixture->opened())
            qFatal("the project does not open");
        fixture->editor()->setFocus();
        return fixture;
    }
    static Assistant* assistant(StudioFixture& f) { return f.studio().buildPage().assist()->assistant(); }
    static CompletionPopup* popup(StudioFixture& f) { return assistant(f)->completer()->popup(); }
    static QStringList labels(StudioFixture& f)
    {
        QStringList list;
        for (const auto& entry : popup(f)->entries())
            list << QString::fromStdString(entry.label);
        return list;
    }
    static void caretTo(StudioFixture& f, int position)
    {
        f.editor()->SendScintilla(QsciScintilla::SCI_GOTOPOS, ulong(position));
    }
    static int find(StudioFixture& f, const char* text, int from = 0)
    {
        return int(f.editor()->bytes().find(text, std::size_t(from)));
    }
    static QString text(StudioFixture& f) { return QString::fromStdString(f.editor()->bytes()); }

    /// Pictures for people: the whole screen, because pop-ups are windows of their own.
    static void picture(const QString& name)
    {
        const QString folder = qEnvironmentVariable("DARSENA_PICTURES");
        if (folder.isEmpty())
            return;
        QTest::qWait(300);
        QGuiApplication::primaryScreen()->grabWindow(0).save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
    }

    static QPoint pointOf(StudioFixture& f, int position)
    {
        return { int(f.editor()->SendScintilla(QsciScintilla::SCI_POINTXFROMPOSITION, 0UL, long(position))) + 2,
            int(f.editor()->SendScintilla(QsciScintilla::SCI_POINTYFROMPOSITION, 0UL, long(position))) + 4 };
    }
    static QString currentPath(StudioFixture& f) { return f.studio().buildPage().editors()->currentFile()->path(); }
    static void backToDockerfile(StudioFixture& f)
    {
        f.studio().buildPage().editors()->showLine(1);
        f.editor()->setFocus();
        QTRY_VERIFY(f.editor()->hasFocus());
    }

    QList<QUrl> m_pages;

public Q_SLOTS:
    void takePage(const QUrl& page) { m_pages.append(page); }

private Q_SLOTS:
    void f12FollowsWhatTheCaretIsOn()
    {
        auto f = open("FROM busybox:1.36 AS build\n"
                      "COPY hello.c sub /src/\n"
                      "COPY none.c a/../../up.c /\n"
                      "ADD https://example.com/x.tar /\n"
                      "FROM build\n"
                      "COPY --from=build /src /\n"
                      "WORKDIR /\n");
        f->write("sub/inner.c", "int x;\n");
        QDesktopServices::setUrlHandler(QStringLiteral("https"), this, "takePage");
        const auto unset = qScopeGuard([] { QDesktopServices::unsetUrlHandler(QStringLiteral("https")); });
        m_pages.clear();
        QSignalSpy notices(assistant(*f), &Assistant::notice);
        const auto followAt = [&](const char* words) {
            caretTo(*f, find(*f, words) + 1);
            QTest::keyClick(f->editor(), Qt::Key_F12);
        };
        const auto lastNotice = [&] { return notices.isEmpty() ? QString() : notices.constLast().constFirst().toString(); };

        followAt("hello.c");
        QTRY_COMPARE(currentPath(*f), f->file("hello.c"));
        backToDockerfile(*f);
        // A folder is shown in the tree, and no tab is made.
        followAt("sub /src");
        auto* tree = f->child<QTreeView>("editor.tree.view");
        QVERIFY(tree);
        QTRY_COMPARE(tree->currentIndex().data().toString(), QStringLiteral("sub"));
        QCOMPARE(currentPath(*f), f->file("Dockerfile"));
        backToDockerfile(*f);
        // What is not there, and what the builder does not reach, is said.
        followAt("none.c");
        QTRY_COMPARE(lastNotice(), QStringLiteral("none.c is not in the build context."));
        followAt("a/../../up.c");
        QTRY_COMPARE(lastNotice(), QStringLiteral("../up.c is outside of the build context."));
        followAt("WORKDIR");
        QTRY_COMPARE(lastNotice(), QStringLiteral("There is no name, file or address here to go to."));
        QCOMPARE(currentPath(*f), f->file("Dockerfile"));
        QVERIFY(m_pages.isEmpty());
        // Addresses go to the browser, a stage's name to the stage, a path of a stage to where the stage names it.
        followAt("https://");
        QTRY_COMPARE(m_pages, QList<QUrl> { QUrl("https://example.com/x.tar") });
        followAt("busybox:1.36");
        QTRY_COMPARE(m_pages.size(), 2);
        QCOMPARE(m_pages.constLast(), QUrl("https://hub.docker.com/_/busybox"));
        caretTo(*f, find(*f, "build\nCOPY") + 1);
        QTest::keyClick(f->editor(), Qt::Key_F12);
        QTRY_COMPARE(f->editor()->currentLine(), 1);
        followAt("/src /");
        QTRY_COMPARE(f->editor()->currentLine(), 2);
    }

    void clickingWithCtrlFollowsToo()
    {
        auto f = open("FROM busybox:1.36 AS build\nCOPY hello.c /src/\nFROM build\nCOPY --from=build /src/hello.c /\n");
        QWidget* text = f->editor()->viewport();
        const int hello = find(*f, "hello.c");
        const int stage = find(*f, "build\nCOPY --from");
        // With Ctrl the words under the pointer are underlined, without it they are not.
        const auto moveTo = [&](int position, Qt::KeyboardModifiers keys) {
            const QPoint at = pointOf(*f, position);
            QMouseEvent move(QEvent::MouseMove, at, text->mapToGlobal(at), Qt::NoButton, Qt::NoButton, keys);
            QApplication::sendEvent(text, &move);
        };
        moveTo(hello + 1, Qt::ControlModifier);
        QTRY_VERIFY(f->underlined(hello, DockerfileEditor::LinkIndicator));
        QVERIFY(f->underlined(hello + 6, DockerfileEditor::LinkIndicator) && !f->underlined(hello + 7, DockerfileEditor::LinkIndicator));
        picture("assist-link");
        moveTo(hello + 1, Qt::NoModifier);
        QVERIFY(!f->underlined(hello, DockerfileEditor::LinkIndicator));

        QTest::mouseClick(text, Qt::LeftButton, Qt::ControlModifier, pointOf(*f, stage + 1));
        QTRY_COMPARE(f->editor()->currentLine(), 1);
        QCOMPARE(f->editor()->SendScintilla(QsciScintilla::SCI_GETSELECTIONS), 1L);
        // Without Ctrl a click is a click.
        QTest::mouseClick(text, Qt::LeftButton, Qt::NoModifier, pointOf(*f, hello + 1));
        QTest::qWait(200);
        QCOMPARE(currentPath(*f), f->file("Dockerfile"));
        QTest::mouseClick(text, Qt::LeftButton, Qt::ControlModifier, pointOf(*f, hello + 1));
        QTRY_COMPARE(currentPath(*f), f->file("hello.c"));
    }

    void theListOfKeysTellsHowToFollow()
    {
        auto f = open(twoStages);
        QTest::keyClick(&f->window(), Qt::Key_F1);
        QTRY_VERIFY(f->child<QDialog>("shortcuts"));
        QStringList texts;
        for (const QLabel* label : f->child<QDialog>("shortcuts")->findChildren<QLabel*>())
            texts.append(label->text());
        const qsizetype at = texts.indexOf("Go to the definition, or open the file or address");
        QVERIFY2(at >= 0, qPrintable(texts.join('\n')));
        QCOMPARE(texts.value(at + 1), QStringLiteral("F12, Ctrl+click"));
    }

    void completionByLetters()
    {
        auto f = open(twoStages);
        caretTo(*f, int(f->editor()->bytes().size()));
        QTest::keyClicks(f->editor(), "EN");
        QTRY_VERIFY(popup(*f)->isVisible());
        QTRY_VERIFY(labels(*f).contains("ENTRYPOINT"));
        QVERIFY(labels(*f).contains("ENV"));
        picture("assist-completion");
        // Down and up go round; Escape closes without a trace.
        const int row = popup(*f)->currentRow();
        QTest::keyClick(f->editor(), Qt::Key_Down);
        QVERIFY(popup(*f)->currentRow() != row);
        QTest::keyClick(f->editor(), Qt::Key_Escape);
        QVERIFY(!popup(*f)->isVisible());
        QVERIFY(text(*f).endsWith("EN"));
    }

    void aSnippetIsFilledInWithTab()
    {
        auto f = open("FROM busybox:1.36\n");
        caretTo(*f, int(f->editor()->bytes().size()));
        QTest::keyClicks(f->editor(), "COP");
        QTRY_VERIFY(popup(*f)->isVisible());
        QTRY_VERIFY(labels(*f).contains("COPY source destination"));
        const int snippet = int(labels(*f).indexOf("COPY source destination"));
        while (popup(*f)->currentRow() != snippet)
            QTest::keyClick(f->editor(), Qt::Key_Down);
        QTest::keyClick(f->editor(), Qt::Key_Tab);
        QVERIFY(text(*f).contains("\nCOPY source destination"));
        QTest::keyClicks(f->editor(), "hello.c");
        QTest::qWait(200); // a list that comes late must not take the Tab
        if (popup(*f)->isVisible())
            QTest::keyClick(f->editor(), Qt::Key_Escape);
        QTest::keyClick(f->editor(), Qt::Key_Tab);
        QTest::keyClicks(f->editor(), "/src/");
        QVERIFY2(text(*f).contains("\nCOPY hello.c /src/"), qPrintable(text(*f)));
        // The entry went in as one step, the letters of each placeholder as theirs.
        for (int i = 0; i < 40 && text(*f) != QStringLiteral("FROM busybox:1.36\n"); ++i)
            f->editor()->undo();
        QCOMPARE(text(*f), QStringLiteral("FROM busybox:1.36\n"));
    }

    void filesOfTheContextAreOffered()
    {
        auto f = open("FROM busybox:1.36\n");
        f->write("src/main.go", "package main\n");
        f->write("secret.key", "x\n");
        f->write(".dockerignore", "*.key\n");
        EditorTabs* tabs = f->studio().buildPage().editors();
        tabs->openFile(f->file(".dockerignore"));
        QTRY_VERIFY(!tabs->ignoreText().empty() && tabs->currentEditor() != f->editor());
        tabs->showLine(1);
        f->editor()->setFocus();
        QTRY_VERIFY(f->editor()->hasFocus());
        caretTo(*f, int(f->editor()->bytes().size()));
        QTest::keyClicks(f->editor(), "COPY ");
        QTest::keyClick(f->editor(), Qt::Key_Space, Qt::ControlModifier);
        QTRY_VERIFY(labels(*f).contains("hello.c"));
        QVERIFY(labels(*f).contains("src/"));
        QVERIFY2(!labels(*f).contains("secret.key"), qPrintable(labels(*f).join(' ')));
        QTest::keyClick(f->editor(), Qt::Key_Escape);
        QTest::keyClicks(f->editor(), "src/");
        QTRY_VERIFY(labels(*f).contains("main.go") || labels(*f).contains("src/main.go"));
    }

    /// The whole way of an author, as somebody would type it.
    void fromABrokenFileToAGoodOne()
    {
        auto f = open("FROM scratch\n");
        DockerfileEditor* editor = f->editor();
        const QByteArray typed = "FROM debian:12 AS Build\n"
                                 "WORKDIR /src\n"
                                 "COPYY hello.c .\n"
                                 "RUN make\n"
                                 "FROM busybox:1.36\n"
                                 "COPY --from=Build /src/hello /hello\n"
                                 "CMD hello\n";
        editor->SendScintilla(QsciScintilla::SCI_SELECTALL);
        for (const char letter : typed) {
            if (letter == '\n')
                QTest::keyClick(editor, Qt::Key_Return);
            else
                QTest::keyClick(editor, letter);
            // A list that happens to be open must not take the Return for itself: people press Escape, or type on.
            if (popup(*f)->isVisible())
                QTest::keyClick(editor, Qt::Key_Escape);
        }
        QCOMPARE(text(*f), QString::fromUtf8(typed));

        // Squiggles: what the builder refuses, and the stage's name.
        QTRY_VERIFY(f->underlined(find(*f, "COPYY"), DockerfileEditor::ErrorIndicator));
        QVERIFY(f->underlined(find(*f, "Build\nWORKDIR"), DockerfileEditor::WarningIndicator));
        picture("assist-squiggles");

        // Ctrl+. on the unknown instruction: the first entry is what was meant.
        caretTo(*f, find(*f, "Build\nWORKDIR") + 1);
        QTest::keyClick(editor, Qt::Key_Period, Qt::ControlModifier);
        QMenu* menu = nullptr;
        QTRY_VERIFY((menu = editor->findChild<QMenu*>("editor.actions")) && menu->isVisible());
        picture("assist-actions");
        QVERIFY(menu->actions().constFirst()->text().contains("StageNameCasing"));
        QTest::keyClick(menu, Qt::Key_Return);
        QTRY_VERIFY2(text(*f).contains("AS build\n"), qPrintable(text(*f)));

        const int unknown = find(*f, "COPYY");
        editor->SendScintilla(QsciScintilla::SCI_SETSEL, ulong(unknown + 4), long(unknown + 5));
        QTest::keyClick(editor, Qt::Key_Delete);
        QTRY_VERIFY(!f->underlined(unknown, DockerfileEditor::ErrorIndicator));
        QTRY_COMPARE(f->graph()->model().nodes.front().title, QStringLiteral("build"));

        // F2 on the stage: text and graph follow.
        caretTo(*f, find(*f, "build\n") + 2);
        QTest::keyClick(editor, Qt::Key_F2);
        RenameField* field = assistant(*f)->renameField();
        QTRY_VERIFY(field->isVisible());
        QCOMPARE(field->field()->text(), QStringLiteral("build"));
        QTest::keyClicks(field->field(), "not a name!");
        QTest::keyClick(field->field(), Qt::Key_Return);
        QVERIFY(!field->problem().isEmpty());
        picture("assist-rename");
        field->field()->selectAll();
        QTest::keyClicks(field->field(), "compile");
        QTest::keyClick(field->field(), Qt::Key_Return);
        QVERIFY(!field->isVisible());
        QVERIFY2(text(*f).contains("AS compile\n"), qPrintable(text(*f)));
        QVERIFY2(text(*f).contains("--from=compile /src"), qPrintable(text(*f)));
        QTRY_COMPARE(f->graph()->model().nodes.front().title, QStringLiteral("compile"));

        // A mount's options.
        caretTo(*f, find(*f, "RUN make") + 3);
        QTest::keyClicks(editor, " --mount=type=cache,");
        QTRY_VERIFY(labels(*f).contains("target=") || labels(*f).contains("target"));
        QVERIFY(popup(*f)->isVisible());
        picture("assist-mount");
        QTest::keyClicks(editor, "tar");
        QTRY_VERIFY(labels(*f).value(0).startsWith("target"));
        QTest::keyClick(editor, Qt::Key_Tab);
        QTRY_VERIFY2(text(*f).contains("--mount=type=cache,target="), qPrintable(text(*f)));
        QTest::keyClick(editor, Qt::Key_Escape);
        QTest::keyClicks(editor, "/root/.cache");
        QTest::keyClick(editor, Qt::Key_Escape);
        QTRY_VERIFY2(text(*f).contains("target=/root/.cache make"), qPrintable(text(*f)));

        // And all of it back.
        const QString before = text(*f);
        for (int i = 0; i < 2000 && editor->isUndoAvailable(); ++i)
            editor->undo();
        QCOMPARE(text(*f), QStringLiteral("FROM scratch\n"));
        for (int i = 0; i < 2000 && editor->isRedoAvailable(); ++i)
            editor->redo();
        QCOMPARE(text(*f), before);
    }

    void aProblemHasAPageAndIsMendedFromTheList()
    {
        auto f = open("FROM debian:12 AS Build\nCMD [\"true\"]\n");
        QTest::keyClick(f->editor(), Qt::Key_3, Qt::AltModifier);
        auto* list = f->child<ProblemsView>("build.problems");
        QTRY_VERIFY(list->isVisible() && list->topLevelItemCount() > 0);
        auto* page = f->child<QTextBrowser>("build.rulePage");
        auto* mend = f->child<QPushButton>("build.mend");
        QVERIFY(!mend->isVisible());
        QTreeWidgetItem* row = nullptr;
        for (int i = 0; i < list->topLevelItemCount(); ++i) {
            if (list->topLevelItem(i)->text(2) == QLatin1String("StageNameCasing"))
                row = list->topLevelItem(i);
        }
        QVERIFY(row);
        list->setCurrentItem(row);
        QVERIFY(page->toPlainText().contains("Stage names in lower case"));
        QVERIFY(mend->isVisible());
        picture("assist-problem");
        mend->click();
        QTRY_VERIFY2(text(*f).startsWith("FROM debian:12 AS build\n"), qPrintable(text(*f)));
        QTRY_VERIFY(!mend->isVisible());
    }

    void explanations()
    {
        auto f = open(twoStages);
        caretTo(*f, find(*f, "RUN") + 1);
        QTest::keyClick(f->editor(), Qt::Key_I, Qt::ControlModifier);
        AssistCard* card = assistant(*f)->card();
        QTRY_VERIFY(card->isVisible());
        QVERIFY(card->markdown().contains("RUN"));
        picture("assist-hover");
        QTest::keyClick(f->editor(), Qt::Key_Escape);
        QVERIFY(!card->isVisible());
    }
};

QTEST_MAIN(AssistTest)
#include "tst_assist.moc"
