// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/container_event.h"

namespace darsena::engine {

void publishContainerEvent(EventHub& events, const Container& container, std::string action, std::map<std::string, std::string> more)
{
    std::map<std::string, std::string> attributes;
    {
        const std::lock_guard lock(container.mutex);
        attributes = container.record.config.labels;
        attributes["image"] = container.record.imageName;
        attributes["name"] = container.record.name;
    }
    for (auto& [key, value] : more)
        attributes[key] = std::move(value);
    events.publish("container", std::move(action), container.id, std::move(attributes));
}

} // namespace darsena::engine
