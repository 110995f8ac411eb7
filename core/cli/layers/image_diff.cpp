// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/image_diff.h"

#include "core/base/json.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

/// Parts that people look for one by one.
using Fields = std::map<std::string, std::string>;

void addVariables(Fields& fields, const std::vector<std::string>& env)
{
    for (const std::string& variable : env) {
        const std::size_t equals = variable.find('=');
        fields["Env " + variable.substr(0, equals)] = equals == std::string::npos ? "" : variable.substr(equals + 1);
    }
}

Fields fieldsOf(const oci::ImageConfig& config, bool times)
{
    Fields fields;
    const auto add = [&](const std::string& field, const std::string& value) {
        if (!value.empty())
            fields[field] = value;
    };
    add("Platform", config.platform.text());
    add("OSVersion", config.osVersion);
    add("Author", config.author);
    if (times)
        add("Created", config.created);
    addVariables(fields, config.config.env);
    for (const auto& [name, value] : config.config.labels)
        fields["Label " + name] = value;
    for (const auto& member : config.config.toJson()) {
        const std::string key(member.key());
        if (key == "Env" || key == "Labels" || member.value().is_null())
            continue;
        if (const auto* text = member.value().if_string())
            add(key, std::string(*text));
        else
            add(key, json::serialize(member.value()));
    }
    return fields;
}

bool sameEntry(const oci::HistoryEntry& left, const oci::HistoryEntry& right, bool times)
{
    return left.createdBy == right.createdBy && left.author == right.author && left.comment == right.comment
        && left.emptyLayer == right.emptyLayer && (!times || left.created == right.created);
}

FileDifference fileDifference(const layers::Stack& stack, const layers::View& view, layers::Stack::NodeId node)
{
    const layers::View::Cell& cell = view.cell(node);
    FileDifference file;
    file.path = "/" + std::string(stack.node(node).path);
    file.mark = cell.mark;
    file.reasons = cell.reasons;
    const layers::IndexEntry* entry = cell.version == layers::Stack::none ? nullptr : &stack.entry(cell.version);
    file.type = entry == nullptr ? layers::EntryType::Directory : entry->type;
    const bool whole = cell.mark != layers::Mark::Changed && file.type == layers::EntryType::Directory;
    file.filesBeneath = whole ? (cell.mark == layers::Mark::Added ? cell.files : cell.removedFiles) : 0;
    file.bytesBeneath = whole ? (cell.mark == layers::Mark::Added ? cell.bytes : cell.removedBytes) : 0;
    if (entry != nullptr)
        (cell.mark == layers::Mark::Removed ? file.bytesBefore : file.bytesAfter) = entry->size;
    if (cell.mark == layers::Mark::Changed && cell.before != layers::Stack::none && entry != nullptr) {
        file.bytesBefore = stack.entry(cell.before).size;
        file.what = layers::describe(stack.entry(cell.before), *entry, cell.reasons);
    }
    return file;
}

void collectFiles(ImageDiff& diff, const layers::Stack& stack, const layers::View& view)
{
    layers::Stack::NodeId wholeUntil = 0; // nodes before it lie in a directory that is in the list
    for (layers::Stack::NodeId node = 0; node < stack.nodes().size(); ++node) {
        const layers::Mark mark = view.cell(node).mark;
        if (mark == layers::Mark::Absent || mark == layers::Mark::Same)
            continue;
        FileDifference file = fileDifference(stack, view, node);
        if (file.type != layers::EntryType::Directory) {
            DiffSums& sums = mark == layers::Mark::Added ? diff.added
                : mark == layers::Mark::Removed          ? diff.removed
                                                         : diff.changed;
            ++sums.files;
            sums.bytesBefore += file.bytesBefore;
            sums.bytesAfter += file.bytesAfter;
        }
        file.beneathOther = node < wholeUntil;
        if (!file.beneathOther && mark != layers::Mark::Changed && file.type == layers::EntryType::Directory)
            wholeUntil = stack.node(node).end;
        diff.files.push_back(std::move(file));
    }
}

