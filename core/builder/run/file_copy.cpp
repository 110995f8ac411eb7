// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/file_copy.h"

#include "core/archive/whiteout.h"
#include "core/os/file.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <sys/xattr.h>
#include <unistd.h>

namespace darsena::builder {

namespace {

/// How much is copied between two looks at the stop token.
constexpr std::int64_t chunk = 16 << 20;
constexpr std::size_t maxAttributeNames = 64 << 10;
constexpr std::size_t maxAttributeValue = 64 << 10;

Result<void> copyByHand(int from, int to, std::int64_t offset, std::int64_t length)
{
    std::vector<std::byte> buffer(static_cast<std::size_t>(std::min<std::int64_t>(length, 256 << 10)));
    if (::lseek(to, offset, SEEK_SET) < 0)
        return Error::system(errno, "seek");
    while (length > 0) {
        const auto wanted = static_cast<std::size_t>(std::min<std::int64_t>(length, static_cast<std::int64_t>(buffer.size())));
        const ssize_t count = ::pread(from, buffer.data(), wanted, offset);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return Error::system(errno, "read");
        if (count == 0)
            return Error(ErrorCode::System, "the file became shorter while it was copied");
        TRY(os::writeAll(to, std::span(std::as_const(buffer)).first(static_cast<std::size_t>(count))));
        offset += count;
        length -= count;
    }
    return {};
}

Result<void> copyRange(int from, int to, std::int64_t offset, std::int64_t length, const std::stop_token& stop)
{
    while (length > 0) {
        if (stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        off_t in = offset;
        off_t out = offset;
        const std::int64_t wanted = std::min(length, chunk);
        const ssize_t count = ::copy_file_range(from, &in, to, &out, static_cast<std::size_t>(wanted), 0);
        if (count > 0) {
            offset += count;
            length -= count;
            continue;
        }
        if (count < 0 && errno == EINTR)
            continue;
        // Two file systems, or one that cannot; 0 = a special file that says nothing of its size.
        if (count == 0 || errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP || errno == EBADF) {
            TRY(copyByHand(from, to, offset, wanted));
            offset += wanted;
            length -= wanted;
            continue;
        }
        return Error::system(errno, "copy");
    }
    return {};
}

} // namespace

Result<void> copyContent(int from, int to, std::int64_t size, const std::stop_token& stop)
{
    std::int64_t at = 0;
    while (at < size) {
        const off_t data = ::lseek(from, at, SEEK_DATA);
        if (data < 0 && errno == ENXIO)
            break; // only a hole is left
        if (data < 0) {
            TRY(copyRange(from, to, at, size - at, stop));
            return {};
        }
        const off_t hole = ::lseek(from, data, SEEK_HOLE);
        const std::int64_t end = hole < 0 ? size : std::min<std::int64_t>(hole, size);
        TRY(copyRange(from, to, data, end - data, stop));
        at = std::max<std::int64_t>(end, data + 1);
    }
    if (::ftruncate(to, size) != 0)
        return Error::system(errno, "truncate");
    return {};
}

Result<void> copyAttributes(int from, int to)
{
    const ssize_t needed = ::flistxattr(from, nullptr, 0);
    if (needed <= 0)
        return {};
    if (static_cast<std::size_t>(needed) > maxAttributeNames)
        return Error(ErrorCode::TooLarge, "too many extended attributes");
    std::string names(static_cast<std::size_t>(needed), '\0');
    const ssize_t length = ::flistxattr(from, names.data(), names.size());
    if (length < 0)
        return Error::system(errno, "list extended attributes");
    std::string_view rest(names.data(), static_cast<std::size_t>(length));
    while (!rest.empty()) {
        const std::string name(rest.substr(0, rest.find('\0')));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        const bool capability = name == "security.capability";
        if ((!capability && !name.starts_with("user.")) || archive::isForbiddenXattr(name))
            continue;
        std::string value(maxAttributeValue, '\0');
        const ssize_t size = ::fgetxattr(from, name.c_str(), value.data(), value.size());
        if (size < 0)
            return Error::system(errno, "read attribute " + name);
        if (::fsetxattr(to, name.c_str(), value.data(), static_cast<std::size_t>(size), 0) != 0
            && (capability || (errno != EOPNOTSUPP && errno != EPERM)))
            return Error::system(errno, "write attribute " + name);
    }
    return {};
}

} // namespace darsena::builder
