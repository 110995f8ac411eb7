// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/layers/packages/parsers.h"

namespace darsena::layers::packages_detail {

std::vector<Package> npmPackages(std::string_view packageJson)
{
    constexpr std::size_t maxBytes = 8 << 20;
    if (packageJson.size() > maxBytes)
        return {};
    const auto document = json::parse(packageJson);
    if (!document || !document->is_object())
        return {};
    const auto name = json::text(document->get_object(), "name");
    const auto version = json::text(document->get_object(), "version");
    if (!name || !version || name->empty() || version->empty())
        return {};
    return {{PackageKind::Npm, bounded(*name), bounded(*version), {}}};
}

} // namespace darsena::layers::packages_detail
