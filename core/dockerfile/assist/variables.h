// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::assist_detail {

// Which variables a place of the file sees, with the value that a build with these options gives them. Internal to
// core/dockerfile/assist.

struct Variable {
    enum class Origin {
        Arg, ///< a default in this file
        GlobalArg, ///< declared here, its value from before the first FROM
        BuildArg, ///< the build was asked for this value
        Env,
        Image, ///< the base image's environment
        Platform, ///< predefined
        Unset, ///< ARG without a value
    };
    std::string name;
    std::string value; ///< empty for Unset
    Origin origin = Origin::Env;
    Range definition {}; ///< the name where it was last set or declared; empty = not in this file
    std::uint32_t line = 0; ///< of the definition; 0 = not in this file
    bool environment = false; ///< it is in the container's environment at run time, not only during the build
};

/// What an instruction sees, ordered by name: the one with this index among the document's statements; FROM and what
/// stands before the first FROM see the global scope.
std::vector<Variable> variablesAt(const Dockerfile& file, std::size_t statement, const Surroundings& world);

/// What holds behind an instruction: what it sets itself counts.
std::vector<Variable> variablesAfter(const Dockerfile& file, std::size_t statement, const Surroundings& world);

const Variable* findVariable(const std::vector<Variable>& variables, std::string_view name);

/// "= 3.12, line 4": a variable's value and where it comes from, in the language of `world`.
std::string describe(const Variable& variable, const Surroundings& world);

/// What the engine knows of an image as FROM names it; nullptr = nothing.
const KnownImage* knownImage(std::string_view reference, const Surroundings& world);

/// The image that a stage is built on in the end, through the stages it is FROM; variables expanded.
std::string baseImage(const StageGraph& graph, std::size_t stage);

/// The stages from the one that is FROM an image down to `stage`.
std::vector<std::size_t> stageChain(const StageGraph& graph, std::size_t stage);

} // namespace darsena::dockerfile::assist_detail
