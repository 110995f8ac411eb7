// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace darsena::http {

/// The header fields of a message, in order. Names compare without case (RFC 9110 §5.1).
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<std::pair<std::string, std::string>> fields)
        : m_fields(fields)
    {
    }
    void add(std::string name, std::string value) { m_fields.emplace_back(std::move(name), std::move(value)); }
    /// Replaces every field of that name.
    void set(std::string name, std::string value);
    /// The first field of that name; nullptr = none.
    const std::string* find(std::string_view name) const;
    bool has(std::string_view name) const { return find(name) != nullptr; }
    /// The value, "" when there is none.
    std::string_view value(std::string_view name) const;
    /// Whether a comma-separated field (Connection, Transfer-Encoding) names the token, without case.
    bool hasToken(std::string_view name, std::string_view token) const;

    auto begin() const { return m_fields.begin(); }
    auto end() const { return m_fields.end(); }
    std::size_t size() const { return m_fields.size(); }

private:
    std::vector<std::pair<std::string, std::string>> m_fields;
};

bool equalNoCase(std::string_view a, std::string_view b);

struct Request {
    std::string method = "GET";
    std::string target = "/"; ///< path and query, percent-encoded
    Headers headers;
    std::string body;
};

struct Response {
    int status = 200;
    Headers headers;
    std::string body;

    bool ok() const { return status >= 200 && status < 300; }
};

/// The usual words for a status: "Not Found".
std::string_view reasonPhrase(int status);

/// The whole request with Host and Content-Length. With "Transfer-Encoding: chunked" among the headers only the head: the
/// caller then sends encodeChunk() pieces and lastChunk.
std::string serialize(const Request& request);
/// The whole response with Content-Length (none for 1xx, 204, 304).
std::string serialize(const Response& response);
/// Only the status line and the headers, as they are, and the empty line.
std::string serializeHead(const Response& response);

/// One chunk of a chunked body. Empty bytes give nothing: an empty chunk would end the body.
std::string encodeChunk(std::string_view bytes);
inline constexpr std::string_view lastChunk = "0\r\n\r\n";

} // namespace darsena::http
