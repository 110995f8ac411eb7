// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/build_runner.h"

#include "gui/base/text.h"

namespace darsena::gui {
namespace {

constexpr int FrameMilliseconds = 33;

/// Hands the archive's bytes to the upload, which holds back while the engine is busy.
class UploadSink final : public archive::ByteSink {
public:
    explicit UploadSink(const Upload::Push& push)
        : m_push(push)
    {
    }
    Result<void> write(std::span<const std::byte> bytes) override
    {
        if (m_push(QByteArrayView(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size()))))
            return {};
        return Error(ErrorCode::Cancelled, "the build context is no longer wanted");
    }

private:
    const Upload::Push& m_push;
};

} // namespace

BuildRunner::BuildRunner(EngineClient& engine, QObject* parent)
    : QObject(parent)
    , m_engine(engine)
{
    m_throttle.setSingleShot(true);
    m_throttle.setInterval(FrameMilliseconds);
    connect(&m_throttle, &QTimer::timeout, this, &BuildRunner::announce);
    m_tick.setInterval(100);
    connect(&m_tick, &QTimer::timeout, this, &BuildRunner::announce);
}

BuildRunner::~BuildRunner()
{
    m_stop.request_stop();
}

void BuildRunner::start(const Request& request)
{
    if (m_state.active())
        return;
    m_state.begin();
    m_clock.start();
    m_sent = 0;
    m_planned = true;
    m_stop = std::stop_source();
    m_tick.start();
    announce();

    client::BuildOptions options;
    options.dockerfile = request.context.dockerfile;
    options.origin = (request.context.folder / request.context.dockerfile).lexically_normal().native();
    options.target = request.target.toStdString();
    options.noCache = request.noCache;
    if (!request.tag.isEmpty())
        options.tags.push_back(request.tag.toStdString());

    auto upload = Upload::fromWriter(
        [spec = request.context, token = m_stop.get_token()](const Upload::Push& push) -> Result<void> {
            UploadSink sink(push);
            return packContext(spec, sink, token);
        });
    const auto onEnd = [this](const Result<void>& result) { finish(result); };
    if (m_engine.isDarsena())
        m_stream = m_engine.stream(
            client::buildImageEvents(options), [this](const model::BuildEvent& event) { apply(event); }, onEnd,
            std::move(upload));
    else
        m_stream = m_engine.stream(
            client::buildImage(options), [this](const model::BuildMessage& message) { applyMessage(message); }, onEnd,
            std::move(upload));
    connect(m_stream.get(), &EngineStream::uploadProgressed, this, [this](qint64 bytes) {
        m_sent = bytes;
        if (!m_throttle.isActive())
            m_throttle.start();
    });
}

void BuildRunner::apply(const model::BuildEvent& event)
{
    m_state.apply(event, now());
    if (event.type == "plan")
        m_planned = true;
    if (!m_throttle.isActive())
        m_throttle.start();
}

void BuildRunner::applyMessage(const model::BuildMessage& message)
{
    model::BuildEvent event;
    if (!m_state.steps().empty() || m_state.phase() == BuildState::Phase::Sending) {
        if (m_state.steps().empty()) {
            // A foreign engine does not say its plan: everything it prints is one step.
            event.type = "plan";
            event.steps.emplace_back();
            event.steps.back().instruction = "docker build";
            apply(event);
            event = {};
            event.type = "started";
            event.step = 0;
            apply(event);
            event = {};
        }
    }
    if (!message.stream.empty() || !message.status.empty()) {
        event.type = "log";
        event.step = 0;
        event.text = message.stream.empty() ? message.status + "\n" : message.stream;
        apply(event);
    } else if (message.error) {
        event.type = "failed";
        event.step = 0;
        event.error = *message.error;
        event.exitCode = message.errorCode;
        apply(event);
    } else if (message.imageId) {
        event.type = "finished";
        event.step = 0;
        event.milliseconds = now();
        apply(event);
        event.type = "done";
        event.step = -1;
        event.imageId = *message.imageId;
        apply(event);
    }
}

void BuildRunner::finish(const Result<void>& result)
{
    // The stream is deleted later: this is called from within it.
    if (m_stream)
        m_stream.release()->deleteLater();
    m_stop.request_stop();
    if (m_state.active()) {
        const QString sentence = result ? tr("The engine ended the build without saying how it went.")
                                        : errorSentence(result.error());
        m_state.fail(sentence, now());
    }
    m_tick.stop();
    m_throttle.stop();
    announce();
    Q_EMIT ended();
}

void BuildRunner::cancel()
{
    if (!m_state.active())
        return;
    m_stop.request_stop();
    m_stream.reset();
    m_state.cancel(now());
    m_tick.stop();
    m_throttle.stop();
    announce();
    Q_EMIT ended();
}

void BuildRunner::forget()
{
    cancel();
    m_state = BuildState();
    m_planned = true;
    announce();
}

void BuildRunner::announce()
{
    if (m_planned) {
        m_planned = false;
        Q_EMIT planned();
    }
    Q_EMIT changed();
}

} // namespace darsena::gui
