// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/shell/shellcheck.h"

#include <chrono>
#include <optional>
#include <vector>

namespace darsena::cli {

/// Runs shellcheck, once, for all scripts of a job: findings by file. nullopt where it is not installed, takes longer
/// than the limit, or answers with something else; then the rules of our own have to do. Blocks; leaves no process and
/// no file behind.
std::optional<std::vector<std::vector<dockerfile::Finding>>> runShellCheck(
    const dockerfile::shell::ShellCheckJob& job, std::chrono::milliseconds limit);

} // namespace darsena::cli
