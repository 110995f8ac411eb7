// SPDX-License-Identifier: GPL-3.0-or-later
// linux.resources (config-linux.md, "Control groups").
#include "core/oci/runtime_spec_reading.h"

namespace darsena::oci {

namespace {

using namespace reading;

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
    memory.checkBeforeUpdate = TRY(json::boolean(*object, "checkBeforeUpdate"));
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
    cpu.burst = TRY(optionalNumber<std::uint64_t>(*object, "burst"));
    cpu.idle = TRY(optionalNumber<std::int64_t>(*object, "idle"));
    cpu.realtimeRuntime = TRY(optionalNumber<std::int64_t>(*object, "realtimeRuntime"));
    cpu.realtimePeriod = TRY(optionalNumber<std::uint64_t>(*object, "realtimePeriod"));
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
    limits.leafWeight = TRY(optionalNumber<std::uint16_t>(*object, "leafWeight"));
    const auto readWeights = [&](const Object& item) -> Result<void> {
        limits.weightDevices.push_back({ TRY(json::integer(item, "major")), TRY(json::integer(item, "minor")),
            TRY(optionalNumber<std::uint16_t>(item, "weight")), TRY(optionalNumber<std::uint16_t>(item, "leafWeight")) });
        return {};
    };
    TRY(eachObject(*object, "weightDevice", readWeights));
    limits.readBps = TRY(readThrottle(*object, "throttleReadBpsDevice"));
    limits.writeBps = TRY(readThrottle(*object, "throttleWriteBpsDevice"));
    limits.readIops = TRY(readThrottle(*object, "throttleReadIOPSDevice"));
    limits.writeIops = TRY(readThrottle(*object, "throttleWriteIOPSDevice"));
    return limits;
}

Result<std::vector<HugepageLimit>> readHugepages(const Object& resources)
{
    std::vector<HugepageLimit> out;
    const auto readLimit = [&](const Object& item) -> Result<void> {
        out.push_back({ TRY(json::text(item, "pageSize")), TRY(unsignedNumber(item, "limit")) });
        return {};
    };
    TRY(eachObject(resources, "hugepageLimits", readLimit));
    return out;
}

Result<NetworkLimits> readNetwork(const Object& resources)
{
    NetworkLimits limits;
    const Object* const object = TRY(json::object(resources, "network"));
    if (object == nullptr)
        return limits;
    limits.classId = TRY(optionalNumber<std::uint32_t>(*object, "classID"));
    const auto readPriority = [&](const Object& item) -> Result<void> {
        limits.priorities.emplace_back(TRY(json::text(item, "name")), TRY(ranged<std::uint32_t>(item, "priority")));
        return {};
    };
    TRY(eachObject(*object, "priorities", readPriority));
    return limits;
}

Result<std::map<std::string, RdmaLimit>> readRdma(const Object& resources)
{
    std::map<std::string, RdmaLimit> out;
    const Object* const object = TRY(json::object(resources, "rdma"));
    if (object == nullptr)
        return out;
    for (const auto& member : *object) {
        const Object* const limit = TRY(json::object(*object, member.key()));
        if (limit == nullptr)
            return Error(ErrorCode::Invalid, std::string(member.key()) + ": expected an object");
        out.emplace(member.key(), RdmaLimit { TRY(optionalNumber<std::uint32_t>(*limit, "hcaHandles")),
            TRY(optionalNumber<std::uint32_t>(*limit, "hcaObjects")) });
    }
    return out;
}

} // namespace

Result<Resources> readResources(const json::Object& linux)
{
    Resources resources;
    const Object* const object = TRY(json::object(linux, "resources"));
    if (object == nullptr)
        return resources;
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
    resources.hugepages = TRY(readHugepages(*object));
    resources.network = TRY_CONTEXT("network", readNetwork(*object));
    resources.rdma = TRY_CONTEXT("rdma", readRdma(*object));
    resources.unified = TRY(stringMap(*object, "unified"));
    return resources;
}

} // namespace darsena::oci
