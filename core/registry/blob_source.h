// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registry/client.h"

namespace darsena::registry {

/// A blob's bytes. When the connection breaks it goes on from there, a bounded number of times; the last read, which
/// gives 0, comes only when size and digest are as the descriptor says. One thread at a time.
/// Errors: the client's; Corrupt.
class BlobSource : public archive::ByteSource {
public:
    /// The client must outlive it. Nothing is asked before the first read.
    BlobSource(Client& client, oci::Descriptor descriptor, std::stop_token stop);

    Result<std::size_t> read(std::span<std::byte> buffer) override;

private:
    Result<std::size_t> readSome(std::span<std::byte> buffer);
    Result<void> connect();
    Result<void> verify();

    Client& m_client;
    oci::Descriptor m_descriptor;
    std::stop_token m_stop;
    std::unique_ptr<Exchange> m_exchange;
    std::uint64_t m_offset = 0;
    int m_breaksLeft;
    Hasher m_hasher;
    bool m_done = false;
};

} // namespace darsena::registry
