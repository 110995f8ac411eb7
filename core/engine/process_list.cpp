// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/process_list.h"

#include "core/os/file.h"

#include <ctime>
#include <optional>
#include <sstream>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace darsena::engine {

namespace {

/// /proc/<pid>/stat from the state on; the name before it may hold anything, blanks and parentheses included.
struct Stat {
    std::string name;
    std::int64_t parent = 0;
    std::uint64_t terminal = 0, userTicks = 0, systemTicks = 0, startTicks = 0;
};

std::optional<std::string> readProc(pid_t pid, std::string_view file)
{
    // Files of /proc have no size: read until the end.
    const auto fd = os::openFile(fmt::format("/proc/{}/{}", pid, file), 0);
    if (!fd)
        return std::nullopt;
    auto text = os::readAll(fd->get(), 1 << 20);
    return text ? std::optional(std::move(*text)) : std::nullopt;
}

std::optional<Stat> readStat(pid_t pid)
{
    const auto text = readProc(pid, "stat");
    if (!text)
        return std::nullopt;
    const auto open = text->find('(');
    const auto close = text->rfind(')');
    if (open == std::string::npos || close == std::string::npos || close < open)
        return std::nullopt;
    Stat stat;
    stat.name = text->substr(open + 1, close - open - 1);
    std::istringstream rest(text->substr(close + 1));
    std::string state;
    std::int64_t ignored = 0;
    rest >> state >> stat.parent >> ignored >> ignored >> stat.terminal; // ppid pgrp session tty_nr
    for (int i = 0; i < 6; ++i)
        rest >> ignored; // tpgid flags minflt cminflt majflt cmajflt
    rest >> stat.userTicks >> stat.systemTicks;
    for (int i = 0; i < 6; ++i)
        rest >> ignored; // cutime cstime priority nice num_threads itrealvalue
    rest >> stat.startTicks;
    return rest ? std::optional(stat) : std::nullopt;
}

std::string commandOf(pid_t pid, const Stat& stat)
{
    std::string command = readProc(pid, "cmdline").value_or(std::string());
    while (!command.empty() && command.back() == '\0')
        command.pop_back();
    for (char& c : command) {
        if (c == '\0')
            c = ' ';
        else if ((c >= 0 && c < ' ') || c == '\x7f')
            c = '?'; // no line breaks or escapes of a container's choosing
    }
    return command.empty() ? fmt::format("[{}]", stat.name) : command;
}

std::string terminalOf(std::uint64_t device)
{
    const auto number = static_cast<dev_t>(device);
    const unsigned major = gnu_dev_major(number);
    if (major >= 136 && major <= 143)
        return fmt::format("pts/{}", gnu_dev_minor(number) + 256 * (major - 136));
    return "?";
}

std::int64_t bootTime()
{
    timespec boot{}, real{};
    ::clock_gettime(CLOCK_BOOTTIME, &boot);
    ::clock_gettime(CLOCK_REALTIME, &real);
    return real.tv_sec - boot.tv_sec;
}

} // namespace

model::TopResult listProcesses(const std::vector<pid_t>& processes)
{
    model::TopResult result;
    result.titles = {"UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"};
    const auto ticks = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_CLK_TCK)));
    const std::int64_t boot = bootTime();
    for (const pid_t pid : processes) {
        const auto stat = readStat(pid);
        struct stat owner{};
        if (!stat || ::stat(fmt::format("/proc/{}", pid).c_str(), &owner) < 0)
            continue;
        const std::uint64_t used = (stat->userTicks + stat->systemTicks) / ticks;
        const std::int64_t started = boot + static_cast<std::int64_t>(stat->startTicks / ticks);
        const std::int64_t alive = std::max<std::int64_t>(1, std::time(nullptr) - started);
        tm local{};
        const auto moment = static_cast<std::time_t>(started);
        ::localtime_r(&moment, &local);
        result.processes.push_back({owner.st_uid == 0 ? "root" : std::to_string(owner.st_uid), std::to_string(pid),
            std::to_string(stat->parent), std::to_string(std::min<std::uint64_t>(99, used * 100 / static_cast<std::uint64_t>(alive))),
            fmt::format("{:02}:{:02}", local.tm_hour, local.tm_min), terminalOf(stat->terminal),
            fmt::format("{:02}:{:02}:{:02}", used / 3600, used / 60 % 60, used % 60), commandOf(pid, *stat)});
    }
    return result;
}

} // namespace darsena::engine
