// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/member.h"

#include "core/archive/whiteout.h"

#include <algorithm>

namespace darsena::layers {

namespace {

EntryType indexType(archive::EntryType type)
{
    switch (type) {
    case archive::EntryType::Directory:
        return EntryType::Directory;
    case archive::EntryType::Symlink:
        return EntryType::Symlink;
    case archive::EntryType::CharDevice:
        return EntryType::CharDevice;
    case archive::EntryType::BlockDevice:
        return EntryType::BlockDevice;
    case archive::EntryType::Fifo:
        return EntryType::Fifo;
    case archive::EntryType::Socket:
        return EntryType::Socket;
    case archive::EntryType::File:
    case archive::EntryType::Hardlink:
        break;
    }
    return EntryType::File;
}

} // namespace

bool isLayerXattr(std::string_view name)
{
    return name == "security.capability" || name.starts_with("system.posix_acl_")
        || (name.starts_with("user.") && !archive::isForbiddenXattr(name));
}

std::vector<archive::Xattr> layerXattrs(const std::vector<archive::Xattr>& all)
{
    std::vector<archive::Xattr> kept;
    std::ranges::copy_if(all, std::back_inserter(kept), [](const archive::Xattr& xattr) { return isLayerXattr(xattr.name); });
    return kept;
}

IndexEntry describe(const archive::Entry& member)
{
    IndexEntry entry;
    entry.type = indexType(member.type);
    entry.hardLink = member.type == archive::EntryType::Hardlink;
    entry.mode = entry.type == EntryType::Symlink ? 0777 : member.mode;
    entry.uid = member.uid;
    entry.gid = member.gid;
    entry.mtime = member.mtime;
    if (member.type == archive::EntryType::File)
        entry.size = member.size;
    if (isDevice(entry.type)) {
        entry.deviceMajor = member.deviceMajor;
        entry.deviceMinor = member.deviceMinor;
    }
    if ((entry.type == EntryType::File || entry.type == EntryType::Directory) && !member.xattrs.empty())
        entry.xattrs = xattrHash(layerXattrs(member.xattrs));
    return entry;
}

} // namespace darsena::layers
