// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/source_address.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

using Kind = SourceAddress::Kind;

struct Prefix {
    std::string_view text;
    Kind kind;
};
constexpr Prefix prefixes[] = {
    {"docker-archive:", Kind::Archive},
    {"oci-archive:", Kind::Archive},
    {"oci:", Kind::Archive},
    {"docker://", Kind::Registry},
    {"docker-daemon:", Kind::DockerEngine},
    {"engine:", Kind::Engine},
};

struct Stranger {
    std::string_view prefix;
    std::string_view advice;
};
constexpr Stranger strangers[] = {
    {"containers-storage:", "start podman's service (systemctl --user start podman.socket) and give the name alone"},
    {"dir:", "copy it with skopeo to oci:FOLDER first"},
    {"ostree:", "copy it with skopeo to oci:FOLDER first"},
    {"docker:", "write docker://NAME for a registry's image, or the name alone for an engine's"},
    {"http://", "write docker://NAME for a registry's image"},
    {"https://", "write docker://NAME for a registry's image"},
};

/// "PATH:NAME", where both may hold colons: the longest beginning that is there is the path.
SourceAddress splitPath(std::string_view text, const std::function<bool(const std::string&)>& exists)
{
    for (std::size_t end = text.size(); end != std::string_view::npos && end > 0; end = text.rfind(':', end - 1)) {
        if (const std::string path(text.substr(0, end)); exists(path))
            return {Kind::Archive, path, std::string(end < text.size() ? text.substr(end + 1) : std::string_view())};
        if (text.find(':') >= end)
            break;
    }
    const std::size_t colon = text.find(':');
    return {Kind::Archive, std::string(text.substr(0, colon)),
        std::string(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1))};
}

bool canOnlyBePath(std::string_view text)
{
    const auto begins = [&](std::string_view start) { return text.starts_with(start); };
    const auto ends = [&](std::string_view end) { return text.ends_with(end); };
    return begins("/") || begins("./") || begins("../") || text == "." || text == ".." || ends("/") || ends(".tar")
        || ends(".tar.gz") || ends(".tgz") || ends(".tar.zst");
}

} // namespace

Result<SourceAddress> parseAddress(std::string_view text, const std::function<bool(const std::string&)>& exists,
    const std::function<bool(const std::string&)>& holdsImage)
{
    if (text.empty())
        return Error(ErrorCode::Invalid, "no image is named");
    if (text.find('\0') != std::string_view::npos || text.size() > 8192)
        return Error(ErrorCode::Invalid, "not the name of an image");
    if (text == "-")
        return SourceAddress {Kind::StandardInput, {}, {}};
    for (const Prefix& prefix : prefixes) {
        if (!text.starts_with(prefix.text))
            continue;
        const std::string_view rest = text.substr(prefix.text.size());
        if (rest.empty())
            return Error(ErrorCode::Invalid, fmt::format("{}: nothing is named after it", prefix.text));
        if (prefix.kind != Kind::Archive)
            return SourceAddress {prefix.kind, std::string(rest), {}};
        SourceAddress address = splitPath(rest, exists);
        if (!exists(address.what))
            return Error(ErrorCode::NotFound, fmt::format("{}: there is no such file", address.what));
        return address;
    }
    const std::string whole(text);
    if (exists(whole) && (holdsImage(whole) || canOnlyBePath(text)))
        return SourceAddress {Kind::Archive, whole, {}};
    for (const Stranger& stranger : strangers) {
        if (text.starts_with(stranger.prefix))
            return Error(
                ErrorCode::Unsupported, fmt::format("{} is not read here: {}", stranger.prefix, stranger.advice));
    }
    if (canOnlyBePath(text))
        return Error(ErrorCode::NotFound, fmt::format("{}: there is no such file", text));
    return SourceAddress {Kind::Engine, whole, {}};
}

Result<SourceAddress> parseAddress(std::string_view text)
{
    namespace fs = std::filesystem;
    const auto exists = [](const std::string& path) {
        std::error_code error;
        return fs::exists(path, error);
    };
    const auto holdsImage = [&](const std::string& path) {
        std::error_code error;
        if (!fs::is_directory(path, error))
            return true;
        return std::ranges::any_of(std::initializer_list<const char*> {"oci-layout", "index.json", "manifest.json"},
            [&](const char* name) { return exists((fs::path(path) / name).native()); });
    };
    return parseAddress(text, exists, holdsImage);
}

} // namespace darsena::cli
