// SPDX-License-Identifier: GPL-3.0-or-later
// Docker's profile format: OCI rules with conditions (capabilities, architectures, kernel), resolved here for one process.
#include "core/runtime/seccomp.h"

#include "core/base/json.h"
#include "core/runtime/capability.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include <sys/utsname.h>

namespace darsena::runtime {

namespace {

using json::Object;

constexpr std::string_view defaultProfile =
#include "default_seccomp.inc"
    ;

#if defined(__x86_64__)
constexpr std::string_view architecture = "amd64";
#elif defined(__aarch64__)
constexpr std::string_view architecture = "arm64";
#elif defined(__riscv)
constexpr std::string_view architecture = "riscv64";
#else
#error "Which name has this architecture in Docker's profiles?"
#endif

struct Machine {
    std::uint64_t capabilities = 0;
};

bool kernelIsAtLeast(std::string_view wanted)
{
    utsname name {};
    ::uname(&name);
    const auto numbers = [](const char* text) {
        std::array<long, 2> out {};
        char* end = nullptr;
        out[0] = std::strtol(text, &end, 10);
        if (*end == '.')
            out[1] = std::strtol(end + 1, nullptr, 10);
        return out;
    };
    return numbers(name.release) >= numbers(std::string(wanted).c_str());
}

Result<bool> hasAnyCapability(const Object& condition, const Machine& machine)
{
    for (const std::string& name : TRY(json::texts(condition, "caps"))) {
        const std::optional<unsigned> number = capabilityNumber(name);
        if (!number)
            return Error(ErrorCode::Invalid, "caps: unknown capability " + name);
        if ((machine.capabilities >> *number & 1U) != 0)
            return true;
    }
    return false;
}

Result<bool> listsArchitecture(const Object& condition)
{
    const std::vector<std::string> names = TRY(json::texts(condition, "arches"));
    return std::ranges::find(names, architecture) != names.end();
}

/// A rule counts when every kind of "includes" holds and no kind of "excludes" does. Of capabilities Docker wants all
/// that are included, and none that is excluded.
Result<bool> applies(const Object& rule, const Machine& machine)
{
    if (const Object* const includes = TRY(json::object(rule, "includes"))) {
        if (includes->contains("arches") && !TRY(listsArchitecture(*includes)))
            return false;
        if (const std::string kernel = TRY(json::text(*includes, "minKernel")); !kernel.empty() && !kernelIsAtLeast(kernel))
            return false;
        for (const std::string& name : TRY(json::texts(*includes, "caps"))) {
            const std::optional<unsigned> number = capabilityNumber(name);
            if (!number)
                return Error(ErrorCode::Invalid, "caps: unknown capability " + name);
            if ((machine.capabilities >> *number & 1U) == 0)
                return false;
        }
    }
    if (const Object* const excludes = TRY(json::object(rule, "excludes"))) {
        if (TRY(listsArchitecture(*excludes)) || TRY(hasAnyCapability(*excludes, machine)))
            return false;
        if (const std::string kernel = TRY(json::text(*excludes, "minKernel")); !kernel.empty() && kernelIsAtLeast(kernel))
            return false;
    }
    return true;
}

Result<std::uint64_t> number(const Object& object, std::string_view key)
{
    const json::Value* found = object.if_contains(key);
    if (found != nullptr && found->is_uint64())
        return found->get_uint64();
    return static_cast<std::uint64_t>(TRY(json::integer(object, key)));
}

Result<oci::SeccompRule> readRule(const Object& object)
{
    oci::SeccompRule rule;
    rule.names = TRY(json::texts(object, "names"));
    if (const std::string single = TRY(json::text(object, "name")); !single.empty())
        rule.names.push_back(single);
    rule.action = TRY(json::text(object, "action"));
    if (object.contains("errnoRet"))
        rule.errnoRet = static_cast<std::uint32_t>(TRY(number(object, "errnoRet")));
    const json::Array* const arguments = TRY(json::array(object, "args"));
    if (arguments == nullptr)
        return rule;
    for (const json::Value& argument : *arguments) {
        if (!argument.is_object())
            return Error(ErrorCode::Invalid, "args: expected objects");
        const Object& item = argument.get_object();
        rule.args.push_back({ static_cast<std::uint32_t>(TRY(number(item, "index"))), TRY(number(item, "value")),
            TRY(number(item, "valueTwo")), TRY(json::text(item, "op")) });
    }
    return rule;
}

/// Docker names the native architecture with its sub-architectures; we filter the native one alone and let every other
/// answer ENOSYS, because the 32-bit socketcall hides a socket's family from the filter.
Result<oci::Seccomp> resolve(const Object& profile, const Machine& machine)
{
    oci::Seccomp out;
    out.defaultAction = TRY(json::text(profile, "defaultAction"));
    if (profile.contains("defaultErrnoRet"))
        out.defaultErrnoRet = static_cast<std::uint32_t>(TRY(number(profile, "defaultErrnoRet")));
    out.flags = TRY(json::texts(profile, "flags"));
    const json::Array* const rules = TRY(json::array(profile, "syscalls"));
    if (rules == nullptr)
        return out;
    for (const json::Value& rule : *rules) {
        if (!rule.is_object())
            return Error(ErrorCode::Invalid, "syscalls: expected objects");
        if (TRY(applies(rule.get_object(), machine)))
            out.syscalls.push_back(TRY(readRule(rule.get_object())));
    }
    return out;
}

} // namespace

Result<oci::Seccomp> parseSeccompProfile(std::string_view text, const std::vector<std::string>& capabilities)
{
    const json::Value document = TRY_CONTEXT("seccomp profile", json::parse(text));
    if (!document.is_object())
        return Error(ErrorCode::Invalid, "seccomp profile: expected an object");
    Machine machine;
    for (const std::string& name : capabilities) {
        if (const std::optional<unsigned> known = capabilityNumber(name))
            machine.capabilities |= std::uint64_t { 1 } << *known;
    }
    return resolve(document.get_object(), machine).withContext("seccomp profile");
}

Result<oci::Seccomp> defaultSeccomp(const std::vector<std::string>& capabilities)
{
    // Nearly every container asks for the same one.
    static std::mutex mutex;
    static std::map<std::vector<std::string>, oci::Seccomp> known;
    const std::scoped_lock lock(mutex);
    if (const auto found = known.find(capabilities); found != known.end())
        return found->second;
    oci::Seccomp made = TRY(parseSeccompProfile(defaultProfile, capabilities));
    if (known.size() < 64)
        known.emplace(capabilities, made);
    return made;
}

} // namespace darsena::runtime
