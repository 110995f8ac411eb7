// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace darsena::cli::lsp {

/// The largest message that is taken: a file of 20 MB, escaped twice over.
inline constexpr std::size_t maxMessageBytes = std::size_t {128} << 20;

/// Cuts a stream of bytes into messages: "Content-Length: N", other header lines, an empty line, N bytes (LSP 3.17,
/// "Base Protocol"). One thread.
class MessageReader {
public:
    /// The descriptor stays the caller's.
    explicit MessageReader(int fd)
        : m_fd(fd)
    { }

    /// The next message's body; nullopt at the end of the stream. Errors: Invalid (a header without a length: reading
    /// goes on with the next line that looks like a header), TooLarge (the message was skipped); after these the next
    /// call goes on. System and Unavailable (the stream broke, or ended inside a message) end it.
    Result<std::optional<std::string>> next();

private:
    Result<bool> fill();
    Result<std::optional<std::string>> line();
    Result<std::string> body(std::size_t length);
    Result<void> skip(std::size_t length);

    int m_fd;
    std::string m_buffer;
    std::size_t m_at = 0; ///< what lies before is taken
};

/// Writes messages; whole ones, whoever writes. Any thread.
class MessageWriter {
public:
    explicit MessageWriter(int fd)
        : m_fd(fd)
    { }

    /// Bytes that are not UTF-8 (names of files, quotes from files) become U+FFFD. Errors: System.
    Result<void> write(std::string_view body);

private:
    int m_fd;
    std::mutex m_mutex;
};

} // namespace darsena::cli::lsp
