// SPDX-License-Identifier: GPL-3.0-or-later
// How long the window is busy with one key in Dockerfiles of several lengths: from the key until the text is painted,
// and the longest stretch afterwards, when squiggles, graph and folds arrive. No test: prints a table.
//   ninja bench.typing && xvfb-run -a -s "-screen 0 1440x900x24" build/…/tests/bench.typing
#include "tests/gui/studio_fixture.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>

using namespace darsena::gui;

namespace {

/// Milliseconds that this thread has worked: what others do on the machine at the same time does not count.
double worked()
{
    timespec now {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

QByteArray dockerfileOf(int lines)
{
    QByteArray text = "# syntax=docker/dockerfile:1\nFROM debian:12 AS base\n";
    for (int i = 0; text.count('\n') < lines; ++i) {
        if (i % 40 == 39)
            text += "\nFROM base AS stage" + QByteArray::number(i) + "\n";
        text += "ENV NAME_" + QByteArray::number(i) + "=value\nRUN apt-get update \\\n    && apt-get install -y --no-install-recommends \"$NAME_"
            + QByteArray::number(i) + "\" \\\n    && rm -rf /var/lib/apt/lists/*\nCOPY --from=base /a /b\n# a comment\n";
    }
    return text;
}

void measure(int lines)
{
    StudioFixture f(dockerfileOf(lines));
    if (!f.opened())
        qFatal("the window does not open");
    DockerfileEditor* editor = f.editor();
    editor->setFocus();
    QTest::qWait(1500);
    editor->goToLine(lines / 2);
    editor->SendScintilla(QsciScintilla::SCI_LINEEND);
    QTest::qWait(300);
    std::vector<double> keys;
    double after = 0;
    QElapsedTimer clock;
    std::vector<double> work;
    double workAfter = 0;
    for (int i = 0; i < 40; ++i) {
        const double before = worked();
        clock.start();
        QTest::keyClick(editor, i % 2 == 0 ? Qt::Key_X : Qt::Key_Backspace);
        editor->viewport()->repaint();
        work.push_back(worked() - before);
        keys.push_back(double(clock.nsecsElapsed()) / 1e6);
        // What comes back from the workers.
        QElapsedTimer until;
        until.start();
        while (until.elapsed() < 150) {
            const double start = worked();
            clock.start();
            QCoreApplication::processEvents();
            workAfter = std::max(workAfter, worked() - start);
            after = std::max(after, double(clock.nsecsElapsed()) / 1e6);
            QTest::qSleep(1);
        }
    }
    std::sort(keys.begin(), keys.end());
    std::sort(work.begin(), work.end());
    std::printf("%6d lines: key to paint %6.2f ms (median), %6.2f ms (worst), of which the window's thread worked %6.2f and %6.2f; "
                "then at most %7.2f ms at a time, worked %7.2f\n",
        lines, keys[keys.size() / 2], keys.back(), work[work.size() / 2], work.back(), after, workAfter);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    for (const int lines : { 200, 1000, 5000, 10'000 })
        measure(lines);
    return 0;
}
