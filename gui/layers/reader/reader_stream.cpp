// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/reader/reader_stream.h"

#include <algorithm>

namespace darsena::gui {

namespace {

constexpr qsizetype maxLineBytes = 4 << 20;
constexpr std::int64_t maxMessageBytes = 1 << 30;
constexpr qsizetype maxReserved = 64 << 20; ///< whatever is announced

} // namespace

Result<void> ReaderStream::takeLine(std::vector<ReaderMessage>& out)
{
    const json::Value value = TRY_CONTEXT("the reader's message", json::parse({ m_line.constData(), static_cast<std::size_t>(m_line.size()) }));
    m_line.clear();
    if (!value.is_object())
        return Error(ErrorCode::Corrupt, "the reader's message is no object");
    const std::int64_t bytes = TRY(json::integer(value.as_object(), "bytes"));
    if (bytes < 0 || bytes > maxMessageBytes)
        return Error(ErrorCode::TooLarge, "the reader announces more than is taken");
    m_message = ReaderMessage { value.as_object(), {} };
    m_missing = static_cast<qsizetype>(bytes);
    m_message->bytes.reserve(std::min(m_missing, maxReserved));
    if (m_missing == 0) {
        out.push_back(std::move(*m_message));
        m_message.reset();
    }
    return {};
}

Result<void> ReaderStream::feed(const QByteArray& bytes, std::vector<ReaderMessage>& out)
{
    qsizetype at = 0;
    while (at < bytes.size()) {
        if (m_message) {
            const qsizetype count = std::min(m_missing, bytes.size() - at);
            m_message->bytes.append(bytes.constData() + at, count);
            at += count;
            m_missing -= count;
            if (m_missing == 0) {
                out.push_back(std::move(*m_message));
                m_message.reset();
            }
            continue;
        }
        const qsizetype end = bytes.indexOf('\n', at);
        const qsizetype stop = end < 0 ? bytes.size() : end;
        if (m_line.size() + (stop - at) > maxLineBytes)
            return Error(ErrorCode::TooLarge, "the reader's message is too long");
        m_line.append(bytes.constData() + at, stop - at);
        at = stop;
        if (end < 0)
            break;
        ++at;
        TRY(takeLine(out));
    }
    return {};
}

} // namespace darsena::gui
