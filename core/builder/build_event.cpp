// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/build_event.h"

#include <fmt/format.h>

namespace darsena::builder {

namespace {

template<typename... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template<typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

/// The length of the valid UTF-8 sequence at the start of the text, 0 if there is none (RFC 3629: no surrogates, no
/// overlong forms, nothing above U+10FFFF).
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto continues = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xc0) == 0x80; };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return continues(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        if (!continues(1) || !continues(2))
            return 0;
        if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f))
            return 0;
        return 3;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        if (!continues(1) || !continues(2) || !continues(3))
            return 0;
        if ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f))
            return 0;
        return 4;
    }
    return 0;
}

/// JSON is UTF-8; what a process prints or a file is called need not be.
std::string validUtf8(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        if (length == 0)
            out += "\xEF\xBF\xBD";
        else
            out += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

std::string_view kindName(Reason::Kind kind)
{
    switch (kind) {
    case Reason::Kind::First:
        return "first";
    case Reason::Kind::NoCache:
        return "noCache";
    case Reason::Kind::Instruction:
        return "instruction";
    case Reason::Kind::File:
        return "file";
    case Reason::Kind::Arg:
        return "arg";
    case Reason::Kind::Env:
        return "env";
    case Reason::Kind::Base:
        return "base";
    case Reason::Kind::Parent:
        return "parent";
    case Reason::Kind::Source:
        return "source";
    case Reason::Kind::Lost:
        return "lost";
    case Reason::Kind::Unchanged:
        return "unchanged";
    case Reason::Kind::SameFiles:
        return "sameFiles";
    case Reason::Kind::Image:
        return "image";
    case Reason::Kind::Stage:
        return "stage";
    case Reason::Kind::Scratch:
        return "scratch";
    }
    return "first";
}

std::string oneReason(const Reason& reason)
{
    switch (reason.kind) {
    case Reason::Kind::First:
        return "not built before";
    case Reason::Kind::NoCache:
        return "the cache is switched off";
    case Reason::Kind::Instruction:
        return reason.name.empty() ? "the instruction changed" : fmt::format("the instruction changed (was: {})", reason.name);
    case Reason::Kind::File:
        return reason.name + " changed";
    case Reason::Kind::Arg:
        return fmt::format("ARG {} changed", reason.name);
    case Reason::Kind::Env:
        return reason.name + " changed";
    case Reason::Kind::Base:
        return fmt::format("the base image {} changed", reason.name);
    case Reason::Kind::Parent:
        return reason.step == noStep ? "what is below it changed" : fmt::format("step {} changed", reason.step + 1);
    case Reason::Kind::Source:
        return fmt::format("what it takes from {} changed", reason.name);
    case Reason::Kind::Lost:
        return "its layer is no longer stored";
    case Reason::Kind::Unchanged:
        return "nothing that it depends on changed";
    case Reason::Kind::SameFiles:
        return fmt::format("the files are the same, although {} changed", reason.name);
    case Reason::Kind::Image:
        return "the image " + reason.name;
    case Reason::Kind::Stage:
        return "the files of another stage";
    case Reason::Kind::Scratch:
        return "an empty file system";
    }
    return {};
}

json::Object event(std::string_view type, int step)
{
    json::Object object;
    object["type"] = type;
    if (step != noStep)
        object["step"] = step;
    return object;
}

void addLayer(json::Object& object, std::int64_t bytes, const Digest& diffId, const Digest& chainId)
{
    object["bytes"] = bytes;
    object["diffId"] = diffId.text();
    object["chainId"] = chainId.text();
}

void addReasons(json::Object& object, const std::vector<Reason>& reasons)
{
    json::Array array;
    for (const Reason& reason : reasons)
        array.push_back(toJson(reason));
    object["reasons"] = std::move(array);
}

} // namespace

json::Object toJson(const Reason& reason)
{
    json::Object object;
    object["kind"] = kindName(reason.kind);
    if (!reason.name.empty())
        object["name"] = validUtf8(reason.name);
    if (reason.step != noStep)
        object["step"] = reason.step;
    return object;
}

