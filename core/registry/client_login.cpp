// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/answer.h"
#include "core/registry/client.h"

#include "core/base/base64.h"
#include "core/base/json.h"

#include <algorithm>

#include <fmt/format.h>

// How Client logs in (distribution specification, "Authentication"; its token service is described with the registry that
// Docker wrote: GET with Basic for a password, POST for a refresh token).
namespace darsena::registry {

namespace {

constexpr std::size_t maxTokenAnswerBytes = 256 * 1024;
constexpr std::size_t maxTokenBytes = 64 * 1024;

std::string basic(const Login& login) { return "Basic " + encodeBase64(login.user + ":" + login.password); }

/// A token goes into a header line.
bool isToken(std::string_view text)
{
    return !text.empty() && text.size() <= maxTokenBytes && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

} // namespace

Result<void> Client::authenticate(const Head& refusal, const std::string& used, std::stop_token stop)
{
    // Another thread may have done it while ours was asking.
    if (authorization() != used)
        return {};
    std::vector<Challenge> challenges;
    for (const std::string_view header : refusal.all("WWW-Authenticate"))
        std::ranges::move(parseChallenges(header), std::back_inserter(challenges));
    const auto offered = [&](std::string_view scheme) { return std::ranges::find(challenges, scheme, &Challenge::scheme); };

    std::string authorization;
    if (const auto bearer = offered("bearer"); bearer != challenges.end()) {
        authorization = "Bearer " + TRY(fetchToken(*bearer, stop));
    } else if (offered("basic") != challenges.end()) {
        if (!m_login || m_login->user.empty())
            return {}; // nothing to try: the refusal stands
        authorization = basic(*m_login);
    } else {
        return Error(ErrorCode::Unsupported, "the registry wants a login of a kind that is not known here");
    }
    const std::scoped_lock lock(m_mutex);
    m_authorization = std::move(authorization);
    return {};
}

Result<Url> Client::tokenService(const std::string& realm) const
{
    const Url url = TRY_CONTEXT("the registry's token service", Url::parse(realm));
    const auto registry = Url::parse(fmt::format("{}://{}/", url.scheme(), m_host));
    const bool own = registry && registry->sameHost(url);
    if (url.isHttps() || (own && (m_options.insecure || url.isLoopback())))
        return url;
    // A registry on this machine may have its token service beside it, on another port.
    if (url.isLoopback() && registry && registry->isLoopback())
        return url;
    return Error(ErrorCode::Denied, fmt::format("the registry's token service at {} is not asked: it is not protected", url.host()));
}

Result<std::string> Client::fetchToken(const Challenge& challenge, std::stop_token stop)
{
    const auto parameter = [&](const char* name) {
        const auto found = challenge.parameters.find(name);
        return found == challenge.parameters.end() ? std::string() : found->second;
    };
    const std::string service = parameter("service");
    std::string scope = parameter("scope");
    if (scope.empty())
        scope = fmt::format("repository:{}:pull", m_repository);
    Url url = TRY(tokenService(parameter("realm")));
    Request request { url, {}, {}, !trusts(url) };
    if (m_login && !m_login->identityToken.empty()) {
        request.form = fmt::format("grant_type=refresh_token&client_id=darsena&service={}&scope={}&refresh_token={}", percentEncode(service),
            percentEncode(scope), percentEncode(m_login->identityToken));
    } else {
        if (!service.empty())
            url = TRY(url.with("service", service));
        request.url = TRY(url.with("scope", scope));
        if (m_login)
            request.headers.push_back({ "Authorization", basic(*m_login) });
    }
    // No redirects here: a login must not go anywhere but where the registry said.
    auto exchange = TRY_CONTEXT("the registry's token service", m_transport.send(request, stop));
    const int status = exchange->head().status;
    if (status == 401 || status == 403)
        return Error(ErrorCode::Denied,
            m_login ? "the registry refuses the login that is kept for it" : "the registry gives nothing to people without a login; \"docker login\" keeps one");
    if (status != 200)
        return Error(ErrorCode::Unavailable, fmt::format("the registry's token service answers {}", status));
    const std::string body = TRY_CONTEXT("the registry's token service", readBody(*exchange, maxTokenAnswerBytes));
    const json::Value answer = TRY_CONTEXT("the registry's token service", json::parse(body));
    if (!answer.is_object())
        return Error(ErrorCode::Invalid, "the registry's token service: its answer is no JSON object");
    std::string token = TRY(json::text(answer.as_object(), "token"));
    if (token.empty())
        token = TRY(json::text(answer.as_object(), "access_token"));
    if (!isToken(token))
        return Error(ErrorCode::Invalid, "the registry's token service: its answer holds no token");
    return token;
}

} // namespace darsena::registry
