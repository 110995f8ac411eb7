// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/plan.h"

#include "core/runtime/codec.h"

#include <algorithm>

#include <sched.h>

namespace darsena::runtime {

// Not in the unnamed namespace: the codec finds these by their argument's namespace.

template<typename Archive>
void fields(Archive& a, PlannedJoin& v)
{
    a(v.flags), a(v.slot);
}

template<typename Archive>
void fields(Archive& a, PlannedMount& v)
{
    a(v.destination), a(v.slot), a(v.type), a(v.source), a(v.parameters), a(v.attributes);
    a(v.propagation), a(v.propagationRecursive), a(v.copyUp), a(v.inheritMode);
}

template<typename Archive>
void fields(Archive& a, PlannedScheduler& v)
{
    a(v.set), a(v.policy), a(v.flags), a(v.nice), a(v.priority), a(v.runtime), a(v.deadline), a(v.period);
}

template<typename Archive>
void fields(Archive& a, PlannedHook& v)
{
    a(v.path), a(v.args), a(v.env), a(v.timeout);
}

template<typename Archive>
void fields(Archive& a, PlannedDevice& v)
{
    a(v.path), a(v.mode), a(v.major), a(v.minor), a(v.uid), a(v.gid);
}

template<typename Archive>
void fields(Archive& a, PlannedRlimit& v)
{
    a(v.resource), a(v.soft), a(v.hard);
}

template<typename Archive>
void fields(Archive& a, CapabilityMasks& v)
{
    a(v.bounding), a(v.permitted), a(v.effective), a(v.inheritable), a(v.ambient);
}

template<typename Archive>
void fields(Archive& a, PlannedProcess& v)
{
    a(v.terminal), a(v.rows), a(v.columns), a(v.uid), a(v.gid), a(v.setUmask), a(v.umask), a(v.additionalGids);
    a(v.args), a(v.env), a(v.cwd), a(v.capabilities), a(v.rlimits), a(v.noNewPrivileges);
    a(v.setOomScoreAdj), a(v.oomScoreAdj), a(v.apparmorProfile), a(v.seccomp), a(v.seccompFlags);
    a(v.scheduler), a(v.ioPriority), a(v.personality), a(v.inheritKeyring), a(v.preserved);
}

template<typename Archive>
void fields(Archive& a, PlanHead& v)
{
    a(v.newNamespaces), a(v.joins), a(v.session), a(v.cgroups), a(v.cgroupDirectory);
    a(v.uidMap), a(v.gidMap), a(v.timeOffsets);
}

template<typename Archive>
void fields(Archive& a, Plan& v)
{
    a(v.head), a(v.newCgroupNamespace), a(v.root), a(v.rootReadonly), a(v.rootPropagation), a(v.rootPropagationRecursive), a(v.staging), a(v.mounts);
    a(v.defaultDevices), a(v.dev), a(v.devices), a(v.masked), a(v.readonly), a(v.sysctls), a(v.bringUpLoopback);
    a(v.hostname), a(v.domainname), a(v.awaitHooks), a(v.createContainerHooks), a(v.startContainerHooks), a(v.hookState);
    a(v.hasProcess), a(v.process);
}

namespace {

/// First in every message: another build's plan must not be half understood.
constexpr std::uint32_t magic = 0x44525036; // "DRP6"

bool isKnown(Slot slot, std::size_t slotCount)
{
    return slot == noSlot || slot < slotCount;
}

bool slotsAreKnown(const PlanHead& head, std::size_t slotCount)
{
    return std::ranges::all_of(head.joins, [&](const PlannedJoin& join) { return join.slot < slotCount; })
        && std::ranges::all_of(head.cgroups, [&](Slot slot) { return slot < slotCount; }) && isKnown(head.cgroupDirectory, slotCount);
}

bool slotsAreKnown(const Plan& plan, std::size_t slotCount)
{
    return slotsAreKnown(plan.head, slotCount) && isKnown(plan.root, slotCount) && isKnown(plan.dev, slotCount)
        && std::ranges::all_of(plan.process.preserved, [&](Slot slot) { return slot < slotCount; })
        && std::ranges::all_of(plan.mounts, [&](const PlannedMount& mount) { return isKnown(mount.slot, slotCount); });
}

/// Past the magic number.
Result<Decoder> begin(std::string_view bytes)
{
    Decoder decoder(bytes);
    std::uint32_t found = 0;
    decoder(found);
    if (found != magic)
        return Error(ErrorCode::Corrupt, "plan: of another version of Darsena");
    return decoder;
}

} // namespace

bool PlanHead::inUserNamespace() const
{
    constexpr std::uint64_t user = CLONE_NEWUSER;
    return (newNamespaces & user) != 0 || std::ranges::any_of(joins, [](const PlannedJoin& join) { return (join.flags & user) != 0; });
}

std::string encodePlan(const Plan& plan)
{
    Encoder encoder;
    encoder(magic);
    encoder(plan);
    return encoder.take();
}

Result<Plan> decodePlan(std::string_view bytes, std::size_t slotCount)
{
    Decoder decoder = TRY(begin(bytes));
    Plan plan;
    decoder(plan);
    if (!decoder.complete() || !slotsAreKnown(plan, slotCount))
        return Error(ErrorCode::Corrupt, "plan: damaged");
    return plan;
}

Result<PlanHead> decodePlanHead(std::string_view bytes, std::size_t slotCount)
{
    Decoder decoder = TRY(begin(bytes));
    PlanHead head;
    decoder(head);
    if (decoder.failed() || !slotsAreKnown(head, slotCount))
        return Error(ErrorCode::Corrupt, "plan: damaged");
    return head;
}

} // namespace darsena::runtime
