// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layer_fetcher.h"

#include "core/api/client/calls.h"
#include "core/api/client/unix_transport.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

// What goes over the channel between two processes of one program: a Question and its path; then Parts with their bytes, the
// last of which is Done or Failed.
namespace darsena::cli {

namespace {

constexpr std::uint64_t maxPathBytes = 64 * 1024;
constexpr std::uint64_t maxPartBytes = 1 << 20;

struct Question {
    std::uint64_t layer;
    std::uint64_t maxBytes;
    std::uint64_t pathBytes; ///< 0: the layer's index
};

enum class Kind : std::uint32_t { Bytes, Done, Failed };

struct Part {
    Kind kind;
    std::uint32_t code; ///< of the error
    std::uint64_t bytes; ///< of the content, or of the error's message
};

bool sendAll(int fd, const void* bytes, std::size_t count)
{
    const char* at = static_cast<const char*>(bytes);
    while (count > 0) {
        const ssize_t sent = ::send(fd, at, count, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return false;
        at += std::max<ssize_t>(sent, 0);
        count -= static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
    }
    return true;
}

/// In the process that fetches.
class Server {
public:
    Server(UniqueFd channel, const std::filesystem::path& socket, const std::string& image)
        : m_channel(std::move(channel))
        , m_transport(socket)
        , m_image(image)
    {
    }

    /// Until nobody asks any longer. What asks may have been taken over by the bytes that it reads.
    void run()
    {
        for (Question question {}; receive(&question, sizeof question) && question.pathBytes <= maxPathBytes;) {
            std::string path(question.pathBytes, '\0');
            if (!receive(path.data(), path.size()) || !answer(question, path))
                return;
        }
    }

private:
    bool receive(void* bytes, std::size_t count)
    {
        while (count > 0) {
            const ssize_t got = ::read(m_channel.get(), bytes, count);
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                return false;
            bytes = static_cast<char*>(bytes) + got;
            count -= static_cast<std::size_t>(got);
        }
        return true;
    }

    bool send(Kind kind, std::string_view bytes, ErrorCode code = {})
    {
        const Part part { kind, static_cast<std::uint32_t>(code), bytes.size() };
        return sendAll(m_channel.get(), &part, sizeof part) && sendAll(m_channel.get(), bytes.data(), bytes.size());
    }

    bool answer(const Question& question, const std::string& path)
    {
        const auto layer = static_cast<std::size_t>(question.layer);
        const auto call = path.empty() ? client::layerIndex(m_image, layer) : client::layerFile(m_image, layer, path);
        std::uint64_t sent = 0;
        const auto pass = [&](std::string& piece) -> Result<void> {
            sent += piece.size();
            if (sent > question.maxBytes)
                return Error(ErrorCode::TooLarge, fmt::format("more than {} bytes", question.maxBytes));
            for (std::string_view rest = piece; !rest.empty(); rest.remove_prefix(std::min<std::size_t>(rest.size(), maxPartBytes))) {
                if (!send(Kind::Bytes, rest.substr(0, maxPartBytes)))
                    return Error(ErrorCode::Cancelled, "nobody waits for it");
            }
            return {};
        };
        const auto done = m_transport.stream<std::string>(call, pass);
        return done ? send(Kind::Done, {}) : send(Kind::Failed, done.error().message().substr(0, maxPartBytes), done.error().code());
    }

    UniqueFd m_channel;
    client::UnixTransport m_transport;
    const std::string& m_image;
};

/// Nobody's pipe stays open because of us.
void closeStandardStreams()
{
    const auto nothing = UniqueFd::adopt(::open("/dev/null", O_RDWR | O_CLOEXEC));
    for (const int fd : { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO })
        ::dup2(nothing.get(), fd);
}

} // namespace

LayerFetcher::LayerFetcher(UniqueFd channel, std::stop_token stop)
    : m_channel(std::move(channel))
    , m_stop(std::move(stop))
{
}

LayerFetcher::LayerFetcher(LayerFetcher&& other) noexcept
    : m_channel(std::move(other.m_channel))
    , m_stop(std::move(other.m_stop))
{
}

Result<LayerFetcher> LayerFetcher::start(const std::filesystem::path& socket, const std::string& image, std::stop_token stop)
{
    int ends[2] = { -1, -1 };
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return Error::system(errno, "socketpair");
    auto ours = UniqueFd::adopt(ends[0]);
    auto theirs = UniqueFd::adopt(ends[1]);
    const pid_t child = ::fork();
    if (child < 0)
        return Error::system(errno, "fork");
    if (child == 0) {
        ours.reset();
        ::prctl(PR_SET_DUMPABLE, 0); // its memory is nobody's, and least of all that of who asks
        closeStandardStreams();
        Server(std::move(theirs), socket, image).run();
        ::_exit(0);
    }
    return LayerFetcher(std::move(ours), std::move(stop));
}

Result<std::string> LayerFetcher::fetch(std::size_t layer, const std::string& path, std::uint64_t maxBytes)
{
    if (path.size() > maxPathBytes)
        return Error(ErrorCode::Invalid, fmt::format("a path of {} bytes", path.size()));
    const std::scoped_lock lock(m_mutex);
    const Question question { layer, maxBytes, path.size() };
    if (!m_channel || !sendAll(m_channel.get(), &question, sizeof question) || !sendAll(m_channel.get(), path.data(), path.size()))
        return Error(ErrorCode::Unavailable, "the process that asks the engine is gone");
    return receiveAnswer(maxBytes);
}

Result<std::string> LayerFetcher::receiveAnswer(std::uint64_t maxBytes)
{
    std::string content;
    for (;;) {
        Part part {};
        TRY(receive(&part, sizeof part));
        if (part.bytes > maxPartBytes || (part.kind == Kind::Bytes && content.size() + part.bytes > maxBytes)) {
            m_channel.reset();
            return Error(ErrorCode::TooLarge, fmt::format("more than {} bytes", maxBytes));
        }
        std::string bytes(part.bytes, '\0');
        TRY(receive(bytes.data(), bytes.size()));
        switch (part.kind) {
        case Kind::Bytes:
            content += bytes;
            break;
        case Kind::Done:
            return content;
        case Kind::Failed:
            return Error(static_cast<ErrorCode>(part.code), std::move(bytes));
        }
    }
}

Result<void> LayerFetcher::receive(void* bytes, std::size_t count)
{
    constexpr int sliceMilliseconds = 200;
    while (count > 0) {
        pollfd more { m_channel.get(), POLLIN, 0 };
        const int ready = ::poll(&more, 1, sliceMilliseconds);
        if (m_stop.stop_requested()) {
            m_channel.reset(); // the rest of this answer is not the next one's
            return Error(ErrorCode::Cancelled, "stopped");
        }
        if (ready <= 0)
            continue;
        const ssize_t got = ::read(m_channel.get(), bytes, count);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            m_channel.reset();
            return Error(ErrorCode::Unavailable, "the process that asks the engine is gone");
        }
        bytes = static_cast<char*>(bytes) + got;
        count -= static_cast<std::size_t>(got);
    }
    return {};
}

} // namespace darsena::cli
