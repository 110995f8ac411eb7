// SPDX-License-Identifier: GPL-3.0-or-later
// What this program can do, whatever the machine (runtime-spec features.md).
#include "core/base/json.h"
#include "core/runtime/capability.h"
#include "core/runtime/mount_options.h"
#include "core/runtime/oci/commands.h"

#include <iostream>

namespace darsena::runtime::command {

namespace {

json::Array texts(std::initializer_list<const char*> list)
{
    json::Array out;
    for (const char* const text : list)
        out.emplace_back(text);
    return out;
}

json::Object enabled(bool value)
{
    return { { "enabled", value } };
}

json::Object seccomp()
{
    return { { "enabled", true },
        { "actions", texts({ "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
                         "SCMP_ACT_LOG", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP" }) },
        { "operators", texts({ "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_LE", "SCMP_CMP_LT", "SCMP_CMP_MASKED_EQ", "SCMP_CMP_NE" }) },
        { "archs", texts({ "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_RISCV64", "SCMP_ARCH_X86", "SCMP_ARCH_X86_64" }) },
        { "knownFlags", texts({ "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_TSYNC" }) },
        { "supportedFlags", texts({ "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_TSYNC" }) } };
}

json::Array capabilities()
{
    constexpr unsigned known = 41; // CAP_CHECKPOINT_RESTORE is the last
    json::Array out;
    for (unsigned number = 0; number < known; ++number)
        out.emplace_back(capabilityName(number));
    return out;
}

} // namespace

Result<int> features()
{
    const json::Object linux {
        { "namespaces", texts({ "cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts" }) },
        { "capabilities", capabilities() },
        { "cgroup", json::Object { { "v1", true }, { "v2", true }, { "systemd", false }, { "systemdUser", false }, { "rdma", true } } },
        { "seccomp", seccomp() },
        { "apparmor", enabled(true) },
        { "selinux", enabled(false) },
        { "intelRdt", enabled(false) },
        { "mountExtensions", json::Object { { "idmap", enabled(true) } } },
    };
    const json::Object document { { "ociVersionMin", "1.0.0" }, { "ociVersionMax", "1.2.0" },
        { "hooks", texts({ "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop" }) },
        { "mountOptions", json::fromTexts(knownMountOptions()) }, { "linux", linux },
        { "annotations", json::Object { { "org.darsena.version", DARSENA_VERSION } } } };
    std::cout << json::serialize(document) << "\n";
    return 0;
}

} // namespace darsena::runtime::command
