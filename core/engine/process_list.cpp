// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/process_list.h"

#include "core/os/file.h"

#include <array>
#include <ctime>
#include <iomanip>
#include <optional>
#include <sstream>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace darsena::engine {

namespace {

/// One process as /proc tells of it.
struct Process {
    pid_t pid = 0;
    std::string name; ///< may hold anything, blanks and parentheses included
    char state = '?';
    std::int64_t parent = 0, group = 0, session = 0, foreground = 0, priority = 0, nice = 0, threads = 0, processor = 0, pages = 0;
    std::uint64_t terminal = 0, flags = 0, ticks = 0, startTicks = 0, bytes = 0;
    uid_t realUser = 0, user = 0;
    gid_t groupId = 0;
    bool locked = false; ///< pages in memory
};

/// What does not depend on the process.
struct Machine {
    std::uint64_t ticks = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_CLK_TCK)));
    std::uint64_t pageBytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    std::uint64_t pages = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_PHYS_PAGES)));
    std::int64_t boot = 0;
    std::int64_t now = std::time(nullptr);

    Machine()
    {
        timespec up{}, real{};
        ::clock_gettime(CLOCK_BOOTTIME, &up);
        ::clock_gettime(CLOCK_REALTIME, &real);
        boot = real.tv_sec - up.tv_sec;
    }
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

bool readStat(Process& process)
{
    const auto text = readProc(process.pid, "stat");
    if (!text)
        return false;
    const auto open = text->find('(');
    const auto close = text->rfind(')');
    if (open == std::string::npos || close == std::string::npos || close < open)
        return false;
    process.name = text->substr(open + 1, close - open - 1);
    std::istringstream rest(text->substr(close + 1));
    std::int64_t ignored = 0;
    std::uint64_t user = 0, system = 0;
    rest >> process.state >> process.parent >> process.group >> process.session >> process.terminal >> process.foreground >> process.flags;
    for (int i = 0; i < 4; ++i)
        rest >> ignored; // minflt cminflt majflt cmajflt
    rest >> user >> system >> ignored >> ignored >> process.priority >> process.nice >> process.threads >> ignored;
    rest >> process.startTicks >> process.bytes >> process.pages;
    const bool whole = static_cast<bool>(rest);
    std::string skipped;
    for (int i = 0; i < 14; ++i)
        rest >> skipped; // rsslim … exit_signal
    rest >> process.processor;
    process.ticks = user + system;
    return whole;
}

void readStatus(Process& process)
{
    std::istringstream text(readProc(process.pid, "status").value_or(std::string()));
    std::string line;
    while (std::getline(text, line)) {
        std::istringstream words(line);
        std::string key;
        words >> key;
        if (key == "Uid:")
            words >> process.realUser >> process.user;
        else if (key == "Gid:")
            words >> process.groupId >> process.groupId;
        else if (key == "VmLck:")
            process.locked = line.find_first_of("123456789") != std::string::npos;
    }
}

/// No line breaks or escapes of a container's choosing.
std::string printable(std::string text)
{
    for (char& c : text) {
        if ((c >= 0 && c < ' ') || c == '\x7f')
            c = '?';
    }
    return text;
}

std::string argumentsOf(const Process& process)
{
    std::string command = readProc(process.pid, "cmdline").value_or(std::string());
    while (!command.empty() && command.back() == '\0')
        command.pop_back();
    std::ranges::replace(command, '\0', ' ');
    return command.empty() ? fmt::format("[{}]", printable(process.name)) : printable(std::move(command));
}

std::string terminalOf(std::uint64_t device)
{
    const auto number = static_cast<dev_t>(device);
    const unsigned major = gnu_dev_major(number);
    if (major >= 136 && major <= 143)
        return fmt::format("pts/{}", gnu_dev_minor(number) + 256 * (major - 136));
    if (major == 4 && gnu_dev_minor(number) < 64)
        return fmt::format("tty{}", gnu_dev_minor(number));
    return "?";
}

/// A column of names is eight wide.
std::string nameOr(const char* name, std::uint32_t number)
{
    std::string text = name != nullptr ? printable(name) : std::to_string(number);
    if (text.size() > 8)
        text = text.substr(0, 7) + "+";
    return text;
}

std::string userName(uid_t uid)
{
    std::array<char, 4096> room;
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(uid, &entry, room.data(), room.size(), &found);
    return nameOr(found != nullptr ? found->pw_name : nullptr, uid);
}

std::string groupName(gid_t gid)
{
    std::array<char, 16384> room;
    group entry{};
    group* found = nullptr;
    ::getgrgid_r(gid, &entry, room.data(), room.size(), &found);
    return nameOr(found != nullptr ? found->gr_name : nullptr, gid);
}

std::string timeText(std::int64_t moment, const char* format)
{
    tm local{};
    const auto time = static_cast<std::time_t>(moment);
    ::localtime_r(&time, &local);
    std::ostringstream text;
    text << std::put_time(&local, format);
    return text.str();
}

