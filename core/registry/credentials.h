// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::registry {

/// What `docker login` or `podman login` left for one registry.
struct Login {
    std::string user;
    std::string password;
    std::string identityToken; ///< instead of both: a refresh token for the registry's token service
};

/// Asks a credential helper: `docker-credential-NAME get` with the registry's name as input. Returns its output.
using CredentialHelper = std::function<Result<std::string>(const std::string& name, const std::string& input)>;
/// Runs the program found on PATH. Its output is bounded to 64 KiB. Errors: NotFound, Unavailable.
Result<std::string> runCredentialHelper(const std::string& name, const std::string& input);

/// Finds logins where docker, podman and skopeo keep them. Values; reads files when asked.
class Credentials {
public:
    /// Files are looked into in this order; what is not there is left out.
    explicit Credentials(std::vector<std::filesystem::path> files, CredentialHelper helper = runCredentialHelper);
    /// $REGISTRY_AUTH_FILE, $XDG_RUNTIME_DIR/containers/auth.json, $DOCKER_CONFIG/config.json or ~/.docker/config.json.
    static Credentials ofUser();

    /// The login for a registry ("docker.io", "localhost:5000") and a repository in it; nothing when there is none.
    /// Errors: Invalid, naming the file; what a helper gives.
    Result<std::optional<Login>> find(std::string_view registry, std::string_view repository) const;

private:
    std::vector<std::filesystem::path> m_files;
    CredentialHelper m_helper;
};

} // namespace darsena::registry
