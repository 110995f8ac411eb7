// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/cgroups/tree.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <ctime>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

constexpr int maxDepth = 32;

/// Calls visit(path) for each directory below, the deepest first.
template<typename Function>
void eachBelow(const std::string& directory, Function visit, int depth = 0)
{
    DIR* const list = depth < maxDepth ? ::opendir(directory.c_str()) : nullptr;
    if (list == nullptr)
        return;
    while (const dirent* entry = ::readdir(list)) {
        const std::string_view name = entry->d_name;
        if (entry->d_type == DT_DIR && name != "." && name != "..")
            eachBelow(directory + "/" + std::string(name), visit, depth + 1);
    }
    ::closedir(list);
    visit(directory);
}

void sleepMillisecond()
{
    const timespec pause { 0, 1'000'000 };
    ::nanosleep(&pause, nullptr);
}

} // namespace

int writeCgroupFile(const std::string& directory, const std::string& file, std::string_view value)
{
    const int fd = ::open((directory + "/" + file).c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    const ssize_t written = ::write(fd, value.data(), value.size());
    const int error = written == static_cast<ssize_t>(value.size()) ? 0 : errno;
    ::close(fd);
    return error;
}

std::optional<std::string> readCgroupFile(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return std::nullopt;
    std::string text;
    char buffer[4096];
    ssize_t length = 0;
    while (text.size() < 65536 && (length = ::read(fd, buffer, sizeof buffer)) > 0)
        text.append(buffer, static_cast<std::size_t>(length));
    ::close(fd);
    if (length < 0)
        return std::nullopt;
    return text;
}

unsigned long long countIn(std::string_view text, std::string_view key)
{
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(line.size() < text.size() ? line.size() + 1 : text.size());
        if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ' ') {
            unsigned long long value = 0;
            const std::string_view number = line.substr(key.size() + 1);
            std::from_chars(number.data(), number.data() + number.size(), value);
            return value;
        }
    }
    return 0;
}

std::vector<pid_t> processesBelow(const std::string& directory)
{
    std::vector<pid_t> out;
    eachBelow(directory, [&](const std::string& path) {
        const std::string text = readCgroupFile(path + "/cgroup.procs").value_or("");
        const char* at = text.data();
        const char* const end = at + text.size();
        while (at < end) {
            pid_t pid = 0;
            const auto [next, error] = std::from_chars(at, end, pid);
            if (error != std::errc())
                break;
            if (pid > 0)
                out.push_back(pid);
            at = next + 1;
        }
    });
    return out;
}

void killBelow(const std::string& directory)
{
    // One write where the kernel has it (v2 from 5.14): nothing can fork out of it.
    if (writeCgroupFile(directory, "cgroup.kill", "1") == 0)
        return;
    for (const pid_t pid : processesBelow(directory))
        ::kill(pid, SIGKILL);
}

int removeBelow(const std::string& directory, int milliseconds)
{
    if (::rmdir(directory.c_str()) == 0 || errno == ENOENT)
        return 0;
    for (int tries = 0;; ++tries) {
        int error = 0;
        eachBelow(directory, [&](const std::string& path) {
            if (::rmdir(path.c_str()) != 0 && errno != ENOENT)
                error = errno;
        });
        if (error == 0 || tries >= milliseconds)
            return error;
        sleepMillisecond();
    }
}

} // namespace darsena::runtime
