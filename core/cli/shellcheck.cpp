// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/shellcheck.h"

#include "core/base/scope_guard.h"
#include "core/base/unique_fd.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace darsena::cli {

namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

/// More than shellcheck has to say of any Dockerfile; past it something is wrong.
constexpr std::size_t maxShellCheckOutput = 64U * 1024 * 1024;
/// Arguments have a limit; a run of it takes this many scripts.
constexpr std::size_t maxShellCheckScripts = 20'000;

/// The scripts in files of a new folder; empty if that fails.
fs::path writeScripts(const dockerfile::shell::ShellCheckJob& job)
{
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "darsena-shellcheck-XXXXXX").string();
    if (error || ::mkdtemp(name.data()) == nullptr)
        return {};
    const fs::path folder(name);
    for (std::size_t i = 0; i < job.scripts().size(); ++i) {
        std::ofstream file(folder / dockerfile::shell::ShellCheckJob::fileName(i), std::ios::binary);
        file << job.scripts()[i];
        if (!file.flush()) {
            fs::remove_all(folder, error);
            return {};
        }
    }
    return folder;
}

/// Starts the program in a folder, its output going to `output`; -1 if that fails.
pid_t start(std::vector<std::string> words, const fs::path& folder, int output)
{
    const UniqueFd nothing = UniqueFd::adopt(::open("/dev/null", O_RDWR | O_CLOEXEC));
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    ::posix_spawn_file_actions_adddup2(&actions, nothing.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, nothing.get(), STDERR_FILENO);
    pid_t child = -1;
    const int failed = ::posix_spawnp(&child, arguments.front(), &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    return failed == 0 ? child : -1;
}

/// All that comes before the deadline; nullopt if there is more to come, or too much has.
std::optional<std::string> readUntil(int fd, Clock::time_point deadline)
{
    std::string result;
    std::array<char, 64 * 1024> buffer {};
    while (result.size() <= maxShellCheckOutput) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd waiting {.fd = fd, .events = POLLIN, .revents = 0};
        const int ready = left > 0 ? ::poll(&waiting, 1, static_cast<int>(left)) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return std::nullopt;
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return std::nullopt;
        if (count == 0)
            return result;
        result.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return std::nullopt;
}

} // namespace

std::optional<std::vector<std::vector<dockerfile::Finding>>> runShellCheck(
    const dockerfile::shell::ShellCheckJob& job, std::chrono::milliseconds limit)
{
    if (job.scripts().empty() || job.scripts().size() > maxShellCheckScripts)
        return std::nullopt;
    const Clock::time_point deadline = Clock::now() + limit;
    std::array<int, 2> ends {-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return std::nullopt;
    const UniqueFd read = UniqueFd::adopt(ends[0]);
    UniqueFd write = UniqueFd::adopt(ends[1]);
    const fs::path folder = writeScripts(job);
    if (folder.empty())
        return std::nullopt;
    const ScopeGuard cleaner([&folder] {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    });
    std::vector<std::string> words = job.arguments();
    words.insert(words.begin(), "shellcheck");
    const pid_t child = start(std::move(words), folder, write.get());
    if (child < 0)
        return std::nullopt;
    write.reset();
    const std::optional<std::string> output = readUntil(read.get(), deadline);
    if (!output)
        ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) { }
    // 1 means that there are findings.
    if (!output || !WIFEXITED(status) || WEXITSTATUS(status) > 1)
        return std::nullopt;
    auto findings = job.findings(*output);
    return findings ? std::optional(std::move(*findings)) : std::nullopt;
}

} // namespace darsena::cli
