// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/packages.h"

#include <optional>

// One parser for each kind of package database; each has a file of its own. All read bytes from images, which may be
// anything: they are linear and never read outside of what they are given.
namespace darsena::layers::packages_detail {

std::vector<Package> dpkgPackages(std::string_view status);
std::vector<Package> apkPackages(std::string_view installed);
Result<std::vector<Package>> rpmPackages(std::string_view sqliteDatabase);
std::vector<Package> npmPackages(std::string_view packageJson);
std::vector<Package> pipPackages(std::string_view metadata);

/// What an rpm header says (the "header" part of a package, as it lies in the database); nothing when it is none.
std::optional<Package> rpmHeader(std::string_view blob);

/// Takes the next line off the front of a text, without its line break.
std::string_view takeLine(std::string_view& text);
/// The value of a line "KEY: value" (or "KEY:value"), without blanks around it; nothing for other keys. Case does not
/// matter.
std::optional<std::string_view> field(std::string_view line, std::string_view key);
/// At most 256 bytes of it.
std::string bounded(std::string_view text);

} // namespace darsena::layers::packages_detail
