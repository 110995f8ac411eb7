// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/diagnostics.h"

#include "core/base/log.h"
#include "core/cli/lsp/convert.h"

#include <algorithm>
#include <array>

namespace darsena::cli::lsp {

using dockerfile::Finding;
using dockerfile::Severity;

namespace {

using namespace std::chrono_literals;

/// Longer than between two keys of a word in a burst, shorter than anybody notices.
constexpr auto quietTime = 12ms;
constexpr auto longestWait = 200ms;

constexpr int tagUnnecessary = 1;
constexpr int tagDeprecated = 2;

int severityNumber(Severity severity)
{
    switch (severity) {
    case Severity::Error:
        return 1;
    case Severity::Warning:
        return 2;
    case Severity::Info:
        break;
    }
    return 3;
}

/// Rules that find what has no effect, and what should no longer be written.
int tagOf(std::string_view rule)
{
    constexpr std::array<std::string_view, 6> unnecessary {
        "MultipleInstructionsDisallowed", "RedundantTargetPlatform", "UnusedStage", "DL4003", "DL4004", "DL3012"};
    constexpr std::array<std::string_view, 3> deprecated {"MaintainerDeprecated", "LegacyKeyValueFormat", "DL4000"};
    if (std::find(unnecessary.begin(), unnecessary.end(), rule) != unnecessary.end())
        return tagUnnecessary;
    if (std::find(deprecated.begin(), deprecated.end(), rule) != deprecated.end())
        return tagDeprecated;
    return 0;
}

} // namespace

json::Object diagnostic(const ClientTraits& traits, const Snapshot& snapshot, const Finding& finding)
{
    json::Object object;
    object["range"] = toJson(snapshot, finding.words);
    object["severity"] = severityNumber(finding.severity);
    object["code"] = finding.rule;
    if (!finding.url.empty() && traits.codeDescriptions) {
        json::Object page;
        page["href"] = finding.url;
        object["codeDescription"] = std::move(page);
    }
    object["source"] = "darsena";
    object["message"] = finding.message;
    if (const int tag = tagOf(finding.rule); tag != 0 && traits.diagnosticTags) {
        json::Array tags;
        tags.push_back(tag);
        object["tags"] = std::move(tags);
    }
    return object;
}

json::Array diagnostics(Workspace& workspace, const Snapshot& snapshot)
{
    const auto findings = workspace.findings(snapshot);
    json::Array result;
    result.reserve(findings->size());
    for (const Finding& finding : *findings)
        result.push_back(diagnostic(workspace.traits(), snapshot, finding));
    return result;
}

DiagnosticsPublisher::DiagnosticsPublisher(Workspace& workspace, Publish publish)
    : m_workspace(workspace)
    , m_publish(std::move(publish))
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{ }

DiagnosticsPublisher::~DiagnosticsPublisher() = default;

void DiagnosticsPublisher::schedule(SnapshotPtr snapshot, When when)
{
    const std::string uri = snapshot->uri();
    {
        const std::scoped_lock lock(m_publishing);
        m_newest[uri] = snapshot;
    }
    const std::scoped_lock lock(m_mutex);
    const Clock::time_point now = Clock::now();
    const auto [job, isNew]
        = m_jobs.try_emplace(uri, Job {.snapshot = snapshot, .due = now, .latest = now + longestWait});
    job->second.snapshot = std::move(snapshot);
    job->second.due = when == When::Now ? now : std::min(now + quietTime, job->second.latest);
    ++m_changes;
    m_changed.notify_all();
}

void DiagnosticsPublisher::forget(const std::string& uri)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_jobs.erase(uri);
    }
    const std::scoped_lock lock(m_publishing);
    m_newest.erase(uri);
}

/// The next job whose time has come; nullopt: nothing is due yet, or it is time to stop.
std::optional<DiagnosticsPublisher::Job> DiagnosticsPublisher::takeDue(
    std::unique_lock<std::mutex>& lock, const std::stop_token& stop)
{
    const auto next = std::min_element(
        m_jobs.begin(), m_jobs.end(), [](const auto& a, const auto& b) { return a.second.due < b.second.due; });
    if (next == m_jobs.end()) {
        m_changed.wait(lock, stop, [&] { return !m_jobs.empty(); });
        return std::nullopt;
    }
    const Clock::time_point due = next->second.due;
    if (due > Clock::now()) {
        const std::uint64_t seen = m_changes;
        m_changed.wait_until(lock, stop, due, [&] { return m_changes != seen; });
        return std::nullopt;
    }
    Job job = std::move(next->second);
    m_jobs.erase(next);
    return job;
}

void DiagnosticsPublisher::run(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        std::optional<Job> job;
        {
            std::unique_lock lock(m_mutex);
            job = takeDue(lock, stop);
        }
        if (!job)
            continue;
        json::Array found;
        try {
            found = diagnostics(m_workspace, *job->snapshot);
        } catch (const std::exception& exception) {
            // Out of memory, at worst; the next version gets its chance.
            log::warning("diagnostics of {}: {}", job->snapshot->uri(), exception.what());
            continue;
        }
        const std::scoped_lock lock(m_publishing);
        const auto newest = m_newest.find(job->snapshot->uri());
        if (newest != m_newest.end() && newest->second == job->snapshot)
            m_publish(*job->snapshot, std::move(found));
    }
}

} // namespace darsena::cli::lsp
