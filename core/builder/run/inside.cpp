// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/inside.h"

#include <fmt/format.h>

#include <deque>
#include <vector>

#include <sys/stat.h>

namespace darsena::builder {

std::string parentOf(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string_view::npos ? "/" : std::string(path.substr(0, slash));
}

std::string joinPath(std::string_view directory, std::string_view name)
{
    if (name.empty())
        return std::string(directory);
    return directory.ends_with('/') ? fmt::format("{}{}", directory, name) : fmt::format("{}/{}", directory, name);
}

Result<std::string> resolveInside(const os::Beneath& root, std::string_view path)
{
    // The directory in front is free of links at every turn, so that ".." in a link's target can be applied to it.
    constexpr int maxLinks = 40;
    int links = 0;
    std::deque<std::string> rest;
    const auto prepend = [&](std::string_view text) {
        std::vector<std::string> components;
        while (!text.empty()) {
            const std::size_t slash = text.find('/');
            if (const std::string_view component = text.substr(0, slash); !component.empty() && component != ".")
                components.emplace_back(component);
            text = slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
        }
        rest.insert(rest.begin(), components.begin(), components.end());
    };
    prepend(path);
    std::string resolved = "/";
    while (!rest.empty()) {
        const std::string component = rest.front();
        rest.pop_front();
        if (component == "..") {
            resolved = parentOf(resolved);
            continue;
        }
        const std::string next = joinPath(resolved, component);
        const auto found = root.stat(next);
        if (found && S_ISLNK(found->st_mode)) {
            if (++links > maxLinks)
                return Error(ErrorCode::Invalid, fmt::format("{}: too many links", path));
            const std::string target = TRY(root.readLink(next));
            if (target.starts_with('/'))
                resolved = "/";
            prepend(target);
            continue;
        }
        resolved = next;
    }
    return resolved;
}

} // namespace darsena::builder
