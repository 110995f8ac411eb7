// SPDX-License-Identifier: GPL-3.0-or-later
// `docker import`: an image of a root that somebody packed.
#include "core/engine/image_manager.h"

#include "core/builder/export/image.h"
#include "core/engine/config_changes.h"
#include "core/engine/image_name.h"

namespace darsena::engine {

Result<std::string> ImageManager::import(archive::ByteSource& tar, const ImportOptions& options, std::stop_token stop)
{
    const auto name = TRY(parseImageName(options.repository, options.tag));
    oci::ImageConfig config;
    config.platform = options.platform.empty() ? oci::Platform::host() : TRY(oci::Platform::parse(options.platform));
    if (config.platform.os != "linux")
        return Error(ErrorCode::Invalid, fmt::format("operating system is not supported: {}", config.platform.os));
    config.config = TRY(applyChanges({}, options.changes));
    const store::Layer layer = TRY(m_parts.store->importLayer(tar, stop));
    config.created = builder::formatTime(std::chrono::system_clock::now());
    config.diffIds.push_back(layer.diffId);
    oci::HistoryEntry entry;
    entry.created = config.created;
    entry.comment = options.message.empty() ? "Imported from -" : options.message;
    config.history.push_back(std::move(entry));
    const store::Image image = TRY(m_parts.store->addImage(config));
    if (name) {
        (void)TRY(m_parts.store->tag(image.id, *name));
        publish(image, "tag", name->familiar());
    }
    publish(image, "import", image.id.text());
    return image.id.text();
}

} // namespace darsena::engine
