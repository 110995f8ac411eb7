// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/container.h"
#include "core/engine/event_hub.h"

#include <map>
#include <string>

namespace darsena::engine {

/// Publishes an event of type "container": its labels, image and name as attributes, and `more` over them. Called without
/// the container's mutex.
void publishContainerEvent(EventHub& events, const Container& container, std::string action, std::map<std::string, std::string> more = {});

} // namespace darsena::engine
