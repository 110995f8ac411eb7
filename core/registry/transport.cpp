// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/transport.h"

#include <algorithm>

#include <strings.h>

namespace darsena::registry {

namespace {

bool sameName(std::string_view left, std::string_view right)
{
    return left.size() == right.size() && ::strncasecmp(left.data(), right.data(), left.size()) == 0;
}

} // namespace

std::string_view Head::find(std::string_view name) const
{
    const auto found = std::ranges::find_if(headers, [&](const Header& header) { return sameName(header.name, name); });
    return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

std::vector<std::string_view> Head::all(std::string_view name) const
{
    std::vector<std::string_view> values;
    for (const Header& header : headers) {
        if (sameName(header.name, name))
            values.emplace_back(header.value);
    }
    return values;
}

} // namespace darsena::registry
