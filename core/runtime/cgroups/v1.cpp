// SPDX-License-Identifier: GPL-3.0-or-later
// cgroup v1: one hierarchy a controller (kernel: Documentation/admin-guide/cgroup-v1/).
#include "core/runtime/cgroups/host.h"
#include "core/runtime/cgroups/limits.h"
#include "core/runtime/cgroups/tree.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <ctime>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

std::uint64_t numberIn(const std::optional<std::string>& text)
{
    std::uint64_t value = 0;
    if (text)
        std::from_chars(text->data(), text->data() + text->size(), value);
    return value;
}

/// v1 says "no limit" with the largest multiple of the page size.
std::uint64_t limitIn(const std::optional<std::string>& text)
{
    const std::uint64_t value = numberIn(text);
    return value >= 0x7FFFFFFFFFFFF000 ? 0 : value;
}

/// Controllers that a container is put under only when it has a limit there. A cpuset starts empty, and must be filled
/// before anything may enter.
bool isOptional(std::string_view controller)
{
    return controller == "cpuset" || controller == "hugetlb" || controller == "rdma" || controller == "net_cls" || controller == "net_prio";
}

class CgroupV1 final : public Cgroup {
public:
    CgroupV1(const CgroupHost& host, std::string path)
        : m_path(std::move(path))
    {
        // The first ones even without a limit: to count, freeze, kill.
        for (const std::string_view name :
            { "memory", "pids", "cpu", "cpuacct", "devices", "freezer", "blkio", "cpuset", "hugetlb", "rdma", "net_cls", "net_prio" }) {
            const auto found = std::ranges::find(host.hierarchies, name, &std::pair<std::string, std::string>::first);
            if (found != host.hierarchies.end())
                m_hierarchies.emplace_back(name, found->second);
        }
    }

    Result<void> create(const oci::Resources& resources, std::vector<std::string>& warnings) override
    {
        const std::vector<CgroupWrite> limits = TRY(limitsV1(resources));
        for (const auto& [controller, mountPoint] : m_hierarchies) {
            const bool asked = std::ranges::any_of(limits, [&](const CgroupWrite& w) { return w.controller == controller; });
            if (!isOptional(controller) || asked)
                TRY(makeDirectories(controller, mountPoint));
        }
        return apply(limits, warnings);
    }

    Result<void> update(const oci::Resources& resources, std::vector<std::string>& warnings) override
    {
        const std::vector<CgroupWrite> limits = TRY(limitsV1(resources));
        if (resources.memory.checkBeforeUpdate && resources.memory.limit.value_or(0) > 0
            && numberIn(readCgroupFile(directoryOf("memory") + "/memory.usage_in_bytes")) > static_cast<std::uint64_t>(*resources.memory.limit))
            return Error(ErrorCode::Invalid, "memory.limit: below what is in use");
        // A kind of limit that it had none of until now: its processes enter the group of that controller.
        std::vector<std::string> entered;
        for (const auto& [controller, mountPoint] : m_hierarchies) {
            const bool asked = std::ranges::any_of(limits, [&](const CgroupWrite& w) { return w.controller == controller; });
            if (asked && isOptional(controller) && ::access((mountPoint + m_path).c_str(), F_OK) != 0) {
                TRY(makeDirectories(controller, mountPoint));
                entered.push_back(mountPoint + m_path);
            }
        }
        TRY(apply(limits, warnings));
        for (const std::string& directory : entered) {
            for (const pid_t pid : TRY(processes()))
                (void)writeCgroupFile(directory, "cgroup.procs", std::to_string(pid));
        }
        return {};
    }

