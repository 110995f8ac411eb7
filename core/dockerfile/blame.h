// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/instructions.h"
#include "core/dockerfile/stages.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace darsena::dockerfile {

/// One entry of an image's history, oldest first as the image configuration has them.
struct HistoryEntry {
    std::string createdBy; ///< as any builder wrote it
    bool emptyLayer = false; ///< it has no layer
    std::uint32_t line = 0; ///< of the file as it was built, where the builder told it; 0 = not told
};

/// How sure it is that a history entry comes from a line.
enum class BlameCertainty : std::uint8_t {
    Certain, ///< the entry says what the line says, and no other line could have made it
    Ambiguous, ///< it says so, but a line that says the same could have made it as well
    Similar, ///< it says nearly so: the file was edited after the build, or the builder does not tell all
};
std::string_view name(BlameCertainty certainty); ///< "certain", "ambiguous", "similar"

/// An instruction of the file, as the origin of something in the image.
struct BlamedLines {
    std::size_t stage = 0; ///< index in Dockerfile::stages
    std::uint32_t firstLine = 0; ///< from 1
    std::uint32_t lastLine = 0; ///< heredocs included
    BlameCertainty certainty = BlameCertainty::Certain;

    bool operator==(const BlamedLines&) const = default;
};

struct Blame {
    /// One for each history entry; nullopt: the base image brought it, or no line of the file looks like it.
    std::vector<std::optional<BlamedLines>> entries;
    /// One for each layer, in order: that of its entry. Where a builder puts all of a build into one layer, whose entry
    /// then is the last instruction, whatever that is: from the first line that may have written files to that one.
    std::vector<std::optional<BlamedLines>> layers;
    std::size_t target = 0; ///< the stage that fits the image best
    /// The share of the target's instructions that were found, 0…1, by how well each fits.
    double fit = 0;

    /// Whether the image can be said to come from the file.
    bool fits() const { return fit >= 0.5; }
};

/// Finds the lines that made an image, by the texts in its history: those of BuildKit, the classic builder, buildah, and
/// our own. It is a guess where a builder does not keep the lines themselves: they are aligned with the history, in order,
/// from its end, with as few gaps as possible. Without a target in the options, the stage that fits best is taken.
/// A line that the builder told wins over others that say the same, as long as it says it still.
/// Variables whose values the file does not tell match anything. Bounded: of very long histories and files, what does
/// not fit into the bounds is nobody's. Pure; any thread.
Blame blame(const Dockerfile& file, std::span<const HistoryEntry> history, const StageOptions& options = {});

} // namespace darsena::dockerfile
