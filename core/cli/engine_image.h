// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/client/unix_transport.h"
#include "core/api/model/layer.h"
#include "core/archive/stream.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace darsena::cli {

/// An engine that may be asked.
struct EngineAt {
    std::string socket;
    std::string name; ///< for messages: "Darsena's engine", "docker", "podman"
};

/// The engines to ask, in order: the given socket, or the one in DARSENA_SOCKET, alone; else those that are there:
/// Darsena's, the one in DOCKER_HOST, docker's, podman's of the user, podman's of the system. `dockerOnly`: DOCKER_HOST or
/// docker's. Errors: Unavailable, saying what to do, when there is none; Unsupported for a DOCKER_HOST that is no socket.
Result<std::vector<EngineAt>> findEngines(const std::string& givenSocket, bool dockerOnly);

/// What an engine gives of an image.
struct EngineImage {
    std::string name; ///< as the engine was asked for it
    std::string engine;
    std::string socket; ///< of the engine
    std::unique_ptr<archive::ByteSource> archive; ///< a docker-archive; the connection is open, nothing was read
    std::optional<model::ImageDescription> description; ///< instead of the archive: the engine has an index of every layer
};

/// Asks one engine after the other until one has the image. `describe`: a description will do where the engine has one, which
/// is Darsena's alone. Errors: NotFound, saying who was asked and what to do; what
/// the engines said.
Result<EngineImage> findInEngine(const std::vector<EngineAt>& engines, const std::string& image, bool describe, std::stop_token stop);

} // namespace darsena::cli
