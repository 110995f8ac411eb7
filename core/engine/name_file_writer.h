// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/network/name_files.h"

#include <filesystem>
#include <string>
#include <vector>

namespace darsena::engine {

struct NameFiles {
    std::filesystem::path hosts, hostname, resolv;
};

/// Writes /etc/hosts, /etc/hostname and /etc/resolv.conf of one container or build step into a folder of the run folder.
/// `sameNetwork`: the container is in the host's network and keeps the host's names.
Result<NameFiles> writeNameFiles(const std::filesystem::path& folder, const std::string& hostname,
    const std::vector<network::HostEntry>& entries, const network::ResolverOptions& resolver, bool sameNetwork);

} // namespace darsena::engine
