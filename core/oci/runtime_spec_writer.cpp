// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oci/runtime_spec.h"

namespace darsena::oci {

namespace {

using json::Array;
using json::Object;

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
    if (process.scheduler) {
        const Scheduler& s = *process.scheduler;
        Object item { { "policy", s.policy }, { "nice", s.nice }, { "priority", s.priority }, { "runtime", s.runtime },
            { "deadline", s.deadline }, { "period", s.period } };
        put(item, "flags", json::fromTexts(s.flags));
        out["scheduler"] = std::move(item);
    }
    if (process.ioPriority)
        out["ioPriority"] = Object { { "class", process.ioPriority->ioClass }, { "priority", process.ioPriority->priority } };
    return out;
}

Array writeThrottle(const std::vector<ThrottleDevice>& devices)
{
    return arrayOf(devices, [](const ThrottleDevice& device) {
        return Object { { "major", device.major }, { "minor", device.minor }, { "rate", device.rate } };
    });
}

Object writeNetwork(const NetworkLimits& limits)
{
    Object out;
    put(out, "classID", limits.classId);
    put(out, "priorities", arrayOf(limits.priorities, [](const std::pair<std::string, std::uint32_t>& priority) {
        return Object { { "name", priority.first }, { "priority", priority.second } };
    }));
    return out;
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
    if (resources.memory.checkBeforeUpdate)
        memory["checkBeforeUpdate"] = true;
    put(out, "memory", std::move(memory));
    Object cpu;
    put(cpu, "shares", resources.cpu.shares);
    put(cpu, "quota", resources.cpu.quota);
    put(cpu, "period", resources.cpu.period);
    put(cpu, "cpus", resources.cpu.cpus);
    put(cpu, "mems", resources.cpu.mems);
    put(cpu, "burst", resources.cpu.burst);
    put(cpu, "idle", resources.cpu.idle);
    put(cpu, "realtimeRuntime", resources.cpu.realtimeRuntime);
    put(cpu, "realtimePeriod", resources.cpu.realtimePeriod);
    put(out, "cpu", std::move(cpu));
    if (resources.pids)
        out["pids"] = Object { { "limit", *resources.pids } };
    Object io;
    put(io, "weight", resources.blockIo.weight);
    put(io, "leafWeight", resources.blockIo.leafWeight);
    put(io, "weightDevice", arrayOf(resources.blockIo.weightDevices, [](const WeightDevice& device) {
        Object item { { "major", device.major }, { "minor", device.minor } };
        put(item, "weight", device.weight);
        put(item, "leafWeight", device.leafWeight);
        return item;
    }));
    put(io, "throttleReadBpsDevice", writeThrottle(resources.blockIo.readBps));
    put(io, "throttleWriteBpsDevice", writeThrottle(resources.blockIo.writeBps));
    put(io, "throttleReadIOPSDevice", writeThrottle(resources.blockIo.readIops));
    put(io, "throttleWriteIOPSDevice", writeThrottle(resources.blockIo.writeIops));
    put(out, "blockIO", std::move(io));
    put(out, "hugepageLimits", arrayOf(resources.hugepages, [](const HugepageLimit& limit) {
        return Object { { "pageSize", limit.pageSize }, { "limit", limit.limit } };
    }));
    put(out, "network", writeNetwork(resources.network));
    Object rdma;
    for (const auto& [device, limit] : resources.rdma) {
        Object item;
        put(item, "hcaHandles", limit.handles);
        put(item, "hcaObjects", limit.objects);
        rdma[device] = std::move(item);
    }
    put(out, "rdma", std::move(rdma));
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
    if (!linux.personality.empty())
        out["personality"] = Object { { "domain", linux.personality } };
    Object offsets;
    for (const auto& [clock, offset] : linux.timeOffsets)
        offsets[clock] = Object { { "secs", offset.seconds }, { "nanosecs", offset.nanoseconds } };
    put(out, "timeOffsets", std::move(offsets));
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
        put(item, "uidMappings", writeMappings(mount.uidMappings));
        put(item, "gidMappings", writeMappings(mount.gidMappings));
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
