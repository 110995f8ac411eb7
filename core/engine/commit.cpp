// SPDX-License-Identifier: GPL-3.0-or-later
// `docker commit`: an image of what a container has become.
#include "core/engine/container_manager.h"

#include "core/base/log.h"
#include "core/base/scope_guard.h"
#include "core/builder/export/image.h"
#include "core/engine/config_changes.h"
#include "core/engine/create_request.h"
#include "core/engine/image_name.h"
#include "core/engine/spec_builder.h"
#include "core/runtime/cgroups/cgroup.h"

#include <fmt/ranges.h>

namespace darsena::engine {

namespace {

/// A copy into the stopped container may be under way; commit holds the lifecycle lock and waits no longer than this.
constexpr std::chrono::seconds kCommitPatience(10);

/// The image's configuration; without the image (it was removed by force), what its layers say.
Result<oci::ImageConfig> baseConfig(const store::Store& store, const ContainerRecord& record)
{
    if (const auto image = store.image(record.imageId))
        return image->config;
    oci::ImageConfig config;
    config.platform = oci::Platform::host();
    if (!record.chain.empty()) {
        for (const store::Layer& layer : TRY(store.chain(record.chain)))
            config.diffIds.push_back(layer.diffId);
    }
    return config;
}

/// The container's configuration with the caller's over it, and the changes.
Result<oci::ExecutionConfig> commitConfig(const model::ContainerConfig& container, const CommitOptions& options)
{
    const oci::ExecutionConfig own = executionConfigOf(container);
    const oci::ExecutionConfig changed = TRY(applyChanges(options.config ? executionConfigOf(*options.config) : own, options.changes));
    return executionConfigOf(TRY(mergeConfig(configOf(changed), own)));
}

} // namespace

Result<std::string> ContainerManager::commit(std::string_view reference, const CommitOptions& options)
{
    const auto name = TRY(parseImageName(options.repository, options.tag));
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    const std::lock_guard lifecycle(container->lifecycle);
    ContainerRecord record;
    bool freezes = false;
    {
        const std::lock_guard lock(container->mutex);
        record = container->record;
        if (container->removed || container->state.status == Status::Removing || container->state.status == Status::Dead)
            return Error(ErrorCode::Conflict, fmt::format("You cannot commit container {} which is being removed", container->id));
        freezes = options.pause && container->state.status == Status::Running;
    }
    oci::ImageConfig config = TRY(baseConfig(*m_parts.store, record));
    config.config = TRY(commitConfig(record.config, options));

    std::unique_ptr<store::LayerDraft> draft;
    {
        const auto use = TRY(container->files.shareSoon(kCommitPatience));
        ScopeGuard thaw([&] {
            if (const auto thawed = thawAfterCommit(container); !thawed)
                log::error("container {}: {}", container->id.substr(0, 12), thawed.error().message());
        });
        if (freezes)
            freezes = TRY(freezeForCommit(container));
        if (!freezes)
            thaw.dismiss();
        const auto changes = m_parts.store->diffSnapshot(record.id);
        if (!changes && changes.error().code() != ErrorCode::NotFound)
            return changes.error();
        if (changes && !changes->empty())
            draft = TRY(m_parts.store->draftOfSnapshot(record.id));
    }
    std::optional<store::Layer> layer;
    if (draft)
        layer = TRY(draft->commit());
    if (config.history.empty() && !config.diffIds.empty()) {
        // Layers without history would shift the new entry to the wrong layer.
        oci::HistoryEntry unknown;
        unknown.comment = "layer of " + record.imageName;
        config.history.assign(config.diffIds.size(), unknown);
    }
    config.created = builder::formatTime(std::chrono::system_clock::now());
    config.author = options.author;
    oci::HistoryEntry entry;
    entry.created = config.created;
    entry.createdBy = fmt::format("{}", fmt::join(record.config.cmd.value_or(std::vector<std::string>()), " "));
    entry.author = options.author;
    entry.comment = options.comment;
    entry.emptyLayer = !layer;
    config.history.push_back(std::move(entry));
    if (layer)
        config.diffIds.push_back(layer->diffId);
    if (config.diffIds.size() > oci::maxLayers)
        return Error(ErrorCode::Invalid, fmt::format("max depth exceeded: an image has at most {} layers", oci::maxLayers));

    const store::Image image = TRY(m_parts.store->addImage(config));
    std::map<std::string, std::string> attributes{{"comment", options.comment}, {"imageID", image.id.text()}};
    if (name) {
        (void)TRY(m_parts.store->tag(image.id, *name));
        attributes["imageRef"] = name->familiar();
        m_parts.events.publish("image", "tag", image.id.text(), {{"name", name->familiar()}});
    }
    publish(*container, "commit", std::move(attributes));
    return image.id.text();
}

/// Whether it was frozen: it may have ended meanwhile. What is written down keeps saying that it runs, so that an engine
/// which dies in the middle leaves nothing that the next one would take for the user's pause.
Result<bool> ContainerManager::freezeForCommit(const ContainerPointer& container)
{
    {
        const std::lock_guard lock(container->mutex);
        if (container->state.status != Status::Running)
            return false;
        const auto cgroup = TRY(runtime::Cgroup::at(cgroupsPathOf(container->record)));
        TRY(cgroup->freeze());
        container->state.status = Status::Paused;
    }
    publish(*container, "pause");
    return true;
}

Result<void> ContainerManager::thawAfterCommit(const ContainerPointer& container)
{
    {
        const std::lock_guard lock(container->mutex);
        if (container->state.status != Status::Paused)
            return {};
        const auto cgroup = TRY(runtime::Cgroup::at(cgroupsPathOf(container->record)));
        TRY(cgroup->thaw());
        container->state.status = Status::Running;
    }
    publish(*container, "unpause");
    return {};
}

} // namespace darsena::engine
