// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/shell_formatter.h"

#include "core/base/unique_fd.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace darsena::cli {

namespace {

bool isInstalled(const std::string& program)
{
    const char* path = std::getenv("PATH");
    std::string_view rest = path != nullptr ? path : "";
    while (!rest.empty()) {
        const std::string_view folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
        if (!folder.empty() && ::access((std::string(folder) + "/" + program).c_str(), X_OK) == 0)
            return true;
    }
    return false;
}

std::string readToEnd(int fd)
{
    std::string result;
    std::array<char, 16 * 1024> buffer {};
    while (true) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return result;
        result.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

/// What a program prints for an input; nullopt if it cannot be started or does not end with 0.
std::optional<std::string> filter(const std::vector<std::string>& command, std::string_view input)
{
    // The input is a file, not a pipe: nobody waits for the other.
    const UniqueFd in = UniqueFd::adopt(::memfd_create("script", MFD_CLOEXEC));
    std::array<int, 2> ends {-1, -1};
    if (!in || ::pipe2(ends.data(), O_CLOEXEC) != 0)
        return std::nullopt;
    const UniqueFd read = UniqueFd::adopt(ends[0]);
    UniqueFd write = UniqueFd::adopt(ends[1]);
    const UniqueFd nothing = UniqueFd::adopt(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    while (!input.empty()) {
        const ssize_t count = ::write(in.get(), input.data(), input.size());
        if (count <= 0)
            return std::nullopt;
        input.remove_prefix(static_cast<std::size_t>(count));
    }
    ::lseek(in.get(), 0, SEEK_SET);

    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, write.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, nothing.get(), STDERR_FILENO);
    pid_t child = -1;
    const int failed = ::posix_spawnp(&child, arguments.front(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0)
        return std::nullopt;
    write.reset();
    std::string output = readToEnd(read.get());
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) { }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? std::optional(std::move(output)) : std::nullopt;
}

} // namespace

std::function<std::optional<std::string>(std::string_view script, std::string_view dialect)> shellFormatter(
    std::uint32_t indent)
{
    if (!isInstalled("shfmt"))
        return {};
    return [indent](std::string_view script, std::string_view dialect) {
        const std::string_view language = dialect == "bash" ? "bash" : dialect == "ksh" ? "mksh" : "posix";
        // -ci: the branches of a case are indented; -bn: a line may begin with && and |, as Dockerfiles write them.
        return filter({"shfmt", "-i", std::to_string(indent), "-ln", std::string(language), "-ci", "-bn"}, script);
    };
}

} // namespace darsena::cli
