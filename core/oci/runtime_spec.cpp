// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oci/runtime_spec.h"

#include <algorithm>
#include <array>
#include <limits>

namespace darsena::oci {

namespace {

using json::Array;
using json::Object;

constexpr std::array<std::pair<NamespaceType, std::string_view>, 8> namespaceNames { {
    { NamespaceType::Pid, "pid" },
    { NamespaceType::Network, "network" },
    { NamespaceType::Mount, "mount" },
    { NamespaceType::Ipc, "ipc" },
    { NamespaceType::Uts, "uts" },
    { NamespaceType::User, "user" },
    { NamespaceType::Cgroup, "cgroup" },
    { NamespaceType::Time, "time" },
} };

// ---- reading ----

template<typename T>
Result<T> ranged(const Object& object, std::string_view key, T fallback = {})
{
    const std::int64_t value = TRY(json::integer(object, key, static_cast<std::int64_t>(fallback)));
    if (!std::in_range<T>(value))
        return Error(ErrorCode::Invalid, std::string(key) + ": out of range");
    return static_cast<T>(value);
}

template<typename T>
Result<std::optional<T>> optionalNumber(const Object& object, std::string_view key)
{
    const json::Value* found = object.if_contains(key);
    if (found == nullptr || found->is_null())
        return std::optional<T>();
    if (found->is_uint64() && std::in_range<T>(found->get_uint64()))
        return std::optional<T>(static_cast<T>(found->get_uint64()));
    // Producers write 2^63-1 through a double; what is beyond the type means "as much as there is".
    if (found->is_double() && found->get_double() >= 9.2e18)
        return std::optional<T>(std::numeric_limits<T>::max());
    return std::optional<T>(TRY(ranged<T>(object, key)));
}

Result<std::uint64_t> unsignedNumber(const Object& object, std::string_view key)
{
    return TRY(optionalNumber<std::uint64_t>(object, key)).value_or(0);
}

/// Calls read(object) for each object of an array; anything else in it is an error that names the key.
template<typename Function>
Result<void> eachObject(const Object& parent, std::string_view key, Function read)
{
    const Array* const items = TRY(json::array(parent, key));
    if (items == nullptr)
        return {};
    for (std::size_t i = 0; i < items->size(); ++i) {
        const std::string context = std::string(key) + "[" + std::to_string(i) + "]";
        if (!(*items)[i].is_object())
            return Error(ErrorCode::Invalid, context + ": expected an object");
        TRY_CONTEXT(context, read((*items)[i].get_object()));
    }
    return {};
}

Result<std::map<std::string, std::string>> textMap(const Object& parent, std::string_view key)
{
    std::map<std::string, std::string> out;
    const Object* const object = TRY(json::object(parent, key));
    if (object == nullptr)
        return out;
    for (const auto& member : *object)
        out.emplace(member.key(), TRY_CONTEXT(std::string(key), json::text(*object, member.key())));
    return out;
}

Result<User> readUser(const Object& process)
{
    User user;
    const Object* const object = TRY(json::object(process, "user"));
    if (object == nullptr)
        return user;
    user.uid = TRY(ranged<std::uint32_t>(*object, "uid"));
    user.gid = TRY(ranged<std::uint32_t>(*object, "gid"));
    user.umask = TRY(optionalNumber<std::uint32_t>(*object, "umask"));
    if (const Array* const groups = TRY(json::array(*object, "additionalGids"))) {
        for (const json::Value& group : *groups) {
            if (!group.is_int64() || !std::in_range<std::uint32_t>(group.get_int64()))
                return Error(ErrorCode::Invalid, "additionalGids: expected group ids");
            user.additionalGids.push_back(static_cast<std::uint32_t>(group.get_int64()));
        }
    }
    return user;
}

Result<std::optional<Capabilities>> readCapabilities(const Object& process)
{
    const Object* const object = TRY(json::object(process, "capabilities"));
    if (object == nullptr)
        return std::optional<Capabilities>();
    Capabilities sets;
    sets.bounding = TRY(json::texts(*object, "bounding"));
    sets.permitted = TRY(json::texts(*object, "permitted"));
    sets.effective = TRY(json::texts(*object, "effective"));
    sets.inheritable = TRY(json::texts(*object, "inheritable"));
    sets.ambient = TRY(json::texts(*object, "ambient"));
    return std::optional<Capabilities>(std::move(sets));
}

/// Members that we neither apply nor may ignore.
Result<void> refuse(const Object& object, std::initializer_list<std::string_view> keys)
{
    for (const std::string_view key : keys) {
        const json::Value* found = object.if_contains(key);
        const bool empty = found == nullptr || found->is_null() || (found->is_object() && found->get_object().empty())
            || (found->is_array() && found->get_array().empty()) || (found->is_string() && found->get_string().empty());
        if (!empty)
            return Error(ErrorCode::Unsupported, std::string(key) + " is not supported");
    }
    return {};
}

Result<Process> readProcess(const Object& object)
{
    Process process;
    TRY(refuse(object, { "commandLine", "selinuxLabel", "scheduler", "ioPriority", "execCPUAffinity" }));
    process.terminal = TRY(json::boolean(object, "terminal"));
    if (const Object* const size = TRY(json::object(object, "consoleSize"))) {
        process.consoleSize = ConsoleSize { TRY(ranged<std::uint16_t>(*size, "height")), TRY(ranged<std::uint16_t>(*size, "width")) };
    }
    process.user = TRY_CONTEXT("user", readUser(object));
    process.args = TRY(json::texts(object, "args"));
    process.env = TRY(json::texts(object, "env"));
    process.cwd = TRY(json::text(object, "cwd", "/"));
    process.capabilities = TRY_CONTEXT("capabilities", readCapabilities(object));
    const auto readRlimits = [&](const Object& item) -> Result<void> {
        process.rlimits.push_back({ TRY(json::text(item, "type")), TRY(unsignedNumber(item, "soft")), TRY(unsignedNumber(item, "hard")) });
        return {};
    };
    TRY(eachObject(object, "rlimits", readRlimits));
    process.noNewPrivileges = TRY(json::boolean(object, "noNewPrivileges"));
    process.oomScoreAdj = TRY(optionalNumber<int>(object, "oomScoreAdj"));
    process.apparmorProfile = TRY(json::text(object, "apparmorProfile"));
    return process;
}

Result<MemoryLimits> readMemory(const Object& resources)
{
    MemoryLimits memory;
    const Object* const object = TRY(json::object(resources, "memory"));
    if (object == nullptr)
        return memory;
    memory.limit = TRY(optionalNumber<std::int64_t>(*object, "limit"));
    memory.reservation = TRY(optionalNumber<std::int64_t>(*object, "reservation"));
    memory.swap = TRY(optionalNumber<std::int64_t>(*object, "swap"));
    memory.swappiness = TRY(optionalNumber<std::uint64_t>(*object, "swappiness"));
    if (object->contains("disableOOMKiller"))
        memory.disableOomKiller = TRY(json::boolean(*object, "disableOOMKiller"));
    return memory;
}

Result<CpuLimits> readCpu(const Object& resources)
{
    CpuLimits cpu;
    const Object* const object = TRY(json::object(resources, "cpu"));
    if (object == nullptr)
        return cpu;
    cpu.shares = TRY(optionalNumber<std::uint64_t>(*object, "shares"));
    cpu.quota = TRY(optionalNumber<std::int64_t>(*object, "quota"));
    cpu.period = TRY(optionalNumber<std::uint64_t>(*object, "period"));
    cpu.cpus = TRY(json::text(*object, "cpus"));
    cpu.mems = TRY(json::text(*object, "mems"));
    return cpu;
}

Result<std::vector<ThrottleDevice>> readThrottle(const Object& parent, std::string_view key)
{
    std::vector<ThrottleDevice> out;
    const auto readKey = [&](const Object& item) -> Result<void> {
        out.push_back({ TRY(json::integer(item, "major")), TRY(json::integer(item, "minor")), TRY(unsignedNumber(item, "rate")) });
        return {};
    };
    TRY(eachObject(parent, key, readKey));
    return out;
}

Result<BlockIoLimits> readBlockIo(const Object& resources)
{
    BlockIoLimits limits;
    const Object* const object = TRY(json::object(resources, "blockIO"));
    if (object == nullptr)
        return limits;
    limits.weight = TRY(optionalNumber<std::uint16_t>(*object, "weight"));
    limits.readBps = TRY(readThrottle(*object, "throttleReadBpsDevice"));
    limits.writeBps = TRY(readThrottle(*object, "throttleWriteBpsDevice"));
    limits.readIops = TRY(readThrottle(*object, "throttleReadIOPSDevice"));
    limits.writeIops = TRY(readThrottle(*object, "throttleWriteIOPSDevice"));
    return limits;
}

Result<Resources> readResources(const Object& linux)
{
    Resources resources;
    const Object* const object = TRY(json::object(linux, "resources"));
    if (object == nullptr)
        return resources;
    TRY(refuse(*object, { "rdma" }));
    const auto readDevices = [&](const Object& item) -> Result<void> {
        DeviceRule rule;
        rule.allow = TRY(json::boolean(item, "allow"));
        const std::string type = TRY(json::text(item, "type", "a"));
        if (type != "a" && type != "b" && type != "c")
            return Error(ErrorCode::Invalid, "type: " + type);
        rule.type = type.front();
        rule.major = TRY(optionalNumber<std::int64_t>(item, "major"));
        rule.minor = TRY(optionalNumber<std::int64_t>(item, "minor"));
        if (rule.major && *rule.major < 0) // -1 means any
            rule.major.reset();
        if (rule.minor && *rule.minor < 0)
            rule.minor.reset();
        rule.access = TRY(json::text(item, "access", "rwm"));
        resources.devices.push_back(std::move(rule));
        return {};
    };
    TRY(eachObject(*object, "devices", readDevices));
    resources.memory = TRY_CONTEXT("memory", readMemory(*object));
    resources.cpu = TRY_CONTEXT("cpu", readCpu(*object));
    if (const Object* const pids = TRY(json::object(*object, "pids")))
        resources.pids = TRY(optionalNumber<std::int64_t>(*pids, "limit"));
    resources.blockIo = TRY_CONTEXT("blockIO", readBlockIo(*object));
    resources.unified = TRY(textMap(*object, "unified"));
    return resources;
}

Result<std::optional<Seccomp>> readSeccomp(const Object& linux)
{
    const Object* const object = TRY(json::object(linux, "seccomp"));
    if (object == nullptr)
        return std::optional<Seccomp>();
    TRY(refuse(*object, { "listenerPath", "listenerMetadata" }));
    Seccomp seccomp;
    seccomp.defaultAction = TRY(json::text(*object, "defaultAction"));
    seccomp.defaultErrnoRet = TRY(optionalNumber<std::uint32_t>(*object, "defaultErrnoRet"));
    seccomp.architectures = TRY(json::texts(*object, "architectures"));
    seccomp.flags = TRY(json::texts(*object, "flags"));
    const auto readSyscalls = [&](const Object& item) -> Result<void> {
        SeccompRule rule;
        rule.names = TRY(json::texts(item, "names"));
        rule.action = TRY(json::text(item, "action"));
        rule.errnoRet = TRY(optionalNumber<std::uint32_t>(item, "errnoRet"));
        const auto readArgs = [&](const Object& arg) -> Result<void> {
            rule.args.push_back({ TRY(ranged<std::uint32_t>(arg, "index")), TRY(unsignedNumber(arg, "value")),
                TRY(unsignedNumber(arg, "valueTwo")), TRY(json::text(arg, "op")) });
            return {};
        };
        TRY(eachObject(item, "args", readArgs));
        seccomp.syscalls.push_back(std::move(rule));
        return {};
    };
    TRY(eachObject(*object, "syscalls", readSyscalls));
    return std::optional<Seccomp>(std::move(seccomp));
}

Result<std::vector<IdMapping>> readMappings(const Object& linux, std::string_view key)
{
    std::vector<IdMapping> out;
    const auto readKey = [&](const Object& item) -> Result<void> {
        out.push_back({ TRY(ranged<std::uint32_t>(item, "containerID")), TRY(ranged<std::uint32_t>(item, "hostID")),
            TRY(ranged<std::uint32_t>(item, "size")) });
        return {};
    };
    TRY(eachObject(linux, key, readKey));
    return out;
}

Result<Linux> readLinux(const Object& object)
{
    Linux out;
    TRY(refuse(object, { "intelRdt", "personality", "timeOffsets", "mountLabel", "netDevices", "memoryPolicy" }));
    const auto readNamespaces = [&](const Object& item) -> Result<void> {
        const std::string type = TRY(json::text(item, "type"));
        const std::optional<NamespaceType> known = namespaceFromName(type);
        if (!known)
            return Error(ErrorCode::Invalid, "type: unknown namespace " + type);
        out.namespaces.push_back({ *known, TRY(json::text(item, "path")) });
        return {};
    };
    TRY(eachObject(object, "namespaces", readNamespaces));
    out.uidMappings = TRY(readMappings(object, "uidMappings"));
    out.gidMappings = TRY(readMappings(object, "gidMappings"));
    const auto readDevices = [&](const Object& item) -> Result<void> {
        const std::string type = TRY(json::text(item, "type"));
        if (type.size() != 1)
            return Error(ErrorCode::Invalid, "type: " + type);
        out.devices.push_back({ TRY(json::text(item, "path")), type.front(), TRY(json::integer(item, "major")),
            TRY(json::integer(item, "minor")), TRY(ranged<std::uint32_t>(item, "fileMode", 0666)),
            TRY(ranged<std::uint32_t>(item, "uid")), TRY(ranged<std::uint32_t>(item, "gid")) });
        return {};
    };
    TRY(eachObject(object, "devices", readDevices));
    out.cgroupsPath = TRY(json::text(object, "cgroupsPath"));
    out.resources = TRY_CONTEXT("resources", readResources(object));
    out.seccomp = TRY_CONTEXT("seccomp", readSeccomp(object));
    out.maskedPaths = TRY(json::texts(object, "maskedPaths"));
    out.readonlyPaths = TRY(json::texts(object, "readonlyPaths"));
    out.sysctl = TRY(textMap(object, "sysctl"));
    out.rootfsPropagation = TRY(json::text(object, "rootfsPropagation"));
    return out;
}

Result<std::vector<Hook>> readHooks(const Object& hooks, std::string_view key)
{
    std::vector<Hook> out;
    const auto readKey = [&](const Object& item) -> Result<void> {
        Hook hook { TRY(json::text(item, "path")), TRY(json::texts(item, "args")), TRY(json::texts(item, "env")),
            TRY(optionalNumber<int>(item, "timeout")) };
        if (!hook.path.starts_with('/'))
            return Error(ErrorCode::Invalid, "path: not absolute");
        if (hook.timeout && *hook.timeout <= 0)
            return Error(ErrorCode::Invalid, "timeout: not above zero");
        out.push_back(std::move(hook));
        return {};
    };
    TRY(eachObject(hooks, key, readKey));
    return out;
}

// ---- writing ----

/// Leaves out what is empty, as producers of config.json do.
void put(Object& object, std::string_view key, json::Value value)
{
    const bool empty = value.is_null() || (value.is_string() && value.get_string().empty())
        || (value.is_array() && value.get_array().empty()) || (value.is_object() && value.get_object().empty());
    if (!empty)
        object[key] = std::move(value);
}

void put(Object& object, std::string_view key, const std::string& text)
{
    if (!text.empty())
        object[key] = text;
}

template<typename T>
void put(Object& object, std::string_view key, const std::optional<T>& value)
{
    if (value)
        object[key] = *value;
}

template<typename T, typename Function>
Array arrayOf(const std::vector<T>& items, Function write)
{
    Array out;
    for (const T& item : items)
        out.push_back(write(item));
    return out;
}

Object mapOf(const std::map<std::string, std::string>& map)
{
    Object out;
    for (const auto& [key, value] : map)
        out[key] = value;
    return out;
}

Object writeProcess(const Process& process)
{
    Object out;
    out["terminal"] = process.terminal;
    if (process.consoleSize)
        out["consoleSize"] = Object { { "height", process.consoleSize->height }, { "width", process.consoleSize->width } };
    Object user { { "uid", process.user.uid }, { "gid", process.user.gid } };
    put(user, "umask", process.user.umask);
    put(user, "additionalGids", arrayOf(process.user.additionalGids, [](std::uint32_t gid) { return json::Value(gid); }));
    out["user"] = std::move(user);
    put(out, "args", json::fromTexts(process.args));
    put(out, "env", json::fromTexts(process.env));
    out["cwd"] = process.cwd;
    if (process.capabilities) {
        Object sets;
        put(sets, "bounding", json::fromTexts(process.capabilities->bounding));
        put(sets, "permitted", json::fromTexts(process.capabilities->permitted));
        put(sets, "effective", json::fromTexts(process.capabilities->effective));
        put(sets, "inheritable", json::fromTexts(process.capabilities->inheritable));
        put(sets, "ambient", json::fromTexts(process.capabilities->ambient));
        out["capabilities"] = std::move(sets);
    }
    put(out, "rlimits", arrayOf(process.rlimits, [](const Rlimit& limit) {
        return Object { { "type", limit.type }, { "soft", limit.soft }, { "hard", limit.hard } };
    }));
    if (process.noNewPrivileges)
        out["noNewPrivileges"] = true;
    put(out, "oomScoreAdj", process.oomScoreAdj);
    put(out, "apparmorProfile", process.apparmorProfile);
    return out;
}

Array writeThrottle(const std::vector<ThrottleDevice>& devices)
{
    return arrayOf(devices, [](const ThrottleDevice& device) {
        return Object { { "major", device.major }, { "minor", device.minor }, { "rate", device.rate } };
    });
}

Object writeResources(const Resources& resources)
{
    Object out;
    put(out, "devices", arrayOf(resources.devices, [](const DeviceRule& rule) {
        Object item { { "allow", rule.allow }, { "type", std::string(1, rule.type) }, { "access", rule.access } };
        put(item, "major", rule.major);
        put(item, "minor", rule.minor);
        return item;
    }));
    Object memory;
    put(memory, "limit", resources.memory.limit);
    put(memory, "reservation", resources.memory.reservation);
    put(memory, "swap", resources.memory.swap);
    put(memory, "swappiness", resources.memory.swappiness);
    put(memory, "disableOOMKiller", resources.memory.disableOomKiller);
    put(out, "memory", std::move(memory));
    Object cpu;
    put(cpu, "shares", resources.cpu.shares);
    put(cpu, "quota", resources.cpu.quota);
    put(cpu, "period", resources.cpu.period);
    put(cpu, "cpus", resources.cpu.cpus);
    put(cpu, "mems", resources.cpu.mems);
    put(out, "cpu", std::move(cpu));
    if (resources.pids)
        out["pids"] = Object { { "limit", *resources.pids } };
    Object io;
    put(io, "weight", resources.blockIo.weight);
    put(io, "throttleReadBpsDevice", writeThrottle(resources.blockIo.readBps));
    put(io, "throttleWriteBpsDevice", writeThrottle(resources.blockIo.writeBps));
    put(io, "throttleReadIOPSDevice", writeThrottle(resources.blockIo.readIops));
    put(io, "throttleWriteIOPSDevice", writeThrottle(resources.blockIo.writeIops));
    put(out, "blockIO", std::move(io));
    put(out, "unified", mapOf(resources.unified));
    return out;
}

Object writeSeccomp(const Seccomp& seccomp)
{
    Object out { { "defaultAction", seccomp.defaultAction } };
    put(out, "defaultErrnoRet", seccomp.defaultErrnoRet);
    put(out, "architectures", json::fromTexts(seccomp.architectures));
    put(out, "flags", json::fromTexts(seccomp.flags));
    put(out, "syscalls", arrayOf(seccomp.syscalls, [](const SeccompRule& rule) {
        Object item { { "names", json::fromTexts(rule.names) }, { "action", rule.action } };
        put(item, "errnoRet", rule.errnoRet);
        put(item, "args", arrayOf(rule.args, [](const SeccompArgument& arg) {
            return Object { { "index", arg.index }, { "value", arg.value }, { "valueTwo", arg.valueTwo }, { "op", arg.op } };
        }));
        return item;
    }));
    return out;
}

Array writeMappings(const std::vector<IdMapping>& mappings)
{
    return arrayOf(mappings, [](const IdMapping& mapping) {
        return Object { { "containerID", mapping.containerId }, { "hostID", mapping.hostId }, { "size", mapping.size } };
    });
}

Object writeLinux(const Linux& linux)
{
    Object out;
    put(out, "namespaces", arrayOf(linux.namespaces, [](const Namespace& item) {
        Object written { { "type", namespaceName(item.type) } };
        put(written, "path", item.path);
        return written;
    }));
    put(out, "uidMappings", writeMappings(linux.uidMappings));
    put(out, "gidMappings", writeMappings(linux.gidMappings));
    put(out, "devices", arrayOf(linux.devices, [](const Device& device) {
        return Object { { "path", device.path }, { "type", std::string(1, device.type) }, { "major", device.major },
            { "minor", device.minor }, { "fileMode", device.fileMode }, { "uid", device.uid }, { "gid", device.gid } };
    }));
    put(out, "cgroupsPath", linux.cgroupsPath);
    put(out, "resources", writeResources(linux.resources));
    if (linux.seccomp)
        out["seccomp"] = writeSeccomp(*linux.seccomp);
    put(out, "maskedPaths", json::fromTexts(linux.maskedPaths));
    put(out, "readonlyPaths", json::fromTexts(linux.readonlyPaths));
    put(out, "sysctl", mapOf(linux.sysctl));
    put(out, "rootfsPropagation", linux.rootfsPropagation);
    return out;
}

Array writeHookList(const std::vector<Hook>& hooks)
{
    return arrayOf(hooks, [](const Hook& hook) {
        Object item { { "path", hook.path } };
        put(item, "args", json::fromTexts(hook.args));
        put(item, "env", json::fromTexts(hook.env));
        put(item, "timeout", hook.timeout);
        return item;
    });
}

} // namespace

std::string_view namespaceName(NamespaceType type)
{
    for (const auto& [known, name] : namespaceNames) {
        if (known == type)
            return name;
    }
    return {};
}

std::optional<NamespaceType> namespaceFromName(std::string_view name)
{
    for (const auto& [type, known] : namespaceNames) {
        if (known == name)
            return type;
    }
    return std::nullopt;
}

Result<RuntimeSpec> parseRuntimeSpec(std::string_view text)
{
    const json::Value document = TRY(json::parse(text));
    if (!document.is_object())
        return Error(ErrorCode::Invalid, "config.json: expected an object");
    const Object& object = document.get_object();
    RuntimeSpec spec;
    spec.ociVersion = TRY(json::text(object, "ociVersion"));
    if (!spec.ociVersion.starts_with("1.") && !spec.ociVersion.starts_with("0."))
        return Error(ErrorCode::Invalid, "ociVersion: " + spec.ociVersion + " is not 1.x");
    TRY(refuse(object, { "vm", "windows", "solaris", "zos", "freebsd" }));
    if (const Object* const process = TRY(json::object(object, "process")))
        spec.process = TRY_CONTEXT("process", readProcess(*process));
    if (const Object* const root = TRY(json::object(object, "root"))) {
        spec.root.path = TRY_CONTEXT("root", json::text(*root, "path"));
        spec.root.readonly = TRY_CONTEXT("root", json::boolean(*root, "readonly"));
    }
    spec.hostname = TRY(json::text(object, "hostname"));
    spec.domainname = TRY(json::text(object, "domainname"));
    const auto readMounts = [&](const Object& item) -> Result<void> {
        TRY(refuse(item, { "uidMappings", "gidMappings" }));
        spec.mounts.push_back({ TRY(json::text(item, "destination")), TRY(json::text(item, "type")),
            TRY(json::text(item, "source")), TRY(json::texts(item, "options")) });
        return {};
    };
    TRY(eachObject(object, "mounts", readMounts));
    if (const Object* const hooks = TRY(json::object(object, "hooks"))) {
        spec.hooks.prestart = TRY(readHooks(*hooks, "prestart"));
        spec.hooks.createRuntime = TRY(readHooks(*hooks, "createRuntime"));
        spec.hooks.createContainer = TRY(readHooks(*hooks, "createContainer"));
        spec.hooks.startContainer = TRY(readHooks(*hooks, "startContainer"));
        spec.hooks.poststart = TRY(readHooks(*hooks, "poststart"));
        spec.hooks.poststop = TRY(readHooks(*hooks, "poststop"));
    }
    spec.annotations = TRY(textMap(object, "annotations"));
    if (const Object* const linux = TRY(json::object(object, "linux")))
        spec.linux = TRY_CONTEXT("linux", readLinux(*linux));
    return spec;
}

Result<Process> parseProcess(std::string_view text)
{
    const json::Value document = TRY(json::parse(text));
    if (!document.is_object())
        return Error(ErrorCode::Invalid, "process: expected an object");
    return readProcess(document.get_object()).withContext("process");
}

std::string serializeRuntimeSpec(const RuntimeSpec& spec)
{
    Object out { { "ociVersion", spec.ociVersion } };
    if (spec.process)
        out["process"] = writeProcess(*spec.process);
    if (!spec.root.path.empty())
        out["root"] = Object { { "path", spec.root.path }, { "readonly", spec.root.readonly } };
    put(out, "hostname", spec.hostname);
    put(out, "domainname", spec.domainname);
    put(out, "mounts", arrayOf(spec.mounts, [](const Mount& mount) {
        Object item { { "destination", mount.destination } };
        put(item, "type", mount.type);
        put(item, "source", mount.source);
        put(item, "options", json::fromTexts(mount.options));
        return item;
    }));
    Object hooks;
    put(hooks, "prestart", writeHookList(spec.hooks.prestart));
    put(hooks, "createRuntime", writeHookList(spec.hooks.createRuntime));
    put(hooks, "createContainer", writeHookList(spec.hooks.createContainer));
    put(hooks, "startContainer", writeHookList(spec.hooks.startContainer));
    put(hooks, "poststart", writeHookList(spec.hooks.poststart));
    put(hooks, "poststop", writeHookList(spec.hooks.poststop));
    put(out, "hooks", std::move(hooks));
    put(out, "annotations", mapOf(spec.annotations));
    put(out, "linux", writeLinux(spec.linux));
    return json::serialize(out);
}

} // namespace darsena::oci
