// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/init/child.h"

#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

namespace darsena::runtime {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts)
{
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (const std::string& text : texts)
        out.push_back(const_cast<char*>(text.c_str())); // NOLINT: execve's signature; it does not write
    out.push_back(nullptr);
    return out;
}

std::string_view searchPath(const std::vector<std::string>& environment)
{
    std::string_view found;
    for (const std::string& variable : environment) {
        if (variable.starts_with("PATH="))
            found = std::string_view(variable).substr(5); // the last one counts, as in execve'd shells
    }
    return found;
}

Error describe(const std::string& name, int error)
{
    const std::string what = "exec: \"" + name + "\": ";
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        if (name.find('/') == std::string::npos)
            return Error(ErrorCode::NotFound, what + "executable file not found in $PATH");
        return Error(ErrorCode::NotFound, what + "stat " + name + ": no such file or directory");
    case EACCES: return Error(ErrorCode::Denied, what + "permission denied");
    case EISDIR: return Error(ErrorCode::Denied, what + "is a directory");
    case ENOEXEC: return Error(ErrorCode::Invalid, what + "exec format error");
    default: return Error::system(error, "exec: \"" + name + "\"").as(ErrorCode::Invalid);
    }
}

/// The names under which a command without '/' may be found, in order.
std::vector<std::string> candidates(const PlannedProcess& process)
{
    std::vector<std::string> out;
    std::string_view rest = searchPath(process.env);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        std::string candidate(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        out.push_back(candidate + (candidate.empty() ? "./" : "/") + process.args.front());
    }
    return out;
}

bool isFile(const std::string& path)
{
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

} // namespace

Result<void> findCommand(const PlannedProcess& process)
{
    const std::string& name = process.args.front();
    if (name.find('/') != std::string::npos) {
        struct stat status {};
        if (::stat(name.c_str(), &status) != 0)
            return describe(name, errno);
        if (!S_ISREG(status.st_mode) || (status.st_mode & 0111) == 0)
            return describe(name, S_ISDIR(status.st_mode) ? EISDIR : EACCES);
        return {};
    }
    bool found = false;
    for (const std::string& candidate : candidates(process)) {
        if (isFile(candidate) && ::access(candidate.c_str(), X_OK) == 0)
            return {};
        found = found || isFile(candidate);
    }
    return describe(name, found ? EACCES : ENOENT);
}

Error executeCommand(const PlannedProcess& process)
{
    const std::string& name = process.args.front();
    const std::vector<char*> arguments = pointers(process.args);
    const std::vector<char*> environment = pointers(process.env);
    if (name.empty())
        return Error(ErrorCode::NotFound, "exec: \"\": executable file not found in $PATH");
    if (name.find('/') != std::string::npos) {
        ::execve(name.c_str(), arguments.data(), environment.data());
        const int error = errno;
        struct stat status {};
        if (error == EACCES && ::stat(name.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
            return describe(name, EISDIR);
        // The file is there and still "not found": its interpreter or loader is what is missing.
        if (error == ENOENT && ::stat(name.c_str(), &status) == 0)
            return Error(ErrorCode::NotFound, "exec " + name + ": no such file or directory (its interpreter is missing)");
        return describe(name, error);
    }
    int remembered = ENOENT;
    for (const std::string& candidate : candidates(process)) {
        ::execve(candidate.c_str(), arguments.data(), environment.data());
        const int error = errno;
        if (error == ENOEXEC)
            return describe(name, error);
        // A directory of that name is passed over; a file that may not be executed is remembered, in case nothing better comes.
        if (error == EACCES && isFile(candidate))
            remembered = error;
        else if (error != ENOENT && error != ENOTDIR && error != EACCES)
            return describe(name, error);
    }
    return describe(name, remembered);
}

} // namespace darsena::runtime
