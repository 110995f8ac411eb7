// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/image_manager.h"

#include "core/engine/create_request.h"
#include "core/engine/texts.h"
#include "core/oci/instruction.h"

#include <array>

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

model::ImageSummary summarize(const store::Image& image, const std::vector<std::string>& references)
{
    model::ImageSummary summary;
    summary.id = image.id.text();
    for (const std::string& reference : references)
        summary.repoTags.push_back(familiar(reference));
    summary.created = seconds(image.created);
    summary.size = static_cast<std::int64_t>(image.bytes);
    summary.labels = image.config.config.labels;
    return summary;
}

/// The names of an image that the filter "reference" lets through: "busybox", "busybox:1*", "user/*", against the name with
/// and without its tag.
std::vector<std::string> matchingReferences(const Filters& filters, const store::Image& image)
{
    const auto& patterns = filters.values("reference");
    if (patterns.empty())
        return image.references;
    std::vector<std::string> matching;
    for (const std::string& text : image.references) {
        const auto reference = oci::Reference::parse(text);
        if (!reference)
            continue;
        const std::array<std::string, 4> names{reference->familiar(), reference->familiarName(), reference->text(), reference->name()};
        const auto fits = [&](const std::string& pattern) {
            return std::ranges::any_of(
                names, [&](const std::string& name) { return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME) == 0; });
        };
        if (std::ranges::any_of(patterns, fits))
            matching.push_back(text);
    }
    return matching;
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

void ImageManager::publish(const store::Image& image, std::string action, const std::string& name)
{
    std::map<std::string, std::string> attributes = image.config.config.labels;
    attributes["name"] = name;
    m_parts.events.publish("image", std::move(action), image.id.text(), std::move(attributes));
}

/// Bytes of the layers that other images have as well.
Result<std::map<Digest, std::int64_t>> ImageManager::sharedBytes(const std::vector<store::Image>& images) const
{
    std::map<Digest, int> users;
    for (const store::Image& image : images) {
        for (const Digest& chain : image.chains)
            ++users[chain];
    }
    std::map<Digest, std::int64_t> bytes;
    for (const auto& [chain, count] : users) {
        if (count > 1)
            bytes[chain] = static_cast<std::int64_t>(TRY(m_parts.store->layer(chain)).bytes);
    }
    std::map<Digest, std::int64_t> shared;
    for (const store::Image& image : images) {
        std::int64_t& sum = shared[image.id];
        for (const Digest& chain : image.chains) {
            if (const auto found = bytes.find(chain); found != bytes.end())
                sum += found->second;
        }
    }
    return shared;
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
    std::optional<bool> dangling;
    if (filters.has("dangling"))
        dangling = TRY(filters.boolean("dangling", true));
    const std::vector<store::Image> images = TRY(m_parts.store->images());
    std::map<Digest, std::int64_t> shared;
    if (options.sharedSize)
        shared = TRY(sharedBytes(images));
    std::vector<model::ImageSummary> list;
    for (const store::Image& image : images) {
        if (dangling && *dangling != image.references.empty())
            continue;
        if ((before && image.created >= *before) || (since && image.created <= *since)
            || (until && model::Time(image.created.time_since_epoch()) > *until))
            continue;
        const std::vector<std::string> references = matchingReferences(filters, image);
        if (!filters.matchesLabels(image.config.config.labels) || (filters.has("reference") && references.empty()))
            continue;
        model::ImageSummary summary = summarize(image, references);
        if (options.sharedSize)
            summary.sharedSize = shared[image.id];
        if (options.containerCount)
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
    if (!image.config.history.empty())
        inspect.comment = image.config.history.back().comment;
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
    for (const store::Layer& layer : image.chains.empty() ? std::vector<store::Layer>() : TRY(m_parts.store->chain(image.chain()))) {
        // The top one is "upper", the others are below it, top first, as overlayfs lists them.
        std::string& upper = inspect.graphDriver.data["UpperDir"];
        if (!upper.empty()) {
            std::string& lower = inspect.graphDriver.data["LowerDir"];
            lower = lower.empty() ? upper : upper + ":" + lower;
        }
        upper = layer.directory;
    }
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
    if (repository.empty())
        return Error(ErrorCode::Invalid, "invalid reference format");
    if (repository.find('@') != std::string_view::npos)
        return Error(ErrorCode::Invalid, "refusing to create a tag with a digest reference");
    const std::string text = tag.empty() ? std::string(repository) : fmt::format("{}:{}", repository, tag);
    const oci::Reference reference = TRY(oci::Reference::parse(text));
    (void)TRY(m_parts.store->tag(image.id, reference));
    publish(image, "tag", reference.familiar());
    return {};
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
        for (const std::string& reference : image.references)
            say("Loaded image: " + familiar(reference));
        if (image.references.empty())
            say("Loaded image ID: " + image.id.text());
        if (const auto stored = m_parts.store->image(image.id)) {
            for (const std::string& reference : image.references)
                publish(*stored, "tag", familiar(reference));
            publish(*stored, "load", image.id.text());
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
            publish(*image, "save", image->id.text());
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
        summary.instruction = oci::readableInstruction(entry.createdBy);
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