    Result<std::vector<UniqueFd>> openForJoining() const override
    {
        std::vector<UniqueFd> out;
        for (const std::string& directory : directories()) {
            const std::string file = directory + "/cgroup.procs";
            UniqueFd fd = UniqueFd::adopt(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
            if (!fd && errno == ENOENT)
                continue;
            if (!fd)
                return Error::system(errno, file);
            out.push_back(std::move(fd));
        }
        return out;
    }

    Result<void> add(pid_t pid) override
    {
        for (const std::string& directory : directories()) {
            const int error = writeCgroupFile(directory, "cgroup.procs", std::to_string(pid));
            if (error != 0 && error != ENOENT)
                return Error::system(error, directory + "/cgroup.procs");
        }
        return {};
    }

    Result<CgroupStats> stats() const override
    {
        CgroupStats out;
        constexpr std::uint64_t tick = 10'000'000; // USER_HZ is 100 on every architecture of ours
        const std::string cpuacct = directoryOf("cpuacct"), cpu = directoryOf("cpu"), memory = directoryOf("memory");
        if (::access(memory.c_str(), F_OK) != 0 && ::access(cpuacct.c_str(), F_OK) != 0)
            return Error(ErrorCode::NotFound, "cgroup " + m_path + " is gone");
        out.cpuNanoseconds = numberIn(readCgroupFile(cpuacct + "/cpuacct.usage"));
        const std::string times = readCgroupFile(cpuacct + "/cpuacct.stat").value_or("");
        out.cpuUserNanoseconds = countIn(times, "user") * tick;
        out.cpuSystemNanoseconds = countIn(times, "system") * tick;
        const std::string throttling = readCgroupFile(cpu + "/cpu.stat").value_or("");
        out.periods = countIn(throttling, "nr_periods");
        out.throttledPeriods = countIn(throttling, "nr_throttled");
        out.throttledNanoseconds = countIn(throttling, "throttled_time");
        out.memoryBytes = numberIn(readCgroupFile(memory + "/memory.usage_in_bytes"));
        out.memoryPeakBytes = numberIn(readCgroupFile(memory + "/memory.max_usage_in_bytes"));
        out.memoryLimitBytes = limitIn(readCgroupFile(memory + "/memory.limit_in_bytes"));
        const std::string parts = readCgroupFile(memory + "/memory.stat").value_or("");
        out.memoryInactiveFileBytes = countIn(parts, "total_inactive_file");
        out.memoryAnonymousBytes = countIn(parts, "total_rss");
        out.memoryFileBytes = countIn(parts, "total_cache");
        out.oomKills = countIn(readCgroupFile(oomFile()).value_or(""), "oom_kill");
        const std::string pids = directoryOf("pids");
        out.pids = numberIn(readCgroupFile(pids + "/pids.current"));
        out.pidsLimit = numberIn(readCgroupFile(pids + "/pids.max")); // "max" reads as 0
        addBlockIo(out);
        return out;
    }

    Result<std::vector<pid_t>> processes() const override
    {
        for (const std::string_view controller : { "pids", "freezer", "memory", "cpu" }) {
            const std::string directory = directoryOf(controller);
            if (!directory.empty() && ::access(directory.c_str(), F_OK) == 0)
                return processesBelow(directory);
        }
        return std::vector<pid_t>();
    }

    Result<void> freeze() override { return setFreezer("FROZEN"); }
    Result<void> thaw() override { return setFreezer("THAWED"); }
    Result<bool> frozen() const override
    {
        return readCgroupFile(directoryOf("freezer") + "/freezer.state").value_or("").starts_with("FR");
    }

    Result<void> killAll() override
    {
        // Frozen processes fork no more, so that one round sees them all; they die when thawed.
        for (int round = 0; round < 100; ++round) {
            if (TRY(processes()).empty())
                return {};
            const std::string freezer = directoryOf("freezer");
            (void)writeCgroupFile(freezer, "freezer.state", "FROZEN");
            killBelow(freezer);
            (void)writeCgroupFile(freezer, "freezer.state", "THAWED");
            const timespec pause { 0, 2'000'000 };
            ::nanosleep(&pause, nullptr);
        }
        return Error(ErrorCode::System, "cgroup " + m_path + ": processes do not die");
    }

    Result<void> remove() override
    {
        for (const auto& [controller, mountPoint] : m_hierarchies) {
            if (const int error = removeBelow(mountPoint + m_path, 1000); error != 0)
                return Error::system(error, "remove cgroup " + mountPoint + m_path);
        }
        return {};
    }

    std::vector<std::string> directories() const override
    {
        std::vector<std::string> out;
        for (const auto& [controller, mountPoint] : m_hierarchies) {
            std::string directory = mountPoint + m_path;
            const bool listed = std::ranges::find(out, directory) != out.end(); // cpu and cpuacct are often mounted as one
            if (!listed && (!isOptional(controller) || ::access(directory.c_str(), F_OK) == 0))
                out.push_back(std::move(directory));
        }
        return out;
    }

    std::string oomFile() const override
    {
        const std::string memory = directoryOf("memory");
        return memory.empty() ? memory : memory + "/memory.oom_control";
    }

private:
    std::string mountPointOf(std::string_view controller) const
    {
        for (const auto& [name, mountPoint] : m_hierarchies) {
            if (name == controller)
                return mountPoint;
        }
        return {};
    }
    std::string directoryOf(std::string_view controller) const
    {
        const std::string mountPoint = mountPointOf(controller);
        return mountPoint.empty() ? mountPoint : mountPoint + m_path;
    }

    Result<void> makeDirectories(const std::string& controller, const std::string& mountPoint) const
    {
        // Nearly always only the last one is missing.
        const std::string whole = mountPoint + m_path;
        if (controller != "cpuset" && (::mkdir(whole.c_str(), 0755) == 0 || errno == EEXIST))
            return {};
        std::string directory = mountPoint;
        int restarts = 0;
        for (std::size_t at = 1; at <= m_path.size();) {
            const std::size_t end = std::min(m_path.find('/', at), m_path.size());
            const std::string parent = directory;
            directory = mountPoint + m_path.substr(0, end);
            if (::mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) {
                // removeIfEmpty() of another engine took the parent that was empty for a moment.
                if (errno != ENOENT || ++restarts > maxRestarts)
                    return Error::system(errno, "cgroup " + directory);
                directory = mountPoint;
                at = 1;
                continue;
            }
            if (controller == "cpuset") {
                for (const char* file : { "cpuset.cpus", "cpuset.mems" }) {
                    const std::string own = readCgroupFile(directory + "/" + file).value_or("");
                    if (own.find_first_of("0123456789") == std::string::npos)
                        (void)writeCgroupFile(directory, file, readCgroupFile(parent + "/" + file).value_or(""));
                }
            }
            at = end + 1;
        }
        return {};
    }

    Result<void> apply(const std::vector<CgroupWrite>& limits, std::vector<std::string>& warnings) const
    {
        for (const CgroupWrite& limit : limits) {
            const std::string directory = directoryOf(limit.controller);
            int error = directory.empty() ? ENOENT : writeCgroupFile(directory, limit.file, limit.value);
            // A memory limit above the old memory+swap limit is refused until that one is raised.
            if (error == EINVAL && limit.file == "memory.limit_in_bytes") {
                for (const CgroupWrite& other : limits) {
                    if (other.file == "memory.memsw.limit_in_bytes")
                        (void)writeCgroupFile(directory, other.file, other.value);
                }
                error = writeCgroupFile(directory, limit.file, limit.value);
            }
            if (error == 0)
                continue;
            if (limit.mayBeMissing && (error == ENOENT || error == EOPNOTSUPP || error == EACCES)) {
                warnings.push_back(limit.file + " cannot be set on this host; left out");
                continue;
            }
            return Error::system(error, "cgroup: " + limit.file + " = " + limit.value);
        }
        return {};
    }

    Result<void> setFreezer(const char* state)
    {
        const std::string directory = directoryOf("freezer");
        if (directory.empty())
            return Error(ErrorCode::Unsupported, "this host has no freezer");
        // The kernel freezes step by step; writing again takes it further.
        for (int tries = 0; tries < 1000; ++tries) {
            if (const int error = writeCgroupFile(directory, "freezer.state", state); error != 0)
                return Error::system(error, "cgroup: freezer.state");
            if (readCgroupFile(directory + "/freezer.state").value_or("").starts_with(state))
                return {};
            const timespec pause { 0, 1'000'000 };
            ::nanosleep(&pause, nullptr);
        }
        (void)writeCgroupFile(directory, "freezer.state", "THAWED");
        return Error(ErrorCode::System, "cgroup " + m_path + ": cannot be frozen");
    }

    void addBlockIo(CgroupStats& out) const
    {
        const std::string directory = directoryOf("blkio");
        const auto sum = [&](const char* file, std::string_view kind) {
            const std::string text = readCgroupFile(directory + "/" + file).value_or("");
            std::uint64_t total = 0;
            for (std::size_t at = 0; at < text.size();) {
                const std::size_t end = std::min(text.find('\n', at), text.size());
                const std::string line = text.substr(at, end - at); // "254:0 Read 4096"
                const std::size_t blank = line.find(' ');
                if (blank != std::string::npos)
                    total += countIn(std::string_view(line).substr(blank + 1), kind);
                at = end + 1;
            }
            return total;
        };
        out.ioReadBytes = sum("blkio.throttle.io_service_bytes", "Read");
        out.ioWriteBytes = sum("blkio.throttle.io_service_bytes", "Write");
        out.ioReads = sum("blkio.throttle.io_serviced", "Read");
        out.ioWrites = sum("blkio.throttle.io_serviced", "Write");
    }

    std::string m_path; ///< starts with '/'
    std::vector<std::pair<std::string, std::string>> m_hierarchies; ///< controller, mount point
};

} // namespace

std::unique_ptr<Cgroup> makeCgroupV1(const CgroupHost& host, std::string path)
{
    return std::make_unique<CgroupV1>(host, std::move(path));
}

} // namespace darsena::runtime
