// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/kernel_switches.h"

#include "core/base/unique_fd.h"

#include <cerrno>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace darsena::network {

namespace {

constexpr std::string_view kIpv4Forwarding = "/proc/sys/net/ipv4/ip_forward";
constexpr std::string_view kIpv6Forwarding = "/proc/sys/net/ipv6/conf/all/forwarding";

/// A switch that the kernel lacks (no IPv6) is no error.
Result<void> writeSwitch(const std::string& path, std::string_view value)
{
    const UniqueFd file = UniqueFd::adopt(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file)
        return errno == ENOENT ? Result<void>() : Error::system(errno, fmt::format("open {}", path));
    if (::write(file.get(), value.data(), value.size()) < 0)
        return Error::system(errno, fmt::format("write {}", path));
    return {};
}

char readSwitch(const std::string& path)
{
    std::ifstream file(path);
    char value = '0';
    file >> value;
    return value;
}

std::string ipv6Switch(std::string_view link, std::string_view name)
{
    return fmt::format("/proc/sys/net/ipv6/conf/{}/{}", link, name);
}

std::filesystem::path noteOf(const std::filesystem::path& folder, Family family)
{
    return folder / (family == Family::V4 ? "forwarding" : "forwarding6");
}

/// A link with accept_ra 1 is deaf once the host forwards; 2 means "even then".
void keepRouterAdvertisements()
{
    std::error_code error;
    for (std::filesystem::directory_iterator it("/proc/sys/net/ipv6/conf", error), end; !error && it != end; it.increment(error)) {
        const std::string path = it->path() / "accept_ra";
        const std::string link = it->path().filename();
        if (link != "all" && link != "default" && readSwitch(path) == '1')
            (void)writeSwitch(path, "2");
    }
}

} // namespace

Result<void> silenceIpv6(std::string_view link)
{
    TRY(writeSwitch(ipv6Switch(link, "accept_ra"), "0"));
    return writeSwitch(ipv6Switch(link, "disable_ipv6"), "1");
}

Result<void> tameIpv6(std::string_view link)
{
    TRY(writeSwitch(ipv6Switch(link, "accept_ra"), "0"));
    return writeSwitch(ipv6Switch(link, "disable_ipv6"), "0");
}

Result<void> letLoopbackOut(std::string_view link)
{
    return writeSwitch(fmt::format("/proc/sys/net/ipv4/conf/{}/route_localnet", link), "1");
}

bool forwardingIsOurs(Family family, const std::filesystem::path& stateFolder)
{
    std::error_code ignored;
    return std::filesystem::exists(noteOf(stateFolder, family), ignored);
}

Result<void> switchForwardingOn(Family family, const std::filesystem::path& stateFolder)
{
    const std::string path(family == Family::V4 ? kIpv4Forwarding : kIpv6Forwarding);
    if (readSwitch(path) == '1')
        return {};
    if (family == Family::V6)
        keepRouterAdvertisements();
    // The note outlives this process, so that the next engine keeps closed what forwarding opens.
    std::ofstream note(noteOf(stateFolder, family));
    note << "switched on by us\n";
    note.close();
    if (!note)
        return Error(ErrorCode::System, fmt::format("write a note into {}", stateFolder.string()));
    return writeSwitch(path, "1");
}

void switchForwardingOff(const std::filesystem::path& stateFolder, bool othersRelyOnIt)
{
    for (const Family family : {Family::V4, Family::V6}) {
        std::error_code ignored;
        if (std::filesystem::remove(noteOf(stateFolder, family), ignored) && !othersRelyOnIt)
            (void)writeSwitch(std::string(family == Family::V4 ? kIpv4Forwarding : kIpv6Forwarding), "0");
    }
}

} // namespace darsena::network
