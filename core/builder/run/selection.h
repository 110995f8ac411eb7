// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/result.h"
#include "core/builder/plan/key_inputs.h"
#include "core/dockerfile/ignore.h"
#include "core/os/beneath.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace darsena::builder {

/// One file, directory or link that a COPY takes.
struct SelectedEntry {
    std::string source; ///< path in the source tree, relative and clean
    std::string name; ///< path relative to the root it was found under; "" = the root itself
    struct stat attributes {};
    std::string link; ///< target of a symbolic link
    Digest content; ///< of a regular file, when hashing was asked for

    bool isDirectory() const { return S_ISDIR(attributes.st_mode); }
    bool isRegular() const { return S_ISREG(attributes.st_mode); }
    bool isLink() const { return S_ISLNK(attributes.st_mode); }
};

/// One source of a COPY, or one match of its pattern.
struct SelectedRoot {
    std::string written; ///< the source as the Dockerfile has it
    std::string fileName; ///< last component of what was named (of the link, if it was one)
    std::string parents; ///< --parents: the directories to keep, relative; else ""
    /// The root first, then what is below it, every directory before its content, sorted by name. A link that was named
    /// itself is followed, links below are not.
    std::vector<SelectedEntry> entries;

    bool isDirectory() const { return entries.front().isDirectory(); }
};

struct Selection {
    std::vector<SelectedRoot> roots;
    std::vector<std::string> unmatched; ///< patterns that matched nothing
};

/// Contents hashed in one build, so that files that several steps copy are read once. Any thread.
class ContentHashes {
public:
    std::optional<Digest> find(const std::string& path) const;
    void add(const std::string& path, const Digest& digest);

private:
    mutable std::mutex m_mutex;
    std::map<std::string, Digest, std::less<>> m_digests;
};

struct SelectOptions {
    const dockerfile::IgnoreRules* ignore = nullptr; ///< .dockerignore; paths are those of the tree
    std::string ignoreName = ".dockerignore"; ///< for messages
    dockerfile::IgnoreRules excludes; ///< --exclude; paths are relative to each root
    bool parents = false;
    bool hash = false; ///< fill SelectedEntry::content
    ContentHashes* known = nullptr; ///< only for trees that do not change
    /// A build context: devices, sockets and FIFOs in it are refused (Invalid).
    bool context = false;
    std::string treeName = "the build context";
};

/// Finds what the sources name: paths and Go's filepath patterns, "**" with --parents. Everything is opened through
/// os::Beneath. Errors: NotFound naming the source, and the .dockerignore line if that is the reason; Invalid; TooLarge
/// past a million entries or 256 levels; Cancelled.
Result<Selection> select(const os::Beneath& tree, const std::vector<std::string>& sources, const SelectOptions& options,
    std::stop_token stop);

/// Names, types, modes and contents (never times) as inputs of a cache key; owners if they will be kept.
void addToInputs(KeyInputs& inputs, const Selection& selection, bool owners);

} // namespace darsena::builder
