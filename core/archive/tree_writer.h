// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/extract.h"
#include "core/base/unique_fd.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace darsena::archive {

/// The work behind extractTar(): makes members in a folder, which it does not trust to lead anywhere.
///
/// Rule R1's class is os::Beneath; this folder of the code stands beside core/os, not on it, and needs less: no link is ever
/// followed here, by openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS).
class TreeWriter {
public:
    static Result<TreeWriter> open(const std::filesystem::path& folder, const ExtractOptions& options);
    TreeWriter(TreeWriter&&) noexcept = default;

    /// The member that the reader stands at.
    Result<void> add(TarReader& reader, const Entry& entry);
    /// Makes the links, then gives directories their modes and times: before, these would be in the way.
    Result<void> finish();
    /// Takes everything away that was made.
    void undo();

    const Extracted& done() const { return m_done; }
    Extracted take();

    /// A new file at `name`, of the member that the reader stands at: content, mode, time.
    Result<void> writeFile(TarReader& reader, const Entry& entry, int directory, const std::string& name);
    Result<void> writeLink(const std::string& target, std::int64_t mtime, int directory, const std::string& name);
    int folderFd() const { return m_folder.get(); }

private:
    TreeWriter(UniqueFd folder, std::filesystem::path path, const ExtractOptions& options)
        : m_folder(std::move(folder))
        , m_path(std::move(path))
        , m_options(options)
    {
    }
    struct Directory {
        std::uint32_t mode = 0755;
        std::optional<std::int64_t> mtime; ///< nothing: the archive does not name it
    };
    struct Link {
        std::string target;
        std::int64_t mtime = 0;
    };

    Result<UniqueFd> openDirectory(const std::string& path) const;
    Result<int> parentOf(const std::string& path);
    Result<void> makeDirectory(const std::string& path, const Directory& attributes);
    Result<void> makeHardLink(const std::string& path, const std::string& target, int parent);
    Result<void> makeFifo(const Entry& entry, int parent, const std::string& path);
    Result<void> remember(std::size_t bytes);
    Error exists(const std::string& path) const;
    bool isOurs(const std::string& path) const { return m_tops.contains(path.substr(0, path.find('/'))); }
    void claim(const std::string& path);
    void remark(std::string sentence);

    UniqueFd m_folder;
    std::filesystem::path m_path;
    ExtractOptions m_options;
    Extracted m_done;
    std::set<std::string> m_tops; ///< what was made in the folder itself: everything beneath is ours, too
    std::map<std::string, Directory> m_directories; ///< every one that was made; parents come first
    std::map<std::string, Link> m_links; ///< to be made
    std::size_t m_remembered = 0; ///< bytes of the two
    std::uint64_t m_foreignModes = 0; ///< members whose set-user-id or set-group-id was left out
    std::string m_parentPath; ///< of m_parent
    UniqueFd m_parent;
    bool m_finishing = false;
};

} // namespace darsena::archive
