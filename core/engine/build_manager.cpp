// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/build_manager.h"

#include "core/base/log.h"
#include "core/engine/name_generator.h"
#include "core/engine/texts.h"
#include "core/os/file.h"

#include <thread>

#include <fcntl.h>

namespace darsena::engine {

namespace {

/// A build's context on disk while the build runs.
class ContextFolder {
public:
    static Result<std::unique_ptr<ContextFolder>> unpack(EngineParts& parts, archive::ByteSource& source, std::stop_token stop)
    {
        const auto path = parts.options.root / "tmp" / ("context-" + generateId().substr(0, 16));
        TRY(os::makeDirectories(path, 0700));
        std::unique_ptr<ContextFolder> folder(new ContextFolder(path));
        folder->m_fd = TRY(os::openFile(path, O_RDONLY | O_DIRECTORY));
        TRY_CONTEXT("the build context", parts.store->unpackInto(source, folder->m_fd.get(), stop));
        return folder;
    }
    ~ContextFolder()
    {
        if (const auto gone = os::removeTree(m_path); !gone)
            log::warning("{}", gone.error().message());
    }
    ContextFolder(const ContextFolder&) = delete;
    ContextFolder& operator=(const ContextFolder&) = delete;

    UniqueFd take() { return std::move(m_fd); }

private:
    explicit ContextFolder(std::filesystem::path path)
        : m_path(std::move(path))
    {
    }
    std::filesystem::path m_path;
    UniqueFd m_fd;
};

Result<builder::BuildRequest> requestOf(ContextFolder& context, const BuildParameters& parameters)
{
    builder::BuildRequest request;
    request.context = context.take();
    if (!parameters.dockerfile.empty())
        request.dockerfileName = parameters.dockerfile;
    request.origin = parameters.origin;
    request.target = parameters.target;
    request.buildArgs = parameters.buildArgs;
    request.labels = parameters.labels;
    request.tags = parameters.tags;
    request.platform = parameters.platform;
    request.noCache = parameters.noCache;
    request.pull = parameters.pull;
    request.network = parameters.network == "bridge" ? "" : parameters.network;
    request.extraHosts = parameters.extraHosts;
    request.shmBytes = parameters.shmBytes;
    return request;
}

} // namespace

Result<std::unique_ptr<BuildManager>> BuildManager::create(EngineParts& parts)
{
    std::unique_ptr<BuildManager> manager(new BuildManager(parts));
    manager->m_executor.sweep();
    builder::BuilderOptions options;
    options.cacheMounts = parts.options.root / "cache-mounts";
    options.scratch = parts.options.root / "tmp" / "builds";
    options.secrets = parts.options.run / "secrets";
    options.workers = std::max(2U, std::thread::hardware_concurrency());
    manager->m_builder = TRY(builder::Builder::create(*parts.store, manager->m_executor, std::move(options)));
    return manager;
}

Result<std::string> BuildManager::build(
    archive::ByteSource& source, const BuildParameters& parameters, builder::BuildObserver& observer, std::stop_token stop)
{
    const auto context = TRY(ContextFolder::unpack(m_parts, source, stop));
    builder::BuildRequest request = TRY(requestOf(*context, parameters));
    const builder::BuildResult result = TRY(m_builder->build(std::move(request), observer, stop));
    for (const std::string& tag : result.tags)
        m_parts.events.publish("image", "tag", result.imageId.text(), {{"name", tag}});
    m_parts.events.publish("builder", "build", result.imageId.text(), {});
    return result.imageId.text();
}

Result<json::Object> BuildManager::forecast(archive::ByteSource& source, const BuildParameters& parameters, std::stop_token stop)
{
    const auto context = TRY(ContextFolder::unpack(m_parts, source, stop));
    const builder::BuildRequest request = TRY(requestOf(*context, parameters));
    const builder::Forecast forecast = TRY(m_builder->forecast(request, stop));
    return builder::toJson(forecast);
}

} // namespace darsena::engine
