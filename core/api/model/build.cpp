// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/model/build.h"

#include "core/api/model/fields.h"

namespace darsena::model {

template<>
struct Fields<ProgressDetail> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit.unlessEmpty("current", o.current);
        visit.unlessEmpty("total", o.total);
    }
};
DARSENA_MODEL_JSON(ProgressDetail)

template<>
json::Value toJson(const BuildMessage& message)
{
    json::Object members;
    Writer writer(members);
    writer.unlessEmpty("stream", message.stream);
    writer.unlessEmpty("status", message.status);
    writer.unlessEmpty("progressDetail", message.progressDetail);
    writer.unlessEmpty("progress", message.progress);
    writer.unlessEmpty("id", message.id);
    if (message.error) {
        json::Object detail { { "message", *message.error } };
        if (message.errorCode != 0)
            detail["code"] = message.errorCode;
        members["errorDetail"] = std::move(detail);
        members["error"] = *message.error;
    }
    if (message.imageId)
        members["aux"] = json::Object { { "ID", *message.imageId } };
    return members;
}

template<>
Result<BuildMessage> fromJson(const json::Value& value)
{
    if (!value.is_object())
        return detail::expected("an object");
    BuildMessage message;
    std::optional<Error> error;
    Reader reader(value.get_object(), error);
    reader("stream", message.stream);
    reader("status", message.status);
    reader("progressDetail", message.progressDetail);
    reader("progress", message.progress);
    reader("id", message.id);
    reader("error", message.error);
    reader.nested("errorDetail", [&](auto& inner) {
        inner("code", message.errorCode);
        inner("message", message.error);
    });
    // Other kinds of aux (a push's digests) are objects as well.
    reader.nested("aux", [&](auto& inner) { inner("ID", message.imageId); });
    if (error)
        return *error;
    return message;
}

template<>
struct Fields<BuildStep> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("step", o.step);
        visit("stage", o.stage);
        visit("stageName", o.stageName);
        visit("instruction", o.instruction);
        visit("text", o.text);
        visit("startLine", o.startLine);
        visit("endLine", o.endLine);
        visit("needs", o.needs);
    }
};
DARSENA_MODEL_JSON(BuildStep)

template<>
json::Value toJson(const BuildEvent& event)
{
    json::Object members;
    Writer writer(members);
    writer("type", event.type);
    if (event.step >= 0)
        writer("step", event.step);
    writer.unlessEmpty("time", event.time);
    writer.unlessEmpty("steps", event.steps);
    writer.unlessEmpty("stream", event.stream);
    writer.unlessEmpty("text", event.text);
    writer.unlessEmpty("reason", event.reason);
    writer.unlessEmpty("milliseconds", event.milliseconds);
    writer.unlessEmpty("bytes", event.bytes);
    writer.unlessEmpty("diffId", event.diffId);
    writer.unlessEmpty("error", event.error);
    writer.unlessEmpty("exitCode", event.exitCode);
    writer.unlessEmpty("line", event.line);
    writer.unlessEmpty("column", event.column);
    writer.unlessEmpty("imageId", event.imageId);
    writer.unlessEmpty("tags", event.tags);
    return members;
}

template<>
Result<BuildEvent> fromJson(const json::Value& value)
{
    if (!value.is_object())
        return detail::expected("an object");
    BuildEvent event;
    std::optional<Error> error;
    Reader reader(value.get_object(), error);
    reader("type", event.type);
    reader("step", event.step);
    reader("time", event.time);
    reader("steps", event.steps);
    reader("stream", event.stream);
    reader("text", event.text);
    reader("reason", event.reason);
    reader("milliseconds", event.milliseconds);
    reader("bytes", event.bytes);
    reader("diffId", event.diffId);
    reader("error", event.error);
    reader("exitCode", event.exitCode);
    reader("line", event.line);
    reader("column", event.column);
    reader("imageId", event.imageId);
    reader("tags", event.tags);
    if (error)
        return *error;
    return event;
}

template<>
struct Fields<StepForecast> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("step", o.step);
        visit("cached", o.cached);
        visit("reason", o.reason);
    }
};
DARSENA_MODEL_JSON(StepForecast)

} // namespace darsena::model
