// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/xattrs.h"

#include "core/layers/member.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include <sys/xattr.h>

namespace darsena::store {

namespace {

/// The kernel's own bound of a list and of a value (XATTR_LIST_MAX, XATTR_SIZE_MAX).
constexpr std::size_t maxBytes = 64 * 1024;

} // namespace

Result<void> setXattrs(int fd, const std::vector<archive::Xattr>& xattrs)
{
    for (const archive::Xattr& xattr : xattrs) {
        if (::fsetxattr(fd, xattr.name.c_str(), xattr.value.data(), xattr.value.size(), 0) != 0 && errno != ENOTSUP)
            return Error::system(errno, "attribute " + xattr.name.substr(0, 100));
    }
    return {};
}

Result<std::optional<std::string>> readXattr(int fd, const char* name)
{
    std::string value(maxBytes, '\0');
    const ssize_t length = ::fgetxattr(fd, name, value.data(), value.size());
    if (length < 0) {
        if (errno == ENODATA || errno == ENOTSUP)
            return std::optional<std::string>();
        return Error::system(errno, std::string("attribute ") + name);
    }
    value.resize(static_cast<std::size_t>(length));
    return std::optional(std::move(value));
}

Result<std::vector<archive::Xattr>> readXattrs(int fd)
{
    std::vector<archive::Xattr> xattrs;
    std::array<char, maxBytes> names;
    const ssize_t length = ::flistxattr(fd, names.data(), names.size());
    if (length < 0) {
        if (errno == ENOTSUP)
            return xattrs;
        return Error::system(errno, "list attributes");
    }
    std::string_view rest(names.data(), static_cast<std::size_t>(length));
    while (!rest.empty()) {
        const std::string name(rest.substr(0, rest.find('\0')));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        if (!layers::isLayerXattr(name))
            continue;
        if (auto value = TRY(readXattr(fd, name.c_str())))
            xattrs.push_back({ name, std::move(*value) });
    }
    std::ranges::sort(xattrs, {}, &archive::Xattr::name);
    return xattrs;
}

} // namespace darsena::store
