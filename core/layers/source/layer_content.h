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

/// Reads single files of a layer, by going through the layer until they are found.
/// `path` is as in IndexEntry; a hard link gives what it shares.
/// Errors: NotFound when the layer does not store it, TooLarge past maxBytes, Corrupt, Cancelled.
Result<std::string> readFile(ImageSource& source, std::size_t layer, std::string_view path, std::uint64_t maxBytes, std::stop_token stop = {});

/// Several files of one layer in one go: `found` is called with each, in the layer's order. What is not there is no error.
Result<void> readFiles(ImageSource& source, std::size_t layer, const std::vector<std::string>& paths, std::uint64_t maxBytesEach,
    const std::function<Result<void>(const std::string& path, std::string content)>& found, std::stop_token stop = {});

/// Writes a tar of what is visible at `path` and beneath with layers 0 … layerCount-1, or (onlyLayer) of what that topmost
/// layer stores, with modes, owners, times and xattrs. Names in the tar begin with the last component of `path`.
/// Progress: bytes written.
Result<void> extract(ImageSource& source, const Stack& stack, std::size_t layerCount, std::string_view path, bool onlyLayer,
    archive::ByteSink& tar, const std::function<void(std::uint64_t)>& progress = {}, std::stop_token stop = {});

} // namespace darsena::layers
