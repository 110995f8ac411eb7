// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/theme/tokens.h"

#include <cmath>

namespace darsena::gui {
namespace {

Tokens makeLight()
{
    Tokens t;
    t.page = QColor(0xF7F9FB);
    t.surface = QColor(0xFFFFFF);
    t.raised = QColor(0xF2F5F8);
    t.line = QColor(0xE3E8EE);
    t.lineStrong = QColor(0xCFD7E0);
    t.text = QColor(0x16202C);
    t.muted = QColor(0x5B6B7C);
    t.faint = QColor(0x8A98A8);
    t.accent = QColor(0x0E8C8C);
    t.accentText = QColor(0x0A7272);
    t.accentFill = QColor(0x0B7D7D);
    t.onAccent = QColor(0xFFFFFF);
    t.accentSoft = QColor(0xE6F3F3);
    t.running = QColor(0x1F9D63);
    t.cached = QColor(0x5B7FA6);
    t.wait = QColor(0xC98A12);
    t.failed = QColor(0xD14343);
    t.idle = QColor(0x8A98A8);
    t.runningText = QColor(0x147246);
    t.cachedText = QColor(0x44678E);
    t.waitText = QColor(0x8A5D06);
    t.failedText = QColor(0xBC3030);
    t.failedSoft = QColor(0xFBEAEA);
    t.waitSoft = QColor(0xFBF3E2);
    t.keyword = QColor(0x0A5E9C);
    t.flag = QColor(0x7A3FB0);
    t.variable = QColor(0xAF2B58);
    t.string = QColor(0x8A5A06);
    t.comment = QColor(0x5F6F80);
    t.shadow = QColor(22, 32, 44, 40);
    return t;
}

// The dark theme's state colours are UX.md's, lightened as in its drawings so that a 9 px dot is seen on the page.
Tokens makeDark()
{
    Tokens t;
    t.dark = true;
    t.page = QColor(0x0E1620);
    t.surface = QColor(0x15202C);
    t.raised = QColor(0x1C2937);
    t.line = QColor(0x243244);
    t.lineStrong = QColor(0x33455B);
    t.text = QColor(0xE6EDF4);
    t.muted = QColor(0x93A4B5);
    t.faint = QColor(0x5F7285);
    t.accent = QColor(0x2BB8B0);
    t.accentText = QColor(0x2BB8B0);
    t.accentFill = QColor(0x2BB8B0);
    t.onAccent = QColor(0x06201F);
    t.accentSoft = QColor(0x16323C);
    t.running = QColor(0x3BC17F);
    t.cached = QColor(0x7FA3D1);
    t.wait = QColor(0xE0A23C);
    t.failed = QColor(0xE5686B);
    t.idle = QColor(0x6F8193);
    t.runningText = QColor(0x4CCB8C);
    t.cachedText = QColor(0x8FB0DA);
    t.waitText = QColor(0xE5AB4B);
    t.failedText = QColor(0xF08082);
    t.failedSoft = QColor(0x35202A);
    t.waitSoft = QColor(0x2F2A20);
    t.keyword = QColor(0x62B5EA);
    t.flag = QColor(0xC08FEA);
    t.variable = QColor(0xEC7F9B);
    t.string = QColor(0xE5A867);
    t.comment = QColor(0x7E90A2);
    t.shadow = QColor(0, 0, 0, 90);
    return t;
}

double luminance(const QColor& colour)
{
    const auto channel = [](double value) {
        return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(double(colour.redF())) + 0.7152 * channel(double(colour.greenF()))
        + 0.0722 * channel(double(colour.blueF()));
}

} // namespace

const Tokens& lightTokens()
{
    static const Tokens tokens = makeLight();
    return tokens;
}

const Tokens& darkTokens()
{
    static const Tokens tokens = makeDark();
    return tokens;
}

double contrast(const QColor& first, const QColor& second)
{
    const double a = luminance(first);
    const double b = luminance(second);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

QColor mixed(const QColor& bottom, const QColor& top, double share)
{
    const auto blend = [share](int low, int high) { return int(std::lround(low + (high - low) * share)); };
    return QColor(blend(bottom.red(), top.red()), blend(bottom.green(), top.green()), blend(bottom.blue(), top.blue()));
}

} // namespace darsena::gui
