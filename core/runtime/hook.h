// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/runtime/plan.h"

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

/// Hooks of an OCI configuration (runtime-spec config.md, "POSIX-platform Hooks").
namespace darsena::runtime {

/// Completes a state that ends before its last members.
std::string hookState(const std::string& begun, std::string_view status, pid_t pid);

/// Runs them one after the other, each with the state on its standard input and with its own environment alone, until one
/// fails: by its exit code, a signal, or its time. Errors: System, naming the hook, with the end of what it printed.
Result<void> runHooks(const std::vector<PlannedHook>& hooks, std::string_view kind, const std::string& state);

} // namespace darsena::runtime
