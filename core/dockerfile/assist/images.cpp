// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/images.h"

#include "core/dockerfile/pages/pages.h"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace darsena::dockerfile::assist_detail {

std::string sizeText(std::int64_t bytes)
{
    constexpr std::array<std::string_view, 5> units {"B", "kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    return fmt::format("{:.{}f} {}", value, unit > 0 && value < 9.95 ? 1 : 0, units[unit]);
}

std::string imageDetail(const KnownImage& image)
{
    std::string detail;
    if (image.bytes > 0)
        detail = sizeText(image.bytes);
    if (!image.created.empty())
        detail += fmt::format("{}{}", detail.empty() ? "" : ", ", image.created.substr(0, 10));
    return detail;
}

std::string imageFacts(const KnownImage& image, const std::string& language)
{
    std::string facts;
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty())
            facts += fmt::format("- {}: {}\n", translated(name, language), value);
    };
    if (image.bytes > 0)
        add("Size", sizeText(image.bytes));
    add("Created", image.created.substr(0, 10));
    add("User", image.user.empty() ? std::string_view("root") : std::string_view(image.user));
    add("Folder", image.workdir);
    if (!image.ports.empty())
        add("Ports", fmt::format("{}", fmt::join(image.ports, ", ")));
    if (!image.digest.empty())
        add("Digest", fmt::format("`{}`", image.digest));
    return facts;
}

} // namespace darsena::dockerfile::assist_detail
