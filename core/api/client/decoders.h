// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/client/call.h"
#include "core/api/http/stdio_frames.h"
#include "core/api/model/wire.h"

#include <string>

namespace darsena::client {

/// Cuts a stream of JSON values that follow each other, with or without line breaks between (Docker sends both), into the
/// texts of single values, and a top-level list into its elements.
class JsonSplitter {
public:
    /// Bounds: 16 MiB a value, 64 levels. Errors: Invalid, TooLarge.
    Result<void> feed(std::string_view bytes, std::vector<std::string>& out);
    /// Whether an end of the stream here is clean.
    bool atBorder() const { return m_text.empty() && !m_inList; }

private:
    Result<void> take(char c, std::vector<std::string>& out);

    std::string m_text; ///< of the value that is not complete
    int m_depth = 0;
    bool m_inText = false;
    bool m_escaped = false;
    bool m_inList = false;
};

template<typename T>
class JsonDecoder : public StreamDecoder<T> {
public:
    Result<void> feed(std::string_view bytes, std::vector<T>& out) override
    {
        std::vector<std::string> texts;
        // What came whole before the stream broke is still worth having.
        auto split = m_splitter.feed(bytes, texts);
        for (const std::string& text : texts)
            out.push_back(TRY(model::parse<T>(text)));
        return split;
    }
    Result<void> feedEnd(std::vector<T>&) override
    {
        if (!m_splitter.atBorder())
            return Error(ErrorCode::Unavailable, "the engine closed the stream in the middle of a message");
        return {};
    }

private:
    JsonSplitter m_splitter;
};

/// Bytes that mean nothing to us: a file, an archive. Each piece as it came.
class ByteDecoder : public StreamDecoder<std::string> {
public:
    Result<void> feed(std::string_view bytes, std::vector<std::string>& out) override;
    Result<void> feedEnd(std::vector<std::string>&) override { return {}; }
};

/// Docker's stdio frames, or raw bytes of a terminal as frames of Out.
class StdioStreamDecoder : public StreamDecoder<http::StdioFrame> {
public:
    explicit StdioStreamDecoder(bool raw)
        : m_raw(raw)
    {
    }
    Result<void> feed(std::string_view bytes, std::vector<http::StdioFrame>& out) override;
    Result<void> feedEnd(std::vector<http::StdioFrame>& out) override;

private:
    bool m_raw;
    http::StdioDecoder m_decoder;
};

} // namespace darsena::client
