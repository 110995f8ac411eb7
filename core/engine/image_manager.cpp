// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/image_manager.h"

#include "core/engine/create_request.h"
#include "core/engine/texts.h"

#include <fnmatch.h>

namespace darsena::engine {

namespace {

std::string familiar(const std::string& reference)
{
    const auto parsed = oci::Reference::parse(reference);
    return parsed ? parsed->familiar() : reference;
}

std::int64_t seconds(store::Time time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::int64_t secondsOf(const std::string& rfc3339)
{
    const auto time = model::parseTime(rfc3339);
    return time && *time ? std::chrono::duration_cast<std::chrono::seconds>((*time)->time_since_epoch()).count() : 0;
}

model::ImageSummary summarize(const store::Image& image)
{
    model::ImageSummary summary;
    summary.id = image.id.text();
    for (const std::string& reference : image.references)
        summary.repoTags.push_back(familiar(reference));
    summary.created = seconds(image.created);
    summary.size = static_cast<std::int64_t>(image.bytes);
    summary.labels = image.config.config.labels;
    return summary;
}

/// "busybox", "busybox:1*", "user/*": against the name with and without its tag.
bool matchesReference(const Filters& filters, const store::Image& image)
{
    const auto& patterns = filters.values("reference");
    if (patterns.empty())
        return true;
    for (const std::string& text : image.references) {
        const auto reference = oci::Reference::parse(text);
        if (!reference)
            continue;
        for (const std::string& pattern : patterns) {
            for (const std::string& name : {reference->familiar(), reference->familiarName(), reference->text(), reference->name()}) {
                if (::fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME) == 0)
                    return true;
            }
        }
    }
    return false;
}

/// Which layer (base = 0) each entry of the history made; -1 for none.
std::vector<std::ptrdiff_t> layerOfHistory(const oci::ImageConfig& config)
{
    std::vector<std::ptrdiff_t> layers;
    std::ptrdiff_t next = 0;
    for (const oci::HistoryEntry& entry : config.history)
        layers.push_back(entry.emptyLayer ? -1 : next++);
    return layers;
}

std::string_view typeName(const layers::FileChange& change)
{
    switch (change.type) {
    case layers::EntryType::File:
        return change.link.empty() ? "file" : "hardlink";
    case layers::EntryType::Directory:
        return "directory";
    case layers::EntryType::Symlink:
        return "link";
    case layers::EntryType::CharDevice:
    case layers::EntryType::BlockDevice:
        return "device";
    case layers::EntryType::Fifo:
        return "fifo";
    case layers::EntryType::Socket:
        return "socket";
    case layers::EntryType::Whiteout:
        break;
    }
    return "file";
}

} // namespace

std::string readableInstruction(std::string_view text)
{
    const auto trim = [](std::string_view part) {
        const auto begin = part.find_first_not_of(" \t\n");
        if (begin == std::string_view::npos)
            return std::string_view();
        return part.substr(begin, part.find_last_not_of(" \t\n") - begin + 1);
    };
    constexpr std::string_view kNop = "#(nop)";
    constexpr std::string_view kBuildKit = "# buildkit";
    text = trim(text);
    if (text.ends_with(kBuildKit))
        text = trim(text.substr(0, text.size() - kBuildKit.size()));
    if (const auto nop = text.find(kNop); nop != std::string_view::npos)
        return std::string(trim(text.substr(nop + kNop.size())));
    for (const std::string_view shell : {"/bin/sh -c ", "/bin/bash -c ", "/bin/bash -o pipefail -c "}) {
        if (text.starts_with(shell))
            return "RUN " + std::string(trim(text.substr(shell.size())));
        if (text.starts_with("RUN ") && text.substr(4).starts_with(shell))
            return "RUN " + std::string(trim(text.substr(4 + shell.size())));
    }
    return std::string(text);
}

void ImageManager::publish(const Digest& id, std::string action, const std::string& name)
{
    m_parts.events.publish("image", std::move(action), id.text(), {{"name", name}});
}

Result<std::vector<model::ImageSummary>> ImageManager::list(const ImageListOptions& options)
{
    const Filters& filters = options.filters;
    TRY(filters.allowOnly({"before", "dangling", "label", "label!", "reference", "since", "until"}));
    std::optional<store::Time> before, since;
    for (const std::string& name : filters.values("before"))
        before = TRY(m_parts.store->find(name)).created;
    for (const std::string& name : filters.values("since"))
        since = TRY(m_parts.store->find(name)).created;
    std::optional<model::Time> until;
    for (const std::string& text : filters.values("until"))
        until = TRY(parseMoment(text, now()));
    std::vector<model::ImageSummary> list;
    for (const store::Image& image : TRY(m_parts.store->images())) {
        if (filters.has("dangling") && TRY(filters.boolean("dangling", true)) != image.references.empty())
            continue;
        if ((before && image.created >= *before) || (since && image.created <= *since)
            || (until && model::Time(image.created.time_since_epoch()) > *until))
            continue;
        if (!filters.matchesLabels(image.config.config.labels) || !matchesReference(filters, image))
            continue;
        model::ImageSummary summary = summarize(image);
        summary.containers = static_cast<std::int64_t>(m_parts.containers.usersOfImage(image.id).size());
        list.push_back(std::move(summary));
    }
    return list;
}

Result<model::ImageInspect> ImageManager::inspect(std::string_view reference)
{
    const store::Image image = TRY(m_parts.store->find(reference));
    model::ImageInspect inspect;
    inspect.id = image.id.text();
    for (const std::string& name : image.references)
        inspect.repoTags.push_back(familiar(name));
    inspect.created = model::parseTime(image.config.created).valueOr({});
    inspect.author = image.config.author;
    if (!image.config.history.empty())
        inspect.comment = image.config.history.back().comment;
    inspect.config = configOf(image.config.config);
    inspect.architecture = image.config.platform.architecture;
    inspect.variant = image.config.platform.variant;
    inspect.os = image.config.platform.os;
    inspect.osVersion = image.config.osVersion;
    inspect.size = static_cast<std::int64_t>(image.bytes);
    inspect.graphDriver.name = "overlay2";
    for (const Digest& diff : image.config.diffIds)
        inspect.layers.push_back(diff.text());
    inspect.lastTagTime = model::Time(image.lastTagged.time_since_epoch());
    return inspect;
}

Result<std::vector<model::ImageHistoryItem>> ImageManager::history(std::string_view reference)
{
    const store::Image image = TRY(m_parts.store->find(reference));
    const auto layerOf = layerOfHistory(image.config);
    std::vector<model::ImageHistoryItem> items;
    for (std::size_t index = 0; index < image.config.history.size(); ++index) {
        const oci::HistoryEntry& entry = image.config.history[index];
        model::ImageHistoryItem item;
        item.id = "<missing>";
        item.created = secondsOf(entry.created);
        item.createdBy = entry.createdBy;
        item.comment = entry.comment;
        const std::ptrdiff_t layer = layerOf[index];
        if (layer >= 0 && layer < std::ssize(image.chains))
            item.size = static_cast<std::int64_t>(TRY(m_parts.store->layer(image.chains[static_cast<std::size_t>(layer)])).bytes);
        items.push_back(std::move(item));
    }
    std::ranges::reverse(items);
    if (!items.empty()) {
        items.front().id = image.id.text();
        for (const std::string& name : image.references)
            items.front().tags.push_back(familiar(name));
    }
    return items;
}

Result<void> ImageManager::tag(std::string_view source, std::string_view repository, std::string_view tag)
{
    const store::Image image = TRY(m_parts.store->find(source));
    if (repository.empty() || repository.find('@') != std::string_view::npos)
        return Error(ErrorCode::Invalid, fmt::format("invalid reference format: '{}'", repository));
    const std::string text = tag.empty() ? std::string(repository) : fmt::format("{}:{}", repository, tag);
    const oci::Reference reference = TRY(oci::Reference::parse(text));
    (void)TRY(m_parts.store->tag(image.id, reference));
    publish(image.id, "tag", reference.familiar());
    return {};
}

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

Result<std::vector<model::ImageDeleteItem>> ImageManager::report(const store::RemoveReport& removed)
{
    std::vector<model::ImageDeleteItem> items;
    for (const std::string& name : removed.untagged)
        items.push_back({familiar(name), {}});
    for (const Digest& id : removed.deleted) {
        items.push_back({{}, id.text()});
        publish(id, "delete", id.text());
    }
    return items;
}

Result<std::vector<model::ImageDeleteItem>> ImageManager::remove(std::string_view reference, bool force, bool)
{
    const store::Image image = TRY(m_parts.store->find(reference));
    const auto named = oci::Reference::parse(reference);
    const bool byName = named && std::ranges::find(image.references, named->text()) != image.references.end();
    // One name of several goes without touching the image.
    if (!byName || image.references.size() <= 1)
        TRY(checkUnused(image, reference, force));
    const auto removed = m_parts.store->remove(reference, force);
    if (!removed)
        return removed.error();
    for (const std::string& name : removed->untagged)
        publish(image.id, "untag", familiar(name));
    return report(*removed);
}

Result<model::ImagesPruned> ImageManager::prune(const Filters& filters)
{
    TRY(filters.allowOnly({"dangling", "label", "label!", "until"}));
    if (filters.has("label") || filters.has("label!") || filters.has("until"))
        return Error(ErrorCode::Unsupported, "pruning images by label or age is not supported");
    const bool onlyDangling = TRY(filters.boolean("dangling", true));
    const auto removed = TRY(m_parts.store->prune(!onlyDangling, [&](const Digest& id) { return !m_parts.containers.usersOfImage(id).empty(); }));
    model::ImagesPruned pruned;
    pruned.imagesDeleted = TRY(report(removed));
    pruned.spaceReclaimed = static_cast<std::int64_t>(removed.freed);
    m_parts.events.publish("image", "prune", "", {{"reclaimed", std::to_string(pruned.spaceReclaimed)}});
    return pruned;
}

Result<void> ImageManager::load(archive::ByteSource& archive, const Progress& progress, std::stop_token stop)
{
    const store::LoadReport loaded = TRY(m_parts.store->load(archive, {}, stop));
    const auto say = [&](const std::string& line) {
        if (progress)
            progress(line);
    };
    for (const std::string& warning : loaded.warnings)
        say(warning);
    for (const store::MovedReference& moved : loaded.moved)
        say(fmt::format("The image {} already exists, renaming the old one with ID {} to empty string", familiar(moved.reference), moved.from.text()));
    for (const store::LoadedImage& image : loaded.images) {
        for (const std::string& reference : image.references) {
            say("Loaded image: " + familiar(reference));
            publish(image.id, "load", familiar(reference));
        }
        if (image.references.empty()) {
            say("Loaded image ID: " + image.id.text());
            publish(image.id, "load", image.id.text());
        }
    }
    return {};
}

Result<void> ImageManager::save(const std::vector<std::string>& images, archive::ByteSink& sink, std::stop_token stop)
{
    if (images.empty())
        return Error(ErrorCode::Invalid, "no image named to save");
    for (const std::string& name : images)
        (void)TRY(m_parts.store->find(name)); // a wrong name is told before the first byte
    TRY(m_parts.store->save(images, sink, stop));
    for (const std::string& name : images) {
        if (const auto image = m_parts.store->find(name))
            publish(image->id, "save", name);
    }
    return {};
}

Result<std::vector<model::LayerSummary>> ImageManager::layers(std::string_view reference)
{
    const store::Image image = TRY(m_parts.store->find(reference));
    oci::ImageConfig config = image.config;
    // An image without a history still has its layers.
    if (config.history.empty())
        config.history.resize(config.diffIds.size());
    const auto layerOf = layerOfHistory(config);
    std::vector<model::LayerSummary> list;
    for (std::size_t index = 0; index < config.history.size(); ++index) {
        const oci::HistoryEntry& entry = config.history[index];
        model::LayerSummary summary;
        summary.index = static_cast<std::int64_t>(index);
        summary.instruction = readableInstruction(entry.createdBy);
        summary.createdBy = entry.createdBy;
        summary.created = model::parseTime(entry.created).valueOr({});
        summary.emptyLayer = entry.emptyLayer;
        const std::ptrdiff_t layer = layerOf[index];
        if (layer >= 0 && layer < std::ssize(image.chains)) {
            const store::Layer stored = TRY(m_parts.store->layer(image.chains[static_cast<std::size_t>(layer)]));
            summary.diffId = stored.diffId.text();
            summary.bytes = static_cast<std::int64_t>(stored.bytes);
            summary.files = static_cast<std::int64_t>(stored.files);
        }
        list.push_back(std::move(summary));
    }
    return list;
}

Result<void> ImageManager::layerFiles(std::string_view reference, std::int64_t index, const FileVisitor& entry)
{
    const store::Image image = TRY(m_parts.store->find(reference));
    oci::ImageConfig config = image.config;
    if (config.history.empty())
        config.history.resize(config.diffIds.size());
    const auto layerOf = layerOfHistory(config);
    if (index < 0 || index >= std::ssize(layerOf))
        return Error(ErrorCode::NotFound, fmt::format("{} has no layer {}", reference, index));
    const std::ptrdiff_t layer = layerOf[static_cast<std::size_t>(index)];
    if (layer < 0)
        return Error(ErrorCode::Invalid, fmt::format("step {} of {} made no layer", index, reference));
    for (const layers::FileChange& change : TRY(m_parts.store->layerFiles(image, static_cast<std::size_t>(layer)))) {
        model::FileChange file;
        file.path = change.path.starts_with('/') ? change.path.substr(1) : change.path;
        file.type = typeName(change);
        file.size = static_cast<std::int64_t>(change.size);
        file.mode = change.mode;
        file.uid = change.uid;
        file.gid = change.gid;
        file.mtime = change.mtime;
        file.link = change.link;
        file.change = layers::name(change.change);
        TRY(entry(file));
    }
    return {};
}

} // namespace darsena::engine
