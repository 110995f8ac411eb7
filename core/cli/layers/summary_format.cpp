// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/formats.h"
#include "core/cli/layers/plain_text.h"
#include "core/cli/layers/size_text.h"

#include <fmt/format.h>

namespace darsena::cli {

namespace {

/// dive shows 0 when nothing is wasted, whatever the division says.
std::string userWasteText(std::uint64_t wasted, double share)
{
    return wasted == 0 ? "0 %" : percentText(share);
}

std::string layerTable(const ImageReport& report)
{
    std::string text = fmt::format("{:>5}  {:>8}  {:>8}  {:>8}  {:>7}  {:>7}  {:>7}  {}\n", "LAYER", "STORED",
        "VISIBLE", "BLOB", "ADDED", "CHANGED", "REMOVED", "INSTRUCTION");
    std::uint64_t blobs = 0;
    for (std::size_t n = 0; n < report.layerCount(); ++n) {
        const layers::LayerFigures& layer = report.exact.layers[n];
        blobs += report.facts[n].storedBytes;
        text += fmt::format("{:>5}  {:>8}  {:>8}  {:>8}  {:>7}  {:>7}  {:>7}  {}\n", n, sizeText(layer.storedBytes),
            sizeText(layer.visibleBytes), sizeText(report.facts[n].storedBytes), layer.added.files, layer.changed.files,
            layer.removed.files, plainText(report.title(n, 80)));
    }
    return text
        + fmt::format("{:>5}  {:>8}  {:>8}  {:>8}\n", "total", sizeText(report.exact.storedBytes),
            sizeText(report.visibleBytes()), sizeText(blobs));
}

std::string scores(const ImageReport& report)
{
    const layers::Analysis& exact = report.exact;
    std::string text = fmt::format("\n{:<22}  {:>10}  {:>10}\n", "", "EXACT", "DIVE SAYS");
    text += fmt::format(
        "{:<22}  {:>10}  {:>10}\n", "efficiency", percentText(exact.efficiency()), percentText(report.dive.efficiency));
    text += fmt::format(
        "{:<22}  {:>10}  {:>10}\n", "wasted", sizeText(exact.wastedBytes), sizeText(report.dive.wastedBytes));
    return text
        + fmt::format("{:<22}  {:>10}  {:>10}\n", "wasted above the base",
            userWasteText(exact.wastedBytes, exact.userWastedShare()),
            userWasteText(report.dive.wastedBytes, report.dive.userWastedPercent()));
}

std::string wasteTable(const ImageReport& report, std::size_t top)
{
    const auto& waste = report.exact.waste;
    if (waste.empty())
        return "\nNothing is wasted.\n";
    const std::size_t shown = std::min(top, waste.size());
    std::string text = shown == waste.size()
        ? fmt::format("\n{} wasted {}:\n", waste.size(), waste.size() == 1 ? "copy" : "copies")
        : fmt::format("\nThe {} largest of {} wasted copies (--top shows more):\n", shown, waste.size());
    text += fmt::format("{:>8}  {:>6}  {:>6}  {:<11}  {}\n", "BYTES", "STORED", "HIDDEN", "HOW", "PATH");
    for (std::size_t i = 0; i < shown; ++i)
        text += fmt::format("{:>8}  {:>6}  {:>6}  {:<11}  {}\n", sizeText(waste[i].bytes), waste[i].storedIn,
            waste[i].hiddenBy, layers::name(waste[i].how), plainText(wastePath(report, waste[i])));
    return text;
}

} // namespace

std::string layersAsSummary(const ImageReport& report, std::size_t top)
{
    std::string text = plainText(report.image.name);
    if (!report.image.config.platform.os.empty())
        text += "  " + plainText(report.image.config.platform.text());
    text += fmt::format("  {}\n", report.image.id.shortHex());
    if (const auto platforms = report.platforms(); platforms.size() > 1)
        text += plainText(fmt::format("platforms: {} (--platform chooses)", fmt::join(platforms, ", "))) + "\n";
    text += "\n" + layerTable(report) + scores(report) + wasteTable(report, top);
    for (std::size_t n = 0; n < report.layerCount(); ++n) {
        for (const layers::Remark& remark : report.facts[n].remarks)
            text += plainText(fmt::format(
                        "layer {}: {}{}{}", n, remark.path, remark.path.empty() ? "" : ": ", remark.sentence))
                + "\n";
    }
    return text;
}

std::string packagesAsText(const std::vector<layers::Package>& packages)
{
    std::string text;
    for (const layers::Package& package : packages)
        text += fmt::format(
            "{}  {}  {}\n", layers::name(package.kind), plainText(package.name), plainText(package.version));
    return text;
}

} // namespace darsena::cli
