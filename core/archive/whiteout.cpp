// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/whiteout.h"

#include <vector>

namespace darsena::archive {

namespace {

constexpr std::string_view prefix = ".wh.";
constexpr std::string_view metaPrefix = ".wh..wh.";
constexpr std::string_view opaqueName = ".wh..wh..opq";

std::string join(const std::vector<std::string_view>& components)
{
    std::string path;
    for (std::string_view component : components) {
        if (!path.empty())
            path += '/';
        path += component;
    }
    return path;
}

Error refused(std::string_view member, std::string_view why)
{
    return Error(ErrorCode::Invalid, fmt::format("member \"{}\": {}", member.substr(0, 200), why));
}

Result<std::vector<std::string_view>> cleanComponents(std::string_view member, std::size_t maxDepth)
{
    if (member.find('\0') != std::string_view::npos)
        return refused(member, "a NUL byte in the name");
    std::vector<std::string_view> components;
    std::size_t start = 0;
    while (start <= member.size()) {
        const std::size_t end = std::min(member.find('/', start), member.size());
        const std::string_view component = member.substr(start, end - start);
        start = end + 1;
        if (component.empty() || component == ".")
            continue;
        if (component == "..") {
            if (components.empty())
                return refused(member, "leads out of the archive");
            components.pop_back();
            continue;
        }
        if (component.size() > 255)
            return refused(member, "a name of more than 255 bytes");
        if (components.size() == maxDepth)
            return refused(member, fmt::format("more than {} directories deep", maxDepth));
        components.push_back(component);
    }
    return components;
}

} // namespace

Result<std::string> cleanMember(std::string_view member, std::size_t maxDepth)
{
    return join(TRY(cleanComponents(member, maxDepth)));
}

Result<LayerName> parseLayerName(std::string_view member, std::size_t maxDepth)
{
    const auto components = TRY(cleanComponents(member, maxDepth));
    LayerName name;
    for (std::size_t i = 0; i + 1 < components.size(); ++i) {
        if (!components[i].starts_with(prefix))
            continue;
        // aufs keeps link bookkeeping in directories (".wh..wh.plnk/…"): ignored with all that is in them.
        if (!components[i].starts_with(metaPrefix))
            return refused(member, "a whiteout is no directory");
        name.kind = NameKind::Ignored;
        name.path = join(components);
        return name;
    }
    if (components.empty() || !components.back().starts_with(prefix)) {
        name.path = join(components);
        return name;
    }

    const std::string_view last = components.back();
    auto result = components;
    if (last == opaqueName) {
        result.pop_back();
        name.kind = NameKind::Opaque;
    } else if (last.starts_with(metaPrefix)) {
        name.kind = NameKind::Ignored;
    } else {
        result.back() = last.substr(prefix.size());
        name.kind = NameKind::Whiteout;
        if (result.back().empty() || result.back() == "." || result.back() == "..")
            return refused(member, "a whiteout of nothing that a layer can hold");
    }
    name.path = join(result);
    return name;
}

std::string whiteoutMember(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    const std::size_t nameStart = slash == std::string_view::npos ? 0 : slash + 1;
    return std::string(path.substr(0, nameStart)) + std::string(prefix) + std::string(path.substr(nameStart));
}

std::string opaqueMember(std::string_view directory)
{
    return directory.empty() ? std::string(opaqueName) : fmt::format("{}/{}", directory, opaqueName);
}

bool isForbiddenXattr(std::string_view name)
{
    return name.starts_with("trusted.") || name.starts_with("user.overlay.");
}

bool pathBefore(std::string_view left, std::string_view right)
{
    const auto [l, r] = std::ranges::mismatch(left, right);
    if (r == right.end())
        return false;
    if (l == left.end())
        return true;
    // '/' sorts before every other byte, so that children come right after their directory.
    const auto rank = [](char c) { return c == '/' ? 0 : 1 + static_cast<int>(static_cast<unsigned char>(c)); };
    return rank(*l) < rank(*r);
}

bool isBelow(std::string_view path, std::string_view directory)
{
    if (directory.empty())
        return !path.empty();
    return path.size() > directory.size() && path[directory.size()] == '/' && path.starts_with(directory);
}

} // namespace darsena::archive
