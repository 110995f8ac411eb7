// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/log_file_reader.h"

#include "core/base/json.h"
#include "core/engine/texts.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::engine {

namespace {

constexpr std::size_t kMaxLine = 1 << 20;
constexpr std::size_t kReadBytes = 1 << 16;
constexpr int kMaxRotated = 100;

/// Nine digits of fraction always, as `docker logs -t` prints it.
std::string fixedTime(model::Time time)
{
    std::string text = model::formatTime(time);
    text.pop_back(); // Z
    const auto dot = text.find('.');
    if (dot == std::string::npos)
        text += ".";
    const std::size_t digits = dot == std::string::npos ? 0 : text.size() - dot - 1;
    return text + std::string(9 - digits, '0') + "Z";
}

std::string percentEncoded(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain)
            out += c;
        else if (c == ' ')
            out += '+';
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

/// "key=value,key=value", encoded as in an address.
std::string detailsOf(const json::Object& record)
{
    std::map<std::string, std::string> attributes;
    const auto found = record.find("attrs");
    if (found != record.end() && found->value().is_object()) {
        for (const auto& member : found->value().get_object()) {
            if (member.value().is_string())
                attributes[std::string(member.key())] = member.value().get_string();
        }
    }
    std::string text;
    for (const auto& [key, value] : attributes)
        text += (text.empty() ? "" : ",") + percentEncoded(key) + "=" + percentEncoded(value);
    return text;
}

} // namespace

Result<std::unique_ptr<LogFileReader>> LogFileReader::open(
    std::filesystem::path path, LogOptions options, std::shared_ptr<EndSignal> end, std::optional<std::uint64_t> maxBytes)
{
    std::unique_ptr<LogFileReader> reader(new LogFileReader);
    reader->m_path = std::move(path);
    reader->m_options = std::move(options);
    reader->m_end = std::move(end);
    reader->m_maxBytes = maxBytes;
    if (reader->m_options.follow && reader->m_end)
        TRY(reader->startFollowing()); // before the first look, so that nothing falls between
    TRY(reader->openFiles());
    if (reader->m_options.tail)
        TRY(reader->seekTail());
    return reader;
}

Result<std::optional<LogFileReader::File>> LogFileReader::openFile(const std::filesystem::path& path)
{
    File file;
    file.fd = UniqueFd::adopt(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (!file.fd) {
        if (errno == ENOENT)
            return std::optional<File>();
        if (errno == ELOOP)
            return Error(ErrorCode::Corrupt, fmt::format("the log {} is a link", path.string()));
        return Error::system(errno, fmt::format("open the log {}", path.string()));
    }
    struct stat status{};
    if (::fstat(file.fd.get(), &status) < 0)
        return Error::system(errno, fmt::format("examine the log {}", path.string()));
    if (!S_ISREG(status.st_mode))
        return Error(ErrorCode::Corrupt, fmt::format("the log {} is not a regular file", path.string()));
    file.inode = status.st_ino;
    return std::optional(std::move(file));
}

Result<void> LogFileReader::openFiles()
{
    if (auto current = TRY(openFile(m_path)))
        m_files.push_front(std::move(*current));
    for (int number = 1; number <= kMaxRotated; ++number) {
        auto older = TRY(openFile(fmt::format("{}.{}", m_path.string(), number)));
        if (!older)
            break;
        m_files.push_front(std::move(*older));
    }
    return {};
}

Result<void> LogFileReader::seekTail()
{
    std::int64_t wanted = std::max<std::int64_t>(*m_options.tail, 0);
    std::array<char, kReadBytes> block;
    bool first = true;
    for (std::size_t index = m_files.size(); index-- > 0;) {
        File& file = m_files[index];
        struct stat status{};
        if (::fstat(file.fd.get(), &status) < 0)
            return Error::system(errno, "examine the log");
        auto end = static_cast<std::uint64_t>(status.st_size);
        if (first && m_maxBytes)
            end = std::min(end, *m_maxBytes);
        if (wanted == 0) {
            file.position = end;
            m_files.erase(m_files.begin(), m_files.begin() + static_cast<std::ptrdiff_t>(index));
            return {};
        }
        std::uint64_t place = end;
        while (place > 0) {
            const std::uint64_t start = place > block.size() ? place - block.size() : 0;
            const ssize_t got = ::pread(file.fd.get(), block.data(), place - start, static_cast<off_t>(start));
            if (got <= 0)
                break;
            for (std::uint64_t at = start + static_cast<std::uint64_t>(got); at-- > start;) {
                // The break that ends the last line begins no line.
                if (block[at - start] != '\n' || at + 1 == end)
                    continue;
                if (--wanted == 0) {
                    file.position = at + 1;
                    m_files.erase(m_files.begin(), m_files.begin() + static_cast<std::ptrdiff_t>(index));
                    return {};
                }
            }
            place = start;
        }
        if (end > 0 && --wanted == 0) {
            m_files.erase(m_files.begin(), m_files.begin() + static_cast<std::ptrdiff_t>(index));
            return {};
        }
        first = false;
    }
    return {};
}

Result<void> LogFileReader::startFollowing()
{
    m_inotify = UniqueFd::adopt(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!m_inotify)
        return Error::system(errno, "watch the log");
    // The folder, not the file: the file may not be there yet, and another takes its place when it is turned over.
    if (::inotify_add_watch(m_inotify.get(), m_path.parent_path().c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0)
        return Error::system(errno, "watch the log");
    m_epoll = UniqueFd::adopt(::epoll_create1(EPOLL_CLOEXEC));
    if (!m_epoll)
        return Error::system(errno, "watch the log");
    for (const int fd : {m_inotify.get(), m_end->wake.fd()}) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = fd;
        if (::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, fd, &event) < 0)
            return Error::system(errno, "watch the log");
    }
    return {};
}

