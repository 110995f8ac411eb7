// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/packages/parsers.h"

namespace darsena::layers::packages_detail {

// /lib/apk/db/installed: paragraphs of lines "LETTER:value", whose case matters ("p:" is what a package provides).
std::vector<Package> apkPackages(std::string_view installed)
{
    std::vector<Package> found;
    Package package {PackageKind::Apk, {}, {}, {}};
    const auto finish = [&] {
        if (!package.name.empty() && !package.version.empty() && found.size() < maxPackages)
            found.push_back(package);
        package = {PackageKind::Apk, {}, {}, {}};
    };
    while (!installed.empty()) {
        const std::string_view line = takeLine(installed);
        if (line.empty())
            finish();
        else if (line.starts_with("P:"))
            package.name = bounded(line.substr(2));
        else if (line.starts_with("V:"))
            package.version = bounded(line.substr(2));
        else if (line.starts_with("A:"))
            package.architecture = bounded(line.substr(2));
    }
    finish();
    return found;
}

} // namespace darsena::layers::packages_detail
