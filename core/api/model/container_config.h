// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/wire.h"

#include <cstdint>

namespace darsena::model {

struct HealthConfig {
    std::vector<std::string> test; ///< {} = as the image says, {"NONE"}, {"CMD", …}, {"CMD-SHELL", line}
    std::int64_t interval = 0; ///< nanoseconds, as the next three; 0 = the default
    std::int64_t timeout = 0;
    std::int64_t startPeriod = 0;
    std::int64_t startInterval = 0;
    std::int64_t retries = 0;
};
DARSENA_MODEL(HealthConfig)

/// What of a container travels with its image. Also the "Config" of an image.
struct ContainerConfig {
    std::string hostname;
    std::string domainname;
    std::string user;
    bool attachStdin = false;
    bool attachStdout = false;
    bool attachStderr = false;
    std::set<std::string> exposedPorts; ///< "80/tcp"
    bool tty = false;
    bool openStdin = false;
    bool stdinOnce = false;
    std::vector<std::string> env; ///< "NAME=value"; in a request also "NAME": remove it
    std::optional<std::vector<std::string>> cmd; ///< no value = as the image says
    std::optional<HealthConfig> healthcheck;
    bool argsEscaped = false;
    std::string image;
    std::set<std::string> volumes;
    std::string workingDir;
    std::optional<std::vector<std::string>> entrypoint; ///< no value = as the image says; {""} = none
    bool networkDisabled = false;
    std::string macAddress;
    std::vector<std::string> onBuild;
    Labels labels;
    std::string stopSignal;
    std::optional<std::int64_t> stopTimeout; ///< seconds
    std::vector<std::string> shell;
};
DARSENA_MODEL(ContainerConfig)

} // namespace darsena::model
