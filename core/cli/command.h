// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>

namespace darsena::cli {

/// What the process exits with. People script these (DESIGN §7); 1 is a finding or a difference, 2 what could not be
/// read, be done, or was asked wrongly.
enum class ExitStatus { Success = 0, Findings = 1, Failure = 2 };

// Each adds one command to the application; when the command is given, it runs while the arguments are parsed and
// leaves its status in `status`.
void addLintCommand(CLI::App& application, ExitStatus& status);
void addFormatCommand(CLI::App& application, ExitStatus& status);
void addParseCommand(CLI::App& application, ExitStatus& status);
void addGraphCommand(CLI::App& application, ExitStatus& status);
void addLayersCommand(CLI::App& application, ExitStatus& status);
void addDiffCommand(CLI::App& application, ExitStatus& status);
void addLspCommand(CLI::App& application, ExitStatus& status);
// For programs of ours; they end the process themselves.
void addReadImageCommand(CLI::App& application);
void addUnpackTarCommand(CLI::App& application);

} // namespace darsena::cli
