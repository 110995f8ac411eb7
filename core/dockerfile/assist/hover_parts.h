// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"
#include "core/dockerfile/assist/occurrences.h"
#include "core/dockerfile/assist/place.h"

#include <optional>
#include <string>

namespace darsena::dockerfile::assist_detail {

// What hovering tells, a file each. Markdown in the language of the world. Internal to core/dockerfile/assist.

struct Hovering {
    const Dockerfile& file;
    const Surroundings& world;
    const Place& place;
    const StageGraph& graph;

    std::string say(std::string_view sentence) const;
    std::uint32_t lineOf(std::uint32_t offset) const { return file.document.source.lineOf(offset); }
};

/// Code in a line of Markdown, whatever it holds.
std::string codeSpan(std::string_view text);

// hover_variables.cpp
std::optional<Hover> hoverVariable(const Hovering& hovering);
// hover_stages.cpp
/// A stage: its base, size, who takes from it, whether it is needed.
std::string stageSummary(const Hovering& hovering, std::size_t stage);
std::string imageSummary(const Hovering& hovering, const std::string& reference);
/// Names of stages and images in FROM, --from and mounts.
std::optional<Hover> hoverSource(const Hovering& hovering);
// hover_instructions.cpp
std::optional<Hover> hoverKeyword(const Hovering& hovering);
std::optional<Hover> hoverFlag(const Hovering& hovering);
std::optional<Hover> hoverArgument(const Hovering& hovering);
std::optional<Hover> hoverHeredoc(const Hovering& hovering);
std::optional<Hover> hoverComment(const Hovering& hovering);

} // namespace darsena::dockerfile::assist_detail