void compareLayers(ImageDiff& diff, const layers::ReadImage& before, const layers::ReadImage& after)
{
    const auto& old = before.image.config.diffIds;
    const auto& now = after.image.config.diffIds;
    for (std::size_t n = 0; n < now.size(); ++n) {
        const bool shared = std::ranges::find(old, now[n]) != old.end();
        (shared ? diff.sharedLayers : diff.onlyAfter).push_back(now[n]);
        if (shared && n < after.indexes.size() && after.indexes[n])
            diff.sharedBytes += after.indexes[n]->sums().bytes;
    }
    std::ranges::copy_if(old, std::back_inserter(diff.onlyBefore),
        [&](const Digest& id) { return std::ranges::find(now, id) == now.end(); });
}

/// Whether a file that tells about packages is among the differences.
bool touchesPackages(const ImageDiff& diff, const layers::Stack& before, const layers::Stack& after)
{
    const auto paths = [](const layers::Stack& stack) {
        std::vector<std::string> result;
        for (const layers::PackageFile& file : layers::packageFiles(stack, stack.layerCount()))
            result.push_back("/" + file.path);
        std::ranges::sort(result);
        return result;
    };
    const std::vector<std::string> old = paths(before), now = paths(after);
    return std::ranges::any_of(diff.files, [&](const FileDifference& file) {
        return std::ranges::binary_search(old, file.path) || std::ranges::binary_search(now, file.path);
    });
}

} // namespace

std::vector<ConfigDifference> configDifferences(
    const oci::ImageConfig& before, const oci::ImageConfig& after, bool times)
{
    const Fields old = fieldsOf(before, times), now = fieldsOf(after, times);
    std::vector<ConfigDifference> differences;
    for (const auto& [field, value] : old) {
        const auto other = now.find(field);
        if (other == now.end() || other->second != value)
            differences.push_back({field, value, other == now.end() ? "" : other->second});
    }
    for (const auto& [field, value] : now) {
        if (!old.contains(field))
            differences.push_back({field, "", value});
    }
    std::ranges::sort(differences, {}, &ConfigDifference::field);
    return differences;
}

std::vector<HistoryDifference> historyDifferences(
    const std::vector<oci::HistoryEntry>& before, const std::vector<oci::HistoryEntry>& after, bool times)
{
    std::size_t begin = 0, oldEnd = before.size(), newEnd = after.size();
    while (begin < oldEnd && begin < newEnd && sameEntry(before[begin], after[begin], times))
        ++begin;
    while (oldEnd > begin && newEnd > begin && sameEntry(before[oldEnd - 1], after[newEnd - 1], times)) {
        --oldEnd;
        --newEnd;
    }
    std::vector<HistoryDifference> differences;
    for (std::size_t i = begin; i < oldEnd; ++i)
        differences.push_back({false, i, before[i]});
    for (std::size_t i = begin; i < newEnd; ++i)
        differences.push_back({true, i, after[i]});
    return differences;
}

Result<ImageDiff> diffImages(const layers::ReadImage& before, const layers::Stack& beforeStack,
    const layers::ReadImage& after, const layers::Stack& afterStack, const DiffOptions& options)
{
    ImageDiff diff;
    diff.before = before.image;
    diff.after = after.image;
    const layers::Stack stack = TRY(layers::compare(
        beforeStack, beforeStack.layerCount(), afterStack, afterStack.layerCount(), options.strictness));
    collectFiles(diff, stack, layers::View::of(stack, {1, 1}, options.strictness));
    compareLayers(diff, before, after);
    diff.packageFilesDiffer = touchesPackages(diff, beforeStack, afterStack);
    if (!options.filesOnly) {
        const bool times = options.strictness == layers::Strictness::Everything;
        diff.config = configDifferences(before.image.config, after.image.config, times);
        diff.history = historyDifferences(before.image.config.history, after.image.config.history, times);
    }
    return diff;
}

} // namespace darsena::cli
