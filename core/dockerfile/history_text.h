// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/environment.h"

#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile {

// What histories of images say and what instructions say, made comparable. Internal to core/dockerfile.

/// A text without the quotes, brackets and commas in which builders differ, blanks as one; and its words, sorted.
struct ComparableText {
    std::string text;
    std::vector<std::string> words; ///< the first few hundred

    static ComparableText of(std::string_view text);
};

/// A "created_by" taken apart.
struct HistoryText {
    std::string name; ///< upper-case: "RUN"; empty if it is no instruction's
    ComparableText text; ///< of RUN: the command with its shell, without the values of arguments if those could be told
    bool hiddenSources = false; ///< COPY and ADD: "file:<hash> in /x": `text` is the destination
    bool severalSources = false; ///< "multi:<hash>"

    static HistoryText of(std::string_view createdBy);
};

/// The texts by which an instruction may stand in a history.
struct InstructionText {
    std::string name;
    std::vector<ComparableText> forms;
    std::vector<std::string> patterns; ///< comparable texts in which '\1' stands for anything
    // COPY and ADD
    std::vector<std::string> destinations; ///< patterns too
    std::size_t sources = 0;

    /// What the builder knows where the instruction stands.
    struct Place {
        const StageScope* scope = nullptr; ///< from before the instruction
        std::string shell; ///< "/bin/sh -c"
        std::string workdir; ///< absolute; empty = not known
        char escape = '\\';
    };
    static InstructionText of(const Instruction& instruction, const Place& place);
};

/// 1: the entry says what the instruction says; 0: nothing alike. Below 0.9: a similarity only.
double similarity(const HistoryText& entry, const InstructionText& instruction);

/// Where a WORKDIR leads: clean and absolute; empty if that depends on what is not known.
std::string workdirAfter(const Workdir& instruction, const InstructionText::Place& place);

} // namespace darsena::dockerfile
