// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/name_file_writer.h"

#include "core/os/file.h"

#include <cerrno>

#include <fcntl.h>

namespace darsena::engine {

namespace {

constexpr std::size_t kMaxFile = 1 << 20;

/// In place of a whole atomic write: the folder is new and nobody reads it yet.
Result<void> write(const std::filesystem::path& path, std::string_view text)
{
    const UniqueFd file = TRY(os::openFile(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644));
    return os::writeAll(file.get(), text);
}

} // namespace

std::string hostResolver(bool withStub)
{
    std::string text = os::readFile("/etc/resolv.conf", kMaxFile).valueOr("");
    if (text.empty()) {
        // A link on many systems: that is the host's own file, so it may be followed.
        if (const auto file = os::openFile("/etc/resolv.conf", O_RDONLY))
            text = os::readAll(file->get(), kMaxFile).valueOr("");
    }
    // systemd-resolved keeps the real servers beside its stub.
    if (!withStub && network::onlyLoopbackServers(text)) {
        if (auto real = os::readFile("/run/systemd/resolve/resolv.conf", kMaxFile))
            return *real;
    }
    return text;
}

Result<NameFiles> writeNameFiles(const std::filesystem::path& folder, const std::string& hostname,
    const std::vector<network::HostEntry>& entries, const network::ResolverOptions& resolver, NameScope scope)
{
    TRY(os::makeDirectories(folder, 0700));
    NameFiles files{folder / "hosts", folder / "hostname", folder / "resolv.conf"};
    TRY(write(files.hostname, hostname + "\n"));
    const bool sameNetwork = scope == NameScope::Host;
    const std::string servers = hostResolver(sameNetwork);
    const std::string resolv = TRY(scope == NameScope::Named ? network::ownResolvConf(servers, resolver) : network::resolvConf(servers, resolver, sameNetwork));
    TRY(write(files.resolv, resolv));
    std::string hosts = network::hostsFile(entries);
    if (sameNetwork) {
        if (auto own = os::readFile("/etc/hosts", kMaxFile)) {
            hosts = std::move(*own);
            for (const auto& [host, address] : entries)
                hosts += fmt::format("{}\t{}\n", address, host);
        }
    }
    TRY(write(files.hosts, hosts));
    return files;
}

} // namespace darsena::engine
