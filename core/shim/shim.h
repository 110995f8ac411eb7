// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/oci/runtime_spec.h"
#include "core/os/mount.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <sys/types.h>

/// The engine's side of darsena-shim: one monitor process for each container and for each exec session. A monitor holds
/// the streams, writes the log, reaps, and records the exit; it outlives the engine.
namespace darsena::shim {

/// When to turn the log over. Docker's options max-size and max-file.
struct LogLimits {
    std::uint64_t maxSize = 0; ///< bytes; 0 = never turn over
    unsigned maxFiles = 1; ///< files kept, the current one included: log, log.1, log.2 …
};

struct Launch {
    std::string id; ///< [a-zA-Z0-9][a-zA-Z0-9_.-]*
    /// Ours alone, mode 0700, made by launch(): control socket, pid, exit.json. On a tmpfs (/run).
    std::filesystem::path runDir;
    std::filesystem::path logFile; ///< empty = no log (driver "none")
    LogLimits logLimits;
    std::string logAttributes; ///< JSON object put as "attrs" into every record; empty = none
    oci::RuntimeSpec spec; ///< process.terminal says whether there is a pty
    /// The container's root. Either this overlay, or `rootMount` (a detached mount of the caller's), or spec.root.path.
    std::optional<os::OverlaySpec> root;
    UniqueFd rootMount;
    bool openStdin = false; ///< keep standard input open for attach; else /dev/null
    bool stdinOnce = false; ///< standard input ends when the first client that attached to it goes
    std::filesystem::path shimExecutable; ///< darsena-shim; empty = beside our own executable
    /// Somebody else's OCI runtime that makes the container, absolute and the administrator's word; empty = Darsena's own.
    std::filesystem::path runtime {};
};

/// How a container or exec session ended; also read from exit.json.
struct Exit {
    int code = 0; ///< as Docker counts: exit code, 128 + signal, 126/127 when the command did not start
    int signal = 0;
    bool oomKilled = false;
    std::string error; ///< why it did not start, else empty
    std::chrono::system_clock::time_point startedAt {};
    std::chrono::system_clock::time_point finishedAt {};
};

enum class State { Created, Running, Exited };

struct AttachOptions {
    bool standardInput = false;
    bool standardOutput = true;
    bool standardError = true;
};

/// A live connection to the streams. With a terminal: raw bytes. Else the engine reads Docker's frames (8 bytes: stream
/// 1 or 2, three zeros, length big-endian; then the bytes) and writes plain bytes for standard input. shutdown(SHUT_WR)
/// ends standard input if it is there once only (Launch::stdinOnce). The stream ends when the container's streams do. A client that takes nothing for a minute while
/// output waits is dropped; until then the container waits for it.
struct Attachment {
    UniqueFd stream;
    /// Bytes that the log file held when this attachment began: replay the log up to there and nothing is lost or twice.
    std::uint64_t logBytes = 0;
    bool terminal = false; ///< stream is raw
};

struct ExecSpec {
    std::string id; ///< of the exec session
    std::filesystem::path runDir; ///< as Launch::runDir; for this session
    oci::Process process;
    bool openStdin = false;
    std::filesystem::path logFile; ///< normally empty
    std::optional<oci::Seccomp> seccomp; ///< none = no filter (privileged)
    std::string cgroupsPath; ///< the container's; empty = stay where the engine is (never for real containers)
    std::filesystem::path shimExecutable;
    std::filesystem::path runtime {}; ///< as Launch::runtime, of the container
    std::string container {}; ///< Launch::id of it; for `runtime` only
};

/// Handle of one monitor. Movable value; holds no thread and no lasting connection: each call opens the control socket,
/// so any number of threads may call const members at once. Calls on a monitor that has gone give Unavailable, except
/// wait(), exit() and state(), which read exit.json then.
class Shim {
public:
    /// Creates the container: cgroup, root, namespaces, mounts; its first process waits for start(). Returns when all of
    /// it stands. Warnings are what could not be applied and is not fatal ("rlimit NOFILE: kept at 1024").
    /// Errors: Invalid (the spec asks for the impossible), Unsupported, System; nothing is left behind.
    static Result<Shim> launch(Launch launch, std::vector<std::string>* warnings = nullptr);
    /// Finds a monitor again after the engine restarted. A dead monitor whose exit is recorded is found too (state Exited).
    /// Errors: NotFound when there is neither (then the exit is unknown and the container is dead: the monitor's death
    /// kills it; call runtime::Cgroup::killAll to be sure).
    static Result<Shim> connect(const std::filesystem::path& runDir);

    /// Executes the command. Errors: NotFound `exec: "foo": executable file not found in $PATH` (Docker: exit 127),
    /// Denied `exec: "foo": permission denied` (exit 126), Invalid for the rest (126); the monitor then records that exit
    /// and ends. Conflict when it was started already.
    Result<void> start() const;
    /// Sends a signal to the first process. Errors: Conflict when it is not running.
    Result<void> kill(int signal) const;
    Result<void> resize(std::uint16_t rows, std::uint16_t columns) const;
    Result<Attachment> attach(const AttachOptions& options) const;
    /// A further process in the container, with a monitor of its own, ready for attach() and start().
    Result<Shim> exec(ExecSpec spec, std::vector<std::string>* warnings = nullptr) const;

    /// Blocks until it ends. Errors: Cancelled, NotFound when the monitor died without a record.
    Result<Exit> wait(std::stop_token stop = {}) const;
    /// For many waits by few threads: a descriptor that is readable from the end on, or from the monitor's death on; wait()
    /// then does not block.
    Result<UniqueFd> openEnd() const;
    /// The recorded exit, if it has ended.
    Result<std::optional<Exit>> exit() const;
    Result<State> state() const;

    /// Number of the first process on the host, while created or running; 0 after. Of an exec session of somebody else's
    /// runtime it is known after its start, to who connects then.
    pid_t pid() const { return m_pid; }
    /// The monitor's own; 0 = not known.
    pid_t monitorPid() const { return m_monitor; }
    /// A pidfd of the first process (for its namespaces, /proc/<pid>/root). Errors: NotFound when it has ended.
    Result<UniqueFd> openPidfd() const;
    const std::filesystem::path& runDir() const { return m_runDir; }

private:
    Shim(std::filesystem::path runDir, pid_t pid, pid_t monitor)
        : m_runDir(std::move(runDir))
        , m_pid(pid)
        , m_monitor(monitor)
    {
    }
    std::filesystem::path m_runDir;
    pid_t m_pid = 0;
    pid_t m_monitor = 0;
};

} // namespace darsena::shim
