// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/replace_file.h"

#include "core/base/scope_guard.h"
#include "core/base/unique_fd.h"

#include <cerrno>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::cli {

namespace {

Error lastError(const std::filesystem::path& file)
{
    return Error::system(errno, file.native());
}

Result<void> writeAll(int fd, std::string_view content, const std::filesystem::path& file)
{
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return lastError(file);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

} // namespace

Result<void> replaceFile(const std::filesystem::path& file, std::string_view content)
{
    std::error_code error;
    const std::filesystem::path target = std::filesystem::canonical(file, error);
    if (error)
        return Error::system(error.value(), file.native());
    struct stat before { };
    if (::stat(target.c_str(), &before) != 0)
        return lastError(file);
    // A rename needs no right to write the file, so this asks for it: a read-only file is not rewritten.
    if (::access(target.c_str(), W_OK) != 0)
        return lastError(file);

    std::string temporary = (target.parent_path() / (".darsena-" + target.filename().native() + ".XXXXXX")).native();
    const UniqueFd fd = UniqueFd::adopt(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!fd)
        return lastError(file);
    ScopeGuard remove([&] { ::unlink(temporary.c_str()); });
    TRY(writeAll(fd.get(), content, file));
    // Another's file stays another's where root rewrites it; who may not give it away keeps it.
    if (::fchown(fd.get(), before.st_uid, before.st_gid) != 0 && errno != EPERM)
        return lastError(file);
    if (::fchmod(fd.get(), before.st_mode & 07777) != 0 || ::fsync(fd.get()) != 0)
        return lastError(file);
    if (::rename(temporary.c_str(), target.c_str()) != 0)
        return lastError(file);
    remove.dismiss();
    return {};
}

} // namespace darsena::cli
