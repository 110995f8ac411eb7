// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/file.h"
#include "core/runtime/oci/commands.h"
#include "core/runtime/oci/foreground.h"

#include <charconv>

namespace darsena::runtime::command {

namespace {

constexpr std::size_t maxProcessBytes = 4U << 20;

/// "uid" or "uid:gid". Names are the caller's to resolve.
Result<void> readUser(const std::string& text, oci::User& user)
{
    const std::size_t colon = text.find(':');
    const auto number = [](std::string_view digits, std::uint32_t& value) {
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return error == std::errc() && end == digits.data() + digits.size();
    };
    user.uid = user.gid = 0;
    const std::string_view whole = text;
    if (!number(whole.substr(0, colon), user.uid) || (colon != std::string::npos && !number(whole.substr(colon + 1), user.gid)))
        return Error(ErrorCode::Invalid, "--user: \"" + text + "\" is not uid or uid:gid");
    return {};
}

void addCapabilities(const std::vector<std::string>& names, oci::Process& process)
{
    if (names.empty())
        return;
    if (!process.capabilities)
        process.capabilities.emplace();
    for (std::vector<std::string>* const set :
        { &process.capabilities->bounding, &process.capabilities->permitted, &process.capabilities->effective })
        set->insert(set->end(), names.begin(), names.end());
}

/// The container's first process with other arguments, and what the options change.
Result<oci::Process> processFromOptions(const OciContainer& container, const Options& options)
{
    oci::Process process = *container.spec.process;
    process.args.assign(options.rest.begin() + 1, options.rest.end());
    process.terminal = options.terminal;
    process.consoleSize.reset();
    process.env.insert(process.env.end(), options.environment.begin(), options.environment.end());
    if (!options.cwd.empty())
        process.cwd = options.cwd;
    if (!options.apparmor.empty())
        process.apparmorProfile = options.apparmor;
    if (!options.user.empty())
        TRY(readUser(options.user, process.user));
    process.user.additionalGids.insert(process.user.additionalGids.end(), options.additionalGids.begin(), options.additionalGids.end());
    process.noNewPrivileges = process.noNewPrivileges || options.noNewPrivileges;
    addCapabilities(options.capabilities, process);
    return process;
}

Result<int> execute(const OciRuntime& runtime, const Options& options)
{
    if (options.rest.empty())
        return Error(ErrorCode::Invalid, "a container id is needed");
    if (options.rest.size() == 1 && options.processFile.empty())
        return Error(ErrorCode::Invalid, "process args cannot be empty");
    if (!options.processLabel.empty())
        return Error(ErrorCode::Unsupported, "--process-label: SELinux is not supported");
    const OciContainer container = TRY(runtime.load(options.rest.front()));
    OciExec what;
    if (options.processFile.empty()) {
        what.process = TRY(processFromOptions(container, options));
    } else {
        const std::string text = TRY(os::readFile(options.processFile, maxProcessBytes));
        what.process = TRY(oci::parseProcess(text));
    }
    what.subCgroup = options.subCgroup;
    what.ignorePaused = options.ignorePaused;
    OciStart start;
    start.consoleSocket = options.consoleSocket;
    start.keepTerminal = !options.detach && options.consoleSocket.empty();
    start.pidFile = options.pidFile;
    start.preserveFds = options.preserveFds;
    const pid_t pid = TRY(runtime.exec(container, what, start));
    reportWarnings(options, start.warnings);
    return options.detach ? Result<int>(0) : stayWith(pid, std::move(start.terminal));
}

} // namespace

Result<int> exec(const OciRuntime& runtime, const Options& options)
{
    const Result<int> done = execute(runtime, options);
    if (done)
        return done;
    // Not 1, which may be the process's own.
    report(options, "error", "exec failed: " + done.error().message());
    return 255;
}

} // namespace darsena::runtime::command
