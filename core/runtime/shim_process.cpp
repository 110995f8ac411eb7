// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/shim_process.h"

#include "core/os/mount.h"
#include "core/os/socket.h"
#include "core/runtime/handoff.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

Result<UniqueFd> openProgram(std::filesystem::path path)
{
    if (path.empty()) {
        std::error_code error;
        path = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "darsena-shim";
    }
    const UniqueFd file = UniqueFd::adopt(::open(path.c_str(), O_PATH | O_CLOEXEC | O_NOFOLLOW));
    if (!file)
        return Error::system(errno, path.string());
    const UniqueFd tree = TRY_CONTEXT(path.string(), os::cloneTree(file.get(), "", false));
    TRY(os::setMountPropagation(tree.get(), MS_PRIVATE, false));
    TRY(os::setMountAttributes(tree.get(), MOUNT_ATTR_RDONLY, 0, false));
    const std::string self = "/proc/self/fd/" + std::to_string(tree.get());
    UniqueFd opened = UniqueFd::adopt(::open(self.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened)
        return Error::system(errno, path.string());
    return opened;
}

} // namespace

Result<ShimProcess> spawnShim(const std::filesystem::path& executable, ShimRole role)
{
    auto [ours, theirs] = TRY(os::socketPair(SOCK_STREAM));
    os::SpawnRequest request;
    request.executable = TRY(openProgram(executable));
    request.arguments = { "darsena-shim", role == ShimRole::Monitor ? "monitor" : "init" };
    request.descriptors = { { theirs.get(), launchDescriptor } };
    for (int number = 0; role == ShimRole::Init && number < 3; ++number) {
        if (::fcntl(number, F_GETFD) >= 0)
            request.descriptors.emplace_back(number, number);
    }
    request.newSession = request.orphan = role == ShimRole::Monitor;
    os::Child child = TRY_CONTEXT("start darsena-shim", os::spawn(request));
    return ShimProcess { std::move(child), std::move(ours) };
}

} // namespace darsena::runtime
