// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/device_request.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace darsena::engine {

namespace {

constexpr std::size_t kMostDevices = 1000;

Error badDevice(std::string message)
{
    return Error(ErrorCode::Invalid, std::move(message));
}

Error unusableDevice(const std::string& path, std::string_view why)
{
    return badDevice(fmt::format("error gathering device information while adding custom device \"{}\": {}", path, why));
}

bool isAccess(std::string_view access)
{
    return !access.empty() && access.size() <= 3 && access.find_first_not_of("rwm") == std::string_view::npos;
}

/// "c 1:3 rwm", "b *:* r", "a 7:* m".
Result<oci::DeviceRule> parseRule(const std::string& text)
{
    const auto bad = [&] { return badDevice(fmt::format("invalid device cgroup rule format: '{}'", text.substr(0, 100))); };
    if (text.size() < 7 || std::string_view("acb").find(text[0]) == std::string_view::npos || text[1] != ' ')
        return bad();
    oci::DeviceRule rule;
    rule.allow = true;
    rule.type = text[0];
    const auto colon = text.find(':');
    const auto blank = text.find(' ', 2);
    if (colon == std::string::npos || blank == std::string::npos || colon > blank)
        return bad();
    const auto number = [](std::string_view digits, std::optional<std::int64_t>& out) {
        if (digits == "*")
            return true;
        std::uint32_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        out = value;
        return error == std::errc() && end == digits.data() + digits.size();
    };
    const std::string_view view = text;
    if (!number(view.substr(2, colon - 2), rule.major) || !number(view.substr(colon + 1, blank - colon - 1), rule.minor))
        return bad();
    rule.access = view.substr(blank + 1);
    if (!isAccess(rule.access))
        return bad();
    return rule;
}

struct Throttle {
    std::string path;
    std::uint64_t rate = 0;
};

Result<std::vector<Throttle>> parseThrottles(std::string_view member, const json::Array& list)
{
    std::vector<Throttle> throttles;
    if (list.size() > kMostDevices)
        return badDevice(fmt::format("{}: too many devices", member));
    for (const json::Value& value : list) {
        if (!value.is_object())
            return badDevice(fmt::format("HostConfig.{}: expected an object", member));
        Throttle throttle;
        throttle.path = TRY_CONTEXT(member, json::text(value.get_object(), "Path"));
        const std::int64_t rate = TRY_CONTEXT(member, json::integer(value.get_object(), "Rate"));
        if (!throttle.path.starts_with('/') || throttle.path.find('\0') != std::string::npos)
            return badDevice(fmt::format("HostConfig.{}: bad device path: {}", member, throttle.path));
        if (rate < 0)
            return badDevice(fmt::format("HostConfig.{}: the rate must not be negative", member));
        throttle.rate = static_cast<std::uint64_t>(rate);
        throttles.push_back(std::move(throttle));
    }
    return throttles;
}

using ThrottleMember = std::tuple<std::string_view, json::Array model::HostConfig::*, std::vector<oci::ThrottleDevice> oci::BlockIoLimits::*>;
constexpr std::array<ThrottleMember, 4> kThrottles{{
    {"BlkioDeviceReadBps", &model::HostConfig::blkioDeviceReadBps, &oci::BlockIoLimits::readBps},
    {"BlkioDeviceWriteBps", &model::HostConfig::blkioDeviceWriteBps, &oci::BlockIoLimits::writeBps},
    {"BlkioDeviceReadIOps", &model::HostConfig::blkioDeviceReadIOps, &oci::BlockIoLimits::readIops},
    {"BlkioDeviceWriteIOps", &model::HostConfig::blkioDeviceWriteIOps, &oci::BlockIoLimits::writeIops},
}};

bool isNode(const struct stat& status)
{
    return S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode);
}

void addNode(oci::RuntimeSpec& spec, const struct stat& status, const std::string& path, const std::string& access)
{
    oci::Device node;
    node.path = path;
    node.type = S_ISCHR(status.st_mode) ? 'c' : 'b';
    node.major = gnu_dev_major(status.st_rdev);
    node.minor = gnu_dev_minor(status.st_rdev);
    node.fileMode = status.st_mode & 0777;
    node.uid = status.st_uid;
    node.gid = status.st_gid;
    spec.linux.resources.devices.push_back({true, node.type, node.major, node.minor, access});
    spec.linux.devices.push_back(std::move(node));
}

/// All nodes below a folder ("/dev/snd"). Links are not followed.
Result<void> addFolder(oci::RuntimeSpec& spec, const std::string& folder, const std::string& inside, const std::string& access)
{
    const std::size_t before = spec.linux.devices.size();
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        struct stat status{};
        if (::lstat(it->path().c_str(), &status) < 0 || !isNode(status))
            continue;
        if (spec.linux.devices.size() - before >= kMostDevices)
            return unusableDevice(folder, "too many devices");
        addNode(spec, status, inside + it->path().string().substr(folder.size()), access);
    }
    if (spec.linux.devices.size() == before)
        return unusableDevice(folder, "not a device node");
    return {};
}

} // namespace

Result<void> checkDevices(const model::HostConfig& host)
{
    if (host.devices.size() > kMostDevices || host.deviceCgroupRules.size() > kMostDevices)
        return badDevice("too many devices");
    for (const model::DeviceMapping& device : host.devices) {
        if (!device.cgroupPermissions.empty() && !isAccess(device.cgroupPermissions))
            return badDevice(fmt::format("invalid device mode: {}", device.cgroupPermissions.substr(0, 20)));
    }
    for (const std::string& rule : host.deviceCgroupRules)
        (void)TRY(parseRule(rule));
    for (const auto& [name, asked, limit] : kThrottles)
        (void)TRY(parseThrottles(name, host.*asked));
    return {};
}

Result<void> applyDevices(oci::RuntimeSpec& spec, const model::HostConfig& host)
{
    for (const model::DeviceMapping& device : host.devices) {
        struct stat status{};
        if (!device.pathOnHost.starts_with('/') || ::stat(device.pathOnHost.c_str(), &status) < 0)
            return unusableDevice(device.pathOnHost, "no such file or directory");
        const std::string& inside = device.pathInContainer.empty() ? device.pathOnHost : device.pathInContainer;
        const std::string access = device.cgroupPermissions.empty() ? "rwm" : device.cgroupPermissions;
        if (S_ISDIR(status.st_mode))
            TRY(addFolder(spec, device.pathOnHost, inside, access));
        else if (isNode(status))
            addNode(spec, status, inside, access);
        else
            return unusableDevice(device.pathOnHost, "not a device node");
    }
    for (const std::string& rule : host.deviceCgroupRules)
        spec.linux.resources.devices.push_back(TRY(parseRule(rule)));
    return {};
}

Result<void> applyThrottles(oci::BlockIoLimits& limits, const model::HostConfig& host)
{
    for (const auto& [name, asked, limit] : kThrottles) {
        for (const Throttle& throttle : TRY(parseThrottles(name, host.*asked))) {
            struct stat status{};
            if (::stat(throttle.path.c_str(), &status) < 0 || !S_ISBLK(status.st_mode))
                return badDevice(fmt::format("HostConfig.{}: {} is no block device", name, throttle.path));
            (limits.*limit).push_back({gnu_dev_major(status.st_rdev), gnu_dev_minor(status.st_rdev), throttle.rate});
        }
    }
    return {};
}

} // namespace darsena::engine
