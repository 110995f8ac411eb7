// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Docker's framing of standard output and error on one stream (POST /containers/{id}/attach in the API's description): a byte
/// that names the stream, three zero bytes, the length as 32 bits big-endian, then so many bytes.
namespace darsena::http {

enum class StdioStream : std::uint8_t { In = 0, Out = 1, Err = 2 };

struct StdioFrame {
    StdioStream stream = StdioStream::Out;
    std::string data;
};

/// The frames of these bytes (one, unless they are longer than 32 bits count).
std::string encodeStdio(StdioStream stream, std::string_view bytes);

/// Takes frames out of bytes that come in any pieces. Gives the bytes of a frame as they come, not only whole frames, so that
/// a frame of any length costs no memory.
class StdioDecoder {
public:
    /// Errors: Invalid when the bytes are no such frames.
    Result<void> feed(std::string_view bytes, std::vector<StdioFrame>& out);
    /// True between frames: an end of stream here is a clean one.
    bool atBorder() const { return m_rest == 0 && m_header.empty(); }

private:
    std::string m_header; ///< the first bytes of a header
    std::uint32_t m_rest = 0; ///< bytes left of the current frame
    StdioStream m_stream = StdioStream::Out;
};

} // namespace darsena::http
