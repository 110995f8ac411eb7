// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/archive.h"
#include "core/api/model/container.h"
#include "core/archive/stream.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/engine/filters.h"
#include "core/engine/log_reader.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::engine {

struct ListOptions {
    bool all = false; ///< also those that do not run
    std::int64_t last = 0; ///< "limit": the newest so many, running or not; 0 = no limit
    bool size = false; ///< compute sizeRw and sizeRootFs
    /// ancestor, before, exited, health, id, label, name, network, publish, since, status, volume
    Filters filters;
};

struct AttachOptions {
    bool in = false;
    bool out = false;
    bool err = false;
    bool stream = true; ///< false: only what `logs` gives, then the end
    bool logs = false; ///< first what was put out before
};

/// A connection to a process's standard streams. Send `replay` first if there is one, then what stream() gives.
/// The detach keys are the server's to look for in what the client types (see DetachKeys).
class Attachment {
public:
    virtual ~Attachment() = default;
    /// Whether the process has a terminal: the stream is then raw, else Docker's frames.
    virtual bool tty() const = 0;
    /// What was put out before, when asked for; else nullptr. Ends by itself; nothing is lost or twice at the seam.
    virtual LogReader* replay() = 0;
    /// The stream; asked for once. A container that was only created has none before its start: this then blocks until
    /// then, so send the answer's head first. Invalid without an error when only the replay was asked for.
    /// Read: Docker's 8-byte-header frames, or raw bytes with a terminal. Write: standard input, raw; shutdown(SHUT_WR) is its
    /// end. End of file: the process ended. Closing it detaches and never stops the process.
    /// Errors: Cancelled (stop was asked, the engine ends), NotFound when the container is removed first, or why its start failed.
    virtual Result<UniqueFd> stream(std::stop_token stop = {}) = 0;
    /// Readable when stream() would not block; for poll() beside the client's socket.
    virtual int fd() const = 0;
};

enum class WaitCondition { NotRunning, NextExit, Removed };
/// "", "not-running", "next-exit", "removed". Errors: Invalid.
Result<WaitCondition> parseWaitCondition(std::string_view text);

/// A wait that is registered, so that the answer's head can go out (clients start the container only then) before the
/// container ends.
class ExitWaiter {
public:
    virtual ~ExitWaiter() = default;
    /// Blocks. Errors: Cancelled when stop was asked or the engine ends.
    virtual Result<model::WaitResult> wait(std::stop_token stop = {}) = 0;
    /// Readable when wait() would not block; for poll() beside the client's socket.
    virtual int fd() const = 0;
};

struct ArchiveWriteOptions {
    bool noOverwriteDirNonDir = false; ///< a directory never replaces something else, nor something else a directory
    bool copyUidGid = false; ///< all belongs to the container's user; without one, or false: to whom the archive says
};

struct CommitOptions {
    std::string repository; ///< empty = no name
    std::string tag;
    std::string comment;
    std::string author;
    bool pause = true; ///< a running container stands still meanwhile
    std::vector<std::string> changes; ///< instructions of a Dockerfile: see applyChanges
    std::optional<model::ContainerConfig> config; ///< over the container's
};

/// Containers: everything below /containers of the API. Any thread. See Engine for the errors common to all.
class ContainerService {
public:
    virtual ~ContainerService() = default;

    virtual Result<std::vector<model::ContainerSummary>> list(const ListOptions& options) = 0;
    /// `name` empty: one is made up. Errors: Invalid (names: [a-zA-Z0-9][a-zA-Z0-9_.-]+, at most 255 bytes); Conflict (name in use);
    /// NotFound (image: clients then pull); Unsupported, naming the member ("HostConfig.Devices"), for anything asked
    /// that is not done — never silently ignored.
    virtual Result<model::ContainerCreated> create(const model::ContainerCreate& request, std::string_view name, std::string_view platform = {}) = 0;
    virtual Result<model::ContainerInspect> inspect(std::string_view container, bool size = false) = 0;

