// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/layer.h"
#include "core/cli/layer_fetcher.h"
#include "core/layers/source/image_source.h"

#include <memory>
#include <string>

namespace darsena::cli {

/// An image of Darsena's engine, which has taken its layers apart already: it gives indexes and single files, and no layer's
/// bytes (layer() is Unsupported).
class EngineSource : public layers::ImageSource {
public:
    /// `asked`: the name or id that the image was asked for by. `label`: what the source is called. The fetcher must be for
    /// the image that the description is of. Errors: Corrupt, Invalid: the description is of no image.
    static Result<std::unique_ptr<layers::ImageSource>> create(
        const model::ImageDescription& description, const std::string& asked, std::string label, std::shared_ptr<LayerFetcher> fetcher);

    Result<std::vector<layers::SourceChoice>> choices() override;
    Result<layers::SourceImage> open(const layers::SourceChoice&) override { return m_image; }
    Result<std::unique_ptr<archive::ByteSource>> layer(std::size_t n) override;
    Result<std::optional<layers::ReadyIndex>> index(std::size_t n) override;
    Result<std::optional<std::string>> file(std::size_t n, const std::string& path, std::uint64_t maxBytes) override;
    std::string label() const override { return m_label; }

private:
    EngineSource(std::string label, std::shared_ptr<LayerFetcher> fetcher);

    std::string m_label;
    std::shared_ptr<LayerFetcher> m_fetcher;
    layers::SourceImage m_image;
    std::vector<std::uint64_t> m_tarBytes; ///< of the layers
};

} // namespace darsena::cli
