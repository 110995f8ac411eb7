// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/theme/theme.h"

#include <QTest>

using namespace darsena::gui;

class TokensTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void coloursAreThoseOfTheDesign()
    {
        const Tokens& light = lightTokens();
        QCOMPARE(light.page.name().toUpper(), QStringLiteral("#F7F9FB"));
        QCOMPARE(light.surface.name().toUpper(), QStringLiteral("#FFFFFF"));
        QCOMPARE(light.line.name().toUpper(), QStringLiteral("#E3E8EE"));
        QCOMPARE(light.text.name().toUpper(), QStringLiteral("#16202C"));
        QCOMPARE(light.muted.name().toUpper(), QStringLiteral("#5B6B7C"));
        QCOMPARE(light.accent.name().toUpper(), QStringLiteral("#0E8C8C"));
        QCOMPARE(light.running.name().toUpper(), QStringLiteral("#1F9D63"));
        QCOMPARE(light.cached.name().toUpper(), QStringLiteral("#5B7FA6"));
        QCOMPARE(light.wait.name().toUpper(), QStringLiteral("#C98A12"));
        QCOMPARE(light.failed.name().toUpper(), QStringLiteral("#D14343"));
        const Tokens& dark = darkTokens();
        QCOMPARE(dark.page.name().toUpper(), QStringLiteral("#0E1620"));
        QCOMPARE(dark.surface.name().toUpper(), QStringLiteral("#15202C"));
        QCOMPARE(dark.line.name().toUpper(), QStringLiteral("#243244"));
        QCOMPARE(dark.text.name().toUpper(), QStringLiteral("#E6EDF4"));
        QCOMPARE(dark.muted.name().toUpper(), QStringLiteral("#93A4B5"));
        QCOMPARE(dark.accent.name().toUpper(), QStringLiteral("#2BB8B0"));
    }

    void contrastKnowsBlackOnWhite()
    {
        QCOMPARE(qRound(contrast(Qt::black, Qt::white) * 10), 210);
        QCOMPARE(qRound(contrast(Qt::white, Qt::white) * 10), 10);
    }

    void textIsReadable_data()
    {
        QTest::addColumn<QColor>("text");
        QTest::addColumn<QColor>("ground");
        for (const Tokens* tokens : { &lightTokens(), &darkTokens() }) {
            const std::pair<const char*, QColor> texts[] = { { "text", tokens->text }, { "muted", tokens->muted },
                { "accent", tokens->accentText }, { "running", tokens->runningText }, { "cached", tokens->cachedText },
                { "wait", tokens->waitText }, { "failed", tokens->failedText }, { "keyword", tokens->keyword },
                { "flag", tokens->flag }, { "variable", tokens->variable }, { "string", tokens->string },
                { "comment", tokens->comment } };
            const std::pair<const char*, QColor> grounds[] = { { "page", tokens->page }, { "surface", tokens->surface },
                { "raised", tokens->raised } };
            for (const auto& [name, text] : texts) {
                for (const auto& [where, ground] : grounds)
                    QTest::addRow("%s %s on %s", tokens->dark ? "dark" : "light", name, where) << text << ground;
            }
            const char* side = tokens->dark ? "dark" : "light";
            QTest::addRow("%s button", side) << tokens->onAccent << tokens->accentFill;
            QTest::addRow("%s selected row", side) << tokens->text << tokens->accentSoft;
            QTest::addRow("%s chosen tab of the rail", side) << tokens->accentText << tokens->accentSoft;
            QTest::addRow("%s failed on its ground", side) << tokens->failedText << tokens->failedSoft;
        }
    }
    void textIsReadable()
    {
        QFETCH(QColor, text);
        QFETCH(QColor, ground);
        QVERIFY2(contrast(text, ground) >= 4.5,
            qPrintable(QStringLiteral("%1 on %2 is %3 : 1").arg(text.name(), ground.name()).arg(contrast(text, ground))));
    }

    void styleSheetNamesOnlyTokensThatExist()
    {
        for (const Tokens* tokens : { &lightTokens(), &darkTokens() }) {
            const QString sheet = styleSheet(*tokens);
            QVERIFY2(!sheet.contains(QLatin1Char('$')),
                qPrintable(sheet.mid(std::max<qsizetype>(0, sheet.indexOf(QLatin1Char('$')) - 40), 80)));
            QVERIFY(sheet.contains(tokens->surface.name()));
        }
        QVERIFY(styleSheet(lightTokens()) != styleSheet(darkTokens()));
    }

    void iconsFollowALiveSwitch()
    {
        Theme theme(*qApp, Theme::Mode::Light);
        const QIcon icon = theme.icon(QStringLiteral("stop"));
        const QImage light = icon.pixmap(22, 22).toImage();
        QCOMPARE(light.pixelColor(11, 11).name(), lightTokens().text.name());
        theme.setMode(Theme::Mode::Dark);
        QCOMPARE(icon.pixmap(22, 22).toImage().pixelColor(11, 11).name(), darkTokens().text.name());
        QCOMPARE(QGuiApplication::palette().color(QPalette::Window).name(), darkTokens().page.name());
    }

    void anUnknownIconIsStillSeen()
    {
        Theme theme(*qApp, Theme::Mode::Light);
        const QImage image = theme.icon(QStringLiteral("no-such-icon-anywhere")).pixmap(22, 22).toImage();
        bool seen = false;
        for (int x = 0; x < image.width(); ++x)
            seen = seen || qAlpha(image.pixel(x, 5)) > 0;
        QVERIFY(seen);
    }
};

QTEST_MAIN(TokensTest)
#include "tst_tokens.moc"
