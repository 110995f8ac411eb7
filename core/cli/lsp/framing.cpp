// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/framing.h"

#include "core/cli/utf8.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include <fmt/format.h>
#include <unistd.h>

namespace darsena::cli::lsp {

namespace {

constexpr std::size_t maxHeaderLine = 8 * 1024;

Error brokenOff()
{
    return Error(ErrorCode::Unavailable, "the client's stream ended in the middle of a message");
}

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Result<void> writeAll(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return Error::system(errno, "write to the client");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

} // namespace

/// Reads more into the buffer; false at the end of the stream.
Result<bool> MessageReader::fill()
{
    m_buffer.erase(0, m_at);
    m_at = 0;
    std::array<char, 64 * 1024> chunk;
    ssize_t count = 0;
    do {
        count = ::read(m_fd, chunk.data(), chunk.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return Error::system(errno, "read from the client");
    m_buffer.append(chunk.data(), static_cast<std::size_t>(count));
    return count > 0;
}

/// A header line without its line break; of one that is far too long, the front. nullopt at the end of the stream.
Result<std::optional<std::string>> MessageReader::line()
{
    std::string result;
    while (true) {
        const std::size_t end = m_buffer.find('\n', m_at);
        const std::size_t stop = std::min(end, m_buffer.size());
        result.append(m_buffer, m_at, std::min(stop - m_at, maxHeaderLine - std::min(result.size(), maxHeaderLine)));
        if (end != std::string::npos) {
            m_at = end + 1;
            if (result.ends_with('\r'))
                result.pop_back();
            return std::optional(std::move(result));
        }
        m_at = m_buffer.size();
        if (!TRY(fill())) {
            if (result.empty())
                return std::optional<std::string>();
            return brokenOff();
        }
    }
}

Result<std::string> MessageReader::body(std::size_t length)
{
    std::string result;
    while (true) {
        const std::size_t count = std::min(length - result.size(), m_buffer.size() - m_at);
        result.append(m_buffer, m_at, count);
        m_at += count;
        if (result.size() == length)
            return result;
        if (!TRY(fill()))
            return brokenOff();
    }
}

Result<void> MessageReader::skip(std::size_t length)
{
    while (true) {
        const std::size_t count = std::min(length, m_buffer.size() - m_at);
        m_at += count;
        length -= count;
        if (length == 0)
            return {};
        if (!TRY(fill()))
            return brokenOff();
    }
}

Result<std::optional<std::string>> MessageReader::next()
{
    std::optional<std::size_t> length;
    bool sawHeader = false;
    while (true) {
        const auto header = TRY(line());
        if (!header) {
            if (sawHeader)
                return brokenOff();
            return std::optional<std::string>();
        }
        if (header->empty()) {
            // An empty line where a header should begin is the rest of something that was not understood.
            if (!sawHeader)
                continue;
            if (!length)
                return Error(ErrorCode::Invalid, "a message without Content-Length");
            break;
        }
        sawHeader = true;
        const std::size_t colon = header->find(':');
        const std::string_view name = dockerfile::trim(std::string_view(*header).substr(0, colon));
        if (colon == std::string::npos || !dockerfile::equalsIgnoringCase(name, "content-length"))
            continue;
        const std::string_view value = dockerfile::trim(std::string_view(*header).substr(colon + 1));
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (error == std::errc::result_out_of_range)
            return Error(ErrorCode::TooLarge, "a message of more bytes than there are");
        if (error != std::errc() || end != value.data() + value.size())
            return Error(ErrorCode::Invalid, "Content-Length is not a number");
        length = number;
    }
    if (*length > maxMessageBytes) {
        TRY(skip(*length));
        return Error(ErrorCode::TooLarge,
            fmt::format("a message of {} bytes; the most that is taken is {}", *length, maxMessageBytes));
    }
    return std::optional(TRY(body(*length)));
}

Result<void> MessageWriter::write(std::string_view body)
{
    const std::string valid = isAscii(body) ? std::string(body) : validUtf8(body);
    const std::string header = fmt::format("Content-Length: {}\r\n\r\n", valid.size());
    const std::scoped_lock lock(m_mutex);
    return writeAll(m_fd, header + valid);
}

} // namespace darsena::cli::lsp
