// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/unpack_process.h"

#include "core/os/file.h"
#include "core/os/process.h"
#include "core/store/feed.h"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

namespace darsena::store {

namespace {

constexpr std::size_t maxReportBytes = 64 << 20;
constexpr int progressMilliseconds = 100;

std::string_view name(UnpackMode mode)
{
    switch (mode) {
    case UnpackMode::Layer:
        return "layer";
    case UnpackMode::Plain:
        return "plain";
    case UnpackMode::Members:
        break;
    }
    return "members";
}

/// Reads the report while the child works on a file of its own; the offset of the shared file tells how far it is.
Result<std::string> readReport(int fd, int inputFd, const std::function<void(std::uint64_t)>& progress)
{
    std::string text;
    std::array<std::byte, 64 * 1024> buffer;
    for (;;) {
        struct pollfd ready { fd, POLLIN, 0 };
        const int count = ::poll(&ready, 1, inputFd >= 0 && progress ? progressMilliseconds : -1);
        if (count < 0 && errno != EINTR)
            return Error::system(errno, "poll");
        if (count == 0) {
            if (const off_t position = ::lseek(inputFd, 0, SEEK_CUR); position > 0)
                progress(static_cast<std::uint64_t>(position));
            continue;
        }
        if (count < 0)
            continue;
        const std::size_t got = TRY(os::readSome(fd, buffer));
        if (got == 0)
            return text;
        if (text.size() + got > maxReportBytes)
            return Error(ErrorCode::TooLarge, "darsena-unpack: report too long");
        text.append(reinterpret_cast<const char*>(buffer.data()), got);
    }
}

} // namespace

Result<UnpackReport> runUnpack(const std::filesystem::path& executable, const UnpackJob& job, std::stop_token stop)
{
    int report[2];
    if (::pipe2(report, O_CLOEXEC) != 0)
        return Error::system(errno, "pipe");
    UniqueFd reportRead = UniqueFd::adopt(report[0]);
    UniqueFd reportWrite = UniqueFd::adopt(report[1]);

    UniqueFd feed;
    UniqueFd feedChild;
    if (job.source) {
        int pair[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
            return Error::system(errno, "socketpair");
        feed = UniqueFd::adopt(pair[0]);
        feedChild = UniqueFd::adopt(pair[1]);
        const int size = 1 << 20; // as much as allowed: fewer switches between the two
        ::setsockopt(feed.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    }

    os::SpawnRequest request;
    request.arguments = { executable.native(), fmt::format("--mode={}", name(job.mode)), fmt::format("--bytes={}", job.limits.bytes),
        fmt::format("--entries={}", job.limits.entries), fmt::format("--depth={}", job.limits.depth), fmt::format("--ratio={}", job.limits.ratio) };
    if (job.formats == archive::Formats::All)
        request.arguments.emplace_back("--formats=all");
    request.descriptors = { { job.source ? feedChild.get() : job.inputFd, 0 }, { reportWrite.get(), 1 }, { job.targetFd, 3 } };
    if (job.indexFd >= 0)
        request.descriptors.emplace_back(job.indexFd, 4);
    if (job.scratchFd >= 0)
        request.descriptors.emplace_back(job.scratchFd, 5);
    request.newSession = true;
    auto child = os::spawn(request);
    if (!child) {
        if (child.error().systemError() == ENOENT)
            return Error(ErrorCode::Unavailable, executable.native() + " is not there");
        return child.error().withContext(executable.native());
    }
    reportWrite.reset();
    feedChild.reset();

    Result<void> pumped;
    Result<std::string> text = std::string();
    {
        const std::stop_callback kill(stop, [&] { static_cast<void>(child->signal(SIGKILL)); });
        if (job.source) {
            pumped = store::feedChild(*job.source, feed.get(), job.progress, stop);
            if (!pumped)
                static_cast<void>(child->signal(SIGKILL)); // an end of the stream would look like its true end
            feed.reset();
        }
        text = readReport(reportRead.get(), job.source ? -1 : job.inputFd, job.progress);
    }
    const auto end = child->wait();
    if (stop.stop_requested())
        return Error(ErrorCode::Cancelled, "cancelled");
    TRY(std::move(pumped));
    const std::string document = TRY(std::move(text));
    if (document.empty()) {
        return Error(ErrorCode::Internal, fmt::format("darsena-unpack ended without a report ({})",
            !end ? end.error().message() : end->signal != 0 ? fmt::format("signal {}", end->signal) : fmt::format("exit code {}", end->code)));
    }
    const json::Value value = TRY_CONTEXT("darsena-unpack", json::parse(document));
    if (!value.is_object())
        return Error(ErrorCode::Internal, "darsena-unpack: not a report");
    if (const json::Object* error = TRY(json::object(value.as_object(), "error")))
        return errorFromJson(*error);
    return UnpackReport::fromJson(value.as_object()).withContext("darsena-unpack");
}

} // namespace darsena::store
