// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/mount_request.h"

#include "core/engine/texts.h"
#include "core/volumes/local_options.h"
#include "core/volumes/volume_store.h"

#include <algorithm>
#include <set>

namespace darsena::engine {

namespace {

constexpr std::size_t kMaxMounts = 256;

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

bool isPropagation(std::string_view word)
{
    static constexpr std::array<std::string_view, 6> kWords{"shared", "rshared", "slave", "rslave", "private", "rprivate"};
    return std::ranges::find(kWords, word) != kWords.end();
}

/// A destination in the container; the root itself is no mount point.
Result<std::string> destinationOf(std::string_view path)
{
    if (!path.starts_with('/'))
        return invalid(fmt::format("invalid mount path: '{}' mount path must be absolute", path));
    std::string clean = TRY(cleanContainerPath(path));
    if (clean.size() == 1)
        return invalid("invalid specification: destination can't be '/'");
    return clean;
}

/// What Docker shows for a named volume, whether there are such labels or not.
constexpr const char* kNamedVolumeMode = "z";

Result<void> readSource(std::string_view source, MountRecord& mount)
{
    if (source.starts_with('/')) {
        mount.type = MountRecord::Type::Bind;
        mount.source = source;
        mount.createSource = true;
        mount.propagation = "rprivate";
        return {};
    }
    TRY_CONTEXT(fmt::format("create {}", source.substr(0, 100)), volumes::VolumeStore::checkName(source));
    mount.type = MountRecord::Type::Volume;
    mount.volume = source;
    mount.mode = kNamedVolumeMode;
    return {};
}

Result<MountRecord> parseBind(const std::string& text)
{
    const auto malformed = [&] { return invalid(fmt::format("invalid volume specification: '{}'", text)); };
    const auto parts = split(text, ':');
    if (parts.size() < 2 || parts.size() > 3 || parts[0].empty() || parts[1].empty())
        return malformed();
    MountRecord mount;
    TRY(readSource(parts[0], mount));
    const std::string_view kind = mount.type == MountRecord::Type::Bind ? "bind" : "volume";
    mount.destination = TRY_CONTEXT(fmt::format("invalid volume specification: '{}': invalid mount config for type \"{}\"", text, kind), destinationOf(parts[1]));
    if (parts.size() == 3) {
        mount.mode = parts[2];
        for (const std::string_view option : split(parts[2], ',')) {
            if (option == "ro")
                mount.readOnly = true;
            else if (option == "nocopy" && mount.type == MountRecord::Type::Volume)
                mount.copyUp = false;
            else if (isPropagation(option) && mount.type == MountRecord::Type::Bind)
                mount.propagation = option;
            else if (option != "rw" && option != "z" && option != "Z" && option != "cached" && option != "delegated" && option != "consistent")
                // z and Z are SELinux labels (there is none here), the last three are for other systems.
                return invalid(fmt::format("invalid mode: {}", parts[2]));
        }
    }
    return mount;
}

/// Refuses members of an options object that are set and that we do not know.
Result<void> allowOnly(const json::Object& object, std::string_view where, std::initializer_list<std::string_view> known)
{
    for (const auto& member : object) {
        const std::string_view key = member.key();
        const json::Value& value = member.value();
        const bool isDefault = value.is_null() || (value.is_bool() && !value.get_bool()) || (value.is_string() && value.get_string().empty())
            || (value.is_object() && value.get_object().empty()) || (value.is_array() && value.get_array().empty());
        if (!isDefault && std::ranges::find(known, key) == known.end())
            return Error(ErrorCode::Unsupported, fmt::format("HostConfig.Mounts: {}.{} is not supported", where, key));
    }
    return {};
}

Result<void> readBindOptions(const json::Object& options, MountRecord& mount)
{
    TRY(allowOnly(options, "BindOptions", {"Propagation", "NonRecursive", "CreateMountpoint", "ReadOnlyNonRecursive", "ReadOnlyForceRecursive"}));
    const std::string propagation = TRY(json::text(options, "Propagation"));
    if (!propagation.empty() && !isPropagation(propagation))
        return invalid(fmt::format("invalid mount config for type \"bind\": invalid propagation mode: {}", propagation));
    if (!propagation.empty())
        mount.propagation = propagation;
    mount.recursive = !TRY(json::boolean(options, "NonRecursive"));
    mount.createSource = TRY(json::boolean(options, "CreateMountpoint"));
    mount.shallowReadOnly = TRY(json::boolean(options, "ReadOnlyNonRecursive"));
    const bool forced = TRY(json::boolean(options, "ReadOnlyForceRecursive"));
    if ((forced || mount.shallowReadOnly) && !mount.readOnly)
        return invalid("invalid mount config for type \"bind\": mount must be read-only for ReadOnlyNonRecursive or ReadOnlyForceRecursive");
    if (forced && mount.shallowReadOnly)
        return invalid("invalid mount config for type \"bind\": ReadOnlyNonRecursive and ReadOnlyForceRecursive exclude each other");
    if (forced && !mount.recursive)
        return invalid("invalid mount config for type \"bind\": ReadOnlyForceRecursive needs a recursive mount");
    return {};
}

Result<std::map<std::string, std::string>> textsOf(const json::Object& object, std::string_view key)
{
    std::map<std::string, std::string> texts;
    if (const json::Object* members = TRY(json::object(object, key))) {
        for (const auto& member : *members)
            texts.emplace(member.key(), TRY(json::text(*members, member.key())));
    }
    return texts;
}

Result<void> readVolumeOptions(const json::Object& options, MountRecord& mount)
{
    TRY(allowOnly(options, "VolumeOptions", {"NoCopy", "Labels", "DriverConfig", "Subpath"}));
    mount.copyUp = !TRY(json::boolean(options, "NoCopy"));
    mount.volumeLabels = TRY(textsOf(options, "Labels"));
    mount.subpath = TRY(json::text(options, "Subpath"));
    if (!mount.subpath.empty()) {
        if (mount.anonymous)
            return invalid("invalid mount config for type \"volume\": must not set Subpath when using anonymous volumes");
        const auto parts = split(mount.subpath, '/');
        if (mount.subpath.starts_with('/') || mount.subpath.size() > 4096 || std::ranges::find(parts, "..") != parts.end()
            || mount.subpath.find('\0') != std::string::npos)
            return invalid("invalid mount config for type \"volume\": subpath must be a relative path within the volume");
    }
    if (const json::Object* driver = TRY(json::object(options, "DriverConfig"))) {
        const std::string name = TRY(json::text(*driver, "Name"));
        if (!name.empty() && name != "local")
            return invalid(fmt::format("error looking up volume plugin {}: plugin \"{}\" not found", name, name));
        mount.volumeOptions = TRY(textsOf(*driver, "Options"));
        TRY(volumes::checkOptions(mount.volumeOptions));
    }
    return {};
}

Result<void> readTmpfsOptions(const json::Object& options, MountRecord& mount)
{
    TRY(allowOnly(options, "TmpfsOptions", {"SizeBytes", "Mode"}));
    if (const std::int64_t size = TRY(json::integer(options, "SizeBytes")))
        mount.tmpfsOptions.push_back(fmt::format("size={}", size));
    if (const std::int64_t mode = TRY(json::integer(options, "Mode")))
        mount.tmpfsOptions.push_back(fmt::format("mode={:o}", mode & 07777));
    return {};
}

Result<MountRecord> parseMount(const model::MountSpec& spec)
{
    MountRecord mount;
    mount.readOnly = spec.readOnly;
    mount.destination = TRY_CONTEXT(fmt::format("invalid mount config for type \"{}\"", spec.type), destinationOf(spec.target));
    const json::Object none;
    if (spec.type == "bind") {
        mount.type = MountRecord::Type::Bind;
        mount.source = spec.source;
        mount.propagation = "rprivate";
        if (spec.source.empty())
            return invalid("invalid mount config for type \"bind\": field Source must not be empty");
        if (!spec.source.starts_with('/'))
            return invalid(fmt::format("invalid mount config for type \"bind\": invalid mount path: '{}' mount path must be absolute", spec.source));
        TRY(readBindOptions(spec.bindOptions.value_or(none), mount));
    } else if (spec.type == "volume") {
        mount.type = MountRecord::Type::Volume;
        mount.volume = spec.source;
        mount.anonymous = spec.source.empty();
        if (!spec.source.empty()) {
            TRY_CONTEXT(fmt::format("create {}", spec.source.substr(0, 100)), volumes::VolumeStore::checkName(spec.source));
            mount.mode = kNamedVolumeMode;
        }
        TRY(readVolumeOptions(spec.volumeOptions.value_or(none), mount));
    } else if (spec.type == "tmpfs") {
        mount.type = MountRecord::Type::Tmpfs;
        if (!spec.source.empty())
            return invalid("invalid mount config for type \"tmpfs\": field Source must not be specified");
        TRY(readTmpfsOptions(spec.tmpfsOptions.value_or(none), mount));
    } else if (spec.type != "npipe" && spec.type != "cluster" && spec.type != "image") {
        return invalid(fmt::format("invalid mount config for type \"{}\": mount type unknown", spec.type));
    } else {
        return Error(ErrorCode::Unsupported, fmt::format("HostConfig.Mounts: mount type \"{}\" is not supported", spec.type));
    }
    return mount;
}

Result<MountRecord> parseTmpfs(const std::string& target, const std::string& options)
{
    MountRecord mount;
    mount.type = MountRecord::Type::Tmpfs;
    mount.destination = TRY(destinationOf(target));
    mount.mode = options;
    static constexpr std::array<std::string_view, 12> kFlags{
        "rw", "ro", "exec", "noexec", "suid", "nosuid", "dev", "nodev", "noatime", "relatime", "strictatime", "sync"};
    for (const std::string_view option : split(options, ',')) {
        const auto key = option.substr(0, option.find('='));
        const bool parameter = key == "size" || key == "mode" || key == "uid" || key == "gid" || key == "nr_inodes";
        if (option.empty())
            continue;
        if (option == "ro")
            mount.readOnly = true;
        else if (!parameter && std::ranges::find(kFlags, option) == kFlags.end())
            return invalid(fmt::format("invalid tmpfs option [\"{}\"]", option));
        else
            mount.tmpfsOptions.emplace_back(option);
    }
    return mount;
}

std::size_t depth(const MountRecord& mount)
{
    return static_cast<std::size_t>(std::ranges::count(mount.destination, '/'));
}

} // namespace

Result<std::string> cleanContainerPath(std::string_view path)
{
    if (!path.starts_with('/') || path.size() > 4096 || path.find('\0') != std::string_view::npos)
        return invalid(fmt::format("invalid path '{}': it must be absolute", path));
    std::vector<std::string_view> parts;
    for (const std::string_view part : split(path, '/')) {
        if (part.size() > 255)
            return invalid("invalid path: a name in it is longer than 255 bytes");
        if (part == "..") {
            if (!parts.empty())
                parts.pop_back();
        } else if (!part.empty() && part != ".") {
            parts.push_back(part);
        }
    }
    std::string clean;
    for (const std::string_view part : parts)
        clean += "/" + std::string(part);
    return clean.empty() ? "/" : clean;
}

Result<VolumesFrom> parseVolumesFrom(const std::string& text)
{
    VolumesFrom from;
    const auto colon = text.find(':');
    from.container = text.substr(0, colon);
    if (from.container.empty())
        return invalid(fmt::format("malformed volumes-from specification: {}", text));
    if (colon == std::string::npos)
        return from;
    for (const std::string_view option : split(std::string_view(text).substr(colon + 1), ',')) {
        if (option == "ro")
            from.readOnly = true;
        else if (option != "rw" && option != "z" && option != "Z" && option != "nocopy")
            return invalid(fmt::format("invalid mode: {}", std::string_view(text).substr(colon + 1)));
    }
    return from;
}

Result<std::vector<MountRecord>> planMounts(
    const model::ContainerConfig& config, const model::HostConfig& hostConfig, const std::vector<MountRecord>& inherited)
{
    std::vector<MountRecord> mounts;
    for (const std::string& bind : hostConfig.binds)
        mounts.push_back(TRY(parseBind(bind)));
    for (const model::MountSpec& spec : hostConfig.mounts)
        mounts.push_back(TRY(parseMount(spec)));
    for (const auto& [target, options] : hostConfig.tmpfs)
        mounts.push_back(TRY(parseTmpfs(target, options)));
    std::set<std::string> taken;
    for (const MountRecord& mount : mounts) {
        if (!taken.insert(mount.destination).second)
            return invalid(fmt::format("Duplicate mount point: {}", mount.destination));
    }
    // What is asked for by itself goes before what other containers have; of these, the last named.
    for (auto mount = inherited.rbegin(); mount != inherited.rend(); ++mount) {
        if (mount->type != MountRecord::Type::Tmpfs && taken.insert(mount->destination).second)
            mounts.push_back(*mount);
    }
    // An image's VOLUMEs, and those of the request, get an anonymous volume unless something is mounted there anyway.
    for (const std::string& path : config.volumes) {
        MountRecord mount;
        mount.type = MountRecord::Type::Volume;
        mount.anonymous = true;
        mount.destination = TRY(destinationOf(path.starts_with('/') ? path : "/" + path));
        if (taken.insert(mount.destination).second)
            mounts.push_back(std::move(mount));
    }
    if (mounts.size() > kMaxMounts)
        return Error(ErrorCode::TooLarge, fmt::format("more than {} mounts", kMaxMounts));
    std::ranges::stable_sort(mounts, {}, depth);
    return mounts;
}

} // namespace darsena::engine
