// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine_parts.h"
#include "core/engine/image_service.h"

namespace darsena::engine {

class ImageManager : public ImageService {
public:
    explicit ImageManager(EngineParts& parts)
        : m_parts(parts)
    {
    }
    Result<std::vector<model::ImageSummary>> list(const ImageListOptions& options) override;
    Result<model::ImageInspect> inspect(std::string_view image) override;
    Result<std::vector<model::ImageHistoryItem>> history(std::string_view image) override;
    Result<void> tag(std::string_view image, std::string_view repository, std::string_view tag) override;
    Result<std::vector<model::ImageDeleteItem>> remove(std::string_view image, bool force, bool keepParents) override;
    Result<model::ImagesPruned> prune(const Filters& filters, std::stop_token stop) override;
    Result<void> load(archive::ByteSource& archive, const Progress& progress, std::stop_token stop) override;
    Result<void> save(const std::vector<std::string>& images, archive::ByteSink& sink, std::stop_token stop) override;
    Result<std::string> import(archive::ByteSource& tar, const ImportOptions& options, std::stop_token stop) override;
    Result<std::vector<model::LayerSummary>> layers(std::string_view image) override;
    Result<void> layerFiles(std::string_view image, std::int64_t index, const FileVisitor& entry) override;
    Result<model::ImageDescription> describe(std::string_view image) override;
    Result<void> layerIndex(std::string_view image, std::int64_t n, const SizedBegin& begin) override;
    Result<void> layerFile(std::string_view image, std::int64_t n, std::string_view path, const SizedBegin& begin) override;
    Result<void> layerArchive(std::string_view image, std::int64_t n, std::string_view path, bool onlyLayer, const TarBegin& begin,
        std::stop_token stop) override;

private:
    void publish(const store::Image& image, std::string action, const std::string& name);
    Result<std::map<Digest, std::int64_t>> sharedBytes(const std::vector<store::Image>& images) const;
    Result<void> checkUnused(const store::Image& image, std::string_view reference, bool force) const;
    Result<std::vector<model::ImageDeleteItem>> removeWhole(const store::Image& image, std::uint64_t& freed);

    EngineParts& m_parts;
};

} // namespace darsena::engine
