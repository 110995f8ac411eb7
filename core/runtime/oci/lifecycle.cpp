// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/oci/commands.h"
#include "core/runtime/oci/foreground.h"
#include "core/runtime/signal_name.h"

#include <csignal>

namespace darsena::runtime::command {

namespace {

Result<OciContainer> make(const OciRuntime& runtime, const Options& options, OciStart& start)
{
    if (options.noPivot)
        return Error(ErrorCode::Unsupported, "--no-pivot is not supported: without pivot_root the host's root stays within reach");
    start.consoleSocket = options.consoleSocket;
    start.pidFile = options.pidFile;
    start.newKeyring = !options.noNewKeyring;
    start.preserveFds = options.preserveFds;
    Result<OciContainer> made = runtime.create(options.id, options.bundle, start);
    reportWarnings(options, start.warnings);
    return made;
}

} // namespace

Result<int> create(const OciRuntime& runtime, const Options& options)
{
    OciStart start;
    TRY(make(runtime, options, start));
    return 0;
}

Result<int> run(const OciRuntime& runtime, const Options& options)
{
    OciStart begun;
    begun.keepTerminal = !options.detach && options.consoleSocket.empty();
    const OciContainer container = TRY_CONTEXT("run failed", make(runtime, options, begun));
    std::vector<std::string> warnings;
    if (const Result<void> started = runtime.start(container); !started) {
        (void)runtime.remove(container, true, warnings);
        reportWarnings(options, warnings);
        return started.error().withContext("run failed");
    }
    if (options.detach)
        return 0;
    const int code = TRY(stayWith(container.pid, std::move(begun.terminal)));
    if (!options.keep)
        TRY(runtime.remove(container, true, warnings));
    reportWarnings(options, warnings);
    return code;
}

Result<int> start(const OciRuntime& runtime, const Options& options)
{
    const OciContainer container = TRY(runtime.load(options.id));
    TRY(runtime.start(container));
    return 0;
}

Result<int> kill(const OciRuntime& runtime, const Options& options)
{
    const int number = TRY(signalNumber(options.signal));
    const OciContainer container = TRY(runtime.load(options.id));
    TRY(runtime.kill(container, number, options.all));
    return 0;
}

Result<int> remove(const OciRuntime& runtime, const Options& options)
{
    const Result<OciContainer> found = runtime.load(options.id);
    if (!found && options.force && found.error().code() == ErrorCode::NotFound)
        return 0;
    if (!found)
        return found.error();
    std::vector<std::string> warnings;
    TRY(runtime.remove(*found, options.force, warnings));
    reportWarnings(options, warnings);
    return 0;
}

Result<int> pause(const OciRuntime& runtime, const Options& options)
{
    const OciContainer container = TRY(runtime.load(options.id));
    TRY(runtime.pause(container));
    return 0;
}

Result<int> resume(const OciRuntime& runtime, const Options& options)
{
    const OciContainer container = TRY(runtime.load(options.id));
    TRY(runtime.resume(container));
    return 0;
}

} // namespace darsena::runtime::command
