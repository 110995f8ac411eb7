// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QCache>
#include <QObject>
#include <QTemporaryFile>

#include <deque>
#include <vector>

namespace darsena::gui {

/// Where a line of a log came from.
enum class LogStream : quint8 { Out, Err, Engine };

struct LogLine {
    LogStream stream = LogStream::Out;
    /// Bytes as received, without the line break; UTF-8 by convention, with terminal colours (SGR) still in it.
    QByteArray text;
};

/// The lines of one log, append-only and numbered from 0. Memory is constant: full blocks of lines go to a nameless
/// temporary file that works as a ring, and what is older than its bound is forgotten. Reading a line costs at most
/// one read of a 64 KiB block, so a view may ask for the lines it shows and nothing else.
/// Should the disk refuse, the last 16 MiB are kept in memory instead, and degraded() says why.
/// Thread: the one it lives in.
class LogStore : public QObject {
    Q_OBJECT
public:
    struct Limits {
        /// How much text the ring keeps.
        qint64 bytes = qint64(512) * 1024 * 1024;
        /// Longer lines are continued on the next.
        qint64 lineBytes = 16 * 1024;
    };

    explicit LogStore(QObject* parent = nullptr);
    LogStore(Limits limits, QObject* parent);
    ~LogStore() override;

    /// Takes bytes as they come: a line may arrive in pieces and shows before its end. A carriage return starts the
    /// line anew, as a terminal would (progress bars).
    void append(LogStream stream, QByteArrayView bytes);
    /// The log has ended: what has no line break yet is a line.
    void finish();
    /// Forgets all lines; numbers start again at 0.
    void clear();

    /// The number of the oldest line that is still kept; 0 until the ring wrapped.
    qint64 firstLine() const { return m_blocks.front().firstLine; }
    /// One past the last line, the unfinished ones included.
    qint64 endLine() const;
    /// Lines below this number never change again.
    qint64 finishedEnd() const { return m_blocks.back().firstLine + m_blocks.back().lines; }
    /// The line, or an empty one when it is not kept (any more).
    LogLine line(qint64 number) const;
    /// Bytes of text received since the last clear().
    qint64 bytesReceived() const { return m_bytesReceived; }
    /// Empty, or why less than promised is kept.
    QString degraded() const { return m_degraded; }

Q_SIGNALS:
    /// Lines were added or the last ones grew. Not emitted once per line but once per append().
    void appended();
    void cleared();

private:
    struct Block {
        qint64 firstLine = 0;
        qint64 lines = 0;
        qint64 bytes = 0;
        qint64 slot = -1; // its place in the ring file, or -1: in memory
        QByteArray memory;
    };
    struct ReadBlock {
        QByteArray bytes;
        std::vector<qint64> starts;
    };

    void feed(LogStream stream, QByteArrayView bytes);
    void commit(LogStream stream, const QByteArray& line);
    void sealLastBlock();
    const ReadBlock* readBlock(const Block& block) const;

    Limits m_limits;
    std::deque<Block> m_blocks; // never empty; the last one is in memory and grows
    std::vector<qint64> m_lastStarts;
    QByteArray m_open[3];
    bool m_sawReturn[3] = { false, false, false };
    QTemporaryFile m_file;
    bool m_fileUsable = true;
    qint64 m_nextSlot = 0;
    qint64 m_bytesReceived = 0;
    QString m_degraded;
    mutable QCache<qint64, ReadBlock> m_cache; // by first line
};

} // namespace darsena::gui
