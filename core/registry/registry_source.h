// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/source/image_source.h"
#include "core/registry/kept_blob.h"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>

namespace darsena::registry {

/// An image where its registry keeps it: nothing is pulled but what is looked at.
class RegistrySource : public layers::ImageSource {
public:
    /// Asks for the manifest that the reference names, so that a wrong name, a wrong login and a registry that is not
    /// there are known now. `stop` ends whatever the source does from then on.
    static Result<std::unique_ptr<RegistrySource>> create(std::unique_ptr<Transport> transport, const oci::Reference& reference,
        std::optional<Login> login, Client::Options options = {}, std::stop_token stop = {});

    /// From now on what was fetched of layers is kept in unlinked files in this folder, as long as the source lives.
    void keepIn(std::filesystem::path folder) { m_keepIn = std::move(folder); }

    Result<std::vector<layers::SourceChoice>> choices() override;
    Result<layers::SourceImage> open(const layers::SourceChoice& choice) override;
    Result<std::unique_ptr<archive::ByteSource>> layer(std::size_t n) override;
    std::string label() const override { return m_reference.familiar(); }

private:
    RegistrySource(std::unique_ptr<Transport> transport, const oci::Reference& reference, std::optional<Login> login, Client::Options options,
        std::stop_token stop);

    /// A manifest that is there already, or is fetched.
    Result<oci::Manifest> manifestOf(const Digest& digest);
    Result<std::pair<oci::ImageConfig, std::string>> configOf(const oci::Manifest& manifest);
    Result<void> listIndex(const oci::Index& index, int& indexesLeft, std::vector<layers::SourceChoice>& choices);

    std::unique_ptr<Transport> m_transport;
    oci::Reference m_reference;
    std::stop_token m_stop;
    Client m_client;
    Document m_top;
    std::vector<oci::Descriptor> m_layers; ///< of the image that was opened last
    std::filesystem::path m_keepIn; ///< empty: nothing is kept
    std::mutex m_keptMutex;
    std::map<Digest, std::shared_ptr<KeptBlob>> m_kept;
};

} // namespace darsena::registry
