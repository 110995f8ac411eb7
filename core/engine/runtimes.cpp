// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/runtimes.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::engine {

namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 4> kProgramFolders { "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin" };
constexpr std::string_view kDockersName = "io.containerd.runc.v2";

Result<void> checkRuntimeName(const std::string& name)
{
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'; };
    if (name.empty() || name.size() > 100 || !std::ranges::all_of(name, fits))
        return Error(ErrorCode::Invalid, fmt::format("\"{}\" is no name for a runtime", name.substr(0, 100)));
    if (name == Runtimes::own)
        return Error(ErrorCode::Invalid, "the runtime \"darsena\" is built in");
    return {};
}

/// The program without links in its path.
Result<fs::path> trustedProgram(const fs::path& path)
{
    if (!path.is_absolute())
        return Error(ErrorCode::Invalid, fmt::format("{} is not an absolute path", path.native()));
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    if (error)
        return Error::system(error.value(), path.native());
    for (fs::path at = real;; at = at.parent_path()) {
        struct stat status{};
        if (::stat(at.c_str(), &status) != 0)
            return Error::system(errno, at.native());
        if (at == real && (!S_ISREG(status.st_mode) || ::access(at.c_str(), X_OK) != 0))
            return Error(ErrorCode::Invalid, fmt::format("{} is not a program", at.native()));
        if (status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
            return Error(ErrorCode::Denied, fmt::format("{} can be changed by others than root", at.native()));
        if (at == at.root_path())
            return real;
    }
}

} // namespace

Result<Runtimes> Runtimes::find(const std::map<std::string, fs::path>& configured)
{
    Runtimes runtimes;
    for (const auto& [name, path] : configured) {
        TRY(checkRuntimeName(name));
        fs::path program = TRY_CONTEXT("runtime " + name, trustedProgram(path));
        runtimes.m_programs.emplace(name, std::move(program));
    }
    for (const char* name : { "runc", "crun" }) {
        for (const char* folder : kProgramFolders) {
            if (const auto program = trustedProgram(fs::path(folder) / name))
                runtimes.m_programs.emplace(name, *program);
        }
    }
    if (const auto runc = runtimes.m_programs.find("runc"); runc != runtimes.m_programs.end())
        runtimes.m_programs.emplace(kDockersName, runc->second);
    return runtimes;
}

Result<fs::path> Runtimes::program(const std::string& name) const
{
    if (name.empty() || name == own)
        return fs::path();
    const auto found = m_programs.find(name);
    if (found == m_programs.end())
        return Error(ErrorCode::Invalid, fmt::format("unknown or invalid runtime name: {}", name.substr(0, 100)));
    return found->second;
}

} // namespace darsena::engine
