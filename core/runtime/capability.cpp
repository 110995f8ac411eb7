// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/capability.h"

#include <array>

#include <sys/prctl.h>

namespace darsena::runtime {

namespace {

// In the order of linux/capability.h: the index is the number.
constexpr std::array<std::string_view, 41> capabilityNames {
    "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
    "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
    "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
    "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
    "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
    "CHECKPOINT_RESTORE",
};

std::string upperCase(std::string_view text)
{
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

} // namespace

std::optional<unsigned> capabilityNumber(std::string_view name)
{
    const std::string upper = upperCase(name);
    std::string_view wanted = upper;
    if (wanted.starts_with("CAP_"))
        wanted.remove_prefix(4);
    for (unsigned i = 0; i < capabilityNames.size(); ++i) {
        if (capabilityNames[i] == wanted)
            return i;
    }
    return std::nullopt;
}

std::string capabilityName(unsigned number)
{
    return "CAP_" + (number < capabilityNames.size() ? std::string(capabilityNames[number]) : std::to_string(number));
}

namespace {

struct Bounding {
    std::uint64_t known = 0; ///< to the kernel
    std::uint64_t held = 0;
};

/// Read once: the kernel does not change, and we never drop from our own bounding set.
const Bounding& bounding()
{
    static const Bounding read = [] {
        Bounding set;
        for (unsigned i = 0; i < 64; ++i) {
            const int held = ::prctl(PR_CAPBSET_READ, i, 0, 0, 0);
            if (held < 0)
                break;
            set.known |= std::uint64_t { 1 } << i;
            set.held |= std::uint64_t(held == 1) << i;
        }
        return set;
    }();
    return read;
}

} // namespace

std::uint64_t kernelCapabilities()
{
    return bounding().known;
}

std::uint64_t ownCapabilities()
{
    return bounding().held;
}

} // namespace darsena::runtime