json::Object toJson(const PlanStage& stage)
{
    json::Object object;
    object["index"] = stage.index;
    object["name"] = validUtf8(stage.name);
    object["base"] = validUtf8(stage.base);
    object["startLine"] = stage.line;
    object["endLine"] = stage.endLine;
    object["needed"] = stage.needed;
    return object;
}

json::Object toJson(const PlanStep& step)
{
    json::Object object;
    object["step"] = step.step;
    object["stage"] = step.stage;
    object["stageName"] = validUtf8(step.stageName);
    object["startLine"] = step.line;
    object["endLine"] = step.endLine;
    object["instruction"] = step.instruction;
    object["text"] = validUtf8(step.text);
    object["expanded"] = validUtf8(step.expanded);
    object["needs"] = json::Array(step.dependsOn.begin(), step.dependsOn.end());
    return object;
}

std::string sentence(const std::vector<Reason>& reasons)
{
    // Three causes explain; a list of forty changed files does not.
    constexpr std::size_t shown = 3;
    std::string text;
    for (std::size_t i = 0; i < reasons.size() && i < shown; ++i) {
        if (i > 0)
            text += "; ";
        text += oneReason(reasons[i]);
    }
    if (reasons.size() > shown)
        text += fmt::format("; and {} more", reasons.size() - shown);
    return text;
}

json::Object toJson(const BuildEvent& buildEvent)
{
    return std::visit(
        Overloaded {
            [](const PlanEvent& plan) {
                json::Object object = event("plan", noStep);
                object["dockerfile"] = validUtf8(plan.dockerfileName);
                object["target"] = validUtf8(plan.target);
                json::Array stages;
                for (const PlanStage& stage : plan.stages)
                    stages.push_back(toJson(stage));
                object["stages"] = std::move(stages);
                json::Array steps;
                for (const PlanStep& step : plan.steps)
                    steps.push_back(toJson(step));
                object["steps"] = std::move(steps);
                return object;
            },
            [](const QueuedEvent& queued) {
                json::Object object = event("queued", queued.step);
                object["reason"] = validUtf8(queued.why);
                addReasons(object, queued.reasons);
                return object;
            },
            [](const CachedEvent& cached) {
                json::Object object = event("cached", cached.step);
                object["reason"] = validUtf8(cached.why);
                addReasons(object, cached.reasons);
                object["created"] = cached.created;
                object["milliseconds"] = cached.duration.count();
                addLayer(object, cached.bytes, cached.diffId, cached.chainId);
                return object;
            },
            [](const StartedEvent& started) {
                json::Object object = event("started", started.step);
                object["reason"] = validUtf8(started.why);
                return object;
            },
            [](const LogEvent& log) {
                json::Object object = event("log", log.step);
                object["stream"] = log.stream == LogStream::Stdout ? "stdout" : "stderr";
                object["text"] = validUtf8(log.data);
                return object;
            },
            [](const FinishedEvent& finished) {
                json::Object object = event("finished", finished.step);
                object["milliseconds"] = finished.duration.count();
                object["files"] = finished.files;
                addLayer(object, finished.bytes, finished.diffId, finished.chainId);
                return object;
            },
            [](const FailedEvent& failed) {
                json::Object object = event("failed", failed.step);
                object["error"] = validUtf8(failed.message);
                object["line"] = failed.line;
                object["column"] = failed.column;
                if (failed.exitCode)
                    object["exitCode"] = *failed.exitCode;
                if (!failed.logTail.empty())
                    object["logTail"] = validUtf8(failed.logTail);
                return object;
            },
            [](const WarningEvent& warning) {
                json::Object object = event("warning", noStep);
                object["line"] = warning.line;
                object["text"] = validUtf8(warning.message);
                return object;
            },
            [](const DoneEvent& done) {
                json::Object object = event("done", noStep);
                object["imageId"] = done.imageId.text();
                object["tags"] = json::fromTexts(done.tags);
                object["milliseconds"] = done.duration.count();
                object["cachedSteps"] = done.cachedSteps;
                object["ranSteps"] = done.ranSteps;
                return object;
            },
        },
        buildEvent);
}

} // namespace darsena::builder
