// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/refactor.h"
#include "core/dockerfile/shell/scripts.h"
#include "core/dockerfile/stages.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::refactor_detail {

// Where refactorings work. Internal to core/dockerfile.

/// An instruction and what it belongs to.
struct Selected {
    const Stage* stage = nullptr;
    const Instruction* instruction = nullptr;
    const Statement* statement = nullptr;
};

class RefactorPlace {
public:
    RefactorPlace(const Dockerfile& file, Range selection, const RefactorContext& context);

    const Dockerfile& file() const { return m_file; }
    const SourceText& source() const { return m_file.document.source; }
    Range selection() const { return m_selection; }
    const RefactorContext& context() const { return m_context; }
    /// The instructions that the selection touches, FROM among them, in order.
    const std::vector<Selected>& selected() const { return m_selected; }
    /// The only instruction of the selection; nullptr if there are none or several.
    const Selected* only() const { return m_selected.size() == 1 ? &m_selected.front() : nullptr; }

    /// The instruction right behind another in its stage: none between, not even one that has a problem.
    std::optional<Selected> after(const Selected& selected) const;
    /// The code of an instruction that is no ONBUILD; nullptr if it has none.
    const shell::EmbeddedScript* scriptOf(const Selected& selected) const;
    /// The words of the SHELL that holds where an instruction stands; nullopt if an unknown base image may have set it
    /// on Windows.
    std::optional<std::vector<std::string>> shellAt(const Selected& selected) const;

    std::string_view text(Range range) const { return source().slice(range); }
    std::string lineBreak() const;
    /// The flags of an instruction as written; nullopt if they run over lines.
    std::optional<std::string> flagsOf(const Statement& statement) const;
    /// Comments in a piece of the file, "# …" each.
    std::vector<std::string> commentsIn(Range range) const;
    /// Where the arguments of an instruction stand: behind its keyword and flags (and `behind`, if given), to the end of
    /// its logical line.
    Range argumentsOf(const Statement& statement, const Word* behind = nullptr) const;

private:
    const Dockerfile& m_file;
    Range m_selection;
    const RefactorContext& m_context;
    std::vector<Selected> m_selected;
    mutable std::optional<std::vector<shell::EmbeddedScript>> m_scripts;
};

using Offers = std::vector<Refactoring>;

// merge_run.cpp, split_run.cpp
void offerMerge(const RefactorPlace& place, Offers& offers);
void offerSplit(const RefactorPlace& place, Offers& offers);
// heredoc_forms.cpp
void offerHeredoc(const RefactorPlace& place, Offers& offers);
void offerNoHeredoc(const RefactorPlace& place, Offers& offers);
// command_forms.cpp
void offerExecForm(const RefactorPlace& place, Offers& offers);
void offerShellForm(const RefactorPlace& place, Offers& offers);
// stage_moves.cpp
void offerExtractStage(const RefactorPlace& place, Offers& offers);
void offerInlineStage(const RefactorPlace& place, Offers& offers);
// cache_mounts.cpp
void offerCacheMount(const RefactorPlace& place, Offers& offers);
// sources.cpp
void offerCopy(const RefactorPlace& place, Offers& offers);
void offerDigest(const RefactorPlace& place, Offers& offers);
void offerIgnore(const RefactorPlace& place, Offers& offers);

} // namespace darsena::dockerfile::refactor_detail
