// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/privileged/runtime/box.h"

#include <QCryptographicHash>
#include <QFile>

#include <map>
#include <string>

/// A folder of the host that no container has any business with, and the proof that nothing in it changed.
namespace darsena::test {

class Sentinel {
public:
    Sentinel()
    {
        fs::create_directories(path() / "sub");
        std::ofstream(path() / "file") << "untouched\n";
        std::ofstream(path() / "sub/other") << "untouched too\n";
        fs::permissions(path() / "file", fs::perms(0600));
        m_before = snapshot();
        m_corePattern = readText("/proc/sys/kernel/core_pattern");
        m_mounts = ownMounts();
    }
    fs::path path() const { return m_dir.path().toStdString(); }

    /// What is different, for a message; empty = nothing: names, inodes, owners, modes, times, contents, the kernel's
    /// core_pattern, and the mounts of the host.
    std::string changes() const
    {
        std::string out;
        const auto now = snapshot();
        for (const auto& [name, what] : m_before) {
            if (!now.contains(name))
                out += name + " is gone; ";
            else if (now.at(name) != what)
                out += name + " was " + what + ", is " + now.at(name) + "; ";
        }
        for (const auto& [name, what] : now)
            out += m_before.contains(name) ? "" : name + " is new; ";
        if (readText("/proc/sys/kernel/core_pattern") != m_corePattern)
            out += "core_pattern changed; ";
        for (const std::string& mount : ownMounts())
            out += m_mounts.contains(mount) ? "" : "mounted: " + mount + "; ";
        return out;
    }

private:
    std::map<std::string, std::string> snapshot() const
    {
        std::map<std::string, std::string> out;
        const auto note = [&](const fs::path& entry) {
            struct stat status {};
            ::lstat(entry.c_str(), &status);
            std::string what = std::to_string(status.st_ino) + " " + std::to_string(status.st_uid) + ":" + std::to_string(status.st_gid) + " "
                + std::to_string(status.st_mode) + " " + std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec);
            if (S_ISREG(status.st_mode)) {
                QFile file(QString::fromStdString(entry.string()));
                (void)file.open(QIODevice::ReadOnly);
                what += " " + QCryptographicHash::hash(file.readAll(), QCryptographicHash::Sha256).toHex().toStdString();
            }
            out[entry.string()] = what;
        };
        note(path());
        for (const auto& entry : fs::recursive_directory_iterator(path()))
            note(entry.path());
        return out;
    }
    /// Others mount, too, on a machine with several tests: those below /tmp are the ones that a container of ours could make.
    static std::set<std::string> ownMounts()
    {
        std::set<std::string> out;
        std::istringstream lines(readText("/proc/self/mounts"));
        for (std::string line; std::getline(lines, line);) {
            if (line.find("/darsena-attack") != std::string::npos)
                out.insert(line);
        }
        return out;
    }
    QTemporaryDir m_dir { "/tmp/darsena-attack-XXXXXX" };
    std::map<std::string, std::string> m_before;
    std::string m_corePattern;
    std::set<std::string> m_mounts;
};

/// Swaps two names, again and again, in a thread of its own: what a container does with a folder that another one starts in.
class Flipper {
public:
    Flipper(fs::path first, fs::path second)
        : m_thread([first = std::move(first), second = std::move(second)](const std::stop_token& stop) {
            while (!stop.stop_requested())
                (void)::renameat2(AT_FDCWD, first.c_str(), AT_FDCWD, second.c_str(), RENAME_EXCHANGE);
        })
    {
    }

private:
    std::jthread m_thread;
};

} // namespace darsena::test