bool LogFileReader::takeLine(std::string& line, bool last)
{
    for (;;) {
        const auto end = m_buffer.find('\n', m_begin);
        if (end == std::string::npos) {
            if (m_buffer.size() - m_begin > kMaxLine) {
                m_skipping = true;
                m_buffer.clear();
                m_begin = 0;
            }
            if (!last || m_begin == m_buffer.size())
                return false;
            line = m_skipping ? std::string() : m_buffer.substr(m_begin);
            m_buffer.clear();
            m_begin = 0;
            m_skipping = false;
            return !line.empty();
        }
        const bool whole = !m_skipping;
        m_skipping = false;
        line.assign(m_buffer, m_begin, end - m_begin);
        m_begin = end + 1;
        if (m_begin == m_buffer.size()) {
            m_buffer.clear();
            m_begin = 0;
        }
        if (whole)
            return true;
    }
}

Result<bool> LogFileReader::fill()
{
    File& file = m_files.front();
    std::size_t wanted = kReadBytes;
    if (m_maxBytes && m_files.size() == 1)
        wanted = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, *m_maxBytes - std::min(*m_maxBytes, file.position)));
    if (wanted == 0)
        return false;
    if (m_begin > 0) {
        m_buffer.erase(0, m_begin);
        m_begin = 0;
    }
    const std::size_t size = m_buffer.size();
    m_buffer.resize(size + wanted);
    const ssize_t got = ::pread(file.fd.get(), m_buffer.data() + size, wanted, static_cast<off_t>(file.position));
    m_buffer.resize(size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0)
        return Error::system(errno, fmt::format("read the log {}", m_path.string()));
    file.position += static_cast<std::uint64_t>(got);
    return got > 0;
}

Result<bool> LogFileReader::turnedOver()
{
    struct stat status{};
    if (::stat(m_path.c_str(), &status) < 0 || (!m_files.empty() && status.st_ino == m_files.front().inode))
        return false;
    auto file = TRY(openFile(m_path));
    if (!file)
        return false;
    m_files.push_back(std::move(*file));
    return true;
}

std::optional<LogChunk> LogFileReader::decode(std::string_view line)
{
    // A power cut leaves runs of NUL where data never reached the disk (docker/for-linux 140).
    line.remove_prefix(std::min(line.find_first_not_of('\0'), line.size()));
    const auto document = json::parse(line);
    if (!document || !document->is_object())
        return std::nullopt;
    const json::Object& object = document->get_object();
    const auto text = json::text(object, "log");
    const auto stream = json::text(object, "stream");
    const auto time = json::text(object, "time");
    if (!text || !stream || !time)
        return std::nullopt;
    const auto moment = model::parseTime(*time);
    if (!moment || !*moment)
        return std::nullopt;
    LogChunk chunk;
    chunk.stream = *stream == "stderr" ? LogChunk::Stream::Err : LogChunk::Stream::Out;
    if (m_options.since && **moment < *m_options.since)
        return std::nullopt;
    if (m_options.until && **moment > *m_options.until) {
        m_finished = true;
        return std::nullopt;
    }
    if (chunk.stream == LogChunk::Stream::Err ? !m_options.err : !m_options.out)
        return std::nullopt;
    if (m_options.timestamps)
        chunk.data = fixedTime(**moment) + " ";
    if (m_options.details)
        chunk.data += detailsOf(object) + " ";
    chunk.data += *text;
    return chunk;
}

Result<void> LogFileReader::advance()
{
    std::string line;
    while (!m_pending && !m_finished) {
        if (takeLine(line, false)) {
            m_pending = decode(line);
            continue;
        }
        // Asked before reading: what was written before the end is then surely read.
        const bool live = m_options.follow && m_end && !m_end->ended;
        if (!m_files.empty() && TRY(fill()))
            continue;
        if (m_files.size() > 1) {
            if (takeLine(line, true))
                m_pending = decode(line);
            m_files.pop_front();
            continue;
        }
        // The old file is read once more after that: something may have come between its end and the turn-over.
        if (m_options.follow && m_end && TRY(turnedOver()))
            continue;
        if (live)
            return {};
        if (takeLine(line, true))
            m_pending = decode(line);
        else
            m_finished = true;
    }
    return {};
}

bool LogFileReader::ready()
{
    // Emptied first: a change after this makes the descriptor readable again.
    std::array<char, 4096> ignored;
    if (m_inotify) {
        while (::read(m_inotify.get(), ignored.data(), ignored.size()) > 0) { }
    }
    return !advance() || m_pending || m_finished;
}

Result<std::optional<LogChunk>> LogFileReader::next(std::stop_token stop)
{
    for (;;) {
        std::array<char, 4096> ignored;
        if (m_inotify) {
            while (::read(m_inotify.get(), ignored.data(), ignored.size()) > 0) { }
        }
        TRY(advance());
        if (m_pending)
            return std::exchange(m_pending, std::nullopt);
        if (m_finished || stop.stop_requested())
            return std::optional<LogChunk>();
        std::optional<std::chrono::milliseconds> limit;
        if (m_options.until) {
            const auto left = *m_options.until - now();
            if (left <= std::chrono::nanoseconds(0))
                return std::optional<LogChunk>();
            limit = std::chrono::ceil<std::chrono::milliseconds>(left);
        }
        (void)TRY(waitReadable(m_epoll.get(), stop, limit));
    }
}

} // namespace darsena::engine
