// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/studio_fixture.h"

#include "gui/app/command_palette.h"
#include "gui/app/engine_chip.h"
#include "gui/panels/builds/problems_view.h"

#include <QAccessible>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTabBar>
#include <QToolButton>

using namespace darsena::gui;

namespace {

/// "QPushButton in QFrame in page.build": for a message.
QString place(const QWidget* widget)
{
    QStringList chain;
    for (; widget; widget = widget->parentWidget())
        chain.append(widget->objectName().isEmpty() ? QLatin1String(widget->metaObject()->className()) : widget->objectName());
    return chain.join(QStringLiteral(" in "));
}

} // namespace

class StudioTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theWindowComesBeforeAnyEngine()
    {
        StudioFixture f;
        QVERIFY(f.window().isVisible());
        QVERIFY(f.opened());
        QTRY_COMPARE(f.window().engineChip()->state(), EngineChip::State::Absent);
        auto* build = f.child<QPushButton>("build.start");
        QVERIFY(!build->isEnabled());
        QVERIFY(!build->toolTip().isEmpty()); // says why and what to do
    }

    void theGraphShowsStagesAndEdges()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        const GraphModel& model = f.graph()->model();
        QStringList stages;
        for (const GraphNode& node : model.nodes) {
            if (node.kind == GraphNode::Kind::Stage)
                stages.append(node.title);
        }
        QCOMPARE(stages, QStringList({ "toolchain", "build", "check", "3" }));
        QVERIFY(!model.nodes[2].needed);
        QVERIFY(std::any_of(model.edges.begin(), model.edges.end(), [](const GraphEdge& edge) {
            return edge.kind == darsena::dockerfile::EdgeKind::Copy && edge.from == 1 && edge.to == 3
                && edge.label == QLatin1String("/src/hello");
        }));
    }

    void aBrokenFileIsUnderlinedAsOneTypes()
    {
        StudioFixture f("FROM busybox:1.36\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        f.editor()->SendScintilla(QsciScintilla::SCI_DOCUMENTEND);
        QTest::keyClicks(f.editor(), "FRM x");
        QTRY_VERIFY(f.underlined(19, DockerfileEditor::ErrorIndicator));
        auto* problems = f.child<ProblemsView>("build.problems");
        QTRY_VERIFY(problems->topLevelItemCount() > 0);
        QVERIFY(problems->topLevelItem(0)->text(0).contains(QLatin1String("FRM"), Qt::CaseInsensitive));
        QVERIFY(f.child<QPushButton>("status.problems")->isVisible());
        // Mending it takes the mark away.
        for (int i = 0; i < 5; ++i)
            QTest::keyClick(f.editor(), Qt::Key_Backspace);
        QTRY_VERIFY(!f.underlined(19, DockerfileEditor::ErrorIndicator));
        QTRY_COMPARE(problems->topLevelItemCount(), 0);
    }

    void aProblemLeadsToItsLine()
    {
        StudioFixture f("FROM busybox\nRUN a\nRUN b\nFRM x\n");
        QVERIFY(f.opened());
        auto* problems = f.child<ProblemsView>("build.problems");
        QTRY_VERIFY(problems->topLevelItemCount() > 0);
        Q_EMIT problems->itemActivated(problems->topLevelItem(0), 0);
        QCOMPARE(f.editor()->currentLine(), 4);
    }

    void selectionGoesBothWays()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        f.editor()->setFocus();
        f.editor()->setCursorPosition(11, 0); // RUN make, line 12
        QTRY_COMPARE(f.graph()->selectedLine(), 12);
        QTest::mouseClick(f.graph()->viewport(), Qt::LeftButton, {}, f.graph()->rowPosition(18));
        QCOMPARE(f.graph()->selectedLine(), 18);
        QCOMPARE(f.editor()->currentLine(), 18);
    }

    void theGraphIsReachedByKeys()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        f.graph()->setFocus();
        f.graph()->selectLine(0);
        QTest::keyClick(f.graph(), Qt::Key_Down);
        QCOMPARE(f.graph()->selectedLine(), 4);
        QTest::keyClick(f.graph(), Qt::Key_Down);
        QCOMPARE(f.graph()->selectedLine(), 5);
        QTest::keyClick(f.graph(), Qt::Key_Right);
        QCOMPARE(f.graph()->selectedLine(), 9);
        QTest::keyClick(f.graph(), Qt::Key_End);
        QCOMPARE(f.graph()->selectedLine(), 19);
        QVERIFY(f.graph()->accessibleDescription().contains(QLatin1String("ENTRYPOINT")));
        const int before = f.graph()->zoomPercent();
        QTest::keyClick(f.graph(), Qt::Key_Minus);
        QVERIFY(f.graph()->zoomPercent() < before);
        QTest::keyClick(f.graph(), Qt::Key_0);
        QCOMPARE(f.graph()->zoomPercent(), before);
    }

    void theTargetDimsWhatItDoesNotNeed()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        auto* target = f.child<QComboBox>("build.target");
        QTRY_COMPARE(target->count(), 5);
        target->setCurrentIndex(target->findText(QStringLiteral("toolchain")));
        Q_EMIT target->activated(target->currentIndex());
        QTRY_VERIFY(!f.graph()->model().nodes[1].needed);
        QVERIFY(f.graph()->model().nodes[0].target);
    }

    void savingKeepsLineEndings()
    {
        StudioFixture f("FROM busybox\r\nRUN a\r\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        f.editor()->SendScintilla(QsciScintilla::SCI_DOCUMENTEND);
        QTest::keyClicks(f.editor(), "RUN b");
        QTest::keyClick(f.editor(), Qt::Key_Return);
        QTest::keyClick(f.editor(), Qt::Key_S, Qt::ControlModifier);
        QTRY_COMPARE(f.read("Dockerfile"), QByteArray("FROM busybox\r\nRUN a\r\nRUN b\r\n"));
        QTRY_VERIFY(!f.editor()->isModified());
    }

    void anotherProgramsChangeIsTaken()
    {
        StudioFixture f("FROM busybox:1.36\n");
        QVERIFY(f.opened());
        f.write("Dockerfile", "FROM busybox\nRUN new\n");
        QTRY_COMPARE(f.editor()->bytes(), std::string("FROM busybox\nRUN new\n"));
        QVERIFY(!f.editor()->isModified());
    }

    void anotherProgramsChangeUnderUnsavedTextIsAsked()
    {
        StudioFixture f("FROM busybox:1.36\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        QTest::keyClicks(f.editor(), "#");
        f.write("Dockerfile", "FROM other\n");
        auto* page = &f.studio().buildPage();
        QPushButton* take = nullptr;
        QTRY_VERIFY([&] {
            for (QPushButton* button : page->findChildren<QPushButton*>()) {
                if (button->text() == QLatin1String("Take the file's text") && button->isVisible())
                    take = button;
            }
            return take != nullptr;
        }());
        QCOMPARE(f.editor()->bytes(), std::string("#FROM busybox:1.36\n")); // nothing lost
        take->click();
        QCOMPARE(f.editor()->bytes(), std::string("FROM other\n"));
    }

    void unsavedTextSurvivesTheWindow()
    {
        StudioFixture f("FROM busybox:1.36\n");
        QVERIFY(f.opened());
        f.editor()->setFocus();
        QTest::keyClicks(f.editor(), "#");
        f.window().close();
        QCOMPARE(f.read("Dockerfile"), QByteArray("FROM busybox:1.36\n")); // not written behind the user's back
        Studio::Options options;
        options.path = f.project();
        options.settingsFile = f.project() + QStringLiteral("/../studio.conf");
        options.socket = QStringLiteral("/no/engine");
        Studio again(*qApp, options);
        again.start();
        QTRY_VERIFY(again.buildPage().editors()->dockerfile());
        QTRY_COMPARE(again.buildPage().editors()->dockerfile()->bytes(), std::string("#FROM busybox:1.36\n"));
        QVERIFY(again.buildPage().editors()->dockerfile()->isModified());
    }

    void theLanguageSwitchesLive()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        auto* rail = f.child<QToolButton>("rail.settings");
        QCOMPARE(rail->text(), QStringLiteral("Settings"));
        f.studio().settings().setLanguage(QStringLiteral("es"));
        QTRY_COMPARE(rail->text(), QStringLiteral("Ajustes"));
        QTRY_COMPARE(f.child<QPushButton>("build.start")->text(), QStringLiteral("Construir"));
        f.studio().settings().setLanguage(QStringLiteral("en"));
        QTRY_COMPARE(f.child<QPushButton>("build.start")->text(), QStringLiteral("Build"));
    }

    void theThemeSwitchesLive()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        f.studio().settings().setTheme(Theme::Mode::Light);
        QTRY_COMPARE(f.window().grab().toImage().pixelColor(4, f.window().height() / 2).name(), lightTokens().surface.name());
        f.studio().settings().setTheme(Theme::Mode::Dark);
        QTRY_COMPARE(f.window().grab().toImage().pixelColor(4, f.window().height() / 2).name(), darkTokens().surface.name());
    }

    void thePaletteRunsWhatIsTyped()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        f.window().activateWindow();
        f.editor()->setFocus();
        QTest::keyClick(f.editor(), Qt::Key_K, Qt::ControlModifier);
        auto* palette = f.child<CommandPalette>("palette");
        QVERIFY(palette);
        QTRY_VERIFY(palette->isVisible());
        auto* input = palette->findChild<QLineEdit*>();
        auto* list = palette->findChild<QListWidget*>();
        QVERIFY(list->count() > 10);
        QTest::keyClicks(input, "settings");
        QVERIFY(list->count() > 0);
        QTest::keyClick(input, Qt::Key_Return);
        QCOMPARE(f.window().currentPage()->id(), PageId::Settings);
        QVERIFY(!palette->isVisible());
    }

    void pagesHaveKeys()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        QTest::keyClick(&f.window(), Qt::Key_Comma, Qt::ControlModifier);
        QCOMPARE(f.window().currentPage()->id(), PageId::Settings);
        QTest::keyClick(&f.window(), Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(f.window().currentPage()->id(), PageId::Build);
        QTest::keyClick(&f.window(), Qt::Key_F1);
        QVERIFY(f.window().findChild<QWidget*>(QStringLiteral("shortcuts")));
    }

    void everyControlHasAName()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        QStringList nameless;
        for (const QWidget* widget : f.window().findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || qobject_cast<const QLabel*>(widget))
                continue;
            // What is hidden for want of a text is not there.
            if (widget->isHidden() && qobject_cast<const QPushButton*>(widget))
                continue;
            // Parts that Qt makes inside its own controls speak through them.
            const QString name = widget->objectName();
            if (name.startsWith(QLatin1String("qt_")) || name.startsWith(QLatin1String("ScrollLeft"))
                || name.startsWith(QLatin1String("ScrollRight")) || widget->inherits("QComboBoxPrivateContainer")
                || widget->inherits("QComboBoxListView") || widget->inherits("QStackedWidget"))
                continue;
            QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
            if (!accessible || accessible->text(QAccessible::Name).isEmpty())
                nameless.append(place(widget));
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
    }

    void aMissingDockerfileIsSaid()
    {
        StudioFixture f;
        QVERIFY(f.opened());
        f.window().openDockerfile(QStringLiteral("/no/such/project"), 0);
        QVERIFY(f.editor()); // what was open stays
    }
};

QTEST_MAIN(StudioTest)
#include "tst_studio.moc"
