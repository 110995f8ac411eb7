// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/wire.h"

#include <cstdint>

namespace darsena::model {

/// The body of POST /containers/{id}/exec.
struct ExecCreate {
    bool attachStdin = false;
    bool attachStdout = false;
    bool attachStderr = false;
    std::string detachKeys;
    bool tty = false;
    std::vector<std::string> env;
    std::vector<std::string> cmd;
    bool privileged = false;
    std::string user;
    std::string workingDir;
    std::vector<std::int64_t> consoleSize; ///< {rows, columns}
};
DARSENA_MODEL(ExecCreate)

struct ExecCreated {
    std::string id;
};
DARSENA_MODEL(ExecCreated)

/// The body of POST /exec/{id}/start.
struct ExecStart {
    bool detach = false;
    bool tty = false;
    std::vector<std::int64_t> consoleSize;
};
DARSENA_MODEL(ExecStart)

struct ExecProcess {
    std::string entrypoint;
    std::vector<std::string> arguments;
    bool privileged = false;
    bool tty = false;
    std::string user;
};
DARSENA_MODEL(ExecProcess)

struct ExecInspect {
    std::string id;
    std::string containerId;
    bool running = false;
    std::optional<std::int64_t> exitCode; ///< none while it runs
    std::int64_t pid = 0;
    bool openStdin = false;
    bool openStdout = false;
    bool openStderr = false;
    bool canRemove = false;
    std::string detachKeys;
    ExecProcess process;
};
DARSENA_MODEL(ExecInspect)

} // namespace darsena::model
