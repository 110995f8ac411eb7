// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/instructions.h"
#include "core/dockerfile/shell/script.h"

#include <string>
#include <vector>

namespace darsena::dockerfile::shell {

/// What runs a script of a Dockerfile.
struct Interpreter {
    enum class Kind { Shell, PowerShell, Cmd, Python, Other };
    Kind kind = Kind::Shell;
    Dialect dialect = Dialect::Posix; ///< of Kind::Shell
    std::string name = "sh"; ///< the program's base name: "bash", "python3"
    bool pipefail = false; ///< SHELL, the "#!" line or a pragma turns it on
    bool errexit = false;
};

/// Code in an instruction: the shell form of RUN, CMD, ENTRYPOINT and HEALTHCHECK CMD, the exec form of `sh -c "…"`
/// left out, and each heredoc that RUN executes (or hands to an interpreter: `RUN python3 <<EOF`). Those of ONBUILD too.
struct EmbeddedScript {
    std::size_t statement = 0; ///< index in Document::statements
    std::size_t stage = 0; ///< index in Dockerfile::stages
    std::string instruction; ///< upper-case: "RUN"
    bool heredoc = false;
    Interpreter interpreter;
    LogicalLine text; ///< the script, and where each of its bytes stands in the file
    ParsedScript parsed; ///< of Kind::Shell only

    Range source(Range range) const { return text.source(range.begin, range.end); }
};

/// All of a file, in order of place. SHELL instructions, "#!" lines and "# hadolint shell=" pragmas choose the
/// interpreter; a stage begins with its base stage's SHELL. Pure.
std::vector<EmbeddedScript> scriptsOf(const Dockerfile& file);

} // namespace darsena::dockerfile::shell
