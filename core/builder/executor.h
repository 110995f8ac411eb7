// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/builder/build_event.h"
#include "core/os/mount.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace darsena::builder {

/// Something mounted into a RUN step. The builder has resolved and checked every source (security R1): it is a
/// directory or file of the builder's own that nobody else changes while the step runs, so the executor may open it by
/// name. The target is a path of the container and is the executor's to resolve beneath the root.
struct RunMount {
    enum class Kind {
        Bind, ///< source → target
        Tmpfs, ///< an empty tmpfs at target
    };
    Kind kind = Kind::Bind;
    std::string target; ///< absolute, clean; a missing target is made (a file if the source is a file)
    std::filesystem::path source; ///< Bind only: absolute, on the host, in the engine's mount namespace
    bool readOnly = true;
    std::int64_t tmpfsBytes = 0; ///< 0 = the default
};

enum class RunNetwork { Default, None, Host };

/// One RUN, everything already decided.
struct RunStep {
    std::string buildId; ///< unique in this engine; letters and digits
    int step = 0; ///< of that build
    std::vector<std::string> args; ///< argv, never empty
    std::vector<std::string> env; ///< NAME=value; complete, the executor adds only HOME and PATH where missing
    std::string workingDir; ///< absolute; exists in the root
    std::string user; ///< as the image says it: "", "name", "uid", "user:group"; resolved in the root's passwd
    os::OverlaySpec root; ///< the executor mounts it and has unmounted it when run() returns
    std::vector<RunMount> mounts; ///< in mount order
    RunNetwork network = RunNetwork::Default;
    std::vector<std::pair<std::string, std::string>> extraHosts;
    std::int64_t shmBytes = 0;
    std::string stdinData; ///< what the process reads on descriptor 0, then end of file
};

class LogSink {
public:
    virtual ~LogSink() = default;
    /// Bytes as they come, at most 64 KiB at once. Called from one thread at a time; may block.
    virtual void write(LogStream stream, std::string_view bytes) = 0;
};

/// Runs the RUN steps of builds: the engine does it with its runtime, tests with a fake.
class Executor {
public:
    virtual ~Executor() = default;
    /// Runs the step to its end and returns its exit code (128 + signal if a signal ended it). Every process, mount
    /// and namespace of the step is gone on return. Mount targets that had to be made in the root are left as they are:
    /// the builder knows them (mounts, and fixedMountPoints()) and takes them out of the layer.
    /// Many threads may call at once. Errors: Cancelled when stop was asked; anything else = could not be run.
    virtual Result<int> run(const RunStep& step, LogSink& log, std::stop_token stop) = 0;
    /// Paths that every step gets mounted over (/proc, /dev, /etc/hosts…), absolute and clean.
    virtual std::vector<std::string> fixedMountPoints() const = 0;
};

} // namespace darsena::builder
