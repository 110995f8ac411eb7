// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/http/message.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::http {
namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// A header value of ours never forges a line: callers put names and messages in them.
void appendField(std::string& out, std::string_view name, std::string_view value)
{
    out += name;
    out += ": ";
    for (const char c : value)
        out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
    out += "\r\n";
}

} // namespace

bool equalNoCase(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

void Headers::set(std::string name, std::string value)
{
    std::erase_if(m_fields, [&](const auto& field) { return equalNoCase(field.first, name); });
    add(std::move(name), std::move(value));
}

const std::string* Headers::find(std::string_view name) const
{
    const auto field = std::ranges::find_if(m_fields, [&](const auto& entry) { return equalNoCase(entry.first, name); });
    return field == m_fields.end() ? nullptr : &field->second;
}

std::string_view Headers::value(std::string_view name) const
{
    const std::string* value = find(name);
    return value ? std::string_view(*value) : std::string_view();
}

bool Headers::hasToken(std::string_view name, std::string_view token) const
{
    for (const auto& [fieldName, fieldValue] : m_fields) {
        if (!equalNoCase(fieldName, name))
            continue;
        std::string_view rest = fieldValue;
        while (!rest.empty()) {
            const std::size_t comma = rest.find(',');
            if (equalNoCase(trimmed(rest.substr(0, comma)), token))
                return true;
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        }
    }
    return false;
}

std::string_view reasonPhrase(int status)
{
    switch (status) {
    case 100:
        return "Continue";
    case 101:
        return "UPGRADED"; // what Docker's daemon writes, and some clients look at
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 204:
        return "No Content";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 413:
        return "Payload Too Large";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    default:
        return "Unknown";
    }
}

std::string serialize(const Request& request)
{
    std::string out = fmt::format("{} {} HTTP/1.1\r\n", request.method, request.target);
    if (!request.headers.has("Host"))
        appendField(out, "Host", "localhost");
    for (const auto& [name, value] : request.headers)
        appendField(out, name, value);
    const bool chunked = request.headers.hasToken("Transfer-Encoding", "chunked");
    const bool mayHaveBody = request.method != "GET" && request.method != "HEAD" && request.method != "DELETE";
    if (!chunked && !request.headers.has("Content-Length") && (mayHaveBody || !request.body.empty()))
        appendField(out, "Content-Length", std::to_string(request.body.size()));
    out += "\r\n";
    if (!chunked)
        out += request.body;
    return out;
}

std::string serializeHead(const Response& response)
{
    std::string out = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reasonPhrase(response.status));
    for (const auto& [name, value] : response.headers)
        appendField(out, name, value);
    return out + "\r\n";
}

std::string serialize(const Response& response)
{
    const bool bodyless = response.status < 200 || response.status == 204 || response.status == 304;
    if (bodyless)
        return serializeHead(response);
    Response complete { response.status, response.headers, {} };
    complete.headers.set("Content-Length", std::to_string(response.body.size()));
    return serializeHead(complete) + response.body;
}

std::string encodeChunk(std::string_view bytes)
{
    if (bytes.empty())
        return {};
    std::string out = fmt::format("{:x}\r\n", bytes.size());
    out.reserve(out.size() + bytes.size() + 2);
    out += bytes;
    out += "\r\n";
    return out;
}

} // namespace darsena::http
