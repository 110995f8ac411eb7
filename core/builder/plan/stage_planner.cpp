// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/plan/stage_planner.h"

#include "core/builder/plan/path_match.h"
#include "core/dockerfile/stages.h"
#include "core/dockerfile/values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace darsena::builder {

using Kind = KeyInputs::Kind;

namespace {

constexpr std::string_view defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

std::string_view nameOf(std::string_view variable)
{
    return variable.substr(0, variable.find('='));
}

std::string withoutKeyword(const dockerfile::Instruction& instruction)
{
    std::string_view text = instruction.original;
    const std::size_t blank = text.find_first_of(" \t");
    return blank == std::string_view::npos ? std::string() : std::string(text.substr(blank + 1));
}

Error invalid(std::string message)
{
    return Error(ErrorCode::Invalid, std::move(message));
}

/// "80/tcp" for each port of "80", "80/TCP", "8000-8005/udp"; a host part is dropped, as BuildKit does with a warning.
Result<std::vector<std::string>> portsOf(std::string_view text)
{
    const dockerfile::ExposedPort parsed = TRY(dockerfile::parseExposedPort(text));
    std::string protocol = parsed.protocol;
    for (char& c : protocol)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::vector<std::string> ports;
    for (int port = parsed.first; port <= parsed.last; ++port)
        ports.push_back(fmt::format("{}/{}", port, protocol));
    return ports;
}

void insertSorted(std::vector<std::string>& sorted, const std::string& value)
{
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), value);
    if (at == sorted.end() || *at != value)
        sorted.insert(at, value);
}

} // namespace

std::string jsonList(const std::vector<std::string>& words)
{
    std::string text = "[";
    for (const std::string& word : words) {
        if (text.size() > 1)
            text += ", ";
        text += json::serialize(json::Value(word));
    }
    return text + "]";
}

std::string commandText(const dockerfile::CommandLine& command)
{
    if (command.shellForm)
        return fmt::format("{}", fmt::join(command.arguments, " "));
    return jsonList(command.arguments);
}

std::vector<std::string> StageState::shell() const
{
    return config.shell.empty() ? std::vector<std::string> { "/bin/sh", "-c" } : config.shell;
}

bool StageState::isEnv(std::string_view name) const
{
    return std::any_of(config.env.begin(), config.env.end(), [&](const std::string& entry) { return nameOf(entry) == name; });
}

std::optional<std::string> StageState::variable(std::string_view name) const
{
    for (const std::string& entry : config.env) {
        if (nameOf(entry) == name && entry.size() > name.size())
            return entry.substr(name.size() + 1);
    }
    for (const auto& [arg, value] : args) {
        if (arg == name)
            return value;
    }
    return std::nullopt;
}

void StageState::setEnv(const std::string& name, const std::string& value)
{
    for (std::string& entry : config.env) {
        if (nameOf(entry) == name) {
            entry = name + "=" + value;
            return;
        }
    }
    config.env.push_back(name + "=" + value);
}

void StageState::setArg(const std::string& name, std::optional<std::string> value)
{
    for (auto& [arg, old] : args) {
        if (arg == name) {
            // `ARG name` after `ARG name=x` keeps x: a declaration without a value takes nothing away.
            if (value)
                old = std::move(value);
            return;
        }
    }
    args.emplace_back(name, std::move(value));
}

struct StagePlanner::CopyFlags {
    std::string_view keyword;
    const std::optional<dockerfile::Word>& chown;
    const std::optional<dockerfile::Word>& chmod;
    const std::vector<dockerfile::Word>& excludes;
    std::string fromText; ///< " --from=x" or nothing
};

dockerfile::VariableLookup StagePlanner::lookup()
{
    return [this](std::string_view name) { return m_state.variable(name); };
}

void StagePlanner::noteUses(const std::vector<dockerfile::VariableUse>& uses)
{
    for (const dockerfile::VariableUse& use : uses) {
        if (!m_noted.insert(use.name).second)
            continue;
        const auto value = m_state.variable(use.name);
        step().inputs.addHidden(
            m_state.isEnv(use.name) ? Kind::Env : Kind::Arg, use.name, value ? "=" + *value : std::string());
    }
}

