// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/access.h"

#include <algorithm>
#include <array>

namespace darsena::server {
namespace {

constexpr std::array<std::string_view, 32> looking {
    "/_ping",
    "/configs",
    "/containers/json",
    "/containers/{id}/changes",
    "/containers/{id}/checkpoints",
    "/containers/{id}/json",
    "/containers/{id}/logs",
    "/containers/{id}/stats",
    "/containers/{id}/top",
    "/darsena/v1/images/{name*}/description",
    "/darsena/v1/images/{name*}/diffs/{n}/index",
    "/darsena/v1/images/{name*}/layers",
    "/darsena/v1/images/{name*}/layers/{index}/files",
    "/events",
    "/exec/{id}/json",
    "/images/json",
    "/images/{name*}/history",
    "/images/{name*}/json",
    "/info",
    "/networks",
    "/networks/",
    "/networks/{id}",
    "/nodes",
    "/plugins",
    "/secrets",
    "/services",
    "/swarm",
    "/system/df",
    "/tasks",
    "/version",
    "/volumes",
    "/volumes/{name}",
};
static_assert(std::ranges::is_sorted(looking), "it is searched by halves");

} // namespace

Access accessOf(std::string_view method, std::string_view pattern)
{
    const bool reads = method == "GET" || method == "HEAD";
    return reads && std::ranges::binary_search(looking, pattern) ? Access::View : Access::Manage;
}

} // namespace darsena::server
