// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/compare.h"
#include "core/layers/packages.h"
#include "core/layers/source/image_reader.h"

#include <cstdint>
#include <string>
#include <vector>

namespace darsena::cli {

/// A path that is not the same in two images.
struct FileDifference {
    std::string path; ///< with a leading slash
    layers::Mark mark = layers::Mark::Same; ///< Added, Changed or Removed
    layers::EntryType type = layers::EntryType::File; ///< of a removed path: what it was
    std::uint64_t bytesBefore = 0; ///< of the file's content
    std::uint64_t bytesAfter = 0;
    std::uint16_t reasons = 0; ///< of a changed path: layers::Reason
    std::string what; ///< the same in words
    /// Of a directory that was added or removed as a whole: what is in it, which the list has, too.
    std::uint32_t filesBeneath = 0;
    std::uint64_t bytesBeneath = 0;
    bool beneathOther = false; ///< lies in a directory that was added or removed as a whole
};

/// A field of the configuration: "Env PATH", "Cmd", "Label version"; "" = not set.
struct ConfigDifference {
    std::string field, before, after;
};

/// An instruction that only one history has.
struct HistoryDifference {
    bool added = false;
    std::size_t index = 0; ///< in its history
    oci::HistoryEntry entry;
};

struct DiffSums {
    std::uint64_t files = 0; ///< no directories
    std::uint64_t bytesBefore = 0, bytesAfter = 0;
};

struct ImageDiff {
    layers::SourceImage before, after;
    std::vector<FileDifference> files; ///< in path order
    DiffSums added, changed, removed;
    std::vector<ConfigDifference> config;
    std::vector<HistoryDifference> history;
    std::vector<Digest> sharedLayers; ///< diff ids, in the order of the second image
    std::uint64_t sharedBytes = 0; ///< of contents in them
    std::vector<Digest> onlyBefore, onlyAfter;
    std::vector<layers::PackageChange> packages;
    bool packageFilesDiffer = false; ///< then packages are worth reading

    bool same() const { return files.empty() && config.empty() && history.empty() && packages.empty(); }
};

struct DiffOptions {
    layers::Strictness strictness = layers::Strictness::Everything; ///< Semantic: no times, of files or in documents
    bool filesOnly = false; ///< neither configuration nor history
};

/// Errors: TooLarge.
Result<ImageDiff> diffImages(const layers::ReadImage& before, const layers::Stack& beforeStack,
    const layers::ReadImage& after, const layers::Stack& afterStack, const DiffOptions& options);

/// What differs between two configurations, field by field. `times` also when they were made.
std::vector<ConfigDifference> configDifferences(
    const oci::ImageConfig& before, const oci::ImageConfig& after, bool times);
/// What is left of two histories between their common beginning and end.
std::vector<HistoryDifference> historyDifferences(
    const std::vector<oci::HistoryEntry>& before, const std::vector<oci::HistoryEntry>& after, bool times);

/// A directory that was added or removed as a whole is one line unless `all`.
std::string diffAsText(const ImageDiff& diff, bool all);
std::string diffAsJson(const ImageDiff& diff);

} // namespace darsena::cli
