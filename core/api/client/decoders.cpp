// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/client/decoders.h"

namespace darsena::client {
namespace {

constexpr std::size_t maxValueBytes = 16 * 1024 * 1024;
constexpr int maxDepth = 64;

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

} // namespace

Result<void> JsonSplitter::feed(std::string_view bytes, std::vector<std::string>& out)
{
    for (const char c : bytes)
        TRY(take(c, out));
    return {};
}

Result<void> JsonSplitter::take(char c, std::vector<std::string>& out)
{
    if (m_text.empty()) {
        if (isBlank(c) || (m_inList && c == ','))
            return {};
        if (!m_inList && c == '[') {
            m_inList = true;
            return {};
        }
        if (m_inList && c == ']') {
            m_inList = false;
            return {};
        }
        if (c != '{')
            return Error(ErrorCode::Invalid, "the engine's stream is not made of JSON objects");
    }
    if (m_text.size() == maxValueBytes)
        return Error(ErrorCode::TooLarge, "a message of the engine's stream is longer than 16 MiB");
    m_text += c;
    if (m_inText) {
        if (m_escaped)
            m_escaped = false;
        else if (c == '\\')
            m_escaped = true;
        else if (c == '"')
            m_inText = false;
        return {};
    }
    if (c == '"') {
        m_inText = true;
    } else if (c == '{' || c == '[') {
        if (++m_depth > maxDepth)
            return Error(ErrorCode::TooLarge, "a message of the engine's stream is nested too deeply");
    } else if (c == '}' || c == ']') {
        if (--m_depth == 0)
            out.push_back(std::exchange(m_text, {}));
    }
    return {};
}

Result<void> ByteDecoder::feed(std::string_view bytes, std::vector<std::string>& out)
{
    if (!bytes.empty())
        out.emplace_back(bytes);
    return {};
}

Result<void> StdioStreamDecoder::feed(std::string_view bytes, std::vector<http::StdioFrame>& out)
{
    if (!m_raw)
        return m_decoder.feed(bytes, out);
    if (!bytes.empty())
        out.push_back({ http::StdioStream::Out, std::string(bytes) });
    return {};
}

Result<void> StdioStreamDecoder::feedEnd(std::vector<http::StdioFrame>&)
{
    if (!m_raw && !m_decoder.atBorder())
        return Error(ErrorCode::Unavailable, "the engine closed the stream in the middle of a frame");
    return {};
}

} // namespace darsena::client
