// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/builder/plan/mode_change.h"
#include "core/builder/plan/plan.h"
#include "core/builder/run/owner.h"
#include "core/builder/run/selection.h"
#include "core/os/beneath.h"

#include <chrono>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace darsena::builder {

struct CopyOptions {
    std::string destination; ///< absolute, clean
    bool destinationIsDirectory = false; ///< it ends with '/', or there are several sources
    std::optional<Owner> owner; ///< --chown; also of directories made on the way
    bool keepOwner = false; ///< without --chown: as in the source (stages, images), else root
    std::optional<ModeChange> chmod;
    bool parents = false;
};

/// Copies into a root file system that nobody else changes meanwhile (the mounted overlay of a draft). Docker's rules:
/// the content of a directory is copied, not the directory; a destination with '/' or an existing directory takes files
/// under their own names; directories on the way are made 0755; links in the destination's path are followed inside the
/// root, a file never writes through a link below it; what exists is replaced, but a directory by a file never.
/// Times are cut to whole seconds, which is what a layer's tar keeps. Hard links among the files stay hard links.
/// security.capability and user.* attributes come along.
class Copier {
public:
    Copier(const os::Beneath& root, CopyOptions options, std::stop_token stop)
        : m_root(root)
        , m_options(std::move(options))
        , m_stop(std::move(stop))
    {
    }

    Result<void> copy(const os::Beneath& tree, const Selection& selection);
    /// Heredocs.
    Result<void> write(const std::vector<CopyStep::File>& files, std::chrono::system_clock::time_point now);

private:
    Result<void> copyTree(const os::Beneath& tree, const SelectedRoot& root, const std::string& destination);
    Result<void> copyEntry(const os::Beneath& tree, const SelectedEntry& entry, int directory, const std::string& name, const std::string& path);
    Result<void> copyFile(int from, const SelectedEntry& entry, int directory, const std::string& name);
    Result<void> setAttributes(int fd, const SelectedEntry& entry) const;
    Result<bool> isDirectory(const std::string& path) const;
    Result<void> makeParents(const std::string& path) const;
    /// --parents: makes the directories `kept`, which `path` ends with, like those that `source` ends with in the tree.
    Result<void> makeKept(const os::Beneath& tree, const std::string& source, const std::string& kept, const std::string& path) const;
    Owner ownerOf(const SelectedEntry& entry) const;
    Owner madeOwner() const { return m_options.owner.value_or(Owner {}); }

    const os::Beneath& m_root;
    CopyOptions m_options;
    std::stop_token m_stop;
    std::map<std::pair<dev_t, ino_t>, std::string> m_linked; ///< first copy of a file with several names
};

} // namespace darsena::builder
