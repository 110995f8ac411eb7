// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/files/files_process.h"

#include "core/os/file.h"
#include "core/os/process.h"
#include "core/store/feed.h"
#include "core/store/unpack_report.h"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace darsena::store {

namespace {

constexpr std::size_t maxReportLine = 1 << 20;
constexpr int firstMountFd = 6;
constexpr int deathMilliseconds = 2000;

struct Ends {
    UniqueFd ours, theirs;
};

Result<Ends> makePipe(bool oursReads)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return Error::system(errno, "pipe");
    UniqueFd reading = UniqueFd::adopt(ends[0]);
    UniqueFd writing = UniqueFd::adopt(ends[1]);
    return oursReads ? Ends { std::move(reading), std::move(writing) } : Ends { std::move(writing), std::move(reading) };
}

Result<Ends> makeSocketPair()
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return Error::system(errno, "socketpair");
    const int size = 1 << 20;
    ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    return Ends { UniqueFd::adopt(ends[0]), UniqueFd::adopt(ends[1]) };
}

Result<UniqueFd> requestFile(const FilesRequest& request)
{
    UniqueFd file = UniqueFd::adopt(::memfd_create("request", MFD_CLOEXEC));
    if (!file)
        return Error::system(errno, "memfd");
    TRY(os::writeAll(file.get(), request.toText()));
    if (::lseek(file.get(), 0, SEEK_SET) != 0)
        return Error::system(errno, "seek");
    return file;
}

/// What the child says, line by line.
class Reports {
public:
    explicit Reports(int fd)
        : m_fd(fd)
    {
    }
    /// Nothing at the end.
    Result<std::optional<json::Object>> next()
    {
        for (;;) {
            if (const std::size_t end = m_text.find('\n'); end != std::string::npos) {
                const json::Value value = TRY(json::parse(std::string_view(m_text).substr(0, end)));
                m_text.erase(0, end + 1);
                if (!value.is_object())
                    return Error(ErrorCode::Internal, "not a report");
                return std::optional(value.get_object());
            }
            std::array<std::byte, 4096> buffer;
            const std::size_t count = TRY(os::readSome(m_fd, buffer));
            if (count == 0)
                return std::optional<json::Object>();
            m_text.append(reinterpret_cast<const char*>(buffer.data()), count);
            if (m_text.size() > maxReportLine)
                return Error(ErrorCode::Internal, "report too long");
        }
    }
    /// The last line: done, or the error.
    Result<void> last(const std::optional<json::Object>& given)
    {
        if (!given)
            return Error(ErrorCode::Internal, "the worker on the container's files ended without a word");
        if (const json::Object* error = TRY(json::object(*given, "error")))
            return errorFromJson(*error);
        return {};
    }

private:
    int m_fd;
    std::string m_text;
};

Result<void> receive(Reports& reports, int outputFd, const FilesJob& job)
{
    const auto first = TRY(reports.next());
    const json::Object* stat = first ? TRY(json::object(*first, "stat")) : nullptr;
    if (!stat)
        return reports.last(first);
    const PathStat what = TRY(PathStat::fromJson(*stat));
    archive::ByteSink* sink = TRY(job.begin(what));
    if (sink && job.request.action != FilesAction::Stat) {
        archive::FdSource output(outputFd);
        TRY(archive::copy(output, *sink));
    }
    const auto last = TRY(reports.next());
    return reports.last(last);
}

} // namespace

Result<void> runFiles(const std::filesystem::path& executable, FilesJob job, std::stop_token stop)
{
    Ends report = TRY(makePipe(true));
    Ends output = TRY(makePipe(true));
    ::fcntl(output.ours.get(), F_SETPIPE_SZ, 1 << 20); // fewer switches between the two
    Ends input;
    const UniqueFd request = TRY(requestFile(job.request));

    os::SpawnRequest spawn;
    spawn.arguments = { executable.native(), "--files" };
    spawn.newSession = true;
    spawn.descriptors = { { report.theirs.get(), 1 }, { request.get(), 3 }, { output.theirs.get(), 4 }, { job.view.get(), 5 } };
    if (job.input) {
        input = TRY(makeSocketPair());
        spawn.descriptors.emplace_back(input.theirs.get(), 0);
    }
    for (std::size_t index = 0; index < job.mounts.size(); ++index)
        spawn.descriptors.emplace_back(job.mounts[index].get(), firstMountFd + static_cast<int>(index));
    if (stop.stop_requested())
        return Error(ErrorCode::Cancelled, "cancelled");
    auto child = os::spawn(spawn);
    if (!child)
        return child.error().systemError() == ENOENT ? Error(ErrorCode::Unavailable, executable.native() + " is not there") : child.error();
    report.theirs.reset();
    output.theirs.reset();
    input.theirs.reset();
    job.view.reset(); // the child alone keeps the mounts now
    job.mounts.clear();

    Reports reports(report.ours.get());
    const auto work = [&]() -> Result<void> {
        if (!job.input)
            return receive(reports, output.ours.get(), job);
        TRY(feedChild(*job.input, input.ours.get(), {}, stop));
        input.ours.reset();
        const auto last = TRY(reports.next());
        return reports.last(last);
    };
    Result<void> worked;
    {
        const std::stop_callback kill(stop, [&] {
            static_cast<void>(child->signal(SIGKILL));
            struct pollfd death { child->pidfd(), POLLIN, 0 };
            ::poll(&death, 1, deathMilliseconds);
        });
        worked = work();
        if (!worked)
            static_cast<void>(child->signal(SIGKILL)); // an end of its input would look like the true end
    }
    static_cast<void>(child->wait());
    if (stop.stop_requested())
        return Error(ErrorCode::Cancelled, "cancelled");
    return worked;
}

} // namespace darsena::store
