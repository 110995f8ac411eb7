// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/document.h"

#include <optional>
#include <span>
#include <vector>

namespace darsena::dockerfile {

// How an instruction's line falls into flags and arguments: each instruction has one of a few grammars
// (frontend/dockerfile/parser/{split_command,line_parsers}.go). Internal to core/dockerfile.

/// [begin, end) of a logical line.
struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// The span without white space at both ends.
Span trimmed(const LogicalLine& line, Span span);

/// The instruction's name, its flags, and where its arguments are.
struct CommandParts {
    Word keyword;
    std::vector<Word> flags;
    std::optional<Range> flagsEnd; ///< the "--" that ends flags
    Span rest; ///< trimmed
};
CommandParts splitCommand(const LogicalLine& line, Span span, char escape);

/// What a grammar makes of the arguments.
struct Arguments {
    std::vector<Word> words;
    bool json = false;
    std::optional<Problem> problem; ///< then the words may be incomplete
};

/// The arguments of an instruction, by its lower-case name; ONBUILD and unknown names give one word, the rest as it is.
Arguments readArguments(std::string_view name, const Word& keyword, const LogicalLine& line, Span rest, char escape);

/// Words with quotes and escapes left in, for ARG, ENV and LABEL (parseWords).
std::vector<Word> quotedWords(const LogicalLine& line, Span span, char escape);

/// Whether the builder knows an instruction of this lower-case name.
bool isInstructionName(std::string_view name);
std::span<const std::string_view> instructionNames();

} // namespace darsena::dockerfile
