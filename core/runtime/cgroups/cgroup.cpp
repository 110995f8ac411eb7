// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/cgroups/cgroup.h"

#include "core/runtime/cgroups/host.h"

#include <algorithm>

#include <unistd.h>

namespace darsena::runtime {

Result<std::string> cgroupPath(std::string_view cgroupsPath)
{
    const Error bad(ErrorCode::Invalid, "cgroup path: \"" + std::string(cgroupsPath) + "\" is not allowed");
    if (cgroupsPath.empty() || cgroupsPath.size() > 1024)
        return bad;
    if (std::ranges::any_of(cgroupsPath, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }))
        return bad;
    std::string text(cgroupsPath);
    if (const std::size_t first = text.find(':'); first != std::string::npos && !text.starts_with('/')) {
        const std::size_t second = text.find(':', first + 1);
        if (second == std::string::npos)
            return bad;
        const std::string slice = text.substr(0, first), prefix = text.substr(first + 1, second - first - 1);
        const std::string name = text.substr(second + 1);
        text = (slice.empty() ? "system.slice" : slice) + "/" + prefix + (prefix.empty() ? "" : "-") + name + ".scope";
    }
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('/', at), text.size());
        const std::string part = text.substr(at, end - at);
        if (part == "..")
            return bad;
        if (!part.empty() && part != ".")
            out += "/" + part;
        at = end + 1;
    }
    return out.empty() ? Result<std::string>(bad) : Result<std::string>(out);
}

Result<std::unique_ptr<Cgroup>> Cgroup::at(std::string_view cgroupsPath)
{
    const CgroupHost host = TRY(cgroupHost());
    std::string path = TRY(cgroupPath(cgroupsPath));
    if (host.version == CgroupHost::Version::V1)
        return makeCgroupV1(host, std::move(path));
    return makeCgroupV2(host, std::move(path));
}

void removeIfEmpty(std::string_view cgroupsPath)
{
    const Result<std::unique_ptr<Cgroup>> group = Cgroup::at(cgroupsPath);
    if (!group)
        return;
    for (const std::string& directory : (*group)->directories())
        (void)::rmdir(directory.c_str()); // EBUSY: in use
    // Where we make none, another runtime may have.
    const Result<CgroupHost> host = cgroupHost();
    if (!host || host->version == CgroupHost::Version::V2)
        return;
    const std::string path = cgroupPath(cgroupsPath).valueOr("");
    for (const auto& [controller, mountPoint] : host->hierarchies)
        (void)::rmdir((mountPoint + path).c_str());
    if (!host->unified.empty())
        (void)::rmdir((host->unified + path).c_str());
}

} // namespace darsena::runtime