Result<std::string> StagePlanner::expand(std::string_view word, bool heredoc)
{
    dockerfile::ExpandOptions options;
    if (heredoc)
        options = dockerfile::ExpandOptions::heredoc();
    else
        options.escape = m_context.escape;
    dockerfile::Expansion expansion = TRY(dockerfile::expandWord(word, lookup(), options));
    noteUses(expansion.uses);
    return std::move(expansion.text);
}

void StagePlanner::warn(std::string message)
{
    m_context.warnings.push_back({ step().info.line, std::move(message) });
}

void StagePlanner::needs(const SourceTree& tree)
{
    if (tree.kind == SourceTree::Kind::Stage)
        m_steps.back().needsStages.push_back(tree.index);
}

void StagePlanner::addFrom(const dockerfile::Instruction& from, const std::string& base)
{
    PlannedStep planned;
    Step& step = planned.step;
    step.info.stage = static_cast<int>(m_context.stage);
    step.info.stageName = m_context.stageName;
    step.info.line = static_cast<int>(from.firstLine);
    step.info.endLine = static_cast<int>(from.lastLine);
    step.info.instruction = "FROM";
    step.info.text = from.original;
    step.info.expanded = m_context.stageName.empty() ? fmt::format("FROM {}", base)
                                                     : fmt::format("FROM {} AS {}", base, m_context.stageName);
    step.createdBy = step.info.expanded;
    step.action = FromStep {};
    step.position = m_context.position;
    m_steps.push_back(std::move(planned));
}

Result<void> StagePlanner::add(const dockerfile::Instruction& instruction, bool trigger)
{
    const Digest position = Digest::ofText(step().position.text() + "\n" + step().info.text);
    m_steps.emplace_back();
    m_noted.clear();
    Step& step = m_steps.back().step;
    step.position = position;
    step.info.stage = static_cast<int>(m_context.stage);
    step.info.stageName = m_context.stageName;
    step.info.line = trigger ? 0 : static_cast<int>(instruction.firstLine);
    step.info.endLine = trigger ? 0 : static_cast<int>(instruction.lastLine);
    step.info.instruction = instruction.name;
    step.info.text = instruction.original;
    step.createdBy = instruction.name + " " + withoutKeyword(instruction);
    step.action = ConfigStep {};
    TRY(std::visit([this](const auto& body) { return plan(body); }, instruction.body));
    // Config steps are their text and the variables in it; the others have said what they depend on.
    if (std::holds_alternative<ConfigStep>(this->step().action))
        this->step().inputs.add(Kind::Instruction, {}, instruction.name + " " + withoutKeyword(instruction));
    this->step().info.expanded = this->step().createdBy;
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::From&)
{
    return invalid("FROM cannot stand here");
}

Result<void> StagePlanner::plan(const dockerfile::Arg& arg)
{
    for (const auto& variable : arg.variables) {
        std::optional<std::string> value;
        if (const auto given = m_context.request.buildArgs.find(variable.name); given != m_context.request.buildArgs.end()) {
            value = given->second;
            m_context.usedBuildArgs.insert(variable.name);
        } else if (variable.value) {
            value = TRY(expand(*variable.value));
        } else if (const auto global = m_context.globalArgs.find(variable.name); global != m_context.globalArgs.end()) {
            value = global->second;
        }
        m_state.setArg(variable.name, std::move(value));
    }
    // The history shows the declaration as written: a value given with --build-arg may be somebody's password.
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::Env& env)
{
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const dockerfile::KeyValue& pair : env.pairs)
        pairs.emplace_back(TRY(expand(pair.key.text)), TRY(expand(pair.value.text)));
    std::string text = "ENV";
    for (const auto& [name, value] : pairs) {
        if (name.empty()) {
            warn(fmt::format("ENV: a variable without a name (={}) is left out", value));
            continue;
        }
        m_state.setEnv(name, value);
        text += fmt::format(" {}={}", name, value);
    }
    step().createdBy = text;
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::Label& label)
{
    std::string text = "LABEL";
    for (const dockerfile::KeyValue& pair : label.pairs) {
        const std::string name = TRY(expand(pair.key.text));
        const std::string value = TRY(expand(pair.value.text));
        if (name.empty()) {
            warn(fmt::format("LABEL: a label without a name (={}) is left out", value));
            continue;
        }
        m_state.config.labels[name] = value;
        text += fmt::format(" {}={}", name, value);
    }
    step().createdBy = text;
    return {};
}

