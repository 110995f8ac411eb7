// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/packages.h"
#include "core/layers/source/image_reader.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

namespace darsena::cli {

/// What `darsena layers` and `darsena diff` ask about where images come from.
struct OpeningArguments {
    std::string platform;
    std::string socket;
    std::string cache; ///< "" = the user's
    bool noCache = false;
    bool insecure = false;

    void addTo(CLI::App& command);
};

/// An image that was read, and where single files of it can still be had.
struct OpenedImage {
    std::unique_ptr<layers::ImageSource> source;
    layers::ReadImage image;
};

/// Opens and reads images in the order given. Progress goes to standard error when that is a terminal. What is needed
/// of files beside the images must be open before: reading images is done with as few rights as possible, and the
/// process does not get them back. Errors: what sources and readers give, with the image's address in front.
Result<std::vector<OpenedImage>> openImages(
    const std::vector<std::string>& addresses, const OpeningArguments& arguments);

/// What the whole image has installed, sorted, each once. A list that cannot be read is told of on standard error and
/// left out.
Result<std::vector<layers::Package>> installedPackages(layers::ImageSource& source, const layers::Stack& stack);

} // namespace darsena::cli
