// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/flags.h"
#include "core/dockerfile/instructions.h"

#include <vector>

namespace darsena::dockerfile {

// From a statement to a typed instruction (frontend/dockerfile/instructions/parse.go). Internal to core/dockerfile.

struct ReadInstruction {
    InstructionBody body;
    std::vector<Problem> later; ///< what the builder refuses only once it gets here
};

/// The statement must be valid as far as the parser goes.
OrProblem<ReadInstruction> readBody(const Statement& statement, const SourceText& source, char escape);

/// What "# name what it is for" among the comment lines above an instruction says; empty if no line does.
std::string commentOn(std::string_view name, const std::vector<Comment>& commentsAbove);

} // namespace darsena::dockerfile
