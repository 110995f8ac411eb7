// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/client/call.h"
#include "core/archive/stream.h"
#include "core/base/result.h"
#include "gui/client/engine_client.h"

#include <QObject>

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace darsena::gui {

/// An answer that is too large to hold, Upload's counterpart: a worker thread reads it like a file, at its own pace, and
/// some megabytes wait at most; what it does not take waits in the engine. Lives in the GUI thread; only the reader runs
/// in the worker. Destroying the download stops the reader without waiting for it, and done does not come.
class Download : public QObject {
    Q_OBJECT
public:
    /// Reads the answer, in the worker thread, and does with it whatever it is for. The source gives Cancelled once
    /// nobody wants the result any more, which the token says, too: the reader then takes away what it has made.
    using Reader = std::function<Result<void>(archive::ByteSource& answer, std::stop_token stop)>;

    /// @p done is called once, from the event loop, with what the reader returned; the engine's own error reaches it through
    /// the reader's source. It may destroy the download.
    Download(EngineClient& client, client::StreamCall<std::string> call, Reader reader, std::function<void(Result<void>)> done);
    ~Download() override;

Q_SIGNALS:
    void progressed(qint64 bytes); ///< of the answer, so far

private:
    struct Shared;
    class Source;
    void take(std::string& bytes);
    void resume();
    void finish();

    std::shared_ptr<Shared> m_shared;
    std::function<void(Result<void>)> m_done;
    std::unique_ptr<EngineStream> m_stream;
    std::stop_source m_stop;
    qint64 m_bytes = 0;
};

} // namespace darsena::gui
