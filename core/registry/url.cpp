// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/url.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

namespace darsena::registry {

namespace {

constexpr std::size_t maxUrlBytes = 8 * 1024;

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

Error invalid(std::string_view text, std::string_view why)
{
    return Error(ErrorCode::Invalid, fmt::format("invalid address \"{}\": {}", text.substr(0, 200), why));
}

std::string part(CURLU* url, CURLUPart what, unsigned flags = 0)
{
    char* text = nullptr;
    if (curl_url_get(url, what, &text, flags) != CURLUE_OK)
        return {};
    std::string copy = text;
    curl_free(text);
    return copy;
}

/// Whether text is four numbers with points between, the first of them 127.
bool isLoopback4(std::string_view text)
{
    if (!text.starts_with("127."))
        return false;
    return std::ranges::count(text, '.') == 3 && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

/// No byte that a header or a request line would not carry.
bool isPrintable(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

} // namespace

Result<Url> Url::parse(std::string_view text)
{
    if (text.size() > maxUrlBytes)
        return invalid(text, "it is too long");
    if (!isPrintable(text))
        return invalid(text, "it holds blanks or control characters");
    const Handle handle(curl_url(), &curl_url_cleanup);
    const std::string copy(text);
    if (const CURLUcode status = curl_url_set(handle.get(), CURLUPART_URL, copy.c_str(), CURLU_DISALLOW_USER); status != CURLUE_OK)
        return invalid(text, curl_url_strerror(status));
    Url url;
    url.m_scheme = part(handle.get(), CURLUPART_SCHEME);
    if (url.m_scheme != "https" && url.m_scheme != "http")
        return invalid(text, "only http and https are spoken");
    curl_url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0);
    url.m_text = part(handle.get(), CURLUPART_URL);
    url.m_host = part(handle.get(), CURLUPART_HOST);
    std::ranges::transform(url.m_host, url.m_host.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const std::string port = part(handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    std::from_chars(port.data(), port.data() + port.size(), url.m_port);
    if (url.m_host.empty() || url.m_port == 0)
        return invalid(text, "it names no host");
    return url;
}

Result<Url> Url::resolve(std::string_view location) const
{
    if (location.size() > maxUrlBytes)
        return invalid(location, "it is too long");
    if (!isPrintable(location))
        return invalid(location, "it holds blanks or control characters");
    const Handle handle(curl_url(), &curl_url_cleanup);
    const std::string copy(location);
    if (curl_url_set(handle.get(), CURLUPART_URL, m_text.c_str(), 0) != CURLUE_OK)
        return Error(ErrorCode::Internal, "an address that was taken cannot be read again");
    if (const CURLUcode status = curl_url_set(handle.get(), CURLUPART_URL, copy.c_str(), CURLU_DISALLOW_USER); status != CURLUE_OK)
        return invalid(location, curl_url_strerror(status));
    return parse(part(handle.get(), CURLUPART_URL));
}

bool Url::isLoopback() const
{
    return m_host == "localhost" || m_host.ends_with(".localhost") || m_host == "[::1]" || isLoopback4(m_host);
}

Result<Url> Url::with(std::string_view key, std::string_view value) const
{
    const char separator = m_text.find('?') == std::string::npos ? '?' : '&';
    return parse(fmt::format("{}{}{}={}", m_text, separator, percentEncode(key), percentEncode(value)));
}

std::string percentEncode(std::string_view text)
{
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain)
            encoded += c;
        else
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

} // namespace darsena::registry
