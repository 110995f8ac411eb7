// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/layer.h"
#include "core/archive/whiteout.h"
#include "core/layers/index.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace darsena::gui {

inline layers::EntryType typeOf(const model::FileChange& file)
{
    using layers::EntryType;
    if (file.change == "removed")
        return EntryType::Whiteout;
    static const std::pair<const char*, EntryType> types[] = { { "directory", EntryType::Directory }, { "link", EntryType::Symlink },
        { "device", EntryType::CharDevice }, { "fifo", EntryType::Fifo }, { "socket", EntryType::Socket } };
    const auto found = std::find_if(std::begin(types), std::end(types), [&](const auto& one) { return file.type == one.first; });
    return found == std::end(types) ? EntryType::File : found->second;
}

inline std::string_view clean(std::string_view path)
{
    while (path.starts_with('/'))
        path.remove_prefix(1);
    while (path.ends_with('/'))
        path.remove_suffix(1);
    return path;
}

inline std::shared_ptr<const layers::Index> indexOf(const std::vector<model::FileChange>& files)
{
    std::vector<layers::IndexEntry> entries;
    entries.reserve(files.size());
    for (const model::FileChange& file : files) {
        layers::IndexEntry& entry = entries.emplace_back();
        entry.path = clean(file.path);
        entry.type = typeOf(file);
        entry.mode = static_cast<std::uint32_t>(file.mode) & 07777;
        entry.uid = static_cast<std::uint32_t>(file.uid);
        entry.gid = static_cast<std::uint32_t>(file.gid);
        entry.hardLink = file.type == "hardlink" && entry.type == layers::EntryType::File;
        if (entry.type == layers::EntryType::File && !entry.hardLink) {
            entry.size = static_cast<std::uint64_t>(std::max<std::int64_t>(0, file.size));
            // The lists have no digests: size and time stand for the content.
            entry.content = layers::contentBytes(Digest::ofText(std::to_string(file.size) + ' ' + std::to_string(file.mtime)));
        }
        entry.mtime = file.mtime;
        entry.link = entry.hardLink ? clean(file.link) : std::string_view(file.link);
    }
    std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return archive::pathBefore(a.path, b.path); });
    entries.erase(std::unique(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.path == b.path; }), entries.end());
    return std::make_shared<const layers::Index>(layers::Index::of(entries));
}

} // namespace darsena::gui
