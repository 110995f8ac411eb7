// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/flags.h"
#include "core/dockerfile/instructions.h"

namespace darsena::dockerfile {

// --mount of RUN (frontend/dockerfile/instructions/commands_runmount.go). Internal to core/dockerfile.

/// A mount as far as it can be read without the environment of the build.
struct DraftMount {
    Mount mount;
    /// What the builder will refuse once it gets to this instruction.
    std::optional<Problem> later;
};

/// Reads the value of a --mount flag. The Problem is one that BuildKit has while it reads the file.
OrProblem<DraftMount> draftMount(const Word& flag, const SourceText& source, char escape);

} // namespace darsena::dockerfile
