// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/cli/lsp/workspace.h"

#include <filesystem>

namespace darsena::cli::lsp {

/// The result of initialize.
json::Object initializeResult(const Workspace& workspace);
/// What is asked of the client once it is ready: to be told of changes of .dockerignore and .hadolint.yaml.
json::Object watchRegistration();
/// The workspace's folder that initialize names; empty if there is none.
std::filesystem::path rootOf(const json::Object& initialize);

inline constexpr std::string_view fixAllCommand = "darsena.fixAll";
inline constexpr std::string_view graphCommand = "darsena.graph";

} // namespace darsena::cli::lsp
