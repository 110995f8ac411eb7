// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/packages/parsers.h"

namespace darsena::layers::packages_detail {

// METADATA and PKG-INFO: fields as in mail, ended by an empty line and the description.
std::vector<Package> pipPackages(std::string_view metadata)
{
    Package package {PackageKind::Pip, {}, {}, {}};
    while (!metadata.empty()) {
        const std::string_view line = takeLine(metadata);
        if (line.empty())
            break;
        if (const auto name = field(line, "Name"); name && package.name.empty())
            package.name = bounded(*name);
        else if (const auto version = field(line, "Version"); version && package.version.empty())
            package.version = bounded(*version);
    }
    if (package.name.empty() || package.version.empty())
        return {};
    return {package};
}

} // namespace darsena::layers::packages_detail
