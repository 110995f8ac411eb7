// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/files/request.h"

#include "core/os/beneath.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace darsena::store {

namespace {

constexpr std::size_t maxPathBytes = 4096;

std::string hex(std::string_view bytes)
{
    std::string text;
    for (const char byte : bytes)
        text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

Result<std::string> fromHex(std::string_view text)
{
    const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    std::string bytes;
    if (text.size() % 2 != 0)
        return Error(ErrorCode::Corrupt, "half a byte");
    for (std::size_t at = 0; at < text.size(); at += 2) {
        const int high = digit(text[at]);
        const int low = digit(text[at + 1]);
        if (high < 0 || low < 0)
            return Error(ErrorCode::Corrupt, "not a hexadecimal text");
        bytes += static_cast<char>(high << 4 | low);
    }
    return bytes;
}

Result<std::string> hexText(const json::Object& object, std::string_view key)
{
    const std::string text = TRY(json::text(object, key));
    return fromHex(text);
}

json::Array hexes(const std::vector<std::string>& names)
{
    json::Array array;
    for (const std::string& name : names)
        array.emplace_back(hex(name));
    return array;
}

Result<std::vector<std::string>> fromHexes(const json::Object& object, std::string_view key)
{
    std::vector<std::string> names;
    for (const std::string& text : TRY(json::texts(object, key)))
        names.push_back(TRY(fromHex(text)));
    return names;
}

} // namespace

std::string FilesRequest::toText() const
{
    json::Object object {
        { "action", static_cast<int>(action) },
        { "running", running },
        { "path", hex(path) },
        { "mounts", hexes(mounts) },
        { "hidden", hexes(hidden) },
        { "readOnlyRoot", readOnlyRoot },
        { "layer", layer },
        { "keepKinds", keepKinds },
        { "maxBytes", maxBytes },
        { "maxEntries", maxEntries },
    };
    if (owner) {
        object["uid"] = owner->first;
        object["gid"] = owner->second;
    }
    return json::serialize(object);
}

Result<FilesRequest> FilesRequest::parse(std::string_view text)
{
    const json::Value value = TRY(json::parse(text));
    if (!value.is_object())
        return Error(ErrorCode::Corrupt, "not a request");
    const json::Object& object = value.get_object();
    FilesRequest request;
    const std::int64_t action = TRY(json::integer(object, "action"));
    if (action < 0 || action > static_cast<int>(FilesAction::Export))
        return Error(ErrorCode::Corrupt, "not an action");
    request.action = static_cast<FilesAction>(action);
    request.running = TRY(json::boolean(object, "running"));
    request.path = TRY(hexText(object, "path"));
    request.mounts = TRY(fromHexes(object, "mounts"));
    request.hidden = TRY(fromHexes(object, "hidden"));
    request.readOnlyRoot = TRY(json::boolean(object, "readOnlyRoot"));
    request.layer = TRY(json::boolean(object, "layer"));
    request.keepKinds = TRY(json::boolean(object, "keepKinds"));
    request.maxBytes = static_cast<std::uint64_t>(TRY(json::integer(object, "maxBytes")));
    request.maxEntries = static_cast<std::uint64_t>(TRY(json::integer(object, "maxEntries")));
    if (object.contains("uid")) {
        const std::int64_t uid = TRY(json::integer(object, "uid"));
        const std::int64_t gid = TRY(json::integer(object, "gid"));
        request.owner.emplace(static_cast<std::uint32_t>(uid), static_cast<std::uint32_t>(gid));
    }
    return request;
}

json::Object PathStat::toJson() const
{
    return { { "name", hex(name) }, { "size", size }, { "mode", mode }, { "mtime", mtime }, { "nanoseconds", mtimeNanoseconds }, { "link", hex(linkTarget) } };
}

Result<PathStat> PathStat::fromJson(const json::Object& object)
{
    PathStat stat;
    stat.name = TRY(hexText(object, "name"));
    stat.size = static_cast<std::uint64_t>(TRY(json::integer(object, "size")));
    stat.mode = static_cast<std::uint32_t>(TRY(json::integer(object, "mode")));
    stat.mtime = TRY(json::integer(object, "mtime"));
    stat.mtimeNanoseconds = TRY(json::integer(object, "nanoseconds"));
    stat.linkTarget = TRY(hexText(object, "link"));
    return stat;
}

Result<RequestPath> parseRequestPath(std::string_view path)
{
    if (path.empty())
        return Error(ErrorCode::Invalid, "bad parameter: path cannot be empty");
    if (path.size() > maxPathBytes)
        return Error(ErrorCode::Invalid, fmt::format("path: {} bytes; at most {} are possible", path.size(), maxPathBytes));
    std::vector<std::string_view> clean;
    for (const std::string_view component : TRY(os::pathComponents(path))) {
        if (component != "..")
            clean.push_back(component);
        else if (!clean.empty())
            clean.pop_back();
    }
    RequestPath result;
    result.path = "/" + fmt::format("{}", fmt::join(clean, "/"));
    const bool dot = path == "." || path.ends_with("/.");
    result.follow = dot || path.ends_with('/') || clean.empty();
    result.name = dot ? "." : clean.empty() ? "/" : std::string(clean.back());
    return result;
}

} // namespace darsena::store
