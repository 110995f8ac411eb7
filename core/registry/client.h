// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oci/image.h"
#include "core/oci/reference.h"
#include "core/registry/challenge.h"
#include "core/registry/credentials.h"
#include "core/registry/transport.h"

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace darsena::registry {

/// A document as the registry gave it; its digest is proven.
struct Document {
    std::string bytes;
    std::string mediaType; ///< as the answer's head says
    Digest digest;
};

/// Talks to one registry about one repository (distribution specification 1.1, pulling only): finds out how, logs in when
/// asked to, follows redirects. Any thread.
///
/// What it never does: speak http to anything but this machine, unless asked to; follow a redirect from https to http or
/// from http to another host's http; send a login or token to a host that is neither the registry nor, over https, the
/// token service that the registry names; carry them along a redirect to another host.
///
/// Errors: NotFound; Denied when the login is wrong or missing (saying which command helps); Unavailable; TooLarge;
/// Corrupt when bytes do not have the digest that names them; Cancelled.
class Client {
public:
    struct Options {
        bool insecure = false; ///< plain http and certificates that nobody vouches for are fine with this registry
    };
    /// The transport must outlive the client and everything that it gives.
    Client(Transport& transport, const oci::Reference& reference, std::optional<Login> login, Options options);
    Client(Transport& transport, const oci::Reference& reference, std::optional<Login> login);

    /// A manifest or an index, by tag or digest. At most oci::maxManifestBytes.
    Result<Document> manifest(const std::string& tagOrDigest, std::stop_token stop = {});
    /// A small blob whole, verified.
    Result<std::string> smallBlob(const oci::Descriptor& descriptor, std::size_t maxBytes, std::stop_token stop = {});
    /// A blob's bytes from an offset on, as they come and not verified; see BlobSource. `partial` says whether the registry
    /// began at the offset; if not, it began at 0.
    Result<std::unique_ptr<Exchange>> blobFrom(const Digest& digest, std::uint64_t offset, bool& partial, std::stop_token stop = {});

    const std::string& name() const { return m_name; } ///< "docker.io/library/busybox"

private:
    Result<std::unique_ptr<Exchange>> get(const std::string& path, std::vector<Header> headers, std::stop_token stop);
    /// One request with the authorization of the moment, redirects followed.
    Result<std::unique_ptr<Exchange>> attempt(const Url& url, const std::vector<Header>& headers, const std::string& authorization, std::stop_token stop);
    Result<Url> base(std::stop_token stop);
    Result<void> authenticate(const Head& refusal, const std::string& used, std::stop_token stop);
    Result<std::string> fetchToken(const Challenge& challenge, std::stop_token stop);
    Result<Url> tokenService(const std::string& realm) const;
    bool trusts(const Url& url) const;
    std::string authorization() const;
    Error refused(Exchange& exchange, const std::string& path) const;

    Transport& m_transport;
    std::string m_registry; ///< as in the reference
    std::string m_host; ///< that is asked: docker.io has another name
    std::string m_repository;
    std::string m_name;
    std::optional<Login> m_login;
    Options m_options;

    mutable std::mutex m_mutex; ///< of what follows
    std::optional<Url> m_base;
    std::string m_authorization; ///< "Bearer …", "Basic …", or "" before anybody asked
};

} // namespace darsena::registry
