// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/instructions.h"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace darsena::dockerfile {

/// What a build is asked for, as far as stages and variables go.
struct StageOptions {
    std::string target; ///< a stage's name or number; empty = the last stage
    std::map<std::string, std::string, std::less<>> buildArgs {};
    std::string targetPlatform = "linux/amd64"; ///< os/architecture[/variant]
    std::string buildPlatform = "linux/amd64";
    std::vector<std::string> namedContexts {}; ///< names that --build-context defines; they hide stages and images
};

/// Predefined variables of the global scope: TARGETPLATFORM, TARGETOS, TARGETARCH, TARGETVARIANT, the same with BUILD,
/// and TARGETSTAGE (platform.go of BuildKit). A stage has to declare them with ARG to use them.
std::map<std::string, std::string, std::less<>> platformArgs(const StageOptions& options);

/// Proxies need no ARG and are neither in the history nor in a cache key: HTTP_PROXY, https_proxy, …
bool isProxyArg(std::string_view name);

enum class EdgeKind { From, Copy, Mount };

/// What a stage takes from another stage, an image or a named context.
struct StageEdge {
    std::variant<std::size_t, std::string> from; ///< a stage's index, or an image reference or context name
    std::size_t to = 0; ///< the index of the stage that takes
    EdgeKind kind = EdgeKind::From;
    std::uint32_t line = 0; ///< of the instruction
    Range range; ///< the words that name it
    std::vector<std::string> paths; ///< Copy: its sources; Mount: source, if given; variables expanded

    const std::size_t* stage() const { return std::get_if<std::size_t>(&from); }
    const std::string* image() const { return std::get_if<std::string>(&from); }
};

struct StageNode {
    std::size_t index = 0;
    std::string name; ///< empty without AS
    std::string base; ///< FROM's image, variables expanded
    std::optional<std::size_t> baseStage; ///< the earlier stage that `base` names
    std::string platform; ///< expanded; empty without --platform
    std::uint32_t firstLine = 0;
    std::uint32_t lastLine = 0;
    bool needed = false; ///< the target needs it
};

/// What BuildKit refuses once it knows stages and variables.
struct StageProblem {
    Problem problem;
    std::optional<std::size_t> stage; ///< refused only if this stage is built; nullopt: refused whatever the target
};

/// The stages of a Dockerfile and what they take from each other.
struct StageGraph {
    std::vector<StageNode> stages;
    std::vector<StageEdge> edges; ///< ordered by line; for every stage, needed or not
    std::optional<std::size_t> target; ///< nullopt: there is no such stage (then there is a problem too), or no stage
    /// Unknown target, circular dependency, later stage, blank base, variables that do not expand; Stage::problems
    /// too. In order of place.
    std::vector<StageProblem> problems;

    /// The problems that keep the target from being built.
    std::vector<Problem> refusals() const;

    /// The stages that the target needs, in an order in which each comes after those it takes from; the target last.
    std::vector<std::size_t> buildOrder() const;
};

/// BuildKit's rules: FROM finds a stage by exact text among the earlier ones, the latest of a name; COPY --from goes by
/// name without regard to case, the last of a name, or by number; RUN --mount=from= goes by name only. Pure; any
/// thread.
StageGraph stageGraph(const Dockerfile& file, const StageOptions& options = {});

} // namespace darsena::dockerfile
