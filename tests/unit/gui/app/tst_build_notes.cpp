// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/build_notes.h"

#include <QTest>

using namespace darsena;
using namespace darsena::gui;

namespace {

const char* const Before = "FROM debian AS build\n"
                           "RUN apt-get install gcc\n"
                           "COPY hello.c .\n"
                           "RUN gcc hello.c\n"
                           "FROM busybox\n"
                           "WORKDIR /app\n"
                           "COPY --from=build /hello /\n"
                           "CMD [\"/hello\"]\n";

Analysis analyse(const std::string& text)
{
    Analyser::Request request;
    request.text = text;
    return Analyser::analyse(request);
}

/// A build of the text in which every step ran well.
BuildState built(const std::string& text)
{
    const Analysis analysis = analyse(text);
    model::BuildEvent plan;
    plan.type = "plan";
    for (const auto& stage : analysis.file.stages) {
        const auto add = [&](const dockerfile::Instruction& instruction) {
            model::BuildStep step;
            step.step = std::int64_t(plan.steps.size());
            step.stage = std::int64_t(stage.index);
            step.text = instruction.original;
            step.instruction = instruction.name;
            step.startLine = instruction.firstLine;
            step.endLine = instruction.lastLine;
            plan.steps.push_back(step);
        };
        add(stage.from);
        for (const auto& instruction : stage.instructions)
            add(instruction);
    }
    BuildState state;
    state.begin();
    state.apply(plan, 0);
    for (const auto& step : plan.steps) {
        model::BuildEvent finished;
        finished.type = "finished";
        finished.step = step.step;
        finished.bytes = 1000 * (step.step + 1);
        finished.milliseconds = 100;
        state.apply(finished, 10);
    }
    return state;
}

/// One letter a step: # cached, o will run, ? not known, v done.
QString marks(const BuildNotes& notes)
{
    QString out;
    for (const BuildNote& note : notes) {
        switch (note.mark) {
        case Mark::Cached:
            out += '#';
            break;
        case Mark::WillRun:
            out += 'o';
            break;
        case Mark::Done:
            out += 'v';
            break;
        default:
            out += '?';
        }
    }
    return out;
}

QString forecastAfter(const std::string& text)
{
    return marks(makeBuildNotes(analyse(text), built(Before), 0, true));
}

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    const auto at = text.find(from);
    return text.replace(at, from.size(), to);
}

} // namespace

class BuildNotesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void withoutABuildNothingIsKnown()
    {
        QCOMPARE(marks(makeBuildNotes(analyse(Before), BuildState(), 0, true)), QStringLiteral("????????"));
    }

    void afterABuildItsStatesAreShown()
    {
        const BuildNotes notes = makeBuildNotes(analyse(Before), built(Before), 0, false);
        QCOMPARE(marks(notes), QStringLiteral("vvvvvvvv"));
        QCOMPARE(notes[1].line, 2);
        QVERIFY(notes[1].lineText.contains(QLatin1String("2.0")) || notes[1].lineText.contains(QLatin1String("2,0")));
    }

    void filesOfTheContextAreNotKnown()
    {
        // FROM and RUN stand; COPY hello.c depends on a file, and what follows on it; the second stage up to its COPY.
        QCOMPARE(forecastAfter(Before), QStringLiteral("##??##??"));
    }

    void aChangedInstructionRunsWithAllAfterIt()
    {
        QCOMPARE(forecastAfter(replaced(Before, "install gcc", "install clang")), QStringLiteral("#ooo##oo"));
    }

    void aNewFirstLineMovesEverythingAndChangesNothing()
    {
        const BuildNotes notes
            = makeBuildNotes(analyse(std::string("# a comment\n") + Before), built(Before), 0, true);
        QCOMPARE(marks(notes), QStringLiteral("##??##??"));
        QCOMPARE(notes[1].line, 3);
    }

    void instructionsAreFoundByAnyOfTheirLines()
    {
        const Analysis analysis = analyse("FROM a\nRUN b \\\n  c \\\n  d\n\nCMD e\n");
        QCOMPARE(int(instructionAtLine(analysis.file, 3)->firstLine), 2);
        QVERIFY(!instructionAtLine(analysis.file, 5));
        QCOMPARE(QString::fromStdString(instructionAtLine(analysis.file, 1)->name), QStringLiteral("FROM"));
    }
};

QTEST_GUILESS_MAIN(BuildNotesTest)
#include "tst_build_notes.moc"
