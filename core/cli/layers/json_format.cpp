// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/cli/layers/formats.h"
#include "core/cli/utf8.h"

#include <cmath>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

/// The number of a tar member's type, as archives have it.
char tarType(const layers::IndexEntry& entry)
{
    switch (entry.type) {
    case layers::EntryType::Directory:
        return '5';
    case layers::EntryType::Symlink:
        return '2';
    case layers::EntryType::CharDevice:
        return '3';
    case layers::EntryType::BlockDevice:
        return '4';
    case layers::EntryType::Fifo:
        return '6';
    case layers::EntryType::File:
    case layers::EntryType::Socket:
    case layers::EntryType::Whiteout:
        break;
    }
    return entry.hardLink ? '1' : '0';
}

/// The mode as Go's os.FileMode has it: permissions below, and the type and the special bits where Go puts them.
std::uint32_t goFileMode(const layers::IndexEntry& entry)
{
    constexpr std::uint32_t directory = 1U << 31, symlink = 1U << 27, device = 1U << 26, fifo = 1U << 25,
                            socket = 1U << 24, setuid = 1U << 23, setgid = 1U << 22, character = 1U << 21,
                            sticky = 1U << 20;
    std::uint32_t mode = entry.mode & 0777;
    mode |= (entry.mode & 04000 ? setuid : 0) | (entry.mode & 02000 ? setgid : 0) | (entry.mode & 01000 ? sticky : 0);
    switch (entry.type) {
    case layers::EntryType::Directory:
        return mode | directory;
    case layers::EntryType::Symlink:
        return mode | symlink;
    case layers::EntryType::CharDevice:
        return mode | device | character;
    case layers::EntryType::BlockDevice:
        return mode | device;
    case layers::EntryType::Fifo:
        return mode | fifo;
    case layers::EntryType::Socket:
        return mode | socket;
    case layers::EntryType::File:
    case layers::EntryType::Whiteout:
        break;
    }
    return mode;
}

std::string jsonString(std::string_view text)
{
    return json::serialize(json::Value(validUtf8(text)));
}

/// Written by hand: there are hundreds of thousands of them, and a document in memory is ten times its text.
void addFileList(std::string& text, const layers::Index& index)
{
    bool first = true;
    for (const layers::DiveVisit& visit : layers::diveOrder(index)) {
        const layers::IndexEntry& entry = index.entries()[visit.entry];
        // What the archive did not name has nothing to say.
        if (entry.implied || (entry.type == layers::EntryType::Whiteout && !visit.whiteout))
            continue;
        std::string path(entry.path);
        if (visit.whiteout)
            path.insert(path.rfind('/') + 1, ".wh.");
        text += fmt::format("{}{{\"path\":{},\"typeFlag\":{},\"linkName\":{},\"size\":{},\"fileMode\":{},\"uid\":{},"
                            "\"gid\":{},\"isDir\":{}}}",
            first ? "\n" : ",\n", jsonString(path), static_cast<int>(tarType(entry)), jsonString(entry.link),
            entry.size, goFileMode(entry), entry.uid, entry.gid, entry.type == layers::EntryType::Directory);
        first = false;
    }
}

json::Object countAsJson(const layers::FileCount& count)
{
    return {{"files", count.files}, {"bytes", count.bytes}};
}

json::Object layerFigures(const layers::LayerFigures& figures)
{
    return {{"added", countAsJson(figures.added)}, {"changed", countAsJson(figures.changed)},
        {"removed", countAsJson(figures.removed)}, {"storedBytes", figures.storedBytes},
        {"visibleBytes", figures.visibleBytes}};
}

/// A share that is no number when nothing was added: then nothing is wasted of it. Infinity has no place in JSON.
json::Value shareAsJson(double share)
{
    if (std::isnan(share))
        return 0.0;
    return std::isinf(share) ? json::Value(nullptr) : json::Value(share);
}

std::string_view commandWithoutShell(std::string_view command)
{
    constexpr std::string_view shell = "/bin/sh -c ";
    return command.starts_with(shell) ? command.substr(shell.size()) : command;
}

