// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/unique_fd.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace darsena::builder {

/// A larger Dockerfile is refused.
inline constexpr std::size_t maxDockerfileBytes = 4 << 20;

/// What one build is asked to do. Everything in it comes from outside and is checked by Builder::build().
struct BuildRequest {
    /// A directory that holds the unpacked context, opened O_PATH or O_RDONLY; invalid = an empty context. The builder
    /// only reads it, always through os::Beneath; nobody may change it while build() or forecast() runs.
    UniqueFd context;

    /// The text of the Dockerfile. Absent = read dockerfileName from the context (through os::Beneath: a name or link
    /// that leaves the context is refused).
    std::optional<std::string> dockerfile;
    /// Its name relative to the context, for messages and for "<name>.dockerignore".
    std::string dockerfileName = "Dockerfile";

    /// Where it lies for whoever asked, to be remembered with the image (see store::StepOrigin); "" = dockerfileName. For
    /// people and their programs: nothing is ever read from there.
    std::string origin;

    /// Stage name or index to build; empty = the last stage.
    std::string target;
    std::map<std::string, std::string> buildArgs;
    /// --build-arg NAME without a value is not sent by clients whose environment lacks NAME: nothing to model here.
    std::map<std::string, std::string> labels;
    /// References the result gets ("hello", "hello:1"), applied only after everything succeeded.
    std::vector<std::string> tags;
    /// "os/arch[/variant]"; empty = this machine's. Only this machine's architecture can be built today.
    std::string platform;
    /// Run every step although the cache has it. Results are stored and replace the older records.
    bool noCache = false;
    /// Asks for newer base images. Without a registry there are none to ask for: refused as Unsupported where the
    /// image is not known locally either; otherwise a warning event says so.
    bool pull = false;

    /// What RUN steps get beside the image's own configuration.
    std::string network; ///< "" or "default", "none", "host"
    std::vector<std::pair<std::string, std::string>> extraHosts; ///< name, address
    std::int64_t shmBytes = 0; ///< 0 = the engine's default
    /// RUN --mount=type=secret: id -> content. Never part of a cache key, of history or of an event.
    std::map<std::string, std::string> secrets;
};

} // namespace darsena::builder
