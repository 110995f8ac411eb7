// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/server.h"

#include "core/base/log.h"
#include "core/cli/graph_output.h"
#include "core/cli/lsp/capabilities.h"
#include "core/cli/lsp/convert.h"
#include "core/cli/lsp/diagnostics.h"
#include "core/cli/lsp/features.h"
#include "core/cli/lsp/framing.h"
#include "core/cli/lsp/rpc.h"
#include "core/dockerfile/stages/svg.h"

#include <exception>
#include <functional>
#include <thread>

#include <fmt/format.h>

namespace darsena::cli::lsp {

namespace {

/// What the engine's watch says to the answering thread; no client sends it.
constexpr std::string_view engineChanged = "$/darsena/engineChanged";

/// One thread reads and queues, one answers in order, one computes diagnostics, one talks to the engine.
class Server {
public:
    Server(int input, int output)
        : m_reader(input)
        , m_writer(output)
        , m_workspace([this] { m_queue.push({.method = std::string(engineChanged), .id = {}, .params = {}, .result = {}}); })
        , m_publisher(m_workspace, [this](const Snapshot& snapshot, json::Array found) { publish(snapshot, std::move(found)); })
    {
        addHandlers();
    }

    int run();

private:
    using Answer = std::function<Result<json::Value>(const Message& message)>;
    using Notice = std::function<Result<void>(const Message& message)>;
    using DocumentAnswer = std::function<Result<json::Value>(const Snapshot& snapshot, const json::Object& params)>;

    void addHandlers();
    void addDocumentHandlers();
    /// A request about an open document.
    void onDocument(std::string method, DocumentAnswer answer);
    /// The same for what an editor asks by itself after each change: pointless while another change waits.
    void onView(std::string method, DocumentAnswer answer);

    void read();
    void answerRequest(const Message& message);
    void handleNotice(const Message& message);
    Result<json::Value> resultOf(const Message& message);
    Result<SnapshotPtr> openSnapshot(const Message& message);

    Result<json::Value> initialize(const Message& message);
    Result<json::Value> pullDiagnostics(const Snapshot& snapshot, const json::Object& params);
    Result<json::Value> executeCommand(const Message& message);
    std::string graphText(const Snapshot& snapshot, std::string_view format);
    Result<void> didOpen(const Message& message);
    Result<void> didChange(const Message& message);
    Result<void> didClose(const Message& message);
    Result<void> didChangeConfiguration(const Message& message);

    void publish(const Snapshot& snapshot, json::Array found);
    void check(const std::string& uri, DiagnosticsPublisher::When when);
    void checkAll();
    void send(const std::string& text);
    void request(std::string_view method, json::Value params);
    void complainToClient(std::string_view sentence);