/// "14:05", of another day "Nov24", of another year "2025".
std::string shortStart(std::int64_t started, std::int64_t now)
{
    if (timeText(started, "%Y") != timeText(now, "%Y"))
        return timeText(started, "%Y");
    return timeText(started, timeText(started, "%j") == timeText(now, "%j") ? "%H:%M" : "%b%d");
}

std::string clockText(std::int64_t seconds, bool hoursAlways)
{
    const std::int64_t days = seconds / 86400;
    const std::int64_t hours = seconds / 3600 % 24;
    std::string text = days > 0 ? fmt::format("{}-", days) : std::string();
    if (days > 0 || hours > 0 || hoursAlways)
        text += fmt::format("{:02}:", hours);
    return text + fmt::format("{:02}:{:02}", seconds / 60 % 60, seconds % 60);
}

std::string statusOf(const Process& process)
{
    std::string text(1, process.state);
    if (process.nice != 0)
        text += process.nice < 0 ? '<' : 'N';
    if (process.locked)
        text += 'L';
    if (process.session == process.pid)
        text += 's';
    if (process.threads > 1)
        text += 'l';
    if (process.foreground == process.group)
        text += '+';
    return text;
}

std::string valueOf(PsField field, const Process& process, const Machine& machine)
{
    const auto used = static_cast<std::int64_t>(process.ticks / machine.ticks);
    const std::int64_t started = machine.boot + static_cast<std::int64_t>(process.startTicks / machine.ticks);
    const std::int64_t alive = std::max<std::int64_t>(0, machine.now - started);
    const auto perMille = [](std::uint64_t part, std::uint64_t whole) { return whole == 0 ? 0 : part * 1000 / whole; };
    const auto tenths = [](std::uint64_t value) { return fmt::format("{}.{}", value / 10, value % 10); };
    const std::uint64_t cpu = std::min<std::uint64_t>(999, perMille(process.ticks, static_cast<std::uint64_t>(alive) * machine.ticks));
    switch (field) {
    case PsField::Pid:
        return std::to_string(process.pid);
    case PsField::Ppid:
        return std::to_string(process.parent);
    case PsField::Pgid:
        return std::to_string(process.group);
    case PsField::Session:
        return std::to_string(process.session);
    case PsField::User:
        return userName(process.user);
    case PsField::Uid:
        return std::to_string(process.user);
    case PsField::RealUser:
        return userName(process.realUser);
    case PsField::RealUid:
        return std::to_string(process.realUser);
    case PsField::Group:
        return groupName(process.groupId);
    case PsField::Gid:
        return std::to_string(process.groupId);
    case PsField::Command:
        return printable(process.name);
    case PsField::Arguments:
        return argumentsOf(process);
    case PsField::Cpu:
        return std::to_string(std::min<std::uint64_t>(99, cpu / 10));
    case PsField::CpuPercent:
        return tenths(cpu);
    case PsField::MemoryPercent:
        return tenths(std::min<std::uint64_t>(999, perMille(static_cast<std::uint64_t>(std::max<std::int64_t>(0, process.pages)), machine.pages)));
    case PsField::Resident:
        return std::to_string(static_cast<std::uint64_t>(std::max<std::int64_t>(0, process.pages)) * machine.pageBytes / 1024);
    case PsField::Virtual:
        return std::to_string(process.bytes / 1024);
    case PsField::Pages:
        return std::to_string(process.bytes / machine.pageBytes);
    case PsField::State:
        return {process.state};
    case PsField::Status:
        return statusOf(process);
    case PsField::Terminal:
        return terminalOf(process.terminal);
    case PsField::Time:
        return clockText(used, true);
    case PsField::BsdTime:
        return fmt::format("{}:{:02}", used / 60, used % 60);
    case PsField::Elapsed:
        return clockText(alive, false);
    case PsField::ElapsedSeconds:
        return std::to_string(alive);
    case PsField::Started:
        return timeText(started, alive <= 86400 ? "%H:%M:%S" : "%b %d");
    case PsField::LongStart:
        return timeText(started, "%a %b %e %H:%M:%S %Y");
    case PsField::ShortStart:
        return shortStart(started, machine.now);
    case PsField::Nice:
        return std::to_string(process.nice);
    case PsField::Priority:
        return std::to_string(39 - process.priority);
    case PsField::OldPriority:
        return std::to_string(60 + process.priority);
    case PsField::Threads:
        return std::to_string(process.threads);
    case PsField::Processor:
        return std::to_string(process.processor);
    case PsField::Flags:
        return fmt::format("{:o}", process.flags >> 6 & 7);
    case PsField::Nothing:
        break;
    }
    return "-";
}

} // namespace

model::TopResult listProcesses(const std::vector<pid_t>& processes, const std::vector<PsColumn>& columns)
{
    model::TopResult result;
    for (const PsColumn& column : columns)
        result.titles.push_back(column.title);
    const Machine machine;
    for (const pid_t pid : processes) {
        Process process;
        process.pid = pid;
        if (!readStat(process))
            continue;
        readStatus(process);
        std::vector<std::string>& row = result.processes.emplace_back();
        for (const PsColumn& column : columns)
            row.push_back(valueOf(column.field, process, machine));
    }
    return result;
}

} // namespace darsena::engine