    /// Returns when the program runs. Errors: NotModified when it runs already; Conflict when paused or removing; Invalid
    /// when the program cannot be run: 'exec: "x": executable file not found in $PATH' (exit code 127 in its state),
    /// 'exec: "/x": permission denied' (126); what else goes wrong: System (128).
    virtual Result<void> start(std::string_view container) = 0;
    /// Stop signal, then after `seconds` (none = the container's own, 10 by default; -1 = wait for ever) SIGKILL; returns
    /// when it has ended. Errors: NotModified when it does not run.
    virtual Result<void> stop(std::string_view container, std::optional<std::int64_t> seconds = {}, std::string_view signal = {}) = 0;
    virtual Result<void> restart(std::string_view container, std::optional<std::int64_t> seconds = {}, std::string_view signal = {}) = 0;
    /// Signal by name with or without SIG, or number; empty = SIGKILL. Errors: Conflict when it does not run; Invalid signal.
    virtual Result<void> kill(std::string_view container, std::string_view signal) = 0;
    virtual Result<void> pause(std::string_view container) = 0;
    virtual Result<void> unpause(std::string_view container) = 0;
    /// Changes limits (of a running container at once) and the restart policy; what is zero or empty in `changes` stays.
    /// Gives Docker's warnings. Errors: Invalid, with "Cannot update container …" in front.
    virtual Result<std::vector<std::string>> update(std::string_view container, const model::HostConfig& changes) = 0;
    virtual Result<void> rename(std::string_view container, std::string_view newName) = 0;
    /// Errors: Conflict when it runs and not `force`.
    virtual Result<void> remove(std::string_view container, bool force = false, bool volumes = false) = 0;
    /// Stopped in between, it tells what it did until then.
    virtual Result<model::ContainersPruned> prune(const Filters& filters, std::stop_token stop) = 0;

    virtual Result<std::unique_ptr<ExitWaiter>> wait(std::string_view container, WaitCondition condition) = 0;
    /// Works before the start too (`docker run` attaches first): nothing that is put out is missed then.
    /// Errors: Conflict when paused.
    virtual Result<std::unique_ptr<Attachment>> attach(std::string_view container, const AttachOptions& options) = 0;
    /// Sets the terminal's size. Errors: Conflict when it does not run.
    virtual Result<void> resize(std::string_view container, std::int64_t rows, std::int64_t columns) = 0;
    virtual Result<std::unique_ptr<LogReader>> logs(std::string_view container, const LogOptions& options) = 0;
    /// Whether the container has a terminal: its logs and attach streams are then raw, not framed.
    virtual Result<bool> hasTty(std::string_view container) = 0;
    /// Read on the host's side from /proc, no ps is run; `psArgs` as ps takes them (see ps_options.h), "" = "-ef".
    /// Errors: Conflict when it does not run; Invalid (options that are not known, no PID among the columns).
    virtual Result<model::TopResult> top(std::string_view container, std::string_view psArgs) = 0;
    /// One sample, the body of GET /containers/{id}/stats?one-shot=1. A container that does not run gives zeros. For a stream
    /// the caller asks every second and puts the former sample's cpu_stats as precpu_stats.
    virtual Result<json::Object> stats(std::string_view container) = 0;
    virtual Result<std::vector<model::ContainerChange>> changes(std::string_view container) = 0;

    // Files. A running or paused container's as its processes see them, but for the kernel's own (/proc, /sys, /dev); a
    // stopped one's with its volumes and bind mounts. Paths are the container's, whatever links it makes of them; work is
    // done by a confined process that is killed when `stop` is asked for, or the container is started or removed and the
    // work does not end within seconds.
    // Errors: NotFound "Could not find the file x in container y"; Invalid path; Denied for proc and sys; Cancelled.

    virtual Result<model::ContainerPathStat> statPath(std::string_view container, std::string_view path, std::stop_token stop) = 0;
    /// A tar of a path, named by its last component. `begin` is called once before the first byte and gives where it goes.
    using ArchiveBegin = std::function<Result<archive::ByteSink*>(const model::ContainerPathStat& stat)>;
    virtual Result<void> readArchive(std::string_view container, std::string_view path, const ArchiveBegin& begin, std::stop_token stop) = 0;
    /// Unpacks a tar (plain, gzip, bzip2, xz, zstd) into a directory that is there. Errors: Invalid: no directory, names that
    /// lead above it; Denied "container rootfs is marked read-only", "mounted volume is marked read-only"; Corrupt.
    virtual Result<void> writeArchive(std::string_view container, std::string_view path, archive::ByteSource& tar,
        const ArchiveWriteOptions& options, std::stop_token stop) = 0;
    /// A tar of the whole root without what is mounted in it. `begin` as above.
    using ExportBegin = std::function<Result<archive::ByteSink*>()>;
    virtual Result<void> exportFiles(std::string_view container, const ExportBegin& begin, std::stop_token stop) = 0;
    /// Makes an image of the container's present files: its image with one more layer (none when nothing was changed).
    /// Returns the image's id, "sha256:…". Errors: Invalid: name, changes.
    virtual Result<std::string> commit(std::string_view container, const CommitOptions& options) = 0;
};

} // namespace darsena::engine
