// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oci/reference.h"

namespace darsena::oci {

namespace {

constexpr std::string_view defaultRegistry = "docker.io";
constexpr std::size_t maxNameBytes = 255;

bool isLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool isAlnum(char c) { return isLowerOrDigit(c) || (c >= 'A' && c <= 'Z'); }

/// [a-z0-9]+ with single '.', one or two '_', or any number of '-' between.
bool isPathComponent(std::string_view text)
{
    if (text.empty() || !isLowerOrDigit(text.front()) || !isLowerOrDigit(text.back()))
        return false;
    for (std::size_t i = 0; i < text.size();) {
        if (isLowerOrDigit(text[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && text[end] == text[i])
            ++end;
        const std::size_t run = end - i;
        const bool fine = text[i] == '-' || (text[i] == '.' && run == 1) || (text[i] == '_' && run <= 2);
        if (!fine || end >= text.size() || !isLowerOrDigit(text[end]))
            return false;
        i = end;
    }
    return true;
}

/// [\w][\w.-]{0,127}
bool isTag(std::string_view text)
{
    if (text.empty() || text.size() > 128 || !(isAlnum(text.front()) || text.front() == '_'))
        return false;
    return std::ranges::all_of(text, [](char c) { return isAlnum(c) || c == '_' || c == '.' || c == '-'; });
}

bool isHost(std::string_view text)
{
    std::string_view name = text;
    if (text.starts_with('[')) { // an IPv6 address
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos || close == 1)
            return false;
        const std::string_view address = text.substr(1, close - 1);
        if (!std::ranges::all_of(address, [](char c) { return c == ':' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }))
            return false;
        name = text.substr(close + 1);
        if (name.empty())
            return true;
        if (name.front() != ':')
            return false;
    } else {
        const std::size_t colon = text.find(':');
        name = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
        std::string_view labels = text.substr(0, colon);
        while (true) {
            const std::size_t dot = labels.find('.');
            const std::string_view label = labels.substr(0, dot);
            if (label.empty() || !isAlnum(label.front()) || !isAlnum(label.back())
                || !std::ranges::all_of(label, [](char c) { return isAlnum(c) || c == '-'; }))
                return false;
            if (dot == std::string_view::npos)
                break;
            labels.remove_prefix(dot + 1);
        }
        if (name.empty())
            return true;
    }
    const std::string_view port = name.substr(1);
    return !port.empty() && port.size() <= 5 && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
}

Error invalid(std::string_view text, std::string_view why)
{
    return Error(ErrorCode::Invalid, fmt::format("invalid reference \"{}\": {}", text.substr(0, 300), why));
}

} // namespace

Result<Reference> Reference::parse(std::string_view text)
{
    if (text.empty())
        return invalid(text, "it is empty");
    if (Digest::fromHex(text))
        return invalid(text, "64 hexadecimal digits are an image id");

    Reference reference;
    std::string_view rest = text;
    if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
        reference.m_digest = TRY_CONTEXT(fmt::format("invalid reference \"{}\"", text.substr(0, 300)), Digest::parse(rest.substr(at + 1)));
        rest = rest.substr(0, at);
    }
    // A ':' after the last '/' begins the tag; one before it is a registry's port.
    const std::size_t lastSlash = rest.rfind('/');
    const std::size_t colon = rest.rfind(':');
    if (colon != std::string_view::npos && (lastSlash == std::string_view::npos || colon > lastSlash)) {
        reference.m_tag = rest.substr(colon + 1);
        if (!isTag(reference.m_tag))
            return invalid(text, "the tag may have letters, digits, '_', '.' and '-', at most 128");
        rest = rest.substr(0, colon);
    }

    const std::size_t slash = rest.find('/');
    const std::string_view first = rest.substr(0, slash);
    const bool hasUpper = std::ranges::any_of(first, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (slash != std::string_view::npos && (first.find_first_of(".:") != std::string_view::npos || first == "localhost" || hasUpper)) {
        if (!isHost(first))
            return invalid(text, "the registry is not a host name");
        reference.m_registry = first;
        rest = rest.substr(slash + 1);
        if (reference.m_registry == "index.docker.io")
            reference.m_registry = defaultRegistry;
    } else {
        reference.m_registry = defaultRegistry;
    }
    reference.m_repository = rest;
    if (reference.m_registry == defaultRegistry && rest.find('/') == std::string_view::npos)
        reference.m_repository = "library/" + std::string(rest);

    std::string_view components = reference.m_repository;
    while (true) {
        const std::size_t end = components.find('/');
        if (!isPathComponent(components.substr(0, end)))
            return invalid(text, hasUpper && slash == std::string_view::npos ? "the repository name must be lower case"
                                                                             : "not a repository name");
        if (end == std::string_view::npos)
            break;
        components.remove_prefix(end + 1);
    }
    if (reference.name().size() > maxNameBytes)
        return invalid(text, "more than 255 bytes");
    if (reference.m_tag.empty() && reference.m_digest.empty())
        reference.m_tag = "latest";
    return reference;
}

std::string Reference::text() const
{
    std::string text = name();
    if (!m_tag.empty())
        text += ":" + m_tag;
    if (!m_digest.empty())
        text += "@" + m_digest.text();
    return text;
}

std::string Reference::familiarName() const
{
    if (m_registry != defaultRegistry)
        return name();
    constexpr std::string_view library = "library/";
    if (m_repository.starts_with(library) && m_repository.find('/', library.size()) == std::string::npos)
        return m_repository.substr(library.size());
    return m_repository;
}

std::string Reference::familiar() const
{
    std::string text = familiarName();
    if (!m_tag.empty())
        text += ":" + m_tag;
    if (!m_digest.empty())
        text += "@" + m_digest.text();
    return text;
}

} // namespace darsena::oci
