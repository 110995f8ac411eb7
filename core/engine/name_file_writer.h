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

/// Whose names a container or build step sees.
enum class NameScope {
    Host, ///< it is in the host's network and keeps the host's names
    Own, ///< a network of its own: the host's servers as far as they can be reached from there
    Named, ///< a network with names: 127.0.0.11 is asked
};

/// Writes /etc/hosts, /etc/hostname and /etc/resolv.conf of one container or build step into a folder of the run folder.
Result<NameFiles> writeNameFiles(const std::filesystem::path& folder, const std::string& hostname,
    const std::vector<network::HostEntry>& entries, const network::ResolverOptions& resolver, NameScope scope);

/// The host's resolv.conf. Where that names only systemd-resolved's stub on the loopback, the file with the real servers,
/// unless `withStub`: the stub can be asked from the host.
std::string hostResolver(bool withStub);

} // namespace darsena::engine
