// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile {

/// Bytes that an image carries and nobody sees, as far as its Dockerfile is concerned.
struct WasteEntry {
    enum class How : std::uint8_t { Overwritten, Removed, Opaque };

    std::string path; ///< of a file, with or without '/' in front
    std::uint64_t bytes = 0;
    std::uint32_t storedIn = 0; ///< a line of the instruction that stored it; 0: the base image, or no line is known
    std::uint32_t hiddenBy = 0; ///< likewise, of the one that hides it
    How how = How::Overwritten;
    bool sameContent = false; ///< Overwritten: by the same bytes; only mode, owner or time may differ
};

enum class SavingKind : std::uint8_t {
    MoveRemoval, ///< "remove in the same RUN"
    JoinRuns, ///< "join these RUN lines"
    CopyOwner, ///< "use COPY --chown"
    CacheMount, ///< RUN --mount=type=cache
    BindMount, ///< RUN --mount=type=bind instead of COPY and rm
    Ignore, ///< a line in .dockerignore
    OwnStage, ///< advice: build in a stage of its own
    BaseImage, ///< advice: the base image brings it
    Advice, ///< a reason why there is no edit
};
std::string_view name(SavingKind kind); ///< "move-removal", "join-runs", "copy-owner", …

/// What would spare some waste.
struct SavingFix {
    SavingKind kind = SavingKind::Advice;
    std::string title; ///< in the imperative, in English: "Remove /src in the RUN of line 3"
    std::string reason; ///< a sentence or two: why it saves, or why nothing can be edited
    std::uint32_t line = 0; ///< where the edit begins; of advice: the line it is about, 0 = none
    std::vector<TextEdit> edits {}; ///< of the Dockerfile
    std::vector<std::string> ignoreLines {}; ///< for .dockerignore

    bool applies() const { return !edits.empty() || !ignoreLines.empty(); }
};

/// Waste that one edit cures.
struct WasteGroup {
    std::vector<std::size_t> entries; ///< indices of the entries given, largest first
    std::string path; ///< "/src/assets.tar", or the folder that all are in: "/var/lib/apt/lists"
    std::uint64_t bytes = 0; ///< what an edit is expected to save: the sum
    std::uint32_t storedIn = 0;
    std::uint32_t hiddenBy = 0;
    WasteEntry::How how = WasteEntry::How::Overwritten;
    std::vector<SavingFix> fixes; ///< the best first, never empty; only the last may be advice
};

/// What to do about waste: every entry is in exactly one group; the largest group first. An edit is offered only where
/// the file's own text says that the image will otherwise be the same: what a removed file was needed for in between
/// cannot always be told, and then there is advice. No edit leaves a file that the builder refuses. Pure; any thread.
std::vector<WasteGroup> savings(const Dockerfile& file, std::span<const WasteEntry> entries);

/// The first fix of every group that has one, one after the other.
struct AllSavings {
    std::string text; ///< of the Dockerfile after it
    std::vector<std::string> ignoreLines;
    std::vector<SavingFix> applied; ///< places are those of the text of that moment
    std::uint64_t bytes = 0; ///< expected
};
AllSavings applyAllSavings(const Dockerfile& file, std::vector<WasteEntry> entries);

/// The edit that makes one text of the other, leaving out what both begin and end with; nullopt if they are the same.
std::optional<TextEdit> editBetween(std::string_view before, std::string_view after);

} // namespace darsena::dockerfile
