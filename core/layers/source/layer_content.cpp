// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/source/layer_content.h"

#include "core/layers/source/layer_walk.h"

#include <algorithm>
#include <map>
#include <set>

namespace darsena::layers {

namespace {

constexpr int maxLinkPasses = 8;

/// Paths, and for each the names under which it was asked for: its own, or those of hard links to it.
using Wanted = std::map<std::string, std::vector<std::string>, std::less<>>;

/// One way through the layer: calls `thing` for everything at a wanted path, and returns what hard links want next.
Result<Wanted> pass(ImageSource& source, std::size_t layer, const Wanted& wanted,
    const std::function<Result<void>(const WalkedMember&, const std::vector<std::string>& names)>& thing, const std::stop_token& stop)
{
    std::map<std::string, std::string> links; // of wanted paths that are hard links: what they name
    const auto visit = [&](const WalkedMember& member) -> Result<void> {
        const auto found = wanted.find(member.path);
        if (found == wanted.end())
            return {};
        links.erase(member.path);
        if (member.entry.type == archive::EntryType::Hardlink) {
            links.emplace(member.path, member.target);
            return {};
        }
        return thing(member, found->second);
    };
    TRY(walkLayer(source, layer, visit, stop));
    Wanted next;
    for (const auto& [path, target] : links) {
        const std::vector<std::string>& names = wanted.find(path)->second;
        next[target].insert(next[target].end(), names.begin(), names.end());
    }
    return next;
}

} // namespace

Result<std::string> readFile(ImageSource& source, std::size_t layer, std::string_view path, std::uint64_t maxBytes, std::stop_token stop)
{
    const auto ready = source.file(layer, std::string(path), maxBytes);
    if (!ready)
        return ready.error().withContext(fmt::format("layer {}: /{}", layer, path));
    if (*ready)
        return **ready;
    std::optional<Result<std::string>> content;
    const auto take = [&](const WalkedMember& member, const std::vector<std::string>&) -> Result<void> {
        content.reset();
        if (member.entry.type != archive::EntryType::File)
            return {};
        if (member.entry.size > maxBytes) {
            content = Error(ErrorCode::TooLarge, fmt::format("/{}: {} bytes, more than {}", path, member.entry.size, maxBytes));
            return {};
        }
        content = Result(TRY(member.reader.content(static_cast<std::size_t>(maxBytes))));
        return {};
    };
    Wanted wanted { { std::string(path), { std::string(path) } } };
    for (int passes = 0; !wanted.empty() && passes < maxLinkPasses; ++passes) {
        content.reset();
        wanted = TRY(pass(source, layer, wanted, take, stop));
    }
    if (content && wanted.empty())
        return std::move(*content);
    return Error(ErrorCode::NotFound, fmt::format("layer {} does not store the content of a file /{}", layer, path));
}

Result<void> readFiles(ImageSource& source, std::size_t layer, const std::vector<std::string>& paths, std::uint64_t maxBytesEach,
    const std::function<Result<void>(const std::string& path, std::string content)>& found, std::stop_token stop)
{
    const auto take = [&](const WalkedMember& member, const std::vector<std::string>& names) -> Result<void> {
        if (member.entry.type != archive::EntryType::File || member.entry.size > maxBytesEach)
            return {};
        const std::string content = TRY(member.reader.content(static_cast<std::size_t>(maxBytesEach)));
        for (const std::string& name : names)
            TRY(found(name, content));
        return {};
    };
    Wanted wanted;
    for (const std::string& path : paths) {
        if (stop.stop_requested())
            return Error(ErrorCode::Cancelled, "cancelled");
        auto ready = source.file(layer, path, maxBytesEach);
        if (!ready && ready.error().code() != ErrorCode::NotFound && ready.error().code() != ErrorCode::TooLarge)
            return ready.error().withContext(fmt::format("/{}", path));
        if (ready && *ready)
            TRY(found(path, std::move(**ready)));
        else if (ready)
            wanted[path] = { path };
    }
    for (int passes = 0; !wanted.empty() && passes < maxLinkPasses; ++passes)
        wanted = TRY(pass(source, layer, wanted, take, stop));
    return {};
}

} // namespace darsena::layers
