// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registry/blob_source.h"

#include "core/base/unique_fd.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

namespace darsena::registry {

/// A blob that is fetched once, however often it is read: as far as anybody read it, it lies in an unlinked file. So looking
/// at one file of a layer after the other asks the registry for nothing twice. Any thread.
class KeptBlob {
public:
    /// The client must outlive it. Errors: System, when there is no file to be had in the folder.
    static Result<std::shared_ptr<KeptBlob>> create(
        Client& client, oci::Descriptor descriptor, const std::filesystem::path& folder, std::stop_token stop);

    /// Bytes from an offset on that is no greater than what was read before; 0 = the end, whose digest is proven.
    /// Errors: the blob's, after which it begins anew; System.
    Result<std::size_t> readAt(std::uint64_t offset, std::span<std::byte> buffer);

private:
    KeptBlob(Client& client, oci::Descriptor descriptor, UniqueFd file, std::stop_token stop);
    Result<void> fetchMore();

    Client& m_client;
    oci::Descriptor m_descriptor;
    UniqueFd m_file;
    std::stop_token m_stop;

    std::mutex m_mutex; ///< of what follows
    std::optional<BlobSource> m_source;
    std::uint64_t m_have = 0; ///< bytes in the file
    bool m_complete = false;
};

/// Reads a kept blob from its beginning. One thread at a time.
class KeptBlobSource : public archive::ByteSource {
public:
    explicit KeptBlobSource(std::shared_ptr<KeptBlob> blob)
        : m_blob(std::move(blob))
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override;

private:
    std::shared_ptr<KeptBlob> m_blob;
    std::uint64_t m_offset = 0;
};

} // namespace darsena::registry
