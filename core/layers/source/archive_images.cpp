// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/archive_images.h"

#include "core/archive/whiteout.h"
#include "core/oci/reference.h"

#include <algorithm>

#include <fmt/ranges.h>

// docker-archive: moby's image specification v1.2 ("Combined Image JSON + Filesystem Changeset Format"); OCI: image-layout.md.
namespace darsena::layers {

namespace {

constexpr std::size_t maxImages = 1024;
constexpr std::size_t maxDocuments = 4096;
constexpr int maxIndexDepth = 4;

std::string nameOf(const oci::Descriptor& entry)
{
    for (std::string_view annotation : { oci::media::annotationImageName, oci::media::annotationRefName }) {
        const auto found = entry.annotations.find(std::string(annotation));
        if (found != entry.annotations.end() && !found->second.empty())
            return found->second;
    }
    return {};
}

/// "docker.io/library/hello:latest" as people write it; a tag alone stays what it is.
std::string familiar(const std::string& name)
{
    if (name.find_first_of(":/") == std::string::npos)
        return name;
    const auto reference = oci::Reference::parse(name);
    return reference ? reference->familiar() : name;
}

/// What says something about an image, and is none.
bool isAttestation(const oci::Descriptor& entry)
{
    return entry.annotations.contains("vnd.docker.reference.type") || (entry.platform && entry.platform->os == "unknown");
}

/// The platform of a configuration, for which its other members need not be right.
oci::Platform platformOf(std::string_view configText)
{
    const auto document = json::parse(configText);
    if (!document || !document->is_object())
        return {};
    return oci::Platform::fromJson(document->as_object()).valueOr({});
}

} // namespace

Result<std::vector<SourceChoice>> ArchiveImages::choices()
{
    if (!m_loaded)
        TRY_CONTEXT(m_label, load());
    m_loaded = true;
    std::vector<SourceChoice> result;
    for (const Candidate& candidate : m_candidates)
        result.push_back(candidate.choice);
    if (result.empty())
        return Error(ErrorCode::NotFound,
            m_leftOut.empty() ? fmt::format("{}: holds no image", m_label)
                              : fmt::format("{}: holds no image; what is there: {}", m_label, fmt::join(m_leftOut, ", ")));
    return result;
}

Result<SourceImage> ArchiveImages::open(const SourceChoice& choice)
{
    TRY(choices());
    if (choice.number >= m_candidates.size())
        return Error(ErrorCode::NotFound, fmt::format("{}: holds no image number {}", m_label, choice.number));
    const Candidate& candidate = m_candidates[choice.number];
    SourceImage image;
    image.name = candidate.choice.name.empty() ? m_label : candidate.choice.name;
    image.configText = TRY_CONTEXT(m_label, configText(candidate));
    image.id = Digest::ofText(image.configText);
    image.config = TRY_CONTEXT(fmt::format("{}: {}", m_label, candidate.configPath), oci::ImageConfig::parse(image.configText));
    if (candidate.layers.size() != image.config.diffIds.size())
        return Error(ErrorCode::Corrupt, fmt::format("{}: {}: {} layers, but the configuration has {}", m_label, candidate.configPath,
            candidate.layers.size(), image.config.diffIds.size()));
    for (std::size_t i = 0; i < candidate.layers.size(); ++i) {
        const Layer& layer = candidate.layers[i];
        const std::uint64_t size = TRY_CONTEXT(fmt::format("{}: layer {}", m_label, i), m_files->size(layer.path));
        if (layer.size && *layer.size != size)
            return Error(ErrorCode::Corrupt, fmt::format("{}: layer {} ({}): {} bytes, but {} are announced", m_label, i, layer.path, size, *layer.size));
        image.layers.push_back({ image.config.diffIds[i], size, layer.path });
    }
    m_layers = candidate.layers;
    return image;
}

Result<std::unique_ptr<archive::ByteSource>> ArchiveImages::layer(std::size_t n)
{
    if (n >= m_layers.size())
        return Error(ErrorCode::NotFound, fmt::format("{}: no layer {}", m_label, n));
    return m_files->open(m_layers[n].path).withContext(fmt::format("{}: layer {}", m_label, n));
}

Result<void> ArchiveImages::load()
{
    const bool docker = m_files->contains("manifest.json");
    const bool layout = m_files->contains("index.json");
    if (!docker && !layout)
        return Error(ErrorCode::Invalid, "not an image: it has neither manifest.json nor index.json");
    if (docker)
        TRY_CONTEXT("manifest.json", loadDocker());
    if (layout) {
        auto loaded = loadLayout().withContext("index.json");
        // What docker itself would load is there; the rest is a gift.
        if (!loaded && m_candidates.empty())
            return loaded.error();
    }
    return {};
}

Result<void> ArchiveImages::add(Candidate candidate, const std::vector<std::string>& names)
{
    for (const std::string& name : names.empty() ? std::vector<std::string> { {} } : names) {
        if (m_candidates.size() == maxImages)
            return Error(ErrorCode::TooLarge, fmt::format("more than {} images", maxImages));
        candidate.choice.name = name;
        candidate.choice.number = m_candidates.size();
        m_candidates.push_back(candidate);
    }
    return {};
}

Result<void> ArchiveImages::loadDocker()
{
    const std::string bytes = TRY(m_files->text("manifest.json", oci::maxManifestBytes));
    const json::Value document = TRY(json::parseStrict(bytes));
    if (!document.is_array())
        return Error(ErrorCode::Invalid, "not a list");
    for (const json::Value& value : document.as_array()) {
        if (!value.is_object())
            return Error(ErrorCode::Invalid, "an entry is not an object");
        TRY(loadDockerImage(value.as_object()));
    }
    return {};
}

Result<void> ArchiveImages::loadDockerImage(const json::Object& object)
{
    Candidate candidate;
    const std::string config = TRY(json::text(object, "Config"));
    candidate.configPath = TRY(archive::cleanMember(config));
    // It is named after its digest: "<hex>.json", later "blobs/sha256/<hex>".
    std::string stem = candidate.configPath.substr(candidate.configPath.rfind('/') + 1);
    if (stem.ends_with(".json"))
        stem.resize(stem.size() - 5);
    candidate.config = Digest::fromHex(stem).valueOr({});
    for (const std::string& path : TRY(json::texts(object, "Layers")))
        candidate.layers.push_back({ TRY(archive::cleanMember(path)), {} });
    candidate.choice.platform = platformOf(TRY(configText(candidate)));
    std::vector<std::string> names;
    for (const std::string& tag : TRY(json::texts(object, "RepoTags"))) {
        if (tag != "<none>:<none>")
            names.push_back(familiar(tag));
    }
    return add(std::move(candidate), names);
}

Result<std::string> ArchiveImages::configText(const Candidate& candidate) const
{
    std::string text = TRY(m_files->text(candidate.configPath, oci::maxConfigBytes));
    if (!candidate.config.empty() && Digest::ofText(text) != candidate.config)
        return Error(ErrorCode::Corrupt, fmt::format("{}: the content has another digest", candidate.configPath));
    return text;
}

Result<std::string> ArchiveImages::blob(const oci::Descriptor& descriptor, std::size_t maxBytes) const
{
    const std::string path = "blobs/sha256/" + descriptor.digest.hex();
    std::string text = TRY(m_files->text(path, maxBytes));
    if (text.size() != descriptor.size)
        return Error(ErrorCode::Corrupt, fmt::format("{}: {} bytes, but {} are announced", path, text.size(), descriptor.size));
    if (Digest::ofText(text) != descriptor.digest)
        return Error(ErrorCode::Corrupt, fmt::format("{}: the content has another digest", path));
    return text;
}

Result<void> ArchiveImages::loadLayout()
{
    if (m_files->contains("oci-layout")) {
        const std::string bytes = TRY(m_files->text("oci-layout", 64 * 1024));
        const json::Value layout = TRY_CONTEXT("oci-layout", json::parse(bytes));
        if (!layout.is_object())
            return Error(ErrorCode::Invalid, "oci-layout: not an object");
        if (const auto version = TRY(json::text(layout.as_object(), "imageLayoutVersion")); !version.starts_with("1."))
            return Error(ErrorCode::Unsupported, fmt::format("oci-layout: version \"{}\"", version));
    }
    const std::string bytes = TRY(m_files->text("index.json", oci::maxManifestBytes));
    const oci::Index index = TRY(oci::Index::parse(bytes));
    return loadIndex(index, {}, 0);
}

Result<void> ArchiveImages::loadIndex(const oci::Index& index, const std::string& name, int depth)
{
    for (const oci::Descriptor& entry : index.manifests) {
        const std::string own = depth == 0 ? familiar(nameOf(entry)) : name;
        if (isAttestation(entry)) {
            m_leftOut.push_back(fmt::format("an attestation ({})", entry.digest.shortHex()));
            continue;
        }
        if (!oci::media::isIndex(entry.mediaType) && !oci::media::isManifest(entry.mediaType)) {
            m_leftOut.push_back(fmt::format("\"{}\" ({})", entry.mediaType.substr(0, 200), entry.digest.shortHex()));
            continue;
        }
        // An image saved for some of its platforms keeps an index that names them all.
        if (!m_files->contains("blobs/sha256/" + entry.digest.hex())) {
            m_leftOut.push_back(fmt::format("{} without its bytes ({})", entry.platform ? entry.platform->text() : "a manifest", entry.digest.shortHex()));
            continue;
        }
        if (++m_documents > maxDocuments)
            return Error(ErrorCode::TooLarge, fmt::format("more than {} manifests", maxDocuments));
        if (oci::media::isManifest(entry.mediaType)) {
            TRY(loadManifest(entry, own));
            continue;
        }
        if (depth == maxIndexDepth)
            return Error(ErrorCode::TooLarge, "indexes in indexes in indexes");
        const std::string bytes = TRY(blob(entry, oci::maxManifestBytes));
        const oci::Index nested = TRY_CONTEXT(entry.digest.shortHex(), oci::Index::parse(bytes));
        TRY(loadIndex(nested, own, depth + 1));
    }
    return {};
}

Result<void> ArchiveImages::loadManifest(const oci::Descriptor& entry, const std::string& name)
{
    const std::string bytes = TRY(blob(entry, oci::maxManifestBytes));
    const oci::Manifest manifest = TRY_CONTEXT(entry.digest.shortHex(), oci::Manifest::parse(bytes));
    if (!oci::media::isConfig(manifest.config.mediaType)) {
        m_leftOut.push_back(fmt::format("\"{}\" ({})", manifest.config.mediaType.substr(0, 200), entry.digest.shortHex()));
        return {};
    }
    // What manifest.json named is one image with this one, under each of its names.
    bool found = false;
    for (Candidate& other : m_candidates) {
        const bool same = other.config == manifest.config.digest
            && (other.choice.manifest.empty() || (other.choice.manifest == entry.digest && (name.empty() || other.choice.name == name)));
        if (same)
            other.choice.manifest = entry.digest;
        found = found || same;
    }
    if (found)
        return {};
    Candidate candidate;
    candidate.choice.manifest = entry.digest;
    candidate.config = manifest.config.digest;
    candidate.configPath = "blobs/sha256/" + manifest.config.digest.hex();
    for (const oci::Descriptor& layer : manifest.layers) {
        if (!oci::media::isLayer(layer.mediaType)) {
            m_leftOut.push_back(fmt::format("an image with a layer of type \"{}\" ({})", layer.mediaType.substr(0, 200), entry.digest.shortHex()));
            return {};
        }
        candidate.layers.push_back({ "blobs/sha256/" + layer.digest.hex(), layer.size });
    }
    const std::string config = TRY(blob(manifest.config, oci::maxConfigBytes));
    candidate.choice.platform = entry.platform && !entry.platform->os.empty() ? *entry.platform : platformOf(config);
    return add(std::move(candidate), { name });
}

} // namespace darsena::layers
