// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/os/mount.h"
#include "core/runtime/cgroups/cgroup.h"
#include "core/runtime/defaults.h"
#include "core/shim/shim.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <csignal>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/// Containers made of busybox in a directory of their own, gone with it.
namespace darsena::test {

/// Parent of the cgroups of this test's containers, also of those that a process it forks launches.
inline const std::string testGroup = "/darsena-test-" + std::to_string(::getpid());

namespace fs = std::filesystem;

inline const char* whyNot()
{
    if (::geteuid() != 0)
        return "needs root";
    if (::access("/bin/busybox", X_OK) != 0)
        return "needs busybox-static at /bin/busybox";
    return nullptr;
}

inline std::string readText(const fs::path& path)
{
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Splits Docker's frames.
inline void unframe(const std::string& bytes, std::string& out, std::string& err)
{
    for (std::size_t at = 0; at + 8 <= bytes.size();) {
        const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + i])); };
        const std::size_t length = byte(4) << 24 | byte(5) << 16 | byte(6) << 8 | byte(7);
        (byte(0) == 1 ? out : err) += bytes.substr(at + 8, length);
        at += 8 + length;
    }
}

inline std::string readToEnd(int fd)
{
    std::string out;
    char buffer[65536];
    ssize_t length = 0;
    while ((length = ::read(fd, buffer, sizeof buffer)) > 0)
        out.append(buffer, static_cast<std::size_t>(length));
    return out;
}

struct Outcome {
    shim::Exit exit;
    std::string out, err;
    std::string failure; ///< of launch or start
    ErrorCode code = ErrorCode::Internal;
};

class Box {
public:
    Box()
    {
        m_base = m_dir.path().toStdString();
        for (const char* name : { "lower/bin", "lower/etc", "lower/tmp", "lower/root", "upper", "work", "run" })
            fs::create_directories(m_base / name);
        fs::permissions(m_base / "run", fs::perms::owner_all);
        fs::copy_file("/bin/busybox", m_base / "lower/bin/busybox");
        for (const char* applet : { "sh", "cat", "echo", "ls", "id", "sleep", "true", "false", "mkdir", "mount", "hostname", "head",
                 "grep", "readlink", "touch", "kill", "stty", "tty", "dd", "seq", "ps", "ip", "stat", "wc", "env", "test", "pwd",
                 "umount", "unshare", "sed", "ln", "rm", "trap", "yes", "printf", "sort", "cut", "nc", "sync", "chmod" })
            fs::create_symlink("busybox", m_base / "lower/bin" / applet);
        std::ofstream(m_base / "lower/etc/passwd") << "root:x:0:0:root:/root:/bin/sh\nwork:x:1000:1000::/home/work:/bin/sh\n";
        std::ofstream(m_base / "lower/etc/group") << "root:x:0:\nwork:x:1000:\naudio:x:29:work\n";
    }

    fs::path base() const { return m_base; }
    fs::path lower() const { return m_base / "lower"; }
    fs::path upper() const { return m_base / "upper"; }
    os::OverlaySpec overlay() const { return { { m_base / "lower" }, m_base / "upper", m_base / "work" }; }

    shim::Launch launch(std::vector<std::string> command, const std::string& id = "box") const
    {
        shim::Launch launch;
        launch.id = id;
        launch.runDir = m_base / "run" / id;
        launch.logFile = m_base / (id + "-json.log");
        launch.spec = runtime::defaultSpec();
        launch.spec.process->args = std::move(command);
        launch.spec.process->env = { "PATH=/bin", "HOME=/root" };
        launch.spec.hostname = "box";
        launch.spec.linux.cgroupsPath = testGroup + "/" + id;
        launch.root = overlay();
        launch.shimExecutable = fs::path(DARSENA_BIN_DIR) / "darsena-shim";
        return launch;
    }

    /// Launch, attach, start, write `input`, read everything, wait.
    static Outcome finish(Result<shim::Shim> made, const std::string& input = {}, bool terminal = false)
    {
        Outcome outcome;
        if (!made) {
            outcome.failure = made.error().message();
            outcome.code = made.error().code();
            return outcome;
        }
        auto attached = made->attach({ !input.empty(), true, true });
        if (!attached) {
            outcome.failure = attached.error().message();
            return outcome;
        }
        if (const auto started = made->start(); !started) {
            outcome.failure = started.error().message();
            outcome.code = started.error().code();
        }
        if (!input.empty()) {
            (void)!::write(attached->stream.get(), input.data(), input.size());
            ::shutdown(attached->stream.get(), SHUT_WR);
        }
        const std::string bytes = readToEnd(attached->stream.get());
        if (terminal)
            outcome.out = bytes;
        else
            unframe(bytes, outcome.out, outcome.err);
        if (auto exit = made->wait())
            outcome.exit = *exit;
        else
            outcome.failure += exit.error().message();
        return outcome;
    }

    Outcome run(std::vector<std::string> command, const std::string& input = {}) const
    {
        shim::Launch wanted = launch(std::move(command));
        wanted.openStdin = !input.empty();
        wanted.stdinOnce = true;
        return finish(shim::Shim::launch(std::move(wanted)), input);
    }
    Outcome shell(const std::string& script) const { return run({ "sh", "-c", script }); }

    /// What a test killed, or did not wait for, still holds its groups.
    ~Box()
    {
        const auto group = runtime::Cgroup::at(testGroup);
        if (!group)
            return;
        std::set<std::string> children;
        for (const std::string& directory : (*group)->directories()) {
            std::error_code missing;
            for (const auto& entry : fs::directory_iterator(directory, missing)) {
                if (entry.is_directory())
                    children.insert(entry.path().filename());
            }
        }
        for (const std::string& child : children) {
            if (const auto own = runtime::Cgroup::at(testGroup + "/" + child)) {
                (void)(*own)->killAll();
                (void)(*own)->remove();
            }
        }
        runtime::removeIfEmpty(testGroup);
    }

private:
    QTemporaryDir m_dir;
    fs::path m_base;
};

} // namespace darsena::test
