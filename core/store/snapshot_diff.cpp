// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/snapshot_diff.h"

#include "core/store/xattrs.h"

#include <cerrno>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace darsena::store {

namespace {

using layers::Change;

constexpr int maxDiffDepth = 400; // a few descriptors a level

bool hidesLower(const struct stat& status)
{
    return S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0);
}

bool isGone(const Error& error)
{
    return error.systemError() == ENOENT || error.systemError() == ENOTDIR;
}

/// Nothing there is no error.
Result<std::optional<struct stat>> statIfThere(const os::Beneath* directory, const std::string& name)
{
    if (!directory)
        return std::optional<struct stat>();
    auto status = directory->stat(name);
    if (status)
        return std::optional(*status);
    if (isGone(status.error()))
        return std::optional<struct stat>();
    return status.error();
}

class SnapshotDiff {
public:
    Result<std::vector<PathChange>> run(const os::Beneath& upper, const os::Beneath& lower)
    {
        const bool opaque = TRY(isOpaqueDirectory(upper));
        TRY(directory(upper, &lower, "", opaque, 0));
        return std::move(m_changes);
    }

private:
    static Result<bool> isOpaqueDirectory(const os::Beneath& directory)
    {
        const UniqueFd fd = TRY(directory.open(".", O_RDONLY | O_DIRECTORY));
        const auto value = TRY(readXattr(fd.get(), "trusted.overlay.opaque"));
        return value && *value == "y";
    }

    void add(std::string path, Change change) { m_changes.push_back({ std::move(path), change }); }

    /// `lower` null: there was no such directory. `opaque`: what it had is hidden.
    Result<void> directory(const os::Beneath& upper, const os::Beneath* lower, const std::string& path, bool opaque, int depth)
    {
        if (depth > maxDiffDepth)
            return Error(ErrorCode::TooLarge, fmt::format("\"{}\": more than {} directories deep", path, maxDiffDepth));
        std::set<std::string> names;
        for (const os::DirectoryEntry& entry : TRY_CONTEXT(path, upper.list(".")))
            names.insert(entry.name);
        if (opaque && lower) {
            for (const os::DirectoryEntry& entry : TRY_CONTEXT(path, lower->list(".")))
                names.insert(entry.name);
        }
        for (const std::string& name : names)
            TRY(entry(upper, lower, name, path + "/" + name, depth));
        return {};
    }

    Result<void> entry(const os::Beneath& upper, const os::Beneath* lower, const std::string& name, const std::string& path, int depth)
    {
        const auto now = TRY_CONTEXT(path, statIfThere(&upper, name));
        const auto before = TRY_CONTEXT(path, statIfThere(lower, name));
        if (!now || hidesLower(*now)) {
            // Not in the upper directory at all: an opaque one hides it (or it went while we looked).
            if (before)
                add(path, Change::Removed);
            return {};
        }
        if (!before) {
            add(path, Change::Added);
            if (S_ISDIR(now->st_mode))
                return inner(upper, nullptr, name, path, depth);
            return {};
        }
        if (!S_ISDIR(now->st_mode)) {
            if (TRY_CONTEXT(path, differs(upper, *lower, name, *now, *before)))
                add(path, Change::Changed);
            return {};
        }
        // The directory comes before what is in it, but whether it has changed is known only afterwards.
        const std::size_t place = m_changes.size();
        const bool wasDirectory = S_ISDIR(before->st_mode);
        TRY(inner(upper, wasDirectory ? lower : nullptr, name, path, depth));
        if (m_changes.size() > place || attributesDiffer(*now, *before))
            m_changes.insert(m_changes.begin() + static_cast<std::ptrdiff_t>(place), { path, Change::Changed });
        return {};
    }

    Result<void> inner(const os::Beneath& upper, const os::Beneath* lower, const std::string& name, const std::string& path, int depth)
    {
        auto child = upper.openDirectory(name, os::Links::Refuse);
        if (!child)
            return isGone(child.error()) ? Result<void>() : child.error().withContext(path);
        const bool opaque = lower && TRY_CONTEXT(path, isOpaqueDirectory(*child));
        if (!lower)
            return directory(*child, nullptr, path, false, depth + 1);
        const os::Beneath below = TRY_CONTEXT(path, lower->openDirectory(name, os::Links::Refuse));
        return directory(*child, &below, path, opaque, depth + 1);
    }

    static bool attributesDiffer(const struct stat& now, const struct stat& before)
    {
        return now.st_mode != before.st_mode || now.st_uid != before.st_uid || now.st_gid != before.st_gid || now.st_rdev != before.st_rdev;
    }

    static Result<bool> differs(
        const os::Beneath& upper, const os::Beneath& lower, const std::string& name, const struct stat& now, const struct stat& before)
    {
        if (attributesDiffer(now, before) || now.st_size != before.st_size || now.st_mtim.tv_sec != before.st_mtim.tv_sec)
            return true;
        // Layers keep whole seconds only, and so a time without a fraction says nothing about one.
        if (now.st_mtim.tv_nsec != before.st_mtim.tv_nsec && now.st_mtim.tv_nsec != 0 && before.st_mtim.tv_nsec != 0)
            return true;
        if (!S_ISREG(now.st_mode))
            return false;
        return TRY(capability(upper, name)) != TRY(capability(lower, name));
    }

    static Result<std::optional<std::string>> capability(const os::Beneath& directory, const std::string& name)
    {
        const UniqueFd fd = TRY(directory.openRegular(name, os::Links::Refuse));
        return readXattr(fd.get(), "security.capability");
    }

    std::vector<PathChange> m_changes;
};

} // namespace

Result<std::vector<PathChange>> diffSnapshot(const os::Beneath& upper, const os::Beneath& lower)
{
    return SnapshotDiff().run(upper, lower);
}

} // namespace darsena::store