    enum class State { Fresh, Running, ShutDown, Gone };
    State m_state = State::Fresh;
    MessageReader m_reader;
    MessageWriter m_writer;
    MessageQueue m_queue;
    std::map<std::string, Answer, std::less<>> m_answers;
    std::map<std::string, Notice, std::less<>> m_notices;
    Memory m_memory;
    std::int64_t m_lastRequest = 0;
    // The threads of these two use what is above.
    Workspace m_workspace;
    DiagnosticsPublisher m_publisher;
};

void Server::send(const std::string& text)
{
    // Who does not read us any more will close the other direction, too, and that ends us.
    if (const auto written = m_writer.write(text); !written)
        log::debug("{}", written.error().message());
}

void Server::request(std::string_view method, json::Value params)
{
    send(requestText(++m_lastRequest, method, std::move(params)));
}

void Server::complainToClient(std::string_view sentence)
{
    json::Object params;
    params["type"] = 2; // Warning
    params["message"] = sentence;
    send(notificationText("window/logMessage", std::move(params)));
}

/// The reading thread: until the client says exit, or goes.
void Server::read()
{
    while (true) {
        auto text = m_reader.next();
        if (!text) {
            const ErrorCode code = text.error().code();
            if (code != ErrorCode::Invalid && code != ErrorCode::TooLarge)
                break;
            send(errorText({}, RpcCode::InvalidRequest, text.error().message()));
            continue;
        }
        if (!*text)
            break;
        auto message = readMessage(**text);
        if (!message) {
            const bool isJson = message.error().code() != ErrorCode::Corrupt;
            send(errorText({}, isJson ? RpcCode::InvalidRequest : RpcCode::ParseError, message.error().message()));
            continue;
        }
        if (message->method == "$/cancelRequest") {
            if (const json::Value* id = message->params.if_contains("id"))
                m_queue.cancel(*id);
            continue;
        }
        const bool isLast = message->method == "exit";
        m_queue.push(std::move(*message));
        if (isLast)
            break;
    }
    m_queue.close();
}

int Server::run()
{
    const std::jthread reader([this] { read(); });
    bool wasShutDown = false;
    while (m_state != State::Gone) {
        const auto message = m_queue.pop();
        if (!message)
            break;
        if (message->isRequest())
            answerRequest(*message);
        else if (!message->method.empty())
            handleNotice(*message);
        wasShutDown = wasShutDown || m_state == State::ShutDown;
    }
    return wasShutDown ? 0 : 1;
}

Result<json::Value> Server::resultOf(const Message& message)
{
    try {
        const auto answer = m_answers.find(message.method);
        if (answer == m_answers.end())
            return Error(ErrorCode::Unsupported, fmt::format("{}: there is no such request", message.method));
        return answer->second(message);
    } catch (const std::exception& exception) {
        return Error(ErrorCode::Internal, fmt::format("{}: {}", message.method, exception.what()));
    }
}

void Server::answerRequest(const Message& message)
{
    if (m_queue.takeCancelled(message.id))
        return send(errorText(message.id, RpcCode::RequestCancelled, "the request was cancelled"));
    if (m_state == State::Fresh && message.method != "initialize")
        return send(errorText(message.id, RpcCode::ServerNotInitialized, "initialize has to come first"));
    if (m_state == State::ShutDown)
        return send(errorText(message.id, RpcCode::InvalidRequest, "after shutdown there is only exit"));
    auto result = resultOf(message);
    if (result)
        send(responseText(message.id, std::move(*result)));
    else
        send(errorText(message.id, rpcCodeOf(result.error()), result.error().message()));
}

void Server::handleNotice(const Message& message)
{
    if (message.method == "exit") {
        m_state = State::Gone;
        return;
    }
    const auto notice = m_notices.find(message.method);
    if (m_state != State::Running || notice == m_notices.end())
        return;
    try {
        if (const auto done = notice->second(message); !done)
            complainToClient(fmt::format("{}: {}", message.method, done.error().message()));
    } catch (const std::exception& exception) {
        complainToClient(fmt::format("{}: {}", message.method, exception.what()));
    }
}

Result<SnapshotPtr> Server::openSnapshot(const Message& message)
{
    const std::string_view uri = message.documentUri();
    if (uri.empty())
        return Error(ErrorCode::Invalid, "textDocument.uri is missing");
    if (SnapshotPtr snapshot = m_workspace.snapshot(uri))
        return snapshot;
    return Error(ErrorCode::Invalid, fmt::format("{} is not open", uri));
}

void Server::onDocument(std::string method, DocumentAnswer answer)
{
    m_answers.emplace(std::move(method), [this, answer = std::move(answer)](const Message& message) -> Result<json::Value> {
        const SnapshotPtr snapshot = TRY(openSnapshot(message));
        return answer(*snapshot, message.params);
    });
}

void Server::onView(std::string method, DocumentAnswer answer)
{
    m_answers.emplace(std::move(method), [this, answer = std::move(answer)](const Message& message) -> Result<json::Value> {
        const SnapshotPtr snapshot = TRY(openSnapshot(message));
        if (m_queue.hasChangeOf(snapshot->uri()))
            return Error(ErrorCode::NotModified, "the document has changed meanwhile");
        return answer(*snapshot, message.params);
    });
}

void Server::addHandlers()
{
    m_answers.emplace("initialize", [this](const Message& message) { return initialize(message); });
    m_answers.emplace("shutdown", [this](const Message&) -> Result<json::Value> {
        m_state = State::ShutDown;
        return json::Value();
    });
    m_answers.emplace("workspace/executeCommand", [this](const Message& message) { return executeCommand(message); });
    m_answers.emplace("completionItem/resolve",
        [this](const Message& message) { return answerCompletionResolve(m_workspace, m_memory, message.params); });
    m_answers.emplace("codeAction/resolve",
        [this](const Message& message) { return answerCodeActionResolve(m_workspace, message.params); });
    addDocumentHandlers();

    m_notices.emplace("initialized", [this](const Message&) -> Result<void> {
        if (m_workspace.traits().watchesFiles)
            request("client/registerCapability", watchRegistration());
        return {};
    });
    m_notices.emplace("textDocument/didOpen", [this](const Message& message) { return didOpen(message); });
    m_notices.emplace("textDocument/didChange", [this](const Message& message) { return didChange(message); });
    m_notices.emplace("textDocument/didClose", [this](const Message& message) { return didClose(message); });
    // Saved may be the ignore file that others look at.
    m_notices.emplace("textDocument/didSave", [this](const Message& message) -> Result<void> {
        if (const auto snapshot = openSnapshot(message); snapshot && (*snapshot)->kind() == DocumentKind::IgnoreFile)
            checkAll();
        return {};
    });
    m_notices.emplace("workspace/didChangeConfiguration",
        [this](const Message& message) { return didChangeConfiguration(message); });
    m_notices.emplace("workspace/didChangeWatchedFiles", [this](const Message&) -> Result<void> {
        m_workspace.folder().forget();
        checkAll();
        return {};
    });
    m_notices.emplace(engineChanged, [this](const Message&) -> Result<void> {
        checkAll();
        return {};
    });
}

void Server::addDocumentHandlers()
{
    using Params = json::Object;
    onDocument("textDocument/completion", [this](const Snapshot& snapshot, const Params& params) {
        return answerCompletion(m_workspace, m_memory, snapshot, params);
    });
    const auto add = [this](std::string method, auto answer) {
        onDocument(std::move(method), [this, answer](const Snapshot& snapshot, const Params& params) {
            return answer(m_workspace, snapshot, params);
        });
    };
    add("textDocument/hover", answerHover);
    add("textDocument/signatureHelp", answerSignatureHelp);
    add("textDocument/definition", answerDefinition);
    add("textDocument/references", answerReferences);
    add("textDocument/prepareRename", answerPrepareRename);
    add("textDocument/rename", answerRename);
    add("textDocument/codeAction", answerCodeActions);
    add("textDocument/formatting", answerFormatting);
    add("textDocument/rangeFormatting", answerRangeFormatting);
    add("textDocument/onTypeFormatting", answerOnTypeFormatting);

    onView("textDocument/documentHighlight", [this](const Snapshot& snapshot, const Params& params) {
        return answerHighlights(m_workspace, snapshot, params);
    });
    onView("textDocument/documentSymbol",
        [this](const Snapshot& snapshot, const Params&) { return answerSymbols(m_workspace, snapshot); });
    onView("textDocument/foldingRange", [](const Snapshot& snapshot, const Params&) { return answerFolds(snapshot); });
    onView("textDocument/documentLink",
        [this](const Snapshot& snapshot, const Params&) { return answerLinks(m_workspace, snapshot); });
    onView("textDocument/inlayHint", [this](const Snapshot& snapshot, const Params& params) {
        return answerInlayHints(m_workspace, snapshot, params);
    });
    onView("textDocument/codeLens",
        [this](const Snapshot& snapshot, const Params&) { return answerCodeLens(m_workspace, snapshot); });
    onView("textDocument/semanticTokens/full",
        [this](const Snapshot& snapshot, const Params&) { return answerTokens(m_memory, snapshot); });
    onView("textDocument/semanticTokens/full/delta", [this](const Snapshot& snapshot, const Params& params) {
        return answerTokensDelta(m_memory, snapshot, params);
    });
    onView("textDocument/semanticTokens/range",
        [](const Snapshot& snapshot, const Params& params) { return answerTokensRange(snapshot, params); });
    onView("textDocument/diagnostic", [this](const Snapshot& snapshot, const Params& params) {
        return pullDiagnostics(snapshot, params);
    });
}

Result<json::Value> Server::initialize(const Message& message)
{
    if (m_state != State::Fresh)
        return Error(ErrorCode::Conflict, "initialize comes once");
    m_workspace.begin(ClientTraits::read(message.params), rootOf(message.params),
        json::text(message.params, "locale").valueOr({}));
    Settings settings;
    if (const auto options = json::object(message.params, "initializationOptions"); options && *options != nullptr) {
        auto given = Settings::read(**options);
        if (!given)
            return given.error().withContext("initializationOptions");
        settings = std::move(*given);
    }
    m_workspace.setSettings(std::move(settings));
    m_state = State::Running;
    return json::Value(initializeResult(m_workspace));
}

Result<json::Value> Server::pullDiagnostics(const Snapshot& snapshot, const json::Object& params)
{
    json::Array found = diagnostics(m_workspace, snapshot);
    // The same list again is not sent: its digest is its id.
    const std::string id = fmt::format("{:x}", std::hash<std::string>()(json::serialize(found)));
    json::Object report;
    report["resultId"] = id;
    if (TRY(json::text(params, "previousResultId")) == id) {
        report["kind"] = "unchanged";
    } else {
        report["kind"] = "full";
        report["items"] = std::move(found);
    }
    return json::Value(std::move(report));
}

Result<json::Value> Server::executeCommand(const Message& message)
{
    const std::string command = TRY(json::text(message.params, "command"));
    const std::vector<std::string> arguments = TRY(json::texts(message.params, "arguments"));
    if (command != fixAllCommand && command != graphCommand)
        return Error(ErrorCode::Invalid, fmt::format("{}: there is no such command", command));
    const SnapshotPtr snapshot = arguments.empty() ? nullptr : m_workspace.snapshot(arguments.front());
    if (!snapshot)
        return Error(ErrorCode::Invalid, fmt::format("{}: its first argument has to be an open document's URI", command));
    if (command == graphCommand)
        return json::Value(graphText(*snapshot, arguments.size() > 1 ? arguments[1] : "mermaid"));
    json::Object params;
    params["edit"] = workspaceEdit(m_workspace.traits(), *snapshot, fixAllEdits(m_workspace, *snapshot));
    request("workspace/applyEdit", std::move(params));
    return json::Value();
}

std::string Server::graphText(const Snapshot& snapshot, std::string_view format)
{
    const auto graph = dockerfile::stageGraph(snapshot.file(), m_workspace.settings()->stages);
    if (format == "json")
        return graphAsJson(graph);
    const auto picture = dockerfile::stagePicture(snapshot.file(), graph);
    if (format == "svg")
        return dockerfile::pictureAsSvg(picture, dockerfile::SvgOptions());
    return format == "dot" ? dockerfile::pictureAsDot(picture) : dockerfile::pictureAsMermaid(picture);
}

Result<void> Server::didOpen(const Message& message)
{
    const json::Object* document = TRY(json::object(message.params, "textDocument"));
    if (document == nullptr)
        return Error(ErrorCode::Invalid, "textDocument is missing");
    const std::string uri = TRY(json::text(*document, "uri"));
    m_workspace.open(uri, TRY(json::text(*document, "languageId")), TRY(json::integer(*document, "version")),
        TRY(json::text(*document, "text")));
    check(uri, DiagnosticsPublisher::When::Now);
    return {};
}

Result<void> Server::didChange(const Message& message)
{
    const std::string uri(message.documentUri());
    TextDocument* document = m_workspace.document(uri);
    if (document == nullptr)
        return Error(ErrorCode::Invalid, fmt::format("{} is not open", uri));
    const json::Array* changes = TRY(json::array(message.params, "contentChanges"));
    const json::Object* identifier = TRY(json::object(message.params, "textDocument"));
    m_workspace.setVersion(uri, TRY(json::integer(*identifier, "version")));
    for (const json::Value& value : changes != nullptr ? *changes : json::Array()) {
        const json::Object* change = value.if_object();
        if (change == nullptr)
            return Error(ErrorCode::Invalid, "contentChanges: expected objects");
        std::string text = TRY(json::text(*change, "text"));
        if (!change->contains("range")) {
            document->replaceAll(std::move(text));
            continue;
        }
        const ClientRange range = TRY(rangeOf(*change));
        TRY(document->replace(range.begin, range.end, text));
    }
    check(uri, DiagnosticsPublisher::When::Soon);
    return {};
}

Result<void> Server::didClose(const Message& message)
{
    const std::string uri(message.documentUri());
    const SnapshotPtr snapshot = m_workspace.snapshot(uri);
    if (!snapshot)
        return Error(ErrorCode::Invalid, fmt::format("{} is not open", uri));
    m_publisher.forget(uri);
    m_memory.tokens.erase(uri);
    m_workspace.close(uri);
    if (!m_workspace.traits().pullsDiagnostics)
        publish(*snapshot, {});
    return {};
}

Result<void> Server::didChangeConfiguration(const Message& message)
{
    const json::Object* given = TRY(json::object(message.params, "settings"));
    m_workspace.setSettings(given != nullptr ? TRY(Settings::read(*given)) : Settings());
    checkAll();
    return {};
}

void Server::publish(const Snapshot& snapshot, json::Array found)
{
    json::Object params;
    params["uri"] = snapshot.uri();
    params["version"] = snapshot.version();
    params["diagnostics"] = std::move(found);
    send(notificationText("textDocument/publishDiagnostics", std::move(params)));
}

void Server::check(const std::string& uri, DiagnosticsPublisher::When when)
{
    if (!m_workspace.traits().pullsDiagnostics)
        m_publisher.schedule(m_workspace.snapshot(uri), when);
}

/// Something around the documents has changed.
void Server::checkAll()
{
    for (const SnapshotPtr& snapshot : m_workspace.snapshots())
        check(snapshot->uri(), DiagnosticsPublisher::When::Now);
    if (m_workspace.traits().pullsDiagnostics && m_workspace.traits().refreshesDiagnostics)
        request("workspace/diagnostic/refresh", json::Value());
}

} // namespace

int serve(int input, int output)
{
    return Server(input, output).run();
}

} // namespace darsena::cli::lsp
