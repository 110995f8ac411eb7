// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/savings.h"

#include "core/dockerfile/savings/site.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace darsena::dockerfile {

namespace {

using namespace savings_detail;

/// More than this is not looked at for one edit; the paths of a group are alike.
constexpr std::size_t mostPaths = 2000;
constexpr std::size_t mostRounds = 40;

std::string absolutePath(std::string_view path)
{
    return path.starts_with('/') ? std::string(path) : "/" + std::string(path);
}

/// The folder that all are in, or the only one itself.
std::string commonPath(const std::vector<std::string>& paths)
{
    std::string common = paths.front();
    for (const std::string& path : paths) {
        while (!isWithin(path, common) && !common.empty())
            common.resize(common.rfind('/'));
    }
    return common.empty() ? "/" : common;
}

/// Entries that one edit could cure: by lines, how they went, and what removes them.
std::vector<WasteGroup> groupsOf(const Site& site, std::span<const WasteEntry> entries)
{
    using Key = std::tuple<std::uint32_t, std::uint32_t, bool, bool, std::string>;
    std::map<Key, std::vector<std::size_t>> byKey;
    const auto firstLine = [&](std::uint32_t line) {
        const Placed* placed = site.at(line);
        return placed == nullptr ? line : placed->line();
    };
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const WasteEntry& entry = entries[i];
        const bool replaced = entry.how == WasteEntry::How::Overwritten;
        byKey[{firstLine(entry.storedIn), firstLine(entry.hiddenBy), replaced, replaced && entry.sameContent,
                  bucketOf(site, entry, absolutePath(entry.path))}]
            .push_back(i);
    }
    std::vector<WasteGroup> groups;
    for (auto& [key, indices] : byKey) {
        WasteGroup group {.entries = std::move(indices), .path = {}, .storedIn = std::get<0>(key), .hiddenBy = std::get<1>(key), .fixes = {}};
        std::stable_sort(group.entries.begin(), group.entries.end(),
            [&](std::size_t a, std::size_t b) { return entries[a].bytes > entries[b].bytes; });
        group.how = entries[group.entries.front()].how;
        for (const std::size_t index : group.entries)
            group.bytes += entries[index].bytes;
        groups.push_back(std::move(group));
    }
    return groups;
}

void addFixes(const Site& site, std::span<const WasteEntry> entries, WasteGroup& group)
{
    std::vector<std::string> paths;
    bool sameContent = true;
    for (const std::size_t index : group.entries) {
        paths.push_back(absolutePath(entries[index].path));
        sameContent = sameContent && entries[index].how == WasteEntry::How::Overwritten && entries[index].sameContent;
    }
    group.path = commonPath(paths);
    if (paths.size() > mostPaths)
        paths.resize(mostPaths);
    const Case waste {.site = site, .group = group, .paths = paths, .sameContent = sameContent,
        .stored = site.at(group.storedIn), .hidden = site.at(group.hiddenBy)};
    if (waste.stored != nullptr && waste.hidden != nullptr && waste.stored->begin() < waste.hidden->begin()) {
        for (const auto offer : {offerCopyOwner, offerIgnore, offerBindMount, offerMoveRemoval, offerCacheMount, offerJoin})
            offer(waste, group.fixes);
    }
    std::erase_if(group.fixes, [&](const SavingFix& fix) { return !fix.edits.empty() && !site.isAccepted(fix.edits); });
    std::stable_partition(group.fixes.begin(), group.fixes.end(), [](const SavingFix& fix) { return fix.applies(); });
    const auto applicable = std::find_if(group.fixes.begin(), group.fixes.end(), [](const SavingFix& fix) { return !fix.applies(); });
    if (group.fixes.empty())
        group.fixes.push_back(adviceFor(waste));
    else if (applicable != group.fixes.end() && applicable != group.fixes.begin())
        group.fixes.erase(applicable, group.fixes.end());
}

/// Where the statements of a file are after edits: by line before, a line after; 0 = gone.
class LineMap {
public:
    LineMap(const Dockerfile& before, const std::vector<TextEdit>& edits, const Dockerfile& after)
        : m_before(before)
        , m_edits(edits)
        , m_after(after)
    { }

    std::uint32_t operator()(std::uint32_t line) const
    {
        const Statement* statement = m_before.document.statementAtLine(line);
        if (line == 0 || statement == nullptr)
            return 0;
        std::int64_t shift = 0;
        for (const TextEdit& edit : m_edits) {
            if (edit.range.begin <= statement->range.begin && edit.range.end >= statement->range.end && edit.replacement.empty())
                return 0;
            // The keyword of a RUN that was joined to another is gone, its place is within that one.
            if (edit.range.begin <= statement->range.begin)
                shift += static_cast<std::int64_t>(edit.replacement.size())
                    - static_cast<std::int64_t>(std::min(edit.range.end, statement->range.end) - edit.range.begin);
        }
        const std::int64_t place = std::max<std::int64_t>(0, statement->range.begin + shift);
        const Statement* now = m_after.document.statementAtLine(m_after.document.source.lineOf(static_cast<std::uint32_t>(place)));
        return now == nullptr ? 0 : now->firstLine;
    }

private:
    const Dockerfile& m_before;
    const std::vector<TextEdit>& m_edits;
    const Dockerfile& m_after;
};

} // namespace

