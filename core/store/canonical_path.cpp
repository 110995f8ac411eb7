// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/canonical_path.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unistd.h>

namespace darsena::store {

namespace {

constexpr int maxFollowedLinks = 40;

} // namespace

Result<std::string> canonicalPath(const os::Beneath& root, std::string_view path, std::size_t maxDepth)
{
    const std::string given(path);
    std::vector<std::string> rest; // what is still to be walked, last first
    for (std::string_view component : TRY(os::pathComponents(given)))
        rest.emplace_back(component);
    std::ranges::reverse(rest);
    std::vector<std::string> done;
    int links = 0;
    while (!rest.empty()) {
        const std::string component = std::move(rest.back());
        rest.pop_back();
        if (component == "..") {
            if (!done.empty())
                done.pop_back();
            continue;
        }
        done.push_back(component);
        const std::string prefix = fmt::format("{}", fmt::join(done, "/"));
        auto at = root.place(prefix, os::Links::Refuse);
        if (!at)
            continue; // does not exist: nothing below it does
        std::array<char, 4097> target;
        const ssize_t length = ::readlinkat(at->directory.get(), at->name.c_str(), target.data(), target.size());
        if (length < 0)
            continue; // no link
        if (++links > maxFollowedLinks || static_cast<std::size_t>(length) == target.size())
            return Error(ErrorCode::Invalid, fmt::format("\"{}\": too many links", given));
        const std::string_view text(target.data(), static_cast<std::size_t>(length));
        if (text.starts_with('/'))
            done.clear();
        else
            done.pop_back();
        auto more = TRY(os::pathComponents(text));
        if (rest.size() + more.size() > maxDepth)
            return Error(ErrorCode::Invalid, fmt::format("\"{}\": too deep", given));
        for (auto next = more.rbegin(); next != more.rend(); ++next)
            rest.emplace_back(*next);
    }
    return fmt::format("{}", fmt::join(done, "/"));
}

} // namespace darsena::store
