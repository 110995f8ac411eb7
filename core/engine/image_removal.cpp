// SPDX-License-Identifier: GPL-3.0-or-later
// How images go: by name, by id, and by pruning.
#include "core/engine/image_manager.h"

#include "core/engine/texts.h"

namespace darsena::engine {

namespace {

std::string shortName(const std::string& reference)
{
    const auto parsed = oci::Reference::parse(reference);
    return parsed ? parsed->familiar() : reference;
}

} // namespace

/// A running container always keeps its image; a stopped one unless forced.
Result<void> ImageManager::checkUnused(const store::Image& image, std::string_view reference, bool force) const
{
    const auto users = m_parts.containers.usersOfImage(image.id);
    if (users.empty())
        return {};
    const std::string container = users.front().id.substr(0, 12);
    if (users.front().running)
        return Error(ErrorCode::Conflict,
            fmt::format("conflict: unable to delete {} (cannot be forced) - image is being used by running container {}", reference, container));
    if (!force)
        return Error(ErrorCode::Conflict,
            fmt::format("conflict: unable to delete {} (must be forced) - image is being used by stopped container {}", reference, container));
    return {};
}

/// With all its names, and those of its layers that nothing else needs.
Result<std::vector<model::ImageDeleteItem>> ImageManager::removeWhole(const store::Image& image, std::uint64_t& freed)
{
    const store::RemoveReport removed = TRY(m_parts.store->remove(image.id.text(), true));
    std::vector<model::ImageDeleteItem> items;
    for (const std::string& name : removed.untagged) {
        items.push_back({shortName(name), {}});
        publish(image, "untag", image.id.text());
    }
    for (const Digest& id : removed.deleted)
        items.push_back({{}, id.text()});
    for (auto chain = image.chains.rbegin(); chain != image.chains.rend(); ++chain) {
        const auto left = m_parts.store->layer(*chain);
        if (left || left.error().code() != ErrorCode::NotFound)
            break;
        items.push_back({{}, chain->text()});
    }
    publish(image, "delete", image.id.text());
    freed += removed.freed;
    return items;
}

Result<std::vector<model::ImageDeleteItem>> ImageManager::remove(std::string_view reference, bool force, bool)
{
    const store::Image image = TRY(m_parts.store->find(reference));
    std::uint64_t freed = 0;
    const auto named = oci::Reference::parse(reference);
    const bool byName = named && std::ranges::find(image.references, named->text()) != image.references.end();
    if (!byName) {
        TRY(checkUnused(image, reference, force));
        if (image.references.size() > 1 && !force)
            return Error(ErrorCode::Conflict,
                fmt::format("conflict: unable to delete {} (must be forced) - image is referenced in multiple repositories", image.id.shortHex()));
        return removeWhole(image, freed);
    }
    const auto users = m_parts.containers.usersOfImage(image.id);
    const bool last = image.references.size() == 1;
    if (last && users.empty())
        return removeWhole(image, freed);
    if (last && !force)
        return Error(ErrorCode::Conflict,
            fmt::format("conflict: unable to remove repository reference \"{}\" (must force) - container {} is using its referenced image {}",
                reference, users.front().id.substr(0, 12), image.id.shortHex()));
    // One name of several goes without touching the image; the last one leaves it to its containers.
    if (last && !users.front().running)
        return removeWhole(image, freed);
    TRY(m_parts.store->untag(*named));
    publish(image, "untag", image.id.text());
    return std::vector<model::ImageDeleteItem>{{named->familiar(), {}}};
}

Result<model::ImagesPruned> ImageManager::prune(const Filters& filters, std::stop_token stop)
{
    TRY(filters.allowOnly({"dangling", "label", "label!", "until"}));
    const bool onlyDangling = TRY(filters.boolean("dangling", true));
    std::optional<model::Time> until;
    for (const std::string& text : filters.values("until"))
        until = TRY(parseMoment(text, now()));
    model::ImagesPruned pruned;
    std::uint64_t freed = 0;
    for (const store::Image& image : TRY(m_parts.store->images())) {
        if (stop.stop_requested())
            break;
        const bool wanted = (!onlyDangling || image.references.empty()) && filters.matchesLabels(image.config.config.labels)
            && (!until || model::Time(image.created.time_since_epoch()) <= *until);
        if (!wanted || !m_parts.containers.usersOfImage(image.id).empty())
            continue;
        const auto items = removeWhole(image, freed);
        if (!items && items.error().code() == ErrorCode::NotFound)
            continue; // another client was faster
        if (!items)
            return items.error();
        pruned.imagesDeleted.insert(pruned.imagesDeleted.end(), items->begin(), items->end());
    }
    pruned.spaceReclaimed = static_cast<std::int64_t>(freed);
    m_parts.events.publish("image", "prune", "", {{"reclaimed", std::to_string(pruned.spaceReclaimed)}});
    return pruned;
}

} // namespace darsena::engine
