// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/formats.h"
#include "core/cli/utf8.h"
#include "core/layers/view.h"

#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

std::string csvText(std::string_view text)
{
    std::string result = "\"";
    for (const char c : validUtf8(text)) {
        result += c;
        if (c == '"')
            result += c;
    }
    return result + '"';
}

std::string_view csvChange(const layers::View::Cell& cell, const layers::IndexEntry& entry)
{
    if (entry.type == layers::EntryType::Whiteout)
        return cell.mark == layers::Mark::Removed ? "removed" : "nothing";
    switch (cell.mark) {
    case layers::Mark::Added:
        return "added";
    case layers::Mark::Changed:
        return layers::isMetadataOnly(cell) ? "metadata" : "changed";
    case layers::Mark::Removed:
        return "removed";
    case layers::Mark::Same:
    case layers::Mark::Absent:
        break;
    }
    return "same";
}

} // namespace

std::string layersAsCsv(const ImageReport& report)
{
    std::map<std::pair<std::uint32_t, std::uint32_t>, const layers::Waste*> wasted; // by node and layer
    for (const layers::Waste& waste : report.exact.waste)
        wasted.emplace(std::pair {waste.node, waste.storedIn}, &waste);

    std::vector<std::vector<std::pair<layers::Stack::NodeId, const layers::IndexEntry*>>> byLayer(report.layerCount());
    for (layers::Stack::NodeId node = 0; node < report.stack.nodes().size(); ++node) {
        for (const layers::Stack::Version& version : report.stack.versions(node)) {
            if (!report.stack.entry(version).implied)
                byLayer[version.layer].emplace_back(node, &report.stack.entry(version));
        }
    }
    std::string text = "layer,path,type,change,bytes,mode,uid,gid,wastedBytes,hiddenBy,how\r\n";
    for (std::uint32_t n = 0; n < report.layerCount(); ++n) {
        const layers::View view = layers::View::of(report.stack, {n, n});
        for (const auto& [node, entry] : byLayer[n]) {
            text += fmt::format("{},{},{},{},{},{:04o},{},{},", n, csvText("/" + std::string(entry->path)),
                layers::name(entry->type), csvChange(view.cell(node), *entry), entry->size, entry->mode, entry->uid,
                entry->gid);
            const auto waste = wasted.find({node, n});
            if (waste != wasted.end())
                text += fmt::format(
                    "{},{},{}\r\n", waste->second->bytes, waste->second->hiddenBy, layers::name(waste->second->how));
            else
                text += "0,,\r\n";
        }
    }
    return text;
}

} // namespace darsena::cli
