// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/host_config.h"
#include "core/base/result.h"

#include <string>
#include <vector>

namespace darsena::engine {

/// Refuses what this engine does not do (Unsupported, naming the member) and what makes no sense (Invalid, with Docker's
/// words where it has some). Mounts, ports and the runtime have checks of their own.
Result<void> checkHostConfig(const model::HostConfig& hostConfig);

/// HostConfig.SecurityOpt, read.
struct SecurityOptions {
    bool noNewPrivileges = false;
    bool seccompUnconfined = false;
    std::string seccompProfile; ///< JSON, the profile itself; empty = the default
};
Result<SecurityOptions> parseSecurityOptions(const std::vector<std::string>& options);

/// "0-2,4" as a list of numbers, each at most `highest`. Bounded: nothing is made before the numbers are known to be small.
/// Errors: Invalid.
Result<std::vector<unsigned>> parseCpuList(std::string_view text, unsigned highest);

/// "RLIMIT_NOFILE" for "nofile". Errors: Invalid "invalid ulimit type: x".
Result<std::string> rlimitName(std::string_view ulimit);

/// What a namespace mode asks for.
struct NamespaceMode {
    enum class Kind { Private, Host, None, Container };
    Kind kind = Kind::Private;
    std::string container; ///< whose, for Container
};
/// "", "private", "shareable", "host", "none", "container:<name|id>", "bridge". Errors: Invalid.
Result<NamespaceMode> parseNamespaceMode(std::string_view member, std::string_view mode);

} // namespace darsena::engine