std::vector<std::string> StagePlanner::runEnvironment()
{
    std::vector<std::string> env = m_state.config.env;
    KeyInputs& inputs = step().inputs;
    for (const std::string& entry : env)
        inputs.addHidden(Kind::Env, nameOf(entry), entry);
    for (const auto& [name, value] : m_state.args) {
        if (!value || m_state.isEnv(name))
            continue;
        env.push_back(name + "=" + *value);
        inputs.addHidden(Kind::Arg, name, "=" + *value);
    }
    // Proxies come along without an ARG and are no part of the key: they say how, not what.
    for (const auto& [name, value] : m_context.request.buildArgs) {
        const auto declared = [&](const auto& arg) { return arg.first == name; };
        if (dockerfile::isProxyArg(name) && !m_state.isEnv(name)
            && std::none_of(m_state.args.begin(), m_state.args.end(), declared))
            env.push_back(name + "=" + value);
    }
    if (std::none_of(env.begin(), env.end(), [](const std::string& entry) { return entry.starts_with("PATH="); }))
        env.emplace_back(defaultPath);
    return env;
}

Result<void> StagePlanner::plan(const dockerfile::Run& run)
{
    if (run.security == dockerfile::RunSecurity::Insecure)
        return Error(ErrorCode::Unsupported, "RUN --security=insecure is refused: builds never get more rights than containers");
    if (!run.devices.empty())
        return Error(ErrorCode::Unsupported, fmt::format("RUN --device={}: builds are given no devices", run.devices.front().text));
    RunCommandStep command;
    KeyInputs& inputs = step().inputs;
    std::string shown;
    if (run.command.shellForm) {
        const dockerfile::RunScript script = run.script();
        command.args = m_state.shell();
        shown = fmt::format("RUN {} ", fmt::join(command.args, " "));
        if (script.executableName.empty()) {
            command.args.push_back(script.text);
            shown += script.text;
        } else {
            command.args.push_back("/dev/pipes/" + script.executableName);
            command.script = script.text;
            shown += script.text;
        }
        inputs.add(Kind::Instruction, {}, "RUN " + script.text);
        inputs.add(Kind::Option, "SHELL", jsonList(m_state.shell()));
    } else {
        command.args = run.command.arguments;
        if (command.args.empty())
            return invalid(std::string(dockerfile::emptyCommand));
        shown = "RUN " + jsonList(command.args);
        inputs.add(Kind::Instruction, {}, shown);
    }
    step().createdBy = shown;
    command.user = m_state.config.user;
    command.workingDir = m_state.workingDir();
    inputs.add(Kind::Option, "USER", command.user);
    inputs.add(Kind::Option, "WORKDIR", command.workingDir);
    command.env = runEnvironment();
    // runEnvironment() has named every variable.
    for (const auto& entry : command.env)
        m_noted.insert(std::string(nameOf(entry)));

    switch (run.network) {
    case dockerfile::RunNetwork::None:
        command.network = RunNetwork::None;
        break;
    case dockerfile::RunNetwork::Host:
        command.network = RunNetwork::Host;
        break;
    case dockerfile::RunNetwork::Default:
        command.network = m_context.request.network == "none" ? RunNetwork::None
            : m_context.request.network == "host"             ? RunNetwork::Host
                                                              : RunNetwork::Default;
        break;
    }
    for (const dockerfile::Mount& written : run.mounts) {
        const dockerfile::Mount mount = TRY(dockerfile::readMount(written.flag, lookup(), m_context.escape));
        command.mounts.push_back(TRY(planMount(mount)));
        inputs.add(Kind::Mount, command.mounts.back().target, written.flag.text);
    }
    step().action = std::move(command);
    return {};
}

