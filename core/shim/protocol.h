// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/runtime/handoff.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What the engine and a monitor of the same build say to each other.
///
/// Launch, over a socket pair that the monitor is born with as descriptor 3: header, descriptors, MonitorPlan, plan of the
/// container; back comes one LaunchReply. Afterwards, over connections to the control socket: one Request each, answered by
/// one Reply; after Attach the connection carries the streams.
namespace darsena::shim {

using runtime::launchDescriptor;
using runtime::protocolVersion;
inline constexpr std::string_view controlName = "control.sock";
inline constexpr std::string_view pidName = "pid"; ///< "<first process> <monitor>\n"
inline constexpr std::string_view exitName = "exit.json";

/// Somebody else's OCI runtime that makes the container, or the further process. Its files (config.json or process.json)
/// are in the folder bundleName of the run directory already.
struct ExternalPlan {
    std::string program; ///< empty = Darsena's own, by the plan that follows
    std::string container; ///< whose container, when this is an exec session; else MonitorPlan::id is it
    std::string stateRoot; ///< what the runtime remembers; in the container's run directory, so that it goes with it
    /// Where the descriptors that come along, which are detached mounts, are attached; below the bundle. In order.
    std::vector<std::string> targets;
};

template<typename Archive>
void fields(Archive& a, ExternalPlan& v)
{
    a(v.program), a(v.container), a(v.stateRoot), a(v.targets);
}

inline constexpr std::string_view bundleName = "bundle";
inline constexpr std::string_view runtimeStateName = "runtime";

/// What the monitor itself has to know.
struct MonitorPlan {
    std::string id, runDir, logFile;
    std::uint64_t logMaxSize = 0;
    std::uint32_t logMaxFiles = 1;
    bool terminal = false, openStdin = false, stdinOnce = false;
    std::vector<std::string> cgroups; ///< removed after the end; empty for an exec session
    std::string oomFile;
    std::string logAttributes; ///< JSON
    ExternalPlan external {};
};

template<typename Archive>
void fields(Archive& a, MonitorPlan& v)
{
    a(v.id), a(v.runDir), a(v.logFile), a(v.logMaxSize), a(v.logMaxFiles), a(v.terminal), a(v.openStdin), a(v.stdinOnce);
    a(v.cgroups), a(v.oomFile), a(v.logAttributes), a(v.external);
}

enum class Verb : std::uint32_t { State = 1, Start, Kill, Resize, Attach, Wait };

struct Request {
    std::uint32_t version = protocolVersion;
    Verb verb = Verb::State;
    std::uint32_t first = 0; ///< signal; rows; AttachFlags
    std::uint32_t second = 0; ///< columns
};

enum AttachFlags : std::uint32_t { AttachInput = 1, AttachOutput = 2, AttachError = 4 };

struct Reply {
    std::uint32_t status = 0; ///< 0 = done, else ErrorCode + 1 with the sentence after
    std::uint32_t length = 0; ///< bytes of text that follow
    std::uint64_t value = 0; ///< State: 0 created, 1 running, 2 exited; Attach: bytes in the log, highest bit = terminal
};
inline constexpr std::uint64_t terminalBit = std::uint64_t { 1 } << 63;
inline constexpr std::uint32_t maxReplyText = 64 * 1024;

} // namespace darsena::shim
