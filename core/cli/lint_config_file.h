// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dockerfile/lint_config.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace darsena::cli {

/// Where hadolint's configuration is looked for, in this order; the first file that is there holds, alone:
///     .hadolint.yaml                beside the Dockerfile (hadolint does not look there)
///     .hadolint.yaml                in the working directory
///     hadolint.yaml                 in $XDG_CONFIG_HOME, by default ~/.config
///     hadolint.yaml, config.yaml    in ~/.hadolint
///     .hadolint.yaml                in the home directory
/// Each may end with .yml instead. "-", standard input, has no folder.
std::vector<std::filesystem::path> lintConfigPlaces(const std::string& dockerfile);

/// The configuration that holds for a Dockerfile: that of the file given, else of the first place that has one, else
/// the default. Errors: System, TooLarge, Invalid with path and line.
Result<dockerfile::LintConfig> readLintConfig(const std::optional<std::string>& given, const std::string& dockerfile);

} // namespace darsena::cli
