// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/routes.h"

#include "core/api/server/exchange.h"

namespace darsena::server {

std::vector<Route> allRoutes()
{
    std::vector<Route> routes;
    addSystemRoutes(routes);
    addContainerRoutes(routes);
    addContainerStreamRoutes(routes);
    addExecRoutes(routes);
    addImageRoutes(routes);
    addArchiveRoutes(routes);
    addBuildRoutes(routes);
    addNetworkRoutes(routes);
    addVolumeRoutes(routes);
    addDarsenaRoutes(routes);
    addSwarmRoutes(routes);
    addUnsupportedRoutes(routes);
    return routes;
}

namespace {

Result<void> noRegistry(Exchange&)
{
    return Error(ErrorCode::Unsupported,
        "this version of Darsena does not reach registries: bring the image in with \"docker load\", or build it from a Dockerfile");
}

Result<void> noBuildKit(Exchange&)
{
    return Error(ErrorCode::Unsupported, "this engine has a builder of its own and no BuildKit session: build with DOCKER_BUILDKIT=0");
}

Result<void> notDone(Exchange& exchange)
{
    return Error(ErrorCode::Unsupported, "this version of Darsena does not do this yet (" + exchange.what() + ")");
}

} // namespace

void addUnsupportedRoutes(std::vector<Route>& routes)
{
    routes.insert(routes.end(),
        {
            { "POST", "/images/{name*}/push", noRegistry },
            { "GET", "/images/search", noRegistry },
            { "GET", "/distribution/{name*}/json", noRegistry },
            { "POST", "/auth", noRegistry },
            { "POST", "/session", noBuildKit },
            { "POST", "/grpc", noBuildKit },
            { "POST", "/build/cancel", notDone },
            { "POST", "/containers/{id}/update", notDone },
            { "GET", "/containers/{id}/attach/ws", notDone },
            { "GET", "/containers/{id}/checkpoints", notDone },
            { "POST", "/containers/{id}/checkpoints", notDone },
            { "POST", "/networks/create", notDone },
            { "POST", "/networks/prune", notDone },
            { "POST", "/networks/{id}/connect", notDone },
            { "POST", "/networks/{id}/disconnect", notDone },
            { "DELETE", "/networks/{id}", notDone },
        });
}

} // namespace darsena::server
