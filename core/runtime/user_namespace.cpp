// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/user_namespace.h"

#include "core/base/scope_guard.h"
#include "core/os/file.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <limits>

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

/// A copy of us with one thread, for what only such a process may do. In the copy: async-signal-safe calls alone.
pid_t copyOfUs(unsigned long flags)
{
    return static_cast<pid_t>(::syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, 0UL));
}

void reapCopy(pid_t pid)
{
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) { }
}

Result<std::pair<UniqueFd, UniqueFd>> plainPipe()
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return Error::system(errno, "pipe");
    return std::pair(UniqueFd::adopt(ends[0]), UniqueFd::adopt(ends[1]));
}

Result<void> writeMap(const std::string& file, const std::string& text)
{
    const UniqueFd fd = UniqueFd::adopt(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return Error::system(errno, "id mapping");
    return {};
}

/// In the copy: what the namespace maps, uids, an empty line, gids.
[[noreturn]] void tellMappings(int userNamespaceFd, int out)
{
    if (::setns(userNamespaceFd, CLONE_NEWUSER) != 0)
        ::_exit(1);
    char buffer[4096];
    for (const char* const file : { "/proc/thread-self/uid_map", "/proc/thread-self/gid_map" }) {
        const int fd = ::open(file, O_RDONLY | O_CLOEXEC);
        ssize_t length = 0;
        while (fd >= 0 && (length = ::read(fd, buffer, sizeof buffer)) > 0)
            (void)!::write(out, buffer, static_cast<std::size_t>(length));
        (void)!::write(out, "\n", 1);
    }
    ::_exit(0);
}

} // namespace

Result<std::string> idMapText(const std::vector<oci::IdMapping>& mappings, std::string_view what)
{
    constexpr std::size_t mostRanges = 340; // user_namespaces(7)
    if (mappings.empty() || mappings.size() > mostRanges)
        return Error(ErrorCode::Invalid, std::string(what) + ": needs one range, and at most 340");
    std::string text;
    for (const oci::IdMapping& mapping : mappings) {
        const std::uint64_t last = std::numeric_limits<std::uint32_t>::max();
        if (mapping.size == 0 || std::uint64_t { mapping.containerId } + mapping.size > last
            || std::uint64_t { mapping.hostId } + mapping.size > last)
            return Error(ErrorCode::Invalid, std::string(what) + ": a range is empty or ends beyond 4294967294");
        text += std::to_string(mapping.containerId) + " " + std::to_string(mapping.hostId) + " " + std::to_string(mapping.size) + "\n";
    }
    return text;
}

std::vector<oci::IdMapping> parseIdMap(std::string_view text)
{
    std::vector<oci::IdMapping> out;
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto number = [&](std::uint32_t& value) {
        while (at < end && *at == ' ')
            ++at;
        const auto [next, error] = std::from_chars(at, end, value);
        at = next;
        return error == std::errc();
    };
    while (at < end) {
        oci::IdMapping mapping;
        if (!number(mapping.containerId) || !number(mapping.hostId) || !number(mapping.size))
            break;
        out.push_back(mapping);
        while (at < end && *at == '\n')
            ++at;
    }
    return out;
}

std::optional<std::uint32_t> hostIdOf(const std::vector<oci::IdMapping>& mappings, std::uint32_t containerId)
{
    for (const oci::IdMapping& mapping : mappings) {
        if (containerId >= mapping.containerId && containerId - mapping.containerId < mapping.size)
            return mapping.hostId + (containerId - mapping.containerId);
    }
    return std::nullopt;
}

Result<UniqueFd> makeUserNamespace(const IdMappings& mappings)
{
    const std::string uids = TRY(idMapText(mappings.uids, "uidMappings"));
    const std::string gids = TRY(idMapText(mappings.gids, "gidMappings"));
    auto [readEnd, writeEnd] = TRY(plainPipe());
    const pid_t pid = copyOfUs(CLONE_NEWUSER);
    if (pid < 0)
        return Error::system(errno, "user namespace");
    if (pid == 0) {
        ::close(writeEnd.get());
        char byte = 0;
        (void)!::read(readEnd.get(), &byte, 1); // until the other end is closed
        ::_exit(0);
    }
    const ScopeGuard end([&, &writing = writeEnd] {
        writing.reset();
        ::kill(pid, SIGKILL);
        reapCopy(pid);
    });
    const std::string directory = "/proc/" + std::to_string(pid);
    TRY(writeMap(directory + "/uid_map", uids));
    TRY(writeMap(directory + "/gid_map", gids));
    UniqueFd made = UniqueFd::adopt(::open((directory + "/ns/user").c_str(), O_RDONLY | O_CLOEXEC));
    if (!made)
        return Error::system(errno, "user namespace");
    return made;
}

Result<IdMappings> mappingsOf(int userNamespaceFd)
{
    auto [readEnd, writeEnd] = TRY(plainPipe());
    const pid_t pid = copyOfUs(0);
    if (pid < 0)
        return Error::system(errno, "user namespace");
    if (pid == 0)
        tellMappings(userNamespaceFd, writeEnd.get());
    writeEnd.reset();
    const Result<std::string> text = os::readAll(readEnd.get(), 65536);
    reapCopy(pid);
    if (!text)
        return text.error();
    // A line of blanks and numbers never begins with the line break that ends the first list.
    const std::size_t between = text->find("\n\n");
    if (between == std::string::npos)
        return Error(ErrorCode::Invalid, "user namespace: cannot be looked into");
    return IdMappings { parseIdMap(std::string_view(*text).substr(0, between + 1)), parseIdMap(std::string_view(*text).substr(between + 2)) };
}

Result<bool> hasOwnUserNamespace(pid_t pid)
{
    struct stat ours {}, theirs {};
    const std::string path = "/proc/" + std::to_string(pid) + "/ns/user";
    if (::stat("/proc/self/ns/user", &ours) != 0 || ::stat(path.c_str(), &theirs) != 0)
        return Error::system(errno, path);
    return ours.st_ino != theirs.st_ino;
}

} // namespace darsena::runtime