std::string_view name(SavingKind kind)
{
    switch (kind) {
    case SavingKind::MoveRemoval:
        return "move-removal";
    case SavingKind::JoinRuns:
        return "join-runs";
    case SavingKind::CopyOwner:
        return "copy-owner";
    case SavingKind::CacheMount:
        return "cache-mount";
    case SavingKind::BindMount:
        return "bind-mount";
    case SavingKind::Ignore:
        return "ignore";
    case SavingKind::OwnStage:
        return "own-stage";
    case SavingKind::BaseImage:
        return "base-image";
    case SavingKind::Advice:
        break;
    }
    return "advice";
}

std::vector<WasteGroup> savings(const Dockerfile& file, std::span<const WasteEntry> entries)
{
    const Site site(file);
    std::vector<WasteGroup> groups = groupsOf(site, entries);
    for (WasteGroup& group : groups)
        addFixes(site, entries, group);
    std::stable_sort(groups.begin(), groups.end(), [](const WasteGroup& a, const WasteGroup& b) { return a.bytes > b.bytes; });
    return groups;
}

AllSavings applyAllSavings(const Dockerfile& file, std::vector<WasteEntry> entries)
{
    AllSavings result {.text = file.document.source.text(), .ignoreLines = {}, .applied = {}};
    Dockerfile now = file;
    for (std::size_t round = 0; round < mostRounds; ++round) {
        const std::vector<WasteGroup> groups = savings(now, entries);
        const auto next = std::find_if(groups.begin(), groups.end(), [](const WasteGroup& group) { return group.fixes.front().applies(); });
        if (next == groups.end())
            break;
        const SavingFix& fix = next->fixes.front();
        result.applied.push_back(fix);
        result.bytes += next->bytes;
        for (const std::string& line : fix.ignoreLines) {
            if (std::find(result.ignoreLines.begin(), result.ignoreLines.end(), line) == result.ignoreLines.end())
                result.ignoreLines.push_back(line);
        }
        result.text = applyFix(result.text, Fix {.description = {}, .edits = fix.edits});
        Dockerfile after = readDockerfile(result.text);
        const LineMap lineAfter(now, fix.edits, after);
        const Site site(now);
        const WasteEntry& example = entries[next->entries.front()];
        const std::string bucket = bucketOf(site, example, absolutePath(example.path));
        std::vector<WasteEntry> left;
        std::vector<char> cured(entries.size(), 0);
        for (const std::size_t index : next->entries)
            cured[index] = 1;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (cured[i] != 0)
                continue;
            WasteEntry entry = entries[i];
            entry.storedIn = lineAfter(entry.storedIn);
            // What is removed elsewhere now hides all that it hid before.
            const bool moved = fix.kind == SavingKind::MoveRemoval && site.at(entry.hiddenBy) == site.at(next->hiddenBy)
                && bucketOf(site, entries[i], absolutePath(entry.path)) == bucket;
            entry.hiddenBy = lineAfter(moved ? next->storedIn : entry.hiddenBy);
            const bool gone = (entries[i].storedIn != 0 && entry.storedIn == 0) || (entry.storedIn != 0 && entry.storedIn == entry.hiddenBy);
            if (gone)
                // This edit cures it as well.
                result.bytes += entry.bytes;
            else
                left.push_back(std::move(entry));
        }
        entries = std::move(left);
        now = std::move(after);
    }
    return result;
}

std::optional<TextEdit> editBetween(std::string_view before, std::string_view after)
{
    if (before == after)
        return std::nullopt;
    std::size_t front = 0;
    while (front < std::min(before.size(), after.size()) && before[front] == after[front])
        ++front;
    std::size_t back = 0;
    while (back < std::min(before.size(), after.size()) - front && before[before.size() - 1 - back] == after[after.size() - 1 - back])
        ++back;
    // Not in the middle of a character.
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    while (front > 0 && ((front < before.size() && continues(before[front])) || (front < after.size() && continues(after[front]))))
        --front;
    while (back > 0 && continues(before[before.size() - back]))
        --back;
    return TextEdit {.range = {static_cast<std::uint32_t>(front), static_cast<std::uint32_t>(before.size() - back)},
        .replacement = std::string(after.substr(front, after.size() - back - front))};
}

} // namespace darsena::dockerfile
