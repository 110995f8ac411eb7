// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

/// Containers made by somebody else's OCI runtime (runc, crun) instead of ours: its command line, as runc's callers use it.
///
/// The process that `create` leaves is a child of nobody here: the runtime ends, and what it made goes to the nearest
/// subreaper, which is whoever wants to reap it. A monitor that is a subreaper (PR_SET_CHILD_SUBREAPER) calls create() itself
/// and waits for Created::pid. It is static and small, so nothing here needs a JSON library: external_bundle.h, for the engine, writes
/// the files.
namespace darsena::runtime {

class ExternalRuntime {
public:
    /// `program` is the administrator's word, an absolute path; `stateRoot` becomes its --root, made here with mode 0700.
    /// Errors: Invalid for a path that is not absolute, NotFound when there is no such program.
    static Result<ExternalRuntime> at(std::filesystem::path program, std::filesystem::path stateRoot);

    struct Streams {
        int input = -1, output = -1, error = -1; ///< the caller's; -1 = /dev/null. Not used with a terminal
    };
    struct Created {
        pid_t pid = 0; ///< of the first process, on the host
        UniqueFd terminal; ///< master end, when spec.process.terminal
    };

    /// Makes the container of `bundle` (a directory of ours, 0700, with the config.json of writeBundle()); it waits for start().
    /// `terminal` says what its process.terminal says. Blocks; a runtime that takes longer than `limit` is killed.
    /// Errors: System with what the runtime said.
    Result<Created> create(const std::string& id, const std::filesystem::path& bundle, bool terminal, const Streams& streams,
        std::chrono::seconds limit = std::chrono::seconds(60)) const;
    /// A further process, running when this returns. `directory`: of ours, with the process.json of writeProcess().
    Result<Created> exec(const std::string& id, const std::filesystem::path& directory, bool terminal, const Streams& streams,
        std::chrono::seconds limit = std::chrono::seconds(60)) const;
    Result<void> start(const std::string& id, std::chrono::seconds limit = std::chrono::seconds(60)) const;
    Result<void> kill(const std::string& id, int signal) const;
    /// Forced: also one that runs. What is not there is no error then.
    Result<void> remove(const std::string& id, bool force) const;

private:
    ExternalRuntime(std::filesystem::path program, std::filesystem::path stateRoot)
        : m_program(std::move(program))
        , m_stateRoot(std::move(stateRoot))
    {
    }
    Result<void> run(const std::vector<std::string>& arguments, const Streams& streams, std::chrono::seconds limit) const;
    Result<Created> make(std::vector<std::string> arguments, const std::string& id, const std::filesystem::path& directory, bool terminal,
        const Streams& streams, std::chrono::seconds limit) const;
    std::filesystem::path m_program, m_stateRoot;
};

} // namespace darsena::runtime
