// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/os/beneath.h"
#include "core/store/store.h"

#include <filesystem>
#include <memory>
#include <string>

namespace darsena::builder {

/// The files of a stage or image, mounted read-only where nobody sees them; gone with the object.
class MountedChain {
public:
    /// An empty chain is an empty directory in `scratch`.
    static Result<MountedChain> open(store::Store& store, const Digest& chain, const std::filesystem::path& emptyDirectory);
    const os::Beneath& root() const { return m_root; }

private:
    MountedChain(os::Beneath root, std::shared_ptr<const void> hold)
        : m_root(std::move(root))
        , m_hold(std::move(hold))
    {
    }
    os::Beneath m_root; ///< holds the detached mount
    std::shared_ptr<const void> m_hold; ///< keeps the layers
};

/// A directory of one build below BuilderOptions::scratch, with whatever is mounted in it; unmounted and removed with
/// the object. Any thread.
class Scratch {
public:
    static Result<std::unique_ptr<Scratch>> create(const std::filesystem::path& parent, const std::string& name);
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    const std::filesystem::path& path() const { return m_path; }

private:
    explicit Scratch(std::filesystem::path path)
        : m_path(std::move(path))
    {
    }
    std::filesystem::path m_path;
};

/// A mount attached to a directory of ours; unmounted with the object.
class AttachedMount {
public:
    /// Makes the directory.
    static Result<AttachedMount> attach(int mountFd, const std::filesystem::path& directory);
    AttachedMount(AttachedMount&& other) noexcept
        : m_path(std::exchange(other.m_path, {}))
    {
    }
    AttachedMount& operator=(AttachedMount&&) = delete;
    ~AttachedMount();

private:
    explicit AttachedMount(std::filesystem::path path)
        : m_path(std::move(path))
    {
    }
    std::filesystem::path m_path;
};

} // namespace darsena::builder
