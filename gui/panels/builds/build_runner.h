// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/client/engine_client.h"
#include "gui/panels/builds/build_state.h"
#include "gui/panels/builds/context_scan.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <stop_token>

namespace darsena::gui {

/// Runs one build at a time: packs the context in a worker, streams it to the engine and grows the BuildState by what
/// comes back. An engine that is not Darsena's builds too; its words become one log without steps.
class BuildRunner : public QObject {
    Q_OBJECT
public:
    struct Request {
        ContextSpec context;
        QString target; ///< empty = the last stage
        QString tag; ///< empty = none
        bool noCache = false;
    };

    explicit BuildRunner(EngineClient& engine, QObject* parent = nullptr);
    ~BuildRunner() override;

    const BuildState& state() const { return m_state; }
    /// Milliseconds since the build began.
    qint64 now() const { return m_clock.isValid() ? m_clock.elapsed() : 0; }
    qint64 sentBytes() const { return m_sent; }

    void start(const Request& request);
    /// Closes the connection: the engine stops the build.
    void cancel();
    /// Another project was opened: the last build is no longer shown. Cancels a running one.
    void forget();

Q_SIGNALS:
    /// The plan is there, or another build began: the steps are others.
    void planned();
    /// States or logs changed; at most some thirty times a second.
    void changed();
    /// After the last changed(): state().phase() says how.
    void ended();

private:
    void apply(const model::BuildEvent& event);
    void applyMessage(const model::BuildMessage& message);
    void finish(const Result<void>& result);
    void announce();

    EngineClient& m_engine;
    BuildState m_state;
    QElapsedTimer m_clock;
    QTimer m_throttle;
    QTimer m_tick; ///< moves the clock of running steps
    std::unique_ptr<EngineStream> m_stream;
    std::stop_source m_stop;
    qint64 m_sent = 0;
    bool m_planned = false;
};

} // namespace darsena::gui
