// SPDX-License-Identifier: GPL-3.0-or-later
// darsena-unpack: takes a stream of hostile bytes apart. Started by the store, never by people. Descriptors:
// 0 the stream · 1 the report (JSON) · 3 the target directory · 4 the index to write · 5 an empty scratch file.
// Exit: 0 with a report, 1 with an error as the report. With --files it works in a container's files: see filesMain.
#include "core/archive/decompress.h"
#include "core/archive/prefetch_source.h"
#include "core/os/file.h"
#include "core/store/confine.h"
#include "core/store/files/files_main.h"
#include "core/store/layer_unpacker.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::store;

#if defined(__SANITIZE_ADDRESS__)
// The leak checker traces its own process, which the seccomp filter forbids.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }
#endif

namespace {

constexpr int targetFd = 3;
constexpr int indexFd = 4;
constexpr int scratchFd = 5;

struct Arguments {
    UnpackMode mode = UnpackMode::Layer;
    UnpackLimits limits;
    archive::Formats formats = archive::Formats::Layers;
};

Result<Arguments> parseArguments(std::span<char*> given)
{
    Arguments arguments;
    for (const char* raw : given) {
        const std::string_view text = raw;
        const std::size_t equals = text.find('=');
        const std::string_view key = text.substr(0, equals);
        const std::string_view value = equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
        if (text == "--formats=all") {
            arguments.formats = archive::Formats::All;
            continue;
        }
        if (key == "--mode") {
            if (value == "layer")
                arguments.mode = UnpackMode::Layer;
            else if (value == "plain")
                arguments.mode = UnpackMode::Plain;
            else if (value == "members")
                arguments.mode = UnpackMode::Members;
            else
                return Error(ErrorCode::Invalid, "unknown mode");
            continue;
        }
        std::uint64_t* const number = key == "--bytes" ? &arguments.limits.bytes
            : key == "--entries"                       ? &arguments.limits.entries
            : key == "--depth"                         ? &arguments.limits.depth
            : key == "--ratio"                         ? &arguments.limits.ratio
                                                       : nullptr;
        if (!number || std::from_chars(value.data(), value.data() + value.size(), *number).ec != std::errc() || *number == 0)
            return Error(ErrorCode::Invalid, fmt::format("unknown argument {}", text));
    }
    return arguments;
}

Result<UnpackReport> unpack(std::span<char*> given)
{
    const Arguments arguments = TRY(parseArguments(given));
    // Whoever started us waits for us; when it is killed, nobody wants the result.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return Error::system(errno, "prctl");
    ::umask(0);
    TRY_CONTEXT("darsena-unpack: confine", enterOwnRoot(targetFd));
    auto target = TRY(os::Beneath::adopt(UniqueFd::adopt(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC))));
    ::close(targetFd);

    archive::FdSource input(STDIN_FILENO);
    TRY_CONTEXT("darsena-unpack: confine", dropPrivileges(arguments.limits.bytes));
    auto decompressor = TRY(archive::Decompressor::create(input, arguments.formats));
    archive::PrefetchSource source(*decompressor);

    EntryLog log(scratchFd);
    LayerUnpacker unpacker(target, arguments.mode, arguments.limits, arguments.mode == UnpackMode::Layer ? &log : nullptr);
    TRY(unpacker.unpack(source));
    UnpackReport report = unpacker.report();
    report.diffId = source.digest();
    report.tarBytes = source.count();
    report.inputBytes = source.consumed();
    if (arguments.mode == UnpackMode::Layer) {
        archive::FdSink sink(indexFd);
        const auto finished = TRY(log.writeIndex(sink, [&](const layers::IndexEntry& entry) { return unpacker.finishDirectory(entry); }));
        report.opaqueDirectories = finished.opaque;
        report.impliedDirectories = finished.implied;
        report.pendingLinks = finished.pendingLinks;
    }
    return report;
}

} // namespace

int main(int argc, char** argv)
{
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN); // a file over the limit: EFBIG
    if (argc == 2 && std::string_view(argv[1]) == "--files")
        std::_Exit(filesMain());
    const auto report = unpack(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    const json::Object document = report ? report->toJson() : json::Object { { "error", errorToJson(report.error()) } };
    if (!os::writeAll(STDOUT_FILENO, json::serialize(document)))
        return 1;
    // The target's descriptors and threads are gone with the process; nothing is left to tidy up.
    std::_Exit(report ? 0 : 1);
}
