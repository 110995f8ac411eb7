// SPDX-License-Identifier: GPL-3.0-or-later
// cgroup v2: one tree (kernel: Documentation/admin-guide/cgroup-v2.rst).
#include "core/runtime/cgroups/device_filter.h"
#include "core/runtime/cgroups/host.h"
#include "core/runtime/cgroups/limits.h"
#include "core/runtime/cgroups/tree.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <ctime>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

/// "max" and missing read as 0.
std::uint64_t numberIn(const std::optional<std::string>& text)
{
    std::uint64_t value = 0;
    if (text)
        std::from_chars(text->data(), text->data() + text->size(), value);
    return value;
}

class CgroupV2 final : public Cgroup {
public:
    CgroupV2(const CgroupHost& host, const std::string& path)
        : m_root(host.unified)
        , m_directory(host.unified + path)
    {
    }

    Result<void> create(const oci::Resources& resources, std::vector<std::string>& warnings) override
    {
        const std::vector<CgroupWrite> limits = TRY(limitsV2(resources));
        TRY(makeDirectories(limits));
        TRY(apply(limits, warnings));
        return setDevices(resources);
    }

    Result<void> update(const oci::Resources& resources, std::vector<std::string>& warnings) override
    {
        const std::vector<CgroupWrite> limits = TRY(limitsV2(resources));
        if (resources.memory.checkBeforeUpdate && resources.memory.limit.value_or(0) > 0
            && numberIn(read("memory.current")) > static_cast<std::uint64_t>(*resources.memory.limit))
            return Error(ErrorCode::Invalid, "memory.limit: below what is in use");
        if (wants(limits, "hugetlb") || wants(limits, "rdma"))
            TRY(makeDirectories(limits));
        TRY(apply(limits, warnings));
        return resources.devices.empty() ? Result<void>() : setDevices(resources);
    }

    Result<std::vector<UniqueFd>> openForJoining() const override
    {
        std::vector<UniqueFd> out;
        out.push_back(TRY(openDirectory()));
        return out;
    }

    Result<void> add(pid_t pid) override
    {
        if (const int error = writeCgroupFile(m_directory, "cgroup.procs", std::to_string(pid)); error != 0)
            return Error::system(error, m_directory + "/cgroup.procs");
        return {};
    }

    Result<CgroupStats> stats() const override
    {
        const std::optional<std::string> cpu = read("cpu.stat");
        if (!cpu)
            return Error(ErrorCode::NotFound, "cgroup " + m_directory + " is gone");
        CgroupStats out;
        out.cpuNanoseconds = countIn(*cpu, "usage_usec") * 1000;
        out.cpuUserNanoseconds = countIn(*cpu, "user_usec") * 1000;
        out.cpuSystemNanoseconds = countIn(*cpu, "system_usec") * 1000;
        out.periods = countIn(*cpu, "nr_periods");
        out.throttledPeriods = countIn(*cpu, "nr_throttled");
        out.throttledNanoseconds = countIn(*cpu, "throttled_usec") * 1000;
        out.memoryBytes = numberIn(read("memory.current"));
        out.memoryPeakBytes = numberIn(read("memory.peak"));
        out.memoryLimitBytes = numberIn(read("memory.max"));
        const std::string parts = read("memory.stat").value_or("");
        out.memoryInactiveFileBytes = countIn(parts, "inactive_file");
        out.memoryAnonymousBytes = countIn(parts, "anon");
        out.memoryFileBytes = countIn(parts, "file");
        out.oomKills = countIn(read("memory.events").value_or(""), "oom_kill");
        out.pids = numberIn(read("pids.current"));
        out.pidsLimit = numberIn(read("pids.max"));
        addIo(out);
        return out;
    }

    Result<std::vector<pid_t>> processes() const override { return processesBelow(m_directory); }

    Result<void> freeze() override { return setFrozen(true); }
    Result<void> thaw() override { return setFrozen(false); }
    Result<bool> frozen() const override { return countIn(read("cgroup.events").value_or(""), "frozen") == 1; }

    Result<void> killAll() override
    {
        for (int round = 0; round < 500; ++round) {
            if (TRY(processes()).empty())
                return {};
            killBelow(m_directory);
            const timespec pause { 0, 2'000'000 };
            ::nanosleep(&pause, nullptr);
        }
        return Error(ErrorCode::System, "cgroup " + m_directory + ": processes do not die");
    }

