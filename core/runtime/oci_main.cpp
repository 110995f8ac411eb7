// SPDX-License-Identifier: GPL-3.0-or-later
// darsena-oci: the OCI runtime command line, for podman, containerd and other people's runtime tests. Its commands and
// options are those of runc, so that it can stand where runc stands.
#include "core/runtime/oci/commands.h"

#include <CLI/CLI.hpp>

#include <array>
#include <functional>
#include <iostream>

using namespace darsena;
using runtime::command::Options;

namespace {

using Command = Result<int> (*)(const runtime::OciRuntime&, const Options&);

constexpr std::array<std::pair<std::string_view, Command>, 12> commands { {
    { "create", runtime::command::create },
    { "run", runtime::command::run },
    { "start", runtime::command::start },
    { "exec", runtime::command::exec },
    { "kill", runtime::command::kill },
    { "delete", runtime::command::remove },
    { "pause", runtime::command::pause },
    { "resume", runtime::command::resume },
    { "state", runtime::command::state },
    { "list", runtime::command::list },
    { "ps", runtime::command::processes },
    { "update", runtime::command::update },
} };

Result<int> dispatch(const Options& options, const std::string& verb)
{
    if (options.rootless == "true")
        return Error(ErrorCode::Unsupported, "--rootless: containers are made by root");
    if (verb == "features")
        return runtime::command::features();
    if (verb == "spec")
        return runtime::command::writeSpec(options);
    const runtime::OciRuntime runtime = TRY(runtime::OciRuntime::open(options.root));
    for (const auto& [name, command] : commands) {
        if (name == verb)
            return command(runtime, options);
    }
    return Error(ErrorCode::Internal, verb);
}

void addStartOptions(CLI::App& command, Options& options)
{
    command.add_option("--console-socket", options.consoleSocket, "Unix socket that receives the master end of the terminal");
    command.add_option("--pid-file", options.pidFile, "file to write the process number to");
    command.add_option("--preserve-fds", options.preserveFds, "hand on this many descriptors beside the standard streams");
}

void addCreateOptions(CLI::App& command, Options& options)
{
    command.add_option("id", options.id, "name for the container")->required();
    command.add_option("--bundle,-b", options.bundle, "directory with config.json; the current one unless named");
    command.add_flag("--no-pivot", options.noPivot, "refused: pivot_root is always used");
    command.add_flag("--no-new-keyring", options.noNewKeyring, "stay in the caller's session keyring");
    addStartOptions(command, options);
}

/// Everything from the first word that is no option belongs to the command that is run.
void addExec(CLI::App& app, Options& options)
{
    CLI::App& command = *app.add_subcommand("exec", "run a further process: exec [OPTIONS] ID COMMAND [ARG…]");
    command.prefix_command();
    command.add_option("--process,-p", options.processFile, "file with the OCI process object");
    command.add_option("--cwd", options.cwd, "working directory in the container");
    command.add_option("--env,-e", options.environment, "NAME=value")->allow_extra_args(false);
    command.add_option("--user,-u", options.user, "UID[:GID]");
    command.add_option("--additional-gids,-g", options.additionalGids, "further groups")->allow_extra_args(false);
    command.add_option("--process-label", options.processLabel, "refused: SELinux is not supported");
    command.add_option("--apparmor", options.apparmor, "AppArmor profile");
    command.add_option("--cap,-c", options.capabilities, "add a capability")->allow_extra_args(false);
    command.add_option("--cgroup", options.subCgroup, "an existing group below the container's");
    command.add_flag("--tty,-t", options.terminal, "make a terminal");
    command.add_flag("--detach,-d", options.detach, "do not wait for its end");
    command.add_flag("--no-new-privs", options.noNewPrivileges, "set no_new_privs");
    command.add_flag("--ignore-paused", options.ignorePaused, "also in a paused container, where it starts to run when that is resumed");
    addStartOptions(command, options);
}

void addUpdate(CLI::App& app, Options& options)
{
    runtime::command::UpdateOptions& update = options.update;
    CLI::App& command = *app.add_subcommand("update", "change limits");
    command.add_option("id", options.id)->required();
    command.add_option("--resources,-r", update.resources, "file with an OCI resources object; - = standard input");
    command.add_option("--memory", update.memory, "bytes");
    command.add_option("--memory-reservation", update.memoryReservation, "bytes");
    command.add_option("--memory-swap", update.memorySwap, "memory and swap together, bytes; -1 = no limit");
    command.add_option("--kernel-memory", update.kernelMemory, "without effect");
    command.add_option("--kernel-memory-tcp", update.kernelMemoryTcp, "without effect");
    command.add_option("--cpu-share", update.cpuShares);
    command.add_option("--cpu-quota", update.cpuQuota, "microseconds a period");
    command.add_option("--cpu-period", update.cpuPeriod, "microseconds");
    command.add_option("--cpu-burst", update.cpuBurst, "microseconds");
    command.add_option("--cpu-idle", update.cpuIdle);
    command.add_option("--cpu-rt-period", update.realtimePeriod, "microseconds");
    command.add_option("--cpu-rt-runtime", update.realtimeRuntime, "microseconds");
    command.add_option("--cpuset-cpus", update.cpus);
    command.add_option("--cpuset-mems", update.mems);
    command.add_option("--pids-limit", update.pids);
    command.add_option("--blkio-weight", update.blockIoWeight, "10 to 1000");
    command.add_option("--l3-cache-schema", update.cacheSchema, "refused");
    command.add_option("--mem-bw-schema", update.bandwidthSchema, "refused");
}

void addRest(CLI::App& app, Options& options)
{
    for (const auto& [name, what] : { std::pair("start", "start a container that was created"), std::pair("state", "print a container's state"),
             std::pair("pause", "freeze all processes"), std::pair("resume", "let them run again") })
        app.add_subcommand(name, what)->add_option("id", options.id)->required();
    CLI::App& kill = *app.add_subcommand("kill", "send a signal (TERM unless named) to the first process");
    kill.add_option("id", options.id)->required();
    kill.add_option("signal", options.signal);
    kill.add_flag("--all,-a", options.all, "to every process of the container");
    CLI::App& remove = *app.add_subcommand("delete", "remove what a container holds");
    remove.add_option("id", options.id)->required();
    remove.add_flag("--force,-f", options.force, "kill it first");
    CLI::App& ps = *app.add_subcommand("ps", "list processes: ps [OPTIONS] ID [OPTIONS of ps(1)]");
    ps.prefix_command();
    ps.add_option("--format,-f", options.format, "table or json");
    CLI::App& list = *app.add_subcommand("list", "list containers");
    list.add_option("--format,-f", options.format, "table or json");
    list.add_flag("--quiet,-q", options.quiet, "names alone");
    CLI::App& spec = *app.add_subcommand("spec", "write a config.json to begin with");
    spec.add_option("--bundle,-b", options.bundle, "directory to write it to");
    spec.add_flag("--rootless", options.rootlessSpec, "refused");
    app.add_subcommand("features", "print what this runtime can do");
}

void declare(CLI::App& app, Options& options)
{
    app.add_option("--root", options.root, "directory for the state of containers");
    app.add_option("--log", options.log, "file to append messages to");
    app.add_option("--log-format", options.logFormat, "text or json")->check(CLI::IsMember({ "text", "json" }));
    app.add_flag("--systemd-cgroup", options.systemdCgroup, "cgroupsPath is slice:prefix:name; the groups are made by us all the same");
    app.add_flag("--debug", options.debug, "accepted for callers of runc");
    app.add_option("--rootless", options.rootless, "true is refused");
    app.add_option("--criu", options.criu, "accepted for callers of runc; there are no checkpoints");
    app.set_version_flag("--version,-v", "darsena-oci version " DARSENA_VERSION "\nspec: 1.2.0");
    app.require_subcommand(1);

    CLI::App& create = *app.add_subcommand("create", "make a container from a bundle");
    addCreateOptions(create, options);
    CLI::App& run = *app.add_subcommand("run", "make a container, start it, and stay until it ends");
    addCreateOptions(run, options);
    run.add_flag("--detach,-d", options.detach, "do not wait for its end");
    run.add_flag("--keep", options.keep, "do not delete it after its end");
    run.add_flag("--no-subreaper", options.noSubreaper, "accepted for callers of runc; we are none anyway");
    addExec(app, options);
    addUpdate(app, options);
    addRest(app, options);
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
        if (error.get_exit_code() == 0)
            return app.exit(error); // help, version
        runtime::command::report(options, "error", error.what());
        return 1;
    }
    const CLI::App& chosen = *app.get_subcommands().front();
    options.rest = chosen.remaining();
    const Result<int> done = dispatch(options, chosen.get_name());
    if (!done) {
        runtime::command::report(options, "error", done.error().message());
        return 1;
    }
    return *done;
}
