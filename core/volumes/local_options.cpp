// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/volumes/local_options.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/mount.h>
#include <sys/socket.h>

namespace darsena::volumes {

namespace {

constexpr std::size_t kMaxOptions = 4096; ///< what mount(2) takes: one page
constexpr std::size_t kMaxParameters = 64;

struct Flag {
    std::string_view name;
    std::uint64_t set = 0; ///< MOUNT_ATTR_*
    std::uint64_t clear = 0;
    unsigned long legacy = 0;
};
constexpr std::array<Flag, 14> kFlags{{
    {"ro", MOUNT_ATTR_RDONLY, 0, MS_RDONLY},
    {"rw", 0, MOUNT_ATTR_RDONLY, 0},
    {"nosuid", MOUNT_ATTR_NOSUID, 0, MS_NOSUID},
    {"suid", 0, MOUNT_ATTR_NOSUID, 0},
    {"nodev", MOUNT_ATTR_NODEV, 0, MS_NODEV},
    {"dev", 0, MOUNT_ATTR_NODEV, 0},
    {"noexec", MOUNT_ATTR_NOEXEC, 0, MS_NOEXEC},
    {"exec", 0, MOUNT_ATTR_NOEXEC, 0},
    {"noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME, MS_NOATIME},
    {"strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME, MS_STRICTATIME},
    {"relatime", 0, MOUNT_ATTR__ATIME, MS_RELATIME},
    {"atime", 0, MOUNT_ATTR__ATIME, 0},
    {"nodiratime", MOUNT_ATTR_NODIRATIME, 0, MS_NODIRATIME},
    {"diratime", 0, MOUNT_ATTR_NODIRATIME, 0},
}};

struct Propagation {
    std::string_view name;
    std::uint64_t flag;
};
constexpr std::array<Propagation, 6> kPropagations{{{"private", MS_PRIVATE}, {"rprivate", MS_PRIVATE}, {"slave", MS_SLAVE},
    {"rslave", MS_SLAVE}, {"shared", MS_SHARED}, {"rshared", MS_SHARED}}};

std::string optionOf(const DriverOptions& options, const char* key)
{
    const auto found = options.find(key);
    return found == options.end() ? std::string() : found->second;
}

Error invalid(std::string message)
{
    return Error(ErrorCode::Invalid, std::move(message));
}

Result<void> applyWord(std::string_view word, LocalMount& mount)
{
    if (word == "bind" || word == "rbind") {
        mount.bind = true;
        mount.recursive = word == "rbind";
        mount.legacyFlags |= MS_BIND | (mount.recursive ? static_cast<unsigned long>(MS_REC) : 0UL);
        return {};
    }
    if (word == "defaults")
        return {};
    // These change or move mounts that are there already.
    if (word == "remount" || word == "move" || word == "unbindable" || word == "runbindable")
        return invalid(fmt::format("invalid mount option \"{}\"", word));
    if (const auto flag = std::ranges::find(kFlags, word, &Flag::name); flag != kFlags.end()) {
        mount.attributes = (mount.attributes & ~flag->clear) | flag->set;
        mount.legacyFlags |= flag->legacy;
        return {};
    }
    if (const auto known = std::ranges::find(kPropagations, word, &Propagation::name); known != kPropagations.end()) {
        mount.propagation = known->flag;
        return {};
    }
    const auto equals = word.find('=');
    const std::string key(word.substr(0, equals));
    const std::string value(equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1));
    // Given twice over, "source" would replace the device.
    if (key.empty() || key == "source" || (equals != std::string_view::npos && value.empty()))
        return invalid(fmt::format("invalid mount option \"{}\"", word));
    mount.parameters.emplace_back(key, value);
    return {};
}

/// The kernel's network file systems take numbers only; mount.nfs would do this for people.
Result<std::string> resolveAddress(const std::string& name)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(name.c_str(), nullptr, &hints, &found);
    if (error != 0)
        return Error(ErrorCode::System, fmt::format("error resolving passed in network volume address: {}: {}", name, ::gai_strerror(error)));
    std::array<char, NI_MAXHOST> text{};
    const int named = ::getnameinfo(found->ai_addr, found->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
    ::freeaddrinfo(found);
    if (named != 0)
        return Error(ErrorCode::System, fmt::format("error resolving passed in network volume address: {}: {}", name, ::gai_strerror(named)));
    return std::string(text.data());
}

Result<UniqueFd> openBind(const LocalMount& mount)
{
    // The administrator's word: links are followed, once; from here on it is a descriptor.
    const UniqueFd source = UniqueFd::adopt(::open(mount.device.c_str(), O_PATH | O_CLOEXEC | O_DIRECTORY));
    if (!source)
        return Error::system(errno, mount.device);
    UniqueFd tree = TRY(os::cloneTree(source.get(), "", mount.recursive));
    TRY(os::setMountPropagation(tree.get(), MS_PRIVATE, true));
    return tree;
}

Result<UniqueFd> openFileSystem(const LocalMount& mount)
{
    std::vector<os::MountParameter> parameters = mount.parameters;
    if (mount.type == "nfs" || mount.type == "nfs4" || mount.type == "cifs") {
        for (os::MountParameter& parameter : parameters) {
            if (parameter.first == "addr")
                parameter.second = TRY(resolveAddress(parameter.second));
        }
    }
    if ((mount.attributes & MOUNT_ATTR_RDONLY) != 0)
        parameters.emplace_back("ro", "");
    return os::mountFileSystem(mount.type, mount.device, parameters, 0);
}

} // namespace

Result<void> checkOptions(const DriverOptions& options)
{
    for (const auto& [key, value] : options) {
        if (key != "type" && key != "o" && key != "device" && key != "size")
            return invalid(fmt::format("invalid option: \"{}\"", key));
        if (value.size() >= kMaxOptions || value.find('\0') != std::string::npos)
            return invalid(fmt::format("invalid option: \"{}\": too long", key));
    }
    if (options.contains("size"))
        return invalid("quota size requested but no quota support");
    const auto needs = [&](const char* key, std::initializer_list<const char*> others) -> Result<void> {
        if (optionOf(options, key).empty())
            return {};
        for (const char* other : others) {
            if (optionOf(options, other).empty())
                return invalid(fmt::format("missing required option: \"{}\"", other));
        }
        return {};
    };
    TRY(needs("device", {"type"}));
    TRY(needs("o", {"device", "type"}));
    TRY(needs("type", {"device"}));
    if (!options.empty())
        (void)TRY(parseOptions(options));
    return {};
}

Result<LocalMount> parseOptions(const DriverOptions& options)
{
    LocalMount mount;
    mount.type = optionOf(options, "type");
    mount.device = optionOf(options, "device");
    const std::string text = optionOf(options, "o");
    for (std::string_view rest = text; !rest.empty();) {
        const auto comma = rest.find(',');
        const std::string_view word = rest.substr(0, comma);
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
        if (!word.empty())
            TRY(applyWord(word, mount));
        if (mount.parameters.size() > kMaxParameters)
            return invalid(fmt::format("more than {} mount options", kMaxParameters));
    }
    if (mount.type == "bind") // not a file system; people write it all the same
        mount.bind = true;
    if (mount.bind && !mount.device.starts_with('/'))
        return invalid(fmt::format("invalid mount option \"device={}\": the path must be absolute", mount.device));
    if (mount.bind && !mount.parameters.empty())
        return invalid(fmt::format("invalid mount option \"{}\": a bind takes none", mount.parameters.front().first));
    return mount;
}

Result<UniqueFd> openLocalMount(const LocalMount& mount)
{
    UniqueFd tree = mount.bind ? TRY(openBind(mount)) : TRY(openFileSystem(mount));
    const std::uint64_t atime = mount.attributes & MOUNT_ATTR__ATIME;
    const std::uint64_t set = mount.attributes | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
    TRY(os::setMountAttributes(tree.get(), set, atime != 0 ? std::uint64_t{MOUNT_ATTR__ATIME} : 0, false));
    if (mount.propagation != 0 && mount.propagation != MS_PRIVATE)
        TRY(os::setMountPropagation(tree.get(), mount.propagation, false));
    return tree;
}

std::vector<std::string> containerOptions(const LocalMount& mount)
{
    std::vector<std::string> options;
    if ((mount.attributes & MOUNT_ATTR_NOSUID) == 0)
        options.emplace_back("suid");
    if ((mount.attributes & MOUNT_ATTR_NODEV) == 0)
        options.emplace_back("dev");
    return options;
}

} // namespace darsena::volumes
