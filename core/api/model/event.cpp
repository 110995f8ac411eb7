// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/event.h"

#include "core/api/model/fields.h"

namespace darsena::model {

template<>
json::Value toJson(const Event& event)
{
    json::Object members;
    if (event.type == "container" || event.type == "image") {
        members["status"] = event.action;
        members["id"] = event.actorId;
        if (const auto image = event.attributes.find("image"); image != event.attributes.end())
            members["from"] = image->second;
    }
    members["Type"] = event.type;
    members["Action"] = event.action;
    members["Actor"] = json::Object { { "ID", event.actorId }, { "Attributes", detail::write(event.attributes) } };
    members["scope"] = event.scope;
    const auto nanoseconds = event.time.time_since_epoch().count();
    members["time"] = nanoseconds / 1'000'000'000;
    members["timeNano"] = nanoseconds;
    return members;
}

template<>
Result<Event> fromJson(const json::Value& value)
{
    if (!value.is_object())
        return detail::expected("an object");
    Event event;
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    std::optional<Error> error;
    Reader reader(value.get_object(), error);
    reader("Type", event.type);
    reader("Action", event.action);
    reader.nested("Actor", [&](auto& inner) {
        inner("ID", event.actorId);
        inner("Attributes", event.attributes);
    });
    reader("scope", event.scope);
    reader("time", seconds);
    reader("timeNano", nanoseconds);
    if (error)
        return *error;
    event.time = nanoseconds != 0 ? Time(std::chrono::nanoseconds(nanoseconds)) : Time(std::chrono::nanoseconds(0));
    if (nanoseconds == 0 && seconds > 0 && seconds < INT64_MAX / 1'000'000'000)
        event.time = Time(std::chrono::seconds(seconds));
    return event;
}

} // namespace darsena::model
