// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/command_palette.h"

#include <QTest>

using darsena::gui::CommandPalette;

class CommandPaletteTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void betterAnswersScoreHigher()
    {
        const int beginning = CommandPalette::score("Build", "bui");
        const int wordInside = CommandPalette::score("Stop the build", "bui");
        const int inside = CommandPalette::score("Rebuild", "bui");
        const int letters = CommandPalette::score("By using it", "bui");
        QVERIFY(beginning > wordInside);
        QVERIFY(wordInside > inside);
        QVERIFY(inside > letters);
        QVERIFY(letters > 0);
    }
    void whatDoesNotMatchIsOut()
    {
        QCOMPARE(CommandPalette::score("Build", "xyz"), 0);
        QCOMPARE(CommandPalette::score("Build", "dliub"), 0);
    }
    void nothingTypedMatchesAll() { QVERIFY(CommandPalette::score("Build", "") > 0); }
    void caseDoesNotCount() { QCOMPARE(CommandPalette::score("Ñandú", "ñAN"), CommandPalette::score("ñandú", "ñan")); }
};

QTEST_GUILESS_MAIN(CommandPaletteTest)
#include "tst_command_palette.moc"
