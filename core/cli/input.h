// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dockerfile/ignore.h"
#include "core/dockerfile/stages.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace darsena::cli {

/// A Dockerfile named on the command line; "-" is standard input. Errors: System, TooLarge (16 MiB).
Result<std::string> readDockerfileText(const std::string& name);

/// The ignore file that holds for a Dockerfile: "<name>.dockerignore" beside it, else ".dockerignore" in its folder,
/// which is the context. nullopt if there is neither. Errors: System, TooLarge, Invalid with line.
Result<std::optional<dockerfile::IgnoreRules>> readIgnoreRules(const std::string& dockerfile);

/// --target, --platform, --build-arg and --build-context.
struct StageArguments {
    std::string target;
    std::string platform;
    std::vector<std::string> buildArgs;
    std::vector<std::string> buildContexts; ///< NAME=where; what it is does not matter here

    /// "NAME=value"; "NAME" alone takes the value from the environment, as docker build does, and is dropped if it is
    /// not there. Errors: Invalid.
    Result<dockerfile::StageOptions> options() const;
};

/// A line on standard error: "darsena: …".
void complain(const Error& error);

} // namespace darsena::cli
