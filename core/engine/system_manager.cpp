// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/system_manager.h"

#include "core/engine/build_service.h"
#include "core/engine/container_service.h"
#include "core/engine/host_support.h"
#include "core/engine/image_service.h"
#include "core/engine/texts.h"
#include "core/engine/volume_service.h"
#include "core/os/file.h"
#include "core/oci/platform.h"

#include <sstream>
#include <thread>

#include <sys/utsname.h>
#include <unistd.h>

namespace darsena::engine {

namespace {

/// A member of /etc/os-release, without its quotes.
std::string osRelease(std::string_view key)
{
    const auto file = os::openFile("/etc/os-release", 0);
    std::istringstream text(file ? os::readAll(file->get(), 1 << 16).valueOr("") : std::string());
    for (std::string line; std::getline(text, line);) {
        if (!line.starts_with(std::string(key) + "="))
            continue;
        std::string value = line.substr(key.size() + 1);
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return value;
    }
    return {};
}

std::int64_t countEntries(const char* folder)
{
    std::error_code error;
    std::int64_t count = 0;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        ++count;
    return count;
}

/// The same as long as the engine keeps its root on this machine; in the form of a UUID, as Docker's is.
std::string idOf(const EngineOptions& options, const char* machine)
{
    const std::string hex = Digest::ofText("darsena engine " + options.root.string() + machine).hex();
    return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4), hex.substr(20, 12));
}

} // namespace

model::VersionInfo SystemManager::version()
{
    utsname kernel{};
    ::uname(&kernel);
    model::VersionInfo version;
    version.platformName = "Darsena";
    version.version = DARSENA_VERSION;
    version.os = "linux";
    version.arch = oci::Platform::host().architecture;
    version.kernelVersion = kernel.release;
    version.components.push_back({"Engine", DARSENA_VERSION, {{"Os", version.os}, {"Arch", version.arch}, {"KernelVersion", version.kernelVersion}}});
    return version;
}

Result<model::SystemInfo> SystemManager::info()
{
    utsname kernel{};
    ::uname(&kernel);
    model::SystemInfo info;
    info.id = idOf(m_parts.options, kernel.nodename);
    for (const ContainerPointer& container : m_parts.containers.all()) {
        const std::lock_guard lock(container->mutex);
        ++info.containers;
        if (container->state.status == Status::Running)
            ++info.containersRunning;
        else if (container->state.status == Status::Paused)
            ++info.containersPaused;
        else
            ++info.containersStopped;
    }
    info.images = static_cast<std::int64_t>(TRY(m_parts.store->use()).images);
    info.driver = "overlay2";
    info.driverStatus = {{"Backing Filesystem", backingFileSystem(m_parts.options.root)}, {"Supports d_type", "true"}, {"Using metacopy", "false"},
        {"Native Overlay Diff", "true"}, {"userxattr", "false"}};
    info.dockerRootDir = m_parts.options.root;
    info.volumePlugins = {"local"};
    info.networkPlugins = {"bridge", "host", "null"};
    info.logPlugins = {"json-file", "none"};
    describeSupport(info);
    info.openFiles = countEntries("/proc/self/fd");
    info.threads = countEntries("/proc/self/task");
    info.systemTime = now();
    info.loggingDriver = "json-file";
    info.eventListeners = static_cast<std::int64_t>(m_parts.events.listeners());
    info.kernelVersion = kernel.release;
    info.operatingSystem = osRelease("PRETTY_NAME");
    info.osVersion = osRelease("VERSION_ID");
    info.osType = "linux";
    info.architecture = kernel.machine;
    info.cpus = std::max(1U, std::thread::hardware_concurrency());
    info.memory = static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
    info.name = kernel.nodename;
    info.indexServerAddress = "https://index.docker.io/v1/"; // what a name without a registry means
    info.serverVersion = DARSENA_VERSION;
    info.runtimes["darsena"] = json::Object{{"path", "darsena-shim"}};
    for (const auto& [name, program] : m_parts.runtimes.others())
        info.runtimes[name] = json::Object{{"path", program.string()}};
    info.defaultRuntime = Runtimes::own;
    info.liveRestoreEnabled = true; // containers always outlive the engine
    info.securityOptions = {"name=seccomp,profile=builtin"};
    if (info.cgroupVersion == "2")
        info.securityOptions.emplace_back("name=cgroupns");
    return info;
}

Result<model::DiskUsage> SystemManager::diskUsage(const DiskUsageTypes& types)
{
    model::DiskUsage usage;
    if (types.images) {
        const store::StoreUse use = TRY(m_parts.store->use());
        usage.layersSize = static_cast<std::int64_t>(use.layerBytes - use.cacheBytes);
        ImageListOptions images;
        images.all = true;
        images.sharedSize = true;
        images.containerCount = true;
        usage.images = TRY(m_images.list(images));
    }
    if (types.containers) {
        ListOptions containers;
        containers.all = true;
        containers.size = true;
        usage.containers = TRY(m_containers.list(containers));
    }
    if (types.volumes)
        usage.volumes = TRY(m_volumes.usage());
    if (types.buildCache)
        usage.buildCache = TRY(m_builds.cache());
    return usage;
}

} // namespace darsena::engine
