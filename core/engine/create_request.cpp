// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/create_request.h"

#include "core/engine/endpoint_settings.h"
#include "core/engine/health.h"
#include "core/engine/host_config_check.h"
#include "core/engine/mount_request.h"
#include "core/engine/port_request.h"
#include "core/engine/texts.h"
#include "core/network/name_files.h"

namespace darsena::engine {

namespace {

std::string_view nameOf(std::string_view entry)
{
    return entry.substr(0, entry.find('='));
}

/// By these programs find the containers that they made: an image cannot make its containers pass for theirs (security R3).
bool isReservedLabel(std::string_view key)
{
    return key.starts_with("com.docker.compose.") || key.starts_with("org.darsena.");
}

/// No text may hold a NUL: the kernel would see less of it than we did.
Result<void> refuseNul(const std::vector<std::string>& texts, std::string_view where)
{
    if (texts.size() > 100'000)
        return Error(ErrorCode::TooLarge, fmt::format("{}: too many entries", where));
    for (const std::string& text : texts) {
        if (text.find('\0') != std::string::npos)
            return invalid(fmt::format("{}: a NUL byte is not allowed", where));
    }
    return {};
}

/// Any name that the kernel takes, as Docker; but it is written into files of lines and blanks (CVE-2022-4318).
Result<void> checkHostname(const std::string& name)
{
    const auto fits = [](char c) { return static_cast<unsigned char>(c) > ' ' && c != '\x7f' && c != '#' && c != '/'; };
    if (name.size() > 63)
        return invalid(fmt::format("invalid hostname format: {}: longer than 63 characters", name));
    if (!std::ranges::all_of(name, fits))
        return invalid(fmt::format("invalid hostname format: {}", name));
    return {};
}

Result<void> checkConfig(const model::ContainerConfig& config)
{
    TRY(refuseNul(config.env, "Env"));
    TRY(refuseNul(config.cmd.value_or(std::vector<std::string>()), "Cmd"));
    TRY(refuseNul(config.entrypoint.value_or(std::vector<std::string>()), "Entrypoint"));
    TRY(refuseNul({config.user, config.workingDir, config.stopSignal}, "Config"));
    if (config.user.find_first_of("\n\r") != std::string::npos)
        return invalid("User: a line break is not allowed");
    TRY(checkHostname(config.hostname));
    TRY(checkHostname(config.domainname));
    if (!config.workingDir.empty() && !config.workingDir.starts_with('/'))
        return invalid(fmt::format("the working directory '{}' is invalid, it needs to be an absolute path", config.workingDir));
    if (!config.stopSignal.empty())
        (void)TRY(parseSignal(config.stopSignal));
    if (config.healthcheck)
        TRY(checkHealthConfig(*config.healthcheck));
    for (const std::string& port : config.exposedPorts)
        TRY(checkPort(port));
    for (const std::string& entry : config.env) {
        if (entry.empty() || entry.front() == '=')
            return invalid(fmt::format("invalid environment variable: {}", entry));
    }
    for (const auto& [key, value] : config.labels) {
        if (key.empty() || key.find('\0') != std::string::npos || value.find('\0') != std::string::npos)
            return invalid("Labels: an empty name or a NUL byte is not allowed");
    }
    return {};
}

/// What the request leaves open comes from the image, member by member.
std::optional<model::HealthConfig> mergeHealth(const std::optional<model::HealthConfig>& request, const std::optional<model::HealthConfig>& image)
{
    if (!request || !image)
        return request ? request : image;
    model::HealthConfig health = *request;
    const auto fill = [](std::int64_t& value, std::int64_t fallback) {
        if (value == 0)
            value = fallback;
    };
    if (health.test.empty())
        health.test = image->test;
    fill(health.interval, image->interval);
    fill(health.timeout, image->timeout);
    fill(health.startPeriod, image->startPeriod);
    fill(health.startInterval, image->startInterval);
    fill(health.retries, image->retries);
    return health;
}

Result<void> refuseConflicts(const model::ContainerConfig& config, const model::HostConfig& host)
{
    const auto conflict = [](std::string_view what) { return invalid(fmt::format("conflicting options: {}", what)); };
    if (!config.hostname.empty() && host.utsMode == "host")
        return conflict("hostname and the UTS mode");
    if (!host.networkMode.starts_with("container:"))
        return {};
    if (!config.hostname.empty())
        return conflict("hostname and the network mode");
    if (!host.dns.empty())
        return conflict("dns and the network mode");
    if (!host.extraHosts.empty())
        return conflict("custom host-to-IP mapping and the network mode");
    if (!host.portBindings.empty() || host.publishAllPorts)
        return conflict("port publishing and the container type network mode");
    if (!config.exposedPorts.empty())
        return conflict("port exposing and the container type network mode");
    return {};
}

/// What Docker shows for members that were left open.
void fillDefaults(model::HostConfig& host)
{
    constexpr std::int64_t kSharedMemory = 64 << 20;
    if (host.shmSize == 0)
        host.shmSize = kSharedMemory;
    if (host.ipcMode.empty())
        host.ipcMode = "private";
    if (host.logConfig.type.empty())
        host.logConfig.type = "json-file";
    if (host.restartPolicy.name.empty())
        host.restartPolicy.name = "no";
    if (host.memorySwappiness == -1)
        host.memorySwappiness.reset();
    if (host.pidsLimit == 0)
        host.pidsLimit.reset();
    // As much swap again as memory.
    if (host.memory > 0 && host.memorySwap == 0)
        host.memorySwap = 2 * host.memory;
}

} // namespace

Result<void> checkContainerName(std::string_view name)
{
    const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    const auto fits = [&](char c) { return alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
    if (name.size() < 2 || name.size() > 255 || !alphanumeric(name.front()) || !std::ranges::all_of(name, fits))
        return invalid(fmt::format("Invalid container name ({}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", name));
    return {};
}

std::vector<std::string> mergeEnvironment(const std::vector<std::string>& base, const std::vector<std::string>& additions)
{
    std::vector<std::string> result;
    const auto overridden = [&](const std::string& entry) {
        return std::ranges::any_of(additions, [&](const std::string& other) { return nameOf(other) == nameOf(entry); });
    };
    for (const std::string& entry : base) {
        // An image's entry without "=" means nothing: the host's environment is never looked at (CVE-2026-57231).
        if (entry.find('=') != std::string::npos && entry.front() != '=' && !overridden(entry))
            result.push_back(entry);
    }
    for (const std::string& entry : additions) {
        if (entry.find('=') != std::string::npos && entry.front() != '=')
            result.push_back(entry);
    }
    return result;
}

model::ContainerConfig configOf(const oci::ExecutionConfig& image)
{
    model::ContainerConfig config;
    config.user = image.user;
    config.exposedPorts = {image.exposedPorts.begin(), image.exposedPorts.end()};
    config.env = image.env;
    config.entrypoint = image.entrypoint;
    config.cmd = image.cmd;
    config.volumes = {image.volumes.begin(), image.volumes.end()};
    config.workingDir = image.workingDir;
    config.labels = image.labels;
    config.stopSignal = image.stopSignal;
    config.onBuild = image.onBuild;
    config.shell = image.shell;
    config.argsEscaped = image.argsEscaped;
    if (image.healthcheck) {
        model::HealthConfig health;
        health.test = image.healthcheck->test;
        health.interval = image.healthcheck->interval;
        health.timeout = image.healthcheck->timeout;
        health.startPeriod = image.healthcheck->startPeriod;
        health.startInterval = image.healthcheck->startInterval;
        health.retries = image.healthcheck->retries;
        config.healthcheck = std::move(health);
    }
    return config;
}

Result<model::ContainerConfig> mergeConfig(const model::ContainerConfig& request, const oci::ExecutionConfig& image)
{
    const model::ContainerConfig base = configOf(image);
    model::ContainerConfig config = request;
    if (config.user.empty())
        config.user = base.user;
    if (config.workingDir.empty())
        config.workingDir = base.workingDir;
    if (config.stopSignal.empty())
        config.stopSignal = base.stopSignal;
    if (config.shell.empty())
        config.shell = base.shell;
    config.healthcheck = mergeHealth(config.healthcheck, base.healthcheck);
    config.exposedPorts.insert(base.exposedPorts.begin(), base.exposedPorts.end());
    config.volumes.insert(base.volumes.begin(), base.volumes.end());
    for (const auto& [key, value] : base.labels) {
        if (!isReservedLabel(key))
            config.labels.emplace(key, value); // does not replace the request's
    }
    // As Docker shows it: the request's variables, after them those of the image that it does not replace.
    std::vector<std::string> rest;
    std::ranges::copy_if(base.env, std::back_inserter(rest), [&](const std::string& entry) {
        return std::ranges::none_of(request.env, [&](const std::string& own) { return nameOf(own) == nameOf(entry); });
    });
    config.env = mergeEnvironment(request.env, rest);
    // An entry point of the request makes the image's command meaningless; {""} takes the image's away.
    const bool ownEntrypoint = request.entrypoint && !request.entrypoint->empty();
    const bool ownCommand = request.cmd && !request.cmd->empty();
    if (!ownEntrypoint) {
        config.entrypoint = base.entrypoint;
        if (!ownCommand)
            config.cmd = base.cmd;
    } else if (*request.entrypoint == std::vector<std::string>{""}) {
        config.entrypoint = std::vector<std::string>();
    }
    const bool empty = (!config.entrypoint || config.entrypoint->empty()) && (!config.cmd || config.cmd->empty());
    if (empty)
        return invalid("no command specified");
    return config;
}

Result<CreatePlan> planCreate(const model::ContainerCreate& request, const store::Image& image, const std::vector<MountRecord>& inherited)
{
    CreatePlan plan;
    ContainerRecord& record = plan.record;
    TRY(checkConfig(request.config));
    record.config = TRY(mergeConfig(request.config, image.config.config));
    // The image's part is checked as well, now that it is laid under.
    TRY(checkConfig(record.config));
    record.hostConfig = request.hostConfig;
    if (record.hostConfig.networkMode.empty() || record.hostConfig.networkMode == "default")
        record.hostConfig.networkMode = "bridge";
    if (record.config.networkDisabled)
        record.hostConfig.networkMode = "none";
    TRY(checkHostConfig(record.hostConfig));
    fillDefaults(record.hostConfig);
    TRY(refuseConflicts(request.config, record.hostConfig));
    const auto ports = TRY(planPorts(record.config, record.hostConfig));
    if (!ports.empty() && !ownsNetworks(record.hostConfig.networkMode))
        plan.warnings.push_back(fmt::format("Published ports are discarded when using {} network mode", record.hostConfig.networkMode));
    record.mounts = TRY(planMounts(record.config, record.hostConfig, inherited));
    record.imageId = image.id;
    record.chain = image.chain();
    record.imageName = request.config.image;
    std::vector<std::string> command = record.config.entrypoint.value_or(std::vector<std::string>());
    const std::vector<std::string> arguments = record.config.cmd.value_or(std::vector<std::string>());
    command.insert(command.end(), arguments.begin(), arguments.end());
    record.path = command.front();
    record.args.assign(command.begin() + 1, command.end());
    return plan;
}

} // namespace darsena::engine
