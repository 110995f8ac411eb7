// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/engine_source.h"

#include "core/oci/reference.h"

#include <fmt/format.h>

namespace darsena::cli {

namespace {

constexpr std::uint64_t maxIndexBytes = 1ULL << 30; // what Index::parse takes

/// An image that was asked for by its id, or by a part of it, has no name here, as in the archive that the engine would save.
bool isAskedFor(const std::string& name, const std::string& asked)
{
    const auto left = oci::Reference::parse(name);
    const auto right = oci::Reference::parse(asked);
    return left && right && left->text() == right->text();
}

} // namespace

EngineSource::EngineSource(std::string label, std::shared_ptr<LayerFetcher> fetcher)
    : m_label(std::move(label))
    , m_fetcher(std::move(fetcher))
{
}

Result<std::unique_ptr<layers::ImageSource>> EngineSource::create(
    const model::ImageDescription& description, const std::string& asked, std::string label, std::shared_ptr<LayerFetcher> fetcher)
{
    std::unique_ptr<EngineSource> source(new EngineSource(std::move(label), std::move(fetcher)));
    layers::SourceImage& image = source->m_image;
    image.name = isAskedFor(description.name, asked) ? description.name : source->m_label;
    image.id = TRY_CONTEXT(source->m_label, Digest::parse(description.id));
    image.configText = description.config;
    if (Digest::ofText(image.configText) != image.id)
        return Error(ErrorCode::Corrupt, fmt::format("{}: the configuration has another digest than {}", source->m_label, description.id));
    image.config = TRY_CONTEXT(source->m_label, oci::ImageConfig::parse(image.configText));
    if (image.config.diffIds.size() != description.layers.size())
        return Error(ErrorCode::Corrupt,
            fmt::format("{}: {} layers, but the configuration has {}", source->m_label, description.layers.size(), image.config.diffIds.size()));
    for (std::size_t n = 0; n < description.layers.size(); ++n) {
        const Digest& diffId = image.config.diffIds[n];
        image.layers.push_back({ diffId, static_cast<std::uint64_t>(description.layers[n].storedBytes), diffId.text() });
        source->m_tarBytes.push_back(static_cast<std::uint64_t>(description.layers[n].tarBytes));
    }
    return std::unique_ptr<layers::ImageSource>(std::move(source));
}

Result<std::vector<layers::SourceChoice>> EngineSource::choices()
{
    return std::vector { layers::SourceChoice { m_image.name, m_image.config.platform, {}, 0 } };
}

Result<std::unique_ptr<archive::ByteSource>> EngineSource::layer(std::size_t n)
{
    return Error(ErrorCode::Unsupported, fmt::format("{}: layer {}: only its index and its files are had", m_label, n));
}

Result<std::optional<layers::ReadyIndex>> EngineSource::index(std::size_t n)
{
    if (n >= m_tarBytes.size())
        return Error(ErrorCode::NotFound, fmt::format("no layer {}", n));
    return std::optional(layers::ReadyIndex { TRY(m_fetcher->index(n, maxIndexBytes)), m_tarBytes[n] });
}

Result<std::optional<std::string>> EngineSource::file(std::size_t n, const std::string& path, std::uint64_t maxBytes)
{
    return std::optional(TRY(m_fetcher->file(n, path, maxBytes)));
}

} // namespace darsena::cli
