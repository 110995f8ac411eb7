// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/credentials.h"

#include "core/base/unique_fd.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace darsena::registry {

namespace {

constexpr std::size_t maxAnswerBytes = 64 * 1024;

struct Pipe {
    UniqueFd readEnd;
    UniqueFd writeEnd;
};

Result<Pipe> makePipe()
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return Error::system(errno, "pipe");
    return Pipe { UniqueFd::adopt(ends[0]), UniqueFd::adopt(ends[1]) };
}

/// Up to the end, or to the bound.
std::string readAnswer(int fd)
{
    std::string answer;
    std::array<char, 4096> buffer;
    while (answer.size() <= maxAnswerBytes) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        answer.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return answer;
}

} // namespace

Result<std::string> runCredentialHelper(const std::string& name, const std::string& input)
{
    const std::string program = "docker-credential-" + name;
    Pipe in = TRY(makePipe());
    Pipe out = TRY(makePipe());
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in.readEnd.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out.writeEnd.get(), STDOUT_FILENO);
    std::string file = program;
    std::string verb = "get";
    char* arguments[] = { file.data(), verb.data(), nullptr };
    pid_t child = 0;
    const int failed = ::posix_spawnp(&child, program.c_str(), &actions, nullptr, arguments, environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0)
        return Error(ErrorCode::Unavailable, fmt::format("the credential helper {} cannot be run: {}", program, Error::system(failed, "").message()));
    in.readEnd.reset();
    out.writeEnd.reset();
    // The name fits into the pipe, whoever reads it. That the helper may be gone must not kill us.
    struct sigaction ignore {};
    struct sigaction before {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before);
    const ssize_t written = ::write(in.writeEnd.get(), input.data(), input.size());
    static_cast<void>(written);
    ::sigaction(SIGPIPE, &before, nullptr);
    in.writeEnd.reset();
    std::string answer = readAnswer(out.readEnd.get());
    out.readEnd.reset();
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (answer.size() > maxAnswerBytes)
        return Error(ErrorCode::TooLarge, fmt::format("{} answered with more than {} bytes", program, maxAnswerBytes));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return answer;
    // The protocol has no code for "no such login", only this sentence.
    if (answer.find("credentials not found") != std::string::npos)
        return Error(ErrorCode::NotFound, fmt::format("{} has no login for {}", program, input));
    while (!answer.empty() && (answer.back() == '\n' || answer.back() == '\r'))
        answer.pop_back();
    return Error(ErrorCode::Unavailable, fmt::format("{} failed: {}", program, answer.substr(0, 300)));
}

} // namespace darsena::registry
