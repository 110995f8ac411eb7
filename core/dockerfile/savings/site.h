// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/savings.h"
#include "core/dockerfile/shell/scripts.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::savings_detail {

// What the parts of savings know of a file. Internal to core/dockerfile.

/// An instruction with what holds where it stands, as far as the file tells.
struct Placed {
    const Stage* stage = nullptr;
    const Instruction* instruction = nullptr;
    const Statement* statement = nullptr;
    const shell::EmbeddedScript* script = nullptr; ///< the shell form of a RUN, not in a heredoc
    std::string workdir; ///< empty = not known
    std::string user; ///< as written; "root" without USER

    std::uint32_t line() const { return instruction->firstLine; }
    const Run* run() const { return instruction->as<Run>(); }
    std::uint32_t begin() const { return statement->range.begin; }
};

/// A path that `rm` in a script names.
struct RemovedOperand {
    std::size_t item = 0; ///< of the script's items
    std::size_t word = 0; ///< of the command's words
    std::string path; ///< absolute and clean
    bool isPrefix = false; ///< a '*' stood behind it: all that begins so
    bool alone = false; ///< rm has no other
    bool forced = false; ///< -f: nothing is lost if it is not there

    bool covers(std::string_view made) const;
    std::string written() const { return path + (isPrefix ? "*" : ""); }
};

/// For one thread.
class Site {
public:
    explicit Site(const Dockerfile& file);

    const Dockerfile& file() const { return m_file; }
    const SourceText& source() const { return m_file.document.source; }
    const std::vector<Placed>& all() const { return m_all; }
    /// nullptr for 0, FROM and lines without an instruction.
    const Placed* at(std::uint32_t line) const;
    /// The instructions behind one and before another; empty if they are in different stages.
    std::vector<const Placed*> between(const Placed& first, const Placed& last) const;

    /// What the script of a RUN removes with `rm` where that can be told: outside of loops, conditions and pipelines.
    const std::vector<RemovedOperand>& removals(const Placed& run) const;
    /// Whether all commands before an item only remove or say something.
    static bool onlyRemovesBefore(const shell::EmbeddedScript& script, std::size_t item);

    // Pieces of edits; nullopt where the text is not that simple.
    std::optional<std::vector<TextEdit>> dropItem(const Placed& run, std::size_t item) const;
    std::optional<std::vector<TextEdit>> dropOperand(const Placed& run, const RemovedOperand& operand) const;
    std::optional<std::vector<TextEdit>> dropWord(const Placed& run, std::size_t item, std::size_t word) const;
    std::vector<TextEdit> dropStatement(const Placed& placed) const;
    /// Has a RUN do something at its end.
    std::optional<TextEdit> appendCommand(const Placed& run, std::string_view command) const;
    /// Puts a flag behind the keyword and the flags there are.
    TextEdit addFlag(const Placed& placed, std::string_view flag) const;
    /// The result of edits is a file that the builder takes as it took this one.
    bool isAccepted(std::vector<TextEdit> edits) const;

private:
    std::vector<RemovedOperand> findRemovals(const Placed& run) const;

    const Dockerfile& m_file;
    mutable std::map<const Placed*, std::vector<RemovedOperand>> m_removals; ///< as asked for
    std::vector<shell::EmbeddedScript> m_scripts;
    std::vector<Placed> m_all;
};

/// A path that a shell takes as it is.
bool isPlainPath(std::string_view path);
/// `inner` is `outer` or in it.
bool isWithin(std::string_view inner, std::string_view outer);

/// Edits in order of place; nullopt if two overlap.
std::optional<std::vector<TextEdit>> sorted(std::vector<TextEdit> edits);

/// Where package managers keep what can be fetched again.
struct CacheFolder {
    std::string_view path;
    std::string_view manager; ///< as refactorings name it
    std::vector<std::string_view> programs;
    std::string_view fetch; ///< the word that has to come first to fill it, if any: "update"
    bool neverRead = false; ///< no later command needs it: it is fetched or made again, or read by people only
};
const CacheFolder* cacheFolderOf(std::string_view path);

/// One group being looked at: what made it, what hides it.
struct Case {
    const Site& site;
    const WasteGroup& group;
    const std::vector<std::string>& paths; ///< absolute
    bool sameContent = false; ///< of all entries
    const Placed* stored = nullptr;
    const Placed* hidden = nullptr;
};

// removed.cpp
void offerMoveRemoval(const Case& waste, std::vector<SavingFix>& fixes);
void offerCacheMount(const Case& waste, std::vector<SavingFix>& fixes);
// joined.cpp
void offerJoin(const Case& waste, std::vector<SavingFix>& fixes);
// copied.cpp
void offerIgnore(const Case& waste, std::vector<SavingFix>& fixes);
void offerBindMount(const Case& waste, std::vector<SavingFix>& fixes);
// owners.cpp
void offerCopyOwner(const Case& waste, std::vector<SavingFix>& fixes);
// advice.cpp
SavingFix adviceFor(const Case& waste);

/// A path as a group shows it, of files removed by one operand or kept in one folder.
std::string bucketOf(const Site& site, const WasteEntry& entry, std::string_view path);

} // namespace darsena::dockerfile::savings_detail
