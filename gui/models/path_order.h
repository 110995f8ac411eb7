// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string_view>

namespace darsena::gui {

/// Orders relative paths so that a directory is followed by all beneath it: "/" sorts before every other byte.
struct PathOrder {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const
    {
        const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
        if (right == b.end())
            return false;
        if (left == a.end())
            return true;
        const auto rank = [](char c) { return c == '/' ? 0 : static_cast<int>(static_cast<unsigned char>(c)) + 1; };
        return rank(*left) < rank(*right);
    }
};

inline bool isBeneath(std::string_view path, std::string_view directory)
{
    return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

/// Without slashes at the ends, as layers list their paths.
inline std::string_view trimmedPath(std::string_view path)
{
    while (path.starts_with('/'))
        path.remove_prefix(1);
    while (path.ends_with('/'))
        path.remove_suffix(1);
    return path;
}

} // namespace darsena::gui
