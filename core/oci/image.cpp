// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oci/image.h"

#include <algorithm>

namespace darsena::oci {

namespace media {

bool isIndex(std::string_view mediaType) { return mediaType == ociIndex || mediaType == dockerIndex; }
bool isManifest(std::string_view mediaType) { return mediaType == ociManifest || mediaType == dockerManifest; }
bool isConfig(std::string_view mediaType) { return mediaType == ociConfig || mediaType == dockerConfig; }
bool isLayer(std::string_view mediaType)
{
    return mediaType.starts_with("application/vnd.oci.image.layer.") || mediaType.starts_with("application/vnd.docker.image.rootfs.");
}

} // namespace media

namespace {

constexpr std::size_t maxIndexEntries = 4096;

Result<std::map<std::string, std::string>> textMap(const json::Object& object, std::string_view key)
{
    std::map<std::string, std::string> result;
    const json::Object* members = TRY(json::object(object, key));
    if (!members)
        return result;
    for (const auto& member : *members) {
        if (!member.value().is_string())
            return Error(ErrorCode::Invalid, fmt::format("{}: \"{}\" is not a string", key, std::string_view(member.key())));
        result.emplace(member.key(), member.value().as_string());
    }
    return result;
}

json::Object fromTextMap(const std::map<std::string, std::string>& map)
{
    json::Object object;
    for (const auto& [key, value] : map)
        object[key] = value;
    return object;
}

/// The keys of Go's map[string]struct{}: {"80/tcp": {}}.
Result<std::vector<std::string>> keySet(const json::Object& object, std::string_view key)
{
    std::vector<std::string> keys;
    if (const json::Object* members = TRY(json::object(object, key))) {
        for (const auto& member : *members)
            keys.emplace_back(member.key());
        std::ranges::sort(keys);
    }
    return keys;
}

json::Object fromKeySet(const std::vector<std::string>& keys)
{
    json::Object object;
    for (const std::string& key : keys)
        object[key] = json::Object();
    return object;
}

Result<std::optional<std::vector<std::string>>> optionalTexts(const json::Object& object, std::string_view key)
{
    if (!TRY(json::array(object, key)))
        return std::optional<std::vector<std::string>>();
    return std::optional(TRY(json::texts(object, key)));
}

Result<std::vector<Descriptor>> descriptors(const json::Object& object, std::string_view key, std::size_t most)
{
    std::vector<Descriptor> result;
    const json::Array* array = TRY(json::array(object, key));
    if (!array)
        return result;
    if (array->size() > most)
        return Error(ErrorCode::TooLarge, fmt::format("{}: {} entries; at most {} are taken", key, array->size(), most));
    for (const json::Value& value : *array) {
        if (!value.is_object())
            return Error(ErrorCode::Invalid, fmt::format("{}: an entry is not an object", key));
        result.push_back(TRY_CONTEXT(key, Descriptor::fromJson(value.as_object())));
    }
    return result;
}

Result<json::Object> document(std::string_view text, std::size_t maxBytes, std::string_view what)
{
    if (text.size() > maxBytes)
        return Error(ErrorCode::TooLarge, fmt::format("{}: {} bytes; at most {} are taken", what, text.size(), maxBytes));
    json::Value value = TRY_CONTEXT(what, json::parseStrict(text));
    if (!value.is_object())
        return Error(ErrorCode::Invalid, fmt::format("{}: not a JSON object", what));
    return std::move(value.as_object());
}

} // namespace

Result<Descriptor> Descriptor::fromJson(const json::Object& object)
{
    Descriptor descriptor;
    descriptor.mediaType = TRY(json::text(object, "mediaType"));
    const std::string digest = TRY(json::text(object, "digest"));
    descriptor.digest = TRY(Digest::parse(digest));
    const std::int64_t size = TRY(json::integer(object, "size", -1));
    if (size < 0)
        return Error(ErrorCode::Invalid, "size: missing or negative");
    descriptor.size = static_cast<std::uint64_t>(size);
    if (const json::Object* platform = TRY(json::object(object, "platform")))
        descriptor.platform = TRY_CONTEXT("platform", Platform::fromJson(*platform));
    descriptor.annotations = TRY(textMap(object, "annotations"));
    return descriptor;
}

json::Object Descriptor::toJson() const
{
    json::Object object { { "mediaType", mediaType }, { "digest", digest.text() }, { "size", size } };
    if (!annotations.empty())
        object["annotations"] = fromTextMap(annotations);
    if (platform)
        object["platform"] = platform->toJson();
    return object;
}

Result<Manifest> Manifest::parse(std::string_view text)
{
    const json::Object object = TRY(document(text, maxManifestBytes, "manifest"));
    // The same bytes must never be readable as both (CVE-2021-41190).
    if (object.contains("manifests") || !object.contains("config"))
        return Error(ErrorCode::Invalid, "manifest: not an image manifest");
    Manifest manifest;
    manifest.mediaType = TRY_CONTEXT("manifest", json::text(object, "mediaType", media::ociManifest));
    if (!media::isManifest(manifest.mediaType))
        return Error(ErrorCode::Invalid, fmt::format("manifest: media type \"{}\" is not an image manifest's", manifest.mediaType));
    if (TRY_CONTEXT("manifest", json::integer(object, "schemaVersion")) != 2)
        return Error(ErrorCode::Unsupported, "manifest: only schema version 2 is supported");
    const json::Object* config = TRY_CONTEXT("manifest", json::object(object, "config"));
    if (!config)
        return Error(ErrorCode::Invalid, "manifest: no config");
    manifest.config = TRY_CONTEXT("manifest: config", Descriptor::fromJson(*config));
    manifest.layers = TRY_CONTEXT("manifest", descriptors(object, "layers", maxLayers));
    manifest.annotations = TRY_CONTEXT("manifest", textMap(object, "annotations"));
    return manifest;
}

std::string Manifest::serialize() const
{
    json::Object object { { "schemaVersion", 2 }, { "mediaType", mediaType }, { "config", config.toJson() } };
    json::Array array;
    for (const Descriptor& layer : layers)
        array.emplace_back(layer.toJson());
    object["layers"] = std::move(array);
    if (!annotations.empty())
        object["annotations"] = fromTextMap(annotations);
    return json::serialize(object);
}

Result<Index> Index::parse(std::string_view text)
{
    const json::Object object = TRY(document(text, maxManifestBytes, "index"));
    if (object.contains("layers") || object.contains("config") || !object.contains("manifests"))
        return Error(ErrorCode::Invalid, "index: not an image index");
    Index index;
    index.mediaType = TRY_CONTEXT("index", json::text(object, "mediaType", media::ociIndex));
    if (!media::isIndex(index.mediaType))
        return Error(ErrorCode::Invalid, fmt::format("index: media type \"{}\" is not an image index's", index.mediaType));
    index.manifests = TRY_CONTEXT("index", descriptors(object, "manifests", maxIndexEntries));
    index.annotations = TRY_CONTEXT("index", textMap(object, "annotations"));
    return index;
}

std::string Index::serialize() const
{
    json::Object object { { "schemaVersion", 2 }, { "mediaType", mediaType } };
    json::Array array;
    for (const Descriptor& manifest : manifests)
        array.emplace_back(manifest.toJson());
    object["manifests"] = std::move(array);
    if (!annotations.empty())
        object["annotations"] = fromTextMap(annotations);
    return json::serialize(object);
}

Result<Descriptor> Index::pick(const Platform& wanted) const
{
    const Descriptor* best = nullptr;
    int bestMatch = 0;
    std::string offered;
    for (const Descriptor& entry : manifests) {
        if (!entry.platform)
            continue;
        const int quality = match(wanted, *entry.platform);
        if (quality > bestMatch) {
            best = &entry;
            bestMatch = quality;
        }
        if (entry.platform->os != "unknown") {
            if (!offered.empty())
                offered += ", ";
            offered += entry.platform->text();
        }
    }
    if (!best && manifests.size() == 1 && !manifests.front().platform)
        best = &manifests.front(); // one image that does not say what it is for: its configuration does
    if (!best)
        return Error(ErrorCode::NotFound, fmt::format("no image for {}; there is: {}", wanted.text(), offered.empty() ? "nothing" : offered));
    return *best;
}

Result<HealthCheck> HealthCheck::fromJson(const json::Object& object)
{
    HealthCheck check;
    check.test = TRY(json::texts(object, "Test"));
    check.interval = TRY(json::integer(object, "Interval"));
    check.timeout = TRY(json::integer(object, "Timeout"));
    check.startPeriod = TRY(json::integer(object, "StartPeriod"));
    check.startInterval = TRY(json::integer(object, "StartInterval"));
    check.retries = TRY(json::integer(object, "Retries"));
    return check;
}

json::Object HealthCheck::toJson() const
{
    json::Object object;
    if (!test.empty())
        object["Test"] = json::fromTexts(test);
    const auto number = [&](std::string_view key, std::int64_t value) {
        if (value != 0)
            object[key] = value;
    };
    number("Interval", interval);
    number("Timeout", timeout);
    number("StartPeriod", startPeriod);
    number("StartInterval", startInterval);
    number("Retries", retries);
    return object;
}

Result<ExecutionConfig> ExecutionConfig::fromJson(const json::Object& object)
{
    ExecutionConfig config;
    config.user = TRY(json::text(object, "User"));
    config.exposedPorts = TRY(keySet(object, "ExposedPorts"));
    config.env = TRY(json::texts(object, "Env"));
    config.entrypoint = TRY(optionalTexts(object, "Entrypoint"));
    config.cmd = TRY(optionalTexts(object, "Cmd"));
    config.volumes = TRY(keySet(object, "Volumes"));
    config.workingDir = TRY(json::text(object, "WorkingDir"));
    config.labels = TRY(textMap(object, "Labels"));
    config.stopSignal = TRY(json::text(object, "StopSignal"));
    if (const json::Object* check = TRY(json::object(object, "Healthcheck")))
        config.healthcheck = TRY_CONTEXT("Healthcheck", HealthCheck::fromJson(*check));
    config.onBuild = TRY(json::texts(object, "OnBuild"));
    config.shell = TRY(json::texts(object, "Shell"));
    config.argsEscaped = TRY(json::boolean(object, "ArgsEscaped"));
    return config;
}

json::Object ExecutionConfig::toJson() const
{
    json::Object object;
    const auto text = [&](std::string_view key, const std::string& value) {
        if (!value.empty())
            object[key] = value;
    };
    const auto list = [&](std::string_view key, const std::vector<std::string>& value) {
        if (!value.empty())
            object[key] = json::fromTexts(value);
    };
    text("User", user);
    if (!exposedPorts.empty())
        object["ExposedPorts"] = fromKeySet(exposedPorts);
    list("Env", env);
    if (entrypoint)
        object["Entrypoint"] = json::fromTexts(*entrypoint);
    if (cmd)
        object["Cmd"] = json::fromTexts(*cmd);
    if (healthcheck)
        object["Healthcheck"] = healthcheck->toJson();
    if (argsEscaped)
        object["ArgsEscaped"] = true;
    if (!volumes.empty())
        object["Volumes"] = fromKeySet(volumes);
    text("WorkingDir", workingDir);
    list("OnBuild", onBuild);
    if (!labels.empty())
        object["Labels"] = fromTextMap(labels);
    text("StopSignal", stopSignal);
    list("Shell", shell);
    return object;
}

Result<ImageConfig> ImageConfig::parse(std::string_view text)
{
    const json::Object object = TRY(document(text, maxConfigBytes, "image configuration"));
    const std::string_view what = "image configuration";
    ImageConfig image;
    image.platform = TRY_CONTEXT(what, Platform::fromJson(object));
    image.osVersion = TRY_CONTEXT(what, json::text(object, "os.version"));
    image.created = TRY_CONTEXT(what, json::text(object, "created"));
    image.author = TRY_CONTEXT(what, json::text(object, "author"));
    if (const json::Object* config = TRY_CONTEXT(what, json::object(object, "config")))
        image.config = TRY_CONTEXT("image configuration: config", ExecutionConfig::fromJson(*config));

    const json::Object* rootfs = TRY_CONTEXT(what, json::object(object, "rootfs"));
    if (!rootfs)
        return Error(ErrorCode::Invalid, "image configuration: no rootfs");
    if (const std::string type = TRY_CONTEXT(what, json::text(*rootfs, "type")); type != "layers")
        return Error(ErrorCode::Invalid, fmt::format("image configuration: rootfs of type \"{}\"", type));
    const auto diffIds = TRY_CONTEXT("image configuration: rootfs", json::texts(*rootfs, "diff_ids"));
    if (diffIds.size() > maxLayers)
        return Error(ErrorCode::TooLarge, fmt::format("image configuration: {} layers; at most {} are taken", diffIds.size(), maxLayers));
    for (const std::string& id : diffIds)
        image.diffIds.push_back(TRY_CONTEXT("image configuration: diff_ids", Digest::parse(id)));

    std::size_t layers = 0;
    if (const json::Array* history = TRY_CONTEXT(what, json::array(object, "history"))) {
        if (history->size() > 10'000)
            return Error(ErrorCode::TooLarge, "image configuration: more than 10000 history entries");
        for (const json::Value& value : *history) {
            if (!value.is_object())
                return Error(ErrorCode::Invalid, "image configuration: a history entry is not an object");
            const json::Object& from = value.as_object();
            HistoryEntry entry;
            entry.created = TRY_CONTEXT("image configuration: history", json::text(from, "created"));
            entry.createdBy = TRY_CONTEXT("image configuration: history", json::text(from, "created_by"));
            entry.author = TRY_CONTEXT("image configuration: history", json::text(from, "author"));
            entry.comment = TRY_CONTEXT("image configuration: history", json::text(from, "comment"));
            entry.emptyLayer = TRY_CONTEXT("image configuration: history", json::boolean(from, "empty_layer"));
            layers += entry.emptyLayer ? 0 : 1;
            image.history.push_back(std::move(entry));
        }
        if (layers != 0 && layers != image.diffIds.size())
            return Error(ErrorCode::Invalid, fmt::format("image configuration: the history has {} layers, rootfs {}", layers, image.diffIds.size()));
    }
    return image;
}

std::string ImageConfig::serialize() const
{
    json::Object object;
    if (!created.empty())
        object["created"] = created;
    if (!author.empty())
        object["author"] = author;
    object["architecture"] = platform.architecture;
    if (!platform.variant.empty())
        object["variant"] = platform.variant;
    object["os"] = platform.os;
    if (!osVersion.empty())
        object["os.version"] = osVersion;
    object["config"] = config.toJson();
    json::Array ids;
    for (const Digest& id : diffIds)
        ids.emplace_back(id.text());
    object["rootfs"] = json::Object { { "type", "layers" }, { "diff_ids", std::move(ids) } };
    json::Array entries;
    for (const HistoryEntry& entry : history) {
        json::Object to;
        const auto text = [&](std::string_view key, const std::string& value) {
            if (!value.empty())
                to[key] = value;
        };
        text("created", entry.created);
        text("created_by", entry.createdBy);
        text("author", entry.author);
        text("comment", entry.comment);
        if (entry.emptyLayer)
            to["empty_layer"] = true;
        entries.emplace_back(std::move(to));
    }
    object["history"] = std::move(entries);
    return json::serialize(object);
}

std::vector<Digest> chainIds(const std::vector<Digest>& diffIds)
{
    std::vector<Digest> chains;
    chains.reserve(diffIds.size());
    for (const Digest& diff : diffIds)
        chains.push_back(chainId(chains.empty() ? Digest() : chains.back(), diff));
    return chains;
}

Digest chainId(const Digest& parent, const Digest& diff)
{
    return parent.empty() ? diff : Digest::ofText(parent.text() + " " + diff.text());
}

} // namespace darsena::oci
