// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace darsena::cli::lsp {

// JSON-RPC 2.0 as LSP 3.17 uses it.

/// Error codes of JSON-RPC and LSP.
enum class RpcCode {
    ParseError = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
    InternalError = -32603,
    ServerNotInitialized = -32002,
    RequestFailed = -32803,
    ContentModified = -32801,
    RequestCancelled = -32800,
};

/// What a client sent.
struct Message {
    std::string method; ///< empty: an answer to one of our requests
    json::Value id; ///< null: a notification
    json::Object params; ///< of an answer: empty
    json::Value result; ///< of an answer
    bool failed = false; ///< of an answer: it has an error

    bool isRequest() const { return !method.empty() && !id.is_null(); }
    /// params.textDocument.uri, or empty.
    std::string_view documentUri() const;
};

/// Reads the text of a message. Errors: Corrupt (no JSON: ParseError), Invalid (no message of JSON-RPC: InvalidRequest).
Result<Message> readMessage(std::string_view text);

std::string responseText(const json::Value& id, json::Value result);
std::string errorText(const json::Value& id, RpcCode code, std::string_view message);
std::string notificationText(std::string_view method, json::Value params);
std::string requestText(std::int64_t id, std::string_view method, json::Value params);

/// The code that says what kind of failure an error is.
RpcCode rpcCodeOf(const Error& error);

/// Messages on their way from the thread that reads them to the one that answers. Any thread.
class MessageQueue {
public:
    /// Waits while too much is waiting: a client that floods us gets no further than the pipe.
    void push(Message message);
    /// The sender is gone: pop() gives what is left, then nullopt.
    void close();
    std::optional<Message> pop();

    /// $/cancelRequest.
    void cancel(const json::Value& id);
    /// Whether a request was cancelled; forgets it.
    bool takeCancelled(const json::Value& id);
    /// Whether a change of a document waits: what is asked of it now is about a text that is gone.
    bool hasChangeOf(std::string_view uri) const;

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Message> m_messages;
    std::set<std::string> m_cancelled; ///< ids as JSON
    bool m_closed = false;
};

} // namespace darsena::cli::lsp
