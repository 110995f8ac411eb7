// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oci/platform.h"

#include <sys/utsname.h>

namespace darsena::oci {

namespace {

bool isWord(std::string_view text)
{
    return !text.empty() && text.size() <= 64 && text.front() != '.' && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    });
}

std::string lower(std::string text)
{
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

Platform hostPlatform()
{
    struct utsname name {};
    ::uname(&name);
    return Platform { "linux", name.machine, "" }.normalised();
}

} // namespace

Platform Platform::normalised() const
{
    Platform result { lower(os), lower(architecture), lower(variant) };
    if (result.os == "macos")
        result.os = "darwin";
    std::string& arch = result.architecture;
    if (arch == "x86_64" || arch == "x86-64") {
        arch = "amd64";
    } else if (arch == "i386" || arch == "i486" || arch == "i586" || arch == "i686") {
        arch = "386";
    } else if (arch == "aarch64") {
        arch = "arm64";
    } else if (arch == "armhf" || arch == "armv7l") {
        arch = "arm";
        result.variant = "v7";
    } else if (arch == "armel" || arch == "armv6l") {
        arch = "arm";
        result.variant = "v6";
    }
    if (arch == "arm64" && (result.variant == "8" || result.variant == "v8"))
        result.variant.clear();
    if (arch == "amd64" && result.variant == "v1")
        result.variant.clear();
    if (arch == "arm" && result.variant.size() == 1)
        result.variant = "v" + result.variant;
    return result;
}

Result<Platform> Platform::parse(std::string_view text)
{
    std::vector<std::string> parts;
    std::size_t start = 0;
    while (start <= text.size()) {
        const std::size_t end = std::min(text.find('/', start), text.size());
        parts.emplace_back(text.substr(start, end - start));
        start = end + 1;
    }
    if (parts.size() > 3 || !std::ranges::all_of(parts, isWord))
        return Error(ErrorCode::Invalid, fmt::format("\"{}\" is not a platform: os/architecture[/variant]", text));
    Platform platform;
    if (parts.size() == 1) {
        // A single word is an operating system or an architecture; only the former are few.
        const std::string word = lower(parts[0]);
        if (word == "linux" || word == "windows" || word == "darwin" || word == "macos" || word == "freebsd")
            platform = { word, host().architecture, "" };
        else
            platform = { host().os, word, "" };
    } else {
        platform = { parts[0], parts[1], parts.size() == 3 ? parts[2] : "" };
    }
    return platform.normalised();
}

Result<Platform> Platform::fromJson(const json::Object& object)
{
    Platform platform;
    platform.os = TRY(json::text(object, "os"));
    platform.architecture = TRY(json::text(object, "architecture"));
    platform.variant = TRY(json::text(object, "variant"));
    return platform;
}

const Platform& Platform::host()
{
    static const Platform platform = hostPlatform();
    return platform;
}

json::Object Platform::toJson() const
{
    json::Object object { { "architecture", architecture }, { "os", os } };
    if (!variant.empty())
        object["variant"] = variant;
    return object;
}

std::string Platform::text() const
{
    return variant.empty() ? os + "/" + architecture : os + "/" + architecture + "/" + variant;
}

int match(const Platform& wantedAsGiven, const Platform& imageAsGiven)
{
    const Platform wanted = wantedAsGiven.normalised();
    const Platform image = imageAsGiven.normalised();
    if (wanted.os != image.os || wanted.architecture != image.architecture)
        return 0;
    if (wanted.variant == image.variant)
        return 4;
    if (wanted.variant.empty())
        return 2;
    if (image.variant.empty())
        return 3;
    // An older arm variant runs on a newer machine: "v5" on "v7".
    if (wanted.architecture == "arm" && image.variant < wanted.variant)
        return 1;
    return 0;
}

} // namespace darsena::oci
