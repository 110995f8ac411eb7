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
struct Fields<BuildStage> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("index", o.index);
        visit("name", o.name);
        visit("base", o.base);
        visit("startLine", o.startLine);
        visit("endLine", o.endLine);
        visit("needed", o.needed);
    }
};
DARSENA_MODEL_JSON(BuildStage)

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
        visit("expanded", o.expanded);
        visit("startLine", o.startLine);
        visit("endLine", o.endLine);
        visit("needs", o.needs);
    }
};
DARSENA_MODEL_JSON(BuildStep)

template<>
struct Fields<BuildReason> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("kind", o.kind);
        visit.unlessEmpty("name", o.name);
        visit("step", o.step);
    }
};
DARSENA_MODEL_JSON(BuildReason)

template<>
struct Fields<BuildEvent> {
    template<typename V, typename O>
    static void visit(V& visit, O& o)
    {
        visit("type", o.type);
        visit("step", o.step);
        visit.unlessEmpty("dockerfile", o.dockerfile);
        visit.unlessEmpty("target", o.target);
        visit.unlessEmpty("stages", o.stages);
        visit.unlessEmpty("steps", o.steps);
        visit.unlessEmpty("reason", o.reason);
        visit.unlessEmpty("reasons", o.reasons);
        visit.unlessEmpty("created", o.created);
        visit.unlessEmpty("stream", o.stream);
        visit.unlessEmpty("text", o.text);
        visit.unlessEmpty("milliseconds", o.milliseconds);
        visit.unlessEmpty("bytes", o.bytes);
        visit.unlessEmpty("files", o.files);
        visit.unlessEmpty("diffId", o.diffId);
        visit.unlessEmpty("chainId", o.chainId);
        visit.unlessEmpty("error", o.error);
        visit.unlessEmpty("exitCode", o.exitCode);
        visit.unlessEmpty("logTail", o.logTail);
        visit.unlessEmpty("line", o.line);
        visit.unlessEmpty("column", o.column);
        visit.unlessEmpty("imageId", o.imageId);
        visit.unlessEmpty("tags", o.tags);
        visit.unlessEmpty("cachedSteps", o.cachedSteps);
        visit.unlessEmpty("ranSteps", o.ranSteps);
    }
};
DARSENA_MODEL_JSON(BuildEvent)

} // namespace darsena::model
