// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/oci/runtime_spec.h"
#include "core/os/process.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

/// Containers as the OCI runtime command line knows them: a directory of state for each, no monitor; whoever called
/// `create` reaps (runtime-spec runtime.md).
namespace darsena::runtime {

enum class OciStatus { Creating, Created, Running, Paused, Stopped };

/// "creating", "created", …
std::string_view nameOf(OciStatus status);

struct OciContainer {
    std::string id;
    std::filesystem::path bundle;
    pid_t pid = 0;
    std::uint64_t startTime = 0; ///< of the process, in clock ticks since boot: tells it from another with its number
    std::string cgroupsPath;
    std::string created; ///< RFC 3339
    bool creating = false; ///< its hooks run still
    oci::RuntimeSpec spec; ///< as it was at create; later changes of config.json do not count
};

struct OciStart {
    std::string consoleSocket; ///< receives the terminal's master
    bool keepTerminal = false; ///< without a console socket, leave the master here instead of refusing
    std::filesystem::path pidFile;
    bool newKeyring = true;
    int preserveFds = 0; ///< this many of our descriptors from 3 on become the process's
    std::vector<std::string> warnings; ///< out
    UniqueFd terminal; ///< out, with keepTerminal
};

struct OciExec {
    oci::Process process;
    std::string subCgroup; ///< below the container's; empty = the container's itself
    bool ignorePaused = false;
};

/// The state below one root directory (--root).
class OciRuntime {
public:
    /// Makes the directory, 0700.
    static Result<OciRuntime> open(std::filesystem::path root);

    Result<OciContainer> create(const std::string& id, const std::filesystem::path& bundle, OciStart& start) const;
    Result<OciContainer> load(const std::string& id) const;
    OciStatus status(const OciContainer& container) const;
    /// The state as `state` prints it, with the members that runc adds.
    json::Object state(const OciContainer& container) const;
    /// Returns when the command runs. Errors: those of its execve and of startContainer and poststart hooks; after one of a
    /// hook the container is destroyed.
    Result<void> start(const OciContainer& container) const;
    Result<void> kill(const OciContainer& container, int signal, bool all) const;
    /// Errors: Conflict when it runs, unless forced; one that was not started goes as a stopped one does.
    Result<void> remove(const OciContainer& container, bool force, std::vector<std::string>& warnings) const;
    /// A further process; it runs when this returns.
    Result<pid_t> exec(const OciContainer& container, const OciExec& what, OciStart& start) const;
    Result<void> pause(const OciContainer& container) const;
    Result<void> resume(const OciContainer& container) const;
    /// Changes the limits that are set in `changes`, and remembers them.
    Result<void> update(OciContainer& container, const oci::Resources& changes, std::vector<std::string>& warnings) const;
    std::vector<std::string> list() const;

private:
    explicit OciRuntime(std::filesystem::path root)
        : m_root(std::move(root))
    {
    }
    Result<void> save(const OciContainer& container) const;
    Result<void> destroy(const OciContainer& container, std::vector<std::string>& warnings) const;
    Result<void> createPrepared(OciContainer& container, class Cgroup& cgroup, OciStart& start, bool& hooksBegan) const;
    std::filesystem::path directory(const std::string& id) const { return m_root / id; }
    std::filesystem::path m_root;
};

} // namespace darsena::runtime
