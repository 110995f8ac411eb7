// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/registry/transport.h"

#include <chrono>
#include <memory>

namespace darsena::registry {

/// HTTP/1.1 by libcurl, blocking. Connections are kept and used again. Proxies are taken from the environment, authorities
/// from SSL_CERT_FILE or the system. At most 1 MiB of a body waits for its reader.
class CurlTransport : public Transport {
public:
    struct Options {
        std::chrono::milliseconds connectPatience { 20'000 };
        std::chrono::milliseconds silencePatience { 60'000 }; ///< without a single byte
    };
    explicit CurlTransport(Options options);
    CurlTransport();
    ~CurlTransport() override;

    Result<std::unique_ptr<Exchange>> send(const Request& request, std::stop_token stop) override;

private:
    class Pool;
    friend class CurlExchange;
    Options m_options;
    std::shared_ptr<Pool> m_pool;
};

} // namespace darsena::registry