Result<StepMount> StagePlanner::planMount(const dockerfile::Mount& mount)
{
    StepMount planned;
    planned.type = mount.type;
    planned.readOnly = mount.readOnly;
    planned.required = mount.required;
    planned.sharing = mount.sharing;
    planned.mode = mount.mode;
    planned.uid = mount.uid.value_or(0);
    planned.gid = mount.gid.value_or(0);
    planned.env = mount.env.value_or("");
    planned.id = mount.id;
    const std::string& flag = mount.flag.text;

    std::string target = mount.target;
    switch (mount.type) {
    case dockerfile::MountType::Ssh:
        return Error(ErrorCode::Unsupported,
            fmt::format("{}: forwarding an ssh agent into a build is not supported; copy the sources into the context", flag));
    case dockerfile::MountType::Secret:
        if (planned.id.empty())
            planned.id = std::string(baseName(mount.source.empty() ? absolutePath("/", mount.target) : mount.source));
        if (planned.id.empty())
            return Error(ErrorCode::Unsupported, fmt::format("{}: a secret needs an id", flag));
        if (target.empty())
            target = planned.env.empty() ? "/run/secrets/" + planned.id : std::string();
        if (target.empty())
            return planned;
        break;
    case dockerfile::MountType::Cache:
        if ((mount.from && !mount.from->empty()) || !mount.source.empty())
            return Error(ErrorCode::Unsupported, fmt::format("{}: a cache that starts with files of its own (from, source) is not supported", flag));
        break;
    case dockerfile::MountType::Tmpfs:
        planned.size = static_cast<std::int64_t>(std::min<std::uint64_t>(mount.size.value_or(0), INT64_MAX));
        break;
    case dockerfile::MountType::Bind:
        planned.from.name = "the build context";
        if (mount.from && !mount.from->empty())
            planned.from = TRY(m_context.resolveFrom(*mount.from, false));
        needs(planned.from);
        planned.source = mount.source;
        break;
    }
    planned.target = absolutePath(m_state.workingDir(), target);
    if (planned.target == "/")
        return Error(mount.type == dockerfile::MountType::Secret ? ErrorCode::Unsupported : ErrorCode::Invalid,
            std::string(dockerfile::mountOnRoot));
    if (mount.type == dockerfile::MountType::Cache && planned.id.empty())
        planned.id = planned.target;
    return planned;
}

Result<void> StagePlanner::plan(const dockerfile::Copy& copy)
{
    CopyStep planned;
    planned.from.name = "the build context";
    planned.parents = copy.parents;
    std::string fromText;
    // Quotes go, and there are no variables here.
    const std::string from = copy.from ? TRY(dockerfile::expandWord(copy.from->text, {}, { .escape = m_context.escape })).text : "";
    if (!from.empty()) {
        planned.from = TRY(m_context.resolveFrom(from, true));
        needs(planned.from);
        fromText = " --from=" + from;
    }
    for (const dockerfile::Word& source : from.empty() ? copy.paths.sources : std::vector<dockerfile::Word>()) {
        const std::string text = TRY(expand(source.text));
        if (dockerfile::isUrl(text))
            return invalid(std::string(dockerfile::urlForCopy));
        if (dockerfile::isGit(text))
            return invalid(std::string(dockerfile::gitForCopy));
    }
    return planCopy(std::move(planned), copy.paths, { "COPY", copy.chown, copy.chmod, copy.excludes, fromText });
}

Result<void> StagePlanner::plan(const dockerfile::Add& add)
{
    CopyStep planned;
    planned.add = true;
    planned.from.name = "the build context";
    planned.unpack = add.unpack.value_or(true);
    if (add.checksum)
        return Error(ErrorCode::Unsupported, "ADD --checksum is for files from the network, which ADD does not fetch");
    for (const dockerfile::Word& source : add.paths.sources) {
        const std::string text = TRY(expand(source.text));
        if (dockerfile::isGit(text) || (dockerfile::isUrl(text) && dockerfile::isRepository(text)))
            return Error(ErrorCode::Unsupported, fmt::format("ADD {}: fetching a git repository is not supported; clone it into the context", text));
        if (dockerfile::isUrl(text))
            return Error(ErrorCode::Unsupported,
                fmt::format("ADD {}: fetching from the network is not supported; put the file into the context, or RUN curl or wget", text));
    }
    return planCopy(std::move(planned), add.paths, { "ADD", add.chown, add.chmod, add.excludes, {} });
}

