// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/router.h"

#include <charconv>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

namespace darsena::server {
namespace {

bool isParameter(std::string_view segment)
{
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

std::string join(std::span<const std::string> segments)
{
    std::string text;
    for (const std::string& segment : segments) {
        if (&segment != segments.data())
            text += '/';
        text += segment;
    }
    return text;
}

/// Matches from both ends: at most one parameter of a pattern takes several segments.
bool fits(std::span<const std::string_view> pattern, std::span<const std::string> path, Match& match)
{
    while (!pattern.empty()) {
        const std::string_view head = pattern.front();
        if (isParameter(head) && head[head.size() - 2] == '*') {
            const std::size_t after = pattern.size() - 1;
            if (path.size() < after + 1)
                return false;
            const std::size_t taken = path.size() - after;
            std::string value = join(path.first(taken));
            if (value.empty())
                return false;
            match.parameters.insert_or_assign(std::string(head.substr(1, head.size() - 3)), std::move(value));
            pattern = pattern.subspan(1);
            path = path.subspan(taken);
            continue;
        }
        if (path.empty())
            return false;
        if (isParameter(head)) {
            if (path.front().empty())
                return false;
            match.parameters.insert_or_assign(std::string(head.substr(1, head.size() - 2)), path.front());
        } else if (path.front() != head) {
            return false;
        }
        pattern = pattern.subspan(1);
        path = path.subspan(1);
    }
    return path.empty();
}

} // namespace

std::string ApiVersion::text() const
{
    return fmt::format("{}.{}", major, minor);
}

std::optional<ApiVersion> ApiVersion::parseSegment(std::string_view segment)
{
    const std::size_t dot = segment.find('.');
    if (segment.size() < 4 || segment.front() != 'v' || dot == std::string_view::npos)
        return {};
    ApiVersion version;
    const char* end = segment.data() + segment.size();
    const auto major = std::from_chars(segment.data() + 1, segment.data() + dot, version.major);
    const auto minor = std::from_chars(segment.data() + dot + 1, end, version.minor);
    if (major.ec != std::errc() || major.ptr != segment.data() + dot || minor.ec != std::errc() || minor.ptr != end || version.major < 0
        || version.minor < 0)
        return {};
    return version;
}

Router::Router(std::vector<Route> routes)
{
    for (const Route& route : routes) {
        Compiled compiled { route, accessOf(route.method, route.pattern), {} };
        std::string_view rest = route.pattern;
        if (rest.empty() || rest.front() != '/')
            std::abort();
        while (!rest.empty()) {
            rest.remove_prefix(1);
            const std::size_t slash = rest.find('/');
            compiled.segments.push_back(rest.substr(0, slash));
            rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
        }
        m_routes.push_back(std::move(compiled));
    }
}

Result<Match> Router::match(std::string_view method, std::span<const std::string> segments) const
{
    ApiVersion version = newestApiVersion;
    if (!segments.empty()) {
        if (const auto asked = ApiVersion::parseSegment(segments.front())) {
            version = *asked;
            segments = segments.subspan(1);
            if (version > newestApiVersion)
                return Error(ErrorCode::Invalid,
                    fmt::format(
                        "client version {} is too new. Maximum supported API version is {}", version.text(), newestApiVersion.text()));
            if (version < oldestApiVersion)
                return Error(ErrorCode::Invalid,
                    fmt::format("client version {} is too old. Minimum supported API version is {}, please upgrade your client to a newer version",
                        version.text(), oldestApiVersion.text()));
        }
    }
    for (const Compiled& compiled : m_routes) {
        if (compiled.route.method != method)
            continue;
        Match match;
        if (fits(compiled.segments, segments, match)) {
            match.handler = compiled.route.handler;
            match.access = compiled.access;
            match.version = version;
            return match;
        }
    }
    return Error(ErrorCode::NotFound, "page not found");
}

} // namespace darsena::server
