// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/image_report.h"

#include "core/cli/utf8.h"
#include "core/oci/instruction.h"

#include <algorithm>
#include <map>

namespace darsena::cli {

namespace {

CiSubject exactSubject(const ImageReport& report, const layers::IgnorePath& ignored)
{
    std::uint64_t stored = 0, storedAbove = 0, wasted = 0, wastedAbove = 0;
    for (std::size_t n = 0; n < report.layerCount(); ++n) {
        if (!report.stack.layer(n))
            continue;
        for (const layers::IndexEntry& entry : report.stack.layer(n)->entries()) {
            if (entry.type != layers::EntryType::File || (ignored && ignored(entry.path)))
                continue;
            stored += entry.size;
            storedAbove += n == 0 ? 0 : entry.size;
        }
    }
    std::map<std::uint32_t, layers::DiveScore::Match> byNode;
    for (const layers::Waste& waste : report.exact.waste) {
        if (ignored && ignored(report.stack.node(waste.node).path))
            continue;
        wasted += waste.bytes;
        wastedAbove += waste.storedIn == 0 ? 0 : waste.bytes;
        layers::DiveScore::Match& match = byNode[waste.node];
        ++match.count;
        match.bytes += waste.bytes;
    }
    const auto share = [](std::uint64_t part, std::uint64_t whole) {
        return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
    };
    CiSubject subject;
    subject.figures
        = {stored == 0 ? 1.0 : share(stored - wasted, stored), wasted, share(wastedAbove, storedAbove), stored};
    for (auto& [node, match] : byNode) {
        match.path = "/" + std::string(report.stack.node(node).path);
        subject.inefficient.push_back(std::move(match));
    }
    std::ranges::stable_sort(subject.inefficient, std::ranges::greater(), &layers::DiveScore::Match::bytes);
    return subject;
}

} // namespace

std::string ImageReport::title(std::size_t layer, std::size_t width) const
{
    const std::string command = oci::readableInstruction(commands[layer]);
    std::string line;
    std::size_t characters = 0;
    bool space = true; // runs of blanks and control characters become one blank
    for (const char c : validUtf8(command)) {
        const auto byte = static_cast<unsigned char>(c);
        const bool blank = byte <= ' ' || byte == 0x7f;
        if (blank && space)
            continue;
        if ((byte & 0xc0) != 0x80 && ++characters > width) {
            while (line.ends_with(' '))
                line.pop_back();
            return line + "…";
        }
        line += blank ? ' ' : c;
        space = blank;
    }
    while (line.ends_with(' '))
        line.pop_back();
    return line;
}

std::vector<std::string> ImageReport::platforms() const
{
    std::vector<std::string> names;
    const auto add = [&](const oci::Platform& platform) {
        if (!platform.os.empty() && std::ranges::find(names, platform.text()) == names.end())
            names.push_back(platform.text());
    };
    add(image.config.platform);
    for (const layers::SourceChoice& choice : choices)
        add(choice.platform);
    return names;
}

Result<ImageReport> reportOn(layers::ReadImage image)
{
    layers::Stack stack = TRY(layers::Stack::build(std::move(image.indexes)));
    layers::Analysis exact = layers::analyse(stack);
    layers::DiveScore dive = layers::diveScore(stack);
    std::vector<std::string> commands = layerCommands(image.image.config);
    commands.resize(stack.layerCount(), "(missing)");
    image.facts.resize(stack.layerCount());
    return ImageReport {std::move(image.image), std::move(image.facts), std::move(image.choices), std::move(stack),
        std::move(exact), std::move(dive), std::move(commands), {}};
}

CiSubject ciSubject(const ImageReport& report, Score score, const layers::IgnorePath& ignored)
{
    if (score == Score::Exact)
        return exactSubject(report, ignored);
    layers::DiveScore dive = ignored ? layers::diveScore(report.stack, ignored) : report.dive;
    return {{dive.efficiency, dive.wastedBytes, dive.userWastedPercent(), dive.sizeBytes}, std::move(dive.matches)};
}

std::vector<std::string> layerCommands(const oci::ImageConfig& config)
{
    std::vector<std::string> commands;
    for (const oci::HistoryEntry& entry : config.history) {
        if (!entry.emptyLayer && commands.size() < config.diffIds.size())
            commands.push_back(entry.createdBy);
    }
    commands.resize(config.diffIds.size(), "(missing)");
    return commands;
}

std::string wastePath(const ImageReport& report, const layers::Waste& waste)
{
    return "/" + std::string(report.stack.node(waste.node).path);
}

} // namespace darsena::cli
