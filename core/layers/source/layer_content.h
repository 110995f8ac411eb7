// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/stream.h"
#include "core/layers/source/image_source.h"
#include "core/layers/stack.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace darsena::layers {

// Contents are not kept when a layer is read; they are had by going through it once more, from its beginning to its end,
// because of members of one name the last counts. Where the source keeps a layer uncompressed in a file, what is not asked
// for is not read; sources that give single files (ImageSource::file) are asked for these.

/// Reads a file of a layer. `path` is as in IndexEntry; a hard link gives what it shares, if the same layer stores it (see
/// Stack::linkedFile for the others).
/// Errors: NotFound when the layer does not store it, TooLarge past maxBytes, Corrupt, Cancelled.
Result<std::string> readFile(ImageSource& source, std::size_t layer, std::string_view path, std::uint64_t maxBytes, std::stop_token stop = {});

/// Several files of one layer in one go: `found` is called with each, in the layer's order, hard links last, or, of a source
/// that gives single files, in the order of `paths`. What is not
/// there, or has more than maxBytesEach, is no error and left out. A file that the layer has twice is given twice: the
/// last one counts. Errors: Corrupt, Cancelled, and those of `found`.
Result<void> readFiles(ImageSource& source, std::size_t layer, const std::vector<std::string>& paths, std::uint64_t maxBytesEach,
    const std::function<Result<void>(const std::string& path, std::string content)>& found, std::stop_token stop = {});

/// Writes a tar of what is visible at `path` and beneath with layers 0 … layerCount-1, or (onlyLayer) of what that topmost
/// layer stores, with modes, owners, times and xattrs; whiteouts are no files and left out. Names in the tar begin with the
/// last component of `path` ("": with what lies in the root). Directories, links and devices come first, then the files,
/// layer by layer. The stack must be of the image that the source opened last, with every layer it needs read.
/// Progress: bytes written. Errors: NotFound when there is nothing at `path`; Corrupt, Cancelled, and the sink's own.
Result<void> extract(ImageSource& source, const Stack& stack, std::size_t layerCount, std::string_view path, bool onlyLayer,
    archive::ByteSink& tar, const std::function<void(std::uint64_t)>& progress = {}, std::stop_token stop = {});

} // namespace darsena::layers
