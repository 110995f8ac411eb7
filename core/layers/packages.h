// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/layers/stack.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::layers {

enum class PackageKind : std::uint8_t { Dpkg, Apk, Rpm, Npm, Pip };
std::string_view name(PackageKind kind); ///< "dpkg", "apk", "rpm", "npm", "pip"

/// A package that an image has installed, as a file of the image says. Both texts are bytes from that file, cut to 256.
struct Package {
    PackageKind kind = PackageKind::Dpkg;
    std::string name;
    std::string version; ///< rpm: "[EPOCH:]VERSION-RELEASE"
    std::string architecture; ///< dpkg, apk, rpm: as the database has it; often empty
    auto operator<=>(const Package&) const = default;
};

/// A file of an image that tells about packages.
struct PackageFile {
    PackageKind kind = PackageKind::Dpkg;
    std::string path; ///< as in IndexEntry
    std::uint32_t layer = 0; ///< that stores its content
    bool readable = true; ///< false: a format that is not read (Berkeley DB and NDB of rpm)
};

/// The largest file that is looked into, and the most packages that are told of, of one file and of an image.
inline constexpr std::uint64_t maxPackageFileBytes = 256ULL << 20;
inline constexpr std::size_t maxPackages = 200'000;

/// The files to read for what is installed with layers 0 … layerCount-1, in path order. At most maxPackages.
std::vector<PackageFile> packageFiles(const Stack& stack, std::size_t layerCount);

/// The packages that a file's content tells of; what is not well-formed is passed over. Sorted.
/// Errors: Corrupt for an rpm database that SQLite cannot read, TooLarge, Unsupported.
Result<std::vector<Package>> packages(PackageKind kind, std::string_view content);

/// What differs between two lists. A package that is there in several versions (npm) is compared by all of them.
struct PackageChange {
    PackageKind kind = PackageKind::Dpkg;
    std::string name;
    std::string architecture;
    std::vector<std::string> before, after; ///< versions, sorted, each once; empty = not there
};
/// By kind, name and architecture.
std::vector<PackageChange> packageChanges(std::vector<Package> before, std::vector<Package> after);

} // namespace darsena::layers
