// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/mount_options.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <sys/mount.h>

namespace darsena::runtime {

namespace {

struct Attribute {
    std::string_view name;
    std::uint64_t set;
    std::uint64_t clear;
};

// The access time is a field of several bits: setting one value clears the field first (mount_setattr(2)).
constexpr std::uint64_t atimeField = MOUNT_ATTR__ATIME;
constexpr std::array<Attribute, 19> knownAttributes { {
    { "ro", MOUNT_ATTR_RDONLY, 0 },
    { "rw", 0, MOUNT_ATTR_RDONLY },
    { "nosuid", MOUNT_ATTR_NOSUID, 0 },
    { "suid", 0, MOUNT_ATTR_NOSUID },
    { "nodev", MOUNT_ATTR_NODEV, 0 },
    { "dev", 0, MOUNT_ATTR_NODEV },
    { "noexec", MOUNT_ATTR_NOEXEC, 0 },
    { "exec", 0, MOUNT_ATTR_NOEXEC },
    { "nosymfollow", MOUNT_ATTR_NOSYMFOLLOW, 0 },
    { "symfollow", 0, MOUNT_ATTR_NOSYMFOLLOW },
    { "nodiratime", MOUNT_ATTR_NODIRATIME, 0 },
    { "diratime", 0, MOUNT_ATTR_NODIRATIME },
    { "noatime", MOUNT_ATTR_NOATIME, atimeField },
    { "strictatime", MOUNT_ATTR_STRICTATIME, atimeField },
    { "relatime", MOUNT_ATTR_RELATIME, atimeField },
    { "atime", MOUNT_ATTR_RELATIME, atimeField },
    { "norelatime", MOUNT_ATTR_STRICTATIME, atimeField },
    { "nostrictatime", MOUNT_ATTR_RELATIME, atimeField },
    { "ratime", MOUNT_ATTR_RELATIME, atimeField },
} };

// Of the file system, not of the mount: passed on by the name that fsconfig(2) knows. An empty name = nothing to do.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> fileSystemFlags { {
    { "sync", "sync" },
    { "async", "" },
    { "dirsync", "dirsync" },
    { "lazytime", "lazytime" },
    { "nolazytime", "" },
    { "iversion", "iversion" },
    { "noiversion", "" },
    { "mand", "" },
    { "nomand", "" },
    { "silent", "" },
    { "loud", "" },
    { "defaults", "" },
    { "rdefaults", "" },
    { "auto", "" },
} };

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> propagations { {
    { "private", MS_PRIVATE },
    { "shared", MS_SHARED },
    { "slave", MS_SLAVE },
    { "unbindable", MS_UNBINDABLE },
} };

const Attribute* findAttribute(std::string_view name)
{
    for (const Attribute& attribute : knownAttributes) {
        if (attribute.name == name)
            return &attribute;
    }
    return nullptr;
}

void apply(std::uint64_t& set, std::uint64_t& clear, const Attribute& attribute)
{
    set = (set & ~attribute.clear) | attribute.set;
    clear = (clear & ~attribute.set) | attribute.clear;
}

bool takeAttribute(MountOptions& out, std::string_view option)
{
    if (const Attribute* found = findAttribute(option); found != nullptr && option != "ratime") {
        apply(out.set, out.clear, *found);
        return true;
    }
    if (option.starts_with('r')) {
        if (const Attribute* found = findAttribute(option.substr(1))) {
            apply(out.setBelow, out.clearBelow, *found);
            return true;
        }
    }
    return false;
}

bool takePropagation(MountOptions& out, std::string_view option)
{
    for (const auto& [name, flag] : propagations) {
        const bool recursive = option.starts_with('r') && option.substr(1) == name;
        if (recursive || option == name) {
            out.propagation = flag;
            out.propagationRecursive = recursive;
            return true;
        }
    }
    return false;
}

bool takeFileSystemFlag(MountOptions& out, std::string_view option)
{
    for (const auto& [name, parameter] : fileSystemFlags) {
        if (option == name) {
            if (!parameter.empty())
                out.parameters.emplace_back(parameter, "");
            return true;
        }
    }
    return false;
}

} // namespace

std::vector<std::string> knownMountOptions()
{
    std::vector<std::string> out { "bind", "rbind", "idmap", "ridmap", "tmpcopyup" };
    for (const Attribute& attribute : knownAttributes) {
        out.emplace_back(attribute.name);
        if (!attribute.name.starts_with("rat"))
            out.push_back("r" + std::string(attribute.name));
    }
    for (const auto& [name, parameter] : fileSystemFlags)
        out.emplace_back(name);
    for (const auto& [name, flag] : propagations) {
        out.emplace_back(name);
        out.push_back("r" + std::string(name));
    }
    std::ranges::sort(out);
    const auto twice = std::ranges::unique(out);
    out.erase(twice.begin(), twice.end());
    return out;
}

Result<MountOptions> parseMountOptions(const std::vector<std::string>& options)
{
    MountOptions out;
    for (const std::string& option : options) {
        for (const char c : option) {
            if (static_cast<unsigned char>(c) < 0x20)
                return Error(ErrorCode::Invalid, "mount option with a control character");
        }
        if (option == "bind" || option == "rbind") {
            out.bind = true;
            out.recursiveBind = out.recursiveBind || option == "rbind";
        } else if (option == "tmpcopyup") {
            out.copyUp = true;
        } else if (option == "idmap" || option == "ridmap") {
            out.idmap = true;
            out.recursiveIdmap = out.recursiveIdmap || option == "ridmap";
        } else if (option == "remount") {
            return Error(ErrorCode::Unsupported, "mount option remount is not supported: a mount is made once, with all of its options");
        } else if (!option.empty() && !takeAttribute(out, option) && !takePropagation(out, option)
            && !takeFileSystemFlag(out, option)) {
            const std::size_t equals = option.find('=');
            if (equals == std::string::npos)
                out.parameters.emplace_back(option, "");
            else
                out.parameters.emplace_back(option.substr(0, equals), option.substr(equals + 1));
        }
    }
    return out;
}

} // namespace darsena::runtime
