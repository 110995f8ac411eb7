// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/build_text.h"

#include <fmt/format.h>

namespace darsena::server {
namespace {

model::BuildMessage text(std::string stream)
{
    model::BuildMessage message;
    message.stream = std::move(stream);
    return message;
}

} // namespace

std::string BuildText::title(int step) const
{
    const auto found = std::ranges::find(m_steps, step, &builder::PlanStep::step);
    return fmt::format("Step {}/{} : {}\n", step + 1, m_steps.size(), found == m_steps.end() ? std::string() : found->text);
}

std::vector<model::BuildMessage> BuildText::messages(const builder::BuildEvent& event)
{
    if (const auto* plan = std::get_if<builder::PlanEvent>(&event)) {
        m_steps = plan->steps;
    } else if (const auto* done = std::get_if<builder::DoneEvent>(&event)) {
        const std::string id = done->imageId.text();
        if (m_quiet)
            return { text(id + "\n") };
        std::vector<model::BuildMessage> messages;
        messages.emplace_back().imageId = id;
        messages.push_back(text(fmt::format("Successfully built {}\n", done->imageId.shortHex())));
        for (const std::string& tag : done->tags)
            messages.push_back(text(fmt::format("Successfully tagged {}\n", tag)));
        return messages;
    } else if (const auto* failed = std::get_if<builder::FailedEvent>(&event)) {
        model::BuildMessage message;
        message.error = failed->message;
        message.errorCode = failed->exitCode.value_or(0);
        return { message };
    }
    if (m_quiet)
        return {};
    if (const auto* cached = std::get_if<builder::CachedEvent>(&event)) {
        m_speaker = cached->step;
        return { text(title(cached->step)), text(" ---> Using cache\n") };
    }
    if (const auto* started = std::get_if<builder::StartedEvent>(&event)) {
        m_speaker = started->step;
        return { text(title(started->step)) };
    }
    if (const auto* log = std::get_if<builder::LogEvent>(&event)) {
        std::vector<model::BuildMessage> messages;
        if (log->step != m_speaker)
            messages.push_back(text(title(log->step)));
        m_speaker = log->step;
        // The event's own JSON has made UTF-8 of it.
        const json::Object object = builder::toJson(event);
        messages.push_back(text(std::string(object.at("text").as_string())));
        return messages;
    }
    if (const auto* finished = std::get_if<builder::FinishedEvent>(&event)) {
        const std::string layer = finished->chainId.empty() ? std::string() : finished->chainId.shortHex();
        if (layer.empty())
            return {};
        std::vector<model::BuildMessage> messages;
        if (finished->step != m_speaker)
            messages.push_back(text(title(finished->step)));
        m_speaker = finished->step;
        messages.push_back(text(fmt::format(" ---> {}\n", layer)));
        return messages;
    }
    if (const auto* warning = std::get_if<builder::WarningEvent>(&event)) {
        if (warning->line > 0)
            return { text(fmt::format("[Warning] line {}: {}\n", warning->line, warning->message)) };
        return { text(fmt::format("[Warning] {}\n", warning->message)) };
    }
    return {};
}

} // namespace darsena::server
