// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oci/runtime_spec.h"

#include "core/oci/runtime_spec_reading.h"

#include <array>

namespace darsena::oci {

namespace {

using namespace reading;

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

Result<std::optional<Scheduler>> readScheduler(const Object& process)
{
    const Object* const object = TRY(json::object(process, "scheduler"));
    if (object == nullptr)
        return std::optional<Scheduler>();
    Scheduler scheduler;
    scheduler.policy = TRY(json::text(*object, "policy"));
    scheduler.nice = TRY(ranged<std::int32_t>(*object, "nice"));
    scheduler.priority = TRY(ranged<std::int32_t>(*object, "priority"));
    scheduler.flags = TRY(json::texts(*object, "flags"));
    scheduler.runtime = TRY(unsignedNumber(*object, "runtime"));
    scheduler.deadline = TRY(unsignedNumber(*object, "deadline"));
    scheduler.period = TRY(unsignedNumber(*object, "period"));
    return std::optional<Scheduler>(std::move(scheduler));
}

Result<std::optional<IoPriority>> readIoPriority(const Object& process)
{
    const Object* const object = TRY(json::object(process, "ioPriority"));
    if (object == nullptr)
        return std::optional<IoPriority>();
    IoPriority priority { TRY(json::text(*object, "class")), TRY(ranged<std::int32_t>(*object, "priority")) };
    return std::optional<IoPriority>(std::move(priority));
}

Result<Process> readProcess(const Object& object)
{
    Process process;
    TRY(refuse(object, { "commandLine", "selinuxLabel", "execCPUAffinity" }));
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
    process.scheduler = TRY_CONTEXT("scheduler", readScheduler(object));
    process.ioPriority = TRY_CONTEXT("ioPriority", readIoPriority(object));
    return process;
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

Result<std::string> readPersonality(const Object& linux)
{
    const Object* const object = TRY(json::object(linux, "personality"));
    if (object == nullptr)
        return std::string();
    TRY(refuse(*object, { "flags" }));
    std::string domain = TRY(json::text(*object, "domain"));
    if (domain != "LINUX" && domain != "LINUX32")
        return Error(ErrorCode::Invalid, "domain: " + domain + " is not LINUX or LINUX32");
    return domain;
}

Result<std::map<std::string, TimeOffset>> readTimeOffsets(const Object& linux)
{
    std::map<std::string, TimeOffset> out;
    const Object* const object = TRY(json::object(linux, "timeOffsets"));
    if (object == nullptr)
        return out;
    for (const auto& member : *object) {
        const Object* const offset = TRY(json::object(*object, member.key()));
        if (offset == nullptr || (member.key() != "monotonic" && member.key() != "boottime"))
            return Error(ErrorCode::Invalid, std::string(member.key()) + ": expected an offset of monotonic or boottime");
        out.emplace(member.key(), TimeOffset { TRY(json::integer(*offset, "secs")), TRY(ranged<std::uint32_t>(*offset, "nanosecs")) });
    }
    return out;
}

Result<Linux> readLinux(const Object& object)
{
    Linux out;
    TRY(refuse(object, { "intelRdt", "mountLabel", "netDevices", "memoryPolicy" }));
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
    out.sysctl = TRY(stringMap(object, "sysctl"));
    out.rootfsPropagation = TRY(json::text(object, "rootfsPropagation"));
    out.personality = TRY_CONTEXT("personality", readPersonality(object));
    out.timeOffsets = TRY_CONTEXT("timeOffsets", readTimeOffsets(object));
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
        spec.mounts.push_back({ TRY(json::text(item, "destination")), TRY(json::text(item, "type")),
            TRY(json::text(item, "source")), TRY(json::texts(item, "options")), TRY(readMappings(item, "uidMappings")),
            TRY(readMappings(item, "gidMappings")) });
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
    spec.annotations = TRY(stringMap(object, "annotations"));
    if (const Object* const linux = TRY(json::object(object, "linux")))
        spec.linux = TRY_CONTEXT("linux", readLinux(*linux));
    return spec;
}

Result<Resources> parseResources(std::string_view text)
{
    const json::Value document = TRY(json::parse(text));
    if (!document.is_object())
        return Error(ErrorCode::Invalid, "resources: expected an object");
    return readResources(Object { { "resources", document } }).withContext("resources");
}

Result<Process> parseProcess(std::string_view text)
{
    const json::Value document = TRY(json::parse(text));
    if (!document.is_object())
        return Error(ErrorCode::Invalid, "process: expected an object");
    return readProcess(document.get_object()).withContext("process");
}

} // namespace darsena::oci
