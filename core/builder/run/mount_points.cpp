// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/mount_points.h"

#include "core/builder/run/inside.h"

#include <algorithm>
#include <map>

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace darsena::builder {

Result<MountPoints> MountPoints::look(const os::Beneath& merged, const std::vector<std::string>& paths)
{
    std::map<std::string, Point> points;
    for (const std::string& path : paths) {
        const std::string target = TRY(resolveInside(merged, path));
        if (target == "/")
            continue;
        const bool targetExisted = merged.exists(target);
        for (std::string at = target; at != "/"; at = parentOf(at)) {
            Point& point = points[at];
            point.path = at;
            point.isTarget = point.isTarget || at == target;
            point.above = point.above || (at != target && !targetExisted);
            if (const auto found = merged.stat(at)) {
                point.existed = true;
                point.before = *found;
            }
        }
    }
    MountPoints result;
    for (auto& [path, point] : points)
        result.m_points.push_back(std::move(point));
    const auto depth = [](const Point& point) { return std::count(point.path.begin(), point.path.end(), '/'); };
    std::stable_sort(result.m_points.begin(), result.m_points.end(),
        [&](const Point& left, const Point& right) { return depth(left) > depth(right); });
    return result;
}

Result<void> MountPoints::removeFrom(const std::filesystem::path& upper) const
{
    const os::Beneath root = TRY(os::Beneath::open(upper));
    for (const Point& point : m_points) {
        const auto place = root.place(point.path, os::Links::Refuse);
        if (!place)
            continue; // not in this layer, or behind a link that the step made
        const int directory = place->directory.get();
        const char* name = place->name.c_str();
        struct stat now {};
        if (::fstatat(directory, name, &now, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (!point.existed) {
            // rmdir and the size keep what the step itself put there.
            if (S_ISDIR(now.st_mode))
                ::unlinkat(directory, name, AT_REMOVEDIR);
            else if (point.isTarget && S_ISREG(now.st_mode) && now.st_size == 0)
                ::unlinkat(directory, name, 0);
            continue;
        }
        if (!point.above || !S_ISDIR(now.st_mode) || now.st_mode != point.before.st_mode || now.st_uid != point.before.st_uid
            || now.st_gid != point.before.st_gid)
            continue;
        const UniqueFd opened = UniqueFd::adopt(::openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (opened && ::fgetxattr(opened.get(), "trusted.overlay.opaque", nullptr, 0) < 0)
            ::unlinkat(directory, name, AT_REMOVEDIR);
    }
    return {};
}

} // namespace darsena::builder
