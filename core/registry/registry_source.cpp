// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/registry_source.h"

#include "core/registry/blob_source.h"

#include <fmt/format.h>

namespace darsena::registry {

namespace {

constexpr int maxNestedIndexes = 16;

/// BuildKit files provenance and SBOMs as manifests beside the images.
bool isAttestation(const oci::Descriptor& entry)
{
    return (entry.platform && entry.platform->os == "unknown") || entry.annotations.contains("vnd.docker.reference.type");
}

/// Without a media type in the answer's head, the document says it by its shape.
bool looksLikeIndex(const Document& document)
{
    return oci::media::isIndex(document.mediaType) || (!oci::media::isManifest(document.mediaType) && oci::Index::parse(document.bytes).ok());
}

} // namespace

RegistrySource::RegistrySource(std::unique_ptr<Transport> transport, const oci::Reference& reference, std::optional<Login> login,
    Client::Options options, std::stop_token stop)
    : m_transport(std::move(transport))
    , m_reference(reference)
    , m_stop(std::move(stop))
    , m_client(*m_transport, reference, std::move(login), options)
{
}

Result<std::unique_ptr<RegistrySource>> RegistrySource::create(std::unique_ptr<Transport> transport, const oci::Reference& reference,
    std::optional<Login> login, Client::Options options, std::stop_token stop)
{
    std::unique_ptr<RegistrySource> source(
        new RegistrySource(std::move(transport), reference, std::move(login), options, std::move(stop)));
    // A digest says exactly what is meant; a tag beside it is for people.
    const std::string wanted = reference.digest().empty() ? reference.tag() : reference.digest().text();
    source->m_top = TRY(source->m_client.manifest(wanted, source->m_stop));
    return source;
}

Result<oci::Manifest> RegistrySource::manifestOf(const Digest& digest)
{
    const std::string what = fmt::format("{}: manifest {}", m_client.name(), digest.text());
    if (digest == m_top.digest)
        return oci::Manifest::parse(m_top.bytes).withContext(what);
    const Document document = TRY(m_client.manifest(digest.text(), m_stop));
    return oci::Manifest::parse(document.bytes).withContext(what);
}

Result<std::pair<oci::ImageConfig, std::string>> RegistrySource::configOf(const oci::Manifest& manifest)
{
    if (!oci::media::isConfig(manifest.config.mediaType))
        return Error(ErrorCode::Unsupported,
            fmt::format("{} is no image: its configuration is {}", m_reference.familiar(), manifest.config.mediaType.substr(0, 200)));
    std::string text = TRY(m_client.smallBlob(manifest.config, oci::maxConfigBytes, m_stop));
    oci::ImageConfig config = TRY_CONTEXT(fmt::format("{}: configuration", m_reference.familiar()), oci::ImageConfig::parse(text));
    return std::pair(std::move(config), std::move(text));
}

Result<void> RegistrySource::listIndex(const oci::Index& index, int& indexesLeft, std::vector<layers::SourceChoice>& choices)
{
    for (const oci::Descriptor& entry : index.manifests) {
        if (isAttestation(entry))
            continue;
        if (oci::media::isIndex(entry.mediaType)) {
            if (indexesLeft-- <= 0)
                return Error(ErrorCode::TooLarge, fmt::format("{}: more than {} indexes within its index", m_client.name(), maxNestedIndexes));
            const Document document = TRY(m_client.manifest(entry.digest.text(), m_stop));
            const oci::Index nested = TRY_CONTEXT(m_client.name(), oci::Index::parse(document.bytes));
            TRY(listIndex(nested, indexesLeft, choices));
        } else if (oci::media::isManifest(entry.mediaType)) {
            choices.push_back({ m_reference.familiar(), entry.platform.value_or(oci::Platform {}), entry.digest, choices.size() });
        }
    }
    return {};
}

Result<std::vector<layers::SourceChoice>> RegistrySource::choices()
{
    std::vector<layers::SourceChoice> choices;
    if (looksLikeIndex(m_top)) {
        const oci::Index index = TRY_CONTEXT(m_client.name(), oci::Index::parse(m_top.bytes));
        int indexesLeft = maxNestedIndexes;
        TRY(listIndex(index, indexesLeft, choices));
    } else {
        const oci::Manifest manifest = TRY(manifestOf(m_top.digest));
        const auto [config, text] = TRY(configOf(manifest));
        choices.push_back({ m_reference.familiar(), config.platform, m_top.digest, 0 });
    }
    if (choices.empty())
        return Error(ErrorCode::NotFound, fmt::format("{}: there is no image behind this name", m_reference.familiar()));
    return choices;
}

Result<layers::SourceImage> RegistrySource::open(const layers::SourceChoice& choice)
{
    const oci::Manifest manifest = TRY(manifestOf(choice.manifest));
    auto [config, text] = TRY(configOf(manifest));
    if (manifest.layers.size() != config.diffIds.size())
        return Error(ErrorCode::Corrupt,
            fmt::format("{}: the manifest has {} layers, the configuration {}", m_reference.familiar(), manifest.layers.size(), config.diffIds.size()));
    layers::SourceImage image { m_reference.familiar(), manifest.config.digest, std::move(config), std::move(text), {} };
    for (std::size_t n = 0; n < manifest.layers.size(); ++n) {
        const oci::Descriptor& layer = manifest.layers[n];
        if (!oci::media::isLayer(layer.mediaType))
            return Error(ErrorCode::Unsupported, fmt::format("{}: layer {} is {}", m_reference.familiar(), n, layer.mediaType.substr(0, 200)));
        image.layers.push_back({ image.config.diffIds[n], layer.size, "blob " + layer.digest.text() });
    }
    m_layers = manifest.layers;
    return image;
}

Result<std::unique_ptr<archive::ByteSource>> RegistrySource::layer(std::size_t n)
{
    if (n >= m_layers.size())
        return Error(ErrorCode::NotFound, fmt::format("{}: there is no layer {}", m_reference.familiar(), n));
    if (m_keepIn.empty())
        return std::unique_ptr<archive::ByteSource>(std::make_unique<BlobSource>(m_client, m_layers[n], m_stop));
    const std::scoped_lock lock(m_keptMutex);
    std::shared_ptr<KeptBlob>& kept = m_kept[m_layers[n].digest];
    if (!kept)
        kept = TRY(KeptBlob::create(m_client, m_layers[n], m_keepIn, m_stop));
    return std::unique_ptr<archive::ByteSource>(std::make_unique<KeptBlobSource>(kept));
}

} // namespace darsena::registry
