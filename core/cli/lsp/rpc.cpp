// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/rpc.h"

#include <algorithm>

namespace darsena::cli::lsp {

namespace {

constexpr std::size_t maxWaiting = 4096;
constexpr std::size_t maxCancelled = 1024;

bool isId(const json::Value& value)
{
    return value.is_string() || value.is_int64() || value.is_uint64() || value.is_double();
}

} // namespace

std::string_view Message::documentUri() const
{
    const json::Value* document = params.if_contains("textDocument");
    if (document == nullptr || !document->is_object())
        return {};
    const json::Value* uri = document->get_object().if_contains("uri");
    return uri != nullptr && uri->is_string() ? std::string_view(uri->get_string()) : std::string_view();
}

Result<Message> readMessage(std::string_view text)
{
    auto parsed = json::parse(text);
    if (!parsed)
        return parsed.error().as(ErrorCode::Corrupt);
    if (!parsed->is_object())
        return Error(ErrorCode::Invalid, "a message has to be an object; batches are not part of LSP");
    json::Object& object = parsed->get_object();
    Message message;
    if (json::Value* id = object.if_contains("id"); id != nullptr && !id->is_null()) {
        if (!isId(*id))
            return Error(ErrorCode::Invalid, "id: expected a number or a string");
        message.id = *id;
    }
    json::Value* method = object.if_contains("method");
    if (method == nullptr) {
        json::Value* result = object.if_contains("result");
        message.failed = object.contains("error");
        if (message.id.is_null() || (result == nullptr && !message.failed))
            return Error(ErrorCode::Invalid, "neither a request nor an answer: method is missing");
        if (result != nullptr)
            message.result = std::move(*result);
        return message;
    }
    if (!method->is_string() || method->get_string().empty())
        return Error(ErrorCode::Invalid, "method: expected a name");
    message.method = method->get_string();
    if (json::Value* params = object.if_contains("params"); params != nullptr && !params->is_null()) {
        if (params->is_object())
            message.params = std::move(params->get_object());
        else if (!params->is_array() || !params->get_array().empty())
            return Error(ErrorCode::Invalid, "params: expected an object");
    }
    return message;
}

std::string responseText(const json::Value& id, json::Value result)
{
    json::Object object;
    object["jsonrpc"] = "2.0";
    object["id"] = id;
    object["result"] = std::move(result);
    return json::serialize(std::move(object));
}

std::string errorText(const json::Value& id, RpcCode code, std::string_view message)
{
    json::Object error;
    error["code"] = static_cast<int>(code);
    error["message"] = message;
    json::Object object;
    object["jsonrpc"] = "2.0";
    object["id"] = id;
    object["error"] = std::move(error);
    return json::serialize(std::move(object));
}

std::string notificationText(std::string_view method, json::Value params)
{
    json::Object object;
    object["jsonrpc"] = "2.0";
    object["method"] = method;
    object["params"] = std::move(params);
    return json::serialize(std::move(object));
}

std::string requestText(std::int64_t id, std::string_view method, json::Value params)
{
    json::Object object;
    object["jsonrpc"] = "2.0";
    object["id"] = id;
    object["method"] = method;
    object["params"] = std::move(params);
    return json::serialize(std::move(object));
}

RpcCode rpcCodeOf(const Error& error)
{
    switch (error.code()) {
    case ErrorCode::Invalid:
        return RpcCode::InvalidParams;
    case ErrorCode::Unsupported:
        return RpcCode::MethodNotFound;
    case ErrorCode::Cancelled:
        return RpcCode::RequestCancelled;
    case ErrorCode::NotModified:
        return RpcCode::ContentModified;
    case ErrorCode::Conflict:
    case ErrorCode::NotFound:
    case ErrorCode::TooLarge:
        return RpcCode::RequestFailed;
    default:
        return RpcCode::InternalError;
    }
}

void MessageQueue::push(Message message)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_messages.size() < maxWaiting || m_closed; });
    m_messages.push_back(std::move(message));
    m_changed.notify_all();
}

void MessageQueue::close()
{
    const std::scoped_lock lock(m_mutex);
    m_closed = true;
    m_changed.notify_all();
}

std::optional<Message> MessageQueue::pop()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return !m_messages.empty() || m_closed; });
    if (m_messages.empty())
        return std::nullopt;
    Message message = std::move(m_messages.front());
    m_messages.pop_front();
    m_changed.notify_all();
    return message;
}

void MessageQueue::cancel(const json::Value& id)
{
    const std::scoped_lock lock(m_mutex);
    const bool waits = std::any_of(
        m_messages.begin(), m_messages.end(), [&](const Message& message) { return message.id == id; });
    if (waits && m_cancelled.size() < maxCancelled)
        m_cancelled.insert(json::serialize(id));
}

bool MessageQueue::takeCancelled(const json::Value& id)
{
    const std::scoped_lock lock(m_mutex);
    return !m_cancelled.empty() && m_cancelled.erase(json::serialize(id)) > 0;
}

bool MessageQueue::hasChangeOf(std::string_view uri) const
{
    const std::scoped_lock lock(m_mutex);
    return std::any_of(m_messages.begin(), m_messages.end(), [&](const Message& message) {
        return message.method == "textDocument/didChange" && message.documentUri() == uri;
    });
}

} // namespace darsena::cli::lsp
