// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/cli/lsp/workspace.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace darsena::cli::lsp {

/// A struct Diagnostic.
json::Object diagnostic(const ClientTraits& traits, const Snapshot& snapshot, const dockerfile::Finding& finding);
json::Array diagnostics(Workspace& workspace, const Snapshot& snapshot);

/// Computes diagnostics in a thread of its own and hands them out: shortly after the last change of a document, at most a
/// fraction of a second after the first. Only the newest version of a document waits, so typing never queues work.
class DiagnosticsPublisher {
public:
    using Publish = std::function<void(const Snapshot& snapshot, json::Array diagnostics)>;

    DiagnosticsPublisher(Workspace& workspace, Publish publish);
    ~DiagnosticsPublisher();

    enum class When { Soon, Now };
    /// Replaces what waits for the document.
    void schedule(SnapshotPtr snapshot, When when);
    /// The document was closed: what is on its way is not published. Returns when nothing of it can come any more.
    void forget(const std::string& uri);

private:
    using Clock = std::chrono::steady_clock;
    struct Job {
        SnapshotPtr snapshot;
        Clock::time_point due;
        Clock::time_point latest;
    };
    void run(const std::stop_token& stop);
    std::optional<Job> takeDue(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);

    Workspace& m_workspace;
    Publish m_publish;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::map<std::string, Job> m_jobs; ///< by URI
    std::uint64_t m_changes = 0; ///< of m_jobs
    std::mutex m_publishing; ///< held from the last look at m_newest to the end of publishing
    std::map<std::string, SnapshotPtr> m_newest; ///< by URI: what may be published
    std::jthread m_thread; ///< last: it uses the members above
};

} // namespace darsena::cli::lsp
