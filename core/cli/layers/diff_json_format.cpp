// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/cli/layers/image_diff.h"
#include "core/cli/utf8.h"

#include <array>

namespace darsena::cli {

namespace {

constexpr std::array reasonNames {
    std::pair {layers::Content, "content"},
    std::pair {layers::Type, "type"},
    std::pair {layers::Link, "link"},
    std::pair {layers::Mode, "mode"},
    std::pair {layers::Owner, "owner"},
    std::pair {layers::Xattrs, "xattrs"},
    std::pair {layers::Time, "time"},
    std::pair {layers::StoredAgain, "storedAgain"},
};

json::Object diffedImage(const layers::SourceImage& image)
{
    return {{"name", validUtf8(image.name)}, {"id", image.id.text()},
        {"platform", validUtf8(image.config.platform.text())}, {"created", validUtf8(image.config.created)},
        {"layers", image.config.diffIds.size()}};
}

json::Object fileAsJson(const FileDifference& file)
{
    json::Object object {{"path", validUtf8(file.path)}, {"type", layers::name(file.type)}};
    if (file.mark != layers::Mark::Changed) {
        object["bytes"] = file.mark == layers::Mark::Added ? file.bytesAfter : file.bytesBefore;
        return object;
    }
    object["bytesBefore"] = file.bytesBefore;
    object["bytesAfter"] = file.bytesAfter;
    json::Array reasons;
    for (const auto& [bit, word] : reasonNames) {
        if (file.reasons & bit)
            reasons.push_back(json::Value(word));
    }
    object["reasons"] = std::move(reasons);
    object["what"] = validUtf8(file.what);
    return object;
}

json::Array filesAsJson(const ImageDiff& diff, layers::Mark mark)
{
    json::Array list;
    for (const FileDifference& file : diff.files) {
        if (file.mark == mark)
            list.push_back(fileAsJson(file));
    }
    return list;
}

json::Array digestsAsJson(const std::vector<Digest>& digests)
{
    json::Array list;
    for (const Digest& digest : digests)
        list.push_back(json::Value(digest.text()));
    return list;
}

json::Array textsAsJson(const std::vector<std::string>& texts)
{
    json::Array list;
    for (const std::string& text : texts)
        list.push_back(json::Value(validUtf8(text)));
    return list;
}

json::Array packagesAsJson(const std::vector<layers::PackageChange>& changes)
{
    json::Array list;
    for (const layers::PackageChange& change : changes)
        list.push_back(json::Object {{"kind", layers::name(change.kind)}, {"name", validUtf8(change.name)},
            {"architecture", validUtf8(change.architecture)}, {"before", textsAsJson(change.before)},
            {"after", textsAsJson(change.after)}});
    return list;
}

} // namespace

std::string diffAsJson(const ImageDiff& diff)
{
    json::Array config, history;
    for (const ConfigDifference& difference : diff.config)
        config.push_back(json::Object {{"field", validUtf8(difference.field)}, {"before", validUtf8(difference.before)},
            {"after", validUtf8(difference.after)}});
    for (const HistoryDifference& difference : diff.history)
        history.push_back(json::Object {{"in", difference.added ? "after" : "before"}, {"index", difference.index},
            {"createdBy", validUtf8(difference.entry.createdBy)}, {"created", validUtf8(difference.entry.created)}});
    const json::Object totals {{"added", json::Object {{"files", diff.added.files}, {"bytes", diff.added.bytesAfter}}},
        {"removed", json::Object {{"files", diff.removed.files}, {"bytes", diff.removed.bytesBefore}}},
        {"changed",
            json::Object {{"files", diff.changed.files}, {"bytesBefore", diff.changed.bytesBefore},
                {"bytesAfter", diff.changed.bytesAfter}}}};
    const json::Object layers {{"shared", digestsAsJson(diff.sharedLayers)}, {"sharedBytes", diff.sharedBytes},
        {"onlyBefore", digestsAsJson(diff.onlyBefore)}, {"onlyAfter", digestsAsJson(diff.onlyAfter)}};
    const json::Object document {{"same", diff.same()}, {"before", diffedImage(diff.before)},
        {"after", diffedImage(diff.after)}, {"totals", totals}, {"added", filesAsJson(diff, layers::Mark::Added)},
        {"removed", filesAsJson(diff, layers::Mark::Removed)}, {"changed", filesAsJson(diff, layers::Mark::Changed)},
        {"config", std::move(config)}, {"history", std::move(history)}, {"layers", layers},
        {"packages", packagesAsJson(diff.packages)}};
    return json::serialize(document) + "\n";
}

} // namespace darsena::cli
