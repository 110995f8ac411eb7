// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/http/stdio_frames.h"

#include <algorithm>

namespace darsena::http {

std::string encodeStdio(StdioStream stream, std::string_view bytes)
{
    std::string out;
    while (!bytes.empty()) {
        const std::size_t length = std::min<std::size_t>(bytes.size(), UINT32_MAX);
        const char header[8] = { static_cast<char>(stream), 0, 0, 0, static_cast<char>(length >> 24), static_cast<char>(length >> 16),
            static_cast<char>(length >> 8), static_cast<char>(length) };
        out.append(header, sizeof header);
        out += bytes.substr(0, length);
        bytes.remove_prefix(length);
    }
    return out;
}

Result<void> StdioDecoder::feed(std::string_view bytes, std::vector<StdioFrame>& out)
{
    while (!bytes.empty()) {
        if (m_rest > 0) {
            const std::size_t length = std::min<std::size_t>(bytes.size(), m_rest);
            out.push_back({ m_stream, std::string(bytes.substr(0, length)) });
            bytes.remove_prefix(length);
            m_rest -= static_cast<std::uint32_t>(length);
            continue;
        }
        const std::size_t missing = std::min(bytes.size(), 8 - m_header.size());
        m_header += bytes.substr(0, missing);
        bytes.remove_prefix(missing);
        if (m_header.size() < 8)
            continue;
        const auto at = [this](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(m_header[i])); };
        if (at(0) > 2 || at(1) != 0 || at(2) != 0 || at(3) != 0)
            return Error(ErrorCode::Invalid, "the stream is not made of Docker's stdio frames");
        m_stream = static_cast<StdioStream>(at(0));
        m_rest = at(4) << 24 | at(5) << 16 | at(6) << 8 | at(7);
        m_header.clear();
    }
    return {};
}

} // namespace darsena::http
