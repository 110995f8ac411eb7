// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/size_colours.h"

namespace darsena::gui {
namespace {

struct Hue {
    int degrees;
    double saturation;
};
// Even places are the darker ones of their pairs.
constexpr Hue Hues[] = { { 212, 0.36 }, { 36, 0.85 }, { 268, 0.40 }, { 168, 0.60 }, { 350, 0.55 }, { 200, 0.70 }, { 130, 0.45 },
    { 318, 0.55 }, { 22, 0.60 }, { 55, 0.75 }, { 240, 0.45 }, { 95, 0.45 } };

/// The lightness of a hue at which it has this contrast to black.
QColor withContrast(const Hue& hue, double toBlack)
{
    double low = 0, high = 1;
    QColor colour;
    for (int i = 0; i < 16; ++i) {
        const double middle = (low + high) / 2;
        colour = QColor::fromHslF(static_cast<float>(hue.degrees / 360.0), static_cast<float>(hue.saturation), static_cast<float>(middle)).toRgb();
        (contrast(colour, Qt::black) < toBlack ? low : high) = middle;
    }
    return colour;
}

} // namespace

std::vector<QColor> layerColours(const Tokens& tokens)
{
    // On white: 21 / 3 leaves 7 : 1 to black for the lighter ones and a third of it for the darker. On the dark surface
    // the darker ones are three times as light as it, and the lighter ones three times as those. Some to spare for rounding.
    const double surface = contrast(tokens.surface, Qt::black);
    const double darker = tokens.dark ? surface * 3.12 : surface / 9.5;
    const double lighter = tokens.dark ? darker * 3.15 : surface / 3.1;
    std::vector<QColor> colours;
    for (std::size_t i = 0; i < std::size(Hues); ++i)
        colours.push_back(withContrast(Hues[i], i % 2 == 0 ? darker : lighter));
    return colours;
}

QColor inkOn(const QColor& colour)
{
    const QColor dark(0x0B1118);
    return contrast(colour, dark) > contrast(colour, Qt::white) ? dark : QColor(Qt::white);
}

} // namespace darsena::gui
