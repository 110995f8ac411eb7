// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/log_store.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace darsena::gui {

namespace {
constexpr qint64 BlockBytes = 64 * 1024;
constexpr qint64 MemoryBlocks = 256; // 16 MiB when there is no disk to spill to
constexpr int CachedBlocks = 32;
constexpr std::size_t StreamCount = 3;
constexpr qint64 HeaderBytes = 1 + qint64(sizeof(quint32)); // a line's stream and length, in front of its text
} // namespace

LogStore::LogStore(QObject* parent)
    : LogStore(Limits(), parent)
{
}

LogStore::LogStore(Limits limits, QObject* parent)
    : QObject(parent)
    , m_limits(limits)
    , m_cache(CachedBlocks)
{
    m_limits.lineBytes = std::clamp<qint64>(m_limits.lineBytes, 1, BlockBytes / 2);
    m_blocks.emplace_back();
}

LogStore::~LogStore() = default;

void LogStore::append(LogStream stream, QByteArrayView bytes)
{
    if (bytes.isEmpty())
        return;
    m_bytesReceived += bytes.size();
    feed(stream, bytes);
    Q_EMIT appended();
}

void LogStore::feed(LogStream stream, QByteArrayView bytes)
{
    const auto which = static_cast<std::size_t>(stream);
    QByteArray& open = m_open[which];
    bool& sawReturn = m_sawReturn[which];
    const auto add = [&](QByteArrayView piece) {
        if (!piece.isEmpty() && sawReturn) {
            open.clear();
            sawReturn = false;
        }
        while (!piece.isEmpty()) {
            const qint64 room = m_limits.lineBytes - open.size();
            if (room <= 0) {
                commit(stream, open);
                open.clear();
                continue;
            }
            const qsizetype take = std::min<qsizetype>(room, piece.size());
            open.append(piece.first(take));
            piece = piece.sliced(take);
        }
    };

    qsizetype begin = 0;
    for (qsizetype at = 0; at < bytes.size(); ++at) {
        const char c = bytes[at];
        if (c != '\n' && c != '\r')
            continue;
        add(bytes.sliced(begin, at - begin));
        begin = at + 1;
        if (c == '\r') {
            sawReturn = true;
        } else {
            commit(stream, open);
            open.clear();
            sawReturn = false;
        }
    }
    add(bytes.sliced(begin));
}

void LogStore::commit(LogStream stream, const QByteArray& line)
{
    if (m_blocks.back().bytes + HeaderBytes + line.size() > BlockBytes)
        sealLastBlock();
    Block& last = m_blocks.back();
    if (last.memory.capacity() < BlockBytes)
        last.memory.reserve(BlockBytes);
    m_lastStarts.push_back(last.bytes);
    const auto length = static_cast<quint32>(line.size());
    last.memory.append(static_cast<char>(stream));
    last.memory.append(reinterpret_cast<const char*>(&length), sizeof length);
    last.memory.append(line);
    last.bytes = last.memory.size();
    ++last.lines;
}

void LogStore::sealLastBlock()
{
    const qint64 ringBlocks = std::max<qint64>(2, m_limits.bytes / BlockBytes);
    Block& full = m_blocks.back();
    m_lastStarts.clear();

    if (m_fileUsable && !m_file.isOpen() && !m_file.open())
        m_fileUsable = false;
    if (m_fileUsable) {
        const qint64 slot = m_nextSlot % ringBlocks;
        if (m_file.seek(slot * BlockBytes) && m_file.write(full.memory) == full.memory.size() && m_file.flush()) {
            ++m_nextSlot;
            full.slot = slot;
            full.memory = QByteArray();
        } else {
            m_fileUsable = false;
        }
    }
    if (!m_fileUsable && m_degraded.isEmpty())
        m_degraded = m_file.errorString();

    const qint64 keep = m_fileUsable ? ringBlocks : std::min(ringBlocks, MemoryBlocks);
    Block next;
    next.firstLine = full.firstLine + full.lines;
    m_blocks.push_back(std::move(next));
    while (static_cast<qint64>(m_blocks.size()) > keep)
        m_blocks.pop_front();
}

void LogStore::finish()
{
    bool any = false;
    for (std::size_t stream = 0; stream < StreamCount; ++stream) {
        if (!m_open[stream].isEmpty()) {
            commit(static_cast<LogStream>(stream), m_open[stream]);
            any = true;
        }
        m_open[stream].clear();
        m_sawReturn[stream] = false;
    }
    if (any)
        Q_EMIT appended();
}

void LogStore::clear()
{
    m_blocks.clear();
    m_blocks.emplace_back();
    m_lastStarts.clear();
    for (std::size_t stream = 0; stream < StreamCount; ++stream) {
        m_open[stream].clear();
        m_sawReturn[stream] = false;
    }
    m_cache.clear();
    m_nextSlot = 0;
    m_bytesReceived = 0;
    Q_EMIT cleared();
}

qint64 LogStore::endLine() const
{
    return finishedEnd() + std::count_if(std::begin(m_open), std::end(m_open), [](const QByteArray& line) { return !line.isEmpty(); });
}

LogLine LogStore::line(qint64 number) const
{
    if (number < firstLine() || number >= endLine())
        return {};
    if (number >= finishedEnd()) {
        qint64 skip = number - finishedEnd();
        for (std::size_t stream = 0; stream < StreamCount; ++stream) {
            if (!m_open[stream].isEmpty() && skip-- == 0)
                return { static_cast<LogStream>(stream), m_open[stream] };
        }
        return {};
    }
    const auto after = std::upper_bound(m_blocks.begin(), m_blocks.end(), number,
        [](qint64 wanted, const Block& block) { return wanted < block.firstLine; });
    const Block& block = *std::prev(after);
    const auto index = static_cast<std::size_t>(number - block.firstLine);
    const auto cut = [&](const QByteArray& bytes, const std::vector<qint64>& starts) -> LogLine {
        const qint64 begin = starts[index];
        const qint64 end = index + 1 < starts.size() ? starts[index + 1] : block.bytes;
        return { static_cast<LogStream>(bytes[begin]), bytes.mid(begin + HeaderBytes, end - begin - HeaderBytes) };
    };
    if (&block == &m_blocks.back())
        return cut(block.memory, m_lastStarts);
    const ReadBlock* read = readBlock(block);
    return read ? cut(read->bytes, read->starts) : LogLine();
}

const LogStore::ReadBlock* LogStore::readBlock(const Block& block) const
{
    if (const ReadBlock* cached = m_cache.object(block.firstLine))
        return cached;
    auto read = std::make_unique<ReadBlock>();
    read->bytes = block.memory;
    if (block.slot >= 0) {
        // Reading moves the file's position, which is no state of ours: every use seeks first.
        auto& file = const_cast<QTemporaryFile&>(m_file);
        if (!file.seek(block.slot * BlockBytes))
            return nullptr;
        read->bytes = file.read(block.bytes);
    }
    if (read->bytes.size() != block.bytes)
        return nullptr;
    read->starts.reserve(static_cast<std::size_t>(block.lines));
    for (qint64 at = 0; at < block.bytes;) {
        quint32 length = 0;
        std::memcpy(&length, read->bytes.constData() + at + 1, sizeof length);
        read->starts.push_back(at);
        at += HeaderBytes + length;
    }
    const ReadBlock* kept = read.get();
    m_cache.insert(block.firstLine, read.release());
    return kept;
}

} // namespace darsena::gui
