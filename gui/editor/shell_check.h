// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint.h"

#include <stop_token>
#include <vector>

namespace darsena::gui {

/// Whether the program shellcheck is installed; looked up once.
bool hasShellCheck();

/// What the installed shellcheck says of a Dockerfile's shell code, without the codes for which core/dockerfile has a
/// rule of its own: those are found while one types, and speak the studio's language. Blocking, for a worker: a tenth of
/// a second and more, ten at most; empty if it fails, takes longer or is stopped.
std::vector<dockerfile::Finding> runShellCheck(
    const dockerfile::Dockerfile& file, const dockerfile::LintOptions& options, std::stop_token stop);

} // namespace darsena::gui
