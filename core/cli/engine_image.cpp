// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/engine_image.h"

#include "core/api/client/calls.h"
#include "core/oci/reference.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

constexpr std::string_view unixScheme = "unix://";

std::string environment(const char* name)
{
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// The body of an engine's answer.
class EngineStream : public archive::ByteSource {
public:
    EngineStream(client::BodyReader reader, std::stop_token stop)
        : m_reader(std::move(reader))
        , m_stop(std::move(stop))
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override { return m_reader.read(buffer, m_stop); }

private:
    client::BodyReader m_reader;
    std::stop_token m_stop;
};

/// What to ask to save. A name without a tag would bring all tags of its repository; an id has no name to keep.
std::string nameToSave(const std::string& image, const model::ImageInspect& found)
{
    if (const auto reference = oci::Reference::parse(image)) {
        for (const std::string& tag : found.repoTags) {
            const auto known = oci::Reference::parse(tag);
            if (known && known->text() == reference->text())
                return tag;
        }
    }
    return found.id;
}

/// The index of a layer that an older engine brought may be missing.
bool hasIndexes(const model::ImageDescription& description)
{
    return std::ranges::all_of(description.layers, [](const model::DescribedLayer& layer) { return layer.indexBytes > 0; });
}

Result<EngineImage> findIn(const EngineAt& engine, const std::string& image, bool describe, std::stop_token stop)
{
    const client::UnixTransport transport(engine.socket);
    if (describe) {
        // Whatever is wrong, other engines' missing it included, is told of when the archive is asked for.
        if (auto description = transport.send(client::describeImage(image)); description && hasIndexes(*description))
            return EngineImage {image, engine.name, engine.socket, nullptr, std::move(*description)};
    }
    const model::ImageInspect found = TRY(transport.send(client::inspectImage(image)));
    client::BodyReader body = TRY(transport.openBody(client::saveImage(nameToSave(image, found))));
    return EngineImage {image, engine.name, engine.socket, std::make_unique<EngineStream>(std::move(body), std::move(stop)), {}};
}

} // namespace

Result<std::vector<EngineAt>> findEngines(const std::string& givenSocket, bool dockerOnly)
{
    if (!givenSocket.empty())
        return std::vector<EngineAt> {{givenSocket, "the engine at " + givenSocket}};
    if (const std::string ours = environment("DARSENA_SOCKET"); !ours.empty() && !dockerOnly)
        return std::vector<EngineAt> {{ours, "the engine at " + ours}};

    std::vector<EngineAt> engines;
    const auto addIfThere = [&](const std::string& socket, std::string name) {
        std::error_code error;
        const bool known = std::ranges::any_of(engines, [&](const EngineAt& engine) { return engine.socket == socket; });
        if (!known && std::filesystem::exists(socket, error))
            engines.push_back({socket, std::move(name)});
    };
    if (!dockerOnly)
        addIfThere("/run/darsena/darsena.sock", "Darsena's engine");
    const std::string host = environment("DOCKER_HOST");
    if (host.starts_with(unixScheme))
        addIfThere(host.substr(unixScheme.size()), fmt::format("the engine at {}", host));
    if (!dockerOnly || host.empty())
        addIfThere("/var/run/docker.sock", "docker");
    if (!dockerOnly) {
        if (const std::string runtime = environment("XDG_RUNTIME_DIR"); !runtime.empty())
            addIfThere(runtime + "/podman/podman.sock", "podman");
        addIfThere("/run/podman/podman.sock", "podman (as root)");
    }
    if (!engines.empty())
        return engines;
    if (!host.empty() && !host.starts_with(unixScheme))
        return Error(ErrorCode::Unsupported,
            fmt::format("DOCKER_HOST is {}: only engines on this machine (unix://…) are asked", host));
    return Error(ErrorCode::Unavailable,
        "no engine is running: start Darsena's, docker or podman's service, or give an archive's path, or docker://NAME, "
        "which reads an image from its registry");
}

Result<EngineImage> findInEngine(const std::vector<EngineAt>& engines, const std::string& image, bool describe, std::stop_token stop)
{
    std::string asked;
    std::string said;
    bool everywhereMissing = true;
    for (const EngineAt& engine : engines) {
        auto found = findIn(engine, image, describe, stop);
        if (found || found.error().code() == ErrorCode::Cancelled)
            return found;
        everywhereMissing = everywhereMissing && found.error().code() == ErrorCode::NotFound;
        asked += fmt::format("{}{}", asked.empty() ? "" : ", ", engine.name);
        said += fmt::format("{}{}: {}", said.empty() ? "" : "; ", engine.name, found.error().message());
        // What one engine refuses or cannot say, the next may have; but a socket that was asked for is the only one.
        if (engines.size() == 1 && found.error().code() != ErrorCode::NotFound)
            return found.error();
    }
    if (everywhereMissing)
        return Error(ErrorCode::NotFound,
            fmt::format("{}: there is no such image (asked: {}). Pull it first, or docker://{} reads it from its registry",
                image, asked, image));
    return Error(ErrorCode::Unavailable, fmt::format("{}: no engine gives it: {}", image, said));
}

} // namespace darsena::cli
