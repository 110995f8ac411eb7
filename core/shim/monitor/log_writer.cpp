// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/shim/monitor/log_writer.h"

#include "core/shim/json_text.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::shim {

namespace {

constexpr std::size_t maxRecord = 16 * 1024;
constexpr std::size_t flushAt = 64 * 1024;

/// Cuts what comes after the last line end, looking at the last 64 KiB: no record is longer.
void cutTornTail(int fd, std::uint64_t& size)
{
    char buffer[4096];
    std::uint64_t end = size;
    while (end > 0 && size - end < 128 * 1024) {
        const std::size_t some = static_cast<std::size_t>(std::min<std::uint64_t>(end, sizeof buffer));
        const ssize_t length = ::pread(fd, buffer, some, static_cast<off_t>(end - some));
        if (length != static_cast<ssize_t>(some))
            return;
        for (std::size_t i = some; i > 0; --i) {
            if (buffer[i - 1] != '\n')
                continue;
            const std::uint64_t keep = end - some + i;
            if (keep < size && ::ftruncate(fd, static_cast<off_t>(keep)) == 0)
                size = keep;
            return;
        }
        end -= some;
    }
    if (end == 0 && ::ftruncate(fd, 0) == 0)
        size = 0;
}

} // namespace

Result<LogWriter> LogWriter::open(const std::string& path, std::uint64_t maxSize, unsigned maxFiles, std::string_view attributes)
{
    LogWriter writer;
    writer.m_path = path;
    writer.m_maxSize = maxSize;
    if (!attributes.empty())
        writer.m_attributes = R"("attrs":)" + std::string(attributes) + ",";
    writer.m_maxFiles = std::clamp(maxFiles, 1U, 1000U);
    if (!path.empty())
        TRY(writer.reopen());
    return writer;
}

Result<void> LogWriter::reopen()
{
    m_file = UniqueFd::adopt(::open(m_path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0640));
    struct stat status {};
    if (!m_file || ::fstat(m_file.get(), &status) != 0)
        return darsena::Error::system(errno, "log " + m_path);
    if (!S_ISREG(status.st_mode))
        return darsena::Error(ErrorCode::Conflict, "log " + m_path + ": not a regular file");
    m_size = static_cast<std::uint64_t>(status.st_size);
    cutTornTail(m_file.get(), m_size);
    return {};
}

void LogWriter::add(Stream stream, std::string_view bytes)
{
    if (!m_file)
        return;
    timespec now {};
    ::clock_gettime(CLOCK_REALTIME, &now);
    std::string& partial = m_partial[stream];
    while (!bytes.empty()) {
        const std::size_t lineEnd = bytes.find('\n');
        const std::size_t room = maxRecord - partial.size();
        const std::size_t length = std::min(lineEnd == std::string_view::npos ? bytes.size() : lineEnd + 1, room);
        const bool complete = bytes[length - 1] == '\n' || length == room;
        if (!complete) {
            partial.append(bytes);
            break;
        }
        if (partial.empty()) {
            appendRecord(stream, bytes.substr(0, length), now);
        } else {
            partial.append(bytes.substr(0, length));
            appendRecord(stream, partial, now);
            partial.clear();
        }
        bytes.remove_prefix(length);
    }
    flush();
}

void LogWriter::finish()
{
    timespec now {};
    ::clock_gettime(CLOCK_REALTIME, &now);
    for (const Stream stream : { Output, Error }) {
        if (m_file && !m_partial[stream].empty())
            appendRecord(stream, m_partial[stream], now);
        m_partial[stream].clear();
    }
    flush();
}

void LogWriter::appendRecord(Stream stream, std::string_view text, const timespec& now)
{
    m_encoded += R"({"log":")";
    appendEscaped(m_encoded, text);
    m_encoded += stream == Output ? R"(","stream":"stdout",)" : R"(","stream":"stderr",)";
    m_encoded += m_attributes;
    m_encoded += R"("time":")";
    appendTime(m_encoded, now);
    m_encoded += "\"}\n";
    if (m_encoded.size() >= flushAt)
        flush();
}

void LogWriter::flush()
{
    if (m_encoded.empty())
        return;
    if (m_maxSize > 0 && m_size > 0 && m_size + m_encoded.size() > m_maxSize)
        turnOver();
    std::string_view rest = m_encoded;
    const std::uint64_t before = m_size;
    while (m_file && !rest.empty()) {
        const ssize_t written = ::write(m_file.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            // Disk full: no half record may stay, since every line must be whole.
            if (::ftruncate(m_file.get(), static_cast<off_t>(before)) == 0)
                m_size = before;
            break;
        }
        m_size += static_cast<std::uint64_t>(written);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    m_encoded.clear();
    if (m_encoded.capacity() > 4 * flushAt)
        m_encoded.shrink_to_fit();
}

void LogWriter::turnOver()
{
    // log.1 is the youngest old one. With one file only, it starts anew.
    for (unsigned i = m_maxFiles - 1; i > 1; --i)
        (void)std::rename((m_path + "." + std::to_string(i - 1)).c_str(), (m_path + "." + std::to_string(i)).c_str());
    if (m_maxFiles > 1)
        (void)std::rename(m_path.c_str(), (m_path + ".1").c_str());
    else
        (void)::unlink(m_path.c_str());
    if (!reopen())
        m_file.reset();
}

} // namespace darsena::shim
