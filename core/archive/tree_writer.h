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
    /// Takes everything away that was made and not put in its place.
    ~TreeWriter();

    /// The member that the reader stands at.
    Result<void> add(TarReader& reader, const Entry& entry);
    /// Makes the links, gives directories their modes and times (before, these would be in the way), and moves everything
    /// to its place.
    Result<void> finish();

    // For what becomes one file or link: it is made under any name, then put in its place, under another one.
    /// A file or link of the member that the reader stands at.
    Result<void> make(TarReader& reader, const Entry& entry, const std::string& name);
    /// A file of the stream's bytes.
    Result<void> makeOf(ByteSource& stream, const std::string& name);
    /// A file or link that is there is replaced. Errors: Conflict.
    Result<void> put(const std::string& name, const std::string& to);

    Extracted take();

private:
    TreeWriter(UniqueFd folder, UniqueFd aside, std::filesystem::path asidePath, const ExtractOptions& options)
        : m_folder(std::move(folder))
        , m_aside(std::move(aside))
        , m_asidePath(std::move(asidePath))
        , m_options(options)
    {
    }
    struct Directory {
        std::uint32_t mode = 0755;
        std::optional<struct timespec> mtime; ///< nothing: the archive does not name it
    };
    struct Link {
        std::string target;
        struct timespec mtime {};
    };

    Result<UniqueFd> openDirectory(const std::string& path) const;
    Result<void> claim(const std::string& path);
    Result<void> writeFile(TarReader& reader, const Entry& entry, int directory, const std::string& name);
    Result<void> moveToPlace(const std::string& name);
    Result<void> finishDirectory(int root, const std::string& path, const Directory& attributes) const;
    void undo();
    Result<int> parentOf(const std::string& path);
    Result<void> makeDirectory(const std::string& path, const Directory& attributes);
    Result<void> makeHardLink(const std::string& path, const std::string& target, int parent);
    Result<void> makeFifo(const Entry& entry, int parent, const std::string& path);
    Result<void> remember(std::size_t bytes);
    void remark(std::string sentence);
    Result<void> leaveOut(const std::string& path, std::string_view why);

    UniqueFd m_folder;
    UniqueFd m_aside; ///< a folder in it, where everything is made
    std::filesystem::path m_asidePath;
    ExtractOptions m_options;
    Extracted m_done;
    std::set<std::string> m_tops; ///< names that the archive has in the folder itself
    std::vector<std::string> m_moved; ///< of these, those in their place; empty again when all are
    std::map<std::string, Directory> m_directories; ///< every one that was made; parents come first
    std::map<std::string, Link> m_links; ///< to be made
    std::set<std::string> m_leftOut; ///< what hard links may name, too
    std::size_t m_remembered = 0; ///< bytes of these
    std::uint64_t m_foreignModes = 0; ///< members whose set-user-id or set-group-id was left out
    std::string m_parentPath; ///< of m_parent
    UniqueFd m_parent;
    bool m_finishing = false;
};

} // namespace darsena::archive
