// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/server/access.h"
#include "core/base/result.h"

#include <compare>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::server {

class Exchange;

/// A version of the Docker Engine API.
struct ApiVersion {
    int major = 1;
    int minor = 0;

    auto operator<=>(const ApiVersion&) const = default;
    std::string text() const;
    /// "v1.41" as it stands in front of a path; no value when the text has not that form.
    static std::optional<ApiVersion> parseSegment(std::string_view segment);
};

inline constexpr ApiVersion newestApiVersion { 1, 50 };
inline constexpr ApiVersion oldestApiVersion { 1, 24 };

using Handler = Result<void> (*)(Exchange& exchange);

struct Route {
    std::string_view method;
    /// "/containers/{id}/json"; {id} is one segment, {name*} one or more: an image's name holds slashes.
    std::string_view pattern;
    Handler handler;
};

struct Match {
    Handler handler = nullptr;
    Access access = Access::Manage;
    std::map<std::string, std::string, std::less<>> parameters;
    ApiVersion version = newestApiVersion;
};

/// Finds the handler of a request. Paths may start with a version ("/v1.41/…"); without one the newest is meant.
/// Any thread after construction.
class Router {
public:
    /// Routes that come first win; patterns are literals of the program, a bad one aborts.
    explicit Router(std::vector<Route> routes);

    /// Errors, with Docker's texts: NotFound "page not found"; Invalid for a version that is too new or too old.
    Result<Match> match(std::string_view method, std::span<const std::string> segments) const;

private:
    struct Compiled {
        Route route;
        Access access;
        std::vector<std::string_view> segments;
    };
    std::vector<Compiled> m_routes;
};

} // namespace darsena::server
