// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/packages.h"

#include "core/layers/packages/parsers.h"
#include "core/layers/replay.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace darsena::layers {

namespace packages_detail {

std::string_view takeLine(std::string_view& text)
{
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

std::optional<std::string_view> field(std::string_view line, std::string_view key)
{
    if (line.size() <= key.size() || line[key.size()] != ':')
        return std::nullopt;
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    if (!std::ranges::equal(line.substr(0, key.size()), key, {}, lower, lower))
        return std::nullopt;
    line.remove_prefix(key.size() + 1);
    const std::size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
    line.remove_prefix(begin);
    return line.substr(0, line.find_last_not_of(" \t") + 1);
}

std::string bounded(std::string_view text)
{
    return std::string(text.substr(0, 256));
}

} // namespace packages_detail

namespace {

struct WellKnown {
    std::string_view path;
    PackageKind kind;
    bool readable = true;
};
constexpr std::array wellKnown {
    WellKnown {"var/lib/dpkg/status", PackageKind::Dpkg},
    WellKnown {"lib/apk/db/installed", PackageKind::Apk},
    WellKnown {"usr/lib/apk/db/installed", PackageKind::Apk},
    WellKnown {"var/lib/rpm/rpmdb.sqlite", PackageKind::Rpm},
    WellKnown {"usr/lib/sysimage/rpm/rpmdb.sqlite", PackageKind::Rpm},
    WellKnown {"var/lib/rpm/Packages", PackageKind::Rpm, false},
    WellKnown {"usr/lib/sysimage/rpm/Packages", PackageKind::Rpm, false},
    WellKnown {"var/lib/rpm/Packages.db", PackageKind::Rpm, false},
    WellKnown {"usr/lib/sysimage/rpm/Packages.db", PackageKind::Rpm, false},
};

/// Takes the last component off a path and gives it; "" when there is none.
std::string_view takeName(std::string_view& path)
{
    const std::size_t slash = path.rfind('/');
    const std::string_view name = path.substr(slash + 1);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
    return name;
}

/// node_modules/NAME/package.json and node_modules/@SCOPE/NAME/package.json: what a package has in itself is no
/// package.
bool isNpmPackage(std::string_view folder)
{
    takeName(folder);
    std::string_view parent = takeName(folder);
    if (parent.starts_with('@'))
        parent = takeName(folder);
    return parent == "node_modules";
}

std::optional<PackageFile> packageFile(std::string_view path)
{
    std::string_view folder = path;
    const std::string_view name = takeName(folder);
    if (name == "package.json" && isNpmPackage(folder))
        return PackageFile {PackageKind::Npm, std::string(path)};
    if ((name == "METADATA" && folder.ends_with(".dist-info")) || (name == "PKG-INFO" && folder.ends_with(".egg-info"))
        || name.ends_with(".egg-info"))
        return PackageFile {PackageKind::Pip, std::string(path)};
    if (folder == "var/lib/dpkg/status.d" && !name.ends_with(".md5sums"))
        return PackageFile {PackageKind::Dpkg, std::string(path)};
    const auto known = std::ranges::find(wellKnown, path, &WellKnown::path);
    if (known == wellKnown.end())
        return std::nullopt;
    return PackageFile {known->kind, std::string(path), 0, known->readable};
}

} // namespace

std::string_view name(PackageKind kind)
{
    static constexpr std::array<std::string_view, 5> names {"dpkg", "apk", "rpm", "npm", "pip"};
    return names[static_cast<std::size_t>(kind)];
}

std::vector<PackageFile> packageFiles(const Stack& stack, std::size_t layerCount)
{
    std::vector<PackageFile> files;
    if (layerCount == 0)
        return files;
    for (Stack::NodeId node = 0; node < stack.nodes().size() && files.size() < maxPackages; ++node) {
        auto file = packageFile(stack.node(node).path);
        if (!file)
            continue;
        const std::uint32_t version = visibleVersion(stack, node, std::min(layerCount, stack.layerCount()) - 1);
        if (version == Stack::none || stack.entry(version).type != EntryType::File)
            continue;
        file->layer = stack.allVersions()[version].layer;
        files.push_back(std::move(*file));
    }
    return files;
}

Result<std::vector<Package>> packages(PackageKind kind, std::string_view content)
{
    using namespace packages_detail;
    if (content.size() > maxPackageFileBytes)
        return Error(ErrorCode::TooLarge, fmt::format("a list of {} packages of {} bytes", name(kind), content.size()));
    std::vector<Package> found;
    switch (kind) {
    case PackageKind::Dpkg:
        found = dpkgPackages(content);
        break;
    case PackageKind::Apk:
        found = apkPackages(content);
        break;
    case PackageKind::Rpm:
        found = TRY(rpmPackages(content));
        break;
    case PackageKind::Npm:
        found = npmPackages(content);
        break;
    case PackageKind::Pip:
        found = pipPackages(content);
        break;
    }
    std::ranges::sort(found);
    return found;
}

std::vector<PackageChange> packageChanges(std::vector<Package> before, std::vector<Package> after)
{
    std::map<std::tuple<PackageKind, std::string, std::string>, PackageChange> all;
    const auto collect = [&](std::vector<Package>& list, std::vector<std::string> PackageChange::*versions) {
        std::ranges::sort(list);
        list.erase(std::ranges::unique(list).begin(), list.end());
        for (Package& package : list) {
            PackageChange& change = all[{package.kind, package.name, package.architecture}];
            change.kind = package.kind;
            change.name = package.name;
            change.architecture = package.architecture;
            (change.*versions).push_back(std::move(package.version));
        }
    };
    collect(before, &PackageChange::before);
    collect(after, &PackageChange::after);
    std::vector<PackageChange> changes;
    for (auto& [key, change] : all) {
        if (change.before != change.after)
            changes.push_back(std::move(change));
    }
    return changes;
}

} // namespace darsena::layers
