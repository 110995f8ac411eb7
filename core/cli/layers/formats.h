// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cli/layers/image_report.h"

#include <optional>
#include <string>

// How an image is printed; each function has a file of its own, "<what>_format.cpp". All texts end with a line break.
// LAYERS.md describes them for those who read them with programs.
namespace darsena::cli {

/// dive's JSON and more. Paths that are no UTF-8 have U+FFFD where they are not.
std::string layersAsJson(const ImageReport& report);
/// RFC 4180, a line for every path of every layer, with what the layer does to it and what of it is wasted.
std::string layersAsCsv(const ImageReport& report);
/// One page that needs nothing else, light or dark as the reader's machine is. At most `top` rows of waste.
std::string layersAsHtml(const ImageReport& report, std::size_t top);
/// SARIF 2.1.0: at most `top` wasted copies, and the rules that failed.
std::string layersAsSarif(const ImageReport& report, std::size_t top, const std::optional<Evaluation>& evaluation);
/// JUnit's XML: a test for every rule.
std::string layersAsJunit(const ImageReport& report, const Evaluation& evaluation);
/// For people: the layers with their sizes, both scores, the largest waste.
std::string layersAsSummary(const ImageReport& report, std::size_t top);
/// The tree that a container of the image sees, sizes and changes marked; with a layer: what that layer alone does.
std::string layersAsTree(const ImageReport& report, std::optional<std::size_t> layer);
/// "KIND  NAME  VERSION", one package a line.
std::string packagesAsText(const std::vector<layers::Package>& packages);

} // namespace darsena::cli
