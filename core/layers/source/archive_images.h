// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/source/image_files.h"
#include "core/layers/source/image_source.h"

#include <memory>
#include <string>
#include <vector>

namespace darsena::layers {

/// The images of a docker-archive (manifest.json) or an OCI layout (index.json); where both are there, as Docker 25 and
/// later write them, the images of both, each once. The digest of every document is checked; those of the layers are by
/// whoever reads them.
class ArchiveImages final : public ImageSource {
public:
    ArchiveImages(std::string label, std::unique_ptr<ImageFiles> files)
        : m_label(std::move(label))
        , m_files(std::move(files))
    {
    }
    Result<std::vector<SourceChoice>> choices() override;
    Result<SourceImage> open(const SourceChoice& choice) override;
    Result<std::unique_ptr<archive::ByteSource>> layer(std::size_t n) override;
    std::string label() const override { return m_label; }

private:
    struct Layer {
        std::string path;
        std::optional<std::uint64_t> size; ///< as announced
    };
    /// One image, as the documents above its configuration describe it.
    struct Candidate {
        SourceChoice choice;
        std::string configPath;
        Digest config; ///< empty: not announced
        std::vector<Layer> layers;
    };

    Result<void> load();
    Result<void> loadDocker();
    Result<void> loadDockerImage(const json::Object& object);
    Result<void> loadLayout();
    Result<void> loadIndex(const oci::Index& index, const std::string& name, int depth);
    Result<void> loadManifest(const oci::Descriptor& entry, const std::string& name);
    Result<std::string> blob(const oci::Descriptor& descriptor, std::size_t maxBytes) const;
    Result<std::string> configText(const Candidate& candidate) const;
    Result<void> add(Candidate candidate, const std::vector<std::string>& names);

    std::string m_label;
    std::unique_ptr<ImageFiles> m_files;
    bool m_loaded = false;
    std::vector<Candidate> m_candidates; ///< as many as choices; number = index
    std::vector<std::string> m_leftOut; ///< what is there and is no image, or is not whole
    std::size_t m_documents = 0; ///< manifests and indexes read so far
    std::vector<Layer> m_layers; ///< of the image that was opened last
};

} // namespace darsena::layers
