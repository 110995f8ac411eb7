// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/image_name.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

bool isLowerOrDigit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool isAlphanumeric(char c)
{
    return isLowerOrDigit(c) || (c >= 'A' && c <= 'Z');
}

bool isHex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Lower-case letters and digits, with single ".", one or two "_", or any number of "-" between them.
bool isPathComponent(std::string_view text)
{
    if (text.empty() || !isLowerOrDigit(text.front()) || !isLowerOrDigit(text.back()))
        return false;
    for (std::size_t at = 0; at < text.size();) {
        if (isLowerOrDigit(text[at])) {
            ++at;
            continue;
        }
        const char separator = text[at];
        const std::size_t begin = at;
        while (at < text.size() && text[at] == separator)
            ++at;
        const std::size_t length = at - begin;
        const bool allowed = separator == '-' || (separator == '_' && length <= 2) || (separator == '.' && length == 1);
        if (!allowed || !isLowerOrDigit(text[at]))
            return false;
    }
    return true;
}

bool isDomain(std::string_view text)
{
    const std::size_t colon = text.starts_with('[') ? text.find("]:") : text.find(':');
    std::string_view host = text.substr(0, colon);
    if (colon != std::string_view::npos) {
        const std::string_view port = text.substr(text.find(':', colon) + 1);
        if (port.empty() || !std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; }))
            return false;
    }
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return isAlphanumeric(c) || c == '.' || c == '-' || c == '[' || c == ']' || c == ':';
    });
}

bool isTag(std::string_view text)
{
    if (text.empty() || text.size() > 128 || (!isAlphanumeric(text.front()) && text.front() != '_'))
        return false;
    return std::all_of(
        text.begin(), text.end(), [](char c) { return isAlphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

bool isDigest(std::string_view text)
{
    const std::size_t colon = text.find(':');
    if (colon == 0 || colon == std::string_view::npos)
        return false;
    const std::string_view hex = text.substr(colon + 1);
    return hex.size() >= 32 && std::all_of(hex.begin(), hex.end(), isHex)
        && std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
            [](char c) { return isAlphanumeric(c) || c == '+' || c == '.' || c == '_' || c == '-'; });
}

/// Lower-case hexadecimal, 64 digits: the id of an image, which is no name.
bool isBareId(std::string_view text)
{
    return text.size() == 64
        && std::all_of(text.begin(), text.end(), [](char c) { return isHex(c) && (c < 'A' || c > 'F'); });
}

/// "registry.example", "localhost:5000", "Host" at the front of a name; 0 without one.
std::size_t domainLength(std::string_view text)
{
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos)
        return 0;
    const std::string_view head = text.substr(0, slash);
    const bool looksLikeDomain = head.find_first_of(".:[") != std::string_view::npos || head == "localhost"
        || std::any_of(head.begin(), head.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    return looksLikeDomain ? slash : 0;
}

} // namespace

std::string imageNameProblem(std::string_view text)
{
    if (isBareId(text))
        return fmt::format("invalid repository name ({}), cannot specify 64-byte hexadecimal strings", text);
    if (isImageName(text))
        return {};
    std::string_view path = text;
    if (const std::size_t domain = domainLength(text))
        path.remove_prefix(domain + 1);
    path = path.substr(0, path.find(':'));
    if (!std::any_of(path.begin(), path.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
        return "invalid reference format";
    const bool isOfficial = path.size() == text.substr(0, text.find(':')).size() && path.find('/') == std::string_view::npos;
    return fmt::format(
        "invalid reference format: repository name ({}{}) must be lowercase", isOfficial ? "library/" : "", path);
}

bool isImageName(std::string_view text)
{
    if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
        if (!isDigest(text.substr(at + 1)))
            return false;
        text = text.substr(0, at);
    }
    // A bare id would be taken for one, not for a name.
    if (isBareId(text))
        return false;
    const std::size_t slash = text.rfind('/');
    const std::size_t colon = text.find(':', slash == std::string_view::npos ? 0 : slash);
    if (colon != std::string_view::npos) {
        if (!isTag(text.substr(colon + 1)))
            return false;
        text = text.substr(0, colon);
    }
    if (const std::size_t domain = domainLength(text)) {
        if (!isDomain(text.substr(0, domain)))
            return false;
        text.remove_prefix(domain + 1);
    }
    while (true) {
        const std::size_t end = std::min(text.find('/'), text.size());
        if (!isPathComponent(text.substr(0, end)))
            return false;
        if (end == text.size())
            return true;
        text.remove_prefix(end + 1);
    }
}

} // namespace darsena::dockerfile::lint_detail
