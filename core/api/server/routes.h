// SPDX-License-Identifier: GPL-3.0-or-later
// Private to this folder: the handlers, one file an area.
#pragma once

#include "core/api/server/router.h"

#include <vector>

namespace darsena::server {

void addSystemRoutes(std::vector<Route>& routes);
void addContainerRoutes(std::vector<Route>& routes);
void addContainerStreamRoutes(std::vector<Route>& routes);
void addExecRoutes(std::vector<Route>& routes);
void addImageRoutes(std::vector<Route>& routes);
void addArchiveRoutes(std::vector<Route>& routes);
void addBuildRoutes(std::vector<Route>& routes);
void addNetworkRoutes(std::vector<Route>& routes);
void addVolumeRoutes(std::vector<Route>& routes);
void addDarsenaRoutes(std::vector<Route>& routes);
/// Swarms and plugins: answered as an engine answers that has none.
void addSwarmRoutes(std::vector<Route>& routes);
/// What Docker's API has and this engine does not do: answered with a sentence that says so. Comes last.
void addUnsupportedRoutes(std::vector<Route>& routes);

std::vector<Route> allRoutes();

} // namespace darsena::server
