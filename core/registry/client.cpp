// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/client.h"

#include "core/registry/answer.h"

#include <fmt/format.h>

namespace darsena::registry {

namespace {

constexpr int maxRedirects = 5;

const std::string& acceptedManifests()
{
    static const std::string types
        = fmt::format("{}, {}, {}, {}", oci::media::ociIndex, oci::media::dockerIndex, oci::media::ociManifest, oci::media::dockerManifest);
    return types;
}

bool isRedirect(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

/// Whether an answer at one address may send us to another.
bool mayFollow(const Url& from, const Url& to)
{
    return to.isHttps() || (!from.isHttps() && from.sameHost(to));
}

} // namespace

Client::Client(Transport& transport, const oci::Reference& reference, std::optional<Login> login, Options options)
    : m_transport(transport)
    , m_registry(reference.registry())
    , m_host(reference.registry() == "docker.io" ? "registry-1.docker.io" : reference.registry())
    , m_repository(reference.repository())
    , m_name(reference.name())
    , m_login(std::move(login))
    , m_options(options)
{
}

Client::Client(Transport& transport, const oci::Reference& reference, std::optional<Login> login)
    : Client(transport, reference, std::move(login), Options {})
{
}

bool Client::trusts(const Url& url) const
{
    // Certificates are waived for the registry itself only, wherever it sends us.
    const auto registry = Url::parse(fmt::format("{}://{}/", url.scheme(), m_host));
    return registry && registry->sameHost(url) && (m_options.insecure || url.isLoopback());
}

std::string Client::authorization() const
{
    const std::scoped_lock lock(m_mutex);
    return m_authorization;
}

Result<Url> Client::base(std::stop_token stop)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_base)
            return *m_base;
    }
    const Url secure = TRY(Url::parse(fmt::format("https://{}/v2/", m_host)));
    const Url plain = TRY(Url::parse(fmt::format("http://{}/v2/", m_host)));
    Url found = secure;
    // Like docker: https where it is spoken; plain http only where nobody else can listen, or where that was asked for.
    if (m_options.insecure || secure.isLoopback()) {
        const auto asked = m_transport.send({ secure, {}, {}, !trusts(secure) }, stop);
        if (!asked) {
            if (asked.error().code() == ErrorCode::Cancelled)
                return asked.error();
            const auto askedPlainly = m_transport.send({ plain, {}, {}, true }, stop);
            if (!askedPlainly)
                return askedPlainly.error();
            found = plain;
        }
    }
    const std::scoped_lock lock(m_mutex);
    m_base = found;
    return found;
}

Result<std::unique_ptr<Exchange>> Client::attempt(
    const Url& url, const std::vector<Header>& headers, const std::string& authorization, std::stop_token stop)
{
    Url here = url;
    for (int redirects = 0; redirects <= maxRedirects; ++redirects) {
        Request request { here, headers, {}, !trusts(here) };
        if (!authorization.empty() && here.sameHost(url) && here.scheme() == url.scheme())
            request.headers.push_back({ "Authorization", authorization });
        auto exchange = TRY(m_transport.send(request, stop));
        if (!isRedirect(exchange->head().status))
            return exchange;
        const std::string_view location = exchange->head().find("Location");
        if (location.empty())
            return Error(ErrorCode::Unavailable, fmt::format("{}: {} sends us on and does not say where to", m_name, here.host()));
        const Url next = TRY_CONTEXT(m_name, here.resolve(location));
        if (!mayFollow(here, next))
            return Error(ErrorCode::Denied,
                fmt::format("{}: {} sends us on to {}://{}, which is not followed: it is not protected", m_name, here.host(), next.scheme(), next.host()));
        here = next;
    }
    return Error(ErrorCode::Unavailable, fmt::format("{}: more than {} redirects", m_name, maxRedirects));
}

