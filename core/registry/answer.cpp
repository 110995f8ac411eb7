// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/answer.h"

#include "core/base/json.h"

#include <array>

#include <fmt/format.h>

namespace darsena::registry {

namespace {

constexpr std::size_t maxErrorBytes = 64 * 1024;
constexpr std::size_t maxErrorText = 300;

/// The distribution specification's {"errors":[{"code","message","detail"}]}.
std::string messageOf(std::string_view body)
{
    const auto value = json::parse(body);
    if (!value || !value->is_object())
        return {};
    const auto errors = json::array(value->as_object(), "errors");
    if (!errors || *errors == nullptr || (*errors)->empty() || !(*errors)->front().is_object())
        return {};
    const json::Object& first = (*errors)->front().as_object();
    const std::string message = json::text(first, "message").valueOr({});
    return message.empty() ? json::text(first, "code").valueOr({}) : message;
}

} // namespace

Result<std::string> readBody(Exchange& exchange, std::size_t maxBytes)
{
    std::string body;
    std::array<std::byte, 32 * 1024> buffer;
    while (const std::size_t count = TRY(exchange.read(buffer))) {
        if (body.size() + count > maxBytes)
            return Error(ErrorCode::TooLarge, fmt::format("more than {} bytes", maxBytes));
        body.append(reinterpret_cast<const char*>(buffer.data()), count);
    }
    return body;
}

std::string errorText(Exchange& exchange)
{
    const auto body = readBody(exchange, maxErrorBytes);
    if (!body)
        return {};
    std::string text = messageOf(*body);
    // It goes to a terminal. (JSON's strings are UTF-8; a cut in the middle of a character is mended by none but us.)
    std::erase_if(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (text.size() > maxErrorText) {
        std::size_t end = maxErrorText;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
            --end;
        text.resize(end);
    }
    return text;
}

} // namespace darsena::registry
