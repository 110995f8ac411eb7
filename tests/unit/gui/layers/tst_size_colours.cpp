// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/size_colours.h"

#include <QTest>

#include <array>
#include <cmath>

using namespace darsena::gui;

namespace {

/// A colour as somebody without the cones of one kind sees it: Viénot, Brettel, Mollon 1999, over linear RGB.
QColor seenWithout(char cone, const QColor& colour)
{
    const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    const auto encoded = [](double v) {
        v = std::clamp(v, 0.0, 1.0);
        return v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
    };
    const double r = linear(double(colour.redF())), g = linear(double(colour.greenF())), b = linear(double(colour.blueF()));
    double red = 0, blue = 0;
    if (cone == 'L') { // protan
        red = 0.11238 * r + 0.88762 * g;
        blue = 0.00401 * r - 0.00401 * g + b;
    } else { // deutan
        red = 0.29275 * r + 0.70725 * g;
        blue = -0.02234 * r + 0.02234 * g + b;
    }
    return QColor::fromRgbF(float(encoded(red)), float(encoded(red)), float(encoded(blue)));
}

} // namespace

class TestSizeColours : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void neighboursAreToldApart_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void neighboursAreToldApart()
    {
        QFETCH(bool, dark);
        const Tokens& tokens = dark ? darkTokens() : lightTokens();
        const auto colours = layerColours(tokens);
        QVERIFY(colours.size() >= 12);
        for (std::size_t i = 0; i < colours.size(); ++i) {
            const QColor& next = layerColour(colours, i + 1);
            QVERIFY2(contrast(colours[i], next) >= 3, qPrintable(QStringLiteral("%1 %2").arg(i).arg(contrast(colours[i], next))));
            QVERIFY2(contrast(colours[i], tokens.surface) >= 3, qPrintable(QStringLiteral("%1 %2").arg(i).arg(contrast(colours[i], tokens.surface))));
            QVERIFY(contrast(colours[i], inkOn(colours[i])) >= 4.5);
            for (const char cone : { 'L', 'M' })
                QVERIFY2(contrast(seenWithout(cone, colours[i]), seenWithout(cone, next)) >= 2, qPrintable(QStringLiteral("%1 %2").arg(i).arg(cone)));
            for (std::size_t other = 0; other < i; ++other)
                QVERIFY(colours[i] != colours[other]);
        }
    }
};

QTEST_GUILESS_MAIN(TestSizeColours)
#include "tst_size_colours.moc"