Result<std::unique_ptr<Exchange>> Client::get(const std::string& path, std::vector<Header> headers, std::stop_token stop)
{
    const Url root = TRY(base(stop));
    const Url url = TRY(root.resolve(fmt::format("/v2/{}/{}", m_repository, path)));
    std::string used = authorization();
    // Once more with a login, and once more when a token grew old meanwhile.
    for (int tries = 0; tries < 3; ++tries) {
        auto exchange = TRY(attempt(url, headers, used, stop));
        const int status = exchange->head().status;
        if (status >= 200 && status < 300)
            return exchange;
        if (status != 401 || tries == 2 || exchange->head().find("WWW-Authenticate").empty())
            return refused(*exchange, path);
        TRY_CONTEXT(m_name, authenticate(exchange->head(), used, stop));
        const std::string next = authorization();
        // A password that was refused once is not better the second time; a new token may be.
        if (next == used)
            return refused(*exchange, path);
        used = next;
    }
    return Error(ErrorCode::Internal, "unreachable");
}

Error Client::refused(Exchange& exchange, const std::string& path) const
{
    const int status = exchange.head().status;
    const std::string said = errorText(exchange);
    const std::string subject = fmt::format("{}: {}", m_name, path);
    const auto error = [&](ErrorCode code, std::string_view what) {
        return Error(code, said.empty() ? fmt::format("{}: {}", subject, what) : fmt::format("{}: {} ({})", subject, what, said));
    };
    if (status == 401 || status == 403) {
        if (m_login)
            return error(ErrorCode::Denied, "the registry refuses the login that is kept for it");
        return error(ErrorCode::Denied,
            fmt::format("the registry wants a login, or there is no such image; \"docker login{}\" keeps one",
                m_registry == "docker.io" ? std::string() : " " + m_registry));
    }
    if (status == 404)
        return error(ErrorCode::NotFound, "the registry does not have it");
    if (status == 429)
        return error(ErrorCode::Unavailable, "the registry says that there were too many requests; try again later, or log in");
    return error(status >= 500 ? ErrorCode::Unavailable : ErrorCode::Invalid, fmt::format("the registry answers {}", status));
}

Result<Document> Client::manifest(const std::string& tagOrDigest, std::stop_token stop)
{
    auto exchange = TRY(get("manifests/" + tagOrDigest, { { "Accept", acceptedManifests() } }, stop));
    const std::string what = fmt::format("{}: manifest {}", m_name, tagOrDigest);
    Document document;
    document.bytes = TRY_CONTEXT(what, readBody(*exchange, oci::maxManifestBytes));
    const std::string_view type = exchange->head().find("Content-Type");
    document.mediaType = type.substr(0, type.find_first_of("; "));
    document.digest = Digest::ofText(document.bytes);
    // What a tag means only the registry knows; it may say, and then it must be so.
    std::string wanted = tagOrDigest;
    if (!tagOrDigest.starts_with("sha256:"))
        wanted = exchange->head().find("Docker-Content-Digest");
    if (wanted.starts_with("sha256:") && wanted != document.digest.text())
        return Error(ErrorCode::Corrupt, fmt::format("{}: the registry sent something else, {}", what, document.digest.text()));
    return document;
}

Result<std::string> Client::smallBlob(const oci::Descriptor& descriptor, std::size_t maxBytes, std::stop_token stop)
{
    const std::string what = fmt::format("{}: blob {}", m_name, descriptor.digest.text());
    if (descriptor.size > maxBytes)
        return Error(ErrorCode::TooLarge, fmt::format("{}: {} bytes; at most {} are taken", what, descriptor.size, maxBytes));
    auto exchange = TRY(get("blobs/" + descriptor.digest.text(), {}, stop));
    std::string bytes = TRY_CONTEXT(what, readBody(*exchange, maxBytes));
    if (Digest::ofText(bytes) != descriptor.digest)
        return Error(ErrorCode::Corrupt, fmt::format("{}: the registry sent something else", what));
    return bytes;
}

Result<std::unique_ptr<Exchange>> Client::blobFrom(const Digest& digest, std::uint64_t offset, bool& partial, std::stop_token stop)
{
    std::vector<Header> headers;
    if (offset > 0)
        headers.push_back({ "Range", fmt::format("bytes={}-", offset) });
    auto exchange = TRY(get("blobs/" + digest.text(), std::move(headers), stop));
    partial = exchange->head().status == 206;
    if (partial && !exchange->head().find("Content-Range").starts_with(fmt::format("bytes {}-", offset)))
        return Error(ErrorCode::Unavailable, fmt::format("{}: the registry sent another part of blob {} than was asked for", m_name, digest.text()));
    return exchange;
}

} // namespace darsena::registry
