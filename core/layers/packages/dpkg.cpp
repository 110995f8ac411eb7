// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/packages/parsers.h"

namespace darsena::layers::packages_detail {

// /var/lib/dpkg/status, and the files of /var/lib/dpkg/status.d, which images without dpkg have: paragraphs of fields.
std::vector<Package> dpkgPackages(std::string_view status)
{
    std::vector<Package> found;
    Package package;
    bool installed = true;
    const auto finish = [&] {
        if (installed && !package.name.empty() && !package.version.empty() && found.size() < maxPackages)
            found.push_back(package);
        package = {};
        installed = true;
    };
    while (!status.empty()) {
        const std::string_view line = takeLine(status);
        if (line.empty())
            finish();
        else if (const auto name = field(line, "Package"))
            package.name = bounded(*name);
        else if (const auto version = field(line, "Version"))
            package.version = bounded(*version);
        else if (const auto architecture = field(line, "Architecture"))
            package.architecture = bounded(*architecture);
        else if (const auto state = field(line, "Status")) // "want flag status"
            installed = state->ends_with(" installed");
    }
    finish();
    return found;
}

} // namespace darsena::layers::packages_detail
