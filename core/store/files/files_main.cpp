// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/files/files_main.h"

#include "core/os/file.h"
#include "core/store/confine.h"
#include "core/store/files/reader.h"
#include "core/store/files/view.h"
#include "core/store/files/writer.h"
#include "core/store/unpack_report.h"

#include <cerrno>
#include <numeric>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::store {

namespace {

constexpr int requestFd = 3;
constexpr int outputFd = 4;
constexpr int viewFd = 5;
constexpr int firstMountFd = 6;
constexpr std::size_t maxRequestBytes = 16 << 20;

Result<void> say(json::Object object)
{
    return os::writeAll(STDOUT_FILENO, json::serialize(object) + "\n");
}

Result<void> readTree(const os::Beneath& root, const FilesRequest& request)
{
    archive::FdSink output(outputFd);
    const Whiteouts whiteouts = request.layer ? Whiteouts::AreNothing : Whiteouts::AreDevices;
    FilesReader reader(output, whiteouts);
    if (request.action == FilesAction::Export) {
        TRY(say({ { "stat", PathStat().toJson() } }));
        TRY(reader.addContents(root));
        return reader.finish();
    }
    const RequestPath path = TRY(parseRequestPath(request.path));
    const PathStat stat = TRY(statPath(root, path, whiteouts));
    TRY(say({ { "stat", stat.toJson() } }));
    if (request.action == FilesAction::Stat)
        return {};
    TRY(reader.add(root, path));
    return reader.finish();
}

Result<void> writeTree(const os::Beneath& root, const FilesRequest& request)
{
    FilesWriter writer = TRY(FilesWriter::create(root, request));
    archive::FdSource input(STDIN_FILENO);
    return writer.unpack(input);
}

Result<void> serve()
{
    // Whoever started us waits for us; when it is killed, nobody wants the result.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return Error::system(errno, "prctl");
    ::umask(0);
    const std::string text = TRY(os::readAll(requestFd, maxRequestBytes));
    const FilesRequest request = TRY(FilesRequest::parse(text));
    ::close(requestFd);
    std::vector<int> mounts(request.mounts.size());
    std::iota(mounts.begin(), mounts.end(), firstMountFd);
    const os::Beneath root = TRY(enterView(request, viewFd, mounts));
    ::close(viewFd);
    for (const int mount : mounts)
        ::close(mount);
    TRY_CONTEXT("confine", dropPrivileges(request.maxBytes));
    return request.action == FilesAction::Write ? writeTree(root, request) : readTree(root, request);
}

/// Names in an error's text are any bytes; JSON is UTF-8.
json::Object report(const Error& error)
{
    json::Object object { { "error", errorToJson(error) } };
    if (json::parse(json::serialize(object)))
        return object;
    std::string text = error.message();
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
    return { { "error", errorToJson(Error(error.code(), text)) } };
}

} // namespace

int filesMain()
{
    const auto served = serve();
    return say(served ? json::Object { { "done", true } } : report(served.error())) && served ? 0 : 1;
}

} // namespace darsena::store