Result<void> StagePlanner::planCopy(CopyStep copy, const dockerfile::SourcesAndDestination& paths, const CopyFlags& flags)
{
    // What the key needs is the instruction as written without the name of the stage it copies from: what comes from
    // there counts, not what the stage is called. The variables in it are inputs of their own.
    std::string written(flags.keyword);
    std::string shown(flags.keyword);
    shown += flags.fromText;
    if (flags.chown) {
        copy.chown = TRY(expand(flags.chown->text)); // empty is none
        written += " --chown=" + flags.chown->text;
        shown += " --chown=" + copy.chown;
    }
    if (flags.chmod) {
        const std::string mode = TRY(expand(flags.chmod->text));
        if (!mode.empty())
            copy.chmod = TRY(ModeChange::parse(mode));
        written += " --chmod=" + flags.chmod->text;
        shown += " --chmod=" + mode;
    }
    for (const dockerfile::Word& exclude : flags.excludes) {
        copy.excludes.push_back(TRY(expand(exclude.text)));
        written += " --exclude=" + exclude.text;
        shown += " --exclude=" + copy.excludes.back();
    }
    if (copy.parents) {
        written += " --parents";
        shown += " --parents";
    }
    if (!copy.unpack && copy.add)
        written += " --unpack=false";
    for (const dockerfile::Word& source : paths.sources) {
        copy.sources.push_back(TRY(expand(source.text)));
        if (copy.sources.back().empty()) {
            warn(fmt::format("{}: the source {} comes to nothing, which means everything in {}", flags.keyword, source.text, copy.from.name));
            copy.sources.back() = ".";
        }
        written += " " + source.text;
        shown += " " + copy.sources.back();
    }
    for (const dockerfile::InlineFile& file : paths.files) {
        CopyStep::File inlined { file.name, file.content };
        if (file.expand)
            inlined.content = TRY(expand(file.content, true));
        written += " <<" + file.name;
        shown += " <<" + file.name;
        step().inputs.add(Kind::File, file.name, Digest::ofText(inlined.content).hex());
        copy.files.push_back(std::move(inlined));
    }
    const std::string destination = TRY(expand(paths.destination.text));
    written += " " + paths.destination.text;
    shown += " " + destination;
    copy.destination = absolutePath(m_state.workingDir(), destination);
    if (destination.empty())
        warn(fmt::format("{}: the destination {} comes to nothing, which means {}", flags.keyword, paths.destination.text, copy.destination));
    copy.destinationIsDirectory = destination.empty() || destination.ends_with('/') || destination == "." || destination.ends_with("/.")
        || destination == ".." || destination.ends_with("/..") || copy.destination == "/";
    if (copy.sources.size() + copy.files.size() > 1 && !copy.destinationIsDirectory) {
        warn(fmt::format("{}: with more than one source, {} is a directory; write a / behind it", flags.keyword, destination));
        copy.destinationIsDirectory = true;
    }
    step().inputs.add(Kind::Instruction, {}, written);
    if (!destination.starts_with('/'))
        step().inputs.add(Kind::Option, "WORKDIR", m_state.workingDir());
    step().createdBy = shown;
    step().action = std::move(copy);
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::Workdir& workdir)
{
    const std::string written = TRY(expand(workdir.path.text));
    if (written.empty())
        warn(fmt::format("WORKDIR {}: this comes to nothing, so {} stays the working directory", workdir.path.text, m_state.workingDir()));
    if (!written.starts_with('/'))
        step().inputs.add(Kind::Option, "WORKDIR", m_state.workingDir());
    WorkdirStep planned { absolutePath(m_state.workingDir(), written) };
    m_state.config.workingDir = planned.path;
    step().inputs.add(Kind::Instruction, {}, "WORKDIR " + workdir.path.text);
    step().createdBy = "WORKDIR " + planned.path;
    step().action = std::move(planned);
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::User& user)
{
    m_state.config.user = TRY(expand(user.user.text));
    if (m_state.config.user.empty())
        warn(fmt::format("USER {}: this comes to nothing, which means root", user.user.text));
    step().createdBy = "USER " + m_state.config.user;
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::Expose& expose)
{
    std::string text = "EXPOSE";
    for (const dockerfile::Word& word : expose.ports) {
        dockerfile::ExpandOptions options;
        options.escape = m_context.escape;
        TRY(expand(word.text)); // for the variables in it
        for (const std::string& ports : TRY(dockerfile::expandWords(word.text, lookup(), options))) {
            for (const std::string& port : TRY(portsOf(ports)))
                insertSorted(m_state.config.exposedPorts, port);
            text += " " + ports;
        }
    }
    step().createdBy = text;
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::Volume& volume)
{
    std::vector<std::string> paths;
    for (const dockerfile::Word& word : volume.paths) {
        paths.push_back(TRY(expand(word.text)));
        if (paths.back().empty())
            return invalid(std::string(dockerfile::emptyVolume));
        insertSorted(m_state.config.volumes, paths.back());
    }
    step().createdBy = "VOLUME " + jsonList(paths);
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::StopSignal& stopSignal)
{
    const std::string signal = TRY(expand(stopSignal.signal.text));
    if (!dockerfile::isSignal(signal))
        return invalid(dockerfile::invalidSignal(signal));
    m_state.config.stopSignal = signal;
    step().createdBy = "STOPSIGNAL " + signal;
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::Maintainer& maintainer)
{
    m_state.author = maintainer.name.text;
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::Entrypoint& entrypoint)
{
    if (entrypoint.command.shellForm && !entrypoint.command.arguments.empty()) {
        std::vector<std::string> args = m_state.shell();
        args.push_back(entrypoint.command.arguments.front());
        m_state.config.entrypoint = std::move(args);
        step().inputs.add(Kind::Option, "SHELL", jsonList(m_state.shell()));
    } else {
        m_state.config.entrypoint = entrypoint.command.arguments;
    }
    // The CMD of the base image was written for its own entry point.
    if (!m_state.cmdSet)
        m_state.config.cmd.reset();
    step().createdBy = "ENTRYPOINT " + jsonList(*m_state.config.entrypoint);
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::Cmd& cmd)
{
    if (cmd.command.shellForm && !cmd.command.arguments.empty()) {
        std::vector<std::string> args = m_state.shell();
        args.push_back(cmd.command.arguments.front());
        m_state.config.cmd = std::move(args);
        step().inputs.add(Kind::Option, "SHELL", jsonList(m_state.shell()));
    } else {
        m_state.config.cmd = cmd.command.arguments;
    }
    m_state.cmdSet = true;
    step().createdBy = "CMD " + jsonList(*m_state.config.cmd);
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::Shell& shell)
{
    if (shell.arguments.empty())
        return invalid("SHELL needs a program");
    m_state.config.shell = shell.arguments;
    step().createdBy = "SHELL " + jsonList(shell.arguments);
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::Healthcheck& healthcheck)
{
    oci::HealthCheck check;
    if (healthcheck.none) {
        check.test = { "NONE" };
    } else {
        check.test = { healthcheck.command.shellForm ? "CMD-SHELL" : "CMD" };
        check.test.insert(check.test.end(), healthcheck.command.arguments.begin(), healthcheck.command.arguments.end());
        check.interval = healthcheck.interval.count();
        check.timeout = healthcheck.timeout.count();
        check.startPeriod = healthcheck.startPeriod.count();
        check.startInterval = healthcheck.startInterval.count();
        check.retries = healthcheck.retries;
    }
    m_state.config.healthcheck = std::move(check);
    return {};
}

Result<void> StagePlanner::plan(const dockerfile::OnBuild& onBuild)
{
    m_state.config.onBuild.push_back(onBuild.expression);
    return {};
}

} // namespace darsena::builder
