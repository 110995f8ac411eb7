// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cli/layers/ci_rules.h"
#include "core/layers/analysis.h"
#include "core/layers/dive.h"
#include "core/layers/packages.h"
#include "core/layers/source/image_reader.h"

#include <optional>
#include <string>
#include <vector>

namespace darsena::cli {

/// Everything that is known of an image, for all ways to print it.
struct ImageReport {
    layers::SourceImage image;
    std::vector<layers::LayerFacts> facts;
    std::vector<layers::SourceChoice> choices;
    layers::Stack stack;
    layers::Analysis exact;
    layers::DiveScore dive; ///< of all paths
    std::vector<std::string> commands; ///< by layer, as the history tells them; "(missing)" where it tells nothing
    std::optional<std::vector<layers::Package>> packages; ///< when they were asked for

    std::size_t layerCount() const { return stack.layerCount(); }
    std::uint64_t visibleBytes() const { return exact.storedBytes - exact.wastedBytes; }
    /// How a layer is called in lists: as one would write it in a Dockerfile, in one line, no longer than `width`
    /// characters.
    std::string title(std::size_t layer, std::size_t width) const;
    /// "linux/amd64", of every image that the source holds; the one that was read first.
    std::vector<std::string> platforms() const;
};

/// Errors: TooLarge.
Result<ImageReport> reportOn(layers::ReadImage image);

/// What the rules are to judge, with the paths that are to be ignored left out.
struct CiSubject {
    CiFigures figures;
    std::vector<layers::DiveScore::Match> inefficient; ///< dive: its matches. Exact: the wasted copies by path
};
CiSubject ciSubject(const ImageReport& report, Score score, const layers::IgnorePath& ignored);

/// The instructions of a configuration's history that made layers, one for each layer.
std::vector<std::string> layerCommands(const oci::ImageConfig& config);

/// The path of a waste entry, with a leading slash.
std::string wastePath(const ImageReport& report, const layers::Waste& waste);

} // namespace darsena::cli
