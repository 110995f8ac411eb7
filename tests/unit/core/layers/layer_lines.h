// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/whiteout.h"
#include "core/layers/stack.h"

#include <QtGlobal>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace darsena::layers {

/// One entry of a layer, as tests write it.
struct Line {
    /// 'f' file (rest: content) · 'd' directory (rest: mode) · 'i' directory that the archive does not name · 'o' opaque
    /// directory · 'w' whiteout · 'l' symlink (rest: target) · 'h' hard link (rest: the file it names)
    char kind;
    std::string path;
    std::string rest {};
    std::uint32_t mode = 0755;
    std::int64_t mtime = 0;
    std::uint32_t uid = 0;
    std::uint64_t xattrs = 0;
};

/// Files have as many bytes as their content has characters, or N for a content "N bytes" ("100 a": 100 bytes, kind a).
inline std::shared_ptr<const Index> layer(std::vector<Line> lines)
{
    std::ranges::sort(lines, archive::pathBefore, &Line::path);
    std::vector<IndexEntry> entries;
    for (const Line& line : lines) {
        IndexEntry& entry = entries.emplace_back();
        entry.path = line.path;
        entry.mode = line.mode;
        entry.mtime = line.mtime;
        entry.uid = line.uid;
        entry.xattrs = line.xattrs;
        switch (line.kind) {
        case 'f':
            entry.size = std::isdigit(static_cast<unsigned char>(line.rest[0])) ? std::stoull(line.rest) : line.rest.size();
            entry.content = contentBytes(Digest::ofText(line.rest));
            break;
        case 'h':
            entry.hardLink = true;
            entry.link = line.rest;
            break;
        case 'l':
            entry.type = EntryType::Symlink;
            entry.link = line.rest;
            break;
        case 'w':
            entry.type = EntryType::Whiteout;
            break;
        case 'd':
        case 'i':
        case 'o':
            entry.type = EntryType::Directory;
            entry.opaque = line.kind == 'o';
            entry.implied = line.kind == 'i';
            if (!line.rest.empty())
                entry.mode = static_cast<std::uint32_t>(std::stoul(line.rest, nullptr, 8));
            break;
        default:
            qFatal("no such kind: %c", line.kind);
        }
    }
    return std::make_shared<const Index>(Index::of(entries));
}

inline Stack stackOf(std::vector<std::shared_ptr<const Index>> layers)
{
    auto stack = Stack::build(std::move(layers));
    if (!stack)
        qFatal("%s", stack.error().message().c_str());
    return std::move(*stack);
}

} // namespace darsena::layers
