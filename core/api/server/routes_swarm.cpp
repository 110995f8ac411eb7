// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/exchange.h"
#include "core/api/server/routes.h"

namespace darsena::server {
namespace {

Result<void> noManager(Exchange&)
{
    return Error(ErrorCode::Unavailable, "This node is not a swarm manager. Darsena runs containers on one machine only.");
}

Result<void> noMember(Exchange&)
{
    return Error(ErrorCode::Unavailable, "This node is not part of a swarm");
}

Result<void> noSwarm(Exchange&)
{
    return Error(ErrorCode::Unsupported, "Darsena runs containers on one machine only: there is no swarm to make or to join");
}

Result<void> listPlugins(Exchange& exchange)
{
    return exchange.reply(200, json::Array());
}

Result<void> noPlugin(Exchange& exchange)
{
    return Error(ErrorCode::NotFound, fmt::format("plugin \"{}\" not found", exchange.parameter("name")));
}

Result<void> noPlugins(Exchange&)
{
    return Error(ErrorCode::Unsupported, "Darsena runs no plugins");
}

} // namespace

void addSwarmRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "GET", "/swarm", noManager },
            { "POST", "/swarm/init", noSwarm },
            { "POST", "/swarm/join", noSwarm },
            { "POST", "/swarm/leave", noMember },
            { "POST", "/swarm/update", noManager },
            { "GET", "/swarm/unlockkey", noManager },
            { "POST", "/swarm/unlock", noMember },
            { "GET", "/nodes", noManager },
            { "GET", "/nodes/{id}", noManager },
            { "DELETE", "/nodes/{id}", noManager },
            { "POST", "/nodes/{id}/update", noManager },
            { "GET", "/tasks", noManager },
            { "GET", "/tasks/{id}", noManager },
            { "GET", "/tasks/{id}/logs", noManager },
            { "GET", "/services/{id}/logs", noManager },
            // Only volumes of a cluster can be changed.
            { "PUT", "/volumes/{name}", noManager },
        });
    for (const auto& [list, create, one, update] : {
             std::array { "/services", "/services/create", "/services/{id}", "/services/{id}/update" },
             std::array { "/secrets", "/secrets/create", "/secrets/{id}", "/secrets/{id}/update" },
             std::array { "/configs", "/configs/create", "/configs/{id}", "/configs/{id}/update" },
         }) {
        routes.insert(routes.end(),
            {
                { "GET", list, noManager },
                { "POST", create, noManager },
                { "GET", one, noManager },
                { "DELETE", one, noManager },
                { "POST", update, noManager },
            });
    }
    routes.insert(routes.end(),
        {
            { "GET", "/plugins", listPlugins },
            { "GET", "/plugins/privileges", noPlugins },
            { "POST", "/plugins/pull", noPlugins },
            { "POST", "/plugins/create", noPlugins },
            { "GET", "/plugins/{name*}/json", noPlugin },
            { "DELETE", "/plugins/{name*}", noPlugin },
            { "POST", "/plugins/{name*}/enable", noPlugin },
            { "POST", "/plugins/{name*}/disable", noPlugin },
            { "POST", "/plugins/{name*}/upgrade", noPlugin },
            { "POST", "/plugins/{name*}/push", noPlugin },
            { "POST", "/plugins/{name*}/set", noPlugin },
        });
}

} // namespace darsena::server
