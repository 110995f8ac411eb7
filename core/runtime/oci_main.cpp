// SPDX-License-Identifier: GPL-3.0-or-later
// darsena-oci: the OCI runtime command line, for podman, containerd and other people's runtime tests. It takes the global
// options that callers of runc pass, and prints what they read.
#include "core/os/file.h"
#include "core/runtime/cgroups/cgroup.h"
#include "core/runtime/defaults.h"
#include "core/runtime/oci_container.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <csignal>
#include <ctime>
#include <fstream>
#include <iostream>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace darsena;

namespace {

struct Options {
    std::string root = "/run/darsena-oci";
    std::string log, logFormat = "text";
    bool systemdCgroup = false, debug = false;

    std::string id, bundle = ".", consoleSocket, pidFile, signal = "TERM", processFile, cwd, user;
    std::vector<std::string> command, environment;
    bool all = false, force = false, detach = false, terminal = false, noPivot = false, noNewKeyring = false;
    int preserveFds = 0;
    std::string format = "table";
};

/// Where callers look for the reason: standard error, and the log file in the form that they asked for.
void report(const Options& options, const std::string& level, const std::string& text)
{
    std::cerr << "darsena-oci: " << text << "\n";
    if (options.log.empty())
        return;
    std::ofstream out(options.log, std::ios::app);
    char now[32];
    const std::time_t seconds = std::time(nullptr);
    std::tm parts {};
    ::gmtime_r(&seconds, &parts);
    std::strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (options.logFormat == "json")
        out << json::serialize(json::Object { { "level", level }, { "msg", text }, { "time", now } }) << "\n";
    else
        out << "time=\"" << now << "\" level=" << level << " msg=" << json::serialize(json::Value(text)) << "\n";
}

runtime::OciStart startOf(const Options& options)
{
    runtime::OciStart start;
    start.consoleSocket = options.consoleSocket;
    start.pidFile = options.pidFile;
    return start;
}

Result<int> waitFor(pid_t pid)
{
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return Error::system(errno, "wait");
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

Result<int> create(const runtime::OciRuntime& runtime, const Options& options)
{
    if (options.preserveFds != 0)
        return Error(ErrorCode::Unsupported, "--preserve-fds is not supported");
    runtime::OciStart start = startOf(options);
    TRY(runtime.create(options.id, options.bundle, start));
    for (const std::string& warning : start.warnings)
        report(options, "warning", warning);
    return 0;
}

Result<int> run(const runtime::OciRuntime& runtime, const Options& options)
{
    TRY(create(runtime, options));
    const runtime::OciContainer container = TRY(runtime.load(options.id));
    if (const Result<void> started = runtime.start(container); !started) {
        (void)runtime.remove(container, true);
        return started.error();
    }
    if (options.detach)
        return 0;
    const int code = TRY(waitFor(container.pid));
    TRY(runtime.remove(container, true));
    return code;
}

Result<oci::Process> processOf(const runtime::OciContainer& container, const Options& options)
{
    if (!options.processFile.empty()) {
        const std::string text = TRY(os::readFile(options.processFile, 4U << 20));
        return oci::parseProcess(text);
    }
    oci::Process process = *container.spec.process;
    process.args = options.command;
    process.terminal = options.terminal;
    process.env.insert(process.env.end(), options.environment.begin(), options.environment.end());
    if (!options.cwd.empty())
        process.cwd = options.cwd;
    if (!options.user.empty()) {
        const std::size_t colon = options.user.find(':');
        const auto number = [](const std::string& text, std::uint32_t& value) {
            return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
        };
        process.user = {};
        if (!number(options.user.substr(0, colon), process.user.uid)
            || (colon != std::string::npos && !number(options.user.substr(colon + 1), process.user.gid)))
            return Error(ErrorCode::Invalid, "--user: expected uid or uid:gid");
    }
    return process;
}

Result<int> exec(const runtime::OciRuntime& runtime, const Options& options)
{
    const runtime::OciContainer container = TRY(runtime.load(options.id));
    const oci::Process process = TRY(processOf(container, options));
    runtime::OciStart start = startOf(options);
    const pid_t pid = TRY(runtime.exec(container, process, start));
    for (const std::string& warning : start.warnings)
        report(options, "warning", warning);
    return options.detach ? Result<int>(0) : waitFor(pid);
}

Result<int> processes(const runtime::OciContainer& container, const Options& options)
{
    const auto cgroup = TRY(runtime::Cgroup::at(container.cgroupsPath));
    json::Array pids;
    for (const pid_t pid : TRY(cgroup->processes()))
        pids.push_back(pid);
    if (options.format == "json") {
        std::cout << json::serialize(pids) << "\n";
        return 0;
    }
    std::cout << "PID\n";
    for (const json::Value& pid : pids)
        std::cout << pid.as_int64() << "\n";
    return 0;
}

void features()
{
    const auto texts = [](std::initializer_list<const char*> list) {
        json::Array out;
        for (const char* text : list)
            out.push_back(text);
        return out;
    };
    const json::Object linux {
        { "namespaces", texts({ "cgroup", "ipc", "mount", "network", "pid", "time", "uts" }) },
        { "capabilities", json::fromTexts(runtime::allCapabilities()) },
        { "cgroup", json::Object { { "v1", true }, { "v2", true }, { "systemd", false }, { "systemdUser", false }, { "rdma", false } } },
        { "seccomp", json::Object { { "enabled", true },
                         { "actions", texts({ "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS",
                                          "SCMP_ACT_KILL_THREAD", "SCMP_ACT_LOG", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP" }) },
                         { "operators", texts({ "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT",
                                            "SCMP_CMP_MASKED_EQ" }) } } },
        { "apparmor", json::Object { { "enabled", true } } },
        { "selinux", json::Object { { "enabled", false } } },
    };
    std::cout << json::serialize(json::Object { { "ociVersionMin", "1.0.0" }, { "ociVersionMax", "1.2.0" }, { "hooks", json::Array() },
        { "linux", linux } }) << "\n";
}

Result<int> onContainer(const runtime::OciRuntime& runtime, const Options& options, const std::string& verb)
{
    const Result<runtime::OciContainer> found = runtime.load(options.id);
    if (!found && verb == "delete" && options.force && found.error().code() == ErrorCode::NotFound)
        return 0;
    const runtime::OciContainer container = TRY(Result<runtime::OciContainer>(found));
    if (verb == "state") {
        std::cout << runtime.stateJson(container) << "\n";
    } else if (verb == "start") {
        TRY(runtime.start(container));
    } else if (verb == "kill") {
        const int number = TRY(runtime::signalNumber(options.signal));
        TRY(runtime.kill(container, number, options.all));
    } else if (verb == "delete") {
        TRY(runtime.remove(container, options.force));
    } else if (verb == "ps") {
        return processes(container, options);
    } else {
        const auto cgroup = TRY(runtime::Cgroup::at(container.cgroupsPath));
        TRY(verb == "pause" ? cgroup->freeze() : cgroup->thaw());
    }
    return 0;
}

Result<int> dispatch(const Options& options, const std::string& verb)
{
    if (verb == "features") {
        features();
        return 0;
    }
    const runtime::OciRuntime runtime = TRY(runtime::OciRuntime::open(options.root));
    if (verb == "create")
        return create(runtime, options);
    if (verb == "run")
        return run(runtime, options);
    if (verb == "exec")
        return exec(runtime, options);
    if (verb == "list") {
        for (const std::string& id : runtime.list())
            std::cout << id << "\n";
        return 0;
    }
    return onContainer(runtime, options, verb);
}

void addStartOptions(CLI::App& command, Options& options)
{
    command.add_option("--console-socket", options.consoleSocket, "Unix socket that receives the terminal");
    command.add_option("--pid-file", options.pidFile, "file to write the process number to");
}

void declare(CLI::App& app, Options& options)
{
    app.add_option("--root", options.root, "directory for the state of containers");
    app.add_option("--log", options.log, "file to append messages to");
    app.add_option("--log-format", options.logFormat, "text or json");
    app.add_flag("--systemd-cgroup", options.systemdCgroup, "cgroupsPath is slice:prefix:name; the groups are made by us all the same");
    app.add_flag("--debug", options.debug, "accepted for callers of runc");
    app.set_version_flag("--version,-v", "darsena-oci version " DARSENA_VERSION "\nspec: 1.2.0");
    app.require_subcommand(1);

    for (const char* name : { "create", "run" }) {
        CLI::App& command = *app.add_subcommand(name, "make a container from a bundle");
        command.add_option("id", options.id)->required();
        command.add_option("--bundle,-b", options.bundle, "directory with config.json");
        command.add_option("--preserve-fds", options.preserveFds, "refused unless 0");
        command.add_flag("--no-pivot", options.noPivot, "accepted; pivot_root is always used");
        command.add_flag("--no-new-keyring", options.noNewKeyring, "accepted; a keyring is always made");
        addStartOptions(command, options);
        if (std::string_view(name) == "run")
            command.add_flag("--detach,-d", options.detach, "do not wait for its end");
    }
    CLI::App& executes = *app.add_subcommand("exec", "run a further process");
    executes.add_option("id", options.id)->required();
    executes.add_option("command", options.command);
    executes.add_option("--process,-p", options.processFile, "file with the OCI process object");
    executes.add_option("--cwd", options.cwd);
    executes.add_option("--env,-e", options.environment)->allow_extra_args(false);
    executes.add_option("--user,-u", options.user);
    executes.add_option("--preserve-fds", options.preserveFds);
    executes.add_flag("--tty,-t", options.terminal);
    executes.add_flag("--detach,-d", options.detach);
    executes.positionals_at_end();
    executes.prefix_command(false);
    addStartOptions(executes, options);
    for (const char* name : { "state", "start", "kill", "delete", "ps", "pause", "resume" }) {
        CLI::App& command = *app.add_subcommand(name);
        command.add_option("id", options.id)->required();
        if (std::string_view(name) == "kill") {
            command.add_option("signal", options.signal);
            command.add_flag("--all,-a", options.all, "every process of the container");
        } else if (std::string_view(name) == "delete") {
            command.add_flag("--force,-f", options.force, "kill it first");
        } else if (std::string_view(name) == "ps") {
            command.add_option("--format,-f", options.format, "table or json");
        }
    }
    app.add_subcommand("list", "names of containers");
    app.add_subcommand("features", "what this runtime can do");
}

} // namespace

int main(int count, char** arguments)
{
    Options options;
    CLI::App app("Darsena's OCI runtime", "darsena-oci");
    declare(app, options);
    try {
        app.parse(count, arguments);
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    }
    const Result<int> done = dispatch(options, app.get_subcommands().front()->get_name());
    if (!done) {
        report(options, "error", done.error().message());
        return done.error().code() == ErrorCode::NotFound && done.error().message().starts_with("exec") ? 127 : 1;
    }
    return *done;
}