    Result<void> remove() override
    {
        if (const int error = removeBelow(m_directory, 1000); error != 0)
            return Error::system(error, "remove cgroup " + m_directory);
        return {};
    }

    std::vector<std::string> directories() const override { return { m_directory }; }
    std::string oomFile() const override { return m_directory + "/memory.events"; }

private:
    std::optional<std::string> read(const char* file) const { return readCgroupFile(m_directory + "/" + file); }

    Result<UniqueFd> openDirectory() const
    {
        UniqueFd fd = UniqueFd::adopt(::open(m_directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!fd)
            return Error::system(errno, "cgroup " + m_directory);
        return fd;
    }

    static bool wants(const std::vector<CgroupWrite>& limits, std::string_view controller)
    {
        return std::ranges::any_of(limits, [&](const CgroupWrite& limit) { return limit.controller == controller; });
    }

    /// A controller works in a group only when every group above hands it down.
    Result<void> makeDirectories(const std::vector<CgroupWrite>& limits) const
    {
        std::vector<const char*> handedDown { "+memory", "+pids", "+cpu", "+io", "+cpuset" };
        if (wants(limits, "hugetlb"))
            handedDown.push_back("+hugetlb");
        if (wants(limits, "rdma"))
            handedDown.push_back("+rdma");
        std::string directory = m_root;
        int restarts = 0;
        for (std::size_t at = m_root.size() + 1; at <= m_directory.size();) {
            for (const char* controller : handedDown)
                (void)writeCgroupFile(directory, "cgroup.subtree_control", controller);
            const std::size_t end = std::min(m_directory.find('/', at), m_directory.size());
            directory = m_directory.substr(0, end);
            if (::mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) {
                // removeIfEmpty() of another engine took the parent that was empty for a moment.
                if (errno != ENOENT || ++restarts > maxRestarts)
                    return Error::system(errno, "cgroup " + directory);
                directory = m_root;
                at = m_root.size() + 1;
                continue;
            }
            at = end + 1;
        }
        return {};
    }

    Result<void> apply(const std::vector<CgroupWrite>& limits, std::vector<std::string>& warnings) const
    {
        for (const CgroupWrite& limit : limits) {
            int error = writeCgroupFile(m_directory, limit.file, limit.value);
            if (error == ENOENT && limit.file == "io.bfq.weight" && limit.value.find(':') == std::string::npos) {
                // Without the BFQ scheduler there is io.weight, whose scale goes to 10000.
                const std::uint64_t weight = numberIn(limit.value);
                error = writeCgroupFile(m_directory, "io.weight", std::to_string(1 + (weight - 10) * 9999 / 990));
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

    Result<void> setDevices(const oci::Resources& resources) const
    {
        if (resources.devices.empty())
            return {};
        const UniqueFd directory = TRY(openDirectory());
        return attachDeviceFilter(directory.get(), deviceFilter(resources.devices));
    }

    Result<void> setFrozen(bool wanted)
    {
        if (const int error = writeCgroupFile(m_directory, "cgroup.freeze", wanted ? "1" : "0"); error != 0)
            return Error::system(error, "cgroup: cgroup.freeze");
        for (int tries = 0; tries < 1000; ++tries) {
            if (TRY(frozen()) == wanted)
                return {};
            const timespec pause { 0, 1'000'000 };
            ::nanosleep(&pause, nullptr);
        }
        (void)writeCgroupFile(m_directory, "cgroup.freeze", "0");
        return Error(ErrorCode::System, "cgroup " + m_directory + ": cannot be frozen");
    }

    void addIo(CgroupStats& out) const
    {
        // "254:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0", one line a device
        const std::string text = read("io.stat").value_or("");
        const auto sum = [&](std::string_view key) {
            std::uint64_t total = 0;
            for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
                std::uint64_t value = 0;
                std::from_chars(text.data() + at + key.size(), text.data() + text.size(), value);
                total += value;
            }
            return total;
        };
        out.ioReadBytes = sum(" rbytes=");
        out.ioWriteBytes = sum(" wbytes=");
        out.ioReads = sum(" rios=");
        out.ioWrites = sum(" wios=");
    }

    std::string m_root, m_directory;
};

} // namespace

std::unique_ptr<Cgroup> makeCgroupV2(const CgroupHost& host, std::string path)
{
    return std::make_unique<CgroupV2>(host, path);
}

} // namespace darsena::runtime