json::Object layerAsJson(const ImageReport& report, std::size_t n)
{
    const auto& diffIds = report.image.config.diffIds;
    const Digest diffId = n < diffIds.size() ? diffIds[n] : report.facts[n].diffId;
    json::Object layer {{"index", n}, {"id", diffId.hex()}, {"digestId", diffId.text()},
        {"sizeBytes", report.stack.layer(n) ? report.stack.layer(n)->sums().bytes : 0},
        {"command", validUtf8(commandWithoutShell(report.commands[n]))}};
    for (auto& member : layerFigures(report.exact.layers[n]))
        layer[member.key()] = member.value();
    layer["blobBytes"] = report.facts[n].storedBytes;
    layer["tarBytes"] = report.facts[n].tarBytes;
    json::Array remarks;
    for (const layers::Remark& remark : report.facts[n].remarks)
        remarks.push_back(json::Object {
            {"path", validUtf8(remark.path)}, {"offset", remark.offset}, {"sentence", validUtf8(remark.sentence)}});
    if (!remarks.empty())
        layer["remarks"] = std::move(remarks);
    return layer;
}

json::Object imageAsJson(const ImageReport& report)
{
    json::Array references;
    for (const layers::DiveScore::Match& match : report.dive.matches)
        references.push_back(
            json::Object {{"count", match.count}, {"sizeBytes", match.bytes}, {"file", validUtf8(match.path)}});
    return {{"name", validUtf8(report.image.name)}, {"id", report.image.id.text()},
        {"platform", validUtf8(report.image.config.platform.text())},
        {"created", validUtf8(report.image.config.created)}, {"sizeBytes", report.dive.sizeBytes},
        {"inefficientBytes", report.dive.wastedBytes}, {"efficiencyScore", report.dive.efficiency},
        {"userWastedPercent", shareAsJson(report.dive.userWastedPercent())}, {"fileReference", std::move(references)}};
}

json::Object exactAsJson(const ImageReport& report)
{
    json::Array waste;
    for (const layers::Waste& copy : report.exact.waste)
        waste.push_back(json::Object {{"path", validUtf8(wastePath(report, copy))}, {"bytes", copy.bytes},
            {"storedIn", copy.storedIn}, {"hiddenBy", copy.hiddenBy}, {"how", layers::name(copy.how)}});
    json::Array figures;
    for (const layers::LayerFigures& layer : report.exact.layers)
        figures.push_back(layerFigures(layer));
    return {{"efficiency", report.exact.efficiency()}, {"wastedBytes", report.exact.wastedBytes},
        {"storedBytes", report.exact.storedBytes}, {"visibleBytes", report.visibleBytes()},
        {"userWastedShare", report.exact.userWastedShare()}, {"waste", std::move(waste)},
        {"layers", std::move(figures)}};
}

} // namespace

std::string layersAsJson(const ImageReport& report)
{
    // Reserved, because a text of that size that grows is there twice.
    constexpr std::size_t bytesPerFile = 150;
    std::string text;
    text.reserve(bytesPerFile * report.stack.allVersions().size());
    text = "{\"layer\":[";
    for (std::size_t n = 0; n < report.layerCount(); ++n) {
        std::string object = json::serialize(layerAsJson(report, n));
        object.pop_back(); // its brace: the list goes in
        text += (n == 0 ? "\n" : ",\n") + object + ",\"fileList\":[";
        if (report.stack.layer(n))
            addFileList(text, *report.stack.layer(n));
        text += "]}";
    }
    json::Array platforms;
    for (const std::string& platform : report.platforms())
        platforms.push_back(json::Value(validUtf8(platform)));
    text += fmt::format("],\n\"image\":{},\n\"exact\":{},\n\"platforms\":{},\n\"userWastedPercent\":{}",
        json::serialize(imageAsJson(report)), json::serialize(exactAsJson(report)), json::serialize(platforms),
        json::serialize(shareAsJson(report.dive.userWastedPercent())));
    if (report.packages) {
        json::Array packages;
        for (const layers::Package& package : *report.packages)
            packages.push_back(json::Object {{"kind", layers::name(package.kind)}, {"name", validUtf8(package.name)},
                {"version", validUtf8(package.version)}, {"architecture", validUtf8(package.architecture)}});
        text += ",\n\"packages\":" + json::serialize(packages);
    }
    return text + "}\n";
}

} // namespace darsena::cli
