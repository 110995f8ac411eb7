// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/oci/runtime_spec.h"
#include "core/os/process.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

/// Containers as the OCI runtime command line knows them: a directory of state for each, no monitor; whoever called
/// `create` reaps (runtime-spec runtime.md).
namespace darsena::runtime {

enum class OciStatus { Creating, Created, Running, Stopped };

struct OciContainer {
    std::string id;
    std::filesystem::path bundle;
    pid_t pid = 0;
    std::uint64_t startTime = 0; ///< of the process, in clock ticks since boot: tells it from another with its number
    std::string cgroupsPath;
    oci::RuntimeSpec spec; ///< as it was at create; later changes of config.json do not count
};

struct OciStart {
    std::string consoleSocket; ///< receives the terminal's master
    std::filesystem::path pidFile;
    std::vector<std::string> warnings; ///< out
};

/// The state below one root directory (--root).
class OciRuntime {
public:
    /// Makes the directory, 0700.
    static Result<OciRuntime> open(std::filesystem::path root);

    Result<OciContainer> create(const std::string& id, const std::filesystem::path& bundle, OciStart& start) const;
    Result<OciContainer> load(const std::string& id) const;
    OciStatus status(const OciContainer& container) const;
    /// The state as `state` prints it.
    std::string stateJson(const OciContainer& container) const;
    Result<void> start(const OciContainer& container) const;
    Result<void> kill(const OciContainer& container, int signal, bool all) const;
    /// Errors: Conflict when it is not stopped, unless forced.
    Result<void> remove(const OciContainer& container, bool force) const;
    /// A further process; it runs when this returns.
    Result<pid_t> exec(const OciContainer& container, const oci::Process& process, OciStart& start) const;
    std::vector<std::string> list() const;

private:
    explicit OciRuntime(std::filesystem::path root)
        : m_root(std::move(root))
    {
    }
    Result<void> save(const OciContainer& container) const;
    std::filesystem::path directory(const std::string& id) const { return m_root / id; }
    std::filesystem::path m_root;
};

/// "TERM", "SIGTERM" or "15". Errors: Invalid.
Result<int> signalNumber(const std::string& text);

} // namespace darsena::runtime
