// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/log_reader.h"
#include "core/engine/wake_fd.h"

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

namespace darsena::engine {

/// Says that one run of a container is over. Its descriptor stays readable from then on, for any number of waiters.
struct EndSignal {
    explicit EndSignal(WakeFd fd)
        : wake(std::move(fd))
    {
    }
    void end()
    {
        ended = true;
        wake.notify();
    }
    std::atomic<bool> ended = false;
    WakeFd wake;
};

/// Reads the json-file log of one container: `<path>`, and the files turned over before it, `<path>.1` (newest) and up.
/// Format of a line: {"log":"text\n","stream":"stdout","time":"RFC 3339"}.
class LogFileReader : public LogReader {
public:
    /// `end` says when following stops; nullptr = the container does not run. `maxBytes` ends the reading of the current
    /// file there (a replay before an attached stream). A missing log is an empty one.
    /// Errors: Corrupt when something else than a regular file is there (CVE-2026-53489).
    static Result<std::unique_ptr<LogFileReader>> open(
        std::filesystem::path path, LogOptions options, std::shared_ptr<EndSignal> end, std::optional<std::uint64_t> maxBytes = {});

    Result<std::optional<LogChunk>> next(std::stop_token stop = {}) override;
    int fd() const override { return m_epoll.get(); }
    bool ready() override;

private:
    LogFileReader() = default;

    struct File {
        UniqueFd fd;
        std::uint64_t position = 0;
        std::uint64_t inode = 0;
    };
    static Result<std::optional<File>> openFile(const std::filesystem::path& path);
    Result<void> openFiles();
    Result<void> seekTail();
    Result<void> startFollowing();
    /// Fills m_pending if it can without waiting; sets m_finished at the end.
    Result<void> advance();
    /// Takes one whole line out of the buffer; false when there is none.
    bool takeLine(std::string& line, bool last);
    Result<bool> fill();
    /// True when a newer file has taken the place of the current one, which is then opened.
    Result<bool> turnedOver();
    std::optional<LogChunk> decode(std::string_view line);

    std::filesystem::path m_path;
    LogOptions m_options;
    std::shared_ptr<EndSignal> m_end;
    std::optional<std::uint64_t> m_maxBytes;
    std::deque<File> m_files; ///< oldest first; the front one is being read
    std::string m_buffer;
    std::size_t m_begin = 0; ///< of what is unread in the buffer
    bool m_skipping = false; ///< inside a line that is too long
    std::optional<LogChunk> m_pending;
    bool m_finished = false;
    UniqueFd m_inotify;
    UniqueFd m_epoll;
};

} // namespace darsena::engine
